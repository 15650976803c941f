"""The audit log: a chain that only grows, whoever writes and however many."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from amictl.store import AuditFacts, AuditLog, AuditQuery, AuditStamp, EntryKind, Store, db, upgrade_database
from amictl.store.audit_verification import AuditVerdict, verify_rows
from tests.patience import PATIENCE
from tests.store.store_app import ROOT

TRIGGERS = ("audit_entry_no_update", "audit_entry_no_delete", "audit_entry_at_end", "audit_head_no_delete")


def add(log: AuditLog, count: int = 1, **facts: object) -> AuditStamp:
    for number in range(count):
        stamp = log.append(AuditFacts(EntryKind.EVENT, "done", **{"username": f"user-{number}", **facts}))  # type: ignore[arg-type]
    return stamp


def verify(store: Store, known: AuditStamp | None = None) -> AuditVerdict:
    return verify_rows(store.audit_log.walk(), store.audit_log.read_head, known)


def tamper(*statements: str) -> None:
    """Do what somebody with the database's file can do."""
    for name in TRIGGERS:
        db.session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def test_rows_are_numbered_chained_and_whole(store: Store) -> None:
    last = add(store.audit_log, 5)
    rows = list(store.audit_log.walk())
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0]["previous_hash"] == "0" * 64
    for before, row in itertools.pairwise(rows):
        assert row["previous_hash"] == before["hash"]
    verdict = verify(store)
    assert (verdict.rows, verdict.last, verdict.findings) == (5, last, ())


