"""One day of one queue: counters as values, and how each call changes them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.queues.days.value import MissedPeriod, MissedReason, QueueDay
from amictl.pbx.value import Value

_MOST_PERIODS: Final = 20


class Outcome(StrEnum):
    """How a caller's wait ended; the names of the counters that count it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    LEFT = "left"


class DayCounters(Value, frozen=True):
    """What is counted; every field only grows, except where a call turns out to be counted already.

    Args:
        offered: Callers who joined.
        answered: Answered calls.
        abandoned: Callers who left unanswered.
        left: Callers who left otherwise.
        untimed_answered: Answered calls of which nobody knows how long the caller waited.
        untimed_abandoned: Abandoned ones likewise.
        untimed_left: Callers who left otherwise likewise.
        transferred: Answered calls that were transferred.
        answered_in_level: Calls answered within the service level.
        abandoned_in_level: Calls abandoned within it.
        answered_seconds: Sum of the waits of answered calls.
        longest_wait: The longest wait of any, in seconds.
        talked: Answered calls that ended.
        talk_seconds: Sum of their lengths.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    left: int = 0
    untimed_answered: int = 0
    untimed_abandoned: int = 0
    untimed_left: int = 0
    transferred: int = 0
    answered_in_level: int = 0
    abandoned_in_level: int = 0
    answered_seconds: float = 0.0
    longest_wait: float = 0.0
    talked: int = 0
    talk_seconds: float = 0.0


class DayRecord(Value, frozen=True):
    """What is known of one queue on one day.

    Args:
        queue: The queue.
        day: The day on which the callers joined.
        since: From when on it was counted.
        counters: The counts.
        missed: Periods of which not every event was heard.
    """

    queue: str
    day: date
    since: float
    counters: DayCounters = DayCounters()
    missed: tuple[MissedPeriod, ...] = ()

    def offer(self, calls: int = 1) -> DayRecord:
        """Count callers who joined."""
        return self._count(offered=calls)

    def end_wait(self, outcome: Outcome, waited: float, level: int) -> DayRecord:
        """Count a caller whose wait is over.

        Args:
            outcome: How it ended.
            waited: Seconds.
            level: The queue's service level in seconds.
        """
        in_level = int(waited <= level)
        if outcome is Outcome.ANSWERED:
            counted = self._count(answered=1, answered_seconds=waited, answered_in_level=in_level)
        elif outcome is Outcome.ABANDONED:
            counted = self._count(abandoned=1, abandoned_in_level=in_level)
        else:
            counted = self._count(left=1)
        if waited <= counted.counters.longest_wait:
            return counted
        return replace(counted, counters=replace(counted.counters, longest_wait=waited))

    def end_unseen(self, outcome: Outcome, calls: int = 1) -> DayRecord:
        """Count callers whose wait ended while nobody looked."""
        return self._count(**{outcome: calls, f"untimed_{outcome}": calls})

    def take_back(self, outcome: Outcome, *, seen: bool, in_level: bool = False) -> DayRecord:
        """Undo the count of a call of which an event now tells more.

        Args:
            outcome: As what it was counted.
            seen: Whether it was counted with its times.
            in_level: Whether its wait was counted as one within the service level.
        """
        if seen:
            return self._count(**{outcome: -1}, **({f"{outcome}_in_level": -1} if in_level else {}))
        record = self._count(**{outcome: -1, f"untimed_{outcome}": -1})
        return replace(record, missed=tuple(_lessen(record.missed, outcome)))

    def exchange(self, taken: Outcome, given: Outcome) -> DayRecord:
        """Count a call of a missed period otherwise, because another one was what this was counted as.

        Args:
            taken: As what it was counted.
            given: As what it is counted now.
        """
        changes = {taken: -1, f"untimed_{taken}": -1, given: 1, f"untimed_{given}": 1}
        missed = list(self.missed)
        for place in reversed(range(len(missed))):
            if count := getattr(missed[place], taken):
                more = (getattr(missed[place], given) or 0) + 1
                missed[place] = replace(missed[place], **{str(taken): count - 1, str(given): more})
                break
        return replace(self._count(**changes), missed=tuple(missed))

    def end_talk(self, talked: float, *, transferred: bool) -> DayRecord:
        """Count an answered call that ended.

        Args:
            talked: Seconds that it lasted.
            transferred: Whether a transfer ended it.
        """
        return self._count(talked=1, talk_seconds=talked, transferred=int(transferred))

    def transfer(self) -> DayRecord:
        """Count an answered call that was transferred and has not ended."""
        return self._count(transferred=1)

    def miss(self, period: MissedPeriod) -> DayRecord:
        """Remember a period of which not every event was heard; the last ones merge where there are many."""
        if len(self.missed) < _MOST_PERIODS:
            return replace(self, missed=(*self.missed, period))
        return replace(self, missed=(*self.missed[:-1], _merge(self.missed[-1], period)))

    def to_model(self) -> QueueDay:
        """Return what readers see."""
        counters = self.counters
        timed_answered = counters.answered - counters.untimed_answered
        ended = counters.answered + counters.abandoned + counters.left
        untimed = counters.untimed_answered + counters.untimed_abandoned + counters.untimed_left
        return QueueDay(
            day=self.day,
            since=self.since,
            offered=counters.offered,
            answered=counters.answered,
            abandoned=counters.abandoned,
            left=counters.left,
            waiting=counters.offered - ended,
            transferred=counters.transferred,
            answered_in_level=counters.answered_in_level,
            abandoned_in_level=counters.abandoned_in_level,
            service_level_perf=_divide(100.0 * counters.answered_in_level, ended - untimed),
            asa=_divide(counters.answered_seconds, timed_answered),
            longest_wait=round(float(counters.longest_wait), 1),
            average_talk=_divide(counters.talk_seconds, counters.talked),
            complete=not self.missed,
            missed=self.missed,
        )

    def _count(self, **added: float) -> DayRecord:
        counters = self.counters
        new = {name: getattr(counters, name) + amount for name, amount in added.items()}
        return replace(self, counters=replace(counters, **new))


def _divide(total: float, count: int) -> float | None:
    return round(total / count, 1) if count else None


def _lessen(periods: tuple[MissedPeriod, ...], outcome: Outcome) -> list[MissedPeriod]:
    """Take one call out of the last period that has one; a period of a lost link without any was none."""
    kept = list(periods)
    for place in reversed(range(len(kept))):
        if count := getattr(kept[place], outcome):
            kept[place] = replace(kept[place], **{str(outcome): count - 1})
            if kept[place].reason is MissedReason.LINK_LOST and not _calls(kept[place]):
                del kept[place]
            break
    return kept


def _calls(period: MissedPeriod) -> int:
    return (period.answered or 0) + (period.abandoned or 0) + (period.left or 0)


def _merge(first: MissedPeriod, second: MissedPeriod) -> MissedPeriod:
    return MissedPeriod(
        begin=first.begin,
        end=second.end,
        reason=second.reason,
        answered=_add(first.answered, second.answered),
        abandoned=_add(first.abandoned, second.abandoned),
        left=_add(first.left, second.left),
    )


def _add(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second
