"""What the demo PBX takes of a core at its biggest, with one client that hears every event."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from amictl.demo.settings import BIG_CENTRE
from bench.processes import on_cores, read_schedule, server_core
from bench.rows import Row
from tests.asterisk.ami_client import AmiClient
from tests.demo.demo_process import DemoProcess

_MOST: Final = 50.0  # percent of a core
_BUSY_HOUR: Final = 14
_SETTLING: Final = 5.0  # seconds
_SECONDS: Final = 30.0
_QUIET: Final = 10.0  # seconds in which nothing at all happens: the demo has stopped


def measure_demo() -> Iterator[Row]:
    """Let the biggest call centre live for half a minute."""
    with on_cores({server_core()}):
        process = DemoProcess(replace(BIG_CENTRE, hour=_BUSY_HOUR))
        process.__enter__()
    with process, AmiClient(process.host, process.ami_port, process.username, process.secret) as client:
        _listen(client, _SETTLING)
        client.events.clear()
        before, began = read_schedule(process.pid), time.monotonic()
        _listen(client, _SECONDS)
        after, seconds = read_schedule(process.pid), time.monotonic() - began
        events = len(client.events) / seconds
        channels = len(client.action("CoreShowChannels")) - 2
    share = 100 * (after.ran - before.ran) / seconds
    yield Row(
        "demo PBX at its biggest: share of a core",
        share,
        "%",
        required=f"at most {_MOST:.0f}",
        passed=share <= _MOST,
        detail=f"{channels:,} channels, {events:,.0f} events/s to one client",
    )


def _listen(client: AmiClient, seconds: float) -> None:
    """Read whatever comes for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        client.next_message(_QUIET)
