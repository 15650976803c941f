"""The connected clients and their subscriptions, which are kept nowhere else."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from amictl.errors import NotAuthenticated
from amictl.realtime.batches import Parcel
from amictl.realtime.outbox import PendingOutput
from amictl.services.access import Audience
from amictl.services.accounts.identity import Identity


@dataclass(frozen=True, slots=True)
class Feed:
    """One topic of one PBX."""

    pbx: str
    topic: str


class Client(ABC):
    """A connected client, whatever it speaks.

    Args:
        sid: Its ID among all clients.
        identity: Who it belongs to, as recognised when it connected.

    Attributes:
        feeds: What it is subscribed to, and with which audience; changed by `Subscriptions` alone.
        transport: How it is connected: ``socketio_websocket``, ``socketio_polling`` or ``websocket``.
    """

    transport: str

    def __init__(self, sid: str, identity: Identity) -> None:
        self.sid = sid
        self.identity = identity
        self.feeds: dict[Feed, Audience] = {}

    @property
    @abstractmethod
    def waiting(self) -> PendingOutput:
        """How much waits to be sent to it; nothing once it is gone."""

    @abstractmethod
    def deliver(self, parcel: Parcel) -> int:
        """Send it a parcel without waiting, and return how many bytes; 0 where too much waits already."""

    @abstractmethod
    def close(self) -> None:
        """End the connection for good: the client is not welcome any more."""

    @abstractmethod
    def hang_up(self) -> None:
        """Break the connection, so that the client comes back by itself."""


_NOBODY: Final[frozenset[Client]] = frozenset()


class Subscriptions:
    """The connected clients and the feeds that they are subscribed to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._listeners: dict[Feed, dict[Audience, set[Client]]] = {}

    def connect(self, client: Client) -> None:
        """Note a new client."""
        with self._lock:
            self._clients[client.sid] = client

    def disconnect(self, sid: str) -> None:
        """Forget a client and what it was subscribed to."""
        with self._lock:
            client = self._clients.pop(sid, None)
            if client is not None:
                for feed in list(client.feeds):
                    self._remove(client, feed)

    def find(self, sid: str) -> Client | None:
        """Return a connected client, or None when it is gone."""
        return self._clients.get(sid)

    def get(self, sid: str) -> Client:
        """Return a connected client.

        Raises:
            NotAuthenticated: It is gone, or never was accepted.
        """
        client = self._clients.get(sid)
        if client is None:
            raise NotAuthenticated("This socket is not connected.")
        return client

    def all(self) -> list[Client]:
        """Return the connected clients."""
        with self._lock:
            return list(self._clients.values())

    def add(self, client: Client, feed: Feed, audience: Audience) -> None:
        """Subscribe a client to a feed; does nothing for a client that is gone already."""
        with self._lock:
            if self._clients.get(client.sid) is client and client.feeds.get(feed) != audience:
                self._remove(client, feed)
                client.feeds[feed] = audience
                self._listeners.setdefault(feed, {}).setdefault(audience, set()).add(client)

    def remove(self, client: Client, feed: Feed) -> bool:
        """Unsubscribe a client from a feed, and return whether it was subscribed."""
        with self._lock:
            return self._remove(client, feed)

    def listeners(self, feed: Feed, audience: Audience) -> AbstractSet[Client]:
        """Return the clients of an audience that are subscribed to a feed: a set that stays up to date."""
        return self._listeners.get(feed, {}).get(audience, _NOBODY)

    def feeds(self) -> list[Feed]:
        """Return all feeds that some client is subscribed to."""
        with self._lock:
            return list(self._listeners)

    def feeds_of(self, pbx: str) -> list[Feed]:
        """Return the feeds of a PBX that some client is subscribed to."""
        with self._lock:
            return [feed for feed in self._listeners if feed.pbx == pbx]

    def audiences_of(self, feed: Feed) -> list[Audience]:
        """Return the audiences of the clients that are subscribed to a feed."""
        with self._lock:
            return list(self._listeners.get(feed, ()))

    def pbxes(self) -> set[str]:
        """Return the PBXes that some client is subscribed to a feed of."""
        with self._lock:
            return {feed.pbx for feed in self._listeners}

    def _remove(self, client: Client, feed: Feed) -> bool:
        """Take a client out of the listeners of a feed, and forget a feed without listeners."""
        audience = client.feeds.pop(feed, None)
        if audience is None:
            return False
        audiences = self._listeners[feed]
        audiences[audience].discard(client)
        if not audiences[audience]:
            del audiences[audience]
        if not audiences:
            del self._listeners[feed]
        return True
