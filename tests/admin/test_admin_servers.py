"""The settings page of the Asterisk servers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from amictl.manager import Check, Finding, Remedy, Verdict
from amictl.store import SecretBox, ServerFields, Servers, Store, db
from amictl.store.audit_log import AuditQuery
from amictl.store.keys import make_encryption_key
from tests.admin.conftest import Links, Pages
from tests.store.store_app import AMI_SECRET

FIELDS = ServerFields("main", "127.0.0.1", 5038, "amictl", AMI_SECRET)
NEW = {"name": "main", "host": "127.0.0.1", "username": "amictl", "secret": AMI_SECRET}


@pytest.fixture
def main_server(app: Flask, store: Store) -> None:
    with app.app_context():
        store.servers.create(FIELDS)


def secret_of(app: Flask, store: Store, name: str = "main") -> str:
    with app.app_context():
        return store.servers.read_link(store.servers.find(name)).secret


def test_a_new_server_is_stored_and_its_link_started_once_after_the_commit(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    response = pages.fill("/admin/servers/new/", **NEW)
    assert (response.status_code, response.location) == (302, "/admin/servers/")
    assert links.reloads == [["main@127.0.0.1:5038"]]  # read through another session: the row was committed
    assert secret_of(app, store) == AMI_SECRET


@pytest.mark.usefixtures("main_server")
def test_a_blank_secret_keeps_the_stored_one(app: Flask, pages: Pages, store: Store, links: Links) -> None:
    response = pages.fill("/admin/servers/edit/?id=1", name="renamed", secret="")
    assert response.status_code == 302
    assert links.reloads == [["renamed@127.0.0.1:5038"]]
    assert secret_of(app, store, "renamed") == AMI_SECRET


@pytest.mark.usefixtures("main_server")
def test_a_typed_secret_replaces_the_stored_one(app: Flask, pages: Pages, store: Store) -> None:
    assert pages.fill("/admin/servers/edit/?id=1", secret="another secret").status_code == 302
    assert secret_of(app, store) == "another secret"


@pytest.mark.usefixtures("main_server")
def test_another_host_needs_the_secret_again(app: Flask, pages: Pages, store: Store, links: Links) -> None:
    response = pages.fill("/admin/servers/edit/?id=1", host="127.0.0.2")
    assert response.status_code == 200
    assert "Enter the secret again" in response.get_data(as_text=True)
    assert links.reloads == []
    assert pages.fill("/admin/servers/edit/?id=1", host="127.0.0.2", secret=AMI_SECRET).status_code == 302
    assert links.reloads == [["main@127.0.0.2:5038"]]
    assert secret_of(app, store) == AMI_SECRET


@pytest.mark.usefixtures("main_server")
def test_switching_a_server_off_stops_its_link(pages: Pages, links: Links) -> None:
    assert pages.fill("/admin/servers/edit/?id=1", enabled=None).status_code == 302
    assert links.reloads == [[]]
    assert '<td translate="no">off</td>' in pages.get("/admin/servers/").get_data(as_text=True)


@pytest.mark.usefixtures("main_server")
def test_a_server_goes_only_after_its_own_page_asked(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    page = pages.get("/admin/servers/delete/?id=1").get_data(as_text=True)
    assert "Remove the server main?" in page
    with app.app_context():
        assert len(store.servers.all()) == 1
    response = pages.fill("/admin/servers/delete/?id=1")
    assert (response.status_code, response.location) == (302, "/admin/servers/")
    assert links.reloads == [[]]
    with app.app_context():
        assert store.servers.all() == []


@pytest.mark.usefixtures("main_server")
def test_the_secret_is_in_no_response(app: Flask, pages: Pages, store: Store) -> None:
    for path in (
        "",
        "edit/?id=1",
        "delete/?id=1",
        "?search=x&flt0_0=x",
        "?sort=0&desc=1",
        "?page=-1",
        "?page_size=999999",
    ):
        assert pages.get(f"/admin/servers/{path}").status_code == 200
    pages.fill("/admin/servers/edit/?id=1", secret=AMI_SECRET, port="no number")
    pages.fill("/admin/servers/edit/?id=1", secret=AMI_SECRET, name="Not A Name")
    pages.fill("/admin/servers/new/", **NEW)  # refused: the name is taken
    pages.fill("/admin/servers/edit/?id=1", secret=AMI_SECRET)
    with app.app_context():
        encrypted = store.servers.find("main").secret_encrypted
    assert len(pages.bodies) > 10
    for body in pages.bodies:
        assert AMI_SECRET not in body
        assert encrypted not in body


def test_browsers_are_told_not_to_fill_in_the_secret(pages: Pages) -> None:
    page = pages.get("/admin/servers/new/").get_data(as_text=True)
    assert '<form class="card" method="post" autocomplete="off"' in page
    (field,) = (line for line in page.split("<") if line.startswith("input") and 'name="secret"' in line)
    assert 'type="password"' in field
    assert 'autocomplete="new-password"' in field


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Not A Name"}, "lower-case letters"),
        ({"name": ""}, "Fill this in."),
        ({"host": "two words"}, "host name or an IP address"),
        ({"port": "99999"}, "port from 1 to 65535"),
        ({"port": "x"}, "Not a valid integer"),
        ({"username": "a\r\nSecret: b"}, "control characters"),
        ({"secret": ""}, "Enter the secret"),
        ({"tls_ca": "no PEM"}, "PEM form"),
    ],
)
def test_a_refused_field_is_marked_and_nothing_is_stored(
    pages: Pages, links: Links, change: dict[str, str], said: str
) -> None:
    response = pages.fill("/admin/servers/new/", **{**NEW, **change})
    page = response.get_data(as_text=True)
    (field,) = change
    assert response.status_code == 200
    assert f'id="{field}-error"' in page
    assert said in page.split(f'id="{field}-error">')[1].split("</div>")[0]
    assert 'aria-invalid="true"' in page
    assert links.reloads == []
    assert "No Asterisk server yet" in pages.get("/admin/servers/").get_data(as_text=True)


@pytest.mark.usefixtures("main_server")
def test_a_taken_name_is_refused_in_words(pages: Pages, links: Links) -> None:
    page = pages.fill("/admin/servers/new/", **NEW).get_data(as_text=True)
    assert "There is already a PBX &#39;main&#39;." in page
    assert links.reloads == []


def test_a_database_error_shows_no_more_than_that_it_failed(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    with app.app_context():
        engine = db.engine

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO ami_server"):
            raise OperationalError(statement, {"secret": AMI_SECRET}, Exception("disk image is malformed"))

    event.listen(engine, "before_cursor_execute", fail)
    page = pages.fill("/admin/servers/new/", **NEW).get_data(as_text=True)
    event.remove(engine, "before_cursor_execute", fail)
    assert "could not be saved" in page
    assert "malformed" not in page
    assert "Traceback" not in page
    assert links.reloads == []
    with app.app_context():
        assert store.servers.all() == []


def test_a_secret_that_no_key_fits_is_told_in_the_list(app: Flask, pages: Pages) -> None:
    with app.app_context():
        Servers(db.session, SecretBox([make_encryption_key()])).create(replace(FIELDS, name="lost"))
    assert "fits none of the encryption keys" in pages.get("/admin/servers/").get_data(as_text=True)


@pytest.mark.parametrize("server_id", ["99", "x", "", "-1", "9" * 30, "²"])
def test_a_server_that_is_not_there_is_told_in_words(pages: Pages, links: Links, server_id: str) -> None:
    for path in (f"/admin/servers/edit/?id={server_id}", f"/admin/servers/delete/?id={server_id}"):
        assert pages.get(path).status_code == 302
    assert pages.post("/admin/servers/delete/", {"id": server_id}).status_code == 302
    assert pages.post("/admin/servers/test/", {"id": server_id}).status_code == 302
    assert "no such server" in pages.get("/admin/servers/").get_data(as_text=True)
    assert links.reloads == links.tried == []


RIGHTS = Finding(
    Check.RIGHTS,
    Verdict.WRONG,
    "It lacks <agent>.",
    (Remedy("Set in manager.conf:", ("read = agent", "write = agent")),),
)


@pytest.mark.usefixtures("main_server")
def test_the_test_button_shows_what_each_check_found_and_what_to_change(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    links.answer = [Finding(Check.REACH, Verdict.FINE, "Asterisk answers."), RIGHTS]
    answer = pages.post("/admin/servers/test/", {"id": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.findall(r'data-check="(\w+)" data-tone="(\w+)"', page) == [("reach", "good"), ("rights", "bad")]
    assert "It lacks &lt;agent&gt;." in page
    assert "<code>read = agent\nwrite = agent</code>" in page
    assert [link.secret for link in links.tried] == [AMI_SECRET]
    assert AMI_SECRET not in page
    assert links.reloads == []
    assert told_in_audit(app, store) == [
        "Tests the link to 127.0.0.1:5038 as amictl.",
        "The test of the link to 127.0.0.1:5038 as amictl found: reach fine, rights wrong.",
    ]


def told_in_audit(app: Flask, store: Store) -> list[str]:
    with app.app_context():
        return [str(row["message"]) for row in store.audit_log.walk(AuditQuery())]


@pytest.mark.usefixtures("main_server")
def test_tests_are_bounded_in_number(pages: Pages, links: Links) -> None:
    links.answer = [RIGHTS]
    statuses = [pages.post("/admin/servers/test/", {"id": "1"}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [302]
    assert "Too many tests" in pages.get("/admin/servers/").get_data(as_text=True)
    assert len(links.tried) == 20


@pytest.mark.usefixtures("main_server")
def test_a_defect_in_a_handler_is_reported_as_itself(app: Flask, pages: Pages, links: Links) -> None:
    app.testing = True
    links.answer = TypeError("a defect")
    with pytest.raises(TypeError, match="a defect"):
        pages.post("/admin/servers/test/", {"id": "1"})
    assert len(links.tried) == 1


def test_an_outside_return_address_is_not_followed(pages: Pages) -> None:
    response = pages.fill("/admin/servers/new/?url=https://evil.example/", **NEW)
    assert response.location == "/admin/servers/"
