"""Choosing a password of one's own: the printed one opens nothing else, and the page changes any."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from amictl.store.audit_log import AuditQuery
from amictl.web.guards import FOR_CHOOSING_A_PASSWORD, PUBLIC_ENDPOINTS
from tests.application import PASSWORD, Application, Browser
from tests.web.test_route_protection import fill_path

NEW = "an even better password"
PRIVATE = "/api/ami/channels/"


def require_change(application: Application, username: str = "admin") -> None:
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find(username), must_change_password=True)


def make_token(application: Application, username: str = "admin") -> str:
    with application.app.app_context():
        store = application.services.store
        return store.tokens.create(store.accounts.find(username)).text


def change(browser: Browser, present: str = PASSWORD, chosen: str = NEW, **fields: str) -> TestResponse:
    return browser.submit_form(
        "/password", **{"present_password": present, "password": chosen, "password_again": chosen, **fields}
    )


@pytest.fixture
def newcomer(application: Application) -> Browser:
    """Somebody who has logged in with a password that must be changed."""
    require_change(application)
    browser = application.browse()
    assert browser.submit_login().status_code == 303
    return browser


def test_nothing_is_open_to_a_newcomer_but_choosing_a_password_and_logging_out(
    application: Application, newcomer: Browser
) -> None:
    asked = 0
    for rule in application.app.url_map.iter_rules():
        if rule.endpoint in PUBLIC_ENDPOINTS | FOR_CHOOSING_A_PASSWORD:
            continue
        for method in sorted(rule.methods or ()):
            path = fill_path(rule)
            answer = newcomer.client.open(path, method=method)
            asked += 1
            if path.startswith("/api/") or path == "/metrics":
                assert answer.status_code == 403, (method, path)
                assert answer.mimetype == "application/problem+json"
                if method != "HEAD":
                    assert answer.get_json()["code"] == "password_change_required"
            else:
                assert answer.status_code == 303, (method, path, answer.status_code)
                assert answer.location.startswith("/password"), (method, path)
    assert asked > 20


def test_tokens_of_such_a_user_do_nothing_either_until_the_password_is_changed(
    application: Application,
) -> None:
    program = application.browse()
    program.headers["Authorization"] = f"Bearer {make_token(application)}"
    assert program.get(PRIVATE).status_code == 200
    require_change(application)
    answer = program.get(PRIVATE)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "password_change_required")
    assert program.post("/api/tokens/", {}).status_code == 403
    browser = application.browse()
    browser.submit_login()
    assert change(browser).status_code == 303
    assert program.get(PRIVATE).status_code == 200


def test_a_token_cannot_change_the_password(application: Application) -> None:
    program = application.browse()
    program.headers["Authorization"] = f"Bearer {make_token(application)}"
    form = {"present_password": PASSWORD, "password": NEW, "password_again": NEW}
    answer = program.client.post("/password", data=form, headers=program.headers)
    assert answer.status_code == 403
    assert application.browse().submit_login().status_code == 303


def test_a_newcomer_who_chooses_a_password_goes_on_to_what_was_asked_for(
    application: Application, newcomer: Browser
) -> None:
    assert newcomer.get("/?tab=queues").location == "/password?next=/?tab%3Dqueues"
    answer = change(newcomer, next="/?tab=queues")
    assert (answer.status_code, answer.location) == (303, "/?tab=queues")
    assert newcomer.get(PRIVATE).status_code == 200
    assert application.browse().submit_login(password=PASSWORD).status_code == 401
    again = application.browse()
    assert again.submit_login(password=NEW).status_code == 303
    assert again.get(PRIVATE).status_code == 200


def test_a_newcomer_may_log_out(newcomer: Browser) -> None:
    answer = newcomer.submit_form("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert newcomer.get("/password").location.startswith("/login")


def test_a_change_ends_the_users_other_sessions_and_this_ones_old_cookie(application: Application) -> None:
    other, browser = application.log_in(), application.log_in()
    cookie = browser.client.get_cookie("amictl_session")
    assert cookie is not None
    answer = change(browser)
    assert (answer.status_code, answer.location) == (303, "/password?next=/")
    page = browser.get("/password").text
    assert "Your password is changed. Your other sessions have ended." in page
    assert browser.get(PRIVATE).status_code == 200
    assert other.get(PRIVATE).status_code == 401
    thief = application.browse()
    thief.client.set_cookie("amictl_session", cookie.value)
    assert thief.get(PRIVATE).status_code == 401


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"present": "wrong"}, "This is not your present password."),
        ({"chosen": "short"}, "Use at least 10 characters"),
        ({"chosen": PASSWORD}, "Choose another one than the present one."),
        ({"password_again": "something else"}, "This is not what you typed above."),
        ({"chosen": "x" * 300}, "Use at most 256 characters."),
        ({"chosen": "a line\nand another"}, "carriage return"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_at_its_field_and_changes_nothing(
    application: Application, fields: dict[str, str], problem: str
) -> None:
    browser = application.log_in()
    answer = change(browser, **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert 'aria-invalid="true"' in answer.text
    typed = [PASSWORD, *fields.values()]
    assert not any(text in answer.text for text in typed if text not in {"wrong", "short"})
    assert application.browse().submit_login(password=PASSWORD).status_code == 303


def test_guessing_the_present_password_is_slowed_down(application: Application) -> None:
    browser = application.log_in()
    statuses = [change(browser, present="wrong").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_changes_and_refusals_are_in_the_audit_log_without_a_password(application: Application) -> None:
    browser = application.log_in()
    change(browser, present="wrong")
    change(browser)
    with application.app.app_context():
        rows = [dict(row) for row in application.services.store.audit_log.walk(AuditQuery())]
    told = [(row["outcome"], row["message"]) for row in rows if row["route"] == "POST /password"]
    assert told == [
        ("invalid_input", "present_password: This is not your present password."),
        ("done", "Changed the own password; the user's sessions have ended."),
    ]
    assert NEW not in str(rows)
    assert PASSWORD not in str(rows)


def test_the_rules_are_said_beforehand(application: Application) -> None:
    page = application.log_in().get("/password").text
    assert "At least 10 characters, at most 256; neither your user name nor the present one." in page


def test_the_login_page_of_a_new_installation_tells_where_the_password_is_until_somebody_logs_in(
    application: Application,
) -> None:
    assert "New here?" not in application.browse().get("/login").text, "the password was given"
    require_change(application)
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.find("admin").last_login_at = None
        accounts._session.commit()
    page = application.browse().get("/login").text
    assert "New here?" in page
    assert "flask user password" in page
    assert "New here?" in application.browse().submit_login(password="wrong").text
    application.browse().submit_login()
    assert "New here?" not in application.browse().get("/login").text


@pytest.mark.parametrize("link", ["/password"])
def test_the_console_leads_to_the_page(application: Application, link: str) -> None:
    assert f'href="{link}"' in application.log_in().get("/console/").text
