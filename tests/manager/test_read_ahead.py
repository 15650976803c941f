"""Bytes are taken from the connection at once, and handed out in order whatever happens to it."""

from __future__ import annotations

from collections import deque

import pytest

from amictl.manager.read_ahead import MOST_HELD, OVERFULL, ReadAhead


class Wire:
    """A connection on which lies what a test put there; then it ends."""

    def __init__(self, *lying: bytes | OSError) -> None:
        self.lying = deque(lying)

    def receive(self) -> bytes:
        return self.receive_waiting()

    def receive_waiting(self) -> bytes:
        found = self.lying.popleft() if self.lying else b""
        if isinstance(found, OSError):
            raise found
        return found


def test_all_that_lies_there_is_read_with_the_first_portion_and_handed_out_in_order() -> None:
    wire = Wire(b"1", b"22", b"333")
    ahead = ReadAhead(wire)
    assert ahead.take() == b"1"
    assert (ahead.held, len(wire.lying)) == (5, 0)
    wire.lying.append(b"4")
    assert [ahead.take() for _ in range(4)] == [b"22", b"333", b"4", b""]
    assert ahead.held == 0


def test_a_connection_that_breaks_breaks_after_all_that_came_before() -> None:
    ahead = ReadAhead(Wire(b"1", b"2", ConnectionResetError("gone")))
    assert (ahead.take(), ahead.take()) == (b"1", b"2")
    for _ in range(2):
        with pytest.raises(ConnectionResetError, match="gone"):
            ahead.take()


def test_what_is_held_is_bounded() -> None:
    portion = bytes(1024 * 1024)
    ahead = ReadAhead(Wire(*[portion] * 200))
    seen_full = False
    for taken in range(200):
        assert ahead.take() == portion
        assert ahead.held <= MOST_HELD
        seen_full = seen_full or ahead.held == MOST_HELD
        assert ahead.is_overfull == (ahead.held >= OVERFULL), taken
    assert seen_full
    assert ahead.take() == b""


def test_it_tells_when_bytes_came_and_not_when_they_are_used() -> None:
    now = 10.0
    wire = Wire(b"1", b"2")
    ahead = ReadAhead(wire, lambda: now)
    ahead.take()
    now = 20.0
    ahead.take()
    assert ahead.received_at == 10.0
    wire.lying.append(b"3")
    ahead.take()
    assert ahead.received_at == 20.0
