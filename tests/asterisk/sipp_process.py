"""One sipp that plays many parties at once, for as long as it is left to run."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.asterisk.installation import ensure_debian_tool
from tests.asterisk.server import AsteriskServer
from tests.patience import PATIENCE

SCENARIOS = Path(__file__).with_name("sipp")
_LARGEST_LOG = 1_000_000  # bytes


def start_sipp(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a sipp of its own session, which writes into a folder what it says.

    Args:
        command: Its command line.
        folder: Where it runs, and where its ``output`` goes.
    """
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"TERM": "dumb"},
        )


class SippFailed(AssertionError):
    """sipp did not do what its scenario says."""


class SippProcess:
    """A running sipp; a context manager that ends it.

    It dies with this program however that ends, and its calls are left as they are: the PBX finds out.

    Args:
        pbx: The PBX that it talks to.
        scenario: The name of a file in ``sipp/``.
        address: The address of its own, host and port; two ports above it are taken for media.
        rows: The rows of its fields, taken in order and from the first again after the last.
        options: More options of sipp, such as ``-l`` and ``-r``.
        values: What stands in the scenario for ``@NAME@``.

    Raises:
        NotInstallable: sipp is missing and cannot be installed.
    """

    def __init__(
        self,
        pbx: AsteriskServer,
        scenario: str,
        address: tuple[str, int],
        *,
        rows: Iterable[Sequence[object]] = (),
        options: Sequence[object] = (),
        values: dict[str, object] | None = None,
    ) -> None:
        self.scenario = scenario
        self._folder = tempfile.TemporaryDirectory(prefix="amictl-sipp-")
        folder = Path(self._folder.name)
        text = (SCENARIOS / f"{scenario}.xml").read_text(encoding="utf-8")
        for name, value in (values or {}).items():
            text = text.replace(f"@{name}@", str(value))
        (folder / "scenario.xml").write_text(text, encoding="utf-8")
        lines = [";".join(map(str, row)) + ";" for row in rows]
        (folder / "rows.csv").write_text("\n".join(["SEQUENTIAL", *lines, ""]), encoding="utf-8")
        host, port = address
        command = ["setpriv", "--pdeathsig", "KILL", ensure_debian_tool("sipp", "sip-tester")]
        command += [
            f"{pbx.host}:{pbx.sip_port}",
            "-sf",
            "scenario.xml",
            *(["-inf", "rows.csv"] if lines else []),
        ]
        # Without a host, so that a Call-ID needs no escaping in a Refer-To.
        command += ["-cid_str", "%u-%p", "-nostdin", "-f", "600", *map(str, options)]
        # Its watchdog ends a sipp that had to wait for the processor a hundred times.
        command += ["-watchdog_interval", "0"]
        command += ["-i", host, "-p", str(port), "-mi", host, "-mp", str(port + 2)]
        command += ["-trace_err", "-error_file", "errors", "-max_log_size", str(_LARGEST_LOG)]
        self._process = start_sipp(command, folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def has_ended(self) -> bool:
        """Whether it made all its calls, or failed."""
        return self._process.poll() is not None

    def finish(self) -> None:
        """Wait until it made all its calls.

        Raises:
            SippFailed: Some call did not go as the scenario says, or it did not end in time.
        """
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            status = -1
        if status:
            raise SippFailed(f"sipp as {self.scenario} ended with {status}\n{self.told()}")

    def told(self) -> str:
        """What it wrote last."""
        files = (Path(self._folder.name) / name for name in ("errors", "output"))
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace")[-1500:] for path in files if path.exists()
        )

    def close(self) -> None:
        """End it, without a word to the PBX."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()
