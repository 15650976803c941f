"""The floor: the bytes that amictl sends, written by the least program that can write them.

``python -m bench.peers.plain_sockets RECORDING`` prints its URL; for each line ``{"rate", "first", "count"}``
it sends recorded events to all its clients and prints how many seconds that took. There is no PBX, no picture
and no server framework: JSON of the recorded events is ready from the start and only gets its numbers, a
batch each 40 ms is one WebSocket frame for all, and an epoll loop writes it to plain sockets.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import select
import socket
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.protocol import MessageBuffer
from bench.ami_player import read_events
from bench.processes import say

_BATCH_INTERVAL: Final = 0.04  # seconds, as amictl's
_MAX_BATCH: Final = 250  # events, as amictl's
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_TEXT: Final = 0x81
_COMPRESSED: Final = 0x40
_NUMBER: Final = "__number__"
_SENT_AT: Final = "__sent_at__"


class Reader:
    """One client's socket.

    Args:
        sock: Just accepted.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.deflate = self._shake_hands()
        self._waiting = memoryview(b"")
        sock.setblocking(False)

    def write(self, frame: bytes) -> bool:
        """Begin to send a frame; return whether all of it has left."""
        self._waiting = memoryview(frame)
        return self.go_on()

    def go_on(self) -> bool:
        """Send more of the frame; return whether all of it has left."""
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                self._waiting = self._waiting[self.sock.send(self._waiting) :]
        return not self._waiting

    def _shake_hands(self) -> bool:
        """Do as a Socket.IO server does; return whether the client takes compressed frames."""
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.sock.recv(65536)
        headers = dict(line.split(b": ", 1) for line in request.split(b"\r\n")[1:] if b": " in line)
        deflate = b"Sec-WebSocket-Extensions" in headers
        key = hashlib.sha1(headers[b"Sec-WebSocket-Key"] + _GUID, usedforsecurity=False).digest()
        answer = [
            b"HTTP/1.1 101 Switching Protocols",
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Accept: " + base64.b64encode(key),
        ]
        if deflate:
            answer.append(b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover")
        self.sock.sendall(b"\r\n".join(answer) + b"\r\n\r\n" + make_frame(b'0{"sid":"0"}'))
        self.sock.recv(65536)  # what connects it to the namespace
        self.sock.sendall(make_frame(b'40{"sid":"0"}'))
        return deflate


class Floor:
    """Writes batches to all clients.

    Args:
        listener: Where clients connect.
        templates: Recorded events as JSON, with places for what differs each time.
    """

    def __init__(self, listener: socket.socket, templates: Iterator[bytes]) -> None:
        self._listener = listener
        self._templates = templates
        self._readers: list[Reader] = []

    def accept_until(self, descriptor: int) -> None:
        """Accept clients until a descriptor can be read."""
        listening = self._listener.fileno()
        while descriptor not in select.select([listening, descriptor], [], [])[0]:
            self._readers.append(Reader(self._listener.accept()[0]))

    def play(self, rate: float, first: int, count: int) -> float:
        """Send events at a rate, batch by batch, until all have left; return the seconds that it took.

        Args:
            rate: Events a second.
            first: Number of the first event.
            count: How many events.
        """
        sent, began = 0, time.monotonic()
        while sent < count:
            turn = time.monotonic()
            due = min(count, int((turn - began) * rate) + 1)
            for start in range(sent, due, _MAX_BATCH):
                self._send_to_all(self._make_batch(first + start, first + min(due, start + _MAX_BATCH)))
            sent = due
            time.sleep(max(0.0, turn + _BATCH_INTERVAL - time.monotonic()))
        return time.monotonic() - began

    def _make_batch(self, first: int, end: int) -> bytes:
        now = time.monotonic()
        numbered = zip(range(first, end), self._templates, strict=False)
        events = b",".join([template % (number, number, now) for number, template in numbered])
        return b'42["ami_events",{"seq":%d,"prev_seq":%d,"events":[%b]}]' % (end - 1, first - 1, events)

    def _send_to_all(self, text: bytes) -> None:
        """Write one frame to all, wherever there is room first; return when all of it has left."""
        frames = {deflate: make_frame(text, deflate=deflate) for deflate in self._kinds()}
        unfinished = {
            reader.sock.fileno(): reader
            for reader in self._readers
            if not reader.write(frames[reader.deflate])
        }
        with select.epoll() as poll:
            for number in unfinished:
                poll.register(number, select.EPOLLOUT)
            while unfinished:
                for number, _ in poll.poll():
                    if unfinished[number].go_on():
                        poll.unregister(number)
                        del unfinished[number]

    def _kinds(self) -> set[bool]:
        return {reader.deflate for reader in self._readers}


def make_frame(text: bytes, *, deflate: bool = False) -> bytes:
    """Return a server's text frame."""
    first = _TEXT
    if deflate:
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        text = (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
        first |= _COMPRESSED
    length = len(text)
    if length < 126:
        return bytes((first, length)) + text
    if length < 65536:
        return bytes((first, 126)) + length.to_bytes(2, "big") + text
    return bytes((first, 127)) + length.to_bytes(8, "big") + text


def make_templates(recording: Path) -> list[bytes]:
    """Return recorded events as JSON, ready to be filled with a cursor, a number and a time by ``%``."""
    buffer = MessageBuffer()
    templates = []
    for event in read_events(recording):
        marked = event + f"\r\nBenchNumber: {_NUMBER}\r\nBenchAt: {_SENT_AT}\r\n\r\n".encode()
        (message,) = buffer.feed(marked)
        payload = ReceivedEvent("main", message, time.time(), 0).payload
        del payload["seq"], payload["pbx"]
        text = orjson.dumps(payload).replace(b"%", b"%%")
        text = text.replace(_NUMBER.encode(), b"%d").replace(_SENT_AT.encode(), b"%.6f")
        templates.append(b'{"seq":%d,' + text[1:])
    return templates


def main(recording: Path) -> None:
    """Serve until standard input ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        floor = Floor(listener, itertools.cycle(make_templates(recording)))
        say(f"http://127.0.0.1:{listener.getsockname()[1]}")
        while True:
            floor.accept_until(sys.stdin.fileno())
            line = sys.stdin.buffer.readline()
            if not line:
                return
            say(floor.play(**orjson.loads(line)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
