"""The demo and the real Asterisk 22, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.demo.server import DemoServer
from tests.asterisk.server import AsteriskServer
from tests.demo.demo_servers import make_demo

AmiServer = DemoServer | AsteriskServer


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
