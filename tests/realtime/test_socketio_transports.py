"""Socket.IO over our WebSockets and over polling: each client is sent everything once, in order.

The same on plain threads, with Werkzeug's server, and on green ones, in a real process.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.application import Application, make_message
from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer, message
from tests.patience import PATIENCE
from tests.realtime.threaded_serving import serve_application
from tests.realtime.websocket_peer import WebSocketPeer
from tests.serving import AmictlServer, OrderlyClient, wait_until
from tests.socket_contract import check_packet

PATH = "/socket.io/?EIO=4&transport=websocket"
PADDING = "x" * 400


@dataclass(frozen=True, slots=True)
class ScriptedPbx:
    ami_port: int
    host: str = "127.0.0.1"
    username: str = USERNAME
    secret: str = SECRET


@dataclass(slots=True)
class Stage:
    """A running amictl whose PBX tells of numbered events.

    Args:
        url: Where it serves.
        token: Of an administrator.
        tell: Makes the PBX tell of events with the numbers from the first one up to the second.
    """

    url: str
    token: str
    tell: Callable[[int, int], None]


@pytest.fixture(scope="module")
def green_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    script = HonestAsterisk()
    folder: Path = tmp_path_factory.mktemp("green")
    with ScriptedServer(script) as pbx, AmictlServer(folder, ScriptedPbx(pbx.port)) as server:
        server.wait_until_ready()

        def tell(first: int, end: int) -> None:
            lines = (
                message("Event: VarSet", f"Number: {number}", f"Value: {PADDING}")
                for number in range(first, end)
            )
            script.logged_in[-1].send_raw(b"".join(lines))

        yield Stage(server.url, server.make_token(), tell)


@pytest.fixture
def threaded_stage(application: Application) -> Iterator[Stage]:
    def tell(first: int, end: int) -> None:
        for number in range(first, end):
            application.picture.apply_event(make_message(Event="VarSet", Number=str(number), Value=PADDING))

    with serve_application(application) as address:
        yield Stage(f"http://{address}", application.make_token(), tell)


@pytest.fixture(params=[pytest.param("green", marks=pytest.mark.served), "threaded"])
def stage(request: pytest.FixtureRequest) -> Stage:
    return request.getfixturevalue(f"{request.param}_stage")


class Listener:
    """A client of python-socketio that keeps the numbers of the events that it was sent."""

    def __init__(self, stage: Stage, *transports: str) -> None:
        self.numbers: list[int] = []
        self.batches: list[dict[str, Any]] = []
        self._session = requests.Session()
        self.client = OrderlyClient(reconnection=False, http_session=self._session)
        self.client.on("ami_events", self._note)
        self.client.connect(stage.url, auth={"token": stage.token}, transports=list(transports) or None)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.client.disconnect()
        self._session.close()

    def subscribe(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.call("subscribe", {"topics": ["event:VarSet"]})
        return answer["event:VarSet"]

    def expect(self, first: int, end: int) -> None:
        """Wait until exactly these numbers came, in order, since the last time."""
        assert wait_until(lambda: len(self.numbers) >= end - first), self.numbers
        assert self.numbers == list(range(first, end))
        self.numbers.clear()

    def _note(self, batch: dict[str, Any]) -> None:
        self.batches.append(batch)
        self.numbers.extend(int(event["data"]["Number"]) for event in batch["events"])


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_every_transport_brings_everything_in_order(stage: Stage, transports: tuple[str, ...]) -> None:
    with Listener(stage, *transports) as listener:
        seq = listener.subscribe()["seq"]
        for first in range(0, 3000, 500):
            stage.tell(first, first + 500)
        listener.expect(0, 3000)
        for batch in listener.batches:
            assert batch["prev_seq"] <= seq
            seq = batch["seq"]
        assert listener.client.transport() == transports[-1]


def poll_by_hand(stage: Stage) -> tuple[str, str]:
    """Subscribe as a client that polls, and return its address and its session ID."""
    polling = f"{stage.url}/socket.io/?EIO=4&transport=polling"
    sid = json.loads(requests.get(polling, timeout=PATIENCE).text[1:])["sid"]
    polling += f"&sid={sid}"
    for packet in ("40" + json.dumps({"token": stage.token}), '420["subscribe",{"topics":["event:VarSet"]}]'):
        assert requests.post(polling, data=packet, timeout=PATIENCE).text == "OK"
        assert requests.get(polling, timeout=PATIENCE).text[:2] in {"40", "43"}
    return polling, sid


def test_what_is_sent_while_a_client_changes_to_its_websocket_is_neither_lost_nor_moved(stage: Stage) -> None:
    polling, sid = poll_by_hand(stage)
    stage.tell(0, 100)
    with WebSocketPeer(f"{stage.url}{PATH}&sid={sid}") as peer:
        peer.send("2probe")
        assert peer.next_message() == "3probe"
        stage.tell(100, 200)
        assert requests.get(polling, timeout=PATIENCE).text == "6"  # the poll ends, and brings nothing
        peer.send("5")
        stage.tell(200, 300)
        numbers: list[int] = []
        while len(numbers) < 300:
            numbers += read_numbers(str(peer.next_message()))
        assert numbers == list(range(300))
        assert requests.get(polling, timeout=PATIENCE).status_code == 400  # it is over with polling


def test_a_poll_that_waits_ends_when_the_client_changes_to_its_websocket(stage: Stage) -> None:
    polling, sid = poll_by_hand(stage)
    answers: list[str] = []
    poll = threading.Thread(target=lambda: answers.append(requests.get(polling, timeout=PATIENCE).text))
    poll.start()
    with WebSocketPeer(f"{stage.url}{PATH}&sid={sid}") as peer:
        peer.send("2probe")
        assert peer.next_message() == "3probe"
        poll.join(PATIENCE)
        assert answers == ["6"]
        peer.send("5")
        stage.tell(0, 10)
        numbers: list[int] = []
        while len(numbers) < 10:
            numbers += read_numbers(str(peer.next_message()))
        assert numbers == list(range(10))


def test_several_clients_that_poll_get_the_same_bytes_as_one_with_a_websocket(stage: Stage) -> None:
    addresses = [poll_by_hand(stage)[0] for _ in range(3)]
    with open_by_hand(stage) as peer:
        stage.tell(0, 300)
        expected = read_messages(lambda: [str(peer.next_message())])
        for address in addresses:
            told = read_messages(
                lambda address=address: requests.get(address, timeout=PATIENCE).text.split("\x1e")
            )
            assert told == expected


def read_messages(take: Callable[[], list[str]]) -> list[str]:
    """Return the packets with all 300 events, as they came; pings of Engine.IO are left out."""
    packets: list[str] = []
    while sum(len(read_numbers(each)) for each in packets) < 300:
        packets += [each for each in take() if each != "2"]
    return packets


def read_numbers(packet: str) -> list[int]:
    """Return the numbers of the events in a packet; any other packet has none."""
    check_packet(packet)
    if not packet.startswith('42["ami_events"'):
        assert packet in {"2", "6"}, packet
        return []
    return [int(event["data"]["Number"]) for event in json.loads(packet[2:])[1]["events"]]


def open_by_hand(stage: Stage, **options: Any) -> WebSocketPeer:  # noqa: ANN401 - of several types
    """Return a Socket.IO client that has subscribed, spoken by hand."""
    peer = WebSocketPeer(f"{stage.url}{PATH}", **options)
    assert str(peer.next_message()).startswith("0")
    peer.send("40" + json.dumps({"token": stage.token}))
    assert str(peer.next_message()).startswith("40")
    peer.send('420["subscribe",{"topics":["event:VarSet"]}]')
    assert str(peer.next_message()).startswith("430")
    return peer


def test_browsers_get_the_same_bytes_deflated_and_others_the_same_messages_plain(stage: Stage) -> None:
    with (
        open_by_hand(stage, deflate=True) as first,
        open_by_hand(stage, deflate=True) as second,
        open_by_hand(stage) as plain,
    ):
        before = first.received, second.received, plain.received
        stage.tell(0, 400)
        numbers: dict[WebSocketPeer, list[int]] = {first: [], second: [], plain: []}
        for peer, seen in numbers.items():
            while len(seen) < 400:
                seen.extend(read_numbers(str(peer.next_message())))
        assert all(seen == list(range(400)) for seen in numbers.values())
        sizes = [peer.received - size for peer, size in zip(numbers, before, strict=True)]
        assert sizes[0] == sizes[1] < sizes[2] / 5


@pytest.mark.parametrize("packet", ["", "x", "9", "42", "42[", '42{"no":"list"}', b"binary", "451-[]"])
def test_a_packet_that_is_none_costs_its_own_connection_at_most(stage: Stage, packet: str | bytes) -> None:
    with open_by_hand(stage) as healthy, open_by_hand(stage) as peer:
        peer.send(packet)
        peer.send("1")  # Engine.IO's goodbye, where the packet was let pass
        assert peer.next_close() in {1000, 1008}
        stage.tell(0, 1)
        assert read_numbers(str(healthy.next_message())) == [0]


def test_an_upgrade_that_goes_wrong_leaves_the_client_polling(stage: Stage) -> None:
    polling, sid = poll_by_hand(stage)
    with WebSocketPeer(f"{stage.url}{PATH}&sid={sid}") as peer:
        peer.send("2wrong")
        assert peer.next_close() == 1000
    stage.tell(0, 1)
    assert read_numbers(requests.get(polling, timeout=PATIENCE).text) == [0]
