"""The bytes of a connection, when the other side does not read or goes away."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from amictl.errors import LinkDown, OutcomeUnknown
from amictl.manager import LinkTimings, reading_pace
from amictl.manager.session import Session
from amictl.manager.transport import SendError, Transport
from amictl.protocol import Action
from tests.asterisk.server import await_condition
from tests.patience import PATIENCE

MUCH = b"x" * 4_000_000  # more than the buffers of a pair of sockets hold


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def send_in_thread(transport: Transport, data: bytes, errors: list[SendError]) -> threading.Thread:
    """Send in a thread, and keep the error for the test to look at."""

    def send() -> None:
        try:
            transport.send(data, 10)
        except SendError as error:
            errors.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_a_send_that_is_not_read_fails_in_time_and_says_that_a_part_has_left(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    transport = Transport(pair[0], None, send_timeout=0.2)
    started = time.monotonic()
    with pytest.raises(SendError, match="does not read") as failure:
        transport.send(MUCH, 1)
    assert time.monotonic() - started < 30
    assert failure.value.partial
    assert failure.value.fatal
    transport.close()


def test_a_send_of_which_nothing_left_says_so(pair: tuple[socket.socket, socket.socket]) -> None:
    transport = Transport(pair[0], None, send_timeout=0.2)
    with pytest.raises(SendError):
        transport.send(MUCH, 1)
    with pytest.raises(SendError) as failure:
        transport.send(b"Action: Ping\r\n\r\n", 1)
    assert not failure.value.partial
    transport.close()


def test_a_sender_does_not_wait_longer_for_others_than_it_wants_to(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    transport = Transport(pair[0], None, send_timeout=PATIENCE)
    errors: list[SendError] = []
    first = send_in_thread(transport, MUCH, errors)
    await_condition(lambda: pair[1].recv(1, socket.MSG_PEEK))
    with pytest.raises(SendError, match="other actions") as failure:
        transport.send(b"Action: Ping\r\n\r\n", 0.05)
    assert not failure.value.fatal, "the connection may be all right"
    assert not failure.value.partial
    transport.shut_down()
    first.join(PATIENCE)
    assert [error.partial for error in errors] == [True]
    transport.close()


@pytest.mark.parametrize(("changes_pbx", "expected"), [(True, OutcomeUnknown), (False, LinkDown)])
def test_an_action_of_which_a_part_has_left_has_an_unknown_outcome_if_it_changes_anything(
    pair: tuple[socket.socket, socket.socket], changes_pbx: bool, expected: type[Exception]
) -> None:
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    session = Session("main", Transport(pair[0], None, send_timeout=0.2), LinkTimings())
    session.start()
    headers = tuple((f"Header{number}", "x" * 1000) for number in range(100))
    with pytest.raises(expected):
        session.request(Action("Originate", headers, changes_pbx=changes_pbx), 5)
    assert session.wait_for_end(10)
    assert "does not read" in session.end_reason
    assert session.pending_count == 0


def test_an_action_and_the_end_of_a_session_end_the_rest_of_its_reader(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_pace, "READING_INTERVAL", 1e6)
    monkeypatch.setattr(reading_pace, "_CLOSE", float("inf"))
    session = Session("main", Transport(pair[0], None, send_timeout=PATIENCE), LinkTimings())
    delivered: list[str] = []
    session.deliver_to(lambda message: delivered.append(message.name))
    session.start()
    pair[1].sendall(b"Asterisk Call Manager/11.0.0\r\nEvent: Hold\r\n\r\n")
    await_condition(lambda: delivered == ["Hold"])
    pair[1].sendall(b"Event: Unhold\r\n\r\n")

    def answer() -> None:
        asked = pair[1].recv(4096)
        (action_id,) = [line for line in asked.split(b"\r\n") if line.startswith(b"ActionID")]
        pair[1].sendall(b"Response: Success\r\n%b\r\nPing: Pong\r\n\r\nEvent: Hangup\r\n\r\n" % action_id)

    answering = threading.Thread(target=answer)
    answering.start()
    assert session.request(Action("Ping"), PATIENCE).success
    answering.join(PATIENCE)
    await_condition(lambda: delivered == ["Hold", "Unhold", "Hangup"])
    session.close("enough")
    assert session.wait_for_end(PATIENCE)


def test_a_slow_reader_gets_everything(pair: tuple[socket.socket, socket.socket]) -> None:
    transport = Transport(pair[0], None, send_timeout=10)
    errors: list[SendError] = []
    sender = send_in_thread(transport, MUCH, errors)
    received = bytearray()
    while len(received) < len(MUCH):
        received += pair[1].recv(50_000)
    sender.join(PATIENCE)
    assert bytes(received) == MUCH
    assert errors == []
    transport.close()


def test_a_shut_down_wakes_the_reader_and_refuses_senders(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    transport = Transport(pair[0], None, send_timeout=10)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(transport.receive()))
    reader.start()
    transport.shut_down()
    reader.join(PATIENCE)
    assert received == [b""]
    with pytest.raises(SendError, match="closed"):
        transport.send(b"Action: Ping\r\n\r\n", 1)
    transport.close()


def test_silence_does_not_end_a_connection(pair: tuple[socket.socket, socket.socket]) -> None:
    transport = Transport(pair[0], None, send_timeout=0.04)  # a tick of 10 ms
    received: list[bytes] = []
    ended = threading.Event()

    def receive() -> None:
        received.append(transport.receive())
        ended.set()

    threading.Thread(target=receive).start()
    assert not ended.wait(0.1)
    pair[1].sendall(b"late")
    assert ended.wait(PATIENCE)
    assert received == [b"late"]
    transport.close()


def test_a_gone_reader_is_an_error_and_not_an_exception_of_the_system(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    transport = Transport(pair[0], None, send_timeout=1)
    pair[1].close()
    with pytest.raises(SendError, match="Broken pipe"):
        transport.send(b"Action: Ping\r\n\r\n", 1)
    transport.close()
