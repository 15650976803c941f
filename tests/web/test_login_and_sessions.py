"""Logging in, staying logged in, and every way in which a session ends."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie

import pytest
from werkzeug.test import TestResponse

from amictl.web.auth import safe_path
from tests.application import PASSWORD, Application, Browser

PRIVATE = "/api/ami/channels/"


def session_cookie(answer: TestResponse) -> SimpleCookie:
    cookie = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        cookie.load(header)
    return cookie


def copy_of(application: Application, browser: Browser) -> Browser:
    cookie = browser.client.get_cookie("amictl_session")
    assert cookie is not None
    thief = application.browse()
    thief.client.set_cookie("amictl_session", cookie.value)
    return thief


def test_a_login_opens_the_console_and_the_api(application: Application) -> None:
    browser = application.browse()
    answer = browser.submit_login()
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/console/").status_code == 200
    assert browser.get(PRIVATE).status_code == 200


@pytest.mark.parametrize(
    ("username", "password"), [("admin", "wrong"), ("nobody", PASSWORD), ("", ""), ("admin", "x" * 10_000)]
)
def test_a_wrong_login_is_refused_without_saying_what_was_wrong(
    application: Application, username: str, password: str
) -> None:
    browser = application.browse()
    answer = browser.submit_login(username, password)
    assert answer.status_code == 401
    assert "The username or the password is wrong." in answer.text
    assert browser.get(PRIVATE).status_code == 401


def test_the_username_is_escaped_in_the_form(application: Application) -> None:
    answer = application.browse().submit_login('"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


def test_the_cookie_is_out_of_the_reach_of_scripts_and_other_sites(application: Application) -> None:
    browser = application.browse()
    morsel = session_cookie(browser.submit_login())["amictl_session"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert not morsel["secure"]


def test_the_cookie_is_for_https_only_where_the_settings_say_so(application: Application) -> None:
    application.app.config["SESSION_COOKIE_SECURE"] = True
    browser = application.browse()
    page = browser.client.get("/login", base_url="https://localhost")
    assert session_cookie(page)["amictl_session"]["secure"]


def test_nothing_of_the_session_before_the_login_stays(application: Application) -> None:
    browser = application.browse()
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    token_before = browser.read_csrf_token()
    browser.submit_login()
    with browser.client.session_transaction() as session:
        assert "planted" not in session
    answer = browser.post("/api/ami/hangup/", {"channel": "x"}, headers={"X-CSRF-Token": token_before})
    assert answer.status_code == 403


def test_each_login_has_a_session_of_its_own_and_ends_the_one_before(application: Application) -> None:
    browser = application.log_in()
    thief = copy_of(application, browser)
    assert thief.get(PRIVATE).status_code == 200
    with browser.client.session_transaction() as session:
        first = session["session_id"]
    answer = browser.client.post(
        "/login",
        data={"username": "admin", "password": PASSWORD, "csrf_token": browser.headers["X-CSRF-Token"]},
    )
    assert answer.status_code == 303
    with browser.client.session_transaction() as session:
        assert session["session_id"] != first
    assert thief.get(PRIVATE).status_code == 401


def test_a_logout_ends_the_session_even_for_a_copied_cookie(application: Application) -> None:
    browser = application.log_in()
    thief = copy_of(application, browser)
    assert browser.post("/logout").status_code == 303
    assert browser.get(PRIVATE).status_code == 401
    assert thief.get(PRIVATE).status_code == 401


def test_a_logout_must_be_a_post_with_the_csrf_token(application: Application) -> None:
    browser = application.log_in()
    assert browser.get("/logout").status_code == 405
    del browser.headers["X-CSRF-Token"]
    assert browser.post("/logout").status_code == 403
    assert browser.get(PRIVATE).status_code == 200


@pytest.mark.parametrize(
    "change", [{"active": False}, {"password": "another long password"}, {"role_name": "Agent"}]
)
def test_a_change_of_the_account_ends_its_sessions_at_once(
    application: Application, change: dict[str, object]
) -> None:
    application.make_user("sam", "Supervisor")
    browser = application.log_in("sam")
    assert browser.get(PRIVATE).status_code == 200
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find("sam"), **change)  # type: ignore[arg-type] - one of several fields
    assert browser.get(PRIVATE).status_code == 401


def test_a_session_ends_when_it_was_idle_for_too_long(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = application.log_in()
    began = time.time()
    move_clock(application, monkeypatch, began + 3500)
    assert browser.get(PRIVATE).status_code == 200
    move_clock(application, monkeypatch, began + 7000)
    assert browser.get(PRIVATE).status_code == 200
    move_clock(application, monkeypatch, began + 7000 + 3601)
    assert browser.get(PRIVATE).status_code == 401


def test_a_session_ends_after_its_longest_time_however_busy(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = application.log_in()
    began = time.time()
    for hour in range(1, 24):
        move_clock(application, monkeypatch, began + hour * 1800)
        assert browser.get(PRIVATE).status_code == 200, hour
    move_clock(application, monkeypatch, began + 24 * 1800 + 1)
    assert browser.get(PRIVATE).status_code == 401


def move_clock(application: Application, monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    monkeypatch.setattr(application.services.identities._sessions, "_clock", lambda: now)


def test_a_forged_cookie_is_worth_nothing(application: Application) -> None:
    browser = application.log_in()
    cookie = browser.client.get_cookie("amictl_session")
    assert cookie is not None
    forged = application.browse()
    forged.client.set_cookie("amictl_session", cookie.value[:-3] + "AAA")
    assert forged.get(PRIVATE).status_code == 401


def test_without_a_login_one_is_sent_to_the_login_page_and_back(application: Application) -> None:
    browser = application.browse()
    answer = browser.get("/admin/?page=2")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/admin/?page%3D2"
    login = browser.submit_login(next="/admin/?page=2")
    assert login.location == "/admin/?page=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example",
        "javascript:alert(1)", "evil.example", "/\tx", "/%0d%0aX: y\x7f", "", "///evil.example",
        "/\u2028", "http:/evil.example",
    ],
)  # fmt: skip
def test_a_login_never_leads_to_another_site(application: Application, target: str) -> None:
    assert safe_path(target) == "/"
    answer = application.browse().submit_login(next=target)
    assert answer.location == "/"


def test_whoever_is_logged_in_does_not_see_the_login_form(application: Application) -> None:
    answer = application.log_in().get("/login?next=/admin/")
    assert (answer.status_code, answer.location) == (302, "/admin/")


def test_guessing_is_slowed_down_and_says_for_how_long(application: Application) -> None:
    browser = application.browse()
    statuses = [browser.submit_login(password="wrong").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    answer = browser.submit_login()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.mimetype == "text/html"


def test_one_name_is_protected_against_many_addresses(application: Application) -> None:
    statuses = []
    for number in range(11):
        browser = application.browse()
        form = {"username": "admin", "password": "wrong", "csrf_token": browser.read_csrf_token()}
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        statuses.append(browser.client.post("/login", data=form, environ_base=address).status_code)
    assert statuses == [401] * 10 + [429]


def test_good_logins_are_not_counted(application: Application) -> None:
    for _ in range(12):
        assert application.browse().submit_login().status_code == 303


def test_attempts_are_bounded_even_when_they_are_good(application: Application) -> None:
    statuses = {application.browse().submit_login().status_code for _ in range(61)}
    assert statuses == {303, 429}


def test_passwords_are_hashed_where_the_process_wants_it(application: Application) -> None:
    ran = []

    def run(work: object) -> object:
        ran.append(work)
        return work()  # type: ignore[operator]

    application.services.store.accounts._passwords._run = run  # type: ignore[assignment]
    assert application.browse().submit_login().status_code == 303
    assert len(ran) == 1
