"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import warnings

if os.environ.get("AMICTL_TEST_EVENTLET") == "1":  # the same tests once more, on green threads
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

    eventlet.monkey_patch()

pytest_plugins = [
    "tests.asterisk.fixtures",
    "tests.serving",
    "tests.application",
    "tests.asterisk.shared_amictl",
]
