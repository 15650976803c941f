"""A demo PBX of any size in a process of its own, for measurements and for big pictures in the browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from types import TracebackType
from typing import Final, Self

import structlog

from amictl.config import LinkSettings
from amictl.demo.pbx import DemoPbx
from amictl.demo.settings import DemoSettings

_READY_SOON: Final = 600.0  # seconds of the day that are lived through: enough for queues to have callers


class DemoProcess:
    """A context manager that starts a demo and ends it.

    Args:
        settings: How big it is.

    Attributes:
        host: Where its AMI listens, with ``ami_port``, ``username`` and ``secret``: a `LinkedPbx`.
        pid: The process.
    """

    host: str
    ami_port: int
    username: str
    secret: str

    def __init__(self, settings: DemoSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, json.dumps(asdict(self._settings))],
            stdout=subprocess.PIPE,
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"the demo ended with status {process.wait()}")
        self.host, self.ami_port, self.username, self.secret = json.loads(line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate()

    @property
    def pid(self) -> int:
        """The process's ID."""
        assert self._process is not None
        return self._process.pid


def main() -> None:
    """Run the demo that the first argument describes, until SIGTERM."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_arguments: stopped.set())
    demo = DemoPbx(DemoSettings(**json.loads(sys.argv[1])), past=_READY_SOON)
    demo.start()
    demo.wait_until_ready()
    link: LinkSettings = demo.link
    sys.stdout.write(json.dumps([link.host, link.port, link.username, link.secret]) + "\n")
    sys.stdout.flush()
    while not stopped.wait(1.0) and os.getppid() != 1:
        pass
    demo.stop()


if __name__ == "__main__":
    main()
