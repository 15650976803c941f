"""Since when channels wait in queues, as the queues tell it."""

from __future__ import annotations

from amictl.pbx.changes import CHANNELS, NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.value import Queue, QueueCaller
from amictl.protocol import Message


class QueueWaits:
    """Gives channels the wait clock of the queue that they wait in.

    Args:
        channels: The channels of the same PBX.
    """

    events: frozenset[str] = frozenset()

    def __init__(self, channels: ChannelTable) -> None:
        self._channels = channels
        self._callers: dict[str, tuple[QueueCaller, ...]] = {}
        # Since when, by channel and queue; a list can tell of the next queue before events tell of the last.
        self._waits: dict[str, dict[str, float]] = {}

    def queue_of(self, unique_id: str) -> str | None:
        """Return the queue that a channel waits in, or None."""
        waits = self._waits.get(unique_id)
        return next(reversed(waits)) if waits else None

    def follow(self, _message: Message | None, changes: Changes) -> Changes:
        """Take what changed in queues, and in the channels that wait there."""
        told: Changes = NO_CHANGES
        for change in changes:
            if change.topic == CHANNELS:
                if change.key in self._waits and isinstance(change.value, Channel):
                    told = (*told, *self._tell(change.key))
            elif change.topic == QUEUES:
                told = (*told, *self._take_queue(change))
        return told

    def _take_queue(self, change: Change) -> Changes:
        queue = change.key
        callers = change.value.callers if isinstance(change.value, Queue) else ()
        before = self._callers.get(queue, ())
        # Nearly all changes of a queue are of its members.
        if callers == before:
            return ()
        if callers:
            self._callers[queue] = callers
        else:
            del self._callers[queue]
        waiting = {caller.unique_id: caller.joined_at for caller in callers}
        told: list[Change] = []
        for caller in before:
            if caller.unique_id not in waiting:
                self._end(caller.unique_id, queue)
                told += self._tell(caller.unique_id)
        for unique_id, joined_at in waiting.items():
            self._waits.setdefault(unique_id, {})[queue] = joined_at
            told += self._tell(unique_id)
        return told

    def _end(self, unique_id: str, queue: str) -> None:
        waits = self._waits.get(unique_id)
        if waits is not None:
            waits.pop(queue, None)
            if not waits:
                del self._waits[unique_id]

    def _tell(self, unique_id: str) -> Changes:
        """Give a channel the clock of the queue that it came to last, of those that it waits in."""
        queue = self.queue_of(unique_id)
        since = None if queue is None else self._waits[unique_id][queue]
        return self._channels.set_waiting(unique_id, since)
