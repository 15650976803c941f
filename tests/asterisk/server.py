"""One running Asterisk: its configuration, its ports, its life and its end.

Several instances of one installation run side by side: each has its own folder inside the root, its own
block of loopback ports and its own control socket. The process dies with us, however we end: ``stop`` in the
ordinary case, ``atexit`` when a test run is interrupted, the kernel's parent-death signal when we are killed.
(That signal follows the *thread* that called ``start``: start servers from a thread that stays.)
"""

from __future__ import annotations

import atexit
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.asterisk.certificates import make_server_certificate
from tests.asterisk.installation import Installation, install
from tests.asterisk.ports import PortBlock
from tests.patience import PATIENCE, Pace

CONFIGURATION = Path(__file__).with_name("conf")
LAUNCHER = Path(__file__).with_name("launcher.py")

# Asterisk complains about the absence of these, and is content with nothing in them.
_EMPTY_FILES = (
    *("acl.conf", "ccss.conf", "cli_aliases.conf", "geolocation.conf", "pjproject.conf"),
    *("pjsip_wizard.conf", "res_fax.conf", "udptl.conf"),
)
_STOP_DEADLINE = 30.0  # then it is killed


class AsteriskFailed(RuntimeError):
    """Asterisk did not do what the bed asked; the text ends with its log."""


@dataclass(frozen=True, slots=True)
class AmiUser:
    """A user of ``conf/manager.conf``."""

    username: str
    secret: str


AMICTL = AmiUser("amictl", "amictl-secret")
READ_ONLY = AmiUser("readonly", "readonly-secret")
WRONG_RIGHTS = AmiUser("wrongrights", "wrongrights-secret")
NO_CALL = AmiUser("nocall", "nocall-secret")
NO_AGENT = AmiUser("noagent", "noagent-secret")
FILTERED = AmiUser("filtered", "filtered-secret")
PANEL = AmiUser("panel", "panel-secret")
JUDGE = AmiUser("judge", "judge-secret")
SINGLE_LOGIN = AmiUser("single", "single-secret")
BARRED = AmiUser("barred", "barred-secret")


