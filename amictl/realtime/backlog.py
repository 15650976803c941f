"""Clients that read too slowly: what waits for them is bounded, and they begin anew once they caught up."""

from __future__ import annotations

import structlog

from amictl.realtime.fanout import Fanout
from amictl.realtime.subscriptions import Client, Feed, Subscriptions

_log = structlog.get_logger(__name__)


class Backlog:
    """Unsubscribes slow clients, and sends them ``reset`` when they have read what waited for them.

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
        """How often a client was unsubscribed so far."""
        return self._suspended

    def is_suspended(self, sid: str) -> bool:
        """Return whether a client was unsubscribed, and was not sent ``reset`` yet."""
        return sid in self._lagging

    def relieve(self) -> None:
        """Unsubscribe clients that fell behind, and reset those that caught up; called after each round."""
        for client in self._fanout.take_behind():
            if client.feeds:
                self._suspend(client)
        for sid in [sid for sid in self._lagging if self._is_drained(sid)]:
            for feed in self._lagging.pop(sid):
                self._fanout.send(sid, feed, "reset")

    def _suspend(self, client: Client) -> None:
        """Unsubscribe a client from all its feeds."""
        lost = self._lagging.setdefault(client.sid, [])
        lost += [feed for feed in list(client.feeds) if self._subscriptions.remove(client, feed)]
        self._suspended += 1
        _log.warning("slow_client_suspended", sid=client.sid, username=client.identity.actor.username)

    def _is_drained(self, sid: str) -> bool:
        """Return whether a client caught up, or is gone."""
        client = self._subscriptions.find(sid)
        return client is None or client.waiting.is_little
