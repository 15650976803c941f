"""The server's end of a WebSocket, spoken to by clients that somebody else wrote, and by rude ones."""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import pytest
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wsproto.events import CloseConnection, Ping, Pong, TextMessage

from amictl.realtime.extensions import ANSWER
from amictl.realtime.frames import text_frame
from amictl.realtime.websocket import GOING_AWAY, WebSocket, WebSocketEndpoint
from tests.patience import PATIENCE
from tests.realtime.threaded_serving import serve_on_threads
from tests.realtime.websocket_peer import BROWSER_OFFER, WebSocketPeer, request_head
from tests.serving import wait_until

MAX_MESSAGE = 10_000
MASK = b"\0\0\0\0"
Serve = Callable[[WebSocket], object]


class Service:
    """A server whose every address is a WebSocket that does what a test says.

    Attributes:
        url: Where it is.
        opened: The WebSockets so far, as the server has them.
        ended: How many are over.
    """

    def __init__(self) -> None:
        self.serve: Serve = echo
        self.opened: list[WebSocket] = []
        self.ended = 0
        self.url = ""

    def _serve(self, opened: WebSocket) -> None:
        self.opened.append(opened)
        try:
            self.serve(opened)
        finally:
            self.ended += 1


def echo(opened: WebSocket) -> None:
    while (message := opened.wait()) is not None:
        opened.send(message)


@contextlib.contextmanager
def run_service() -> Iterator[Service]:
    service = Service()
    with serve_on_threads(WebSocketEndpoint(service._serve, max_message=MAX_MESSAGE)) as address:
        service.url = f"ws://{address}/"
        yield service
        for opened in service.opened:
            opened.outbox.abort()


@pytest.fixture
def service() -> Iterator[Service]:
    with run_service() as service:
        yield service


@pytest.fixture(scope="session")
def echo_service() -> Iterator[Service]:
    with run_service() as service:
        yield service


MESSAGES = ["", "x", "élan ✓ 𝄞", "y" * 5000, b"", b"\x00\xff", b"z" * 5000]


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_of_any_kind_comes_back(echo_service: Service, message: str | bytes, deflate: bool) -> None:
    with WebSocketPeer(echo_service.url, deflate=deflate) as peer:
        for _ in range(3):
            peer.send(message)
            assert peer.next_message() == message
        assert echo_service.opened[-1].deflates == deflate


@pytest.mark.parametrize("message", MESSAGES[:4])
def test_the_client_of_another_library_understands_the_server(echo_service: Service, message: str) -> None:
    with contextlib.closing(websocket.create_connection(echo_service.url, timeout=PATIENCE)) as client:
        client.send(message)
        assert client.recv() == message
        assert not echo_service.opened[-1].deflates


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(max_size=400), min_size=1, max_size=5), st.booleans(), st.booleans())
def test_a_message_in_pieces_with_pings_between_is_one_message(
    echo_service: Service, parts: list[str], deflate: bool, ping: bool
) -> None:
    with WebSocketPeer(echo_service.url, deflate=deflate) as peer:
        peer.send_fragments(parts, *[Ping(b"still there?")] * ping)
        assert peer.next_message() == "".join(parts)


def test_a_ping_is_answered_with_what_it_carried(echo_service: Service) -> None:
    with WebSocketPeer(echo_service.url) as peer:
        peer.say(Ping(b"123"))
        pong = peer.next_event()
    assert isinstance(pong, Pong)
    assert pong.payload == b"123"


def test_a_pong_is_a_sign_of_life(service: Service) -> None:
    with WebSocketPeer(service.url) as peer:
        peer.send("hello")
        peer.next_message()
        opened = service.opened[0]
        before = opened.last_heard
        opened.ping()
        ping = peer.next_event()
        assert isinstance(ping, Ping)
        peer.say(ping.response())
        assert wait_until(lambda: opened.last_heard > before)


def test_a_browsers_offer_is_accepted_and_without_one_nothing_is_said(echo_service: Service) -> None:
    with WebSocketPeer(echo_service.url, deflate=True) as browser, WebSocketPeer(echo_service.url) as other:
        assert f"Sec-WebSocket-Extensions: {ANSWER}" in browser.head
        assert "Extensions" not in other.head
    with WebSocketPeer(
        echo_service.url, f"Sec-WebSocket-Extensions: {BROWSER_OFFER}; server_max_window_bits=9"
    ) as odd:
        assert "Extensions" not in odd.head


