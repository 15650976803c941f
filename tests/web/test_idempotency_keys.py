"""``Idempotency-Key`` on the API's writes: what is carried out, and what is answered again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from amictl.errors import ActionRefused, LinkDown, OutcomeUnknown
from amictl.protocol import Action, Reply
from amictl.services.execution.idempotency import FirstAnswer, IdempotencyService
from amictl.store import IdempotencyKeys
from amictl.store.idempotency_keys import IdempotencyKey, StoredAnswer
from tests.application import Application, Browser, make_reply
from tests.patience import PATIENCE

PAUSE = {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"}


def pause(browser: Browser, key: str, **changes: object):  # noqa: ANN201 - werkzeug's response
    return browser.post("/api/ami/queue/pause/", {**PAUSE, **changes}, headers={"Idempotency-Key": key})


@pytest.fixture
def program(application: Application) -> Browser:
    return application.call_api(application.make_token())


def test_the_second_request_gets_the_first_answer_and_sends_nothing(
    application: Application, program: Browser
) -> None:
    first = pause(program, "key-1")
    again = pause(program, "key-1")
    assert (again.status_code, again.data, again.mimetype) == (first.status_code, first.data, first.mimetype)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(application.manager.sent) == 1


def test_equal_bodies_may_be_written_differently(application: Application, program: Browser) -> None:
    pause(program, "key-1")
    text = '{ "reason":"Break",\n "paused":true, "interface":"PJSIP/100","queue":"support"}'
    headers = {**program.headers, "Idempotency-Key": "key-1", "Content-Type": "application/json"}
    again = program.client.post("/api/ami/queue/pause/", data=text, headers=headers)
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (200, "true")
    assert len(application.manager.sent) == 1


def test_another_body_is_a_conflict(application: Application, program: Browser) -> None:
    pause(program, "key-1")
    other = pause(program, "key-1", paused=False)
    assert (other.status_code, other.json["code"]) == (409, "conflict")
    assert "another body" in other.json["detail"]
    assert len(application.manager.sent) == 1


def test_without_a_key_each_request_is_carried_out(application: Application, program: Browser) -> None:
    for _ in range(2):
        assert program.post("/api/ami/queue/pause/", PAUSE).status_code == 200
    assert len(application.manager.sent) == 2


def test_another_route_another_token_and_another_person_have_keys_of_their_own(
    application: Application, program: Browser
) -> None:
    pause(program, "key-1")
    other_token = application.call_api(application.make_token())
    assert "Idempotency-Replayed" not in pause(other_token, "key-1").headers
    assert "Idempotency-Replayed" not in pause(application.log_in(), "key-1").headers
    hangup = program.post(
        "/api/ami/hangup/", {"channel": "PJSIP/100-1"}, headers={"Idempotency-Key": "key-1"}
    )
    assert hangup.status_code == 200
    assert len(application.manager.sent) == 4


@pytest.mark.parametrize("key", ["", "k" * 256, "white space", "ünicode"])
def test_a_key_that_is_none_is_refused(application: Application, program: Browser, key: str) -> None:
    answer = pause(program, key)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert application.manager.sent == []


def test_a_refusal_by_the_pbx_is_answered_again(application: Application, program: Browser) -> None:
    def refuse(_action: Action) -> Reply:
        raise ActionRefused("The PBX refused.", ami="No such interface")

    application.manager.answer = refuse
    first, again = pause(program, "key-1"), pause(program, "key-1")
    assert (first.status_code, again.status_code) == (502, 502)
    assert again.json == first.json
    assert len(application.manager.sent) == 1


def test_an_unknown_outcome_is_answered_again_so_that_nothing_is_done_twice(
    application: Application, program: Browser
) -> None:
    def lose(_action: Action) -> Reply:
        raise OutcomeUnknown("The link died.")

    application.manager.answer = lose
    first, again = pause(program, "key-1"), pause(program, "key-1")
    assert (first.json["outcome"], again.json["outcome"]) == ("unknown", "unknown")
    assert len(application.manager.sent) == 1


def test_a_request_of_which_nothing_was_sent_is_carried_out_when_it_comes_again(
    application: Application, program: Browser
) -> None:
    def find_no_link(_action: Action) -> Reply:
        raise LinkDown("There is no link.")

    answer, application.manager.answer = application.manager.answer, find_no_link
    assert pause(program, "key-1").status_code == 503
    application.manager.answer = answer
    again = pause(program, "key-1")
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (200, None)


def test_a_key_of_a_refused_request_works_once_the_right_is_there(application: Application) -> None:
    application.make_role("watcher", "live.read")
    application.make_user("wendy", "watcher")
    token = application.call_api(application.make_token("wendy"))
    assert pause(token, "key-1").status_code == 403
    with application.app.app_context():
        store = application.services.store
        store.accounts.update(store.accounts.find("wendy"), role_name="Supervisor")
    assert pause(token, "key-1").status_code == 200


def test_while_the_first_request_is_at_work_the_second_is_told_so(
    application: Application, program: Browser
) -> None:
    sent, go_on = threading.Event(), threading.Event()

    def wait(_action: Action) -> Reply:
        sent.set()
        assert go_on.wait(PATIENCE)
        return make_reply(Message="done")

    application.manager.answer = wait
    answers = []
    first = threading.Thread(target=lambda: answers.append(pause(program, "key-1")))
    first.start()
    assert sent.wait(PATIENCE)
    second = pause(application.call_api(program.headers["Authorization"].removeprefix("Bearer ")), "key-1")
    go_on.set()
    first.join(PATIENCE)
    assert (second.status_code, second.json["code"]) == (409, "conflict")
    assert "in progress" in second.json["detail"]
    assert second.headers["Retry-After"] == "1"
    assert answers[0].status_code == 200
    assert len(application.manager.sent) == 1


def test_a_request_that_was_cut_off_by_a_stop_is_never_sent_again(
    application: Application, program: Browser
) -> None:
    class Stopped(BaseException):
        """The process ends here."""

    def stop(_action: Action) -> Reply:
        raise Stopped

    application.manager.answer = stop
    service = application.services.idempotency
    finish, service.finish_unknown = service.finish_unknown, lambda _slot: None  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        pause(program, "key-1")
    service.finish_unknown = finish  # type: ignore[method-assign]
    assert service.settle_interrupted() == 1
    again = pause(program, "key-1")
    assert (again.status_code, again.json["code"], again.json["outcome"]) == (
        504,
        "outcome_unknown",
        "unknown",
    )
    assert len(application.manager.sent) == 1


def test_a_view_that_crashes_leaves_no_key_at_work(application: Application, program: Browser) -> None:
    def crash(_action: Action) -> Reply:
        raise RuntimeError("a defect")

    application.manager.answer = crash
    assert pause(program, "key-1").status_code == 500
    again = pause(program, "key-1")
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (500, "true")
    assert len(application.manager.sent) == 1


@pytest.fixture
def keys(application: Application) -> Callable[[datetime], IdempotencyKeys]:
    return lambda now: IdempotencyKeys(application.services.store.writer, lambda: now)


def test_an_answer_is_forgotten_after_a_day(
    application: Application, keys: Callable[[datetime], IdempotencyKeys]
) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    box = application.services.store.box

    def begin(now: datetime) -> object:
        return IdempotencyService(keys(now), box).begin("user:1", "POST /x", "key", b"body")

    first = begin(began)
    IdempotencyService(keys(began), box).finish(first, FirstAnswer(200, "application/json", "{}"))
    assert isinstance(begin(began + timedelta(hours=23, minutes=59)), FirstAnswer)
    assert not isinstance(begin(began + timedelta(hours=24)), FirstAnswer)


def test_keys_are_bounded_for_each_owner(keys: Callable[[datetime], IdempotencyKeys]) -> None:
    table = keys(datetime(2026, 1, 1, tzinfo=UTC))
    day = timedelta(days=1)
    assert table.claim("user:1", "a", "body", day, most=1).is_new
    assert table.claim("user:1", "b", "body", day, most=1).id is None
    assert table.claim("user:2", "c", "body", day, most=1).is_new


def test_answers_are_encrypted_in_the_database(application: Application, program: Browser) -> None:
    pause(program, "key-1")
    with application.app.app_context():
        (row,) = application.services.store.tokens._session.query(IdempotencyKey).all()
    assert row.status == 200
    assert "support" not in row.answer
    assert "key-1" not in row.key_hash


def test_an_answer_that_no_key_opens_any_more_is_a_conflict_and_sends_nothing(
    application: Application, program: Browser
) -> None:
    pause(program, "key-1")
    application.services.store.idempotency_keys.keep(1, StoredAnswer(200, "application/json", "garbage"))
    assert pause(program, "key-1").status_code == 409
    assert len(application.manager.sent) == 1


def test_reads_ignore_the_header(program: Browser) -> None:
    headers = {**program.headers, "Idempotency-Key": "key-1"}
    for _ in range(2):
        answer = program.client.get("/api/ami/channels/", headers=headers)
        assert "Idempotency-Replayed" not in answer.headers
