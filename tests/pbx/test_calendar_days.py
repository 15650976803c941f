"""Days begin at midnight on the wall clock of the installation, also where summer time begins or ends."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.topics.queues.days.calendar import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600.0


def at(zone: ZoneInfo, *moment: int) -> float:
    return datetime(*moment, tzinfo=zone).timestamp()


def test_midnight_is_the_first_moment_of_a_day() -> None:
    calendar = Calendar(BERLIN)
    midnight = at(BERLIN, 2026, 11, 23)
    assert calendar.day_of(midnight) == date(2026, 11, 23)
    assert calendar.day_of(midnight - 0.001) == date(2026, 11, 22)
    assert calendar.begin_of(date(2026, 11, 23)) == midnight


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_clocks_change_is_shorter_or_longer(day: date, hours: int) -> None:
    calendar = Calendar(BERLIN)
    begin = calendar.begin_of(day)
    assert calendar.day_of(begin + hours * HOUR - 1) == day
    assert calendar.day_of(begin + hours * HOUR) == date(day.year, day.month, day.day + 1)


def test_a_midnight_that_does_not_exist_is_the_moment_of_the_change() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # clocks go from 0:00 to 1:00
    calendar = Calendar(beirut)
    begin = calendar.begin_of(date(2026, 3, 29))
    assert begin == at(beirut, 2026, 3, 29, 1)
    assert calendar.day_of(begin) == date(2026, 3, 29)
    assert calendar.day_of(begin - 1) == date(2026, 3, 28)


def test_without_a_zone_days_are_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        noon = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
        assert Calendar().day_of(noon) == date(2026, 11, 24)
        assert Calendar().begin_of(date(2026, 11, 24)) == noon - HOUR
    finally:
        monkeypatch.undo()
        time.tzset()


@given(
    moments=st.lists(st.floats(1.0e9, 4.0e9), min_size=1, max_size=20),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_the_order_of_questions_changes_no_answer(moments: list[float], zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone))
    for moment in moments:
        assert calendar.day_of(moment) == datetime.fromtimestamp(moment, ZoneInfo(zone)).date()
