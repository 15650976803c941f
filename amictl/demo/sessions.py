"""What all AMI sessions of one demo share: users, events, who is connected, and whether it is frozen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from amictl.demo.feed import EventFeed
from amictl.demo.pacer import Pacer
from amictl.demo.security_events import SecurityEvents
from amictl.demo.session import DemoSession
from amictl.demo.text import Headers
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from amictl.errors import ConfigurationError

AUTH_LIMIT: Final = 50  # manager.conf, authlimit: sessions that are not logged in
_JOIN_TIMEOUT: Final = 5.0


class Sessions:
    """The sessions and what belongs to all of them.

    Args:
        world: The PBX.
        pacer: Lets time pass in it.
        users: Who may log in.
        auth_timeout: Seconds in which a client must have logged in (``authtimeout``).
        on_login: Called under the world's lock in the moment from which a new session hears events.

    Raises:
        ConfigurationError: There is no user, or two have one name.
    """

    def __init__(
        self,
        world: World,
        pacer: Pacer,
        users: Sequence[AmiUser],
        auth_timeout: float,
        on_login: Callable[[DemoSession], None],
    ) -> None:
        self.world = world
        self.feed = EventFeed()
        self.users: Mapping[str, AmiUser] = {user.username.lower(): user for user in users}
        if not users or len(self.users) < len(users):
            raise ConfigurationError("The demo needs at least one AMI user, and each name once.")
        if auth_timeout <= 0:
            raise ConfigurationError("The time to log in must be above 0 s.")
        self.auth_timeout = auth_timeout
        self.on_login = on_login
        self.security = SecurityEvents(self._emit, world.now)
        self._pacer = pacer
        self._lock = threading.Lock()
        self._all: list[DemoSession] = []
        self._thawed = threading.Event()
        self._thawed.set()
        self._listens = False

    def begin(self) -> None:
        """Hear what happens in the world from now on; until then none of it is made into text."""
        if not self._listens:
            self._listens = True
            with self.world.lock:
                self.world.listen(self.feed.append)

    @property
    def all(self) -> tuple[DemoSession, ...]:
        """The sessions, oldest first."""
        return tuple(self._all)

    def find_logged_in(self, username: str) -> list[DemoSession]:
        """Return the sessions of a user, in any case of the name."""
        return [
            session
            for session in self._all
            if session.login and session.login.user.username.lower() == username.lower()
        ]

    def admit(self, sock: socket.socket) -> bool:
        """Begin a session; False where too many are not logged in, or the client is gone already."""
        with self._lock:
            if sum(each.login is None for each in self._all) >= AUTH_LIMIT:
                return False
            try:
                session = DemoSession(sock, self)
            except OSError:
                return False
            self._all.append(session)
        session.start()
        return True

    def leave(self, session: DemoSession) -> None:
        """Take out a session that has ended."""
        with self._lock:
            if session in self._all:
                self._all.remove(session)

    def end_all(self, *, abruptly: bool = False) -> None:
        """End all sessions, and return when they have."""
        ending = self.all
        for session in ending:
            session.end(abruptly=abruptly)
        for session in ending:
            session.join(_JOIN_TIMEOUT)

    def freeze(self) -> None:
        """Have all sessions do nothing from now on."""
        self._thawed.clear()

    def thaw(self) -> None:
        """Let them go on."""
        self._thawed.set()

    def wait_while_frozen(self) -> None:
        """Return at once, or when the demo is not frozen any more."""
        self._thawed.wait()

    @contextmanager
    def present(self) -> Iterator[World]:
        """Hold the world still at the present moment."""
        with self.world.lock:
            self._pacer.catch_up()
            yield self.world
        self._pacer.wake()

    def _emit(self, event: str, headers: Headers) -> None:
        with self.present() as world:
            world.emit(event, headers)
