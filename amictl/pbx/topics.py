"""What readers get of a topic: a snapshot, and what came since."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tail(Generic[Item]):
    """The items of a log after a cursor.

    Args:
        seq: The cursor after them.
        prev_seq: The cursor before the first of them: a reader whose cursor is at least this has a
            picture without a gap.
        items: The items with the ``seq`` of each.
    """

    seq: int
    prev_seq: int
    items: tuple[tuple[int, Item], ...]


class TopicLog(Generic[Item]):
    """The last items of one topic, numbered from 1 within an epoch.

    A part of the log, the items with one key, can be read under the same numbers.

    Args:
        epoch: Names this numbering; another epoch's numbers mean nothing here.
        size: How many items are kept.
        parts: Whether parts can be read. The log then remembers every key that it saw, so keys must be
            few: names of queues or of events, not of channels.
    """

    def __init__(self, epoch: str, size: int, *, parts: bool = False) -> None:
        self.epoch = epoch
        self.seq = 0
        self._entries: deque[tuple[int, str, Item]] = deque(maxlen=size)
        self._last_of_key: dict[str, int] | None = {} if parts else None

    def append(self, key: str, item: Item) -> None:
        """Give an item the next number."""
        self.seq += 1
        last_of_key = self._last_of_key
        previous = self.seq - 1
        if last_of_key is not None:
            previous = last_of_key.get(key, 0)
            last_of_key[key] = self.seq
        self._entries.append((previous, key, item))

    def since(self, epoch: str, seq: int, key: str | None = None) -> Tail[Item] | None:
        """Return what came after a cursor.

        Args:
            epoch: The cursor's epoch.
            seq: The cursor.
            key: Reads only that part of the log.

        Returns:
            The items, maybe none; None when the log does not reach back to the cursor, or the cursor
            is not one of this log.
        """
        if epoch != self.epoch or not 0 <= seq <= self.seq:
            return None
        if seq == self.seq or (key is not None and self._last_seq_of(key) <= seq):
            return Tail(self.seq, seq, ())
        count = self.seq - seq
        if count > len(self._entries):
            return None
        entries = reversed(list(islice(reversed(self._entries), count)))
        numbered = enumerate(entries, start=seq + 1)
        found = [(number, entry) for number, entry in numbered if key is None or entry[1] == key]
        prev_seq = seq if key is None else found[0][1][0]
        return Tail(self.seq, prev_seq, tuple((number, item) for number, (_, _, item) in found))

    def last(self, count: int, key: str | None = None) -> tuple[tuple[int, Item], ...]:
        """Return the newest items with their numbers, oldest first.

        Args:
            count: At most how many.
            key: Reads only that part of the log.
        """
        newest = list(islice(self._newest_first(key), count))
        return tuple(reversed(newest))

    def _newest_first(self, key: str | None) -> Iterator[tuple[int, Item]]:
        for back, (_, entry_key, item) in enumerate(reversed(self._entries)):
            if key is None or entry_key == key:
                yield self.seq - back, item

    def _last_seq_of(self, key: str) -> int:
        return 0 if self._last_of_key is None else self._last_of_key.get(key, 0)


@dataclass(frozen=True, slots=True)
class TopicSnapshot:
    """A topic as it was at one moment.

    Args:
        epoch: The numbering that ``seq`` belongs to; empty before the first snapshot of the PBX.
        seq: The cursor to ask `since` with.
        snapshot: Key to JSON-ready value.
    """

    epoch: str
    seq: int
    snapshot: dict[str, Payload]


@dataclass(frozen=True, slots=True)
class TopicReplay:
    """What came after a cursor, JSON-ready.

    Args:
        epoch: The numbering.
        seq: The cursor after all of it; use it for the next call even when there is nothing.
        prev_seq: The cursor before the first of it, to be sent along.
        changes: ``{op, key, value?}``, the last one of each key, in order; for topics of values.
        events: Event payloads; for ``events`` and ``event:<Name>``.
    """

    epoch: str
    seq: int
    prev_seq: int
    changes: tuple[Payload, ...] = ()
    events: tuple[Payload, ...] = ()
