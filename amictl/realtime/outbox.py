"""The queue of what is sent to one client: in strict order, bounded, its bytes shared with others' queues."""

from __future__ import annotations

import socket
import threading
from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

MAX_QUEUED_MESSAGES: Final = 1000
MAX_QUEUED_BYTES: Final = 4 * 1024 * 1024  # some seconds of every event of a busy PBX
MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024  # above, one more answer is the end of who does not read them
_DRAINED: Final = 8  # batches; a client with no more waiting has caught up,
_DRAINED_BYTES: Final = MAX_QUEUED_BYTES // 8  # if they are not large


@dataclass(frozen=True, slots=True)
class PendingOutput:
    """How much waits to be sent to one client.

    Args:
        messages: How many batches.
        size: How many bytes they have.
        answers: How many bytes everything else has: a snapshot may be large, and comes once.
    """

    messages: int = 0
    size: int = 0
    answers: int = 0

    @property
    def is_too_much(self) -> bool:
        """Whether these are more batches than may wait."""
        return self.messages > MAX_QUEUED_MESSAGES or self.size > MAX_QUEUED_BYTES

    @property
    def is_little(self) -> bool:
        """Whether the client has caught up."""
        return self.messages <= _DRAINED and self.size <= _DRAINED_BYTES


@dataclass(slots=True)
class _Piece:
    """The rest of data that the socket did not take at once."""

    rest: bytes | memoryview
    is_batch: bool


class Stream(Protocol):
    """The part of a connected socket that an outbox uses."""

    def send(self, data: bytes | memoryview, flags: int = 0, /) -> int:
        """Send some of the data, and return how much."""

    def shutdown(self, how: int, /) -> None:
        """End both directions."""


class Outbox:
    """Everything that one WebSocket is sent goes through here.

    A frame is written at once, without waiting, by whoever has it, as long as nothing waits; what the socket
    does not take waits here for `drain`, which one thread of the socket's own runs. So a healthy client costs
    one system call a frame, and a slow one holds up nobody. Frames are shared: many outboxes hold the same
    bytes. Safe for native and green threads.

    Args:
        stream: The connected socket, whose own ``send`` waits until it can send something.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        # A green socket waits in send() whatever the flags say, and keeps the real one as ``fd``.
        self._send_now = getattr(stream, "fd", stream).send
        self._lock = threading.Lock()
        self._pieces: deque[_Piece] = deque()
        self._batches = self._batch_bytes = self._answer_bytes = 0
        self._work = threading.Event()
        self._finishing = False

    @property
    def waiting(self) -> PendingOutput:
        """How much waits at this moment; nothing once the client is gone."""
        return PendingOutput(self._batches, self._batch_bytes, self._answer_bytes)

    def offer(self, batch: bytes) -> bool:
        """Send something that may be left out; return False where it was, since too much waits already.

        Args:
            batch: One or more whole frames.
        """
        if self._pieces and self.waiting.is_too_much:
            return False
        with self._lock:
            if not self._finishing:
                self._send_or_keep(batch, is_batch=True)
        return True

    def send(self, answer: bytes) -> None:
        """Send something that must not be left out, without waiting; drops it where the client is gone.

        Args:
            answer: One or more whole frames.
        """
        if self._answer_bytes > MAX_ANSWER_BYTES:
            self.abort()
        with self._lock:
            if not self._finishing:
                self._send_or_keep(answer)

    def drain(self) -> None:
        """Write what waits, whenever something does, until `finish` or `abort`."""
        try:
            while (piece := self._await_piece()) is not None:
                self._take_off(piece, self._stream.send(piece.rest))
        except OSError:
            self.abort()

    def finish(self, last: bytes) -> bool:
        """Send the last thing, after which `drain` ends; return False where that was sent before.

        Args:
            last: A whole frame.
        """
        with self._lock:
            if self._finishing:
                return False
            self._send_or_keep(last)
            self._finishing = True
            self._work.set()
            return True

    def abort(self) -> None:
        """Drop what waits, and end the connection."""
        with self._lock:
            self._end()
        try:
            self._stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended already

    def _send_or_keep(self, frames: bytes, *, is_batch: bool = False) -> None:
        """Send what can be sent at once, and keep the rest in its order."""
        rest = frames if self._pieces else self._send_some(frames)
        if rest:
            self._pieces.append(_Piece(rest, is_batch))
            self._batches += is_batch
            self._count(len(rest), is_batch)
            self._work.set()

    def _send_some(self, frames: bytes) -> bytes | memoryview:
        """Send what the socket takes without waiting, and return the rest."""
        try:
            sent = self._send_now(frames, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return frames
        except OSError:  # gone; the socket's reader finds out by itself
            self._end()
            return b""
        return b"" if sent == len(frames) else memoryview(frames)[sent:]

    def _await_piece(self) -> _Piece | None:
        """Wait for something to send; None when there will be nothing more."""
        while True:
            with self._lock:
                if self._pieces:
                    return self._pieces[0]
                if self._finishing:
                    return None
                self._work.clear()
            self._work.wait()

    def _take_off(self, piece: _Piece, sent: int) -> None:
        """Note that so much of the first piece was sent; it stays the first until all of it was."""
        with self._lock:
            if not self._pieces:  # forgotten meanwhile
                return
            self._count(-sent, piece.is_batch)
            if sent == len(piece.rest):
                self._pieces.popleft()
                self._batches -= piece.is_batch
            else:
                piece.rest = memoryview(piece.rest)[sent:]

    def _count(self, size: int, is_batch: bool) -> None:
        """Count bytes that wait; called with the lock held."""
        if is_batch:
            self._batch_bytes += size
        else:
            self._answer_bytes += size

    def _end(self) -> None:
        """Accept nothing more; called with the lock held."""
        self._finishing = True
        self._pieces.clear()
        self._batches = self._batch_bytes = self._answer_bytes = 0
        self._work.set()
