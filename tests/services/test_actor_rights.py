"""Who may do what, where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amictl.errors import PermissionDenied
from amictl.services.access import Actor, actor_of, require
from amictl.store import ApiToken, Permission, Role, User

ACTOR = Actor(
    user_id=1,
    username="sam",
    role="Supervisor",
    permissions=frozenset({"live.read", "queues.manage"}),
    pbx_scope=None,
    queue_scope=None,
    via="session",
)


def test_a_permission_that_is_missing_is_named() -> None:
    require(ACTOR, Permission.LIVE_READ)
    with pytest.raises(PermissionDenied, match=r"calls\.originate"):
        require(ACTOR, Permission.CALLS_ORIGINATE)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [(None, True), (frozenset({"main"}), True), (frozenset({"b"}), False), (frozenset(), False)],
)
def test_scopes_limit_where_a_permission_holds(scope: frozenset[str] | None, allowed: bool) -> None:
    for actor, place in (
        (replace(ACTOR, pbx_scope=scope), {"pbx": "main"}),
        (replace(ACTOR, queue_scope=scope), {"queue": "main"}),
    ):
        if allowed:
            require(actor, Permission.QUEUES_MANAGE, **place)
        else:
            with pytest.raises(PermissionDenied, match="main is outside your scope"):
                require(actor, Permission.QUEUES_MANAGE, **place)


def test_a_token_has_at_most_the_rights_of_its_owner() -> None:
    role = Role(name="Supervisor", permissions=frozenset({"live.read"}), queue_scope=frozenset({"sales"}))
    user = User(id=7, username="sam", role=role)
    token = ApiToken(user=user, permissions=frozenset({"live.read", "users.admin"}))
    assert actor_of(user).via == "session"
    actor = actor_of(user, token)
    assert actor.permissions == {"live.read"}
    assert actor.queue_scope == {"sales"}
    assert actor.via == "token"
