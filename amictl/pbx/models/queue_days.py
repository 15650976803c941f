"""What happened in a queue on one calendar day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from amictl.pbx.models.value import Value


class MissedReason(StrEnum):
    """Why not every event of a period was heard."""

    NOT_STARTED = "not_started"
    LINK_LOST = "link_lost"
    COUNTERS_RESET = "counters_reset"


class MissedPeriod(Value, frozen=True):
    """A time of which not every event was heard.

    The calls that Asterisk's own counters tell of are in the day's counts, without their times. Where those
    counters began anew within the period (a restart, ``queue reset stats``), they tell what came after that.

    Args:
        begin: The last moment at which nothing was missed yet.
        end: The first at which nothing was missed any more.
        reason: Why.
        answered: Calls of the period that were answered; None where nobody can know.
        abandoned: Callers who gave up.
        left: Callers known before it who were gone after it, and nobody knows how.
    """

    begin: float
    end: float
    reason: MissedReason
    answered: int | None = 0
    abandoned: int | None = 0
    left: int | None = 0


class QueueDay(Value, frozen=True):
    """The counts of one queue on one day.

    A call counts on the day on which its caller joined, also what becomes of it after midnight. So
    ``offered`` is always the sum of ``answered``, ``abandoned``, ``left`` and ``waiting``. Averages,
    percentages and the longest wait are of the calls whose wait is known; see `MissedPeriod`.

    Args:
        day: The day, in the time zone of the installation.
        since: From when on it was counted: the beginning of the day, or the first sight of the queue.
        offered: Callers who joined.
        answered: Of those, how many a member answered.
        abandoned: How many left unanswered, as app_queue counts it: gave up, were in the queue for the
            longest time that the dialplan allows, were taken out, or found no member to wait for.
        left: How many left otherwise: by a key, or they were gone after a time that was missed.
        waiting: How many wait still.
        transferred: How many of those answered were transferred by the member or the caller.
        answered_in_level: How many were answered within the queue's service level.
        abandoned_in_level: How many left unanswered within it.
        service_level_perf: ``answered_in_level`` as a percentage of all whose wait is over; None without any.
        asa: Average seconds to answer, of the calls that were answered; None without any.
        longest_wait: The longest wait that is over, in seconds, whatever became of it.
        average_talk: Average seconds that answered calls lasted; None before the first ended.
        complete: Whether nothing was missed.
        missed: What was, oldest first.
    """

    day: date
    since: float
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    left: int = 0
    waiting: int = 0
    transferred: int = 0
    answered_in_level: int = 0
    abandoned_in_level: int = 0
    service_level_perf: float | None = None
    asa: float | None = None
    longest_wait: float = 0.0
    average_talk: float | None = None
    complete: bool = True
    missed: tuple[MissedPeriod, ...] = ()
