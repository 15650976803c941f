"""The page that connects an Asterisk: what it shows, stores and tells, and what it never gives back."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from amictl.manager import Check, Finding, Remedy, Verdict
from amictl.manager.stanza import MANAGER_STANZA
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.store import Permission, ServerFields, Store
from amictl.store.audit_log import AuditQuery
from tests.admin.conftest import Links, Pages, Visitor, make_actor

PAGE = "/admin/connect/"
SECRET = "a-secret-of-the-administrator"
FIELDS = {
    "name": "main",
    "host": "127.0.0.1",
    "port": "5038",
    "username": "amictl",
    "secret": SECRET,
    "tls_verify": "y",
}
PERMIT = "permit = 10.0.0.9/255.255.255.255"
FINE = [Finding(check, Verdict.FINE, f"{check.label} is fine.") for check in Check]
REFUSED = [
    *FINE[:2],
    Finding(
        Check.LOGIN, Verdict.WRONG, "Refused.", (Remedy("Set:", ("permit = 10.0.0.9/255.255.255.255",)),)
    ),
    *(Finding(check, Verdict.UNKNOWN, "Not looked at.") for check in list(Check)[3:]),
]


def stanza_of(page: str) -> str:
    found = re.search(r'<code data-part="stanza"[^>]*>(.*?)</code>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def submit(pages: Pages, do: str, *, stream: bool = False, **changes: object) -> TestResponse:
    fields: dict[str, object] = {
        **FIELDS,
        **changes,
        "do": do,
        "csrf_token": pages.read_form(PAGE)["csrf_token"],
    }
    headers = {"Accept": "application/x-ndjson"} if stream else {}
    sent = {name: value for name, value in fields.items() if value is not None}
    return pages._note(pages._client.post(PAGE, data=sent, headers=headers))


def lines_of(answer: TestResponse) -> list[dict[str, object]]:
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


def told_in_audit(app: Flask, store: Store) -> list[tuple[str, str]]:
    with app.app_context():
        return [(str(row["outcome"]), str(row["message"])) for row in store.audit_log.walk(AuditQuery())]


def stored(app: Flask, store: Store) -> list[str]:
    with app.app_context():
        return [server.name for server in store.servers.all()]


@pytest.fixture
def link_is_up(links: Links) -> None:
    """Give the link that is made a picture at once."""
    picture = LivePicture("main")
    picture.begin_session("e1")
    picture.complete_snapshot()
    picture.set_link(LinkStatus("main", LinkState.CONNECTED, 0.0, stale=False))
    links.picture = picture


def test_each_visit_makes_a_secret_of_its_own_and_shows_it_in_form_and_stanza(pages: Pages) -> None:
    made = [pages.read_form(PAGE)["secret"] for _ in range(2)]
    assert made[0] != made[1]
    assert all(len(str(secret)) == 32 for secret in made)
    stanza = stanza_of(pages.bodies[-1])
    assert stanza == MANAGER_STANZA.replace("a-long-random-secret", str(made[1]))


def test_a_test_shows_every_check_and_keeps_nothing(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    links.answer = REFUSED
    answer = submit(pages, "test")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    tones = re.findall(r'data-check="(\w+)" data-tone="(\w+)"', page)
    assert tones == [
        (str(each.check), {"fine": "good", "wrong": "bad"}.get(each.verdict, "neutral")) for each in REFUSED
    ]
    assert PERMIT in page
    assert [(link.host, link.port, link.username, link.secret) for link in links.tried] == [
        ("127.0.0.1", 5038, "amictl", SECRET)
    ]
    assert stored(app, store) == []
    assert links.reloads == []
    assert told_in_audit(app, store) == [
        ("done", "Tests the link to 127.0.0.1:5038 as amictl."),
        (
            "done",
            "The test of the link to 127.0.0.1:5038 as amictl found: "
            + ", ".join(f"{each.check} {each.verdict}" for each in REFUSED)
            + ".",
        ),
    ]


@pytest.mark.parametrize("changes", [{}, {"port": "0"}, {"name": "NO!"}])
def test_the_secret_is_never_sent_back(
    app: Flask, pages: Pages, store: Store, links: Links, changes: dict[str, object]
) -> None:
    links.answer = REFUSED
    for do, stream in (("test", False), ("test", True), ("connect", False), ("connect", True)):
        told = submit(pages, do, stream=stream, **changes).get_data(as_text=True)
        assert SECRET not in told
        if not stream:
            assert "enter it again" in told
            assert "secret = (the secret that you enter here)" in stanza_of(told)
    with app.app_context():
        assert SECRET not in str([dict(row) for row in store.audit_log.walk(AuditQuery())])


def test_with_scripts_findings_come_as_lines_of_json_with_their_words(pages: Pages, links: Links) -> None:
    links.answer = REFUSED
    answer = submit(pages, "test", stream=True)
    assert answer.mimetype == "application/x-ndjson"
    told = lines_of(answer)
    assert [line["check"] for line in told] == [str(check) for check in Check]
    assert told[2] == {
        "check": "login",
        "verdict": "wrong",
        "verdict_label": "wrong",
        "tone": "bad",
        "seen": "Refused.",
        "remedies": [{"place": "Set:", "lines": [PERMIT]}],
    }


@pytest.mark.usefixtures("link_is_up")
@pytest.mark.parametrize("stream", [True, False])
def test_connect_looks_stores_starts_the_link_and_leads_to_the_console(
    app: Flask, pages: Pages, store: Store, links: Links, stream: bool
) -> None:
    links.answer = FINE
    answer = submit(pages, "connect", stream=stream)
    if stream:
        assert lines_of(answer)[-1] == {
            "connected": "main",
            "up": True,
            "detail": "",
            "console": "/console/?pbx=main",
        }
    else:
        assert (answer.status_code, answer.location) == (303, "/console/?pbx=main")
    assert links.reloads == [["main@127.0.0.1:5038"]]
    with app.app_context():
        assert store.servers.read_link(store.servers.find("main")).secret == SECRET
    assert told_in_audit(app, store)[-1] == ("done", "The server main was created.")


@pytest.mark.parametrize("stream", [True, False])
def test_connect_stores_nothing_that_could_not_log_in(
    app: Flask, pages: Pages, store: Store, links: Links, stream: bool
) -> None:
    links.answer = REFUSED
    assert submit(pages, "connect", stream=stream).status_code == 200
    assert stored(app, store) == []
    assert links.reloads == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"host": ""}, "host", "Fill this in."),
        ({"host": "a b"}, "host", "host name or an IP address"),
        ({"port": "x"}, "port", "Not a valid integer"),
        ({"port": "70000"}, "port", "1 to 65535"),
        ({"secret": ""}, "secret", "Enter the secret"),
        ({"secret": "x" * 600}, "secret", "at most 512"),
        ({"name": "Main Street"}, "name", "lower-case"),
        ({"tls": "y", "tls_ca": "no pem"}, "tls_ca", "PEM"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_where_it_stands_and_nothing_is_tried(
    pages: Pages, links: Links, changes: dict[str, object], field: str, words: str
) -> None:
    page = submit(pages, "test", **changes)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.get_data(as_text=True)
    told = json.loads(submit(pages, "test", stream=True, **changes).get_data())
    assert words in told["fields"][field]
    assert links.tried == []


def test_a_taken_name_is_told_before_anything_is_tried(pages: Pages, links: Links) -> None:
    pages.fill("/admin/servers/new/", **{**FIELDS, "tls_verify": None})
    assert pages.read_form(PAGE)["name"] == ""
    page = submit(pages, "connect").get_data(as_text=True)
    assert "There is already a PBX &#39;main&#39;." in page
    assert links.tried == []


def test_only_who_may_manage_servers_may_ask_and_never_a_program(
    pages: Pages, visitor: Visitor, links: Links
) -> None:
    token = pages.read_form(PAGE)["csrf_token"]
    for actor in (make_actor(Permission.USERS_ADMIN), make_actor(Permission.PBX_ADMIN, via="token")):
        visitor.actor = actor
        for path in (PAGE, f"{PAGE}stanza/"):
            answer = pages._client.post(path, data={**FIELDS, "do": "test", "csrf_token": token})
            assert answer.status_code == 403, path
    assert links.tried == []


def test_whoever_is_limited_to_some_servers_cannot_test_others(
    pages: Pages, visitor: Visitor, links: Links
) -> None:
    visitor.actor = make_actor(Permission.PBX_ADMIN, pbx_scope=frozenset({"other"}))
    assert "Your role is limited to: other." in submit(pages, "test").get_data(as_text=True)
    assert links.tried == []


def test_a_request_of_another_site_tests_nothing(pages: Pages, links: Links) -> None:
    assert pages._client.post(PAGE, data={**FIELDS, "do": "test"}).status_code == 400
    assert links.tried == []


def test_tests_are_bounded_in_number(pages: Pages, links: Links) -> None:
    links.answer = REFUSED
    statuses = [submit(pages, "test", stream=True).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [422]
    assert "Too many tests" in submit(pages, "test").get_data(as_text=True)
    assert len(links.tried) == 20


@pytest.mark.parametrize(
    ("host", "line"),
    [
        ("127.0.0.1", "permit = 127.0.0.1/255.255.255.255"),
        ("::1", "permit = ::1/128"),
        ("nowhere.invalid", "permit = (the address that amictl comes from)/255.255.255.255"),
        ("", "permit = (the address"),
        ("x" * 300, "permit = (the address"),
    ],
)
def test_the_stanza_lets_in_the_address_that_amictl_comes_from(pages: Pages, host: str, line: str) -> None:
    answer = pages.post(
        f"{PAGE}stanza/", {"host": host, "port": "5038", "username": "desk", "secret": SECRET}
    )
    stanza = answer.get_json()["stanza"]
    assert stanza.startswith("[desk]\nsecret = (the secret that you enter here)\n")
    assert line in stanza
    assert SECRET not in stanza


@pytest.mark.parametrize("stream", [True, False])
def test_a_name_that_was_taken_while_the_test_ran_is_told_and_recorded(
    app: Flask, pages: Pages, store: Store, links: Links, stream: bool
) -> None:
    links.answer = FINE
    links.meanwhile = lambda link: store.servers.create(ServerFields.from_link(link))
    told = submit(pages, "connect", stream=stream).get_data(as_text=True)
    assert "There is already a PBX" in told
    assert links.reloads == []
    assert told_in_audit(app, store)[-1][0] == "conflict"


def test_the_list_of_servers_leads_to_the_page(pages: Pages) -> None:
    assert f'href="{PAGE}"' in pages.get("/admin/servers/").get_data(as_text=True)
