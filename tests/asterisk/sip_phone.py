"""Real SIP legs: a phone played by sipp that registers, is rung, answers and calls in."""

from __future__ import annotations

import atexit
import itertools
import os
import signal
import subprocess
import sys
import tempfile
from ipaddress import IPv4Address
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.asterisk.installation import ensure_debian_tool
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.sipp_process import SCENARIOS, start_sipp
from tests.patience import PATIENCE

_LONGEST_CALL = 300  # seconds: no sipp outlives its test run by more
_FIRST_ADDRESS = IPv4Address("127.0.1.0")  # Linux answers for all of 127.0.0.0/8
_phones = itertools.count()


class PhoneFailed(AssertionError):
    """sipp saw another dialogue than its scenario says."""


class SipPhone:
    """One endpoint of ``conf/pjsip.conf`` at an address of its own; a context manager that ends its calls.

    No two phones of a run have the same address: a PBX repeats what it told a phone that is gone, for as long
    as 32 seconds (RFC 3261, timers B, F and H), and sipp takes any message for a call that it does not know,
    a refusal even, for one of those that it shall answer.

    Args:
        pbx: The PBX that it belongs to.
        number: The endpoint, 100 to 105.

    Raises:
        NotInstallable: sipp is missing and cannot be installed.
    """

    def __init__(self, pbx: AsteriskServer, number: int = 100) -> None:
        self._pbx = pbx
        self._sipp = ensure_debian_tool("sipp", "sip-tester")
        self.number = number
        self._address = _FIRST_ADDRESS + next(_phones)
        self.host = str(self._address)
        # sipp takes a second media port, two above the first.
        self.sip_port, self._media_port = pbx.sipp_ports[0], pbx.sipp_ports[2]
        self._folder = tempfile.TemporaryDirectory(prefix="amictl-sipp-")
        self._runs = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is not None:
            problem.add_note(f"sipp as {self.number}: {self._told()}")
        self.close()

    def register(self, expires: int = 300) -> None:
        """Sign in at the PBX, answering its challenge.

        Args:
            expires: Seconds for which the PBX shall know the phone.

        Raises:
            PhoneFailed: The PBX refused.
        """
        self._start("register", service=str(self.number), EXPIRES=expires)
        self.finish()

    def unregister(self) -> None:
        """Sign out.

        Raises:
            PhoneFailed: The PBX refused.
        """
        self.register(expires=0)

    def answer(self, *, calls: int = 1, ring: float = 0.2) -> None:
        """From now on ring for ``ring`` seconds when called, answer, and talk until the PBX hangs up."""
        self._start("answer", calls=calls, RING_MS=int(ring * 1000))
        self._await_port()

    def ring(self, *, calls: int = 1) -> None:
        """From now on ring when called and never answer."""
        self._start("ring", calls=calls)
        self._await_port()

    def call(
        self,
        extension: str,
        *,
        talk: float = 60.0,
        hold: float = 0.0,
        transfer_to: str = "",
        consult: str = "",
        consult_for: float = 60.0,
        calls: int = 1,
        rate: float = 1.0,
    ) -> None:
        """Call in and talk for ``talk`` seconds, or until the PBX hangs up.

        Args:
            extension: What is called.
            talk: Seconds.
            hold: For how many of the first seconds the other party is put on hold; 0 is never.
            transfer_to: Where the other party is sent after the first moments; empty is nowhere.
            consult: Whom the phone calls in a second dialogue after the first moments, to hand over the other
                party; empty is nobody.
            consult_for: Seconds until it does so; a text that it gets in that dialogue lets it do so at once.
            calls: How many such calls are made.
            rate: How many begin in a second.
        """
        parts = ["hold.xml"] * bool(hold) + ["transfer.xml"] * bool(transfer_to)
        parts += ["consult.xml"] * bool(consult)
        middle = "".join((SCENARIOS / part).read_text(encoding="utf-8") for part in parts)
        self._start(
            "call",
            service=extension,
            calls=calls,
            rate=rate,
            MIDDLE=middle,
            CALLER=self.number,
            TALK_MS=int(talk * 1000),
            HOLD_MS=int(hold * 1000),
            TARGET=transfer_to or consult,
            CONSULT_MS=int(consult_for * 1000),
        )

    def finish(self, timeout: float = PATIENCE) -> None:
        """Wait until the scenario that runs is through.

        Raises:
            PhoneFailed: The dialogue was not the scenario's, or did not end in time.
        """
        if self._process is None:
            return
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = -1
        told = self._told()
        self._end()
        if status != 0:
            raise PhoneFailed(f"sipp as {self.number} ended with {status}\n{told}")

    def close(self) -> None:
        """End whatever runs, without a word to the PBX."""
        atexit.unregister(self.close)
        self._end()
        self._folder.cleanup()

    def _start(
        self, scenario: str, *, service: str = "100", calls: int = 1, rate: float = 1.0, **values: object
    ) -> None:
        if self._process is not None:
            raise PhoneFailed(f"Phone {self.number} is busy with another scenario")
        text = (SCENARIOS / f"{scenario}.xml").read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        folder = Path(self._folder.name) / f"{next(self._runs)}-{scenario}"
        folder.mkdir()
        (folder / "scenario.xml").write_text(text, encoding="utf-8")
        command = [self._sipp, f"{self._pbx.host}:{self._pbx.sip_port}", "-sf", "scenario.xml", "-s", service]
        # Without a host, so that a Call-ID needs no escaping in a Refer-To.
        command += ["-cid_str", "%u-%p"]
        command += ["-au", str(self.number), "-ap", f"secret-{self.number}", "-m", str(calls), "-nostdin"]
        command += ["-r", "1", "-rp", str(int(1000 / rate))]
        command += [
            "-i",
            self.host,
            "-p",
            str(self.sip_port),
            "-mi",
            self.host,
            "-mp",
            str(self._media_port),
        ]
        command += ["-timeout", f"{_LONGEST_CALL}s", "-timeout_error", "-trace_err", "-error_file", "errors"]
        self._process = start_sipp(command, folder)

    def _await_port(self) -> None:
        """Wait until sipp can be reached: an INVITE before that is a phone that is gone."""
        address = int.from_bytes(self._address.packed, sys.byteorder)
        local_address = f" {address:08X}:{self.sip_port:04X} "  # proc(5)
        table = Path("/proc/net/udp")
        await_condition(
            lambda: self._has_ended() or local_address in table.read_text(encoding="ascii"),
            what="sipp's port",
        )
        if self._has_ended():
            self.finish()
            raise PhoneFailed(f"sipp as {self.number} was through with its calls before there was one")

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _told(self) -> str:
        files = sorted(Path(self._folder.name).glob("*/errors")) + sorted(
            Path(self._folder.name).glob("*/output")
        )
        return "\n".join(path.read_text(encoding="utf-8", errors="replace")[-1500:] for path in files[-2:])

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
