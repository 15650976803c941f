"""The days of queues as app_queue's own log tells them, for a PBX whose log can be read from its beginning.

A line is ``time|caller|queue|member|event|data…`` (Asterisk main/logger.c, ``ast_queue_log_ven``); which
events there are, and what they carry, stands in apps/app_queue.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from amictl.pbx.topics.queues.days.book import StoredQueueDay
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.day import DayRecord, Outcome
from amictl.pbx.topics.queues.days.watch import AsteriskCounters

# Events that end a wait without an answer, and as what amictl counts it.
_ENDS: Final = {
    "ABANDON": Outcome.ABANDONED,
    "EXITWITHTIMEOUT": Outcome.ABANDONED,
    "EXITEMPTY": Outcome.ABANDONED,
    "WITHDRAW": Outcome.ABANDONED,
    "EXITWITHKEY": Outcome.LEFT,
}
# Events that end an answered call: whether a transfer did. The last three of their values are the seconds
# waited, the seconds talked and the position at joining.
_COMPLETIONS: Final = {
    "COMPLETECALLER": False,
    "COMPLETEAGENT": False,
    "BLINDTRANSFER": True,
    "ATTENDEDTRANSFER": True,
}


def read_logged_days(
    lines: Iterable[str], *, levels: Mapping[str, int], calendar: Calendar, since: float, until: float
) -> list[StoredQueueDay]:
    """Return the days of all queues, as an amictl that heard every event would have stored them.

    Args:
        lines: The log, from when the PBX began to count.
        levels: The queues, and their service levels in seconds.
        calendar: Tells days.
        since: When the PBX began to count.
        until: The moment of the reading.
    """
    logs = {queue: _QueueLog(queue, level, calendar, since) for queue, level in levels.items()}
    for line in lines:
        at, unique_id, queue, _, event, *data = line.split("|")
        if queue in logs:
            logs[queue].take(float(at), unique_id, event, data)
    return [day for log in logs.values() for day in log.export(until)]


@dataclass(slots=True)
class _QueueLog:
    """What was read of one queue's log."""

    queue: str
    level: int
    calendar: Calendar
    since: float
    records: dict[date, DayRecord] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)
    talking: dict[str, date] = field(default_factory=dict)

    def take(self, at: float, unique_id: str, event: str, data: list[str]) -> None:
        """Take one line of this queue."""
        if event == "ENTERQUEUE":
            self.waiting[unique_id] = at
            day = self.calendar.day_of(at)
            self.records[day] = self._record(day).offer()
        elif event == "CONNECT":
            self.talking[unique_id] = self._end_wait(unique_id, Outcome.ANSWERED, float(data[0]))
        elif event in _ENDS:
            self._end_wait(unique_id, _ENDS[event], at - self.waiting[unique_id])
        elif event in _COMPLETIONS:
            day = self.talking.pop(unique_id)
            record = self._record(day)
            self.records[day] = record.end_talk(float(data[-2]), transferred=_COMPLETIONS[event])

    def export(self, until: float) -> list[StoredQueueDay]:
        """Return the days; the newest one is the present, and tells where to go on."""
        today = self.calendar.day_of(until)
        self.records[today] = self._record(today)
        counts = [record.counters for record in self.records.values()]
        completed = sum(each.talked for each in counts)
        counters = AsteriskCounters(
            completed=completed,
            abandoned=sum(each.abandoned for each in counts),
            in_call=sum(each.answered for each in counts) - completed,
        )
        return [StoredQueueDay(record, counters, self.waiting, until) for record in self.records.values()]

    def _end_wait(self, unique_id: str, outcome: Outcome, waited: float) -> date:
        day = self.calendar.day_of(self.waiting.pop(unique_id))
        self.records[day] = self._record(day).end_wait(outcome, waited, self.level)
        return day

    def _record(self, day: date) -> DayRecord:
        known = self.records.get(day)
        return known or DayRecord(self.queue, day, max(self.since, self.calendar.begin_of(day)))
