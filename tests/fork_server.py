"""Programs of amictl that begin as a fork of one that has imported all it needs: that takes most of a start.

What runs is the same program, with its own environment, folder, standard streams and signals; a test of how
the process itself begins starts it by itself. Run as a script this is the fork server; it ends when its
starter does.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from os import _exit, fork, waitpid, write  # before eventlet puts its own in their places
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
_IMPORTED = ("flask.cli", "amictl.app", "amictl.serving")
_LONGEST_ORDER = 128 * 1024  # bytes; an environment and a command line


class Program(StrEnum):
    """What a fork goes on as."""

    SERVER = "wsgi.py"
    COMMAND = "flask"


class ForkedProcess:
    """A process that a fork server made, with what ``subprocess.Popen`` has of it.

    Args:
        status: Tells its process ID, and at its end its exit status, a line each.
    """

    def __init__(self, status: socket.socket) -> None:
        self._status = status
        self._told = b""
        self.returncode: int | None = None
        self._read_lines(1, None)
        self.pid = int(self._told.split()[0])

    def poll(self) -> int | None:
        """Return the exit status, as ``subprocess`` counts it, or None while it runs."""
        return self.returncode if self._read_lines(2, 0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutExpired: It still runs.
        """
        if not self._read_lines(2, timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _read_lines(self, count: int, timeout: float | None) -> bool:
        """Read until so many lines were told, and return whether they were."""
        while self._told.count(b"\n") < count:
            if not select.select([self._status], [], [], timeout)[0]:
                return False
            told = self._status.recv(64)
            if not told:
                raise AssertionError("The fork server ended before its forks.")
            self._told += told
        if count == 2 and self.returncode is None:
            self.returncode = int(self._told.split()[1])
            self._status.close()
        return True


class ForkServer:
    """A process that has imported all that a program of amictl needs, and forks on demand.

    Args:
        program: Which program.

    Attributes:
        pid: Its process ID.
    """

    def __init__(self, program: Program) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, __file__, program, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self.pid = self._process.pid
        atexit.register(self.close)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], *streams: IO[Any] | int
    ) -> ForkedProcess:
        """Start the program in the project's folder.

        Args:
            arguments: What follows the program's name on its command line.
            environment: All its environment variables.
            streams: Its standard input, output and error.
        """
        ours, theirs = socket.socketpair()
        order = json.dumps([arguments, dict(environment)]).encode()
        files = [stream if isinstance(stream, int) else stream.fileno() for stream in streams]
        with theirs:
            socket.send_fds(self._control, [order], [*files, theirs.fileno()])
        return ForkedProcess(ours)

    def close(self) -> None:
        """End the fork server; what it started goes on."""
        atexit.unregister(self.close)
        self._control.close()
        self._process.wait()


@cache
def fork_server(program: Program) -> ForkServer:
    """Return the fork server of a program, which is started when it is first asked for."""
    return ForkServer(program)


def run_command(
    arguments: Sequence[str], environment: Mapping[str, str], *, stdin: str = "", timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a ``flask`` command in the project's folder, and return what it printed.

    Args:
        arguments: What follows ``flask``.
        environment: All its environment variables.
        stdin: What it reads.
        timeout: Seconds.

    Raises:
        TimeoutExpired: It takes longer; it is killed.
    """
    with TemporaryFile("w+") as given, TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        given.write(stdin)
        given.seek(0)
        process = fork_server(Program.COMMAND).start(arguments, environment, given, output, errors)
        try:
            status = process.wait(timeout)
        finally:
            process.kill()
        for stream in (output, errors):
            stream.seek(0)
        return subprocess.CompletedProcess(["flask", *arguments], status, output.read(), errors.read())


def _import_all(program: Program) -> None:
    """Import what the program imports, and nothing that knows its environment."""
    sys.path[0] = str(ROOT)
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    if program is Program.SERVER:
        os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # read when eventlet is imported; as in wsgi.py
        importlib.import_module("eventlet").monkey_patch()
    for module in _IMPORTED:
        importlib.import_module(module)
    # To patch makes a hub. Its epoll instance would be one for all forks, which would wake each other by it.
    importlib.import_module("eventlet.hubs").use_hub()
    gc.collect()
    gc.freeze()


def _await_order(control: socket.socket) -> list[Any] | None:
    """Fork for each order, and return the order in the fork; None when no more will come."""
    while True:
        text, files, _flags, _address = socket.recv_fds(control, _LONGEST_ORDER, 4)
        _reap()
        if not text:
            return None
        if not fork():
            control.close()
            status = files.pop()
            if child := fork():
                _tell_status(status, child, files)
            os.close(status)
            for number, file in enumerate(files):
                os.dup2(file, number)
                os.close(file)
            return list(json.loads(text))
        for file in files:
            os.close(file)


def _tell_status(status: int, child: int, files: Sequence[int]) -> None:
    """Tell a child's process ID, and its exit status once it has ended; and end."""
    for file in files:
        os.close(file)
    write(status, b"%d\n" % child)
    write(status, b"%d\n" % os.waitstatus_to_exitcode(waitpid(child, 0)[1]))
    _exit(0)


def _reap() -> None:
    """Let go of those who told the status of their children."""
    try:
        while waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _main(program: Program, control: socket.socket) -> None:
    """Serve as a fork server; in a fork, go on as the program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with its starter, after what it started
    _import_all(program)
    order = _await_order(control)
    if order is None:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments, environment = order
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [program, *arguments]
    if program is Program.SERVER:
        runpy.run_path(str(ROOT / "wsgi.py"), run_name="__main__")
    else:
        runpy.run_module("flask", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    orders = socket.socket(fileno=int(sys.argv[2]))
    orders.setblocking(True)  # it is not where its starter runs on green threads
    _main(Program(sys.argv[1]), orders)
