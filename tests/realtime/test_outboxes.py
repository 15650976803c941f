"""What one client is sent: in order, bounded, never waited for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.realtime.outbox import (
    MAX_ANSWER_BYTES,
    MAX_QUEUED_BYTES,
    MAX_QUEUED_MESSAGES,
    Outbox,
    PendingOutput,
)
from tests.patience import PATIENCE
from tests.serving import wait_until

MEGABYTE = 1 << 20


class NarrowStream:
    """A socket that takes as much as a test says, and nothing without having to wait once that is used up.

    Args:
        takes: How many bytes each call without waiting takes; afterwards none.
    """

    def __init__(self, *takes: int) -> None:
        self.takes = list(takes)
        self.received = bytearray()
        self.ended = False
        self.error: OSError | None = None

    def send(self, data: bytes | memoryview, flags: int = 0, /) -> int:
        if self.error is not None:
            raise self.error
        if flags == 0:  # may wait: takes a little
            taken = min(len(data), 3)
        elif not self.takes:
            raise BlockingIOError
        else:
            taken = min(len(data), self.takes.pop(0))
        self.received += data[:taken]
        return taken

    def shutdown(self, how: int, /) -> None:
        assert how == socket.SHUT_RDWR
        self.ended = True


def drain_to_the_end(outbox: Outbox) -> None:
    outbox.finish(b"")
    outbox.drain()


def test_what_the_socket_takes_is_sent_at_once_and_nothing_waits() -> None:
    stream = NarrowStream(100, 100)
    outbox = Outbox(stream)
    outbox.send(b"first")
    outbox.send(b"second")
    assert stream.received == b"firstsecond"
    assert outbox.waiting == PendingOutput()


@given(
    st.lists(st.binary(min_size=1, max_size=20), max_size=12),
    st.lists(st.integers(0, 30), max_size=12),
)
def test_frames_never_mix_however_little_the_socket_takes(frames: list[bytes], takes: list[int]) -> None:
    stream = NarrowStream(*takes)
    outbox = Outbox(stream)
    offered = 0
    for frame in frames:
        outbox.send(frame)
        offered += len(frame)
        assert len(stream.received) + outbox.waiting.answers == offered
    drain_to_the_end(outbox)
    assert bytes(stream.received) == b"".join(frames)
    assert outbox.waiting == PendingOutput()


def test_a_frame_that_waits_is_shared_and_not_copied() -> None:
    shared = b"x" * MEGABYTE
    boxes = [Outbox(NarrowStream(10)) for _ in range(3)]
    for outbox in boxes:
        outbox.offer(shared)
    assert [outbox.waiting for outbox in boxes] == [PendingOutput(1, MEGABYTE - 10)] * 3
    assert {id(outbox._pieces[0].rest.obj) for outbox in boxes} == {id(shared)}  # type: ignore[union-attr]


def test_too_much_by_size_leaves_out_offers_and_takes_answers() -> None:
    stream = NarrowStream()
    outbox = Outbox(stream)
    frame = b"x" * MEGABYTE
    taken = 0
    while outbox.offer(frame):
        taken += 1
    assert taken == MAX_QUEUED_BYTES // MEGABYTE + 1
    assert outbox.waiting.is_too_much
    outbox.send(b"answer")
    assert outbox.waiting == PendingOutput(taken, taken * MEGABYTE, 6)
    assert not stream.ended


def test_too_many_are_left_out_however_small() -> None:
    outbox = Outbox(NarrowStream())
    assert all(outbox.offer(b"x") for _ in range(MAX_QUEUED_MESSAGES + 1))
    assert not outbox.offer(b"x")
    assert not outbox.waiting.is_little


def test_one_answer_may_be_large_and_does_not_cost_the_batches_that_follow() -> None:
    stream = NarrowStream()
    outbox = Outbox(stream)
    snapshot = b"x" * (MAX_ANSWER_BYTES + 2 * MEGABYTE)
    outbox.send(snapshot)
    assert outbox.offer(b"batch")
    assert outbox.waiting == PendingOutput(1, 5, len(snapshot))
    assert not outbox.waiting.is_too_much
    assert not stream.ended


def test_who_asks_and_does_not_read_the_answers_is_cut_off() -> None:
    stream = NarrowStream()
    outbox = Outbox(stream)
    while outbox.waiting.answers <= MAX_ANSWER_BYTES:
        outbox.send(b"x" * MEGABYTE)
        assert not stream.ended
    outbox.send(b"one more")
    assert stream.ended
    assert outbox.waiting == PendingOutput()
    outbox.send(b"more")
    assert outbox.waiting == PendingOutput()


def test_nothing_follows_the_last_frame() -> None:
    stream = NarrowStream()
    outbox = Outbox(stream)
    outbox.send(b"data ")
    assert outbox.finish(b"goodbye")
    assert not outbox.finish(b"once more")
    outbox.send(b"late")
    outbox.drain()
    assert stream.received == b"data goodbye"


@pytest.mark.parametrize("error", [ConnectionResetError(), BrokenPipeError(), OSError(9, "closed")])
def test_a_client_that_is_gone_costs_nothing_and_raises_nothing(error: OSError) -> None:
    stream = NarrowStream()
    outbox = Outbox(stream)
    outbox.send(b"waits")
    stream.error = error
    outbox.drain()  # ends by itself
    assert stream.ended
    assert outbox.waiting == PendingOutput()
    at_once = Outbox(stream)
    at_once.send(b"x")
    assert at_once.waiting == PendingOutput()
    at_once.drain()


@dataclass(frozen=True, slots=True)
class Line:
    """An outbox on a real socket, with its writer at work."""

    outbox: Outbox
    writer: threading.Thread
    server: socket.socket
    client: socket.socket


@pytest.fixture
def line() -> Iterator[Line]:
    server, client = socket.socketpair()
    with closing(server), closing(client):
        outbox = Outbox(server)
        writer = threading.Thread(target=outbox.drain)
        writer.start()
        yield Line(outbox, writer, server, client)
        writer.join(PATIENCE)
        assert not writer.is_alive()


def read_all(client: socket.socket) -> bytes:
    received = bytearray()
    while portion := client.recv(65536):
        received += portion
    return bytes(received)


def test_many_threads_send_whole_frames_to_a_real_socket_that_is_read_late(line: Line) -> None:
    outbox = line.outbox

    def send_all(name: int) -> None:
        for number in range(50):
            assert outbox.offer(b"<%d:%d:%b>" % (name, number, bytes([97 + name]) * 5000))

    senders = [threading.Thread(target=send_all, args=(name,)) for name in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert outbox.waiting.messages > 50, "the buffers of the system took everything: nothing was tested"
    outbox.finish(b"<end>")
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(read_all(line.client)))
    reader.start()
    line.writer.join(PATIENCE)
    line.server.shutdown(socket.SHUT_RDWR)
    reader.join(PATIENCE)
    frames = [frame.split(b":") for frame in received[0][1:-1].split(b"><")]
    assert frames.pop() == [b"end"]
    assert len(frames) == 200
    for name in range(4):
        mine = [frame for frame in frames if frame[0] == b"%d" % name]
        assert [int(number) for _, number, _ in mine] == list(range(50))
        assert {text for _, _, text in mine} == {bytes([97 + name]) * 5000}


def test_sending_does_not_wait_for_a_client_that_reads_nothing(line: Line) -> None:
    assert wait_until(lambda: not line.outbox.offer(b"x" * 65536))  # each returned at once
    assert line.writer.is_alive()
    line.outbox.abort()
    line.writer.join(PATIENCE)
    assert not line.writer.is_alive()
    assert line.outbox.waiting == PendingOutput()
