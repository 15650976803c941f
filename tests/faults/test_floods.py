"""Events faster than anybody can take them: raw ones are given up, and that is told; the picture never is."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from amictl.pbx.topics.links.value import LinkState
from tests.faults.links import CALM, connected_link_to
from tests.faults.scripted_server import (
    SECRET,
    USERNAME,
    HonestAsterisk,
    Peer,
    ScriptedServer,
    channel,
    message,
    new_channel_event,
)
from tests.serving import AmictlServer, LiveSocket, StartAmictl, Visit, wait_until

LASTING = 50  # channels that are there all the time
Json = dict[str, Any]


def make_flood() -> bytes:
    """Return 8 MB of calls that come and go, states that change, and much that only raw topics carry."""
    noise = message("Event: VarSet", "Channel: x", "Variable: NOISE", f"Value: {'x' * 300}") * 40
    rounds = []
    for number in range(LASTING):
        lasting, passing = f"1700000000.{number}", f"1700000000.{LASTING + number}"
        busy = message("Event: Newstate", f"Uniqueid: {lasting}", "ChannelStateDesc: Busy", "ChannelState: 7")
        up = busy.replace(b"Busy", b"Up").replace(b": 7", b": 6")
        gone = message("Event: Hangup", f"Uniqueid: {passing}", "Cause: 16")
        rounds.append((busy + new_channel_event(LASTING + number) + noise + up + gone) * 10)
    return b"".join(rounds)


FLOOD = make_flood()


@dataclass(frozen=True, slots=True)
class LinkAddress:
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class FloodingPbx:
    ami_port: int
    script: HonestAsterisk
    host: str = "127.0.0.1"
    username: str = USERNAME
    secret: str = SECRET

    @property
    def peer(self) -> Peer:
        """The only connection there ever was."""
        (peer,) = self.script.logged_in
        return peer

    def flood(self) -> None:
        """Send 40 MB, 100,000 events, without a pause."""
        for _ in range(5):
            self.peer.send_raw(FLOOD)

    def tell_rare(self, number: int) -> None:
        self.peer.send("Event: Rare", f"Number: {number}")


@pytest.fixture
def pbx() -> Iterator[FloodingPbx]:
    script = HonestAsterisk(channels=[channel(number) for number in range(LASTING)])
    with ScriptedServer(script) as server:
        yield FloodingPbx(server.port, script)


@contextmanager
def slowed_down(server: AmictlServer) -> Iterator[None]:
    """Let a process run for a tenth of the time only: a flood is too much for it then on any machine."""
    over = threading.Event()

    def hold_up() -> None:
        while not over.is_set():
            os.kill(server.pid, signal.SIGSTOP)
            time.sleep(0.045)
            os.kill(server.pid, signal.SIGCONT)
            time.sleep(0.005)

    holder = threading.Thread(target=hold_up)
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join()


def copy_channels(snapshot: Json, received: list[tuple[str, Json]]) -> tuple[dict[str, Json], bool]:
    """Return what a reader has who applied all changes, and whether none was missing."""
    values, seq, whole = dict(snapshot["snapshot"]), snapshot["seq"], True
    for name, batch in received:
        if batch.get("topic") != "channels":
            continue
        whole = (
            whole and name == "changes" and batch["prev_seq"] <= seq and batch["epoch"] == snapshot["epoch"]
        )
        seq = batch.get("seq", seq)
        for change in batch.get("changes", ()):
            if change["op"] == "put":
                values[change["key"]] = change["value"]
            else:
                values.pop(change["key"], None)
    return values, whole


def count_shed(socket: LiveSocket) -> int:
    shed: int = socket.subscribe("pbx")["pbx"]["snapshot"]["main"]["counters"]["shed"]
    return shed


def sheds(visit: Visit) -> bool:
    """Return whether raw events are given up, or were; told at once, where counters wait for their turn."""
    told = re.search(
        r'^amictl_events_shed_total\{pbx="main"\} (\S+)', visit.get("/metrics").text, re.MULTILINE
    )
    return told is not None and float(told[1]) > 0


def resets(socket: LiveSocket) -> list[str]:
    return [content["topic"] for name, content in list(socket.received) if name == "reset"]


def test_a_flood_costs_raw_events_alone_and_that_is_told(start_amictl: StartAmictl, pbx: FloodingPbx) -> None:
    server: AmictlServer = start_amictl(pbx)
    server.wait_until_ready()
    token = server.make_token()
    visit = server.call_api(token)
    with visit.open_socket(token) as socket:
        channels = socket.subscribe("channels")["channels"]
        socket.subscribe("event:Rare")
        with slowed_down(server):
            pbx.flood()
            assert wait_until(lambda: sheds(visit))
        assert wait_until(lambda: "event:Rare" in resets(socket))

        assert resets(socket) == ["event:Rare"]
        assert len(pbx.script.logged_in) == 1  # the link never dropped
        again = socket.subscribe("event:Rare")["event:Rare"]
        pbx.tell_rare(2)
        _, batch = socket.wait_for(
            lambda name, content: name == "ami_events" and content["topic"] == "event:Rare"
        )
        assert [event["data"]["Number"] for event in batch["events"]] == ["2"]
        assert batch["prev_seq"] <= again["seq"] < batch["seq"]
        truth = socket.subscribe("channels")["channels"]
        expected = {f"1700000000.{number}": "Up" for number in range(LASTING)}
        assert {key: value["state"] for key, value in truth["snapshot"].items()} == expected
        assert truth["epoch"] == channels["epoch"]
        assert wait_until(lambda: copy_channels(channels, socket.received) == (truth["snapshot"], True))
        assert wait_until(lambda: count_shed(socket) > 0)


@pytest.mark.long
def test_a_flood_beyond_all_bounds_is_skipped_on_the_same_link_and_the_picture_taken_again(
    pbx: FloodingPbx,
) -> None:
    timings = replace(CALM, resync_gap=0.5)
    with connected_link_to(LinkAddress(pbx.host, pbx.ami_port), timings) as manager:
        picture = manager.picture
        epoch = picture.epoch
        # Not told in the flood: only a new list can show it, if events were skipped.
        pbx.script.channels.append(channel(900))
        for _ in range(6):
            pbx.flood()
        assert manager.metrics.skipped > 0
        assert wait_until(lambda: manager.status.stale or picture.epoch != epoch)
        assert wait_until(lambda: picture.epoch != epoch)
        assert len(pbx.script.logged_in) == 1
        assert {found.exten for found in picture.channels()} == {str(n) for n in (*range(LASTING), 900)}
        assert {found.state for found in picture.channels()} == {"Up"}
        assert wait_until(lambda: manager.status.state is LinkState.CONNECTED and not manager.status.stale)
        skipped = manager.metrics.skipped
        assert skipped <= picture.shed <= picture.position("events")[1]
        assert wait_until(lambda: manager.status.counters.get("skipped") == skipped)  # with a keepalive
