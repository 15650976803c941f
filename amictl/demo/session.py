"""One AMI session: a dialogue in one thread, so that an answer stands in one piece between events."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from amictl.demo.actions.registry import find_action
from amictl.demo.actions.request import AnsweredTwice, Request
from amictl.demo.event_filters import EventFilters
from amictl.demo.input_lines import ClientMessage, InputLines
from amictl.demo.rights import ALL
from amictl.demo.users import AmiUser

if TYPE_CHECKING:
    from amictl.demo.sessions import Sessions

log = structlog.get_logger(__name__)

BANNER: Final = b"Asterisk Call Manager/11.0.0\r\n"
_RECEIVE: Final = 16384  # bytes a read
_EVENT_PAUSE: Final = 0.004  # seconds: events that come closer together leave together
_LONGEST_WAIT: Final = 1.0  # seconds after which a waiting thread looks whether it is still wanted
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: what is not sent is thrown away
_ANY_TIME: Final = frozenset({"login", "logoff", "challenge"})


class SessionOver(Exception):
    """The session is to end now; what was answered before has been sent."""


@dataclass(slots=True)
class LoggedIn:
    """What a login gave a session; it stays as it was, whatever becomes of the user.

    Args:
        user: Who logged in.
        began_at: When that was, in PBX time.
        event_mask: The events that it wants.
        filters: The user's filters, and those of the session.
    """

    user: AmiUser
    began_at: float
    event_mask: int = ALL
    filters: EventFilters = field(default_factory=EventFilters)

    @property
    def mask(self) -> int:
        """The classes of events that it both may have and wants."""
        return self.user.read_mask & self.event_mask


class DemoSession:
    """One connection (Asterisk main/manager.c, ``session_do``).

    Args:
        sock: Connected; the session closes it.
        sessions: What all sessions share.

    Attributes:
        login: Who is logged in, and with what; None before.
        challenge: The challenge that was given for a login by MD5; empty before.
        remote: The client's address and port.
        local: Our own.
    """

    def __init__(self, sock: socket.socket, sessions: Sessions) -> None:
        self.login: LoggedIn | None = None
        self.challenge = ""
        self.local: tuple[str, int] = sock.getsockname()[:2]
        self.remote: tuple[str, int] = sock.getpeername()[:2]
        self.sessions = sessions
        self._sock = sock
        self._input = InputLines()
        self._messages: deque[ClientMessage] = deque()
        self._connected_at = time.monotonic()
        self._receiver, self._waker = socket.socketpair()
        for each in (sock, self._receiver, self._waker):
            each.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._awake = False
        self._is_ending = False
        self._is_cut = False
        self._answer = b""
        self._events_after = 0.0
        self._place = sessions.feed.join(self.wake)
        self._thread = threading.Thread(target=self._run, name=f"demo-ami-{self.remote[1]}", daemon=True)

    @property
    def write_mask(self) -> int:
        """The classes of actions that it may send."""
        return self.login.user.write_mask if self.login else 0

    @property
    def descriptor(self) -> int:
        """The number of its socket, as ``manager show connected`` tells it."""
        return self._sock.fileno()

    def start(self) -> None:
        """Begin the dialogue."""
        self._thread.start()

    def end(self, *, abruptly: bool = False) -> None:
        """End it from outside; its thread closes the connection.

        Args:
            abruptly: Whether the connection is reset, as when a network goes; else the client gets what
                happened so far, and then the end of file.
        """
        if abruptly:
            self._is_cut = True
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._is_ending = True
        self.wake()

    def join(self, timeout: float) -> None:
        """Wait until its thread has ended."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def wake(self) -> None:
        """Have it look for events, its end and held answers; from any thread."""
        if not self._awake:
            self._awake = True
            with contextlib.suppress(OSError):
                self._waker.send(b"\0")

    def log_in(self, login: LoggedIn) -> None:
        """Let it hear events from now on; called under the world's lock."""
        self._place.skip()
        self.login = login

    def take_answer(self, answer: bytes) -> None:
        """Keep the bytes of an answer until the session's own thread writes them."""
        self._answer += answer
        self.wake()

    def write_answer(self) -> None:
        """Write what was answered so far; in the session's thread, without the world's lock."""
        answer, self._answer = self._answer, b""
        self.write(answer)

    def write(self, data: bytes) -> None:
        """Write bytes in the session's thread, without the world's lock.

        Raises:
            SessionOver: The session is over, or nothing could be written for ``writetimeout``.
        """
        view = memoryview(data)
        while view:
            self.sessions.wait_while_frozen()
            if self._is_cut:
                raise SessionOver
            try:
                view = view[self._sock.send(view) :]
            except BlockingIOError:
                patience = self.login.user.write_timeout if self.login else self.sessions.auth_timeout
                _, writable, _ = select.select([], [self._sock], [], patience)
                if not writable:
                    log.warning("a client of the demo does not read and was cut off", remote=self.remote)
                    raise SessionOver from None

    def write_events(self) -> None:
        """Write the events since the last time that this session is to get."""
        self.write(self._take_events())

    def wait_for_event(self, timeout: float | None) -> None:
        """Wait until there is an event, of whatever kind, or the client sends something (``WaitEvent``).

        Args:
            timeout: Seconds; None waits without end.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not (self._place.is_behind or self._messages or self._is_ending):
            left = _LONGEST_WAIT if deadline is None else deadline - time.monotonic()
            if left <= 0 or self._wait_readable(min(left, _LONGEST_WAIT)):
                return

    def _take_events(self) -> bytes:
        """Return the events since the last time that this session is to get; writes nothing."""
        login = self.login
        if login is None:
            self._place.skip()
            return b""
        wanted, filters = login.mask, login.filters
        return b"".join(
            [
                event.raw
                for event, mask in self._place.read()
                if mask & wanted == mask and (not filters or filters.let_through(event.name, event.raw))
            ]
        )

    def _run(self) -> None:
        try:
            self.write(BANNER)
            while not self._is_ending:
                self._turn()
            self.write_events()
        except (SessionOver, OSError):
            pass
        except Exception:
            log.exception("the demo's AMI session failed", remote=self.remote)
        finally:
            self.sessions.leave(self)
            self.sessions.feed.leave(self.wake)
            self._waker.close()
            self._receiver.close()
            self._sock.close()

    def _turn(self) -> None:
        """Wait for input or events, and deal with what came."""
        now = time.monotonic()
        if self.login is None and now - self._connected_at > self.sessions.auth_timeout:
            raise SessionOver
        if self._place.is_behind and now >= self._events_after:
            self.write_events()
            self._events_after = time.monotonic() + _EVENT_PAUSE
        wait = self._events_after - now if self._place.is_behind else _LONGEST_WAIT
        readable = self._wait_readable(max(wait, 0.0), events_wake=not self._place.is_behind)
        self.sessions.wait_while_frozen()
        if not readable or self._is_ending:
            return
        try:
            data = self._sock.recv(_RECEIVE)
        except BlockingIOError:
            return
        if not data:
            raise SessionOver
        self._messages.extend(self._input.feed(data))
        while self._messages:
            self._process(self._messages.popleft())

    def _wait_readable(self, timeout: float, *, events_wake: bool = True) -> bool:
        """Wait for bytes from the client, or to be woken; return whether bytes came."""
        watched = [self._sock, self._receiver] if events_wake else [self._sock]
        ready, _, _ = select.select(watched, [], [], timeout)
        if self._receiver in ready:
            self._awake = False
            with contextlib.suppress(BlockingIOError):
                self._receiver.recv(64)
        return self._sock in ready

    def _process(self, message: ClientMessage) -> None:
        """Answer one message (manager.c, ``process_message``), then deliver what happened meanwhile."""
        request = Request(message.lines, self, self.sessions.world)
        problem = message.problem or self._find_problem(request)
        if problem:
            request.fail(problem)
            self.write_answer()
            return
        found = find_action(request.name)
        if found is None:
            return
        if found.locked:
            with self.sessions.present():
                before = self._take_events()
                found.answer(request)
            self.write(before)
            self._await_answer(request)
        else:
            found.answer(request)
        self.write_answer()
        if not request.get("SuppressEvents"):
            self.write_events()

    def _find_problem(self, request: Request) -> str:
        """Return why a message is not carried out, in Asterisk's words, or an empty text."""
        name = request.name
        if not name:
            self.sessions.security.tell_bad_format(self, "NONE")
            return "Missing action in request"
        if self.login is None and name.lower() not in _ANY_TIME:
            self.sessions.security.tell_not_allowed(self, name)
            return "Permission denied"
        found = find_action(name)
        if found is None:
            self.sessions.security.tell_bad_format(self, name)
            return f"Invalid/unknown command: {name}. Use Action: ListCommands to show available commands."
        if not found.is_allowed(self.write_mask):
            self.sessions.security.tell_not_allowed(self, name)
            return "Permission denied"
        return ""

    def _await_answer(self, request: Request) -> None:
        """Wait for an answer that comes later; nothing else happens in the session meanwhile."""
        if not request.is_answered and not request.is_held:
            raise AnsweredTwice(f"{request.name} was not answered")
        while not request.is_answered and not self._is_ending:
            ready, _, _ = select.select([self._receiver], [], [], _LONGEST_WAIT)
            if ready:
                self._awake = False
                with contextlib.suppress(BlockingIOError):
                    self._receiver.recv(64)
