"""The demo and the real Asterisk 22, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.demo.server import DemoServer
from amictl.demo.world import CONFIGURATION
from tests.asterisk.fixtures import make_server
from tests.asterisk.server import AsteriskServer
from tests.demo.answers import AmiServer
from tests.demo.demo_servers import make_demo


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    """A demo of the test's own."""
    with make_demo() as server:
        yield server


@pytest.fixture(params=["demo", "asterisk-22"])
def ami_server(request: pytest.FixtureRequest) -> AmiServer:
    """The demo, and then the real Asterisk 22: what a test says of AMI must hold for both."""
    server: AmiServer = request.getfixturevalue("demo" if request.param == "demo" else "asterisk_22")
    return server


@pytest.fixture(scope="session")
def real_centre() -> Iterator[AsteriskServer]:
    """A real Asterisk 22 on the demo's files, without phones."""
    with make_server(22, CONFIGURATION) as server:
        yield server


@pytest.fixture(scope="module")
def demo_centre() -> Iterator[DemoServer]:
    """A demo whose world the tests of a module share, as they share the real Asterisk."""
    with make_demo() as server:
        yield server
