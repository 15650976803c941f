"""A client's end of a WebSocket that can also say what no client should.

What amictl sends it must be what the AsyncAPI document says.
"""

from __future__ import annotations

import base64
import os
import socket
import time
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Message, Ping, TextMessage
from wsproto.extensions import PerMessageDeflate

from tests.patience import PATIENCE
from tests.socket_contract import check_text

BROWSER_OFFER = "permessage-deflate; client_max_window_bits"  # Chromium's and Firefox's


def request_head(path: str, *headers: str) -> bytes:
    """Return a request that asks for a WebSocket, with more headers."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


class WebSocketPeer:
    """A connected client; what it receives is decoded by wsproto.

    Args:
        url: Where to, with the path.
        headers: More headers of the request.
        deflate: Whether to offer what a browser does.
        buffer: Size of the receive buffer in bytes; None leaves it to the system.

    Attributes:
        head: The answer to the handshake.
        received: How many bytes came after it.
    """

    def __init__(self, url: str, *headers: str, deflate: bool = False, buffer: int | None = None) -> None:
        address = urlsplit(url)
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect((address.hostname, address.port))
        offer = [f"Sec-WebSocket-Extensions: {BROWSER_OFFER}"] if deflate else []
        target = address.path + (f"?{address.query}" if address.query else "")
        self.socket.sendall(request_head(target, *headers, *offer))
        self.head, rest = self._read_head()
        self.received = 0
        self._path = address.path
        self._connection = Connection(ConnectionType.CLIENT, self._agreed_extensions(), rest)
        self._events: list[Event] = list(self._connection.events())
        self._parts: list[str | bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.socket.close()

    def send(self, message: str | bytes) -> None:
        """Send a message, masked as a client must."""
        self.say(Message(message))

    def say(self, *events: Event) -> None:
        """Send anything that wsproto can say."""
        self.socket.sendall(b"".join(self._connection.send(event) for event in events))

    def say_goodbye(self) -> None:
        """Begin to close the connection; whoever reads from it sees its end."""
        self.say(CloseConnection(1000))

    def send_fragments(self, parts: Sequence[str], *between: Event) -> None:
        """Send one message in several frames, with other things between them."""
        for number, part in enumerate(parts, 1):
            self.say(Message(part, message_finished=number == len(parts)), *between)

    def next_event(self) -> Event:
        """Return what came next; a broken connection is a close with the code 1006."""
        while not self._events:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                data = b""
            self.received += len(data)
            self._connection.receive_data(data or None)
            self._events.extend(self._connection.events())
        return self._events.pop(0)

    def next_message(self) -> str | bytes:
        """Return the next whole message; pings are answered, pongs ignored."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            event = self.next_event()
            if isinstance(event, Ping):
                self.say(event.response())
            elif isinstance(event, TextMessage | BytesMessage):
                self._parts.append(event.data)
                if event.message_finished:
                    parts, self._parts = self._parts, []
                    message: str | bytes = type(parts[0])().join(parts)  # type: ignore[arg-type]
                    check_text(self._path, message)
                    return message
            elif isinstance(event, CloseConnection):
                raise ConnectionError(f"closed with {event.code}")
        raise AssertionError("no whole message in time")

    def next_close(self) -> int:
        """Read until the server closes, and return with which code."""
        while True:
            event = self.next_event()
            if isinstance(event, CloseConnection):
                return int(event.code)

    def _read_head(self) -> tuple[str, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            portion = self.socket.recv(4096)
            assert portion, f"no handshake: {received!r}"
            received += portion
        head, _, rest = received.partition(b"\r\n\r\n")
        return head.decode("latin-1"), rest

    def _agreed_extensions(self) -> list[PerMessageDeflate]:
        lines = [line.partition(": ") for line in self.head.split("\r\n")]
        agreed = [value for name, _, value in lines if name.lower() == "sec-websocket-extensions"]
        extensions = [PerMessageDeflate() for _ in agreed]
        for extension, answer in zip(extensions, agreed, strict=True):
            extension.finalize(answer)
        return extensions
