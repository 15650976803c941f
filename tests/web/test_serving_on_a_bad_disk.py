"""A served amictl whose database is locked, or whose disk takes nothing any more."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer, channel, message
from tests.serving import PASSWORD, ROOT, AmictlServer, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.served

ORIGINATE = {"channel": "Local/1@default", "exten": "1", "context": "default", "priority": 1, "timeout": 9000}
Fault = Callable[[AmictlServer], AbstractContextManager[None]]


@contextmanager
def lock_database(server: AmictlServer) -> Iterator[None]:
    """Hold the database's write lock, as another program would."""
    with closing(sqlite3.connect(server.instance / "amictl.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@contextmanager
def take_the_disk_away(server: AmictlServer) -> Iterator[None]:
    """Let every write of the process to a file fail, to its log too ("prlimit(2)", RLIMIT_FSIZE)."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lock_database, "amictl's database is locked, by another program or by too many writes."),
        (take_the_disk_away, "The disk with amictl's database cannot be read or written."),
    ],
    ids=["locked", "disk"],
)
def test_nothing_is_done_unrecorded_reading_goes_on_and_all_is_well_afterwards(
    start_amictl: StartAmictl, fault: Fault, words: str
) -> None:
    with ScriptedServer(HonestAsterisk(channels=[channel(1)])) as pbx:
        server = start_amictl(
            SimpleNamespace(host=pbx.host, ami_port=pbx.port, username=USERNAME, secret=SECRET)
        )
        server.wait_until_ready()
        person = server.log_in()
        with person.open_socket() as live:
            live.subscribe("channels")
            with fault(server), ThreadPoolExecutor() as others:
                # Whoever waits for the lock holds up nobody else.
                logging_in = others.submit(Visit(server.url).submit_login, "admin", PASSWORD)
                pbx.peers[0].send_raw(message("Event: Newchannel", "Privilege: call,all", *channel(2)))
                live.wait_for_change("channels", lambda change: change["key"] == "1700000000.2")
                assert len(person.get("/api/ami/channels/").json()["data"]["channels"]) == 2
                assert person.get("/console/").status_code == 200

                ordered = person.post("/api/ami/originate/", ORIGINATE)
                assert (ordered.status_code, ordered.json()["code"]) == (503, "storage_unavailable")
                assert ordered.json()["detail"] == f"{words} Nothing was done, because it cannot be recorded."
                assert not [each for each in pbx.peers[0].actions if each["Action"] == "Originate"]

                # For a second yet, it may tell what it proved before the fault.
                assert wait_until(lambda: person.get("/readyz").status_code == 503)
                ready = person.get("/readyz")
                assert (ready.status_code, ready.json()["problems"]) == (503, [words])
                refused = logging_in.result()
                assert refused.status_code == 503
                assert "Nothing was done" in refused.text
                if fault is lock_database:
                    with pytest.raises(AssertionError, match=words):
                        server.flask("doctor")
            assert wait_until(lambda: person.get("/readyz").status_code == 200)
            assert person.post("/api/ami/originate/", ORIGINATE).status_code == 202
            assert server.log_in().get("/console/").status_code == 200
        assert "is whole" in server.flask("audit", "verify")
        assert "Traceback" not in server.output


@pytest.mark.parametrize("begun", [False, True], ids=["first-start", "later-start"])
def test_a_start_on_a_disk_that_takes_nothing_ends_with_one_line(tmp_path: Path, *, begun: bool) -> None:
    instance = tmp_path / "instance"
    if begun:
        with AmictlServer(tmp_path):
            pass
    done = subprocess.run(
        [sys.executable, str(ROOT / "wsgi.py")],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AMICTL_")},
            "AMICTL_INSTANCE": str(instance),
            "AMICTL_PORT": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("amictl: The disk with amictl's database ")
    assert str(instance) in line
    assert done.stdout == ""
