"""An amictl application in the test's own process, whose PBX is a picture that the test paints.

Nothing is sent anywhere: the manager records what it would have sent. ``start_application`` and the fixture
``application`` come from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import argon2
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from amictl.app import Services, create_app
from amictl.config import Settings
from amictl.manager import Pbx
from amictl.manager.link_metrics import LinkMetrics, LinkMetricsReading
from amictl.pbx.catalogue import Offer, make_offers
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.protocol import Action, Message, Reply
from amictl.store import Passwords, RoleFields, db, open_store, run_first_start
from tests.contract import check_answer
from tests.socket_contract import CheckedTestClient

PASSWORD = "correct horse battery staple"
_CHEAP_HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_compile_builder = Rule._compile_builder
_builders: dict[str, Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Compile what builds a route's addresses, or return what was compiled for the same route before."""
    key = f"{rule._trace} {rule.defaults} {append_unknown}"
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates for the applications to come."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


# Hundreds of applications are made of the same routes and templates; to compile them takes most of the time.
Rule._compile_builder = _compile_once  # type: ignore[method-assign]
_TEMPLATES = CompiledTemplates()


def make_message(**headers: str) -> Message:
    """Return a message with these headers."""
    return Message("\r\n".join(f"{name}: {value}" for name, value in headers.items()).encode())


def make_reply(*items: Message, **headers: str) -> Reply:
    """Return a successful reply, with the items of a list."""
    return Reply("test-1", make_message(**{"Response": "Success", **headers}), items)


@dataclass(slots=True)
class RecordingManager:
    """Stands where an ``AmiManager`` would, and sends nothing."""

    picture: LivePicture
    sent: list[Action] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    warning: str | None = None
    answer: Callable[[Action], Reply] = lambda action: make_reply(Message=f"{action.name} done")

    def execute(self, action: Action, timeout: float = 10.0) -> Reply:  # noqa: ARG002 - the manager's signature
        """Record an action and answer it."""
        action.encode("test-1")
        self.sent.append(action)
        return self.answer(action)

    @property
    def actions(self) -> frozenset[str] | None:
        """What the PBX lists: nobody knows."""
        return None

    @property
    def metrics(self) -> LinkMetricsReading:
        """What was counted of a link that was never made."""
        return LinkMetrics().read(0)

    def make_offers(self) -> tuple[Offer, ...]:
        """Return what the catalogue has."""
        return make_offers(None, None, None)

    def refresh(self, step: SnapshotStep, timeout: float = 10.0) -> None:  # noqa: ARG002 - the manager's signature
        """Remember that a list was asked for again."""
        self.refreshed.append(step.name)

    def ping(self, timeout: float = 10.0) -> float:  # noqa: ARG002 - the manager's signature
        """Answer a ping at once."""
        self.execute(Action("Ping", changes_pbx=False))
        return 0.002

    def start(self) -> None:
        """Start nothing."""

    def stop(self) -> None:
        """Stop nothing."""


def paint_picture(picture: LivePicture, epoch: str = "epoch-1") -> None:
    """Load a small call centre: one channel ``PJSIP/100-1``, the queues ``support`` and ``sales``."""
    channel = make_message(
        Event="CoreShowChannel", Channel="PJSIP/100-1", Uniqueid="100.1", Linkedid="100.1",
        ChannelStateDesc="Up", ChannelState="6", Context="default", Exten="200", Priority="1",
        Application="Dial", ApplicationData="PJSIP/101,30", Duration="00:00:05", CallerIDNum="100",
        CallerIDName="Alice", BridgeId="",
    )  # fmt: skip
    queues = [
        make_message(Event="QueueParams", Queue="support", Max="0", Strategy="ringall", Calls="1"),
        make_message(Event="QueueMember", Queue="support", Name="Alice", Location="PJSIP/100", Paused="0"),
        make_message(
            Event="QueueEntry", Queue="support", Position="1", Channel="PJSIP/7-1", Uniqueid="7.1", Wait="3"
        ),
        make_message(Event="QueueParams", Queue="sales", Max="0", Strategy="ringall", Calls="0"),
        make_message(Event="QueueMember", Queue="sales", Name="Alice", Location="PJSIP/100", Paused="0"),
        make_message(Event="QueueMember", Queue="sales", Name="Bob", Location="PJSIP/101", Paused="0"),
    ]
    lists: dict[str, list[Message]] = {"CoreShowChannels": [channel], "BridgeList": [], "QueueStatus": queues}
    picture.begin_session(epoch)
    for step in SNAPSHOT_STEPS:
        picture.load_step(step, make_reply(*lists.get(step.name, [])))
    picture.complete_snapshot()


