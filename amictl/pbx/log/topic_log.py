"""The log of one topic: what came last, under numbers without gaps, in bounded memory."""

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
    """The last items of one topic, numbered without gaps.

    A part of the log, the items with one key, can be read under the same numbers.

    Args:
        epoch: Names the picture that the items change; a cursor of another epoch is a gap.
        size: How many items are kept at most.
        max_bytes: How much memory they may take, by the estimate that comes with each; where both bounds
            differ the lower one wins. The newest item is always kept.
        parts: Whether parts can be read; keys should be few then: names of queues or of events.
    """

    def __init__(self, epoch: str, size: int, max_bytes: int, *, parts: bool = False) -> None:
        self.epoch = epoch
        self.seq = 0
        self._size = size
        self._max_bytes = max_bytes
        self._bytes = 0
        # The number of the item before it with the same key, the key, the item, its size in bytes.
        self._entries: deque[tuple[int, str, Item, int]] = deque()
        self._last_of_key: dict[str, int] | None = {} if parts else None
        # The last number that an item of an unknown key can have.
        self._last_of_unknown = 0
        self._lowest_cursor = 0

    @property
    def held_bytes(self) -> int:
        """What the kept items take, by the estimates that came with them."""
        return self._bytes

    @property
    def oldest(self) -> int:
        """The number of the oldest item that is kept; of the next one where there is none."""
        return self.seq - len(self._entries) + 1

    def append(self, key: str, item: Item, size: int) -> None:
        """Give an item the next number.

        Args:
            key: The part that it belongs to.
            item: The item.
            size: About how many bytes of memory it takes.
        """
        previous = self.seq
        self.seq = seq = previous + 1
        if self._last_of_key is not None:
            previous = self._last_of_key.get(key, self._last_of_unknown)
            self._last_of_key[key] = seq
        entries, held = self._entries, self._bytes + size
        entries.append((previous, key, item, size))
        while len(entries) > self._size or (held > self._max_bytes and len(entries) > 1):
            held -= entries.popleft()[3]
        self._bytes = held
        if self._last_of_key is not None and len(self._last_of_key) > 2 * self._size:
            self._forget_old_keys()

    def skip(self, count: int) -> None:
        """Give numbers to items that are not kept: every reader, of every part, finds a gap.

        Args:
            count: How many items that are; at least 1.
        """
        self.seq += count
        self._entries.clear()
        self._bytes = 0
        self._lowest_cursor = self._last_of_unknown = self.seq
        if self._last_of_key is not None:
            self._last_of_key.clear()

    def begin_epoch(self, epoch: str) -> None:
        """Name a new picture; the items stay, and the numbers go on."""
        self.epoch = epoch

    def since(self, epoch: str, seq: int, key: str | None = None) -> Tail[Item] | None:
        """Return what came after a cursor; costs as much as came since then.

        Args:
            epoch: The cursor's epoch.
            seq: The cursor.
            key: Reads only that part of the log.

        Returns:
            The items, maybe none; None when the log does not reach back to the cursor, or the cursor
            is not one of this log.
        """
        if epoch != self.epoch or not self._lowest_cursor <= seq <= self.seq:
            return None
        if seq == self.seq or (key is not None and self._last_seq_of(key) <= seq):
            return Tail(self.seq, seq, ())
        count = self.seq - seq
        if count > len(self._entries):
            return None
        entries = [*islice(reversed(self._entries), count)]
        entries.reverse()
        numbered = enumerate(entries, start=seq + 1)
        if key is None:
            return Tail(self.seq, seq, tuple([(number, entry[2]) for number, entry in numbered]))
        found = [(number, entry) for number, entry in numbered if entry[1] == key]
        return Tail(self.seq, found[0][1][0], tuple([(number, entry[2]) for number, entry in found]))

    def last(self, count: int, key: str | None = None) -> tuple[tuple[int, Item], ...]:
        """Return the newest items with their numbers, oldest first.

        Args:
            count: At most how many.
            key: Reads only that part of the log.
        """
        newest = list(islice(self._newest_first(key), count))
        return tuple(reversed(newest))

    def _newest_first(self, key: str | None) -> Iterator[tuple[int, Item]]:
        for back, (_, entry_key, item, _) in enumerate(reversed(self._entries)):
            if key is None or entry_key == key:
                yield self.seq - back, item

    def _last_seq_of(self, key: str) -> int:
        return (self._last_of_key or {}).get(key, self._last_of_unknown)

    def _forget_old_keys(self) -> None:
        """Let go of keys whose items are gone: whoever can forge a key must not fill the memory."""
        oldest = self.seq - len(self._entries)
        known = self._last_of_key or {}
        self._last_of_unknown = max(
            self._last_of_unknown, *(last for last in known.values() if last <= oldest)
        )
        self._last_of_key = {key: last for key, last in known.items() if last > oldest}
