"""AMI sessions that are cut again and again while the PBX would answer at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.asterisk.fixtures import end_calls
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.shared_amictl import Console, Running
from tests.faults.fault_proxy import FaultProxy
from tests.faults.links import await_state
from tests.serving import LiveSocket, wait_until

pytestmark = pytest.mark.asterisk

_CUTS = 6
_SOON = 1.0  # seconds between the end of a session that was up and the next attempt, at most


def kick_all_sessions(pbx: AsteriskServer) -> None:
    """End every AMI session, as an administrator does at the console of Asterisk 22."""
    for line in pbx.cli("manager show connected").splitlines()[1:-1]:
        pbx.cli(f"manager kick session {line.split()[4]}")


def read_link(console: Console) -> dict[str, Any]:
    """Return what a read of the channels says of the link, with how many channels it shows."""
    shown = console.get("channels/")
    link: dict[str, Any] = shown["link"]
    return {**link, "channels": len(shown["channels"])}


def cut_link(console: Console, pbx: AsteriskServer, epoch: str) -> None:
    """Kick until the link's session is gone: Asterisk may miss a kick while the session is busy."""
    while read_link(console)["epoch"] == epoch:
        kick_all_sessions(pbx)
        wait_until(lambda: read_link(console)["epoch"] != epoch, 2)


def await_link(console: Console) -> dict[str, Any]:
    """Wait until the link is up, and return what is told of it."""
    assert wait_until(lambda: read_link(console)["state"] == "connected"), read_link(console)
    return read_link(console)


def told_of_link(live: LiveSocket) -> list[dict[str, Any]]:
    """Return everything that the topic ``pbx`` told so far."""
    batches = [content for name, content in list(live.received) if name == "changes"]
    return [change["value"] for batch in batches for change in batch["changes"] if change["key"] == "main"]


def test_six_quick_cuts_of_a_served_link_are_made_good_at_once_and_all_that_is_told_goes_on(
    running_amictls: Running, asterisk_22: AsteriskServer
) -> None:
    end_calls(asterisk_22)
    server, token = running_amictls.serve(asterisk_22)
    console = Console(server, server.call_api(token), asterisk_22)
    place_call(asterisk_22, "200")
    assert wait_until(lambda: read_link(console)["channels"] == 2)
    with server.call_api(token).open_socket(token) as live:
        live.subscribe("pbx")
        first = link = await_link(console)
        for _ in range(_CUTS):
            cut_link(console, asterisk_22, link["epoch"])
            before, link = link, await_link(console)
            server.wait_until_ready()
            assert link["channels"] == 2
            assert link["counters"]["connects"] > before["counters"]["connects"]
        made = first["counters"]["connects"] + _CUTS
        assert wait_until(lambda: told_of_link(live)[-1]["counters"]["connects"] >= made)
        told = told_of_link(live)
    hang_up_all(asterisk_22)
    waits = [
        (datetime.fromisoformat(each["retry_at"]) - datetime.fromisoformat(each["since"])).total_seconds()
        for each in told
        if each["state"] == "reconnecting" and each["retry_at"]
    ]
    assert len(waits) >= _CUTS, "each cut is told"
    assert max(waits) <= _SOON + 0.01  # both moments are told in milliseconds
    connects = [each["counters"]["connects"] for each in told]
    assert connects == sorted(connects)
    assert link["counters"]["events"] > first["counters"]["events"]


def test_six_quick_cuts_of_a_link_to_asterisk_16_are_made_good_at_once(asterisk_16: AsteriskServer) -> None:
    ceilings: list[float] = []

    def draw(_lowest: float, ceiling: float) -> float:
        ceilings.append(ceiling)
        return 0.0

    end_calls(asterisk_16)
    place_call(asterisk_16, "200")
    await_condition(lambda: len(live_channels(asterisk_16)) == 2)
    with FaultProxy(asterisk_16.host, asterisk_16.ami_port) as proxy:
        settings = LinkSettings("main", proxy.host, proxy.port, asterisk_16.username, asterisk_16.secret)
        manager = AmiManager(settings, LivePicture("main"), draw=draw)
        manager.start()
        await_state(manager, LinkState.CONNECTED)
        for cut in range(1, _CUTS + 1):
            epoch = manager.status.epoch
            proxy.cut()
            await_condition(lambda epoch=epoch: manager.status.epoch not in {None, epoch})
            await_state(manager, LinkState.CONNECTED)
            assert len(manager.picture.channels()) == 2
            assert manager.status.counters["connects"] > cut
        manager.stop()
    hang_up_all(asterisk_16)
    assert ceilings == [_SOON] * _CUTS
