"""The process as a whole: how it starts, serves and stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
import socketio

from amictl.config import Settings
from amictl.store import ServerFields, upgrade_database
from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer
from tests.patience import PATIENCE
from tests.serving import PASSWORD, ROOT, AmictlServer, StartAmictl, Visit, wait_until
from tests.store.store_app import close_app, make_app

pytestmark = pytest.mark.served

AT_ONCE = 30.0  # seconds: far below the minute after which silent connections end


@pytest.fixture
def server(start_amictl: StartAmictl) -> AmictlServer:
    return start_amictl()


def raw_request(server: AmictlServer, request: bytes) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=PATIENCE)
    connection.sendall(request)
    return connection


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_an_idle_server_at_once(start_amictl: StartAmictl, number: signal.Signals) -> None:
    server = start_amictl(by_itself=True)
    requests.get(f"{server.url}/healthz", timeout=PATIENCE)
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < AT_ONCE
    assert '"reason": "' + number.name in server.output
    assert '"event": "stopped"' in server.output
    assert "Traceback" not in server.output


def test_a_stop_closes_sockets_so_that_their_clients_come_back_by_themselves(server: AmictlServer) -> None:
    reasons: list[str] = []
    with server.log_in().open_socket() as live:
        live.client.on("disconnect", reasons.append)
        live.subscribe("pbx")
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < AT_ONCE
        assert wait_until(lambda: reasons)
    assert reasons != [socketio.Client.reason.SERVER_DISCONNECT]
    assert "Traceback" not in server.output


def test_a_stop_waits_for_no_silent_connection(server: AmictlServer) -> None:
    with raw_request(server, b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"):
        requests.get(f"{server.url}/healthz", timeout=PATIENCE)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < AT_ONCE


def refusal_of(visit: Visit) -> str:
    """Return with which words a Socket.IO connection with a visit's cookie is refused."""
    told: list[dict[str, str]] = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", told.append)
    cookie = "; ".join(f"{name}={value}" for name, value in visit.http.cookies.items())
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(visit.url, headers={"Cookie": cookie}, wait_timeout=PATIENCE)
    return told[0]["message"]


def test_the_first_start_makes_private_keys_and_prints_the_password_once(start_amictl: StartAmictl) -> None:
    first = start_amictl(by_itself=True, AMICTL_ADMIN_PASSWORD="")
    found = re.search(r"Administrator made: admin, password (\S+)", first.output)
    assert found
    visit = Visit(first.url)
    assert visit.submit_login("admin", found.group(1)).status_code == 303
    assert visit.get("/api/ami/status/").json()["code"] == "password_change_required"
    assert refusal_of(visit) == "password_change_required"
    assert {path.stat().st_mode & 0o077 for path in first.instance.rglob("*") if path.is_file()} == {0}
    first.stop()
    second = start_amictl(AMICTL_ADMIN_PASSWORD="", AMICTL_INSTANCE=str(first.instance))
    assert "password" not in second.output
    assert Visit(second.url).submit_login("admin", found.group(1)).status_code == 303


def test_a_session_survives_a_restart(start_amictl: StartAmictl) -> None:
    first = start_amictl(by_itself=True)
    visit = first.log_in()
    first.stop()
    second = start_amictl(AMICTL_INSTANCE=str(first.instance))
    visit.url = second.url
    assert visit.get("/console/").status_code == 200


def run_until_it_ends(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMICTL_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "wsgi.py")],
        env={**kept, "AMICTL_INSTANCE": str(folder), "AMICTL_ADMIN_PASSWORD": PASSWORD, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_taken_port_is_told_in_one_line(server: AmictlServer, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]
    done = run_until_it_ends(tmp_path / "other", AMICTL_PORT=port)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("amictl:")]
    assert f"Port {port} on 127.0.0.1 is taken." in line
    assert "AMICTL_PORT" in line
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path) -> None:
    done = run_until_it_ends(tmp_path / "other", AMICTL_PORT="http")
    assert done.returncode == 1
    assert "AMICTL_PORT must be a port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    done = run_until_it_ends(tmp_path / "other", AMICTL_DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "amictl: What amictl stores cannot be used: No such file or directory. (/nowhere/at/all.sqlite3)"
    ]
    assert "Traceback" not in done.stderr


