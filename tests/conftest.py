"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import warnings

import structlog
from hypothesis import HealthCheck, settings

# A test that takes its time is no failure: the machine may be busy with others.
settings.register_profile(
    "patient", settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "patient-ci", settings.get_profile("ci"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient-ci" if os.environ.get("CI") else "patient")

# The default paints the code around each line of a traceback, which takes longer than the test itself.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

if os.environ.get("AMICTL_TEST_EVENTLET") == "1":  # the same tests once more, on green threads
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()

pytest_plugins = [
    "tests.scheduling",
    "tests.asterisk.fixtures",
    "tests.serving",
    "tests.application",
    "tests.asterisk.shared_amictl",
]
