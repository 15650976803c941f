"""``flask token``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amictl.errors import NotAuthenticated
from amictl.store import Store
from tests.cli.conftest import Run


def test_create_prints_the_token_alone(run: Run, store: Store) -> None:
    result = run("token", "create", "--user", "admin")
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout.removesuffix("\n")
    token = store.tokens.authenticate(text)
    assert (token.user.username, token.expires_at) == ("admin", None)
    assert token.effective_permissions == token.user.role.permissions


def test_create_takes_a_name_an_end_and_a_limit(run: Run, store: Store) -> None:
    words = (
        "--name",
        "wallboard",
        "--days",
        "30",
        "--permission",
        "live.read",
        "--permission",
        "events.read",
    )
    text = run("token", "create", "--user", "admin", *words).stdout.strip()
    token = store.tokens.authenticate(text)
    assert token.name == "wallboard"
    assert token.expires_at is not None
    assert token.expires_at - token.created_at == timedelta(days=30)
    assert token.effective_permissions == {"live.read", "events.read"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--user", "admin", "--days", "0"), 2),
        (("--user", "admin", "--days", "soon"), 2),
        (("--user", "nobody"), 1),
        (("--user", "admin", "--permission", "fly"), 1),
    ],
)
def test_create_prints_nothing_on_stdout_when_it_refuses(run: Run, words: tuple[str, ...], code: int) -> None:
    result = run("token", "create", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Error: " in result.stderr


def test_list_shows_state_and_dates_but_no_token(run: Run, store: Store) -> None:
    admin = store.accounts.find("admin")
    kept = store.tokens.create(admin, name="kept", days=3650)
    store.tokens.revoke(store.tokens.create(admin).record.id)
    lines = run("token", "list").stdout.splitlines()
    assert [line.split()[:4] for line in lines] == [
        ["ID", "USER", "NAME", "STATE"],
        ["1", "admin", "kept", "good"],
        ["2", "admin", "-", "revoked"],
    ]
    assert "never" in lines[2]
    assert kept.text.removeprefix("amictl_")[:8] not in "\n".join(lines)


def test_revoke_ends_a_token(run: Run, store: Store) -> None:
    made = store.tokens.create(store.accounts.find("admin"))
    assert run("token", "revoke", "1").exit_code == 0
    with pytest.raises(NotAuthenticated):
        store.tokens.authenticate(made.text)
    assert run("token", "revoke", "99").exit_code == 1
