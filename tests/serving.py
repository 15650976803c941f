"""A real amictl in a process of its own: ``python wsgi.py`` on a free port, with its own instance folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, Self, TypeVar

import engineio
import pytest
import requests
import socketio
from flask import Flask

from amictl.config import Settings
from amictl.store import Store, db, open_store, upgrade_database
from amictl.store.database import DATABASE_FILE
from tests.contract import check_answer
from tests.fork_server import ROOT, ForkedProcess, Program, fork_server, run_command
from tests.patience import PATIENCE, Pace
from tests.socket_contract import check_packet

PASSWORD = "correct horse battery staple"
_READY_LINE = re.compile(r"amictl serves on (http://\S+)/ ")


class LinkedPbx(Protocol):
    """What an amictl needs to know of a PBX."""

    @property
    def host(self) -> str:
        """Where it listens."""

    @property
    def ami_port(self) -> int:
        """The port of its AMI."""

    @property
    def username(self) -> str:
        """The AMI user."""

    @property
    def secret(self) -> str:
        """That user's secret."""


class AmictlServer:
    """One running amictl.

    Args:
        folder: An empty folder for its instance and its log.
        pbx: The PBX ``main``; None starts without any.
        by_itself: Whether to run ``python wsgi.py`` rather than fork a process that has imported what it
            needs: for a test of how the process begins, or of what it takes.
        environment: More environment variables.
    """

    def __init__(
        self, folder: Path, pbx: LinkedPbx | None = None, *, by_itself: bool = False, **environment: str
    ) -> None:
        self.username = "admin"
        self.password = PASSWORD
        self.url = ""
        self.instance = folder / "instance"
        self._output = folder / "output.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AMICTL_")},
            "AMICTL_INSTANCE": str(self.instance),
            "AMICTL_HOST": "127.0.0.1",
            "AMICTL_PORT": "0",
            "AMICTL_ADMIN_PASSWORD": self.password,
            "AMICTL_DEMO": "no",
            **({} if pbx is None else _link_environment(pbx)),
            **environment,
        }
        self._by_itself = by_itself
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None
        if pbx is not None:  # a test of the PBX: that a first start makes its tables is tested without one
            self.instance.mkdir(mode=0o700)
            database = self.instance / DATABASE_FILE
            database.write_bytes(make_empty_database())
            database.chmod(0o600)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def pid(self) -> int:
        """The process's ID."""
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        """Everything that it wrote so far, standard error included."""
        return self._output.read_text(errors="replace")

    def start(self) -> None:
        """Start the process and wait until it serves."""
        with self._output.open("wb") as output, Path(os.devnull).open("rb") as nothing:
            if self._by_itself:
                self._process = subprocess.Popen(
                    [sys.executable, str(ROOT / "wsgi.py")],
                    env=self._environment,
                    cwd=ROOT,
                    stdin=nothing,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            else:
                server = fork_server(Program.SERVER)
                self._process = server.start([], self._environment, nothing, output, output)
        deadline, pace = time.monotonic() + PATIENCE, Pace()
        while not (found := _READY_LINE.search(self.output)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"amictl did not start:\n{self.output}")
            pace.pause()
        self.url = found.group(1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process by a signal and return its exit status; one that hangs is killed: a failure."""
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"amictl did not stop:\n{self.output}") from None

    def restart(self, **environment: str) -> None:
        """Stop it and start it again with other environment variables; it needs a port of its own."""
        self.stop()
        self._environment |= environment
        self.start()

    def wait_until_ready(self, seconds: float = PATIENCE) -> None:
        """Wait until every link is up."""
        answers: list[requests.Response] = []

        def is_ready() -> bool:
            answers[:] = [requests.get(f"{self.url}/readyz", timeout=PATIENCE)]
            return answers[0].status_code == 200

        assert wait_until(is_ready, seconds), f"{answers[0].text}\n{self.output}"

    def flask(self, *arguments: str, stdin: str = "") -> str:
        """Run a ``flask`` command against this server's instance and return what it printed."""
        done = run_command(arguments, self._environment, stdin=stdin, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def make_user(self, username: str, role: str) -> None:
        """Make a user with the password of this module."""
        with self.open_store() as store:
            store.accounts.create(username, PASSWORD, role)

    def make_token(self, username: str = "admin") -> str:
        """Make a bearer token of a user."""
        with self.open_store() as store:
            return store.tokens.create(store.accounts.find(username)).text

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        """Open its database beside it, as a `flask` command does, which takes much longer to start."""
        with open_store_of(self.instance) as store:
            yield store

    def log_in(self, username: str = "admin", password: str = PASSWORD) -> Visit:
        """Log a person in, and return that person's visit."""
        visit = Visit(self.url)
        answer = visit.submit_login(username, password)
        assert answer.status_code == 303, f"{answer.text}\n{self.output}"
        return visit

    def call_api(self, token: str) -> Visit:
        """Return a program's visit with a bearer token."""
        visit = Visit(self.url)
        visit.http.headers["Authorization"] = f"Bearer {token}"
        return visit


class Visit:
    """Somebody who uses an amictl over HTTP and Socket.IO.

    Args:
        url: The server's URL without a slash at its end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Get a page or an answer; redirects are not followed."""
        return self._send("GET", path, timeout=PATIENCE, **options)

    def post(self, path: str, fields: Any = None, **options: Any) -> requests.Response:  # noqa: ANN401 - JSON
        """Send a JSON body, with the CSRF token where there is one; redirects are not followed."""
        return self._send("POST", path, json=fields, timeout=PATIENCE, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Ask for something to be deleted; redirects are not followed."""
        return self._send("DELETE", path, timeout=PATIENCE, **options)

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Send a request, and hold the answer against the OpenAPI document; redirects are not followed."""
        answer = self.http.request(method, f"{self.url}{path}", allow_redirects=False, **options)
        media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        check_answer(method, path, answer.status_code, media_type, answer.text)
        return answer

    def submit_login(self, username: str, password: str, **fields: str) -> requests.Response:
        """Fill in the login form; a login that succeeds makes later posts carry the CSRF token."""
        form = {"username": username, "password": password, "csrf_token": self.read_csrf_token("/login")}
        answer = self.http.post(
            f"{self.url}/login", data=form | fields, timeout=PATIENCE, allow_redirects=False
        )
        if answer.status_code == 303:
            self.http.headers["X-CSRF-Token"] = self.read_csrf_token("/console/")
        return answer

    def read_csrf_token(self, path: str) -> str:
        """Return the CSRF token that a page carries."""
        page = self.http.get(f"{self.url}{path}", timeout=PATIENCE).text
        found = re.search(r'csrf_token"(?: type="hidden")?(?: value=|: ?)"([^"]+)"', page)
        assert found, page
        return found.group(1)

    def open_socket(self, token: str | None = None) -> LiveSocket:
        """Open a Socket.IO connection with this visit's cookie, or with a token."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        return LiveSocket(self.url, {"Cookie": cookie} if cookie and token is None else {}, token)


class OrderlyEngineClient(engineio.Client):  # type: ignore[misc]  # untyped library
    """An Engine.IO client that handles each message before it reads the next.

    python-engineio starts a thread for each, so that those of one answer to a poll overtake each other.
    """

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - untyped library
        return super()._trigger_event(event, *args, **{**options, "run_async": False})


class OrderlyClient(socketio.Client):  # type: ignore[misc]  # untyped library
    """A Socket.IO client that tells of everything in the order in which it came, and of what does not fit.

    A message that is not what the AsyncAPI document says fails the test when the client disconnects.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - untyped library
        super().__init__(**options)
        self._misfits: list[AssertionError] = []

    def disconnect(self) -> None:
        """Disconnect."""
        super().disconnect()
        assert not self._misfits, self._misfits[0]

    def _engineio_client_class(self) -> type[engineio.Client]:
        return OrderlyEngineClient

    def _handle_eio_message(self, data: str) -> None:
        try:
            check_packet(f"4{data}")
        except AssertionError as misfit:  # in the client's own thread, where nobody would hear of it
            self._misfits.append(misfit)
        super()._handle_eio_message(data)


class LiveSocket:
    """A Socket.IO client over WebSocket that remembers what it was sent.

    Args:
        url: The server's URL.
        headers: Sent when it connects.
        token: A bearer token, sent as Socket.IO's ``auth``.
    """

    def __init__(self, url: str, headers: dict[str, str], token: str | None = None) -> None:
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.client = OrderlyClient(reconnection=False)
        for name in ("changes", "ami_events", "reset"):
            self.client.on(name, lambda content, name=name: self.received.append((name, content)))
        auth = None if token is None else {"token": token}
        self.client.connect(url, headers=headers, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)

    def __enter__(self) -> Self:
        """Return the connected socket."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Disconnect; where the server closed first, the client has left its end open."""
        websocket = self.client.eio.ws
        self.client.disconnect()
        if websocket is not None:
            websocket.shutdown()

    def ask(self, event: str, payload: object) -> dict[str, Any]:
        """Send a request and return its ack."""
        answer: dict[str, Any] = self.client.call(event, payload, timeout=PATIENCE)
        return answer

    def subscribe(self, *topics: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Subscribe and return the ack."""
        return self.ask("subscribe", {"topics": list(topics), **options})

    def wait_for(
        self, matches: Callable[[str, dict[str, Any]], bool], seconds: float = PATIENCE
    ) -> tuple[str, dict[str, Any]]:
        """Return the first message, past ones included, that matches."""
        found = wait_until(
            lambda: next((each for each in list(self.received) if matches(*each)), None), seconds
        )
        assert found is not None, f"no such message among {self.received[-20:]}"
        return found

    def wait_for_change(
        self, topic: str, matches: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Return the first change of a topic, past ones included, that matches."""

        def find() -> dict[str, Any] | None:
            batches = [content for name, content in list(self.received) if name == "changes"]
            changes = [change for batch in batches if batch["topic"] == topic for change in batch["changes"]]
            return next((change for change in changes if matches(change)), None)

        found = wait_until(find, seconds)
        assert found is not None, f"no such change of {topic} among {self.received[-20:]}"
        return found


Value = TypeVar("Value")


def wait_until(condition: Callable[[], Value], seconds: float = PATIENCE) -> Value:
    """Return the first true value of a condition, or its last one when the time is over."""
    deadline, pace = time.monotonic() + seconds, Pace()
    while not (value := condition()) and time.monotonic() < deadline:
        pace.pause()
    return value


def _link_environment(pbx: LinkedPbx) -> dict[str, str]:
    """Return the variables that make a PBX the first link."""
    return {
        "AMICTL_AMI_HOST": pbx.host,
        "AMICTL_AMI_PORT": str(pbx.ami_port),
        "AMICTL_AMI_USERNAME": pbx.username,
        "AMICTL_AMI_SECRET": pbx.secret,
    }


@contextmanager
def open_store_of(instance: Path) -> Iterator[Store]:
    """Open the store of an instance folder, in an application context."""
    app = Flask("amictl")
    store = open_store(app, Settings(instance=instance))
    app.secret_key = store.keys.secret_key
    try:
        with app.app_context():
            yield store
    finally:
        store.writer.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@cache
def make_empty_database() -> bytes:
    """Return a database that has its tables and nothing in them: migrations take most of a first start."""
    with TemporaryDirectory() as folder:
        with open_store_of(Path(folder)):
            upgrade_database()
        return (Path(folder) / DATABASE_FILE).read_bytes()


StartAmictl = Callable[..., AmictlServer]


@pytest.fixture
def start_amictl(tmp_path: Path) -> Iterator[StartAmictl]:
    """Start an amictl: ``start_amictl(pbx=None, …)``, as `AmictlServer`; all are stopped after the test."""
    servers: list[AmictlServer] = []

    def start(pbx: LinkedPbx | None = None, *, by_itself: bool = False, **environment: str) -> AmictlServer:
        folder = tmp_path / f"amictl-{len(servers)}"
        folder.mkdir()
        server = AmictlServer(folder, pbx, by_itself=by_itself, **environment)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def amictl_server(start_amictl: StartAmictl, asterisk: LinkedPbx) -> AmictlServer:
    """An amictl whose PBX ``main`` is the ``asterisk`` of this test, with its link up."""
    server = start_amictl(asterisk)
    server.wait_until_ready()
    return server
