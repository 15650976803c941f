"""A storm of events on a real Asterisk: the link stays, the picture is right, and what is missing is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asterisk.calls import live_channels
from tests.asterisk.server import AsteriskServer
from tests.serving import LiveSocket, StartAmictl, wait_until

pytestmark = pytest.mark.asterisk

LOOPS = 2000  # of a channel; each makes two Newexten and a VarSet
RUNNERS = 8
STORM = (
    ("1", "Answer", ""),
    ("2", "Set", "N=$[0${N}+1]"),
    ("3", "GotoIf", f"$[${{N}}<{LOOPS}]?2"),
    ("4", "Wait", "600"),
)


def add_storm(pbx: AsteriskServer) -> None:
    """Add a place in the dialplan that runs in circles, and then waits."""
    for priority, application, arguments in STORM:
        answer = pbx.cli(f"dialplan add extension 900,{priority},{application},{arguments} into storm")
        assert "added into" in answer, answer


def follow_events(socket: LiveSocket, seq: int) -> tuple[int, int, bool]:
    """Return how many events a subscriber has, up to which number, and whether it was told of a gap."""
    count = 0
    for name, content in list(socket.received):
        if content.get("topic") != "events":
            continue
        if name == "reset":
            return count, seq, True
        assert content["prev_seq"] <= seq, "a gap that nobody was told of"
        seq = content["seq"]
        count += len(content["events"])
    return count, seq, False


def test_a_storm_costs_neither_the_link_nor_the_picture(
    start_amictl: StartAmictl, private_asterisk: AsteriskServer
) -> None:
    add_storm(private_asterisk)
    server = start_amictl(private_asterisk)
    server.wait_until_ready()
    token = server.make_token()
    with server.call_api(token).open_socket(token) as socket:
        link = read_link(socket)
        events = socket.subscribe("events")["events"]
        socket.subscribe("channels")
        for _ in range(RUNNERS):
            private_asterisk.cli("channel originate Local/900@storm/n application Wait 600")

        def settled() -> bool:
            answer = socket.subscribe("channels")["channels"]["snapshot"].values()
            return [each["application"] for each in answer].count("Wait") == RUNNERS

        assert wait_until(settled), server.output[-2000:]
        shown = socket.subscribe("channels")["channels"]["snapshot"]
        assert {each["channel"] for each in shown.values()} == {
            each.name for each in live_channels(private_asterisk)
        }
        after = read_link(socket)
        assert (after["epoch"], after["state"]) == (link["epoch"], "connected")
        assert wait_until(lambda: read_link(socket)["counters"].get("connects")) == 1
        assert wait_until(lambda: count_events(socket) - events["seq"] >= RUNNERS * LOOPS * 3)
        made = count_events(socket) - events["seq"]
        count, seq, told = wait_until(lambda: caught_up(socket, events["seq"], made))
        assert told or (count, seq) == (made, events["seq"] + made)


def count_events(socket: LiveSocket) -> int:
    """Return how many events there were so far, those included that nobody was sent."""
    seq: int = socket.subscribe("events")["events"]["seq"]
    return seq


def caught_up(socket: LiveSocket, seq: int, made: int) -> Any:  # noqa: ANN401 - a tuple or nothing
    found = follow_events(socket, seq)
    return found if found[2] or found[1] == seq + made else None


def read_link(socket: LiveSocket) -> dict[str, Any]:
    link: dict[str, Any] = socket.subscribe("pbx")["pbx"]["snapshot"]["main"]
    return link
