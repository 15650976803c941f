"""What sockets may do: connect, subscribe, unsubscribe."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from amictl.errors import AmictlError, InvalidInput, NotAuthenticated
from amictl.manager import Pbx, Registry
from amictl.pbx.payloads import format_time
from amictl.realtime.backlog import Backlog
from amictl.realtime.fanout import Fanout
from amictl.realtime.publisher import Publisher
from amictl.realtime.rooms import Audience, audience_for, require_topic, room_name
from amictl.realtime.schemas import (
    MAX_TOPICS,
    Position,
    SubscribeRequest,
    UnsubscribeRequest,
    read_request,
)
from amictl.realtime.socketio_clients import SocketIoSubscriber
from amictl.realtime.subscriptions import Connection, Feed, Subscriptions
from amictl.realtime.views import Views
from amictl.services.identity import Identity
from amictl.services.pbxes import choose_pbx

_log = structlog.get_logger(__name__)
Ack = dict[str, Any]


class RealtimeHandlers:
    """The handlers of Socket.IO's default namespace; none of them raises anything to a client.

    Args:
        socketio: The server.
        registry: The PBXes.
        subscriptions: Who is connected, and wants what.
        views: What audiences see.
        publisher: Sends what changes.
        fanout: The connected sockets and their rooms.
        backlog: Bounds what waits for slow sockets.
        identify: Returns who opens a socket, from its token or else from its cookie.
        clock: Returns epoch seconds.
    """

    def __init__(
        self,
        *,
        socketio: SocketIO,
        registry: Registry,
        subscriptions: Subscriptions,
        views: Views,
        publisher: Publisher,
        fanout: Fanout,
        backlog: Backlog,
        identify: Callable[[str | None], Identity | None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._socketio = socketio
        self._registry = registry
        self._subscriptions = subscriptions
        self._views = views
        self._publisher = publisher
        self._fanout = fanout
        self._backlog = backlog
        self._identify = identify
        self._clock = clock

    def register(self) -> None:
        """Attach the handlers to the server."""
        self._socketio.on_event("connect", self.accept_socket)
        self._socketio.on_event("disconnect", self.forget_socket)
        self._socketio.on_event("subscribe", self.subscribe)
        self._socketio.on_event("unsubscribe", self.unsubscribe)

    def accept_socket(self, auth: Any = None) -> None:  # noqa: ANN401 - JSON
        """Accept a socket of somebody who is recognised, and refuse any other."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            identity = self._identify(token) if token is None or isinstance(token, str) else None
        except NotAuthenticated:
            identity = None
        if identity is None:
            raise Refused(NotAuthenticated.code)
        sid = _current_sid()
        self._fanout.attach(sid, SocketIoSubscriber(self._socketio.server, sid))
        self._subscriptions.connect(sid, identity)

    def forget_socket(self, *_reason: object) -> None:
        """Forget a socket that is gone."""
        self._subscriptions.disconnect(_current_sid())
        self._fanout.detach(_current_sid())

    def subscribe(self, payload: Any = None, *_more: object) -> Ack:  # noqa: ANN401 - JSON
        """Answer ``subscribe``: for each topic a snapshot, a replay or an error."""
        return self._answer(lambda connection: self._subscribe_all(connection, payload))

    def unsubscribe(self, payload: Any = None, *_more: object) -> Ack:  # noqa: ANN401 - JSON
        """Answer ``unsubscribe``."""
        return self._answer(lambda connection: self._unsubscribe_all(connection, payload))

    def disconnect_session(self, session_id: str) -> None:
        """Close all sockets of a login session, at its logout."""
        for connection in self._subscriptions.all():
            session = connection.identity.session
            if session is not None and session.session_id == session_id:
                self.close_socket(connection.sid)

    def close_socket(self, sid: str) -> None:
        """Close one socket; its client is told that the server did it."""
        subscriber = self._fanout.find(sid)
        if subscriber is not None:
            subscriber.close()

    def _answer(self, work: Callable[[Connection], Ack]) -> Ack:
        """Return what a request comes to, errors included, with the server's time."""
        try:
            connection = self._subscriptions.get(_current_sid())
            if self._backlog.is_over(connection.sid):
                self.close_socket(connection.sid)  # asks without reading: answers would only pile up
            answer = work(connection)
        except AmictlError as error:
            answer = _describe_error(error)
        except Exception:  # noqa: BLE001 - a defect must not reach the client
            _log.exception("socket_request_crashed")
            answer = {"error": {"code": "internal", "detail": "This is a defect in amictl; see its log."}}
        return answer | {"_server": {"now": format_time(self._clock())}}

    def _subscribe_all(self, connection: Connection, payload: Any) -> Ack:  # noqa: ANN401 - JSON
        """Subscribe to every topic that can be had."""
        wanted = read_request(SubscribeRequest, payload)
        pbx = self._find_pbx(connection, wanted.pbx)
        answer = {}
        for topic in dict.fromkeys(wanted.topics):
            try:
                answer[topic] = self._subscribe(connection, pbx, topic, wanted.since.get(topic))
            except AmictlError as error:
                answer[topic] = _describe_error(error)
        return answer

    def _subscribe(self, connection: Connection, pbx: Pbx, topic: str, since: Position | None) -> Ack:
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
            answer = self._read_topic(pbx, topic, audience, since)
        except AmictlError:
            self._fanout.leave(connection.sid, room)
            raise
        self._subscriptions.add(connection.sid, feed, audience)
        self._publisher.watch(feed, answer["epoch"], answer["seq"])
        return answer

    def _read_topic(self, pbx: Pbx, topic: str, audience: Audience, since: Position | None) -> Ack:
        """Return a topic's replay where the log reaches back to ``since``, else its snapshot."""
        missed = None if since is None else pbx.picture.since(topic, since.epoch, since.seq)
        replay = None if missed is None else self._views.replay(pbx.picture, topic, audience, missed)
        if missed is not None and replay is not None:
            return {"epoch": missed.epoch, "seq": missed.seq, "replay": list(map(orjson.Fragment, replay))}
        shown = self._views.snapshot(pbx.picture, topic, audience)
        return {"epoch": shown.epoch, "seq": shown.seq, "snapshot": orjson.Fragment(shown.snapshot)}

    def _unsubscribe_all(self, connection: Connection, payload: Any) -> Ack:  # noqa: ANN401 - JSON
        """Leave the rooms of the topics."""
        unwanted = read_request(UnsubscribeRequest, payload)
        name = choose_pbx(self._registry, connection.identity.actor, unwanted.pbx)
        answer = {}
        for topic in dict.fromkeys(unwanted.topics):
            feed = Feed(name, topic)
            audience = self._subscriptions.remove(connection.sid, feed)
            if audience is not None:
                self._fanout.leave(connection.sid, room_name(feed.pbx, topic, audience))
            answer[topic] = {"unsubscribed": audience is not None}
        return answer

    def _find_pbx(self, connection: Connection, name: str | None) -> Pbx:
        """Return the PBX that a request means; one out of scope is refused topic by topic."""
        return self._registry.get(choose_pbx(self._registry, connection.identity.actor, name))


def _describe_error(error: AmictlError) -> Ack:
    """Return an error as acks carry it."""
    described: Ack = {"code": error.code, "detail": error.detail}
    if isinstance(error, InvalidInput):
        described["errors"] = [{"field": each.field, "detail": each.detail} for each in error.problems]
    return {"error": described}


def _current_sid() -> str:
    """Return the Socket.IO session ID of the present request."""
    return str(request.sid)  # type: ignore[attr-defined]
