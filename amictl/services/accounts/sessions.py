"""The login sessions of this process: which were ended early, and when each was last used."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionLifetimes:
    """How long a login lasts.

    Args:
        idle: Seconds without a request and without an open console after which it is over.
        absolute: Seconds after which it is over in any case.
    """

    idle: float = 3600.0
    absolute: float = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The content of a session cookie; the cookie is signed, so a browser cannot make it up.

    Args:
        session_id: Random ID of this login.
        user_key: ``User.get_id`` at login: user and session version.
        began_at: Epoch seconds of the login.
        seen_at: Epoch seconds of a recent request.
    """

    session_id: str
    user_key: str
    began_at: float
    seen_at: float


class SessionTable:
    """Remembers early ends and recent uses of sessions, for as long as a session can last.

    A cookie cannot be called back from a browser, or from a thief; so a logout is remembered here.
    The table is this process's own: after a restart a copied cookie of an ended session would work
    again until its lifetime is over, while a password or role change ends it for good in the database.

    Args:
        lifetimes: How long a login lasts.
        clock: Returns epoch seconds.
    """

    def __init__(self, lifetimes: SessionLifetimes, clock: Callable[[], float] = time.time) -> None:
        self._lifetimes = lifetimes
        self._clock = clock
        self._lock = threading.Lock()
        self._ended: dict[str, float] = {}
        self._seen: dict[str, float] = {}

    def begin(self, user_key: str) -> SessionFacts:
        """Return the facts of a new session."""
        now = self._clock()
        with self._lock:
            self._forget_expired(now)
        return SessionFacts(secrets.token_urlsafe(16), user_key, now, now)

    def end(self, session_id: str) -> None:
        """Make a session invalid at once."""
        now = self._clock()
        with self._lock:
            self._forget_expired(now)
            self._ended[session_id] = now
            self._seen.pop(session_id, None)

    def touch(self, session_id: str) -> None:
        """Note that a session is in use now."""
        with self._lock:
            self._seen[session_id] = self._clock()

    def is_alive(self, facts: SessionFacts) -> bool:
        """Return whether a session was neither ended nor left idle nor used up."""
        now = self._clock()
        with self._lock:
            if facts.session_id in self._ended:
                return False
            seen_at = max(facts.seen_at, self._seen.get(facts.session_id, 0.0))
        return now - seen_at < self._lifetimes.idle and now - facts.began_at < self._lifetimes.absolute

    def _forget_expired(self, now: float) -> None:
        """Drop what no cookie can refer to any more, so that the table stays small."""
        oldest = now - self._lifetimes.absolute
        self._ended = {key: at for key, at in self._ended.items() if at > oldest}
        self._seen = {key: at for key, at in self._seen.items() if at > oldest}
