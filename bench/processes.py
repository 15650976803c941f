"""Processes of the bench: started on a chosen core, led by lines of text, watched from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

ROOT: Final = Path(__file__).resolve().parent.parent


def server_core() -> int:
    """Return the core that the measured server has for itself."""
    return max(os.sched_getaffinity(0))


def other_cores() -> set[int]:
    """Return the cores of everything else; on a machine with one core, that one."""
    return os.sched_getaffinity(0) - {server_core()} or {server_core()}


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Keep this thread on some cores meanwhile; a process that it starts inherits them for good."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Helper:
    """A process that does one thing for each line that it is sent, and answers with one line.

    Args:
        command: What to run.
        environment: More environment variables.
    """

    def __init__(self, *command: str, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @classmethod
    def module(cls, name: str, *arguments: str) -> Self:
        """Start a Python module of this repository."""
        return cls(sys.executable, "-m", name, *arguments)

    @property
    def pid(self) -> int:
        """The process's ID."""
        return self._process.pid

    def __enter__(self) -> Self:
        """Return the running process."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End it."""
        self.end()

    def tell(self, content: Any) -> None:  # noqa: ANN401 - JSON
        """Send one line of JSON."""
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps(content) + b"\n")
        self._process.stdin.flush()

    def hear(self) -> Any:  # noqa: ANN401 - JSON
        """Return the next line of JSON.

        Raises:
            RuntimeError: The process has ended.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with status {self._process.wait()}")
        return orjson.loads(line)

    def ask(self, content: Any) -> Any:  # noqa: ANN401 - JSON
        """Send one line and return the answer; raises as `hear` does."""
        self.tell(content)
        return self.hear()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def say(content: Any) -> None:  # noqa: ANN401 - JSON
    """Answer whoever started this process with one line of JSON."""
    sys.stdout.buffer.write(orjson.dumps(content) + b"\n")
    sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the kernel gave a process.

    Args:
        ran: Seconds on a processor.
        waited: Seconds in which it could have run and others did.
    """

    ran: float
    waited: float


def read_schedule(pid: int) -> Schedule:
    """Return what all living threads of a process were given so far ("proc(5)", schedstat in ns)."""
    tasks = [task / "schedstat" for task in Path(f"/proc/{pid}/task").iterdir()]
    given = [task.read_text(encoding="ascii").split() for task in tasks]
    ran, waited = (sum(int(task[field]) for task in given) / 1e9 for field in (0, 1))
    return Schedule(ran, waited)


@dataclass(frozen=True, slots=True)
class Memory:
    """A process's memory in units of 1,000,000 bytes.

    Args:
        resident: What it has now.
        peak: The most that it ever had.
    """

    resident: float
    peak: float


def read_memory(pid: int) -> Memory:
    """Return the memory of a process ("proc(5)": VmRSS and VmHWM, in units of 1,024 bytes)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    resident, peak = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return Memory(resident, peak)
