"""Bytes that were read before they can be used, so that the PBX never waits for its reader."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

MOST_HELD: Final = 64 * 1024 * 1024
"""Bytes: some seconds of the worst storm, about 150,000 events."""
OVERFULL: Final = 48 * 1024 * 1024
"""Bytes from which on events must be skipped, or the connection could be emptied no more."""


class ByteSource(Protocol):
    """The two ways to read a connection."""

    def receive(self) -> bytes:
        """Wait for bytes; empty means that the connection has ended."""

    def receive_waiting(self) -> bytes:
        """Return the bytes that have arrived, without waiting; empty means none."""


class ReadAhead:
    """Empties the connection each time that a portion is taken, and hands out the portions in order.

    Asterisk ends a session that lets its socket's buffers stay full for 100 ms (``writetimeout``), which a
    storm of 50,000 events a second does within a second of not being read fast enough.

    Args:
        source: The connection.
        clock: Returns seconds that only grow.

    Attributes:
        received_at: When bytes came last.
    """

    def __init__(self, source: ByteSource, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._portions: deque[bytes] = deque()
        self._held = 0
        self._failure: OSError | None = None
        self.received_at = clock()

    @property
    def is_overfull(self) -> bool:
        """Whether more waits than can be used in reasonable time."""
        return self._held >= OVERFULL

    @property
    def held(self) -> int:
        """How many bytes wait to be taken."""
        return self._held

    def take(self) -> bytes:
        """Return the next portion, and wait for it where there is none; empty at the end.

        Raises:
            OSError: The connection broke, after all that was handed out.
        """
        if self._portions:
            portion = self._portions.popleft()
            self._held -= len(portion)
        elif self._failure is not None:
            raise self._failure
        else:
            portion = self._source.receive()
            self.received_at = self._clock()
        self._fill()
        return portion

    def _fill(self) -> None:
        """Read all bytes that have arrived, within the bound."""
        if self._failure is not None:
            return
        try:
            while self._held < MOST_HELD and (data := self._source.receive_waiting()):
                self._portions.append(data)
                self._held += len(data)
                self.received_at = self._clock()
        except OSError as failure:
            self._failure = failure