class AsteriskServer:
    """One private Asterisk; a context manager that starts and closes it.

    Args:
        major: 22 or 16.
        configuration: A folder of configuration files that stand instead of those of the same name in
            ``conf``; None is ``conf`` alone.

    Raises:
        NotInstallable: From the constructor, when this machine has no such Asterisk and cannot get it.

    Attributes:
        host: Always 127.0.0.1.
        ami_port: AMI in plain text.
        ami_tls_port: AMI over TLS; ``ca_pem`` is the authority to trust.
        sip_port: PJSIP over UDP.
        username: The AMI user with all rights; ``secret`` is its secret.
    """

    host = "127.0.0.1"
    username = AMICTL.username
    secret = AMICTL.secret

    def __init__(self, major: int = 22, configuration: Path | None = None) -> None:
        self.installation: Installation = install(major)
        self.major = major
        self._configuration = (CONFIGURATION, *([] if configuration is None else [configuration]))
        self._ports = PortBlock()
        first = self._ports.first
        self.ami_port, self.ami_tls_port = first, first + 1
        self.sip_port, self.chan_sip_port = first + 2, first + 3
        self.sipp_ports = range(first + 10, first + 60)
        self._rtp_ports = (first + 60, first + 199)
        self.ca_pem = ""
        self._home_inside = f"/srv/amictl/{self._ports.number}"
        self._configuration_file = f"{self._home_inside}/etc/asterisk.conf"
        chroot = ["chroot", str(self.installation.root), "/usr/sbin/asterisk"]
        self._remote_console = [*chroot, "-C", self._configuration_file]
        self.home = self.installation.root / self._home_inside.lstrip("/")
        self._process: subprocess.Popen[bytes] | None = None
        self._write_home()
        atexit.register(self.close)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process ID of Asterisk itself."""
        return self._running().pid

    @property
    def console_command(self) -> str:
        """What a person types to get Asterisk's own console."""
        return shlex.join([*self._remote_console, "-r"])

    @property
    def ca_file(self) -> Path:
        """A file with ``ca_pem``."""
        return self.home / "etc/ca.crt"

    @property
    def is_running(self) -> bool:
        """Whether the process lives (a frozen one does)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until Asterisk says that it is fully booted, and has the device states of its start.

        Raises:
            AsteriskFailed: It ended or was not up in time.
        """
        if self.is_running:
            raise AsteriskFailed("Asterisk runs already")
        shutil.rmtree(self.home / "run", ignore_errors=True)
        self._make_folder("run")
        uid, gid = self.installation.owner
        launcher = [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCHER),
            str(self.installation.root),
            str(uid),
            str(gid),
        ]
        with (self.home / "log/console").open("ab") as console:
            self._process = subprocess.Popen(
                [*launcher, "/usr/sbin/asterisk", "-f", "-C", self._configuration_file],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LC_ALL": "C.UTF-8"},
            )
        self._await_boot()

    def stop(self) -> None:
        """End it as an administrator would (AMI clients hear Shutdown); harmless when it is down."""
        if self._process is None:
            return
        if self.is_running:
            self.thaw()
            self._process.terminate()
            try:
                self._process.wait(_STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reap()

    def kill(self) -> None:
        """End it as a crash would: SIGKILL, also when frozen."""
        if self._process is None:
            return
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        self._reap()

    def restart(self) -> None:
        """Start it again on the same ports, stopping it first where it runs."""
        self.stop()
        self.start()

    def restart_by_console(self) -> None:
        """Let it replace itself, as ``core restart now`` does: the process goes on as a new Asterisk."""
        socket_file = self.home / "run/asterisk.ctl"
        before = socket_file.stat().st_ctime_ns
        self._remote("core restart now", PATIENCE)

        def is_new() -> bool:
            return socket_file.exists() and socket_file.stat().st_ctime_ns != before

        await_condition(lambda: is_new() or not self.is_running, PATIENCE, "the new control socket")
        self._await_boot()

    def freeze(self) -> None:
        """Stop its clock (SIGSTOP): the kernel still accepts connections, nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on; harmless otherwise."""
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop it, free its ports and remove its folder; harmless when done twice."""
        atexit.unregister(self.close)
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        self._ports.release()

    def cli(self, command: str) -> str:
        """Run a command of Asterisk's console and return what it prints.

        Raises:
            AsteriskFailed: Asterisk does not answer.
        """
        self._running()
        try:
            done = self._remote(command, PATIENCE)
        except subprocess.TimeoutExpired as silence:
            raise AsteriskFailed(f"{command!r}: no answer within {PATIENCE:.0f} s") from silence
        if done.returncode:
            raise AsteriskFailed(f"{command!r}: {done.stdout.decode(errors='replace')}\n{self.log()}")
        return done.stdout.decode("utf-8", "replace").strip("\n")

    def log(self, lines: int = 40) -> str:
        """The last lines of its own log and of what it printed."""
        parts = []
        for name in ("console", "messages"):
            path = self.home / "log" / name
            if path.exists():
                told = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
                parts += [f"--- {name} of Asterisk {self.major}", *told]
        return "\n".join(parts)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            raise AsteriskFailed(f"Asterisk {self.major} does not run\n{self.log()}")
        return self._process

    def _remote(self, command: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*self._remote_console, "-rx", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )

    def _await_boot(self) -> None:
        deadline = time.monotonic() + PATIENCE
        socket_made = (self.home / "run/asterisk.ctl").exists
        await_condition(lambda: socket_made() or not self.is_running, PATIENCE, "the control socket")
        while self.is_running and time.monotonic() < deadline:
            done = self._remote("core waitfullybooted", deadline - time.monotonic())
            if done.returncode == 0 and b"fully booted" in done.stdout:
                with socket.create_connection((self.host, self.ami_port), timeout=PATIENCE):
                    await_condition(self._has_start_states, what="the device states that cli.conf sets")
                    return
            time.sleep(0.05)
        log = self.log()
        self.kill()
        raise AsteriskFailed(f"Asterisk {self.major} was not up within {PATIENCE:.0f} s\n{log}")

    def _has_start_states(self) -> bool:
        """Whether the commands of ``cli.conf`` are done, and the queues have heard of what they set.

        Asterisk runs them when it is fully booted already, and app_queue takes device states in a thread of
        its own.
        """
        commands = (self.home / "etc/cli.conf").read_text(encoding="utf-8")
        idle = set(re.findall(r"^devstate change (\S+) NOT_INUSE", commands, re.MULTILINE))
        if not idle <= set(re.findall(r"Name: '(.+)'\s+State: 'NOT_INUSE'", self.cli("devstate list"))):
            return False
        others = [line for line in self.cli("queue show").splitlines() if "(Not in use)" not in line]
        return not any(f"from {device})" in line for line in others for device in idle)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _reap(self) -> None:
        self._process = None

    def _write_home(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        for name in ("", "etc", "lib", "lib/keys", "spool", "log", "cache"):
            self._make_folder(name)
        certificate = make_server_certificate()
        self.ca_pem = certificate.ca_pem
        files = dict.fromkeys(_EMPTY_FILES, "")
        for folder in self._configuration:
            files |= {path.name: self._render(path) for path in sorted(folder.glob("*.conf"))}
        files |= {
            "ca.crt": certificate.ca_pem,
            "server.crt": certificate.certificate_pem,
            "server.key": certificate.key_pem,
        }
        for name, text in files.items():
            path = self.home / "etc" / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o640)
            os.chown(path, *self.installation.owner)

    def _make_folder(self, name: str) -> None:
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, *self.installation.owner)

    def _render(self, template: Path) -> str:
        text = template.read_text(encoding="utf-8")
        values = {
            "HOME": self._home_inside,
            "MODULES": self.installation.modules,
            "AMI_PORT": self.ami_port,
            "AMI_TLS_PORT": self.ami_tls_port,
            "SIP_PORT": self.sip_port,
            "CHAN_SIP_PORT": self.chan_sip_port,
            "CARRIER_PORT": self.sipp_ports[0],
            "RTP_START": self._rtp_ports[0],
            "RTP_END": self._rtp_ports[1],
        }
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text


def await_condition(
    condition: Callable[[], object], timeout: float = PATIENCE, what: str = "the condition"
) -> None:
    """Wait until a condition holds.

    Args:
        condition: Called again and again; true ends the wait.
        timeout: Seconds.
        what: For the failure's text.

    Raises:
        AssertionError: It did not hold in time.
    """
    deadline, pace = time.monotonic() + timeout, Pace()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {timeout} s")
        pace.pause()
