"""How long an event takes from the PBX's socket to Socket.IO clients; ``python -m bench.realtime`` prints it.

Three processes as in production: a scripted AMI server plays recorded events, a real amictl serves, and the
clients measure against the machine's one monotonic clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.scripted_server import SECRET, USERNAME
from tests.serving import ROOT, AmictlServer

RATE = 1000  # events a second
CLIENTS = 20
SECONDS = 10.0
LIMIT_MS = 100.0  # of the 99th percentile


@dataclass(frozen=True, slots=True)
class PlayedPbx:
    """Where the played PBX listens."""

    ami_port: int
    host: str = "127.0.0.1"
    username: str = USERNAME
    secret: str = SECRET


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the clients measured.

    Args:
        rate: Events a second.
        clients: How many clients had subscribed to all events.
        events: How many events were played.
        fewest: How many of them reached the client that got the fewest.
        p50: Median of all delays in milliseconds.
        p99: 99th percentile of all delays in milliseconds.
        highest: The longest delay in milliseconds.
        server_load: Share of one core that the server used meanwhile.
    """

    rate: float
    clients: int
    events: int
    fewest: int
    p50: float
    p99: float
    highest: float
    server_load: float

    @property
    def is_good(self) -> bool:
        """Whether every event reached every client, 99 of 100 in time."""
        return self.fewest == self.events and self.p99 <= LIMIT_MS

    def __str__(self) -> str:
        return (
            f"event to Socket.IO client, {self.rate:.0f} events/s to {self.clients} clients: "
            f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms (limit {LIMIT_MS:.0f}), "
            f"highest {self.highest:.1f} ms, "
            f"{self.fewest} of {self.events} events at every client, {self.server_load:.0%} of a core"
        )


def measure_delivery(rate: float = RATE, clients: int = CLIENTS, seconds: float = SECONDS) -> Delivery:
    """Play events to a real amictl with clients, and return what they measured.

    Args:
        rate: Events a second.
        clients: How many clients subscribe to all events.
        seconds: How long events are played.
    """
    events = int(rate * seconds)
    player = _start("bench.ami_player", str(rate), str(seconds))
    try:
        pbx = PlayedPbx(ami_port=int(_read_line(player)))
        with tempfile.TemporaryDirectory() as folder, AmictlServer(Path(folder), pbx) as server:
            server.wait_until_ready()
            measuring = _start(
                "bench.socket_clients", server.url, server.make_token(), str(clients), str(events)
            )
            try:
                _read_line(measuring)
                busy, began = _cpu_seconds(server.pid), time.monotonic()
                _write_line(player)
                report = json.loads(_read_line(measuring))
                load = (_cpu_seconds(server.pid) - busy) / (time.monotonic() - began)
            finally:
                _end(measuring)
    finally:
        _end(player)
    return Delivery(
        rate, clients, events, report["fewest"], report["p50"], report["p99"], report["highest"], load
    )


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module of the bench in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _read_line(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with status {process.wait()}")
    return line.strip()


def _write_line(process: subprocess.Popen[str]) -> None:
    """Let a process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process."""
    process.kill()
    process.communicate()


def _cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used ("proc(5)", /proc/PID/schedstat in ns)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    sys.stdout.write(f"{measure_delivery()}\n")
