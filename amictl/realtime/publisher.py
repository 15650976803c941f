"""From the topic logs to the clients: what changed, in batches, encoded once for each audience."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from amictl.errors import NotFound
from amictl.manager import READING_INTERVAL, Registry
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.reads import TopicReplay
from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.encoded_json import Json
from amictl.realtime.schemas import AmiEvents, Changes
from amictl.realtime.subscriptions import Feed, Subscriptions
from amictl.realtime.visibility import is_event_topic
from amictl.services.access import Audience

BATCH_INTERVAL = 2 * READING_INTERVAL  # seconds; below what a person notices, one packet instead of many
_AFTER_READING = 0.001  # seconds; a batch has what the links read at its moment
IDLE_CHECK = 2.0  # seconds
MAX_BATCH = 250  # events; keeps one packet from holding up a slow client's others for long
_log = structlog.get_logger(__name__)


class Emitter(Protocol):
    """The part of the fan-out that the publisher uses."""

    def emit(self, feed: Feed, audience: Audience, name: str, content: Mapping[str, Any]) -> None:
        """Send a message to an audience of a feed, at the latest with the next `flush`."""

    def flush(self) -> None:
        """Write what was sent."""


class ChangeSignal:
    """Wakes the publisher; the AMI readers call ``mark`` after each change, so it takes no lock of its own.

    A single dictionary operation is atomic in CPython. A mark that finds the PBX marked already is covered by
    the round to come, which reads the topic logs after it has taken the marks.
    """

    def __init__(self) -> None:
        self._changed: dict[str, bool] = {}
        self._event = threading.Event()

    def mark(self, pbx: str) -> None:
        """Note that a PBX's picture changed."""
        if pbx not in self._changed:
            self._changed[pbx] = True
            self._event.set()

    def wake(self) -> None:
        """Wake the waiting publisher though nothing changed."""
        self._event.set()

    def wait(self, timeout: float) -> list[str]:
        """Wait some seconds for changes, and return the PBXes that had some."""
        self._event.wait(timeout)
        self._event.clear()
        return [pbx for pbx in list(self._changed) if self._changed.pop(pbx)]


@dataclass(slots=True)
class Progress:
    """Marks how far a feed was published.

    Args:
        epoch: The epoch that ``seq`` counts in.
        seq: The last item that was looked at.
        sent: The last ``seq`` that each audience was sent: an audience that was shown nothing since must
            not see a gap before its next batch.
    """

    epoch: str
    seq: int
    sent: dict[Audience, int] = field(default_factory=dict)


