"""Signing in without leaving the console's page: the login route, for whom JSON is the only answer."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.application import PASSWORD, Application, Browser
from tests.web.test_audit_of_requests import read_rows

JSON = {"Accept": "application/json"}
PRIVATE = "/api/ami/channels/"
HANGUP = ("/api/ami/hangup/", {"channel": "PJSIP/100-1"})


def look(browser: Browser) -> dict[str, Any]:
    """Return what the console learns of the browser's session."""
    answer = browser.client.get("/login", headers=JSON)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json["data"]


def sign_in(browser: Browser, username: str = "admin", password: str = PASSWORD, **more: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
    """Sign in as the console does."""
    form = {"username": username, "password": password, "csrf_token": look(browser)["csrf_token"]}
    return browser.client.post("/login", data=form, headers=JSON, **more)


def test_whoever_has_no_session_gets_one_in_place_and_a_csrf_token_that_works(
    application: Application,
) -> None:
    browser = application.browse()
    assert look(browser)["user"] is None
    answer = sign_in(browser)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    session = answer.json["data"]
    assert session["user"] == {"username": "admin", "role": "Admin", "limited": False}
    assert "calls.control" in session["permissions"]
    assert session["must_change_password"] is False
    assert browser.get(PRIVATE).status_code == 200
    browser.headers["X-CSRF-Token"] = session["csrf_token"]
    assert browser.post(*HANGUP).status_code == 200


def test_whoever_has_a_session_learns_whose_it_is_and_a_csrf_token_of_it(application: Application) -> None:
    browser = application.log_in()
    session = look(browser)
    assert session["user"]["username"] == "admin"
    browser.headers["X-CSRF-Token"] = session["csrf_token"]
    assert browser.post(*HANGUP).status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_another_sites_page_cannot_sign_anybody_in(application: Application, token: str | None) -> None:
    browser = application.browse()
    form = {"username": "admin", "password": PASSWORD} | ({} if token is None else {"csrf_token": token})
    answer = browser.client.post("/login", data=form, headers=JSON)
    assert answer.status_code == 403
    assert (answer.mimetype, answer.headers["X-CSRF-Token"]) == ("application/problem+json", "refused")
    assert look(browser)["user"] is None


def test_a_csrf_token_of_the_session_before_is_called_that(application: Application) -> None:
    browser = application.log_in()
    before = browser.headers["X-CSRF-Token"]
    assert sign_in(browser).status_code == 200
    browser.headers["X-CSRF-Token"] = before
    answer = browser.post(*HANGUP)
    assert (answer.status_code, answer.headers["X-CSRF-Token"]) == (403, "refused")
    application.make_user("carla", "Agent")
    carla = application.log_in("carla")
    assert "X-CSRF-Token" not in carla.post(*HANGUP).headers  # that is a matter of rights alone


def test_a_wrong_password_is_a_problem_in_words_for_people(application: Application) -> None:
    browser = application.browse()
    answer = sign_in(browser, password="wrong")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.json["detail"] == "The username or the password is wrong."
    assert look(browser)["user"] is None


def test_what_no_name_can_be_is_refused_by_field(application: Application) -> None:
    answer = sign_in(application.browse(), username="ad\nmin")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "username")


def test_a_password_that_must_be_changed_opens_nothing_and_is_told(application: Application) -> None:
    application.make_user("carla", "Supervisor")
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find("carla"), must_change_password=True)
    browser = application.browse()
    session = sign_in(browser, "carla").json["data"]
    assert session["must_change_password"] is True
    assert browser.get(PRIVATE).status_code == 403


def test_guesses_on_the_page_and_in_place_are_counted_together(application: Application) -> None:
    browser = application.browse()
    statuses = []
    for number in range(11):
        if number % 2:
            statuses.append(sign_in(browser, password="wrong").status_code)
        else:
            statuses.append(browser.submit_login(password="wrong").status_code)
    assert statuses == [401] * 10 + [429]
    answer = sign_in(browser)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Wait a minute" in answer.json["detail"]


def test_good_sign_ins_are_not_counted_as_guesses(application: Application) -> None:
    assert {sign_in(application.browse()).status_code for _ in range(12)} == {200}


def test_a_sign_in_ends_the_session_before_and_is_in_the_audit_log(application: Application) -> None:
    browser = application.log_in()
    cookie = browser.client.get_cookie("amictl_session")
    assert cookie is not None
    thief = application.browse()
    thief.client.set_cookie("amictl_session", cookie.value)
    assert sign_in(browser).status_code == 200
    assert thief.get(PRIVATE).status_code == 401
    sign_in(browser, password="wrong")
    events = [(row["message"], row["username"]) for row in read_rows(application) if row["kind"] == "event"]
    assert events[-3:] == [("Logged in.", "admin"), ("Logged out.", "admin"), ("Login refused.", "admin")]