def test_passwords_are_hashed_in_a_native_thread_while_the_green_threads_go_on(tmp_path: Path) -> None:
    # The hashing stands in for work that ends only when a green thread gets its turn meanwhile.
    script = """
import wsgi, eventlet
from eventlet.patcher import original
turned = original("threading").Event()
passwords = wsgi.app.extensions["amictl"].store.accounts._passwords
passwords._matches = lambda *_arguments: turned.wait(120)
eventlet.spawn(turned.set)
print("green threads went on:", passwords.verify(None, "x"))
"""
    environment = os.environ | {"AMICTL_INSTANCE": str(tmp_path / "instance")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "green threads went on: True" in done.stdout, done.stderr


def test_only_the_signals_that_mean_it_stop_the_server() -> None:
    script = """
import eventlet
eventlet.monkey_patch()
import os, signal
from amictl.serving import stop_event
signal.signal(signal.SIGUSR1, lambda *_arguments: print("handled"))
with stop_event() as stopped:
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGTERM)
    print("stopped by", stopped.wait())
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["handled", "stopped by SIGTERM"], done.stderr


def test_compression_is_accepted_where_one_frame_is_right_for_all(server: AmictlServer) -> None:
    cookie = server.log_in().http.cookies["amictl_session"]
    request = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Extensions: permessage-deflate\r\nCookie: amictl_session={cookie}\r\n\r\n"
    )
    with raw_request(server, request.encode()) as connection:
        answer = connection.recv(4096).decode("latin-1")
    assert answer.startswith("HTTP/1.1 101")
    accepted = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    assert f"Sec-Websocket-Extensions: {accepted}\r\n" in answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_socket_of_another_site_is_refused(server: AmictlServer, origin: str) -> None:
    visit = server.log_in()
    answer = visit.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
    assert answer.status_code == 400
    assert "Access-Control-Allow-Origin" not in answer.headers
    own = visit.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": server.url})
    assert own.status_code == 200


def test_many_requests_at_once_are_all_answered(server: AmictlServer) -> None:
    statuses: list[int] = []

    def get_health() -> None:
        statuses.extend(
            requests.get(f"{server.url}/healthz", timeout=PATIENCE).status_code for _ in range(20)
        )

    threads = [threading.Thread(target=get_health) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 200


def test_nothing_secret_is_written_to_the_log(server: AmictlServer) -> None:
    token = server.make_token()
    visit = server.log_in()
    Visit(server.url).submit_login("admin", "a wrong password of mine")
    program = server.call_api(token)
    program.get("/api/ami/ping/")
    program.post("/api/ami/originate/", {"channel": "PJSIP/1", "variables": {"PIN": "sesame"}})
    written = server.output
    for secret in (
        PASSWORD,
        "a wrong password of mine",
        token,
        "sesame",
        visit.http.cookies["amictl_session"],
    ):
        assert secret not in written


_RESOLVES = """
import eventlet
eventlet.monkey_patch()
import socket, threading
from eventlet.patcher import original
from amictl.serving import resolve_names_off_hub, run_off_hub

answered = original("threading").Event()

def resolve(host, *_arguments, **_options):  # answers for the dead only when all else was done meanwhile
    assert host != "dead.example" or answered.wait(120), "everything waited for the dead names"
    return [host]

socket.getaddrinfo = resolve
resolve_names_off_hub()
waiting = [eventlet.spawn(socket.getaddrinfo, "dead.example", 5038) for _ in range(100)]
eventlet.sleep(0)
print(socket.getaddrinfo("healthy.example", 5038), run_off_hub(lambda: "hashed"))
answered.set()
print(len([each.wait() for each in waiting]))
try:
    run_off_hub(lambda: 1 // 0)
except ZeroDivisionError as error:
    print(error)
"""


def test_a_hundred_dead_names_hold_up_neither_other_names_nor_the_hashing() -> None:
    run = [sys.executable, "-W", "ignore", "-c", _RESOLVES]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "['healthy.example'] hashed",
        "100",
        "integer division or modulo by zero",
    ], done.stderr


_DEAD_RESOLVER = """
import socket, time
_resolve, _sleep = socket.getaddrinfo, time.sleep

def getaddrinfo(host, *arguments, **options):
    if str(host).endswith(".dead.example"):
        with open(ASKED, "a") as asked:
            asked.write(host + "\\n")
        _sleep(3600)
    return _resolve(host, *arguments, **options)

socket.getaddrinfo = getaddrinfo
"""


def test_servers_whose_names_are_dead_keep_neither_people_nor_a_healthy_pbx_waiting(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "sitecustomize.py").write_text(f"ASKED = {str(asked)!r}\n{_DEAD_RESOLVER}")
    with ScriptedServer(HonestAsterisk()) as pbx:
        server = AmictlServer(tmp_path, by_itself=True, PYTHONPATH=str(tmp_path))
        dead = [
            ServerFields(f"dead{number}", f"{number}.dead.example", 5038, "x", "x") for number in range(30)
        ]
        store_servers(server.instance, *dead, ServerFields("zoo", "localhost", pbx.port, USERNAME, SECRET))
        with server:
            assert wait_until(lambda: links_of(server)["zoo"] == "connected"), server.output
            assert wait_until(lambda: len(set(asked.read_text().split())) == len(dead))
            assert server.log_in().get("/console/").status_code == 200
            # One question at a time for each name, however often its link tries again.
            assert wait_until(lambda: links_of(server)["dead0"] == "reconnecting")
            assert wait_until(lambda: links_of(server)["dead0"] == "connecting")
            assert len(asked.read_text().split()) == len(dead)


def store_servers(instance: Path, *servers: ServerFields) -> None:
    """Store what an administrator would have, before the first start."""
    app = make_app(Settings(instance=instance))
    with app.app_context():
        upgrade_database()
        for fields in servers:
            app.extensions["amictl_store"].servers.create(fields)
    close_app(app)


def links_of(server: AmictlServer) -> dict[str, str]:
    links: dict[str, str] = requests.get(f"{server.url}/readyz", timeout=30).json()["links"]
    return links


def test_a_pbx_is_found_by_its_name(tmp_path: Path) -> None:
    with ScriptedServer(HonestAsterisk()) as pbx:
        named = SimpleNamespace(host="localhost", ami_port=pbx.port, username=USERNAME, secret=SECRET)
        with AmictlServer(tmp_path, named) as server:
            server.wait_until_ready()
