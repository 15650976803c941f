"""``/api/audit/``: reading and exporting the audit log."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from amictl.services.execution.audit_entries import AuditPage
from amictl.services.schemas import answer_of
from amictl.store import AuditFacts, AuditLog, EntryKind, db
from tests.application import Application, Browser

NOW = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def reader(application: Application) -> Browser:
    """A program that may read the log, with seven rows in it: one a minute."""
    writer = application.services.store.writer
    for number in range(7):
        log = AuditLog(writer, db.session, lambda number=number: NOW + timedelta(minutes=number))
        facts = AuditFacts(
            EntryKind.OUTCOME,
            outcome="done" if number else "link_down",
            username="alice" if number % 2 else "bob",
            route="POST /api/ami/queue/pause/",
            pbx="main" if number < 5 else "branch",
            action="QueuePause",
            asked='{"reason":"=1+1"}',
            headers='[["Queue","support"]]',
            message="=HYPERLINK(1)",
            took_ms=1.25,
        )
        log.append(facts)
    return application.call_api(application.make_token())


def read_ids(reader: Browser, query: str = "") -> list[int]:
    answer = reader.get(f"/api/audit/{query}")
    assert answer.status_code == 200, answer.text
    return [entry["id"] for entry in answer.json["data"]["entries"]]


def test_rows_come_newest_first_as_the_document_says(reader: Browser) -> None:
    data = reader.get("/api/audit/").json["data"]
    answer_of(AuditPage).model_validate(data)
    assert [entry["id"] for entry in data["entries"]] == [7, 6, 5, 4, 3, 2, 1]
    assert data["next_cursor"] is None
    first = data["entries"][-1]
    assert (first["at"], first["username"], first["outcome"]) == (
        "2026-01-01T12:00:00.250000Z",
        "bob",
        "link_down",
    )
    assert (first["asked"], first["headers"]) == ({"reason": "=1+1"}, [["Queue", "support"]])


def test_pages_follow_each_other_by_their_cursor(reader: Browser) -> None:
    ids, cursor, pages = [], "", 0
    while cursor is not None:
        data = reader.get(f"/api/audit/?limit=3{cursor and f'&cursor={cursor}'}").json["data"]
        ids += [entry["id"] for entry in data["entries"]]
        cursor, pages = data["next_cursor"], pages + 1
    assert (ids, pages) == ([7, 6, 5, 4, 3, 2, 1], 3)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?user=alice", [6, 4, 2]),
        ("?outcome=link_down", [1]),
        ("?pbx=branch", [7, 6]),
        ("?action=queuepause&limit=1", [7]),
        ("?route=hangup", []),
        ("?kind=asked", []),
        ("?from=2026-01-01T12:05:00Z", [7, 6]),
        ("?from=2026-01-01T13:05:00%2B01:00", [7, 6]),
        ("?to=2026-01-01T12:01:00Z", [1]),
        ("?text=HYPERLINK&user=bob", [7, 5, 3, 1]),
    ],
)
def test_filters_take_the_rows_that_match(reader: Browser, query: str, ids: list[int]) -> None:
    assert read_ids(reader, query) == ids


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?cursor=x", "cursor"),
        ("?cursor=99999999999999999999999", "cursor"),
        ("?from=yesterday", "from"),
        ("?from=2026-01-01T12:05:00", "from"),
        ("?kind=rumour", "kind"),
        ("?pbx=MAIN", "pbx"),
        ("?colour=red", "colour"),
        ("?text=a%0Ab", "text"),
    ],
)
def test_filters_that_make_no_sense_are_refused_by_name(reader: Browser, query: str, field: str) -> None:
    answer = reader.get(f"/api/audit/{query}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field


def test_csv_has_every_row_and_runs_no_formula(reader: Browser) -> None:
    answer = reader.get("/api/audit/export/?format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="amictl-audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == list("1234567")
    assert rows[0]["message"] == "'=HYPERLINK(1)"
    assert (rows[0]["took_ms"], rows[0]["asked_id"], len(rows[0]["hash"])) == ("1.25", "", 64)


def test_json_lines_have_every_row_that_matches(reader: Browser) -> None:
    answer = reader.get("/api/audit/export/?user=alice")
    assert answer.mimetype == "application/x-ndjson"
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["id"] for row in rows] == [2, 4, 6]
    assert rows[0]["asked"] == {"reason": "=1+1"}


@pytest.mark.parametrize("path", ["/api/audit/", "/api/audit/export/"])
def test_the_log_is_read_only_with_the_permission(
    application: Application, reader: Browser, path: str
) -> None:
    application.make_user("sue", "Supervisor")
    assert reader.get(path).status_code == 200
    assert application.call_api(application.make_token("sue")).get(path).status_code == 403


def test_who_is_limited_to_a_pbx_sees_its_rows_alone(application: Application, reader: Browser) -> None:
    assert len(read_ids(reader)) == 7
    application.make_role("branch auditor", "audit.read", pbx_scope=frozenset({"branch"}))
    application.make_user("olga", "branch auditor")
    olga = application.call_api(application.make_token("olga"))
    assert read_ids(olga) == [7, 6]
    assert len(olga.get("/api/audit/export/").text.splitlines()) == 2
