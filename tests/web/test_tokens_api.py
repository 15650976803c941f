"""``/api/tokens/``: never more than the user has, shown once, gone when revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from amictl.services.accounts.tokens import NewToken, Token, TokenList
from amictl.services.schemas import answer_of
from tests.application import Application, Browser


@pytest.fixture
def sue(application: Application) -> Browser:
    """A supervisor, logged in."""
    application.make_user("sue", "Supervisor")
    return application.log_in("sue")


def make(browser: Browser, **fields: object) -> dict[str, object]:
    answer = browser.post("/api/tokens/", fields)
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def test_a_token_is_told_once_and_works(application: Application, sue: Browser) -> None:
    made = make(sue, name="wallboard", permissions=["live.read"], expires_in_days=7)
    answer_of(NewToken).model_validate(made)
    assert made["token"].startswith("amictl_")
    assert (made["user"], made["name"], made["permissions"]) == ("sue", "wallboard", ["live.read"])
    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert lasts == timedelta(days=7)
    program = application.call_api(made["token"])
    assert program.get("/api/ami/channels/").status_code == 200
    assert program.post("/api/ami/hangup/", {"channel": "PJSIP/100-1"}).status_code == 403
    listed = sue.get("/api/tokens/")
    assert made["token"] not in listed.text
    answer_of(TokenList).model_validate(listed.json["data"])
    assert listed.json["data"]["tokens"][0]["last_used_at"] is not None


def test_a_token_without_limits_has_what_its_user_has_and_loses_what_the_user_loses(
    application: Application, sue: Browser
) -> None:
    program = application.call_api(make(sue)["token"])
    assert program.post("/api/ami/hangup/", {"channel": "PJSIP/100-1"}).status_code == 200
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find("sue"), role_name="Agent")
    assert program.post("/api/ami/hangup/", {"channel": "PJSIP/100-1"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"permissions": ["users.admin"]}, "permissions"),
        ({"permissions": ["fly"]}, "permissions"),
        ({"permissions": "live.read"}, "permissions"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 3651}, "expires_in_days"),
        ({"name": "n" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"user": "admin"}, "user"),
    ],
)
def test_a_token_that_may_not_be_is_refused_by_field(
    sue: Browser, fields: dict[str, object], field: str
) -> None:
    answer = sue.post("/api/tokens/", fields)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].split(".")[0] == field
    assert sue.get("/api/tokens/").json["data"]["tokens"] == []


def test_a_token_made_by_a_token_allows_no_more_and_lasts_no_longer(
    application: Application, sue: Browser
) -> None:
    parent = make(sue, permissions=["live.read", "calls.control"], expires_in_days=2)
    program = application.call_api(parent["token"])
    refused = program.post("/api/tokens/", {"permissions": ["calls.originate"]})
    assert refused.status_code == 422
    child = make(program)
    assert child["permissions"] == ["calls.control", "live.read"]
    assert (child["expires_at"], child["parent_id"]) == (parent["expires_at"], parent["id"])
    assert make(program, expires_in_days=1)["expires_at"] < parent["expires_at"]


def test_a_token_ends_with_the_one_that_made_it(application: Application, sue: Browser) -> None:
    parent = make(sue)
    child = make(application.call_api(parent["token"]))
    grandchild = make(application.call_api(child["token"]))
    assert application.call_api(grandchild["token"]).get("/api/ami/channels/").status_code == 200
    assert sue.post(f"/api/tokens/{parent['id']}/revoke/").status_code == 200
    for each in (parent, child, grandchild):
        assert application.call_api(each["token"]).get("/api/ami/channels/").status_code == 401


def test_a_revoked_token_is_worth_nothing_at_once(application: Application, sue: Browser) -> None:
    made = make(sue)
    answer = sue.client.delete(f"/api/tokens/{made['id']}/", headers=sue.headers)
    assert answer.status_code == 200
    answer_of(Token).model_validate(answer.json["data"])
    assert answer.json["data"]["state"] == "revoked"
    assert application.call_api(made["token"]).get("/api/ami/channels/").status_code == 401
    assert sue.post(f"/api/tokens/{made['id']}/revoke/").status_code == 200


def test_others_tokens_are_neither_seen_nor_ended_but_by_who_manages_users(
    application: Application, sue: Browser
) -> None:
    application.make_user("bob", "Supervisor")
    bob, admin = application.log_in("bob"), application.log_in()
    made = make(sue)
    assert bob.get("/api/tokens/").json["data"]["tokens"] == []
    assert bob.post(f"/api/tokens/{made['id']}/revoke/").status_code == 404
    assert [token["user"] for token in admin.get("/api/tokens/").json["data"]["tokens"]] == ["sue"]
    assert admin.post(f"/api/tokens/{made['id']}/revoke/").status_code == 200
    assert application.call_api(made["token"]).get("/api/ami/channels/").status_code == 401


@pytest.mark.parametrize("token_id", ["99", "2147483648", "99999999999999999999999999"])
def test_a_token_that_is_not_there_is_not_found(sue: Browser, token_id: str) -> None:
    assert sue.post(f"/api/tokens/{token_id}/revoke/").status_code == 404
    assert sue.client.delete(f"/api/tokens/{token_id}/", headers=sue.headers).status_code == 404


def test_making_a_token_by_a_session_needs_the_csrf_token(sue: Browser) -> None:
    del sue.headers["X-CSRF-Token"]
    assert sue.post("/api/tokens/", {}).status_code == 403


def test_a_retry_with_the_same_key_makes_one_token_and_tells_its_text_again(sue: Browser) -> None:
    first, again = (
        sue.post("/api/tokens/", {"name": "one"}, headers={"Idempotency-Key": "k"}).json["data"]
        for _ in range(2)
    )
    assert first == again
    assert len(sue.get("/api/tokens/").json["data"]["tokens"]) == 1
