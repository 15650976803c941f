"""The demo's AMI on loopback: it listens, and it fails on order."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

import structlog

import amictl.demo.actions  # noqa: F401 - importing it fills the table of actions
from amictl.demo.pacer import Pacer
from amictl.demo.session import DemoSession
from amictl.demo.sessions import Sessions
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from amictl.errors import ConfigurationError

log = structlog.get_logger(__name__)

_BACKLOG: Final = 128
_MAX_PORT: Final = 65535
_LOOPBACK: Final = "127.0.0.1"
_LONGEST_WAIT: Final = 0.5  # seconds after which the listener looks whether it is still wanted


class DemoServer:
    """An AMI server for a world, to be used where a real Asterisk's would be; a context manager.

    It listens from its construction on, so that its port is known; whoever comes before `start` waits.

    Args:
        world: The PBX; its time passes while the server runs.
        port: The TCP port on 127.0.0.1; 0 takes a free one.
        users: The AMI users; the first is the one whom `username` and `secret` name.
        speed: World seconds a real second.
        auth_timeout: Seconds in which a client must have logged in.
        on_login: Called under the world's lock in the moment from which a new session hears events.

    Raises:
        ConfigurationError: The port is taken, or a setting cannot be used.

    Attributes:
        host: Always 127.0.0.1: whoever can reach the demo may do everything in it.
        ami_port: Where it listens.
        username: The first user's name; ``secret`` is its secret.
    """

    host = _LOOPBACK

    def __init__(
        self,
        world: World,
        *,
        users: Sequence[AmiUser],
        port: int = 0,
        speed: float = 1.0,
        auth_timeout: float = 30.0,
        on_login: Callable[[DemoSession], None] = lambda _session: None,
    ) -> None:
        self.world = world
        self.pacer = Pacer(world, speed)
        self.sessions = Sessions(world, self.pacer, users, auth_timeout, on_login)
        self.username, self.secret = users[0].username, users[0].secret
        self._listener = _listen(port)
        self.ami_port: int = self._listener.getsockname()[1]
        self._thread: threading.Thread | None = None
        self._is_running = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether it accepts clients and lets time pass (a frozen one counts)."""
        return self._is_running

    def start(self) -> None:
        """Accept clients, and let time pass.

        Raises:
            ConfigurationError: It was stopped before, and its port is taken since.
        """
        if self._is_running:
            return
        if self._listener.fileno() < 0:
            self._listener = _listen(self.ami_port)
        self._is_running = True
        self.sessions.begin()
        self.pacer.start()
        self._thread = threading.Thread(target=self._accept, name="demo-ami-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all sessions as a PBX does that is shut down, and listen no more; harmless when done twice."""
        self.thaw()
        was_running, self._is_running = self._is_running, False
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._thread is not None:
            self._thread.join()
        if was_running:
            self._tell_shutdown(restarts=False)
        self.pacer.stop()

    def lose_link(self) -> None:
        """Reset all connections without a word, as a network does that fails; clients may come again."""
        self.sessions.end_all(abruptly=True)

    def freeze(self) -> None:
        """Do nothing from now on: connections are made by the kernel, nobody answers, nothing happens."""
        self.sessions.freeze()
        self.pacer.freeze()

    def thaw(self) -> None:
        """Let a frozen one go on: what was due meanwhile happens at once; harmless otherwise."""
        self.pacer.thaw()
        self.sessions.thaw()

    def restart(self) -> None:
        """Be a new process of the PBX: clients hear ``Shutdown``, and all calls and counters are gone."""
        self.thaw()
        self._tell_shutdown(restarts=True)
        with self.world.lock:
            self.world.restart()
        self.pacer.wake()

    def _tell_shutdown(self, *, restarts: bool) -> None:
        with self.sessions.present() as world:
            world.emit("Shutdown", [("Shutdown", "Cleanly"), ("Restart", str(restarts))])
        self.sessions.end_all()

    def _accept(self) -> None:
        while self._is_running:
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as problem:
                if self._is_running:
                    log.warning("the demo cannot accept a client", problem=str(problem))
                    continue
                return
            self.sessions.wait_while_frozen()
            if not self._is_running or not self.sessions.admit(sock):
                sock.close()


def _listen(port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        ConfigurationError: There is no such port, or it is taken.
    """
    if not 0 <= port <= _MAX_PORT:
        raise ConfigurationError(f"The demo cannot listen on port {port}: it must be from 0 to {_MAX_PORT}.")
    try:
        listener = socket.create_server((_LOOPBACK, port), backlog=_BACKLOG)
    except OSError as problem:
        raise ConfigurationError(f"The demo cannot listen on {_LOOPBACK}:{port}: {problem}.") from problem
    listener.settimeout(_LONGEST_WAIT)
    return listener