class Publisher:
    """One background task that sends every change to those who subscribed to its topic.

    The first change after a rest goes out at once, the following ones just after each multiple of
    ``BATCH_INTERVAL``.

    Args:
        registry: The PBXes with their pictures.
        subscriptions: The clients and their feeds.
        signal: Tells that something changed.
        cache: What audiences see.
        emitter: Sends to audiences.
        sleep: Gives way to others for some seconds; must be the server's own.
        after_round: Called after each round, and every ``IDLE_CHECK`` seconds at rest.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        subscriptions: Subscriptions,
        signal: ChangeSignal,
        cache: EncodedCache,
        emitter: Emitter,
        sleep: Callable[[float], None],
        after_round: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._subscriptions = subscriptions
        self._signal = signal
        self._cache = cache
        self._emitter = emitter
        self._sleep = sleep
        self._after_round = after_round
        self._clock = clock
        self._progress: dict[Feed, Progress] = {}
        self._stopping = False

    def watch(self, feed: Feed, epoch: str, seq: int) -> None:
        """Publish a feed from a cursor on, unless it is published already; before its first snapshot."""
        if feed not in self._progress:
            self._progress[feed] = Progress(epoch, seq)
            self._cache.note_published(feed, epoch, seq)
        self._signal.mark(feed.pbx)  # a snapshot of what was told last may be behind, and nothing else come

    def run(self) -> None:
        """Publish until ``stop``; a defect costs one batch, not the stream."""
        while not self._stopping:
            changed = self._signal.wait(IDLE_CHECK)
            began = self._clock()
            for pbx in changed or self._find_orphans():
                try:
                    self.publish(pbx)
                except Exception:  # noqa: BLE001 - all browsers depend on this one task
                    _log.exception("publish_failed", pbx=pbx)
            self._after_round()
            self._cache.forget_idle(self._subscriptions.feeds())
            due = (began // BATCH_INTERVAL + 1) * BATCH_INTERVAL + _AFTER_READING
            self._sleep(max(0.0, due - self._clock()))

    def stop(self) -> None:
        """End ``run`` soon."""
        self._stopping = True
        self._signal.wake()

    def publish(self, pbx: str) -> None:
        """Send what changed in one PBX since the last time."""
        picture = self._find_picture(pbx)
        wanted = self._subscriptions.feeds_of(pbx)
        self._forget_unwanted(pbx, wanted)
        try:
            for feed in wanted:
                if picture is None:
                    self._reset(feed)
                else:
                    self._publish_feed(picture, feed)
                self._sleep(0)
        finally:
            self._emitter.flush()

    def _find_orphans(self) -> list[str]:
        """Return PBXes with subscribers that are no longer configured; nothing marks those as changed."""
        return [pbx for pbx in self._subscriptions.pbxes() if self._find_picture(pbx) is None]

    def _publish_feed(self, picture: LivePicture, feed: Feed) -> None:
        """Send what changed in one feed, or tell its subscribers that they must begin anew."""
        progress = self._progress.get(feed)
        replay = picture.since(feed.topic, progress.epoch, progress.seq) if progress else None
        if progress is None or replay is None:
            epoch, seq = picture.position(feed.topic)
            if progress is not None and progress.epoch == epoch and is_event_topic(feed.topic):
                picture.count_unsent_events(progress.seq, seq)
            self._progress[feed] = Progress(epoch, seq)
            self._cache.note_published(feed, epoch, seq)
            self._emit_reset(feed)
            return
        self._cache.note_published(feed, replay.epoch, replay.seq)
        for audience in self._subscriptions.audiences_of(feed):
            sent = progress.sent.setdefault(audience, progress.seq)
            if is_event_topic(feed.topic):
                progress.sent[audience] = self._emit_events(picture, feed, audience, sent, replay)
            elif audience.queues is not None:
                self._emit_limited(picture, feed, audience)
            else:
                progress.sent[audience] = self._emit_changes(picture, feed, audience, sent, replay)
        progress.seq = replay.seq

    def _emit_changes(
        self, picture: LivePicture, feed: Feed, audience: Audience, sent: int, replay: TopicReplay
    ) -> int:
        """Send the changes."""
        latest = self._cache.changes(picture, feed.topic, audience, replay)
        if not latest:
            return sent
        batch: Changes[Json] = {
            "epoch": replay.epoch,
            "seq": replay.seq,
            "prev_seq": sent,
            "changes": latest,
        }
        self._emitter.emit(feed, audience, "changes", batch)
        return replay.seq

    def _emit_limited(self, picture: LivePicture, feed: Feed, audience: Audience) -> None:
        """Send what changed for a limited audience, which another call's change may cause too."""
        told = self._cache.limited_changes(picture, feed.topic, audience)
        if told is not None:
            batch: Changes[Json] = {
                "epoch": told.epoch,
                "seq": told.seq,
                "prev_seq": told.prev_seq,
                "changes": told.changes,
            }
            self._emitter.emit(feed, audience, "changes", batch)

    def _emit_events(
        self, picture: LivePicture, feed: Feed, audience: Audience, sent: int, replay: TopicReplay
    ) -> int:
        """Send all raw events, in packets of at most ``MAX_BATCH``."""
        shown = self._cache.events(picture, audience, replay)
        for start in range(0, len(shown), MAX_BATCH):
            portion = shown[start : start + MAX_BATCH]
            seq = portion[-1][0]
            events = [event for _, event in portion]
            batch: AmiEvents[Json] = {
                "epoch": replay.epoch,
                "seq": seq,
                "prev_seq": sent,
                "events": events,
            }
            self._emitter.emit(feed, audience, "ami_events", batch)
            sent = seq
        return sent

    def _reset(self, feed: Feed) -> None:
        """Tell subscribers that their PBX is gone, once."""
        if self._progress.pop(feed, None) is not None:
            self._emit_reset(feed)

    def _emit_reset(self, feed: Feed) -> None:
        """Tell all subscribers of a feed to subscribe again."""
        for audience in self._subscriptions.audiences_of(feed):
            self._emitter.emit(feed, audience, "reset", {})

    def _forget_unwanted(self, pbx: str, wanted: Sequence[Feed]) -> None:
        """Drop the progress of feeds that nobody is subscribed to any more."""
        for feed in [feed for feed in list(self._progress) if feed.pbx == pbx and feed not in wanted]:
            del self._progress[feed]

    def _find_picture(self, pbx: str) -> LivePicture | None:
        """Return the picture of a PBX while it is configured."""
        try:
            return self._registry.get(pbx).picture
        except NotFound:
            return None
