"""What a client may ask for, whatever it speaks: topics, and no more of them."""

from __future__ import annotations

from typing import Any

import orjson
import structlog

from amictl.errors import AmictlError, InvalidInput
from amictl.manager import Pbx, Registry
from amictl.realtime.backlog import Backlog
from amictl.realtime.fanout import Fanout
from amictl.realtime.publisher import Publisher
from amictl.realtime.rooms import audience_for, is_event_topic, require_topic, room_name
from amictl.realtime.schemas import (
    MAX_TOPICS,
    Position,
    SubscribeRequest,
    UnsubscribeRequest,
    read_request,
)
from amictl.realtime.subscriptions import Connection, Feed, Subscriptions
from amictl.realtime.views import Views
from amictl.services.access import Audience, Gate
from amictl.services.pbxes import choose_pbx

_log = structlog.get_logger(__name__)
Answer = dict[str, Any]


class TopicRequests:
    """Carries out what clients ask for.

    Args:
        registry: The PBXes.
        subscriptions: Who is connected, and wants what.
        views: What audiences see.
        publisher: Sends what changes.
        fanout: The connected clients and their rooms.
        backlog: Bounds what waits for slow clients.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        subscriptions: Subscriptions,
        views: Views,
        publisher: Publisher,
        fanout: Fanout,
        backlog: Backlog,
    ) -> None:
        self._registry = registry
        self._subscriptions = subscriptions
        self._views = views
        self._publisher = publisher
        self._fanout = fanout
        self._backlog = backlog

    def subscribe(self, sid: str, payload: Any) -> dict[str, Answer]:  # noqa: ANN401 - JSON
        """Subscribe a client to every topic that can be had.

        Args:
            sid: The client.
            payload: A `SubscribeRequest`.

        Returns:
            For each topic a snapshot, a replay or an error.

        Raises:
            AmictlError: The request as a whole cannot be understood, or the client is not connected.
        """
        connection = self._find(sid)
        wanted = read_request(SubscribeRequest, payload)
        pbx = self._registry.get(choose_pbx(self._registry, connection.identity.actor, wanted.pbx))
        answer = {}
        for topic in dict.fromkeys(wanted.topics):
            try:
                answer[topic] = self._subscribe(connection, pbx, topic, wanted.since.get(topic))
            except AmictlError as error:
                answer[topic] = {"error": describe_failure(error)}
        return answer

    def unsubscribe(self, sid: str, payload: Any) -> dict[str, Answer]:  # noqa: ANN401 - JSON
        """Take a client out of the rooms of topics.

        Args:
            sid: The client.
            payload: An `UnsubscribeRequest`.

        Returns:
            For each topic whether the client was subscribed to it.

        Raises:
            AmictlError: As for `subscribe`.
        """
        connection = self._find(sid)
        unwanted = read_request(UnsubscribeRequest, payload)
        name = choose_pbx(self._registry, connection.identity.actor, unwanted.pbx)
        answer = {}
        for topic in dict.fromkeys(unwanted.topics):
            audience = self._subscriptions.remove(sid, Feed(name, topic))
            if audience is not None:
                self._fanout.leave(sid, room_name(name, topic, audience))
            answer[topic] = {"unsubscribed": audience is not None}
        return answer

    def is_suspended(self, sid: str) -> bool:
        """Return whether a client was too slow, and has not caught up yet."""
        return self._backlog.is_suspended(sid)

    def close(self, sid: str) -> None:
        """Close the connection of a client that is not welcome any more."""
        subscriber = self._fanout.find(sid)
        if subscriber is not None:
            subscriber.close()

    def close_session(self, session_id: str) -> None:
        """Close all connections of a login session, at its logout."""
        for connection in self._subscriptions.all():
            session = connection.identity.session
            if session is not None and session.session_id == session_id:
                self.close(connection.sid)

    def _find(self, sid: str) -> Connection:
        """Return a client's connection."""
        connection = self._subscriptions.get(sid)
        if self._backlog.is_over(sid):
            self.close(sid)  # asks without reading: answers would only pile up
        return connection

    def _subscribe(self, connection: Connection, pbx: Pbx, topic: str, since: Position | None) -> Answer:
        """Join a topic's room and return what it holds; in this order, so that nothing falls in between."""
        actor = connection.identity.actor
        require_topic(actor, pbx.name, topic)
        feed, audience = Feed(pbx.name, topic), audience_for(topic, actor)
        if feed not in connection.feeds and len(connection.feeds) >= MAX_TOPICS:
            raise InvalidInput.of(
                "topics", f"A socket may have {MAX_TOPICS} topics; unsubscribe from some first."
            )
        room = room_name(pbx.name, topic, audience)
        self._fanout.enter(connection.sid, room)
        try:
            epoch, seq = pbx.picture.position(topic)
            answer = self._read_topic(pbx, feed, audience, since)
        except AmictlError:
            self._fanout.leave(connection.sid, room)
            raise
        self._subscriptions.add(connection.sid, feed, audience)
        if audience.queues is None or is_event_topic(topic):
            epoch, seq = answer["epoch"], answer["seq"]
        self._publisher.watch(feed, epoch, seq)
        if (limit := Gate(pbx.picture, audience).show_limit(topic)) is not None:
            answer["limit"] = limit
        return answer

    def _read_topic(self, pbx: Pbx, feed: Feed, audience: Audience, since: Position | None) -> Answer:
        """Return a topic's replay where the log reaches back to ``since``, else its snapshot."""
        topic = feed.topic
        missed = None if since is None else pbx.picture.since(topic, since.epoch, since.seq)
        replay = None if missed is None else self._views.replay(pbx.picture, topic, audience, missed)
        if missed is not None and replay is not None:
            return {"epoch": missed.epoch, "seq": missed.seq, "replay": list(map(orjson.Fragment, replay))}
        followed = audience in self._subscriptions.audiences_of(feed)
        shown = self._views.snapshot(pbx.picture, topic, audience, followed=followed)
        return {"epoch": shown.epoch, "seq": shown.seq, "snapshot": orjson.Fragment(shown.snapshot)}


def describe_failure(error: Exception) -> Answer:
    """Return an error as clients are told it; one that is a defect is logged, and told without its words."""
    if not isinstance(error, AmictlError):
        _log.error("socket_request_crashed", exc_info=error)
        return {"code": "internal", "detail": "This is a defect in amictl; see its log."}
    described: Answer = {"code": error.code, "detail": error.detail}
    if isinstance(error, InvalidInput):
        described["errors"] = [{"field": each.field, "detail": each.detail} for each in error.problems]
    return described
