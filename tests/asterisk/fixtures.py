"""The PBX fixtures of the tests: ``asterisk``, ``asterisk_22``, ``asterisk_16``, ``private_asterisk``.

Where real Asterisk cannot run, these tests are skipped with the reason; with ``CI=true`` they fail with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels
from tests.asterisk.installation import MAJORS, NotInstallable
from tests.asterisk.own import OwnPbx
from tests.asterisk.server import AsteriskServer, await_condition

BedPbx = AsteriskServer | OwnPbx


def make_server(major: int, configuration: Path | None = None) -> AsteriskServer:
    """Return an Asterisk that is not started, for a test that changes its configuration before."""
    try:
        return AsteriskServer(major, configuration)
    except NotInstallable as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(f"Asterisk {major} must be there in CI: {problem}", pytrace=False)
        pytest.skip(f"Asterisk {major}: {problem}")


def _started(major: int) -> Iterator[AsteriskServer]:
    with make_server(major) as server:
        yield server


@pytest.fixture(scope="session")
def asterisk_22() -> Iterator[AsteriskServer]:
    """An Asterisk 22 shared by the whole run: leave no calls behind, and do not kill it."""
    yield from _started(22)


@pytest.fixture(scope="session")
def asterisk_16() -> Iterator[AsteriskServer]:
    """An Asterisk 16 shared by the whole run: leave no calls behind, and do not kill it."""
    yield from _started(16)


def _majors() -> list[str]:
    return ["own"] if OwnPbx.is_configured() else [str(major) for major in MAJORS]


@pytest.fixture(params=_majors(), ids=lambda name: f"asterisk-{name}")
def asterisk(request: pytest.FixtureRequest) -> Iterator[BedPbx]:
    """A shared Asterisk of each major version in turn, or the one that the environment names.

    It is without calls before the test and after it.
    """
    pbx: BedPbx = (
        OwnPbx.from_environment()
        if request.param == "own"
        else request.getfixturevalue(f"asterisk_{request.param}")
    )
    end_calls(pbx)
    yield pbx
    end_calls(pbx)


def end_calls(pbx: BedPbx) -> None:
    """Hang up every call of a shared Asterisk, and return when none is left."""
    await_condition(lambda: _is_quiet(pbx), what="the end of the test's calls")


def _is_quiet(pbx: BedPbx) -> bool:
    """Return whether no call is left; hangs up those that are, one that was still being made included."""
    if not live_channels(pbx):
        return True
    hang_up_all(pbx)
    return False


@pytest.fixture
def asterisk_server(asterisk: BedPbx) -> AsteriskServer:
    """The ``asterisk`` of this test, for what a developer's own PBX cannot do: phones, TLS, its processes."""
    if isinstance(asterisk, OwnPbx):
        pytest.skip("It needs a PBX of the test bed, and the environment names another")
    return asterisk


@pytest.fixture(params=MAJORS, ids=lambda major: f"private-asterisk-{major}")
def private_asterisk(request: pytest.FixtureRequest) -> Iterator[AsteriskServer]:
    """An Asterisk of each major version for one test alone, which may kill, freeze and restart it."""
    yield from _started(request.param)


@pytest.fixture
def private_asterisk_22() -> Iterator[AsteriskServer]:
    """An Asterisk 22 for one test alone, which may kill, freeze and restart it."""
    yield from _started(22)


@pytest.fixture
def ami(asterisk: BedPbx) -> Iterator[AmiClient]:
    """A logged-in second opinion on the ``asterisk`` of this test."""
    with AmiClient(asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret) as client:
        yield client
