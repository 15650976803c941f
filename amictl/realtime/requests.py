"""The requests of clients over Socket.IO and plain WebSockets: subscribing and unsubscribing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import orjson
import structlog

from amictl.errors import AmictlError, InvalidInput
from amictl.manager import Pbx, Registry
from amictl.pbx.picture.live import LivePicture
from amictl.realtime.backlog import Backlog
from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.publisher import Publisher
from amictl.realtime.schemas import (
    MAX_TOPICS,
    Failure,
    Left,
    Position,
    Refused,
    Replay,
    Snapshot,
    SubscribeRequest,
    UnsubscribeRequest,
    read_request,
)
from amictl.realtime.subscriptions import Client, Feed, Subscriptions
from amictl.realtime.visibility import audience_for, require_topic
from amictl.services.access import Audience, Gate
from amictl.services.access.pbxes import choose_pbx

_log = structlog.get_logger(__name__)
Held = Snapshot[orjson.Fragment] | Replay[list[orjson.Fragment]]
"""What a client has of a topic from now on."""


class TopicRequests:
    """Carries out what clients ask for.

    Args:
        registry: The PBXes.
        subscriptions: Who is connected, and wants what.
        cache: What audiences see.
        publisher: Sends what changes.
        backlog: Bounds what waits for slow clients.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        subscriptions: Subscriptions,
        cache: EncodedCache,
        publisher: Publisher,
        backlog: Backlog,
    ) -> None:
        self._registry = registry
        self._subscriptions = subscriptions
        self._cache = cache
        self._publisher = publisher
        self._backlog = backlog

    def subscribe(self, sid: str, payload: Any) -> Mapping[str, Held | Refused]:  # noqa: ANN401 - JSON
        """Subscribe a client to every topic that can be had.

        Args:
            sid: The client.
            payload: A `SubscribeRequest`.

        Returns:
            For each topic a snapshot, a replay or an error.

        Raises:
            AmictlError: The request as a whole cannot be understood, or the client is not connected.
        """
        client = self._find(sid)
        wanted = read_request(SubscribeRequest, payload)
        pbx = self._registry.get(choose_pbx(self._registry, client.identity.actor, wanted.pbx))
        answer: dict[str, Held | Refused] = {}
        for topic in dict.fromkeys(wanted.topics):
            try:
                answer[topic] = self._subscribe(client, pbx, topic, wanted.since.get(topic))
            except AmictlError as error:
                answer[topic] = {"error": describe_failure(error)}
        return answer

    def unsubscribe(self, sid: str, payload: Any) -> Mapping[str, Left]:  # noqa: ANN401 - JSON
        """Unsubscribe a client from topics.

        Args:
            sid: The client.
            payload: An `UnsubscribeRequest`.

        Returns:
            For each topic whether the client was subscribed to it.

        Raises:
            AmictlError: As for `subscribe`.
        """
        client = self._find(sid)
        unwanted = read_request(UnsubscribeRequest, payload)
        name = choose_pbx(self._registry, client.identity.actor, unwanted.pbx)
        return {
            topic: {"unsubscribed": self._subscriptions.remove(client, Feed(name, topic))}
            for topic in dict.fromkeys(unwanted.topics)
        }

    def is_suspended(self, sid: str) -> bool:
        """Return whether a client was too slow, and has not caught up yet."""
        return self._backlog.is_suspended(sid)

    def close_session(self, session_id: str) -> None:
        """Close all connections of a login session, at its logout."""
        for client in self._subscriptions.all():
            session = client.identity.session
            if session is not None and session.session_id == session_id:
                client.close()

    def _find(self, sid: str) -> Client:
        """Return a client."""
        client = self._subscriptions.get(sid)
        if client.waiting.is_too_much:
            client.close()  # asks without reading: answers would only pile up
        return client

    def _subscribe(self, client: Client, pbx: Pbx, topic: str, since: Position | None) -> Held:
        """Join a topic's audience and return what it holds: in this order nothing falls in between."""
        actor, picture = client.identity.actor, pbx.picture
        require_topic(actor, pbx.name, topic)
        feed, audience = Feed(pbx.name, topic), audience_for(topic, actor)
        if feed not in client.feeds and len(client.feeds) >= MAX_TOPICS:
            raise InvalidInput.of(
                "topics", f"A socket may have {MAX_TOPICS} topics; unsubscribe from some first."
            )
        position = picture.position(topic)  # also tells whether there is such a topic
        followed = bool(self._subscriptions.listeners(feed, audience))
        self._subscriptions.add(client, feed, audience)
        self._publisher.watch(feed, *position)
        try:
            answer = self._read_topic(picture, topic, audience, since, followed=followed)
        except Exception:
            self._subscriptions.remove(client, feed)
            raise
        if (limit := Gate(picture, audience).show_limit(topic)) is not None:
            answer["limit"] = limit
        return answer

    def _read_topic(
        self, picture: LivePicture, topic: str, audience: Audience, since: Position | None, *, followed: bool
    ) -> Held:
        """Return a topic's replay where the log reaches back to ``since``, else its snapshot."""
        missed = None if since is None else picture.since(topic, since.epoch, since.seq)
        replay = None if missed is None else self._cache.replay(picture, topic, audience, missed)
        if missed is not None and replay is not None:
            return {"epoch": missed.epoch, "seq": missed.seq, "replay": list(map(orjson.Fragment, replay))}
        shown = self._cache.snapshot(picture, topic, audience, followed=followed)
        return {"epoch": shown.epoch, "seq": shown.seq, "snapshot": orjson.Fragment(shown.snapshot)}


def describe_failure(error: Exception) -> Failure:
    """Return an error as clients are told it; one that is a defect is logged, and told without its words."""
    if not isinstance(error, AmictlError):
        _log.error("socket_request_crashed", exc_info=error)
        return {"code": "internal", "detail": "This is a defect in amictl; see its log."}
    return cast("Failure", {"code": error.code, "detail": error.detail, **error.members()})
