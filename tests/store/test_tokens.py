"""API tokens: made once, hashed, limited, expiring and revocable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from amictl.errors import InvalidInput, NotAuthenticated, NotFound
from amictl.store import Store, Tokens, User, db

PASSWORD = "a good long password"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(store: Store, clock: Clock) -> Tokens:  # noqa: ARG001 - opens the database
    return Tokens(db.session, clock)


@pytest.fixture
def owner(store: Store) -> User:
    return store.accounts.create("robot", PASSWORD, "Supervisor")


def test_a_token_leads_to_its_owner(tokens: Tokens, owner: User) -> None:
    made = tokens.create(owner, name="dialler")
    found = tokens.authenticate(made.text)
    assert (found.user.username, found.name) == ("robot", "dialler")
    assert found.effective_permissions == owner.role.permissions


def test_its_text_is_long_random_and_recognisable(tokens: Tokens, owner: User) -> None:
    first, second = (tokens.create(owner).text for _ in range(2))
    assert first != second
    assert first.startswith("amictl_")
    assert len(first) == len("amictl_") + 43  # 32 bytes, base64url


def test_its_text_is_in_no_row_and_no_repr(tokens: Tokens, owner: User) -> None:
    made = tokens.create(owner, name="dialler")
    rows = db.session.execute(text("SELECT * FROM api_token")).all()
    secret_part = made.text.removeprefix("amictl_")
    assert secret_part not in repr(rows)
    assert secret_part not in repr(made) + repr(made.record) + str(made.record)


@pytest.mark.parametrize("wrong", ["", "amictl_", "x" * 1000, "\ud800", "amictl_é"])
def test_an_unknown_text_is_refused(tokens: Tokens, wrong: str) -> None:
    with pytest.raises(NotAuthenticated, match="not known"):
        tokens.authenticate(wrong)


def test_it_expires_to_the_second(tokens: Tokens, owner: User, clock: Clock) -> None:
    made = tokens.create(owner, days=2)
    clock.now += timedelta(days=2, seconds=-1)
    tokens.authenticate(made.text)
    clock.now += timedelta(seconds=1)
    with pytest.raises(NotAuthenticated, match="expired"):
        tokens.authenticate(made.text)
    with pytest.raises(NotAuthenticated, match="expired"):
        tokens.recheck(made.record.id)


def test_a_revoked_one_is_refused_for_good(tokens: Tokens, owner: User, clock: Clock) -> None:
    made = tokens.create(owner)
    revoked_at = tokens.revoke(made.record.id).revoked_at
    clock.now += timedelta(hours=1)
    assert tokens.revoke(made.record.id).revoked_at == revoked_at
    with pytest.raises(NotAuthenticated, match="revoked"):
        tokens.authenticate(made.text)
    with pytest.raises(NotAuthenticated, match="revoked"):
        tokens.recheck(made.record.id)


def test_revoking_an_unknown_one_says_so(tokens: Tokens) -> None:
    with pytest.raises(NotFound):
        tokens.revoke(17)


def test_it_sleeps_while_its_owner_is_inactive(store: Store, tokens: Tokens, owner: User) -> None:
    made = tokens.create(owner)
    store.accounts.update(owner, active=False)
    with pytest.raises(NotAuthenticated, match="not active"):
        tokens.authenticate(made.text)
    store.accounts.update(owner, active=True)
    assert tokens.recheck(made.record.id).user is owner


def test_it_goes_with_its_owner(store: Store, tokens: Tokens, owner: User) -> None:
    made = tokens.create(owner)
    token_id = made.record.id
    store.accounts.delete(owner)
    with pytest.raises(NotAuthenticated):
        tokens.authenticate(made.text)
    with pytest.raises(NotAuthenticated):
        tokens.recheck(token_id)
    assert db.session.execute(text("SELECT count(*) FROM api_token")).scalar() == 0


def test_it_never_allows_more_than_its_owner_may_now(store: Store, tokens: Tokens, owner: User) -> None:
    made = tokens.create(owner, permissions=["live.read", "calls.originate"])
    assert tokens.authenticate(made.text).effective_permissions == {"live.read", "calls.originate"}
    store.accounts.update(owner, role_name="Agent")
    assert tokens.authenticate(made.text).effective_permissions == {"live.read"}


@pytest.mark.parametrize(
    ("arguments", "refused_field"),
    [
        ({"days": 0}, "days"),
        ({"days": 3651}, "days"),
        ({"name": "x" * 65}, "name"),
        ({"permissions": ["fly"]}, "permissions"),
        ({"permissions": ["users.admin"]}, "permissions"),
    ],
)
def test_limits_that_cannot_be_are_refused(
    tokens: Tokens, owner: User, arguments: dict, refused_field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        tokens.create(owner, **arguments)
    assert refused.value.problems[0].field == refused_field
    assert tokens.all() == []


def test_its_use_is_noted_once_a_minute_at_most(tokens: Tokens, owner: User, clock: Clock) -> None:
    made = tokens.create(owner)
    assert made.record.last_used_at is None
    first = clock.now
    for seconds in (0, 30, 29):
        clock.now += timedelta(seconds=seconds)
        tokens.authenticate(made.text)
        assert made.record.last_used_at == first
    clock.now += timedelta(seconds=1)
    tokens.authenticate(made.text)
    assert made.record.last_used_at == first + timedelta(minutes=1)
