"""The days that a queue log tells are those that its events would have been counted as."""

from __future__ import annotations

from datetime import UTC, date, datetime

from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.day import DayCounters
from amictl.pbx.topics.queues.days.watch import AsteriskCounters
from amictl.services.queues.logged_days import read_logged_days

MIDNIGHT = int(datetime(2026, 5, 4, tzinfo=UTC).timestamp())
TODAY = date(2026, 5, 4)


def read_days(*lines: str, since: float = MIDNIGHT, until: float = MIDNIGHT + 3600) -> dict:
    stamped = [f"{MIDNIGHT + int(line.split('|')[0])}|{line.partition('|')[2]}" for line in lines]
    days = read_logged_days(
        stamped, levels={"support": 20, "sales": 20}, calendar=Calendar(UTC), since=since, until=until
    )
    return {(day.record.queue, day.record.day): day for day in days}


def test_each_end_of_a_wait_is_counted_as_what_its_event_would_be() -> None:
    ends = {
        "1.1": "CONNECT|15|1.2|3",
        "1.3": "ABANDON|1|1|15",
        "1.4": "EXITWITHTIMEOUT|1|1|15",
        "1.5": "EXITEMPTY|1|1|15",
        "1.6": "WITHDRAW|1|1|15",
        "1.7": "EXITWITHKEY|1|1|1|15",
    }
    joins = [f"10|{caller}|support|NONE|ENTERQUEUE||+442079460000|1" for caller in ends]
    lines = [f"25|{caller}|support|Anna Schmidt|{end}" for caller, end in ends.items()]
    day = read_days(*joins, *lines)["support", TODAY]
    counters = day.record.counters
    assert (counters.offered, counters.answered, counters.abandoned, counters.left) == (6, 1, 4, 1)
    assert (counters.answered_in_level, counters.abandoned_in_level) == (1, 4)
    assert counters.longest_wait == 15
    assert day.counters == AsteriskCounters(completed=0, abandoned=4, in_call=1)
    assert day.waiting == {}


def test_talks_count_with_their_length_however_they_end() -> None:
    ends = {
        "1.1": "COMPLETECALLER|2|60|1",
        "1.2": "COMPLETEAGENT|2|30|1",
        "1.3": "BLINDTRANSFER|sales|internal|2|10|1",
        "1.4": "ATTENDEDTRANSFER|BRIDGE|0a1b|2|20|1",
    }
    lines = []
    for caller, end in ends.items():
        lines += [
            f"10|{caller}|support|NONE|ENTERQUEUE||100|1",
            f"12|{caller}|support|Anna|CONNECT|2|9.9|1",
            f"72|{caller}|support|Anna|{end}",
        ]
    day = read_days(*lines)["support", TODAY]
    counters = day.record.counters
    assert (counters.talked, counters.talk_seconds, counters.transferred) == (4, 120, 2)
    assert (counters.answered_in_level, counters.answered_seconds) == (4, 8)
    assert day.counters == AsteriskCounters(completed=4)


def test_who_waits_still_is_told_with_the_moment_of_joining() -> None:
    days = read_days("10|1.1|support|NONE|ENTERQUEUE||100|1", until=MIDNIGHT + 30.5)
    assert days["support", TODAY].waiting == {"1.1": MIDNIGHT + 10}
    assert days["support", TODAY].watched_until == MIDNIGHT + 30.5


def test_a_call_counts_on_the_day_on_which_its_caller_joined() -> None:
    lines = (
        "-60|1.1|support|NONE|ENTERQUEUE||100|1",
        "5|1.1|support|Anna|CONNECT|65|1.2|3",
        "100|1.1|support|Anna|COMPLETECALLER|65|95|1",
    )
    days = read_days(*lines, since=MIDNIGHT - 7200)
    assert days["support", date(2026, 5, 3)].record.counters == DayCounters(
        offered=1, answered=1, answered_seconds=65, longest_wait=65, talked=1, talk_seconds=95
    )
    assert days["support", TODAY].record.counters == DayCounters()
    assert days["support", TODAY].record.since == MIDNIGHT
    assert days["support", date(2026, 5, 3)].record.since == MIDNIGHT - 7200


def test_a_queue_without_a_line_has_a_day_too_and_one_that_is_not_known_has_none() -> None:
    days = read_days("10|1.1|elsewhere|NONE|ENTERQUEUE||100|1", "0|NONE|NONE|NONE|QUEUESTART")
    assert set(days) == {("support", TODAY), ("sales", TODAY)}