@dataclass(slots=True)
class Application:
    """One application with its recording PBX ``main``."""

    app: Flask
    manager: RecordingManager

    @property
    def services(self) -> Services:
        """What is wired in the application."""
        return self.app.extensions["amictl"]

    @property
    def picture(self) -> LivePicture:
        """The picture of the PBX ``main``."""
        return self.manager.picture

    def set_link(self, state: LinkState = LinkState.CONNECTED, **fields: Any) -> None:  # noqa: ANN401 - several
        """Say where the link stands."""
        self.picture.set_link(LinkStatus("main", state, 1_000_000.0, **fields))

    def install(self, *pbxes: Pbx) -> None:
        """Make these the configured PBXes."""
        self.services.registry._table = MappingProxyType({pbx.name: pbx for pbx in pbxes})

    def make_user(self, username: str, role: str) -> None:
        """Make a user with the password of this module."""
        with self.app.app_context():
            self.services.store.accounts.create(username, PASSWORD, role)

    def make_role(self, name: str, *permissions: str, **scopes: frozenset[str]) -> None:
        """Make a role."""
        with self.app.app_context():
            self.services.store.roles.create(RoleFields(name, permissions=frozenset(permissions), **scopes))

    def make_token(self, username: str = "admin", **options: Any) -> str:  # noqa: ANN401 - several
        """Return the text of a new bearer token."""
        with self.app.app_context():
            user = self.services.store.accounts.find(username)
            return self.services.store.tokens.create(user, **options).text

    def browse(self) -> Browser:
        """Return a browser that nobody has used."""
        return Browser(self.app.test_client())

    def log_in(self, username: str = "admin") -> Browser:
        """Return a browser in which somebody has logged in."""
        browser = self.browse()
        answer = browser.submit_login(username)
        assert answer.status_code == 303, answer.text
        return browser

    def call_api(self, token: str) -> Browser:
        """Return a program's client with a bearer token."""
        browser = self.browse()
        browser.headers["Authorization"] = f"Bearer {token}"
        return browser

    def open_socket(self, browser: Browser | None = None, **options: Any) -> Any:  # noqa: ANN401 - untyped library
        """Return Flask-SocketIO's test client, with a browser's cookies or with ``auth``."""
        client = None if browser is None else browser.client
        return CheckedTestClient(self.app, self.services.socketio, flask_test_client=client, **options)


@dataclass(slots=True)
class Browser:
    """Sends requests with what it was given: cookies, a CSRF token, a bearer token."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        """Send a GET request."""
        return self._check("GET", path, self.client.get(path, headers=self.headers, **options))

    def post(self, path: str, fields: object = None, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        """Send a JSON body."""
        headers = self.headers | options.pop("headers", {})
        return self._check("POST", path, self.client.post(path, json=fields, headers=headers, **options))

    def _check(self, method: str, path: str, answer: TestResponse) -> TestResponse:
        """Hold an answer against the OpenAPI document."""
        check_answer(method, path, answer.status_code, answer.mimetype, answer.text)
        return answer

    def submit_form(self, path: str, **fields: str) -> TestResponse:
        """Send a form with the CSRF token of this browser."""
        form = {"csrf_token": self.make_csrf_token(), **fields}
        return self.client.post(path, data=form, headers=self.headers)

    def submit_login(self, username: str = "admin", password: str = PASSWORD, **fields: str) -> TestResponse:
        """Send the login form; after a success, writes carry the session's CSRF token."""
        answer = self.submit_form("/login", username=username, password=password, **fields)
        if answer.status_code == 303:
            self.headers["X-CSRF-Token"] = self.make_csrf_token()
        return answer

    def make_csrf_token(self) -> str:
        """Return a CSRF token of this browser's session, as a page would contain it."""
        with self.client.session_transaction() as kept, self.client.application.test_request_context():
            session.update(kept)
            token = generate_csrf()
            kept.update(session)
        return token

    def read_csrf_token(self) -> str:
        """Return the CSRF token that the login page contains."""
        page = self.client.get("/login").text
        found = re.search(r'csrf_token" value="([^"]+)"', page)
        assert found, page
        return found.group(1)


def start_application(folder: Path, **settings: Any) -> Application:  # noqa: ANN401 - fields of several types
    """Return an application with a fresh database and a painted PBX ``main`` whose link is up."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        for name, content in _make_instance().items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
    app = create_app(Settings(instance=folder, admin_password=PASSWORD, **settings), start_links=False)
    app.jinja_env.bytecode_cache = _TEMPLATES
    app.testing = False  # errors are answered as in production
    services: Services = app.extensions["amictl"]
    services.store.accounts._passwords._hasher = _CHEAP_HASHER
    picture = LivePicture("main")
    paint_picture(picture)
    application = Application(app, RecordingManager(picture))
    application.set_link()
    application.install(Pbx("main", application.manager, picture))  # type: ignore[arg-type] - it sends nothing
    return application


@cache
def _make_instance() -> dict[str, bytes]:
    """Return the files of an instance folder after a first start, by name."""
    with TemporaryDirectory() as folder:
        app = Flask("amictl")
        settings = Settings(instance=Path(folder), admin_password=PASSWORD)
        store = open_store(app, settings, Passwords(_CHEAP_HASHER))
        with app.app_context():
            db.create_all()
            run_first_start(store)
            db.session.remove()
            db.engine.dispose()
        store.writer.close()
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """An application of this test's own."""
    application = start_application(tmp_path / "instance")
    yield application
    stop_application(application)


@pytest.fixture(scope="session")
def shared_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application for the tests that leave it as it was."""
    application = start_application(tmp_path_factory.mktemp("shared") / "instance")
    yield application
    stop_application(application)


def stop_application(application: Application) -> None:
    """Close the database, so that no connection is left to the garbage collector."""
    application.services.store.writer.close()
    with application.app.app_context():
        db.session.remove()
        db.engine.dispose()
