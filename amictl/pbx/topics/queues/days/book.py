"""The days of a PBX's queues: what is kept in memory, what readers see of it, and what is to be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.day import DayRecord
from amictl.pbx.topics.queues.days.value import QueueDay
from amictl.pbx.topics.queues.days.watch import AsteriskCounters, QueueWatch, Waiting

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredQueueDay:
    """A day of a queue as it is stored; the newest one of a queue also tells where to go on.

    Args:
        record: The day.
        counters: Asterisk's counters when it was stored; None before the first list.
        waiting: Who waited then: unique IDs, and when each joined.
        watched_until: Until when everything was heard.
    """

    record: DayRecord
    counters: AsteriskCounters | None
    waiting: Mapping[str, float]
    watched_until: float


class DayBook:
    """Records of days, by queue and day; one writer.

    Args:
        calendar: Tells days.
        stored: What an earlier process stored: of each queue the newest day, and any others.

    Attributes:
        calendar: Tells days.
        watches: What is remembered of each queue.
        watched_until: Until when everything was heard; None on a PBX that was never watched.
    """

    def __init__(self, calendar: Calendar, stored: Iterable[StoredQueueDay]) -> None:
        self.calendar = calendar
        self.watches: dict[str, QueueWatch] = {}
        self.watched_until: float | None = None
        self._records: dict[tuple[str, date], DayRecord] = {}
        self._values: dict[str, QueueDay] = {}
        self._value_day = date.min
        self._changed: set[tuple[str, date]] = set()
        self.restore(stored)

    def restore(self, stored: Iterable[StoredQueueDay]) -> None:
        """Go on with days that somebody else counted; before anything else is counted.

        Args:
            stored: Of each queue the newest day, and any others.
        """
        for each in sorted(stored, key=lambda each: each.record.day):
            self._restore(each)

    def change(self, watch: QueueWatch, day: date, change: Callable[[DayRecord], DayRecord]) -> None:
        """Change the record of one day.

        Args:
            watch: The queue.
            day: The day.
            change: Returns the new record.
        """
        key = (watch.queue, day)
        self._records[key] = change(self._record_of(watch, day))
        self._changed.add(key)
        self._values.pop(watch.queue, None)
        if watch.newest is None or day > watch.newest:
            watch.newest = day

    def note_change(self, watch: QueueWatch) -> None:
        """Take that what is remembered of a queue is to be stored."""
        if watch.newest is not None:
            self._changed.add((watch.queue, watch.newest))

    def today(self, queue: str, at: float) -> QueueDay | None:
        """Return the present day of a queue; None for a queue that no list or event named yet."""
        day = self.calendar.day_of(at)
        if day != self._value_day:
            self._turn_to(day)
        value = self._values.get(queue)
        if value is None and (watch := self.watches.get(queue)):
            value = self._values[queue] = self._record_of(watch, day).to_model()
        return value

    def is_new_day(self, at: float) -> bool:
        """Return whether a day began since `today` was last asked for."""
        return self.calendar.day_of(at) != self._value_day

    def take_changed(self, *, sign_of_life: bool = False) -> tuple[StoredQueueDay, ...]:
        """Return what is not stored yet, and regard it as stored.

        Args:
            sign_of_life: Whether to tell, where nothing changed, until when everything was heard.
        """
        queues = {queue for queue, _ in self._changed} or (set(self.watches) if sign_of_life else set())
        # The newest day of a queue tells where to go on, so it is stored with any other.
        newest = {(queue, watch.newest) for queue in queues if (watch := self.watches[queue]).newest}
        if not self._changed:
            newest = set(list(newest)[:1])
        changed, self._changed = self._changed | newest, set()
        return tuple(self._export(*key) for key in sorted(changed) if key in self._records)

    def give_back(self, days: Iterable[StoredQueueDay]) -> None:
        """Regard days as not stored after all."""
        self._changed.update((each.record.queue, each.record.day) for each in days)

    def _record_of(self, watch: QueueWatch, day: date) -> DayRecord:
        record = self._records.get((watch.queue, day))
        if record is not None:
            return record
        return DayRecord(watch.queue, day, max(self.calendar.begin_of(day), watch.since))

    def _turn_to(self, day: date) -> None:
        """Begin another day; records that nothing can change any more are let go once they are stored."""
        self._value_day = day
        self._values.clear()
        yesterday = day - _ONE_DAY
        kept = set(self._changed)
        for watch in self.watches.values():
            watch.forget_talks(yesterday)
            days = {self.calendar.day_of(each.joined_at) for each in watch.waiting.values()}
            kept.update((watch.queue, each) for each in (*days, watch.newest) if each)
        self._records = {
            key: record for key, record in self._records.items() if key[1] >= yesterday or key in kept
        }

    def _restore(self, stored: StoredQueueDay) -> None:
        """Take a stored day; the newest of a queue comes last."""
        record = stored.record
        self._records[record.queue, record.day] = record
        watch = self.watches.setdefault(record.queue, QueueWatch(record.queue, record.since))
        watch.counters = stored.counters
        watch.waiting = {unique_id: Waiting(at) for unique_id, at in stored.waiting.items()}
        watch.newest = record.day
        self.watched_until = max(stored.watched_until, self.watched_until or 0.0)

    def _export(self, queue: str, day: date) -> StoredQueueDay:
        watch = self.watches[queue]
        waiting = {unique_id: each.joined_at for unique_id, each in watch.waiting.items()}
        until = self.watched_until or 0.0
        return StoredQueueDay(self._records[queue, day], watch.counters, waiting, until)
