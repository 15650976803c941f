"""Counting what queues did while nobody listened: between two sessions, or two processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from msgspec.structs import replace

from amictl.pbx.topics.queues.days.book import DayBook
from amictl.pbx.topics.queues.days.day import DayRecord, Outcome
from amictl.pbx.topics.queues.days.value import MissedPeriod, MissedReason
from amictl.pbx.topics.queues.days.watch import (
    AsteriskCounters,
    CountedCaller,
    Gap,
    QueueWatch,
    Unseen,
    find_gap,
)


def close_gap(
    book: DayBook,
    watch: QueueWatch,
    counters: AsteriskCounters,
    gone: Iterable[str],
    at: float,
    *,
    since: float | None,
    restarted: bool,
) -> None:
    """Count what Asterisk's counters tell of the time since the last event of an earlier session.

    Args:
        book: The days.
        watch: The queue, as it was known.
        counters: Its counters, as the first list of the new session tells them.
        gone: The callers who waited and do not wait any more.
        at: The time.
        since: When the last event was heard; None where nobody ever listened.
        restarted: Whether Asterisk was started anew meanwhile.
    """
    today = book.calendar.day_of(at)
    if watch.counters is None or since is None:
        midnight = book.calendar.begin_of(today)
        nothing_known = MissedPeriod(midnight, at, MissedReason.NOT_STARTED, None, None, None)
        book.change(watch, today, lambda record: record.miss(nothing_known))
        return
    gap = find_gap(watch.counters, counters, restarted=restarted)
    left = _end_unseen(book, watch, gone, gap, at, restarted=restarted)
    if gap.reset or gap.answered or gap.abandoned or left:
        reason = MissedReason.COUNTERS_RESET if gap.reset else MissedReason.LINK_LOST
        period = MissedPeriod(since, at, reason, gap.answered, gap.abandoned, left)
        book.change(watch, today, lambda record: record.miss(period))
        _miss_on_first_day(book, watch, period, today)


def _end_unseen(
    book: DayBook, watch: QueueWatch, gone: Iterable[str], gap: Gap, at: float, *, restarted: bool
) -> int:
    """Count the calls of a gap; return of how many callers nobody knows what became of them."""
    today = book.calendar.day_of(at)
    rest = {Outcome.ANSWERED: gap.answered, Outcome.ABANDONED: gap.abandoned, Outcome.LEFT: 0}
    left = 0
    for unique_id in sorted(gone, key=lambda each: watch.waiting[each].joined_at):
        told = [] if restarted else [outcome for outcome, calls in rest.items() if calls]
        outcome = told[0] if told else Outcome.LEFT
        rest[outcome] -= bool(told)
        left += not told
        joined_at = watch.waiting.pop(unique_id).joined_at
        day = book.calendar.day_of(joined_at)
        book.change(watch, day, partial(DayRecord.end_unseen, outcome=outcome))
        watch.remember(unique_id, CountedCaller(day, outcome, seen=False, joined_at=joined_at))
    for outcome, calls in rest.items():
        if calls:
            book.change(watch, today, partial(_count_unseen, outcome=outcome, calls=calls))
    watch.unseen = Unseen(today, at, rest)
    return left


def _miss_on_first_day(book: DayBook, watch: QueueWatch, period: MissedPeriod, today: date) -> None:
    """Tell the day on which a gap began of it, too; what was counted is told by today."""
    first = book.calendar.day_of(period.begin)
    if first != today:
        part = replace(period, answered=None, abandoned=None, left=None)
        book.change(watch, first, lambda record: record.miss(part))


def _count_unseen(record: DayRecord, outcome: Outcome, calls: int) -> DayRecord:
    return record.offer(calls).end_unseen(outcome, calls)
