from __future__ import annotations

import pytest

from amictl.demo.life.load import EVENTS_OF_ANSWERED, Load
from amictl.demo.settings import BIG_CENTRE, DemoSettings


def test_agents_can_carry_what_a_centre_of_their_size_is_asked_for() -> None:
    settings = DemoSettings.make()
    load = Load.of(settings)
    assert 40 < load.talk < 200
    assert load.calls * load.talk < settings.agents


def test_more_events_are_more_calls_and_shorter_ones() -> None:
    slow, fast = Load.of(DemoSettings.make(rate=8)), Load.of(DemoSettings.make(rate=20))
    assert fast.calls > slow.calls
    assert fast.talk < slow.talk


def test_channels_beyond_what_the_agents_can_talk_on_are_callers_who_wait() -> None:
    few, many = Load.of(DemoSettings.make(channels=20)), Load.of(DemoSettings.make(channels=60))
    assert many.calls > few.calls


@pytest.mark.parametrize("settings", [DemoSettings.make(agents=1), DemoSettings.make(rate=1), BIG_CENTRE])
def test_somebody_talks_in_any_centre(settings: DemoSettings) -> None:
    load = Load.of(settings)
    assert 10 <= load.talk <= 300
    assert 0 < load.calls < settings.rate / EVENTS_OF_ANSWERED * 3
