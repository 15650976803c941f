"""``AMICTL_TIME_ZONE`` names a time zone that the system knows, or none."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from amictl.config import Settings
from amictl.errors import ConfigurationError


def test_a_named_zone_is_used_and_none_is_the_systems(tmp_path: Path) -> None:
    named = Settings.from_environment({"AMICTL_TIME_ZONE": "Europe/Berlin"}, tmp_path)
    assert named.time_zone == ZoneInfo("Europe/Berlin")
    assert Settings.from_environment({"AMICTL_TIME_ZONE": ""}, tmp_path).time_zone is None


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "/etc/localtime", "UTC+1", "Europe"])
def test_a_zone_that_the_system_does_not_know_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="AMICTL_TIME_ZONE"):
        Settings.from_environment({"AMICTL_TIME_ZONE": name}, tmp_path)
