"""A client that reads too slowly costs neither memory nor the others' time."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
import websocket

from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer, message
from tests.patience import PATIENCE
from tests.serving import AmictlServer, StartAmictl, wait_until
from tests.soak.silent_client import watch_silent_client
from tests.socket_contract import check_packet

BURST = 1000  # events, less than a topic's log holds
FLOOD = 60_000  # events of half a kilobyte: far more than the buffers of any socket


@dataclass(frozen=True, slots=True)
class ScriptedPbx:
    ami_port: int
    host: str = "127.0.0.1"
    username: str = USERNAME
    secret: str = SECRET


@pytest.fixture
def asterisk_that_floods() -> Iterator[tuple[ScriptedPbx, HonestAsterisk]]:
    script = HonestAsterisk()
    with ScriptedServer(script) as server:
        yield ScriptedPbx(server.port), script


class StubbornClient:
    """Speaks Socket.IO by hand, so that it can stop reading."""

    def __init__(self, server: AmictlServer, token: str) -> None:
        small_buffer = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
        url = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.socket = websocket.create_connection(
            url, timeout=PATIENCE, sockopt=small_buffer, skip_utf8_validation=True
        )
        assert self.socket.recv().startswith("0")
        self.socket.send("40" + json.dumps({"token": token}))
        assert self.socket.recv().startswith("40")

    def close(self) -> None:
        self.socket.close()

    def subscribe(self, *topics: str) -> None:
        self.socket.send("420" + json.dumps(["subscribe", {"topics": topics}]))
        assert self.read_until("430")

    def read_until(self, beginning: str, seconds: float = PATIENCE) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            packet = self.socket.recv()
            if packet == "2":
                self.socket.send("3")
            check_packet(packet)
            if packet.startswith(beginning):
                return str(packet)
        raise AssertionError(f"no packet that begins with {beginning}")


def flood(script: HonestAsterisk, events: int = FLOOD) -> None:
    (peer,) = script.logged_in
    padding = "x" * 430
    for start in range(0, events, 500):
        burst = b"".join(
            message("Event: VarSet", f"Number: {number}", f"Value: {padding}")
            for number in range(start, start + 500)
        )
        peer.send_raw(burst)


def test_a_client_that_stops_reading_is_set_aside_and_told_to_begin_anew(
    start_amictl: StartAmictl, asterisk_that_floods: tuple[ScriptedPbx, HonestAsterisk]
) -> None:
    pbx, script = asterisk_that_floods
    server = start_amictl(pbx)
    token = server.make_token()
    assert wait_until(lambda: server.call_api(token).get("/readyz").status_code == 200)
    with closing(StubbornClient(server, token)) as stubborn:
        refuse_to_read(stubborn, server, script, token)


def refuse_to_read(
    stubborn: StubbornClient, server: AmictlServer, script: HonestAsterisk, token: str
) -> None:
    stubborn.subscribe("events")
    with server.call_api(token).open_socket(token) as healthy:
        healthy.subscribe("event:VarSet")

        def seen() -> int:
            return sum(len(batch["events"]) for name, batch in list(healthy.received) if name == "ami_events")

        for goal in range(BURST, FLOOD, BURST):
            flood(script, BURST)
            assert wait_until(lambda goal=goal: seen() >= goal)
            if "slow_client_suspended" in server.output:
                break
        assert "slow_client_suspended" in server.output
        assert not had_reset(healthy.received)
    reset = stubborn.read_until('42["reset"')
    assert json.loads(reset[2:])[1] == {"pbx": "main", "topic": "events"}
    stubborn.subscribe("events")


@pytest.mark.long
@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        (25.0, 1000.0),  # longer than the server waits for an answer to its pings
        pytest.param(60.0, 2000.0, marks=pytest.mark.soak),
    ],
)
def test_a_client_that_is_silent_for_long_costs_little_and_comes_back_whole(
    start_amictl: StartAmictl,
    asterisk_that_floods: tuple[ScriptedPbx, HonestAsterisk],
    seconds: float,
    rate: float,
) -> None:
    pbx, script = asterisk_that_floods
    server = start_amictl(pbx, by_itself=True)
    server.wait_until_ready()
    outcome = watch_silent_client(server, script, seconds=seconds, rate=rate)
    assert "slow_client_suspended" in server.output
    assert outcome.growth < 10
    assert outcome.faults == []
    assert outcome.slowest[len(outcome.slowest) * 99 // 100] < 5  # the other is silent for far longer
    assert len(outcome.slowest) > seconds * rate * 0.9
    assert outcome.came_back


def had_reset(received: list[tuple[str, dict[str, Any]]]) -> bool:
    return any(name == "reset" for name, _ in list(received))