def test_small_frames_are_not_held_back(service: Service) -> None:
    with WebSocketPeer(service.url) as peer:
        peer.send("hello")
        peer.next_message()
        assert service.opened[0]._stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ((b"Upgrade: websocket\r\n", b""), 426),
        ((b"keep-alive, Upgrade", b"keep-alive"), 426),
        ((b"Version: 13", b"Version: 8"), 426),
        ((b"Sec-WebSocket-Key: ", b"Sec-WebSocket-Key: x"), 400),
        ((b"Sec-WebSocket-Key", b"Another-Key"), 400),
        ((b"GET", b"POST"), 400),
    ],
)
def test_a_request_that_is_no_handshake_is_refused(
    echo_service: Service, change: tuple[bytes, bytes], status: int
) -> None:
    host, port = echo_service.url[5:-1].split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(request_head("/").replace(*change))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == status
        if status == 426:
            assert (answer.headers["Upgrade"], answer.headers["Sec-WebSocket-Version"]) == ("websocket", "13")


def masked(first: int, payload: bytes, *, length: int | None = None) -> bytes:
    """A client's frame whose mask is zero, and whose length may be a lie."""
    size = len(payload) if length is None else length
    if size < 126:
        return bytes((first, 0x80 | size)) + MASK + payload
    head = struct.pack("!BBH", first, 0x80 | 126, size) if size <= 0xFFFF else b""
    return (head or struct.pack("!BBQ", first, 0x80 | 127, size)) + MASK + payload


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\x01x", 1002),  # not masked
        (masked(0x83, b"x"), 1002),  # an opcode that is reserved
        (masked(0xC1, b"x"), 1002),  # compressed, though that was not agreed
        (masked(0x09, b"x"), 1002),  # a ping in pieces
        (masked(0x8B, b"x"), 1002),  # another
        (masked(0x80, b"x"), 1002),  # the continuation of nothing
        (masked(0x81, b"\xff\xfe"), 1007),  # no UTF-8
        (masked(0x88, b"\x03"), 1002),  # half a close code
        (masked(0x88, struct.pack("!H", 1005)), 1002),  # a code that must not be sent
        (masked(0x88, struct.pack("!H", 4321) + b"bye"), 4321),  # an application's own
        (masked(0x88, struct.pack("!H", 1000)), 1000),
        (masked(0x88, b""), 1005),
        (masked(0x81, b"x" * MAX_MESSAGE, length=1 << 40), 1009),
    ],
)
def test_each_fault_ends_the_connection_with_its_code(service: Service, raw: bytes, code: int) -> None:
    with WebSocketPeer(service.url) as peer:
        peer.socket.sendall(raw + (b"x" if code == 1009 else b""))
        assert peer.next_close() == code
    assert wait_until(lambda: service.ended == 1)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (masked(0xC9, b"x"), 1002),  # a deflated ping
        (masked(0x41, b"") + masked(0xC0, b""), 1002),  # said twice to be deflated
        (masked(0xC1, b"\xff\xff\xff"), 1007),  # nothing that inflates
        (masked(0xA1, b"x"), 1002),
    ],
)
def test_faults_of_a_client_that_deflates_end_its_connection(service: Service, raw: bytes, code: int) -> None:
    with WebSocketPeer(service.url, deflate=True) as peer:
        peer.socket.sendall(raw)
        assert peer.next_close() == code