def test_an_empty_log_is_whole(store: Store) -> None:
    assert verify(store).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET username = 'somebody else' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
        "DELETE FROM audit_entry",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = 2",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_rows(store: Store, statement: str) -> None:
    add(store.audit_log, 3)
    with pytest.raises(IntegrityError, match="audit log"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert verify(store).findings == ()
    assert verify(store).rows == 3


def test_a_migrated_database_refuses_too(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        add(empty_app.extensions["amictl_store"].audit_log, 2)
        for statement in ("UPDATE audit_entry SET outcome = 'done'", "DELETE FROM audit_entry"):
            with pytest.raises(IntegrityError, match="audit log"):
                db.session.execute(text(statement))
            db.session.rollback()


@pytest.mark.parametrize(
    "column", ["at", "username", "route", "asked", "outcome", "message", "took_ms", "address", "asked_id"]
)
def test_a_changed_row_is_found(store: Store, column: str) -> None:
    add(store.audit_log, 4, route="POST /", asked="{}", message="m", took_ms=1.5, address="a", asked_id=1)
    value = "'2020-01-01 00:00:00.000000'" if column == "at" else "7"
    tamper(f"UPDATE audit_entry SET {column} = {value} WHERE id = 2")  # noqa: S608 - a column's name
    assert [finding.detail for finding in verify(store).findings] == [
        "row 2 was changed: its hash does not fit"
    ]


def test_a_changed_row_with_a_new_hash_breaks_the_chain_after_it(store: Store) -> None:
    add(store.audit_log, 4)
    tamper("UPDATE audit_entry SET hash = '" + "e" * 64 + "' WHERE id = 2")
    details = [finding.detail for finding in verify(store).findings]
    assert "row 3 does not follow row 2" in details


def test_a_removed_row_is_found(store: Store) -> None:
    add(store.audit_log, 6)
    tamper("DELETE FROM audit_entry WHERE id IN (3, 4)")
    assert [finding.detail for finding in verify(store).findings] == ["row 3 to 4 was removed"]


def test_a_removed_beginning_is_found(store: Store) -> None:
    add(store.audit_log, 3)
    tamper("DELETE FROM audit_entry WHERE id = 1")
    assert verify(store).findings[0].detail == "row 1 was removed"


def test_rows_cut_off_at_the_end_are_missed(store: Store) -> None:
    add(store.audit_log, 5)
    tamper("DELETE FROM audit_entry WHERE id > 3")
    (finding,) = verify(store).findings
    assert finding.row == 4
    assert "row 5 was written" in finding.detail


def test_a_cut_off_log_whose_kept_end_was_moved_too_is_found_by_an_end_noted_elsewhere(store: Store) -> None:
    noted = add(store.audit_log, 5)
    tamper(
        "DELETE FROM audit_entry WHERE id > 3",
        "UPDATE audit_head SET entry_id = 3, hash = (SELECT hash FROM audit_entry WHERE id = 3)",
    )
    assert verify(store).findings == ()
    assert "row 5 was written" in verify(store, noted).findings[0].detail


def test_a_log_rewritten_from_some_row_on_is_found_by_an_end_noted_elsewhere(store: Store) -> None:
    noted = add(store.audit_log, 3)
    tamper("DELETE FROM audit_entry", "DELETE FROM audit_head")
    add(store.audit_log, 4, username="forged")
    assert verify(store).findings == ()
    assert "row 3 is not the one that was noted" in verify(store, noted).findings[0].detail


def test_rows_added_behind_the_kept_end_and_a_removed_end_are_found(store: Store) -> None:
    add(store.audit_log, 2)
    tamper("UPDATE audit_head SET entry_id = 1, hash = (SELECT hash FROM audit_entry WHERE id = 1)")
    assert verify(store).findings
    tamper("DELETE FROM audit_head")
    assert verify(store).findings[0].detail == "the kept end of the log was removed"


def test_rows_added_while_the_log_is_verified_are_no_finding(store: Store) -> None:
    log = store.audit_log
    add(log, 3)
    rows = list(log.walk())

    def walk_slowly():  # noqa: ANN202 - an iterator of rows
        yield from rows
        add(log, 2)

    assert verify_rows(walk_slowly(), log.read_head).findings == ()


def test_many_threads_make_one_chain(store: Store) -> None:
    def work() -> None:
        add(store.audit_log, 25)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    verdict = verify(store)
    assert (verdict.rows, verdict.findings) == (200, ())


GREEN_WRITERS = """
import eventlet
eventlet.monkey_patch()
import sys
from pathlib import Path

from amictl.config import Settings
from amictl.store import AuditFacts, EntryKind
from tests.store.store_app import make_app
app = make_app(Settings(instance=Path(sys.argv[1])))
log = app.extensions["amictl_store"].audit_log
def work(name):
    for number in range(20):
        log.append(AuditFacts(EntryKind.EVENT, "done", username=name))
        eventlet.sleep(0)
pool = eventlet.GreenPool(40)
for name in range(20):
    pool.spawn_n(work, f"green-{name}")
pool.waitall()
"""


@pytest.mark.long
@pytest.mark.served
def test_green_threads_of_two_processes_and_threads_of_a_third_make_one_chain(store: Store) -> None:
    folder = str(store.settings.instance)
    command = [sys.executable, "-W", "ignore", "-c", GREEN_WRITERS, folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    others = [subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    threads = [threading.Thread(target=lambda: add(store.audit_log, 50)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for process in others:
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
    verdict = verify(store)
    assert (verdict.rows, verdict.findings) == (200 + 2 * 400, ())


def test_a_row_costs_little(store: Store) -> None:
    """It takes as many statements as the first, however many there are."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        statements.append(statement)

    add(store.audit_log)
    event.listen(store.writer._engine, "before_cursor_execute", count)
    add(store.audit_log)
    first = len(statements)
    assert 0 < first < 10
    add(store.audit_log, 100, asked="{}" * 500, headers="[]" * 200)
    assert len(statements) == first * 101


@pytest.fixture
def log_at(store: Store) -> Callable[[datetime], AuditLog]:
    return lambda now: AuditLog(store.writer, db.session, lambda: now)


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ask(log: AuditLog, via: str = "session") -> AuditStamp:
    return log.append(AuditFacts(EntryKind.ASKED, "asked", via=via, username="alice", action="QueuePause"))


def test_an_interrupted_action_gets_an_unknown_outcome_at_the_next_start(
    store: Store, log_at: Callable[[datetime], AuditLog]
) -> None:
    log = log_at(NOW)
    settled = ask(log)
    log.append(AuditFacts(EntryKind.OUTCOME, "done", asked_id=settled.id))
    left = ask(log)
    assert log.settle_interrupted("amictl stopped", "outcome_unknown") == 1
    row = list(log.walk())[-1]
    assert (row["kind"], row["asked_id"], row["outcome"]) == ("outcome", left.id, "outcome_unknown")
    assert (row["username"], row["action"], row["message"]) == ("alice", "QueuePause", "amictl stopped")
    assert log.settle_interrupted("amictl stopped", "outcome_unknown") == 0
    assert verify(store).findings == ()


def test_a_command_in_another_process_is_given_a_minute(log_at: Callable[[datetime], AuditLog]) -> None:
    ask(log_at(NOW), via="command")
    assert log_at(NOW + timedelta(seconds=30)).settle_interrupted("stopped", "outcome_unknown") == 0
    assert log_at(NOW + timedelta(seconds=90)).settle_interrupted("stopped", "outcome_unknown") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AuditQuery(user="alice"), {1, 3}),
        (AuditQuery(kind="refused"), {2}),
        (AuditQuery(route="originate/"), {1}),
        (AuditQuery(route="%"), set()),
        (AuditQuery(action="queuepause"), {3}),
        (AuditQuery(action="queue_ause"), set()),
        (AuditQuery(pbx="branch"), {3}),
        (AuditQuery(outcome="link_down"), {3}),
        (AuditQuery(since=NOW + timedelta(minutes=1)), {2, 3}),
        (AuditQuery(until=NOW + timedelta(minutes=1)), {1}),
        (AuditQuery(text="break"), {3}),
        (AuditQuery(text="BOB"), {2}),
        (AuditQuery(user="alice", pbx="main"), {1}),
        (AuditQuery(pbx_scope=frozenset({"main"})), {1}),
        (AuditQuery(queue_scope=frozenset({"sales"})), set()),
        (AuditQuery(queue_scope=frozenset({"sales"}), reader=7), {2}),
        (AuditQuery(queue_scope=frozenset({"support"})), {3}),
        (AuditQuery(), {1, 2, 3}),
    ],
)
def test_filters_find_their_rows(
    store: Store, log_at: Callable[[datetime], AuditLog], query: AuditQuery, found: set[int]
) -> None:
    facts = (
        AuditFacts(EntryKind.EVENT, "done", username="alice", route="POST /api/ami/originate/", pbx="main"),
        AuditFacts(
            EntryKind.REFUSED, "permission_denied", user_id=7, username="bob", route="POST /api/ami/hangup/",
        ),
        AuditFacts(
            EntryKind.OUTCOME, "link_down", username="alice", route="POST /api/ami/queue/pause/",
            action="QueuePause", asked='{"reason":"Break"}', pbx="branch", queue="support",
        ),
    )  # fmt: skip
    for minute, each in enumerate(facts):
        log_at(NOW + timedelta(minutes=minute)).append(each)
    assert {row["id"] for row in store.audit_log.page(query, 100)} == found
    assert {row["id"] for row in store.audit_log.walk(query)} == found


def test_pages_follow_each_other_newest_first(store: Store) -> None:
    add(store.audit_log, 5)
    first = store.audit_log.page(AuditQuery(), 2)
    second = store.audit_log.page(AuditQuery(), 2, first[-1]["id"])
    third = store.audit_log.page(AuditQuery(), 2, second[-1]["id"])
    assert [row["id"] for page in (first, second, third) for row in page] == [5, 4, 3, 2, 1]


def test_a_walk_passes_more_rows_than_one_chunk_holds(store: Store) -> None:
    add(store.audit_log, 1001)
    assert [row["id"] for row in store.audit_log.walk()] == list(range(1, 1002))


def test_the_migration_refuses_what_the_models_refuse() -> None:
    """The triggers are written twice, as a migration must not change when the code does."""
    migration = (ROOT / "migrations/versions/0002_audit.py").read_text()
    models = (ROOT / "amictl/store/audit_entry.py").read_text()
    for name in TRIGGERS:
        made, told = (
            source.split(f"CREATE TRIGGER {name} ")[1].split('"""')[0] for source in (migration, models)
        )
        assert made.split() == told.split()
