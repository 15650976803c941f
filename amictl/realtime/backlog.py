"""Clients that read too slowly: what waits for them is bounded, and they begin anew once they caught up."""

from __future__ import annotations

import structlog

from amictl.realtime.fanout import Fanout
from amictl.realtime.subscriptions import Client, Feed, Subscriptions

_log = structlog.get_logger(__name__)


class Backlog:
    """Takes slow clients off their feeds, and tells them ``reset`` when they have read what waited.

    Args:
        fanout: Tells who is behind.
        subscriptions: Who is subscribed to what.
    """

    def __init__(self, fanout: Fanout, subscriptions: Subscriptions) -> None:
        self._fanout = fanout
        self._subscriptions = subscriptions
        self._lagging: dict[str, list[Feed]] = {}
        self._suspended = 0

    @property
    def suspended(self) -> int:
        """How often a client was taken off its feeds so far."""
        return self._suspended

    def is_suspended(self, sid: str) -> bool:
        """Return whether a client is off its feeds, and not told ``reset`` yet."""
        return sid in self._lagging

    def relieve(self) -> None:
        """Look after the clients that are behind; called after each round of the publisher."""
        for client in self._fanout.take_behind():
            if client.feeds:
                self._suspend(client)
        for sid in [sid for sid in self._lagging if self._is_drained(sid)]:
            for feed in self._lagging.pop(sid):
                self._fanout.send(sid, feed, "reset")

    def _suspend(self, client: Client) -> None:
        """Take a client off all its feeds."""
        lost = self._lagging.setdefault(client.sid, [])
        lost += [feed for feed in list(client.feeds) if self._subscriptions.remove(client, feed)]
        self._suspended += 1
        _log.warning("slow_client_suspended", sid=client.sid, username=client.identity.actor.username)

    def _is_drained(self, sid: str) -> bool:
        """Return whether a client caught up; one that is gone waits for nothing."""
        client = self._subscriptions.find(sid)
        return client is None or client.waiting.is_little
