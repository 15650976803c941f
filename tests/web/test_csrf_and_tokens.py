"""Writes need a CSRF token with a cookie, and none with a bearer token; never the rights of both."""

from __future__ import annotations

import pytest

from tests.application import Application

HANGUP = ("/api/ami/hangup/", {"channel": "PJSIP/100-1"})
WRITES = [
    ("/api/ami/hangup/", {"channel": "PJSIP/100-1"}),
    ("/api/ami/originate/", {"channel": "PJSIP/100", "exten": "200", "context": "default"}),
    ("/api/ami/queue/pause/", {"interface": "PJSIP/100", "queue": "support", "paused": True}),
]


@pytest.mark.parametrize(("path", "body"), WRITES)
@pytest.mark.parametrize("token", [None, "", "wrong", "ImFiYyI.aaaa.bbbb"])
def test_a_write_by_cookie_needs_the_csrf_token(
    application: Application, path: str, body: dict[str, object], token: str | None
) -> None:
    browser = application.log_in()
    good = browser.headers.pop("X-CSRF-Token")
    if token is not None:
        browser.headers["X-CSRF-Token"] = token
    answer = browser.post(path, body)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "permission_denied"
    assert application.manager.sent == []
    browser.headers["X-CSRF-Token"] = good
    assert browser.post(path, body).status_code in {200, 202}


def test_the_csrf_token_of_another_session_is_refused(application: Application) -> None:
    browser, other = application.log_in(), application.log_in()
    browser.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert browser.post(*HANGUP).status_code == 403
    assert application.manager.sent == []


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_a_program_with_a_token_needs_no_csrf_token(
    application: Application, path: str, body: dict[str, object]
) -> None:
    program = application.call_api(application.make_token())
    assert program.post(path, body).status_code in {200, 202}
    assert len(application.manager.sent) == 1


def test_a_wrong_bearer_token_does_not_switch_csrf_off_for_the_cookie(application: Application) -> None:
    browser = application.log_in()
    del browser.headers["X-CSRF-Token"]
    for value in ("Bearer wrong", "Bearer", "Digest x", ""):
        browser.headers["Authorization"] = value
        assert browser.post(*HANGUP).status_code == 401
    assert application.manager.sent == []


def test_a_token_counts_alone_where_a_cookie_comes_along(application: Application) -> None:
    application.make_user("watcher", "Agent")
    browser = application.log_in("admin")
    browser.headers["Authorization"] = f"Bearer {application.make_token('watcher')}"
    answer = browser.post(*HANGUP)
    assert answer.status_code == 403
    assert "calls.control" in answer.json["detail"]


def test_a_token_may_be_limited_to_less_than_its_owner(application: Application) -> None:
    program = application.call_api(application.make_token(permissions=["live.read"]))
    assert program.get("/api/ami/channels/").status_code == 200
    assert program.post(*HANGUP).status_code == 403


def test_a_revoked_token_is_refused(application: Application) -> None:
    text = application.make_token()
    program = application.call_api(text)
    assert program.get("/api/ami/ping/").status_code == 200
    with application.app.app_context():
        tokens = application.services.store.tokens
        tokens.revoke(tokens.authenticate(text).id)
    answer = program.get("/api/ami/ping/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["code"] == "not_authenticated"


def test_a_token_of_a_deactivated_user_is_refused(application: Application) -> None:
    application.make_user("robot", "Supervisor")
    program = application.call_api(application.make_token("robot"))
    assert program.get("/api/ami/ping/").status_code == 200
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find("robot"), active=False)
    assert program.get("/api/ami/ping/").status_code == 401


def test_a_token_does_not_open_the_settings(application: Application) -> None:
    program = application.call_api(application.make_token())
    assert program.get("/admin/").status_code == 403
