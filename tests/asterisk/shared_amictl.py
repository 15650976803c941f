"""One amictl for each shared Asterisk, for the tests that leave it as they found it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.serving import AmictlServer, LinkedPbx, Visit, wait_until

API = "/api/ami"


@dataclass(frozen=True, slots=True)
class Console:
    """Somebody who may do everything at an amictl, beside the PBX that it is linked to.

    Args:
        server: The amictl.
        visit: A program with the administrator's token.
        pbx: The PBX, asked behind amictl's back.
    """

    server: AmictlServer
    visit: Visit
    pbx: BedPbx

    def post(self, route: str, **fields: object) -> dict:
        """Send a write that succeeds and return its ``data``."""
        answer = self.visit.post(f"{API}/{route}", fields)
        assert answer.status_code in {200, 202}, answer.text
        return answer.json()["data"]

    def refuse(self, route: str, status: int, **fields: object) -> dict:
        """Send a write that is refused with this status and return the problem."""
        answer = self.visit.post(f"{API}/{route}", fields)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, route: str) -> dict:
        """Read and return ``data``."""
        answer = self.visit.get(f"{API}/{route}")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def find(self, matches: Callable[[LiveChannel], bool]) -> LiveChannel:
        """Return the first channel of the PBX that matches, as soon as it is there and amictl knows it so."""
        found = wait_until(lambda: next((each for each in live_channels(self.pbx) if matches(each)), None))
        assert found, self.pbx.cli("core show channels concise")
        assert wait_until(lambda: self.shows(found)), found
        return found

    def shows(self, channel: LiveChannel) -> bool:
        """Return whether amictl's picture has a channel in its present bridge."""
        shown = self.get("channels/")["channels"]
        return any(
            each["unique_id"] == channel.unique_id
            and (each["bridge_id"] or "") == channel.bridge_id
            and each["state"] == channel.state
            for each in shown
        )

    def channel(self, unique_id: str) -> LiveChannel | None:
        """Return a channel as the PBX has it now, or None."""
        return next((each for each in live_channels(self.pbx) if each.unique_id == unique_id), None)

    def connect(self, extension: str = "4200") -> tuple[LiveChannel, LiveChannel]:
        """Make a call by ``Dial`` with ``tT`` and return caller and callee, in one bridge."""
        place_call(self.pbx, extension)
        caller = self.find(lambda each: each.application == "Dial" and bool(each.bridge_id))
        callee = self.find(
            lambda each: each.bridge_id == caller.bridge_id and each.unique_id != caller.unique_id
        )
        return caller, callee


@dataclass(slots=True)
class Running:
    """The amictls that run, with an administrator's token, by their PBX's AMI port.

    Args:
        make_folder: Makes an empty folder for one of them.
    """

    make_folder: Callable[[], Path]
    servers: dict[int, tuple[AmictlServer, str]] = field(default_factory=dict)

    def serve(self, pbx: LinkedPbx) -> tuple[AmictlServer, str]:
        """Return the amictl of a PBX with its link up, started when there is none."""
        if pbx.ami_port not in self.servers:
            server = AmictlServer(self.make_folder(), pbx)
            server.start()
            self.servers[pbx.ami_port] = (server, server.make_token())
        self.servers[pbx.ami_port][0].wait_until_ready()
        return self.servers[pbx.ami_port]


@pytest.fixture(scope="session")
def running_amictls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The amictls of this run, which the tests of routes and pages share; all are stopped at its end."""
    running = Running(partial(tmp_path_factory.mktemp, "amictl"))
    yield running
    for server, _ in running.servers.values():
        server.stop()


@pytest.fixture
def console(running_amictls: Running, asterisk: BedPbx) -> Console:
    """Somebody who may do everything at the amictl of the ``asterisk`` of this test; it shows no calls."""
    server, token = running_amictls.serve(asterisk)
    console = Console(server, server.call_api(token), asterisk)
    # The PBX is without calls, and its last hang-ups may be on their way.
    assert wait_until(lambda: not console.get("channels/")["channels"])
    return console
