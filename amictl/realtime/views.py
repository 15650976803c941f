"""The JSON of values, changes, events and snapshots: made once for an audience, shared by all its clients.

Ready JSON is bytes; ``orjson.dumps(…, default=orjson.Fragment)`` puts it into a message by copying.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import orjson

from amictl.pbx import LivePicture, TopicReplay
from amictl.pbx.changes import Change, Model
from amictl.pbx.kept_json import make_kept_json
from amictl.pbx.logbook import split_topic
from amictl.realtime.rooms import Audience, is_event_topic
from amictl.realtime.showing import FOLLOWS_CALLS, show_value, shows_event
from amictl.realtime.subscriptions import Feed

Json = bytes
_PORTION = 500  # values that are encoded before others get their turn: a few milliseconds
_IDLE_SECONDS = 10.0  # after which what nobody wants is dropped
_UNSHOWN_SECONDS = 2.0  # after which the JSON that only snapshots need is dropped
_SNAPSHOT_SECONDS = 1.0  # for which a snapshot is kept: those who are told to begin anew come together


@dataclass(frozen=True, slots=True)
class ShownSnapshot:
    """A topic at one moment, as an audience sees it.

    Args:
        epoch: The numbering of ``seq``.
        seq: The cursor from which changes go on.
        snapshot: Key to value.
    """

    epoch: str
    seq: int
    snapshot: Json


@dataclass(slots=True)
class _View:
    """What was made of one topic with its parts for one audience.

    Args:
        topic: The topic without a part's name.
        audience: Who sees it.
        used_at: When it was last asked for something.
        shown_at: When it was last asked for a snapshot.
        encoded: Each value with its JSON, which is None where the audience must not see it. A value is never
            changed but replaced, so its JSON holds as long as it is the same object.
        snapshots: By topic, with the time when it was made.
        shown: Keys that some client of a limited audience may have; of all others it must not even hear that
            they are gone.
    """

    topic: str
    audience: Audience
    used_at: float
    shown_at: float
    encoded: dict[str, tuple[Model, Json | None]] = field(default_factory=dict)
    snapshots: dict[str, tuple[float, ShownSnapshot]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def encode(self, picture: LivePicture, key: str, value: Model) -> Json | None:
        """Return the JSON of a value, made now or before; None where the audience must not see it."""
        known = self.encoded.get(key)
        depends = self.audience.queues is not None and self.topic in FOLLOWS_CALLS
        if known is not None and known[0] is value and not depends:
            return known[1]
        payload = show_value(picture, self.topic, self.audience, value)
        json = None if payload is None else make_kept_json(payload)
        self.encoded[key] = (value, json)
        return json

    def encode_change(self, picture: LivePicture, change: Change) -> Json | None:
        """Return the JSON of a changed value; None where it is gone, or the audience must not see it."""
        if change.value is None:
            self.encoded.pop(change.key, None)
            return None
        return self.encode(picture, change.key, change.value)

    def find_missing(self, values: Mapping[str, Model]) -> list[tuple[str, Model]]:
        """Return the values whose JSON is not made yet."""
        encoded = self.encoded
        return [
            (key, value)
            for key, value in values.items()
            if key not in encoded or encoded[key][0] is not value
        ]


class Views:
    """What audiences see of all topics; the publisher and those who subscribe share it.

    Args:
        give_way: Lets others run, for some seconds at least; must be the server's own.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self, give_way: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._give_way = give_way
        self._clock = clock
        self._views: dict[tuple[str, str, Audience], _View] = {}
        self._published: dict[Feed, tuple[str, int]] = {}
        self._looked_at = clock()

    def snapshot(self, picture: LivePicture, topic: str, audience: Audience) -> ShownSnapshot:
        """Return a topic as an audience sees it, no older than what was published of it.

        Whoever is in the topic's room before calling this misses nothing.

        Raises:
            NotFound: There is no such topic.
        """
        if is_event_topic(topic):
            return _show_last_events(picture, topic, audience)
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
        """Return changes as an audience sees them, before they are sent to all of it.

        What it may not see any more is gone for it.
        """
        view = self._find_view(picture, topic, audience)
        changes = []
        for change in replay.latest:
            json = view.encode_change(picture, change)
            if audience.queues is not None:
                was_shown = change.key in view.shown
                if json is None:
                    view.shown.discard(change.key)
                    if not was_shown:
                        continue
                else:
                    view.shown.add(change.key)
            changes.append(_write_change(change.key, json))
        return changes

    def replay(
        self, picture: LivePicture, topic: str, audience: Audience, replay: TopicReplay
    ) -> list[Json] | None:
        """Return what one client missed, or None when it needs a snapshot instead.

        Nobody knows what a client of a limited audience has seen before, so it begins anew.
        """
        if is_event_topic(topic):
            return [json for _, json in self.events(audience, replay)]
        if audience.queues is not None:
            return None
        view = self._find_view(picture, topic, audience)
        return [_write_change(change.key, view.encode_change(picture, change)) for change in replay.latest]

    def events(self, audience: Audience, replay: TopicReplay) -> list[tuple[int, Json]]:
        """Return the events that an audience sees, each with its ``seq``; the JSON is whole by itself."""
        sensitive = audience.sensitive
        return [
            (event.seq, event.to_json(sensitive=sensitive))
            for event in replay.received
            if shows_event(audience, event)
        ]

    def note_published(self, feed: Feed, epoch: str, seq: int) -> None:
        """Give no snapshot any more from before a cursor; called before what leads there is sent."""
        self._published[feed] = (epoch, seq)

    def forget_idle(self, wanted: Collection[Feed]) -> None:
        """Drop snapshots after a moment, and what was made of topics that nobody wants any more.

        Args:
            wanted: All feeds that somebody is subscribed to.
        """
        now = self._clock()
        if now - self._looked_at < _SNAPSHOT_SECONDS:
            return
        self._looked_at = now
        bases = {(feed.pbx, split_topic(feed.topic)[0]) for feed in wanted}
        for name, view in list(self._views.items()):
            if name[:2] not in bases and now - view.used_at >= _IDLE_SECONDS:
                del self._views[name]
            elif now - view.shown_at >= _UNSHOWN_SECONDS:
                view.encoded = {}
            for topic, (made_at, _) in list(view.snapshots.items()):
                if now - made_at >= _SNAPSHOT_SECONDS:
                    del view.snapshots[topic]
        self._published = {feed: self._published[feed] for feed in wanted if feed in self._published}

    def _find_view(self, picture: LivePicture, topic: str, audience: Audience) -> _View:
        """Return what is kept for a topic and an audience."""
        now = self._clock()
        base, _ = split_topic(topic)
        view = self._views.setdefault((picture.pbx, base, audience), _View(base, audience, now, now))
        view.used_at = now
        return view

    def _make_snapshot(self, picture: LivePicture, topic: str, view: _View) -> ShownSnapshot:
        """Encode what is not encoded yet, in portions, and put all together in one go."""
        read = picture.read(topic)
        while len(missing := view.find_missing(read.values)) > _PORTION:
            for key, value in missing[:_PORTION]:
                view.encode(picture, key, value)
            self._give_way(0)
            read = picture.read(topic)
        encoded = {key: (value, view.encode(picture, key, value)) for key, value in read.values.items()}
        shown = {key: json for key, (_, json) in encoded.items() if json is not None}
        if topic == view.topic:
            view.encoded = encoded
        if view.audience.queues is not None:
            view.shown.update(shown)
        return ShownSnapshot(read.epoch, read.seq, orjson.dumps(shown, default=orjson.Fragment))


def _write_change(key: str, json: Json | None) -> Json:
    """Return a change as a batch has it."""
    if json is None:
        return orjson.dumps({"op": "del", "key": key})
    return b'{"op":"put","key":%b,"value":%b}' % (orjson.dumps(key), json)


def _show_last_events(picture: LivePicture, topic: str, audience: Audience) -> ShownSnapshot:
    """Return the last events that an audience sees, by their ``seq``."""
    read = picture.read(topic)
    shown = {
        str(event.seq): event.to_json(sensitive=audience.sensitive)
        for event in read.received
        if shows_event(audience, event)
    }
    return ShownSnapshot(read.epoch, read.seq, orjson.dumps(shown, default=orjson.Fragment))
