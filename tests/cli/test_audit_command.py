"""``flask audit``, and what the other commands leave in the audit log."""

from __future__ import annotations

import csv
import getpass
import io
import json

import pytest
from sqlalchemy import text

from amictl.store import AuditFacts, EntryKind, Store, db
from tests.cli.conftest import Run


def fill(store: Store, rows: int = 4) -> str:
    for number in range(rows):
        stamp = store.audit_log.append(AuditFacts(EntryKind.EVENT, "done", username=f"user-{number}"))
    return f"{stamp.id}:{stamp.hash}"


def test_verify_says_that_the_log_is_whole_and_where_it_ends(run: Run, store: Store) -> None:
    end = fill(store)
    result = run("audit", "verify")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"4 rows, the last is {end}" in result.stdout
    assert run("audit", "verify", "--known", end).exit_code == 0


def test_verify_names_the_broken_row_and_fails(run: Run, store: Store) -> None:
    fill(store)
    db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
    db.session.execute(text("UPDATE audit_entry SET username = 'nobody' WHERE id = 3"))
    db.session.commit()
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "row 3 was changed" in result.stderr
    assert "whole" not in result.stdout


def test_verify_compares_with_an_end_that_was_noted(run: Run, store: Store) -> None:
    fill(store)
    result = run("audit", "verify", "--known", f"4:{'0' * 64}")
    assert result.exit_code == 1
    assert "row 4 is not the one that was noted" in result.stderr
    assert run("audit", "verify", "--known", "last").exit_code == 2


def test_export_prints_every_row(run: Run, store: Store) -> None:
    fill(store)
    lines = run("audit", "export").stdout.splitlines()
    assert [json.loads(line)["username"] for line in lines] == ["user-0", "user-1", "user-2", "user-3"]
    table = list(csv.DictReader(io.StringIO(run("audit", "export", "--format", "csv").stdout)))
    assert [row["username"] for row in table] == ["user-0", "user-1", "user-2", "user-3"]


@pytest.mark.parametrize(
    ("words", "stdin", "outcome"),
    [
        (("user", "create", "bob", "--password-stdin"), "a good long password", "done"),
        (("user", "create", "bob", "--password-stdin"), "short", "invalid_input"),
        (("token", "create", "--user", "admin", "--permissions", "live.read,events.read"), "", "done"),
        (("token", "create", "--user", "nobody"), "", "not_found"),
        (
            ("pbx", "add", "main", "--host", "pbx", "--username", "u", "--secret-stdin"),
            "hidden-secret",
            "done",
        ),
    ],
)
def test_a_command_that_changes_something_is_recorded(
    run: Run, store: Store, words: tuple[str, ...], stdin: str, outcome: str
) -> None:
    result = run(*words, stdin=stdin)
    (row,) = store.audit_log.walk()
    assert (row["via"], row["username"], row["outcome"]) == ("command", getpass.getuser(), outcome)
    assert row["route"].endswith(f"{words[0]} {words[1]}")
    assert json.loads(row["asked"])
    recorded = str(dict(row))
    assert not stdin or stdin not in recorded
    assert "amictl_" not in recorded
    assert (result.exit_code == 0) == (outcome == "done")


def test_commands_that_only_read_are_not_recorded(run: Run, store: Store) -> None:
    for words in (("user", "list"), ("token", "list"), ("pbx", "list"), ("audit", "verify")):
        assert run(*words).exit_code == 0
    assert list(store.audit_log.walk()) == []


def test_permissions_of_a_token_may_be_separated_by_commas(run: Run, store: Store) -> None:
    made = run("token", "create", "--user", "admin", "--permissions", "live.read, events.read").stdout.strip()
    assert store.tokens.authenticate(made).effective_permissions == {"live.read", "events.read"}
