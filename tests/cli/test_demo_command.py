"""``flask demo serve``: the demo PBX in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.cli.conftest import Run
from tests.patience import PATIENCE

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, with a secret of ours."""
    words = ["demo", "serve", "--username", "panel", "--secret", "a-secret"]
    words += ["--speed", "3", "--seed", "7", "--hour", "8"]
    with subprocess.Popen(
        [sys.executable, "-m", "flask", *words],
        cwd=_ROOT,
        env={**os.environ, "AMICTL_INSTANCE": str(tmp_path), "AMICTL_DEMO_CHANNELS": "10"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.kill()


def test_it_says_where_it_is_and_how_to_add_it_and_ends_at_ctrl_c(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    told = ""
    while "--secret-stdin" not in told:
        line = process.stdout.readline()
        assert line, f"it ended: {told}"
        told += line
    found = re.search(r"127\.0\.0\.1:(\d+)   user panel   secret a-secret", told)
    assert found is not None
    port = int(found[1])
    assert f"flask pbx add demo --host 127.0.0.1 --port {port} --username panel --secret-stdin" in told
    with AmiClient("127.0.0.1", port, "panel", "a-secret") as client:
        first, second = (float(client.action("Ping")[0]["Timestamp"]) for _ in range(2))
        assert first < second
        order(process, "restart")
        assert client.wait_event("Shutdown")["Restart"] == "True"
    with AmiClient("127.0.0.1", port, "panel", "a-secret") as client:
        order(process, "freeze")
        client.drain()  # what had left before
        client.send("Ping")
        with pytest.raises(TimeoutError):
            client.next_message(0.2)
        order(process, "thaw")
        while "Ping" not in client.next_message():
            pass
        process.send_signal(signal.SIGINT)
        assert client.wait_event("Shutdown")["Restart"] == "False"
    assert process.wait(PATIENCE) == 0
    assert "The demo PBX ends." in process.stdout.read()


def order(process: subprocess.Popen[str], words: str) -> None:
    """Give an order and wait until it is carried out."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()
    while process.stdout.readline() != f"Done: {words}.\n":
        pass


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--queues 51", "queues must be a number from 1 to 50, not 51"),
        ("--rate 0", "rate must be a number from 1 to 500, not 0"),
        ("--hour 24", "hour must be an hour from 0 to 23, not 24"),
        ("--speed 101", "speed must be a number from 1 to 100, not 101"),
        ("--username general", "cannot be called 'general'"),
        ("--secret a;b", "secret"),
    ],
)
def test_a_setting_out_of_bounds_is_refused(run: Run, words: str, told: str) -> None:
    done = run("demo", "serve", *words.split())
    assert done.exit_code == 1
    assert told in done.output
