from __future__ import annotations

import pytest
from pydantic import ValidationError

from amictl.config import Settings
from amictl.demo.settings import BIG_CENTRE, DemoSettings


def test_the_world_takes_its_part_of_the_settings() -> None:
    settings = DemoSettings.of(Settings(demo_agents=50, demo_hour=3))
    assert (settings.agents, settings.hour, settings.queues) == (50, 3, Settings().demo_queues)


def test_the_biggest_centre_is_as_big_as_the_settings_allow() -> None:
    for name in ("queues", "agents", "channels", "rate"):
        with pytest.raises(ValidationError):
            DemoSettings.make(**{name: getattr(BIG_CENTRE, name) + 1})
