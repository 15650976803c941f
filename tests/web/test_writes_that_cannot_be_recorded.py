"""A database that keeps nothing: nothing is sent, what was sent stays done, and reading goes on."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from amictl.protocol import Action, Reply
from tests.application import Application, Browser

PAUSE = {"queue": "support", "interface": "PJSIP/100", "paused": True}
READ_ONLY = "The disk with amictl's database is read-only, or its files may not be written."


class Disk:
    """Makes SQLite refuse what the audit log writes, as on a disk that has become read-only."""

    def __init__(self, application: Application) -> None:
        self._engine = application.services.store.writer._engine

    def fail(self) -> None:
        """Let nothing be written from now on."""
        self._set("ON")

    def recover(self) -> None:
        """Let everything be written again."""
        self._set("OFF")

    def _set(self, query_only: str) -> None:
        with self._engine.connect() as connection:  # there is only this one
            connection.exec_driver_sql(f"PRAGMA query_only = {query_only}")


@pytest.fixture
def disk(application: Application) -> Disk:
    return Disk(application)


@pytest.fixture
def program(application: Application) -> Browser:
    return application.call_api(application.make_token())


def assert_nothing_was_done(answer: TestResponse) -> None:
    assert (answer.status_code, answer.json["code"]) == (503, "storage_unavailable")
    assert answer.json["title"] == "The database cannot be used"
    assert answer.json["detail"] == f"{READ_ONLY} Nothing was done, because it cannot be recorded."


def test_an_action_is_not_sent_and_who_asked_is_told(
    application: Application, program: Browser, disk: Disk
) -> None:
    disk.fail()
    assert_nothing_was_done(program.post("/api/ami/queue/pause/", PAUSE))
    assert_nothing_was_done(program.post("/api/ami/hangup/", {"channel": "PJSIP/100-1"}))
    assert application.manager.sent == []
    disk.recover()
    assert program.post("/api/ami/queue/pause/", PAUSE).status_code == 200
    assert [action.name for action in application.manager.sent] == ["QueuePause"]


def test_reading_goes_on(program: Browser, disk: Disk) -> None:
    disk.fail()
    assert len(program.get("/api/ami/channels/").json["data"]["channels"]) == 1


def test_nobody_is_logged_in_or_out_without_a_record(application: Application, disk: Disk) -> None:
    person = application.log_in()
    disk.fail()
    refused = application.browse()
    page = refused.submit_login()
    assert page.status_code == 503
    assert f"{READ_ONLY} Nothing was done" in page.text.replace("&#39;", "'")
    assert refused.get("/console/").status_code == 302
    assert refused.submit_login(password="wrong").status_code == 503
    assert person.submit_form("/logout").status_code == 503
    assert person.get("/console/").status_code == 200
    disk.recover()
    assert refused.submit_login().status_code == 303
    assert person.submit_form("/logout").status_code == 303
    assert person.get("/console/").status_code == 302


def test_one_login_too_many_meets_the_same_answer_when_its_refusal_cannot_be_recorded(
    application: Application, disk: Disk
) -> None:
    disk.fail()
    answers = [application.browse().submit_login(password="wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [503] * 11
    assert READ_ONLY in answers[-1].text.replace("&#39;", "'")
    disk.recover()
    assert application.browse().submit_login(password="wrong").status_code == 429


def test_an_outcome_that_cannot_be_recorded_leaves_what_was_done_done(
    application: Application, program: Browser, disk: Disk
) -> None:
    answer_of = application.manager.answer

    def answer(action: Action) -> Reply:
        disk.fail()
        return answer_of(action)

    application.manager.answer = answer
    done = program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "once"})
    assert (done.status_code, done.json["success"]) == (200, True)
    disk.recover()
    application.manager.answer = answer_of
    again = program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "once"})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert len(application.manager.sent) == 1
    assert application.services.audit.settle_interrupted() == 1


def test_a_key_of_which_nothing_was_done_can_be_used_again(
    application: Application, program: Browser, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = application.services.store.idempotency_keys.claim

    def claim_before_the_fault(*arguments: object) -> object:
        claimed = claim(*arguments)  # type: ignore[arg-type] - as they came
        disk.fail()
        return claimed

    with monkeypatch.context() as patched:
        patched.setattr(application.services.store.idempotency_keys, "claim", claim_before_the_fault)
        answer = program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "once"})
        assert_nothing_was_done(answer)
    disk.recover()
    answer = program.post("/api/ami/queue/pause/", PAUSE, headers={"Idempotency-Key": "once"})
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (200, False)
    assert len(application.manager.sent) == 1


def test_a_token_that_was_made_is_given_though_the_row_that_says_so_is_lost(
    program: Browser, disk: Disk
) -> None:
    disk.fail()  # the token itself goes another way
    made = program.post("/api/tokens/", {"name": "nightly"})
    assert made.status_code == 201
    assert made.json["data"]["token"].startswith("amictl_")


def test_readiness_tells_the_reason_until_the_disk_is_well_again(
    application: Application, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amictl.services.metrics.readiness.PROOF_LASTS", 0.0)
    anonymous = application.browse()
    disk.fail()
    answer = anonymous.get("/readyz")
    assert (answer.status_code, answer.json["problems"]) == (503, [READ_ONLY])
    assert answer.json["detail"] == f"Not ready: database. {READ_ONLY}"
    assert anonymous.get("/healthz").status_code == 200
    disk.recover()
    assert anonymous.get("/readyz").status_code == 200