def test_a_message_at_the_limit_passes_and_one_above_does_not(service: Service) -> None:
    with WebSocketPeer(service.url) as peer:
        peer.send("x" * MAX_MESSAGE)
        assert peer.next_message() == "x" * MAX_MESSAGE
        peer.send_fragments(["x" * (MAX_MESSAGE // 2)] * 2 + ["x"])
        assert peer.next_close() == 1009


def test_the_code_reaches_a_client_that_goes_on_sending(service: Service) -> None:
    with WebSocketPeer(service.url) as peer:
        peer.socket.sendall(masked(0x82, b"x" * 2_000_000))
        assert peer.next_close() == 1009


def test_a_small_message_that_inflates_to_a_large_one_ends_at_the_limit(service: Service) -> None:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = compressor.compress(bytes(50_000_000)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    longest: list[int] = []

    def note(opened: WebSocket) -> None:
        take_part = opened._take_part
        opened._take_part = lambda part, **options: (longest.append(len(part)), take_part(part, **options))
        echo(opened)

    service.serve = note
    with WebSocketPeer(service.url, deflate=True) as peer:
        peer.socket.sendall(masked(0xC2, bomb[:-4]))
        assert peer.next_close() == 1009
    assert max(longest) < 5_000_000


def test_a_defect_costs_one_connection_and_is_told_to_the_client(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.serve = lambda opened: [opened.wait(), 1 / 0]
    with WebSocketPeer(service.url) as peer, WebSocketPeer(service.url) as other:
        peer.send("x")
        assert peer.next_close() == 1011
        other.say(Ping())
        assert isinstance(other.next_event(), Pong)
    assert "websocket_crashed" in capsys.readouterr().out


def test_what_was_sent_before_the_end_arrives_before_the_end(service: Service) -> None:
    def send_and_end(opened: WebSocket) -> None:
        for number in range(20):
            opened.send(f"{number} " * 50_000)
        opened.close(GOING_AWAY, "the server stops")

    service.serve = send_and_end
    with WebSocketPeer(service.url, buffer=4096) as peer:
        for number in range(20):
            assert peer.next_message() == f"{number} " * 50_000
        close = peer.next_event()
        assert isinstance(close, CloseConnection)
        assert (close.code, close.reason) == (GOING_AWAY, "the server stops")
        peer.say(close.response())
        assert peer.socket.recv(1) == b""


def test_a_client_that_reads_slowly_gets_a_large_answer_whole_and_what_follows(service: Service) -> None:
    snapshot = "x" * 10_000_000

    def answer(opened: WebSocket) -> None:
        opened.send(snapshot)
        assert opened.outbox.offer(text_frame(b"batch", deflate=False))
        echo(opened)

    service.serve = answer
    with WebSocketPeer(service.url, buffer=4096) as peer:
        assert peer.next_message() == snapshot
        assert peer.next_message() == "batch"
        peer.send("hello")
        assert peer.next_message() == "hello"


@pytest.mark.long
def test_a_client_that_does_not_answer_the_end_is_cut_off(service: Service) -> None:
    began = time.monotonic()
    service.serve = lambda opened: opened.close()
    with WebSocketPeer(service.url) as peer:
        assert peer.next_close() == 1000
        assert peer.socket.recv(1) == b""
    assert time.monotonic() - began < 30  # the other side is given seconds, not a minute


@pytest.mark.long
def test_a_client_that_does_not_read_is_cut_off_at_the_end(service: Service) -> None:
    writers: list[threading.Thread] = []

    def flood(opened: WebSocket) -> None:
        while opened.outbox.offer(b"\x82\x7f" + struct.pack("!Q", 60_000) + bytes(60_000)):
            pass
        writers.extend(thread for thread in threading.enumerate() if "run_writer" in thread.name)
        opened.close()

    service.serve = flood
    with WebSocketPeer(service.url, buffer=4096):
        assert wait_until(lambda: service.ended == 1)
        assert wait_until(lambda: not any(writer.is_alive() for writer in writers))


def test_a_connection_that_breaks_ends_its_service_and_its_writer(service: Service) -> None:
    peer = WebSocketPeer(service.url)
    peer.send("hello")
    assert peer.next_message() == "hello"
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.socket.close()
    assert wait_until(lambda: service.ended == 1)
    opened = service.opened[0]
    opened.send("late")
    assert opened.wait() is None
    assert opened.outbox.waiting.messages == 0


def test_a_message_that_is_complete_is_served_though_the_client_left_at_once(service: Service) -> None:
    got: list[str | bytes | None] = []

    def collect(opened: WebSocket) -> None:
        got.extend(iter(opened.wait, None))

    service.serve = collect
    with WebSocketPeer(service.url) as peer:
        peer.socket.sendall(masked(0x81, b"one") + masked(0x81, b"two") + masked(0x88, b"\x03\xe8"))
        assert peer.next_close() == 1000
    assert wait_until(lambda: service.ended == 1)
    assert got == ["one", "two"]


def test_a_text_that_is_cut_inside_a_character_is_whole_again(echo_service: Service) -> None:
    text = "é✓𝄞".encode()
    with WebSocketPeer(echo_service.url) as peer:
        for number, byte in enumerate(text):
            first = (0x01 if number == 0 else 0x00) | (0x80 if number == len(text) - 1 else 0)
            peer.socket.sendall(masked(first, bytes([byte])))
        event = peer.next_event()
        assert isinstance(event, TextMessage)
        assert event.data == text.decode()
