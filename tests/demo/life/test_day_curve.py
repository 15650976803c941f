from __future__ import annotations

import pytest

from amictl.demo.life.day_curve import Shift, shift_of, traffic_at

HOURS = [quarter / 4 for quarter in range(96)]
AGENTS = range(20)


def test_it_never_sleeps_and_is_busiest_once() -> None:
    traffic = [traffic_at(hour) for hour in HOURS]
    assert min(traffic) > 0.3
    assert max(traffic) == 1.0


def test_the_curve_goes_on_past_midnight_without_a_step() -> None:
    assert traffic_at(24.25) == traffic_at(0.25)
    steps = [abs(traffic_at(hour + 0.25) - traffic_at(hour)) for hour in HOURS]
    assert max(steps) < 0.08


def test_there_are_as_many_agents_as_the_traffic_wants_at_any_hour() -> None:
    for hour in HOURS:
        on_duty = sum(shift_of(place).covers(hour) for place in AGENTS)
        assert 9 < on_duty / traffic_at(hour) < 26, hour


@pytest.mark.parametrize(
    "places",
    [(*range(8), 12, 13), (*range(8, 14), 4), (14, 15, 16, 17, 7), (18, 19, 0, 8, 14)],
    ids=["support", "sales", "billing", "vip"],
)
def test_somebody_of_each_queue_works_at_any_hour(places: tuple[int, ...]) -> None:
    for hour in HOURS:
        assert any(shift_of(place).covers(hour) for place in places), hour


def test_a_shift_goes_on_past_midnight_and_tells_when_it_changes() -> None:
    night = Shift(22.0, 9.0)
    assert [night.covers(hour) for hour in (21.9, 22.0, 2.0, 6.9, 7.0)] == [False, True, True, True, False]
    assert night.hours_to_change(23.0) == 8.0
    assert night.hours_to_change(6.0) == 1.0
    assert night.hours_to_change(20.0) == 2.0
