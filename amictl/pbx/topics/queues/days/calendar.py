"""Which calendar day a moment belongs to, in the time zone of the installation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


class Calendar:
    """Tells days; the present one costs two comparisons.

    A day begins at midnight on the wall clock, so it has 23 or 25 hours where summer time begins or ends.

    Args:
        zone: The time zone; None for the system's own.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._day = date.min
        self._begin = self._end = 0.0

    def day_of(self, at: float) -> date:
        """Return the day of a moment.

        Args:
            at: Seconds since 1970.
        """
        if self._begin <= at < self._end:
            return self._day
        day = datetime.fromtimestamp(at, UTC).astimezone(self._zone).date()
        # The day is set last: who reads in another thread sees an old pair that still fits, or a new one.
        self._end = 0.0
        self._begin, self._day = self.begin_of(day), day
        self._end = self.begin_of(day + timedelta(days=1))
        return day

    def begin_of(self, day: date) -> float:
        """Return when a day begins, in seconds since 1970."""
        return datetime.combine(day, time(), self._zone).timestamp()
