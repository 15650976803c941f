"""The counters of a queue are computed as app_queue computes them."""

from __future__ import annotations

import ctypes

from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.queues.counters import Counters, average, percentage

SECONDS = st.integers(0, 100_000)


@given(st.lists(st.tuples(SECONDS, SECONDS, st.booleans()), min_size=1))
def test_times_are_integer_averages_that_begin_with_the_first_call(
    calls: list[tuple[int, int, bool]],
) -> None:
    counters = Counters()
    for waited, talked, in_level in calls:
        counters.answer(waited)
        counters.complete(talked, in_level=in_level)
    hold, talk = calls[0][:2]
    for waited, talked, _ in calls[1:]:
        hold = (hold * 4 - hold + waited) // 4
        talk = (talk * 4 - talk + talked) // 4
    assert (counters.hold_time, counters.talk_time) == (hold, talk)
    assert counters.completed == len(calls)
    assert counters.completed_in_level == sum(in_level for *_, in_level in calls)


@given(SECONDS, SECONDS)
def test_an_average_lies_between_what_was_and_what_is(before: int, now: int) -> None:
    assert min(before, now) <= average(before, now) <= max(before, now)


def test_abandoned_calls_count_for_the_first_hold_time_too() -> None:
    counters = Counters()
    counters.abandon(in_level=True)
    counters.answer(8)
    assert counters.hold_time == 2
    assert (counters.abandoned, counters.abandoned_in_level) == (1, 1)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_percentages_are_in_single_precision(part: int, rest: int) -> None:
    whole = part + rest
    share = ctypes.c_float(ctypes.c_float(part).value / whole).value if whole else 0.0
    assert percentage(part, whole) == f"{ctypes.c_float(100 * share).value:.1f}"


def test_the_service_level_counts_abandoned_calls_only_in_its_second_form() -> None:
    counters = Counters(completed=3, completed_in_level=2, abandoned=1, abandoned_in_level=1)
    assert counters.service_level_performance == "66.7"
    assert counters.service_level_performance_2 == "75.0"
    assert Counters().service_level_performance == "0.0"
    assert Counters().service_level_performance_2 == "0.0"
