"""Keeps the days of all queues: loads them before a link starts, and stores what changes every few seconds.

A crash loses the last seconds at most, and then Asterisk's own counters tell at the next start what was lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta, tzinfo
from typing import Any, Final

import structlog
from msgspec.structs import asdict

from amictl.errors import StorageUnavailable
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.queues.days.book import StoredQueueDay
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.days.day import DayCounters, DayRecord
from amictl.pbx.topics.queues.days.value import MissedPeriod, MissedReason
from amictl.pbx.topics.queues.days.watch import AsteriskCounters
from amictl.store import StoredDay
from amictl.store.queue_days import QueueDayTable

SAVE_INTERVAL: Final = 3.0
"""Seconds between two looks at what changed."""
_SIGN_OF_LIFE_EVERY: Final = 10  # looks; the time until which everything was heard is stored so often
# Callers who wait for longer than this are not looked for among the stored days.
_LONGEST_WAIT: Final = timedelta(days=7)
_log = structlog.get_logger(__name__)


class QueueDayKeeper:
    """Makes pictures that go on with the stored days, and stores them from a thread of its own.

    Args:
        table: Where days are stored.
        zone: The time zone in which days begin; None for the system's.
        interval: Seconds between two looks at what changed.
        clock: Our time in seconds since 1970; None for the system's.
    """

    def __init__(
        self,
        table: QueueDayTable,
        zone: tzinfo | None,
        *,
        interval: float = SAVE_INTERVAL,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._table = table
        self._zone = zone
        self._interval = interval
        self._clock = clock
        self._pictures: dict[str, LivePicture] = {}
        self._forgotten_on = date.min
        self._fault = ""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def make_picture(self, pbx: str) -> LivePicture:
        """Return a new picture of a PBX, which goes on with what is stored of its queues' days.

        Args:
            pbx: The PBX's short name.
        """
        self._save(pbx, sign_of_life=False)
        today = Calendar(self._zone).day_of((self._clock or time.time)())
        stored = [_read_day(each) for each in self._table.load(pbx, today - _LONGEST_WAIT)]
        days = QueueDays(Calendar(self._zone), stored)
        picture = LivePicture(pbx, pbx_clock=PbxClock(self._clock), queue_days=days)
        self._pictures[pbx] = picture
        return picture

    def start(self) -> None:
        """Start to store what changes."""
        self._thread = threading.Thread(target=self._run, name="queue-days", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store what is left, and end; the links must have been stopped."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.save_all(sign_of_life=True)

    def save_all(self, *, sign_of_life: bool = False) -> None:
        """Store what changed.

        Args:
            sign_of_life: Whether to store also until when everything was heard, where nothing changed.
        """
        for pbx in list(self._pictures):
            self._save(pbx, sign_of_life=sign_of_life)

    def _run(self) -> None:
        """Store until ``stop``."""
        looks = 0
        while not self._stopping.wait(self._interval):
            looks += 1
            self.save_all(sign_of_life=looks % _SIGN_OF_LIFE_EVERY == 0)
            self._forget_old()

    def _save(self, pbx: str, *, sign_of_life: bool) -> None:
        picture = self._pictures.get(pbx)
        if picture is None:
            return
        days = picture.use_queue_days(lambda kept: kept.book.take_changed(sign_of_life=sign_of_life))
        if not days:
            return
        try:
            self._table.save(pbx, [_write_day(day) for day in days])
            self._fault = ""
        except StorageUnavailable as error:  # it is there again another time
            picture.use_queue_days(lambda kept: kept.book.give_back(days))
            if error.detail != self._fault:
                self._fault = error.detail
                _log.warning("queue_days_not_stored", pbx=pbx, why=error.detail, place=error.place)
        except Exception:  # noqa: BLE001 - a defect of one day must not lose the others
            picture.use_queue_days(lambda kept: kept.book.give_back(days))
            _log.exception("queue_days_not_stored", pbx=pbx)

    def _forget_old(self) -> None:
        today = Calendar(self._zone).day_of((self._clock or time.time)())
        if today == self._forgotten_on:
            return
        try:
            self._table.forget_old(today)
            self._forgotten_on = today
        except StorageUnavailable:
            return
        except Exception:  # noqa: BLE001 - as above
            _log.exception("old_queue_days_not_deleted")


def _write_day(day: StoredQueueDay) -> StoredDay:
    record = day.record
    return StoredDay(
        queue=record.queue,
        day=record.day,
        since=record.since,
        counters=asdict(record.counters),
        missed=[asdict(period) for period in record.missed],
        asterisk=None if day.counters is None else asdict(day.counters),
        waiting=day.waiting,
        watched_until=day.watched_until,
    )


def _read_day(stored: StoredDay) -> StoredQueueDay:
    counters: dict[str, Any] = dict(stored.counters)
    record = DayRecord(
        stored.queue, stored.day, stored.since, DayCounters(**counters), tuple(_read_missed(stored.missed))
    )
    asterisk = None if stored.asterisk is None else AsteriskCounters(**stored.asterisk)
    return StoredQueueDay(record, asterisk, stored.waiting, stored.watched_until)


def _read_missed(periods: Iterable[Any]) -> Iterable[MissedPeriod]:
    for period in periods:
        yield MissedPeriod(**{**period, "reason": MissedReason(period["reason"])})
