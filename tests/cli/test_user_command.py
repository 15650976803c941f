"""``flask user``."""

from __future__ import annotations

import pytest

from amictl.store import Store
from tests.cli.conftest import Run

PASSWORD = "a good long password"


def test_create_reads_the_password_from_standard_input(run: Run, store: Store) -> None:
    result = run("user", "create", "Bob", "--role", "Supervisor", "--password-stdin", stdin=PASSWORD + "\n")
    assert (result.exit_code, result.stdout) == (0, "Created the user bob with the role Supervisor.\n")
    user = store.accounts.verify_password("bob", PASSWORD)
    assert user is not None
    assert user.role.name == "Supervisor"


def test_a_password_of_the_command_need_not_be_changed_unless_that_is_asked_for(
    run: Run, store: Store
) -> None:
    def must_change(*options: str) -> bool:
        run("user", "password", "admin", "--password-stdin", *options, stdin=PASSWORD + "\n")
        store.accounts._session.expire_all()
        return store.accounts.find("admin").must_change_password

    assert must_change("--must-change")
    assert not must_change(), "the way back in for whoever lost the first password"
    run("user", "create", "bob", "--password-stdin", "--must-change", stdin=PASSWORD + "\n")
    assert store.accounts.find("bob").must_change_password


def test_create_prompts_twice_without_echo_and_makes_an_agent(run: Run, store: Store) -> None:
    result = run("user", "create", "bob", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    user = store.accounts.verify_password("bob", PASSWORD)
    assert user is not None
    assert user.role.name == "Agent"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("admin", "--role", "Agent"), "already a user 'admin'"),
        (("bob", "--role", "Boss"), "no role 'Boss'. The roles are: Admin, Agent, Supervisor"),
        (("b b",), "letters, digits"),
    ],
)
def test_create_says_in_one_line_why_it_refuses(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("user", "create", *words, "--password-stdin", stdin=PASSWORD)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_create_refuses_a_weak_password(run: Run, store: Store) -> None:
    result = run("user", "create", "bob", "--password-stdin", stdin="short\n")
    assert result.exit_code == 1
    assert "10 characters" in result.stderr
    assert len(store.accounts.all()) == 1


@pytest.mark.parametrize(
    "words",
    [("create",), ("create", "bob", "--password", "x"), ("create", "bob", "--password-stdin"), ("fly",)],
)
def test_wrong_use_ends_with_code_2(run: Run, words: tuple[str, ...]) -> None:
    assert run("user", *words, stdin="").exit_code == 2


def test_list_shows_names_roles_and_activity_in_columns(run: Run, store: Store) -> None:
    store.accounts.create("somebody.with.a.long.name", PASSWORD, "Agent", active=False)
    result = run("user", "list")
    assert result.stdout.splitlines() == [
        "NAME                       ROLE   ACTIVE",
        "admin                      Admin  yes",
        "somebody.with.a.long.name  Agent  no",
    ]


def test_password_sets_a_new_one_and_ends_the_sessions(run: Run, store: Store) -> None:
    session_id = store.accounts.find("admin").get_id()
    result = run("user", "password", "admin", "--password-stdin", stdin="another good password\n")
    assert result.exit_code == 0
    assert store.accounts.verify_password("admin", "another good password") is not None
    assert store.accounts.find_session_user(session_id) is None


def test_password_of_an_unknown_user_is_refused(run: Run) -> None:
    result = run("user", "password", "nobody", "--password-stdin", stdin=PASSWORD)
    assert result.exit_code == 1
    assert "no user 'nobody'" in result.stderr
