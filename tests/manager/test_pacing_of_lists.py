"""Lists are asked for one at a time, for a hundredth of all time at most, and each has its turn."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.manager.pacing import ListSchedule, Pace

SHARE = 0.01
DURATIONS = st.lists(st.floats(0.0, 20.0), min_size=1, max_size=50)


def ask_as_soon_as_allowed(pace: Pace, durations: list[float], *, wanted: bool) -> tuple[float, float]:
    """Ask for list after list as soon as each is allowed; return the time spent on asking, and all time."""
    now = asking = 0.0
    for duration in durations:
        now += pace.wait_time(now, wanted=wanted)
        pace.begin(now)
        now += duration
        assert pace.end(now) == pytest.approx(duration, abs=1e-6)
        asking += duration
    return asking, now + pace.wait_time(now, wanted=True)


@given(DURATIONS, st.booleans(), st.floats(0.0, 5.0))
def test_at_most_a_hundredth_of_all_time_is_spent_on_asking_however_long_lists_take(
    durations: list[float], wanted: bool, gap: float
) -> None:
    asking, elapsed = ask_as_soon_as_allowed(Pace(SHARE, 0.0, gap), durations, wanted=wanted)
    assert asking <= SHARE * elapsed + 1e-6


@given(DURATIONS)
def test_the_share_is_kept_in_each_stretch_of_time_and_not_only_on_average(durations: list[float]) -> None:
    pace, now = Pace(SHARE, 0.0, 0.0), 0.0
    for duration in durations:
        pace.begin(now)
        began_at, now = now, now + duration
        pace.end(now)
        now += pace.wait_time(now, wanted=True)
        assert duration <= SHARE * (now - began_at) + 1e-6


def test_quick_lists_come_a_gap_apart_and_wanted_ones_sooner() -> None:
    pace = Pace(SHARE, 0.0, 3.0)
    assert pace.wait_time(0.0, wanted=False) == 3.0
    pace.begin(3.0)
    assert pace.wait_time(3.0, wanted=True) == float("inf")
    pace.end(3.001)
    assert pace.wait_time(3.001, wanted=False) == pytest.approx(3.0)
    assert pace.wait_time(3.001, wanted=True) == pytest.approx(0.099)


def test_what_is_put_off_comes_later_and_never_sooner() -> None:
    pace = Pace(SHARE, 0.0, 0.0)
    pace.put_off(10.0, 0.2)
    assert pace.wait_time(10.0, wanted=True) == pytest.approx(0.2)
    pace.begin(11.0)
    pace.end(12.0)
    pace.put_off(12.0, 0.2)
    assert pace.wait_time(12.0, wanted=True) == pytest.approx(99.0)


def test_lists_take_turns_by_age_and_new_ones_come_first() -> None:
    schedule: ListSchedule[str] = ListSchedule(5.0)
    schedule.keep(["channels", "bridges"])
    taken = []
    for now in range(4):
        taken.append(schedule.next(float(now)))
        schedule.note(str(taken[-1]), float(now), doubtful=False)
    assert taken == ["channels", "bridges", "channels", "bridges"]
    schedule.keep(["channels", "bridges", "queues"])
    assert schedule.next(4.0) == "queues"
    schedule.keep(["bridges"])
    assert schedule.next(5.0) == "bridges"
    schedule.keep([])
    assert schedule.next(6.0) is None


def test_a_doubt_is_looked_at_again_before_its_turn_but_not_before_it_may_have_settled() -> None:
    schedule: ListSchedule[str] = ListSchedule(5.0)
    schedule.keep(["one", "two", "three", "four"])
    schedule.note("four", -1.0, doubtful=False)
    schedule.note("three", 0.0, doubtful=False)
    schedule.note("two", 1.0, doubtful=False)
    schedule.note("one", 2.0, doubtful=True)
    assert schedule.next(6.9) == "four"
    assert schedule.next(7.0) == "one"


def test_a_hurried_list_is_next_and_a_hurry_while_it_is_on_its_way_is_kept() -> None:
    schedule: ListSchedule[str] = ListSchedule(5.0)
    schedule.keep(["one", "two", "three"])
    for now, key in enumerate(("one", "two", "three")):
        schedule.note(key, float(now), doubtful=False)
    schedule.hurry("three")
    schedule.hurry("gone")
    assert schedule.hurried
    assert schedule.next(3.0) == "three"
    assert not schedule.hurried
    schedule.hurry("three")
    schedule.note("three", 3.5, doubtful=False)
    assert schedule.hurried


@given(st.integers(1, 12), st.floats(0.1, 20.0))
def test_doubts_that_never_end_keep_no_list_from_its_turn(lists: int, gap: float) -> None:
    schedule: ListSchedule[int] = ListSchedule(5.0)
    schedule.keep(range(lists))
    looks: Counter[int] = Counter()
    for turn in range(lists * 20):
        key = schedule.next(turn * gap)
        assert key is not None
        looks[key] += 1
        schedule.note(key, turn * gap, doubtful=key == 0)
    assert min(looks[key] for key in range(lists)) >= 9
