"""What the audit log says of HTTP requests: who, from where, what, and what became of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from amictl.errors import ActionRefused, ActionTimeout, LinkDown, OutcomeUnknown
from amictl.protocol import Action, Reply
from amictl.services.execution.audit import UnauthenticatedRowBudget
from amictl.store.audit_verification import verify_rows
from tests.application import PASSWORD, Application, Browser

PAUSE = {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"}


def read_rows(application: Application) -> list[dict[str, Any]]:
    with application.app.app_context():
        return [dict(row) for row in application.services.store.audit_log.walk()]


@pytest.fixture
def program(application: Application) -> Browser:
    return application.call_api(application.make_token())


def test_a_write_is_recorded_before_it_is_sent_and_after_its_answer(
    application: Application, program: Browser
) -> None:
    seen: list[list[dict[str, Any]]] = []
    answer = application.manager.answer

    def look(action: Action) -> Reply:
        seen.append(read_rows(application))
        return answer(action)

    application.manager.answer = look
    response = program.post("/api/ami/queue/pause/", PAUSE)
    assert [row["kind"] for row in seen[0]] == ["asked"]
    asked, outcome = read_rows(application)
    assert (asked["username"], asked["role"], asked["via"], asked["token_id"]) == (
        "admin",
        "Admin",
        "token",
        1,
    )
    assert (asked["route"], asked["pbx"], asked["queue"]) == ("POST /api/ami/queue/pause/", "main", "support")
    assert (asked["permission"], asked["action"]) == ("queues.manage", "QueuePause")
    assert json.loads(asked["asked"]) == PAUSE
    assert ["Interface", "PJSIP/100"] in json.loads(asked["headers"])
    assert asked["address"] == "127.0.0.1"
    assert asked["request_id"] == response.headers["X-Request-ID"]
    assert asked["outcome"] == "asked"
    assert (outcome["kind"], outcome["outcome"], outcome["asked_id"]) == ("outcome", "done", asked["id"])
    assert outcome["message"] == "QueuePause done"
    assert outcome["took_ms"] >= 0


def test_a_person_is_recorded_with_a_session_that_cannot_be_used(application: Application) -> None:
    browser = application.log_in()
    browser.post("/api/ami/queue/pause/", PAUSE)
    login, asked, _ = read_rows(application)
    assert (login["kind"], login["username"], login["message"]) == ("event", "admin", "Logged in.")
    assert (asked["via"], asked["token_id"]) == ("session", None)
    assert len(asked["session_id"]) == 16
    with browser.client.session_transaction() as session:
        assert asked["session_id"] not in session["session_id"]


@pytest.mark.parametrize(
    ("error", "outcome", "message"),
    [
        (ActionRefused("The PBX refused.", ami="No such interface"), "action_refused", "No such interface"),
        (ActionTimeout("No answer.", changes_pbx=True), "action_timeout", "No answer."),
        (OutcomeUnknown("The link died."), "outcome_unknown", "The link died."),
        (LinkDown("There is no link."), "link_down", "There is no link."),
        (RuntimeError("with a secret in it"), "internal", "A defect: RuntimeError."),
    ],
)
def test_each_failure_is_recorded_once_and_truthfully(
    application: Application, program: Browser, error: Exception, outcome: str, message: str
) -> None:
    def fail(_action: Action) -> Reply:
        raise error

    application.manager.answer = fail
    program.post("/api/ami/queue/pause/", PAUSE)
    assert [(row["kind"], row["outcome"], row["message"]) for row in read_rows(application)] == [
        ("asked", "asked", None),
        ("outcome", outcome, message),
    ]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/ami/queue/pause/", {**PAUSE, "queue": "sales", "interface": "PJSIP/9"}, "not_found"),
        ("/api/ami/queue/pause/", {**PAUSE, "reason": "a\r\nb"}, "invalid_input"),
        ("/api/ami/queue/pause/", {"queue": "support"}, "invalid_input"),
        ("/api/ami/hangup/", {"channel": "PJSIP/none-1"}, "not_found"),
        ("/api/ami/nowhere/", {}, "not_found"),
    ],
)
def test_each_refused_write_is_recorded_with_its_reason(
    application: Application, program: Browser, path: str, body: dict[str, Any], code: str
) -> None:
    assert program.post(path, body).json["code"] == code
    (row,) = read_rows(application)
    assert (row["kind"], row["outcome"], row["username"]) == ("refused", code, "admin")
    assert row["route"] == f"POST {path}"
    assert row["message"]
    assert application.manager.sent == []


def test_who_may_not_is_recorded(application: Application) -> None:
    application.make_user("ann", "Agent")
    answer = application.call_api(application.make_token("ann")).post("/api/ami/queue/pause/", PAUSE)
    assert answer.status_code == 403
    (row,) = read_rows(application)
    assert (row["username"], row["outcome"], row["pbx"], row["queue"]) == (
        "ann",
        "permission_denied",
        None,
        "support",
    )
    assert json.loads(row["asked"]) == PAUSE


def test_a_missing_csrf_token_is_recorded(application: Application) -> None:
    browser = application.log_in()
    del browser.headers["X-CSRF-Token"]
    assert browser.post("/api/ami/queue/pause/", PAUSE).status_code == 403
    assert [row["outcome"] for row in read_rows(application)] == ["done", "permission_denied"]


@pytest.mark.parametrize("token", [None, "amictl_unknown"])
def test_a_request_of_nobody_recognised_is_recorded_without_what_it_says(
    application: Application, token: str | None
) -> None:
    anonymous = application.browse() if token is None else application.call_api(token)
    assert anonymous.post("/api/ami/queue/pause/", PAUSE).status_code == 401
    (row,) = read_rows(application)
    assert (row["kind"], row["outcome"], row["username"], row["via"]) == (
        "refused",
        "not_authenticated",
        "",
        "none",
    )
    assert row["asked"] is None


def test_reads_are_not_recorded(application: Application, program: Browser) -> None:
    for path in ("/api/ami/channels/", "/api/ami/ping/", "/api/ami/nowhere/", "/api/audit/"):
        program.get(path)
    assert read_rows(application) == []


def test_logins_and_logouts_are_recorded_and_passwords_are_not(application: Application) -> None:
    browser = application.browse()
    browser.submit_login("admin", "a wrong password")
    browser.submit_login("Nobody", "another wrong one")
    browser.submit_login()
    browser.submit_form("/logout")
    rows = read_rows(application)
    assert [(row["username"], row["outcome"], row["message"]) for row in rows] == [
        ("admin", "not_authenticated", "Login refused."),
        ("Nobody", "not_authenticated", "Login refused."),
        ("admin", "done", "Logged in."),
        ("admin", "done", "Logged out."),
    ]
    for password in ("wrong", PASSWORD):
        assert password not in str(rows)


def test_too_many_logins_are_recorded(application: Application) -> None:
    browser = application.browse()
    for _ in range(11):
        answer = browser.submit_login("admin", "a wrong password")
    assert answer.status_code == 429
    assert read_rows(application)[-1]["outcome"] == "rate_limited"


def test_secrets_in_a_request_are_masked(application: Application, program: Browser) -> None:
    body = {
        "channel": "PJSIP/100", "exten": "200", "context": "default", "priority": 1,
        "variables": {"CARD_PIN": "4711", "LANG": "de"},
    }  # fmt: skip
    assert program.post("/api/ami/originate/", body).status_code == 202
    rows = read_rows(application)
    assert len(rows) == 2
    assert "4711" not in str(rows)
    assert "LANG=de" in rows[0]["headers"]


def test_an_answer_given_again_is_recorded_as_such(application: Application, program: Browser) -> None:
    for _ in range(2):
        program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "k"})
    assert [row["outcome"] for row in read_rows(application)] == ["asked", "done", "replayed"]


def test_a_reused_key_is_recorded_as_a_conflict(application: Application, program: Browser) -> None:
    program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "k"})
    program.post("/api/ami/queue/pause/", {**PAUSE, "paused": False}, headers={"Idempotency-Key": "k"})
    assert read_rows(application)[-1]["outcome"] == "conflict"


def test_tokens_that_are_made_and_revoked_are_recorded_without_their_text(
    application: Application, program: Browser
) -> None:
    made = program.post("/api/tokens/", {"name": "wallboard"}).json["data"]
    program.client.delete(f"/api/tokens/{made['id']}/", headers=program.headers)
    rows = read_rows(application)
    assert [(row["kind"], row["outcome"], row["message"]) for row in rows] == [
        ("event", "done", "Made the token 2."),
        ("event", "done", "Revoked the token 2 of admin."),
    ]
    assert made["token"] not in str(rows)


def test_refused_settings_pages_are_recorded(application: Application) -> None:
    application.make_user("ann", "Agent")
    browser = application.log_in("ann")
    assert browser.submit_form("/admin/users/delete/", id="1").status_code == 403
    assert [(row["username"], row["outcome"]) for row in read_rows(application)] == [
        ("ann", "done"),
        ("ann", "http_403"),
    ]


def test_requests_of_nobody_recognised_cannot_fill_the_log(application: Application) -> None:
    audit = application.services.audit
    now = 0.0
    audit._row_budget = UnauthenticatedRowBudget(most=3, clock=lambda: now)
    for _ in range(10):
        application.browse().post("/api/ami/queue/pause/", PAUSE)
    assert len(read_rows(application)) == 3
    now = 61.0
    application.browse().post("/api/ami/queue/pause/", PAUSE)
    rows = read_rows(application)
    assert len(rows) == 4
    assert "7 more before this were not recorded" in rows[-1]["message"]


@pytest.mark.long
def test_nothing_is_sent_when_it_cannot_be_recorded(application: Application, program: Browser) -> None:
    with application.app.app_context():
        application.services.store.tokens._session.execute(text("DROP TABLE audit_entry"))
        application.services.store.tokens._session.commit()
    assert program.post("/api/ami/queue/pause/", PAUSE).status_code == 500
    assert application.manager.sent == []


def test_an_outcome_that_cannot_be_recorded_does_not_hide_what_the_pbx_did(
    application: Application, program: Browser
) -> None:
    answer = application.manager.answer

    def lose_the_table(action: Action) -> Reply:
        with application.app.app_context():
            application.services.store.tokens._session.execute(text("DROP TABLE audit_entry"))
            application.services.store.tokens._session.commit()
        return answer(action)

    application.manager.answer = lose_the_table
    assert program.post("/api/ami/queue/pause/", PAUSE).status_code == 200


def test_after_all_that_the_chain_is_whole(application: Application, program: Browser) -> None:
    for paused in (True, False, "maybe"):
        program.post("/api/ami/queue/pause/", {**PAUSE, "paused": paused})
    application.log_in()
    log = application.services.store.audit_log
    with application.app.app_context():
        verdict = verify_rows(log.walk(), log.read_head)
    assert (verdict.rows, verdict.findings) == (6, ())
