"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import warnings

import pytest
from hypothesis import HealthCheck, settings

# A test that takes its time is no failure: the machine may be busy with others.
settings.register_profile(
    "patient", settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "patient-ci", settings.get_profile("ci"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient-ci" if os.environ.get("CI") else "patient")

if os.environ.get("AMICTL_TEST_EVENTLET") == "1":  # the same tests once more, on green threads
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()

# Folders whose files wait for minutes; they begin first, or they would be all that is left at the end.
_SLOWEST = ("soak", "asterisk", "browser", "cli", "faults", "bench", "realtime")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files of the slowest folders first."""
    ranks = {folder: rank for rank, folder in enumerate(_SLOWEST)}
    items.sort(key=lambda item: ranks.get(item.path.parent.name, len(ranks)))


pytest_plugins = [
    "tests.asterisk.fixtures",
    "tests.serving",
    "tests.application",
    "tests.asterisk.shared_amictl",
]
