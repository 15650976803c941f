"""The instance folder belongs to one process at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import requests

from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer, ignore
from tests.serving import PASSWORD, ROOT, AmictlServer, StartAmictl, wait_until

ORIGINATE = {"channel": "Local/1@default", "exten": "1", "context": "default", "priority": 1, "timeout": 9000}


def run_until_it_ends(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMICTL_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "wsgi.py")],
        env={**kept, "AMICTL_PORT": "0", "AMICTL_ADMIN_PASSWORD": PASSWORD, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def read_outcomes(server: AmictlServer) -> list[tuple[str, str]]:
    """Return what the audit log says of actions: kind and outcome."""
    connection = sqlite3.connect(server.instance / "amictl.sqlite3")
    try:
        rows = connection.execute("SELECT kind, outcome FROM audit_entry WHERE action <> '' ORDER BY id")
        return [(str(kind), str(outcome)) for kind, outcome in rows]
    finally:
        connection.close()


def test_a_second_process_is_refused_and_leaves_the_running_writes_of_the_first_alone(
    start_amictl: StartAmictl,
) -> None:
    with ScriptedServer(HonestAsterisk({"Originate": ignore})) as pbx:
        server = start_amictl(
            SimpleNamespace(host=pbx.host, ami_port=pbx.port, username=USERNAME, secret=SECRET)
        )
        server.wait_until_ready()
        token = server.make_token()
        orders: list[threading.Thread] = []

        def order() -> None:
            """Order a call, and return once it is recorded that it was asked for."""

            def ask() -> None:
                with contextlib.suppress(requests.ConnectionError):
                    server.call_api(token).post("/api/ami/originate/", ORIGINATE)

            orders.append(threading.Thread(target=ask))
            orders[-1].start()
            asked = ("asked", "asked")
            assert wait_until(lambda: read_outcomes(server).count(asked) == len(orders))

        order()
        second = run_until_it_ends(AMICTL_INSTANCE=str(server.instance))
        assert second.returncode == 1
        (line,) = second.stderr.splitlines()
        assert line.startswith(f"amictl: Another amictl (process {server.pid}) runs on {server.instance}.")
        assert second.stdout == ""
        assert server.flask("user", "list")
        assert ("outcome", "outcome_unknown") not in read_outcomes(server)

        # The kernel releases the lock of a killed process; then the write is one that nobody finishes.
        order()
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        for each in orders:
            each.join(60)
        server.start()
        assert read_outcomes(server)[-1] == ("outcome", "outcome_unknown")


def test_a_second_process_on_the_same_sqlite_file_is_refused_from_another_folder_too(
    start_amictl: StartAmictl, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    server = start_amictl(AMICTL_DATABASE_URL=url)
    second = run_until_it_ends(AMICTL_INSTANCE=str(tmp_path / "other"), AMICTL_DATABASE_URL=url)
    assert second.returncode == 1
    (line,) = second.stderr.splitlines()
    assert f"(process {server.pid}) runs on {tmp_path / 'shared.sqlite3'}" in line
