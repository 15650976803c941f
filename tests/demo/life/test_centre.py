"""The people of the demo live: they come and go, and call each other, the same again with the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from amictl.demo.life.centre import CallCentre
from amictl.demo.settings import DemoSettings
from amictl.demo.world import DemoEvent, World

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC).timestamp()


def begin(**settings: int | None) -> tuple[World, CallCentre]:
    chosen = DemoSettings.make(**settings)
    world = World(start=MORNING, seed=chosen.seed)
    centre = CallCentre(world, chosen, UTC, MORNING)
    centre.begin()
    return world, centre


def record(seconds: float, **settings: int | None) -> list[DemoEvent]:
    events: list[DemoEvent] = []
    world, _ = begin(**settings)
    world.listen(events.append)
    world.run_until(MORNING + seconds)
    return events


def test_the_same_seed_makes_the_same_day_and_another_one_another() -> None:
    first, second, other = record(900), record(900), record(900, seed=2)
    assert len(first) > 500
    assert [event.raw for event in first] == [event.raw for event in second]
    assert [event.name for event in first] != [event.name for event in other]


def test_phones_are_there_while_their_agents_work() -> None:
    world, centre = begin()
    world.run_until(MORNING + 1)
    at_ten = {agent.phone.number for agent in centre.agents if agent.phone.is_plugged_in}
    assert at_ten == {agent.phone.number for agent in centre.agents if agent.is_on_duty}
    world.run_until(MORNING + 14 * 3600)
    at_midnight = {agent.phone.number for agent in centre.agents if agent.is_on_duty}
    assert at_ten & at_midnight == set()
    assert at_midnight


@pytest.mark.parametrize("hour", [3, 22])
def test_an_hour_can_be_chosen_and_the_clock_of_the_pbx_stays(hour: int) -> None:
    world, centre = begin(hour=hour)
    assert world.now() == MORNING
    assert centre.hour() % 24 == pytest.approx(hour)
    world.run_until(MORNING + 5400)
    assert centre.hour() % 24 == pytest.approx((hour + 1.5) % 24)


def test_there_are_as_many_agents_as_were_asked_for() -> None:
    world, centre = begin(agents=5)
    world.run_until(MORNING + 3 * 3600)
    assert len(centre.agents) == 5
    others = {phone.number for phone in world.phones.all() if phone.number.startswith("10")}
    others -= {agent.phone.number for agent in centre.agents}
    assert not any(world.phones.get(number).is_plugged_in for number in others)


def test_colleagues_call_each_other_and_people_outside() -> None:
    names = Counter(event.name for event in record(1800))
    assert names["BridgeEnter"] > 20
    assert names["QueueMemberPause"] > 5


def test_people_begin_anew_in_a_pbx_that_was_restarted() -> None:
    world, _ = begin()
    world.run_until(MORNING + 600)
    centres: list[CallCentre] = []

    def populate() -> None:
        centres.append(CallCentre(world, DemoSettings.make(), UTC, MORNING))
        centres[0].begin()

    world.on_restart.append(populate)
    world.restart()
    assert len(world.channels) == 0
    events: list[DemoEvent] = []
    world.listen(events.append)
    world.run_until(MORNING + 1500)
    assert len(events) > 200
    assert all(agent.phone is world.phones.get(agent.phone.number) for agent in centres[0].agents)


def test_a_day_can_go_by_faster_than_the_clock() -> None:
    world, centre = begin(speed=24, hour=12)
    before = {agent.phone.number for agent in centre.agents if agent.is_on_duty}
    world.run_until(MORNING + 1800)
    assert centre.hour() == pytest.approx(24.0)
    assert centre.traffic() < 0.5
    at_midnight = {agent.phone.number for agent in centre.agents if agent.is_on_duty}
    assert at_midnight
    assert not at_midnight & before
