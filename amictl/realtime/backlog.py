"""Clients that read too slowly: what waits for them is bounded, and they begin anew once they caught up."""

from __future__ import annotations

import structlog

from amictl.realtime.fanout import Fanout
from amictl.realtime.rooms import room_name
from amictl.realtime.subscriptions import Connection, Feed, Subscriptions

_log = structlog.get_logger(__name__)


class Backlog:
    """Takes slow clients out of their rooms, and tells them ``reset`` when they have read what waited.

    Args:
        fanout: The clients and their rooms.
        subscriptions: Who is subscribed to what.
    """

    def __init__(self, fanout: Fanout, subscriptions: Subscriptions) -> None:
        self._fanout = fanout
        self._subscriptions = subscriptions
        self._lagging: dict[str, list[Feed]] = {}
        self._suspended = 0

    @property
    def suspended(self) -> int:
        """How often a client was taken out of its rooms so far."""
        return self._suspended

    def is_over(self, sid: str) -> bool:
        """Return whether more is waiting for a client than it may have waiting."""
        subscriber = self._fanout.find(sid)
        return subscriber is not None and subscriber.waiting.is_too_much

    def is_suspended(self, sid: str) -> bool:
        """Return whether a client is out of its rooms, and not told ``reset`` yet."""
        return sid in self._lagging

    def relieve(self) -> None:
        """Look after the clients that are behind; called after each round of the publisher."""
        behind = self._fanout.take_behind()
        for connection in self._subscriptions.all() if behind else ():
            if connection.sid in behind and connection.feeds:
                self._suspend(connection)
        for sid in [sid for sid in self._lagging if self._is_drained(sid)]:
            for feed in self._lagging.pop(sid):
                self._fanout.send(sid, "reset", {"pbx": feed.pbx, "topic": feed.topic})

    def _suspend(self, connection: Connection) -> None:
        """Take a client out of all its rooms."""
        sid = connection.sid
        lost = self._lagging.setdefault(sid, [])
        for feed in list(connection.feeds):
            audience = self._subscriptions.remove(sid, feed)
            if audience is not None:
                self._fanout.leave(sid, room_name(feed.pbx, feed.topic, audience))
                lost.append(feed)
        self._suspended += 1
        _log.warning("slow_client_suspended", sid=sid, username=connection.identity.actor.username)

    def _is_drained(self, sid: str) -> bool:
        """Return whether a client caught up; one that is gone waits for nothing."""
        subscriber = self._fanout.find(sid)
        return subscriber is None or subscriber.waiting.is_little
