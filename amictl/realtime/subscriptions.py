"""Which sockets are connected, as whom, and to what each is subscribed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from amictl.errors import NotAuthenticated
from amictl.services.access import Audience
from amictl.services.identity import Identity


@dataclass(frozen=True, slots=True)
class Feed:
    """One topic of one PBX."""

    pbx: str
    topic: str


@dataclass(slots=True)
class Connection:
    """One connected socket.

    Args:
        sid: Its Socket.IO session ID.
        identity: Who it belongs to, as recognised when it connected.
        feeds: What it is subscribed to, and with which audience.
    """

    sid: str
    identity: Identity
    feeds: dict[Feed, Audience] = field(default_factory=dict)


class Subscriptions:
    """The connected sockets; only feeds that some socket wants cost anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: dict[str, Connection] = {}
        self._audiences: dict[Feed, Counter[Audience]] = {}

    def connect(self, sid: str, identity: Identity) -> None:
        """Note a new socket."""
        with self._lock:
            self._connections[sid] = Connection(sid, identity)

    def disconnect(self, sid: str) -> None:
        """Forget a socket and what it was subscribed to."""
        with self._lock:
            connection = self._connections.pop(sid, None)
            if connection is not None:
                for feed, audience in connection.feeds.items():
                    self._release(feed, audience)

    def get(self, sid: str) -> Connection:
        """Return a connected socket.

        Raises:
            NotAuthenticated: It is gone, or never was accepted.
        """
        connection = self._connections.get(sid)
        if connection is None:
            raise NotAuthenticated("This socket is not connected.")
        return connection

    def all(self) -> list[Connection]:
        """Return the connected sockets."""
        with self._lock:
            return list(self._connections.values())

    def add(self, sid: str, feed: Feed, audience: Audience) -> None:
        """Note that a socket wants a feed; one that is gone already wants nothing."""
        with self._lock:
            connection = self._connections.get(sid)
            if connection is None or connection.feeds.get(feed) == audience:
                return
            previous = connection.feeds.get(feed)
            if previous is not None:
                self._release(feed, previous)
            connection.feeds[feed] = audience
            self._audiences.setdefault(feed, Counter())[audience] += 1

    def remove(self, sid: str, feed: Feed) -> Audience | None:
        """Note that a socket wants a feed no more, and return the audience that it was in."""
        with self._lock:
            connection = self._connections.get(sid)
            audience = None if connection is None else connection.feeds.pop(feed, None)
            if audience is not None:
                self._release(feed, audience)
            return audience

    def feeds(self) -> list[Feed]:
        """Return all feeds that some socket wants."""
        with self._lock:
            return list(self._audiences)

    def feeds_of(self, pbx: str) -> list[Feed]:
        """Return the feeds of a PBX that some socket wants."""
        with self._lock:
            return [feed for feed in self._audiences if feed.pbx == pbx]

    def audiences_of(self, feed: Feed) -> list[Audience]:
        """Return the audiences of a feed."""
        with self._lock:
            return list(self._audiences.get(feed, ()))

    def pbxes(self) -> set[str]:
        """Return the PBXes that some socket wants a feed of."""
        with self._lock:
            return {feed.pbx for feed in self._audiences}

    def _release(self, feed: Feed, audience: Audience) -> None:
        """Count one socket less in an audience."""
        audiences = self._audiences[feed]
        audiences[audience] -= 1
        if not audiences[audience]:
            del audiences[audience]
        if not audiences:
            del self._audiences[feed]
