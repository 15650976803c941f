"""What happened in a queue on one calendar day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from amictl.pbx.value import About, Time, Value


class MissedReason(StrEnum):
    """Why not every event of a period was heard."""

    NOT_STARTED = "not_started"
    LINK_LOST = "link_lost"
    COUNTERS_RESET = "counters_reset"


class MissedPeriod(Value, frozen=True):
    """A time of which not every event was heard; its calls are counted as far as Asterisk's counters tell.

    The calls that Asterisk's own counters tell of are in the day's counts, without their times. Where those
    counters began anew within the period (a restart, ``queue reset stats``), they tell what came after that.
    """

    begin: Annotated[Time, About("The last moment at which nothing was missed yet", name="from")]
    end: Annotated[Time, About("The first at which nothing was missed any more", name="to")]
    reason: Annotated[MissedReason, About("Why")]
    answered: Annotated[
        int | None, About("Calls that were answered, counted without times; null when nobody knows")
    ] = 0
    abandoned: Annotated[int | None, About("Callers who gave up")] = 0
    left: Annotated[int | None, About("Callers known before who were gone after it, nobody knows how")] = 0


class QueueDay(Value, frozen=True):
    """A queue's calls of one day; each counts on the day on which its caller joined.

    That goes also for what becomes of it after midnight. So ``offered`` is always the sum of ``answered``,
    ``abandoned``, ``left`` and ``waiting``. Averages, percentages and the longest wait are of the calls whose
    wait is known; see `MissedPeriod`.
    """

    day: Annotated[date, About("The date in the time zone of the installation")]
    since: Annotated[
        Time, About("From when on it was counted: the beginning of the day, or the first sight of the queue")
    ]
    offered: Annotated[int, About("Callers who joined: the sum of the next four")] = 0
    answered: Annotated[int, About("Of those, how many a member answered")] = 0
    abandoned: Annotated[
        int,
        About(
            "How many left unanswered, as app_queue counts it: gave up, were in the queue for the longest"
            " time that the dialplan allows, were taken out, or found no member to wait for"
        ),
    ] = 0
    left: Annotated[int, About("How many left by a key, or were gone after a time that was missed")] = 0
    waiting: Annotated[int, About("How many wait still")] = 0
    transferred: Annotated[int, About("Of those answered, how many a transfer ended")] = 0
    answered_in_level: Annotated[int, About("How many were answered within the queue's service level")] = 0
    abandoned_in_level: Annotated[int, About("How many left unanswered within it")] = 0
    service_level_perf: Annotated[
        float | None,
        About("Percent of ended waits that were answered within the service level; null without any"),
    ] = None
    asa: Annotated[float | None, About("Average seconds to answer; null without any answer")] = None
    longest_wait: Annotated[float, About("Seconds, of waits that are over, whatever became of them")] = 0.0
    average_talk: Annotated[
        float | None, About("Average seconds that answered calls lasted; null before the first ended")
    ] = None
    complete: Annotated[bool, About("Whether nothing was missed")] = True
    missed: Annotated[tuple[MissedPeriod, ...], About("What was, oldest first")] = ()
