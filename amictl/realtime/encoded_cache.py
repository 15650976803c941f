"""The JSON of values, changes, events and snapshots: made once for an audience, shared by all its clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from amictl.pbx.changes import Change
from amictl.pbx.log.kept_json import make_kept_json
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.logbook import split_topic
from amictl.pbx.picture.reads import TopicReplay
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.value import Value
from amictl.realtime.encoded_json import (
    PORTION,
    EncodedChanges,
    EncodedSnapshot,
    Json,
    write_change,
    write_values,
)
from amictl.realtime.limited_cache import LimitedCache
from amictl.realtime.subscriptions import Feed
from amictl.realtime.visibility import is_event_topic
from amictl.services.access import Audience, Gate

_IDLE_SECONDS = 10.0  # after which what nobody wants is dropped
_UNSHOWN_SECONDS = 2.0  # after which the JSON that only snapshots need is dropped
_SNAPSHOT_SECONDS = 1.0  # for which a snapshot is kept: those who are told to begin anew come together
_Key = tuple[str, str, Audience]  # a PBX's name, a topic, who sees it


@dataclass(slots=True)
class _WholeCache:
    """The JSON made of one topic, with its parts, for one audience that sees all calls.

    Args:
        topic: The topic without a part's name.
        audience: Who sees it.
        used_at: When it was last asked for something.
        shown_at: When it was last asked for a snapshot.
        encoded: Each value with its JSON, which is None where the audience must not see it. A value is never
            changed but replaced, so its JSON holds as long as it is the same object.
        snapshots: By topic, with the time when it was made.
    """

    topic: str
    audience: Audience
    used_at: float
    shown_at: float
    encoded: dict[str, tuple[Value, Json | None]] = field(default_factory=dict)
    snapshots: dict[str, tuple[float, EncodedSnapshot]] = field(default_factory=dict)

    def encode(self, gate: Gate, key: str, value: Value) -> Json | None:
        """Return the JSON of a value, made now or before; None where the audience must not see it."""
        known = self.encoded.get(key)
        if known is not None and known[0] is value:
            return known[1]
        payload = gate.show(value)
        json = None if payload is None else make_kept_json(payload)
        self.encoded[key] = (value, json)
        return json

    def encode_change(self, gate: Gate, change: Change) -> Json | None:
        """Return the JSON of a changed value; None where it is gone, or the audience must not see it."""
        if change.value is None:
            self.encoded.pop(change.key, None)
            return None
        return self.encode(gate, change.key, change.value)

    def find_missing(self, values: Mapping[str, Value]) -> list[tuple[str, Value]]:
        """Return the values whose JSON is not made yet."""
        encoded = self.encoded
        return [
            (key, value)
            for key, value in values.items()
            if key not in encoded or encoded[key][0] is not value
        ]


AnyCache = TypeVar("AnyCache", _WholeCache, LimitedCache)


class EncodedCache:
    """The JSON of all topics as audiences see them; the publisher and new subscribers share it.

    Args:
        give_way: Lets others run, for some seconds at least; must be the server's own.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self, give_way: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._give_way = give_way
        self._clock = clock
        self._views: dict[_Key, _WholeCache] = {}
        self._limited: dict[_Key, LimitedCache] = {}
        self._published: dict[Feed, tuple[str, int]] = {}
        self._looked_at = clock()

    def snapshot(
        self, picture: LivePicture, topic: str, audience: Audience, *, followed: bool = False
    ) -> EncodedSnapshot:
        """Return a topic as an audience sees it, no older than what was published of it.

        Whoever is subscribed before calling this misses nothing.

        Args:
            picture: The PBX.
            topic: The topic.
            audience: Who sees it.
            followed: Whether another client of the audience is subscribed to it already.

        Raises:
            NotFound: There is no such topic.
        """
        if is_event_topic(topic):
            return _show_last_events(picture, topic, audience)
        if audience.queues is not None:
            limited = self._find_limited(picture, topic, audience)
            return limited.snapshot(picture, self._clock(), followed=followed)
        view = self._find_view(picture, topic, audience)
        view.shown_at = view.used_at
        epoch, seq = picture.position(topic)
        published = self._published.get(Feed(picture.pbx, topic))
        oldest = seq if published is None or published[0] != epoch else published[1]
        _, kept = view.snapshots.get(topic, (0.0, None))
        if kept is None or kept.epoch != epoch or kept.seq < oldest:
            kept = self._make_snapshot(picture, topic, view)
            view.snapshots[topic] = (self._clock(), kept)
        return kept

    def changes(
        self, picture: LivePicture, topic: str, audience: Audience, replay: TopicReplay
    ) -> list[Json]:
        """Return the JSON of changes for an audience that sees all calls."""
        view, gate = self._find_view(picture, topic, audience), Gate(picture, audience)
        return [write_change(change.key, view.encode_change(gate, change)) for change in replay.latest]

    def limited_changes(self, picture: LivePicture, topic: str, audience: Audience) -> EncodedChanges | None:
        """Return the changes of a topic that a limited audience is to be sent now; None without any."""
        return self._find_limited(picture, topic, audience).changes(picture, self._clock())

    def replay(
        self, picture: LivePicture, topic: str, audience: Audience, replay: TopicReplay
    ) -> list[Json] | None:
        """Return the changes that one client missed, or None when it needs a snapshot instead.

        What a client of a limited audience has seen before is not kept, so it gets a snapshot.
        """
        if is_event_topic(topic):
            return [json for _, json in self.events(picture, audience, replay)]
        return None if audience.queues is not None else self.changes(picture, topic, audience, replay)

    def events(self, picture: LivePicture, audience: Audience, replay: TopicReplay) -> list[tuple[int, Json]]:
        """Return the events that an audience sees, each with its ``seq``; the JSON is whole by itself."""
        return _show_events(picture, audience, replay.received)

    def note_published(self, feed: Feed, epoch: str, seq: int) -> None:
        """Return no snapshot any more from before a cursor; called before the changes up to it are sent."""
        self._published[feed] = (epoch, seq)

    def forget_idle(self, wanted: Collection[Feed]) -> None:
        """Drop snapshots after a moment, and the JSON of topics that nobody is subscribed to any more.

        Args:
            wanted: All feeds that somebody is subscribed to.
        """
        now = self._clock()
        if now - self._looked_at < _SNAPSHOT_SECONDS:
            return
        self._looked_at = now
        _drop_idle(self._limited, {(feed.pbx, feed.topic) for feed in wanted}, now)
        _drop_idle(self._views, {(feed.pbx, split_topic(feed.topic)[0]) for feed in wanted}, now)
        for view in list(self._views.values()):
            if now - view.shown_at >= _UNSHOWN_SECONDS:
                view.encoded = {}
            for topic, (made_at, _) in list(view.snapshots.items()):
                if now - made_at >= _SNAPSHOT_SECONDS:
                    del view.snapshots[topic]
        self._published = {feed: self._published[feed] for feed in wanted if feed in self._published}

    def _find_view(self, picture: LivePicture, topic: str, audience: Audience) -> _WholeCache:
        """Return the cache of a topic and an audience that sees all calls."""
        now = self._clock()
        base, _ = split_topic(topic)
        view = self._views.setdefault((picture.pbx, base, audience), _WholeCache(base, audience, now, now))
        view.used_at = now
        return view

    def _find_limited(self, picture: LivePicture, topic: str, audience: Audience) -> LimitedCache:
        """Return the cache of a topic and an audience that is limited to queues."""
        view = LimitedCache(topic, audience, self._give_way, self._clock())
        return self._limited.setdefault((picture.pbx, topic, audience), view)

    def _make_snapshot(self, picture: LivePicture, topic: str, view: _WholeCache) -> EncodedSnapshot:
        """Encode the values that are not encoded yet, in portions, and join all without a pause."""
        gate = Gate(picture, view.audience)
        read = picture.read(topic)
        while len(missing := view.find_missing(read.values)) > PORTION:
            for key, value in missing[:PORTION]:
                view.encode(gate, key, value)
            self._give_way(0)
            read = picture.read(topic)
        encoded = {key: (value, view.encode(gate, key, value)) for key, value in read.values.items()}
        shown = {key: json for key, (_, json) in encoded.items() if json is not None}
        if topic == view.topic:
            view.encoded = encoded
        return EncodedSnapshot(read.epoch, read.seq, write_values(shown))


def _drop_idle(views: dict[_Key, AnyCache], wanted: Collection[tuple[str, str]], now: float) -> None:
    """Drop the caches of topics that nobody is subscribed to any more.

    Args:
        views: The caches.
        wanted: The PBXes and topics that somebody is subscribed to.
        now: The time, as in the views' ``used_at``.
    """
    for name, view in list(views.items()):
        if name[:2] not in wanted and now - view.used_at >= _IDLE_SECONDS:
            del views[name]


def _show_last_events(picture: LivePicture, topic: str, audience: Audience) -> EncodedSnapshot:
    """Return a snapshot of the last events that an audience sees, by their ``seq``."""
    read = picture.read(topic)
    shown = {str(seq): json for seq, json in _show_events(picture, audience, read.received)}
    return EncodedSnapshot(read.epoch, read.seq, write_values(shown))


def _show_events(
    picture: LivePicture, audience: Audience, events: Iterable[ReceivedEvent]
) -> list[tuple[int, Json]]:
    gate = Gate(picture, audience)
    shown = ((event.seq, gate.show_event(event)) for event in events)
    return [(seq, json) for seq, json in shown if json is not None]
