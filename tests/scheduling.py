"""Which tests belong to which run, and in which order they begin."""

from __future__ import annotations

import gc
import os
from itertools import chain
from unittest import TestCase

import pytest

from tests.asterisk.installation import is_installed

# Fixtures that bring a real Asterisk, and those that bring a whole amictl in a process of its own.
_PBX = frozenset({"asterisk", "asterisk_22", "asterisk_16", "private_asterisk", "private_asterisk_22"})
_AMICTL = frozenset({"start_amictl", "running_amictls"})

# Folders whose tests wait for long; they begin first, or they would be all that is left at the end.
_SLOWEST = (
    *("soak", "scripted", "green", "asterisk", "browser", "cli", "admin", "faults", "bench", "realtime"),
    "manager",
    "web",
)


# Set where Asterisk is not there when the run begins: all its processes must order the tests alike.
_PBX_IS_LATE = "AMICTL_TEST_PBX_IS_LATE"


def pytest_configure() -> None:
    """Look once, in the process that starts the others."""
    os.environ.setdefault(_PBX_IS_LATE, "" if is_installed() else "yes")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests by what they need, and put those that take longest first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & _PBX:
            item.add_marker("asterisk")
        if fixtures & _AMICTL:
            item.add_marker("served")
        if issubclass(getattr(item, "cls", None) or object, TestCase):  # a state machine of Hypothesis
            item.add_marker("long")
        if _is_shown_by_the_newest(item, fixtures):
            item.add_marker("soak")
    items.sort(key=_rank)
    longest = [item for item in items if item.get_closest_marker("long")]
    others = [item for item in items if not item.get_closest_marker("long")]
    # A worker is given two tests at a time: a quick one goes with each of the longest.
    beside = [others.pop() for _ in longest[: len(others)]]
    items[:] = [*chain.from_iterable(zip(longest, beside, strict=False)), *longest[len(beside) :], *others]


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run: thousands of tests and all that they import.

    An application is some 20,000 objects that live as long as its test, so that the collector's own pace
    would look at all of them again and again: a third of the time of such tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def _rank(item: pytest.Item) -> int:
    """Return where a test's folder stands; those that need Asterisk come last until it is installed."""
    folder = item.path.parent.name
    if item.get_closest_marker("asterisk") and os.environ[_PBX_IS_LATE]:
        return len(_SLOWEST) + 1
    return _SLOWEST.index(folder) if folder in _SLOWEST else len(_SLOWEST)


def _is_shown_by_the_newest(item: pytest.Item, fixtures: set[str]) -> bool:
    """Whether a test asks on an old Asterisk what a whole amictl answers alike on all versions.

    What differs between versions is read and written below the routes, and tested there on each version.
    """
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    majors = {str(parameters.get("asterisk")), str(parameters.get("private_asterisk"))}
    return bool(fixtures & _AMICTL) and "16" in majors and not item.get_closest_marker("each_version")
