"""``flask doctor``, and what every command says when the database is not ready."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask

from amictl.cli import register_commands
from amictl.cli.doctor import MANAGER_STANZA
from amictl.manager import Check, Finding, Verdict
from amictl.store import DEFAULT_ROLES, ServerFields, Store, upgrade_database
from tests.store.store_app import AMI_SECRET


def invoke(app: Flask, *words: str) -> Result:
    register_commands(app)
    return app.test_cli_runner().invoke(args=list(words))


def test_a_database_without_tables_is_named_with_the_remedy(empty_app: Flask) -> None:
    result = invoke(empty_app, "doctor")
    assert result.exit_code == 1
    assert "revision none" in result.stderr
    assert "flask db upgrade" in result.stderr


@pytest.mark.parametrize("words", [("user", "list"), ("token", "list"), ("pbx", "list")])
def test_commands_on_a_database_without_tables_end_with_the_remedy(
    empty_app: Flask, words: tuple[str, ...]
) -> None:
    result = invoke(empty_app, *words)
    assert result.exit_code == 1
    assert "flask db upgrade" in result.stderr
    assert "Traceback" not in result.output


def test_missing_administrators_and_links_are_named(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
    result = invoke(empty_app, "doctor")
    assert result.exit_code == 1
    assert "Nobody can manage users" in result.stderr
    assert "There is no PBX" in result.stderr


def test_a_link_that_fails_is_named_and_the_stanza_is_printed(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        store: Store = empty_app.extensions["amictl_store"]
        store.roles.seed(DEFAULT_ROLES)
        store.accounts.create("admin", "a good long password", "Admin")
        fields = ServerFields("main", "127.0.0.1", 1, "amictl", AMI_SECRET)
        store.servers.create(fields)
        store.servers.create(replace(fields, name="off", enabled=False))
    result = invoke(empty_app, "doctor")
    assert result.exit_code == 1
    assert result.stderr == "Problem: There is no link to main: see above.\n"
    assert MANAGER_STANZA in result.stdout
    assert AMI_SECRET not in result.output


@pytest.mark.parametrize(
    ("verdict", "is_problem"),
    [(Verdict.FINE, False), (Verdict.WARNING, False), (Verdict.WRONG, True), (Verdict.UNKNOWN, True)],
)
def test_a_link_that_misses_something_is_not_well(
    empty_app: Flask, monkeypatch: pytest.MonkeyPatch, verdict: Verdict, is_problem: bool
) -> None:
    verdicts = dict.fromkeys(Check, Verdict.FINE) | {Check.RIGHTS: verdict}
    findings = [Finding(check, verdicts[check], "It lacks call.") for check in Check]
    monkeypatch.setattr("amictl.cli.pbxes.inspect_stored", lambda *_server: findings)
    with empty_app.app_context():
        upgrade_database()
        store: Store = empty_app.extensions["amictl_store"]
        store.roles.seed(DEFAULT_ROLES)
        store.accounts.create("admin", "a good long password", "Admin")
        store.servers.create(ServerFields("main", "127.0.0.1", 1, "amictl", AMI_SECRET))
    result = invoke(empty_app, "doctor")
    assert f"  {verdict.label:<13}  Rights: It lacks call.\n" in result.stdout
    assert result.exit_code == (1 if is_problem else 0), result.output
    assert ("The link to main misses something: see above." in result.stderr) == is_problem
