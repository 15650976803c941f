"""The settings pages on a small application whose visitor the test chooses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from amictl.admin import register_admin
from amictl.config import LinkSettings
from amictl.manager import Finding, Pbx
from amictl.pbx.picture.live import LivePicture
from amictl.services.access import Actor
from amictl.services.execution.audit import AuditService, Origin
from amictl.services.utilities.links import LinkService
from amictl.store import Permission, Store
from amictl.web.languages import Languages, register_languages
from tests.store.store_app import app, empty_app, settings


@dataclass
class Visitor:
    """Who the application takes the test's client for."""

    actor: Actor | None = None


@dataclass
class Links:
    """Stands for the registry and for a PBX: notes reloads, and what was stored at that moment."""

    read_links: Callable[[], list[LinkSettings]]
    reloads: list[list[str]] = field(default_factory=list)
    tried: list[LinkSettings] = field(default_factory=list)
    answer: Sequence[Finding] | Exception | None = None
    picture: LivePicture | None = None
    meanwhile: Callable[[LinkSettings], object] = lambda _link: None

    def reload(self) -> None:
        self.reloads.append([f"{link.name}@{link.host}:{link.port}" for link in self.read_links()])

    def get(self, name: str) -> Pbx:
        assert self.picture is not None, "the test did not prepare a link"
        return Pbx(name, None, self.picture)  # type: ignore[arg-type] - nothing is sent

    def inspect(self, link: LinkSettings, _timeout: float) -> Iterator[Finding]:
        self.tried.append(link)
        self.meanwhile(link)
        if self.answer is None or isinstance(self.answer, Exception):
            raise self.answer or AssertionError("no answer was prepared")
        yield from self.answer


class Pages:
    """A client that fills in forms as a browser does: every field of the page, with its CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.bodies: list[str] = []

    def get(self, path: str) -> TestResponse:
        return self._note(self._client.get(path))

    def post(self, path: str, fields: dict[str, object] | None = None, *, csrf: bool = True) -> TestResponse:
        """Send only these fields, with a CSRF token unless told otherwise."""
        data = dict(fields or {})
        if csrf:
            data["csrf_token"] = self.read_form("/admin/servers/new/")["csrf_token"]
        return self._note(self._client.post(path, data=data))

    def fill(self, path: str, **changes: object) -> TestResponse:
        """Open a form, change some fields, and send it; a field of None is left out."""
        fields = {**self.read_form(path), **changes}
        sent = {name: value for name, value in fields.items() if value is not None}
        return self._note(self._client.post(path, data=sent))

    def read_form(self, path: str) -> dict[str, object]:
        """Return the names and values of the page's fields, as a browser would send them."""
        page = self.get(path).get_data(as_text=True)
        fields: dict[str, object] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            name, value = attributes.get("name"), unescape(attributes.get("value", ""))
            if name is None:
                continue
            if attributes.get("type") != "checkbox":
                fields[name] = value
            elif re.search(r"\bchecked\b", tag):
                present = fields.get(name)
                fields[name] = [*present, value] if isinstance(present, list) else [value]
        for attributes, text in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", page, re.DOTALL):
            fields[re.search(r'name="([^"]*)"', attributes)[1]] = unescape(text.removeprefix("\r\n"))
        for attributes, options in re.findall(r"<select([^>]*)>(.*?)</select>", page, re.DOTALL):
            chosen = re.search(r'<option selected value="([^"]*)"', options)
            fields[re.search(r'name="([^"]*)"', attributes)[1]] = chosen[1] if chosen else ""
        return fields

    def _note(self, response: TestResponse) -> TestResponse:
        self.bodies.append(response.get_data(as_text=True) + str(response.headers))
        return response


def make_actor(
    *permissions: Permission | str, via: str = "session", pbx_scope: frozenset[str] | None = None
) -> Actor:
    """Return somebody with these permissions."""
    return Actor(1, "tester", "Test role", frozenset(permissions), pbx_scope, None, via)  # type: ignore[arg-type]


@pytest.fixture
def visitor() -> Visitor:
    """An administrator, until the test says otherwise."""
    return Visitor(make_actor(Permission.PBX_ADMIN, Permission.USERS_ADMIN, Permission.COMMAND_ANY))


@pytest.fixture
def store(app: Flask) -> Store:
    """The application's store; each test opens a context of its own around its use, as requests do."""
    found: Store = app.extensions["amictl_store"]
    return found


@pytest.fixture
def links(app: Flask, store: Store) -> Links:
    def read_links() -> list[LinkSettings]:
        with app.app_context():
            return store.servers.load_link_settings()

    return Links(read_links)


@pytest.fixture
def pages(app: Flask, store: Store, visitor: Visitor, links: Links) -> Pages:
    audit = AuditService(store.audit_log, Origin)
    register_languages(app, Languages(()))
    register_admin(
        app,
        store,
        audit=audit,
        links=LinkService(store.servers, audit, links, links.reload, links.inspect),  # type: ignore[arg-type]
        on_links_changed=links.reload,
        read_actor=lambda: visitor.actor,
    )
    # No CSRFProtect here: the settings pages must be safe by themselves.
    app.jinja_env.globals.update(csp_nonce=lambda: "test-nonce", csrf_token=generate_csrf)
    app.add_url_rule("/console/", "console.show_console", lambda: "the console")
    return Pages(app.test_client())


__all__ = ["Links", "Pages", "Visitor", "app", "empty_app", "make_actor", "pages", "settings", "store"]
