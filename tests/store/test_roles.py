"""Roles: their permissions, their scopes, and when they may go."""

from __future__ import annotations

import pytest

from amictl.errors import Conflict, InvalidInput, NotFound
from amictl.store import DEFAULT_ROLES, PERMISSIONS, Permission, RoleFields, Store, db


def test_the_default_roles_allow_what_the_design_says(store: Store) -> None:
    admin, agent, supervisor = store.roles.all()
    assert (admin.name, agent.name, supervisor.name) == ("Admin", "Agent", "Supervisor")
    assert admin.permissions == set(PERMISSIONS)
    assert agent.permissions == {"live.read", "events.read", "utilities.read"}
    assert supervisor.permissions - agent.permissions == {
        "calls.originate",
        "calls.control",
        "calls.spy",
        "calls.record",
        "queues.manage",
        "channels.variables",
        "command.run",
    }
    assert all(role.pbx_scope is None and role.queue_scope is None for role in (admin, agent, supervisor))


def test_each_permission_is_described() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(len(text) > 10 for text in PERMISSIONS.values())


def test_scopes_come_back_as_sets_and_none_stays_none(store: Store) -> None:
    scope = frozenset({"support", "sales desk"})
    role = store.roles.create(RoleFields("Desk", permissions=frozenset({"live.read"}), queue_scope=scope))
    db.session.expire_all()
    assert role.queue_scope == scope
    assert role.pbx_scope is None


@pytest.mark.parametrize(
    ("fields", "refused_field"),
    [
        (RoleFields(" "), "name"),
        (RoleFields("x" * 65), "name"),
        (RoleFields("a\nb"), "name"),
        (RoleFields("Desk", description="x" * 256), "description"),
        (RoleFields("Desk", permissions=frozenset({"live.read", "fly"})), "permissions"),
        (RoleFields("Desk", pbx_scope=frozenset()), "pbx_scope"),
        (RoleFields("Desk", queue_scope=frozenset()), "queue_scope"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_stored(
    store: Store, fields: RoleFields, refused_field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.roles.create(fields)
    assert [problem.field for problem in refused.value.problems] == [refused_field]
    assert len(store.roles.all()) == 3


def test_a_taken_name_is_a_conflict_for_new_and_for_renamed_roles(store: Store) -> None:
    with pytest.raises(Conflict, match="'Agent'"):
        store.roles.create(RoleFields("Agent"))
    with pytest.raises(Conflict, match="'Agent'"):
        store.roles.update(store.roles.find("Supervisor"), RoleFields("Agent"))
    assert "calls.spy" in store.roles.find("Supervisor").permissions


def test_a_role_that_somebody_has_cannot_be_removed(store: Store) -> None:
    with pytest.raises(Conflict, match="1 user"):
        store.roles.delete(store.roles.find("Admin"))
    store.roles.delete(store.roles.find("Agent"))
    with pytest.raises(NotFound):
        store.roles.find("Agent")


def test_seeding_again_keeps_what_an_administrator_changed(store: Store) -> None:
    store.roles.delete(store.roles.find("Agent"))
    store.roles.seed(DEFAULT_ROLES)
    assert [role.name for role in store.roles.all()] == ["Admin", "Supervisor"]
