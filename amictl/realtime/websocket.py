"""The server's end of a WebSocket: handshake, messages of the client, and the orderly end (RFC 6455).

wsproto reads what clients send; what they are sent is made in `frames` and goes through an `Outbox`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

import structlog
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from amictl.realtime.extensions import ClientInflater, agree_on_deflate
from amictl.realtime.frames import binary_frame, close_frame, ping_frame, pong_frame, text_frame
from amictl.realtime.outbox import Outbox

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]

NORMAL: Final = 1000  # close codes (RFC 6455, 7.4.1)
GOING_AWAY: Final = 1001
POLICY_VIOLATION: Final = 1008
TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011

_CLOSE_PATIENCE: Final = 2.0  # seconds that a client gets to read what waits, and to answer a close frame
_RECEIVE_BYTES: Final = 4096  # at once; deflated, these can become at most 4 MiB
_ACCEPT_SALT: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_VERSION: Final = "13"
_log = structlog.get_logger(__name__)


class WebSocket:
    """One open WebSocket; one thread reads from it, any may send.

    Args:
        stream: The connected socket.
        deflates: Whether both sides deflate messages.
        max_message: How many bytes or characters a message of the client may have.
    """

    def __init__(self, stream: socket.socket, *, deflates: bool, max_message: int) -> None:
        self.deflates = deflates
        self.outbox = Outbox(stream)
        self.last_heard = time.monotonic()
        self._stream = stream
        self._max_message = max_message
        self._parser = Connection(ConnectionType.SERVER, [ClientInflater()] if deflates else [])
        self._messages: deque[str | bytes] = deque()
        self._parts: list[str | bytes] = []
        self._parts_size = 0
        self._over = False  # no message comes any more
        self._gone = False  # nor anything else
        self._cutter: threading.Timer | None = None

    def wait(self) -> str | bytes | None:
        """Return the next message of the client, or None when there will be none."""
        while not self._messages:
            if self._over:
                return None
            self._receive()
        return self._messages.popleft()

    def send(self, message: str | bytes) -> None:
        """Send a message: text, or bytes as they are; never waits."""
        if isinstance(message, str):
            self.outbox.send(text_frame(message.encode(), deflate=self.deflates))
        else:
            self.outbox.send(binary_frame(message, deflate=self.deflates))

    def send_text(self, text: bytes) -> None:
        """Send a text message that is UTF-8 already; never waits."""
        self.outbox.send(text_frame(text, deflate=self.deflates))

    def ping(self) -> None:
        """Send a ping; its answer sets `last_heard`."""
        self.outbox.send(ping_frame())

    def run_writer(self) -> None:
        """Send what waits, until the end; runs in a thread of its own."""
        self.outbox.drain()

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """End it in order, after all that was sent before; does not wait for the end.

        A client that does not read, or does not answer the close frame, is cut off soon.

        Args:
            code: Why, as RFC 6455, 7.4 numbers it.
            reason: The same for people, at most 123 bytes.
        """
        if self.outbox.finish(close_frame(code, reason)) and not self._gone:
            self._cutter = threading.Timer(_CLOSE_PATIENCE, self.outbox.abort)
            self._cutter.daemon = True
            self._cutter.start()

    def finish(self) -> None:
        """Close it, and return when the connection is over; called by the thread that reads."""
        self.close()
        while not self._gone:
            self._receive()
        if self._cutter is not None:
            self._cutter.cancel()

    def _receive(self) -> None:
        """Read once, and handle the messages that this completes."""
        try:
            data = self._stream.recv(_RECEIVE_BYTES)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        self.last_heard = time.monotonic()
        if self._over:  # read and forgotten: a reset would cost the client the close frame
            return
        self._parser.receive_data(data)
        for event in self._parser.events():
            self._take(event)
            if self._over:
                return

    def _take(self, event: Event) -> None:
        """Handle one message or control frame of the client."""
        if isinstance(event, TextMessage):
            self._take_part(event.data, finished=event.message_finished)
        elif isinstance(event, BytesMessage):
            self._take_part(bytes(event.data), finished=event.message_finished)
        elif isinstance(event, Ping):
            self.outbox.send(pong_frame(bytes(event.payload)))
        elif isinstance(event, CloseConnection):
            self.close(int(event.code), event.reason or "")
            if self._parser.state is ConnectionState.OPEN:  # said by the parser, of a broken stream
                self._over = True
            else:
                self._hang_up()

    def _take_part(self, part: str | bytes, *, finished: bool) -> None:
        """Add a part to the message that is being received."""
        self._parts_size += len(part)
        if self._parts_size > self._max_message:
            self.close(TOO_BIG, f"A message may have {self._max_message} bytes.")
            self._over = True
            return
        if part:
            self._parts.append(part)
        if finished:
            self._messages.append(_join(self._parts, is_text=isinstance(part, str)))
            self._parts, self._parts_size = [], 0

    def _hang_up(self) -> None:
        """End the connection: the client has, or wants nothing more."""
        self._over = self._gone = True
        self.outbox.abort()


class WebSocketEndpoint:
    """A WSGI application that opens a WebSocket for each request and serves it until its end.

    Args:
        serve: Called with the open WebSocket, in the request's own thread; its return ends the connection.
        max_message: How many bytes or characters a message of a client may have.
        starts_writer: Whether a thread is started that runs ``WebSocket.run_writer``.
    """

    def __init__(
        self, serve: Callable[[WebSocket], object], *, max_message: int, starts_writer: bool = True
    ) -> None:
        self._serve = serve
        self._max_message = max_message
        self._starts_writer = starts_writer

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        refusal = _find_fault(environ)
        if refusal is not None:
            return _refuse(refusal, start_response)
        stream = _find_stream(environ)
        if stream is None:
            return _refuse(HTTPStatus.NOT_IMPLEMENTED, start_response)
        agreed = agree_on_deflate(environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", ""))
        _send_handshake(environ, start_response, stream, agreed)
        stream.settimeout(None)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._run(WebSocket(stream, deflates=agreed is not None, max_message=self._max_message))
        if "werkzeug.socket" in environ:
            raise ConnectionError  # what makes Werkzeug's server leave the connection alone
        return []

    def _run(self, opened: WebSocket) -> None:
        """Serve an open WebSocket."""
        if self._starts_writer:
            threading.Thread(target=opened.run_writer, daemon=True).start()
        try:
            self._serve(opened)
        except Exception:  # noqa: BLE001 - a defect costs one connection
            _log.exception("websocket_crashed")
            opened.close(INTERNAL_ERROR)
        finally:
            opened.finish()


def _join(parts: list[str | bytes], *, is_text: bool) -> str | bytes:
    """Return the parts of a message, which are all of one type, as one."""
    if is_text:
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if isinstance(part, bytes))


def _find_fault(environ: Environ) -> HTTPStatus | None:
    """Return why a request cannot become a WebSocket (RFC 6455, 4.2.1), or None where it can."""
    upgrades = {part.strip().lower() for part in environ.get("HTTP_CONNECTION", "").split(",")}
    if "upgrade" not in upgrades or environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return HTTPStatus.UPGRADE_REQUIRED
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != _VERSION:
        return HTTPStatus.UPGRADE_REQUIRED
    if environ.get("REQUEST_METHOD") != "GET" or not _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")):
        return HTTPStatus.BAD_REQUEST
    return None


def _is_key(key: str) -> bool:
    """Return whether a text is 16 bytes in base64."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _refuse(status: HTTPStatus, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request that does not become a WebSocket."""
    headers = [("Content-Type", "text/plain")]
    if status is HTTPStatus.UPGRADE_REQUIRED:
        headers += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", _VERSION)]
    start_response(f"{status.value} {status.phrase}", headers)
    return [b"This address serves WebSockets of version 13 (RFC 6455).\n"]


def _find_stream(environ: Environ) -> socket.socket | None:
    """Return the connection that a request came by, which WSGI does not know."""
    if "eventlet.input" in environ:
        stream: socket.socket = environ["eventlet.input"].get_socket()
        return stream
    return environ.get("werkzeug.socket")


def _send_handshake(
    environ: Environ, start_response: StartResponse, stream: socket.socket, extensions: str | None
) -> None:
    """Answer a request that becomes a WebSocket (RFC 6455, 4.2.2)."""
    salted = environ["HTTP_SEC_WEBSOCKET_KEY"].strip().encode() + _ACCEPT_SALT
    accept = base64.b64encode(hashlib.sha1(salted, usedforsecurity=False).digest()).decode()
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]
    if extensions is not None:
        headers.append(("Sec-WebSocket-Extensions", extensions))
    if "werkzeug.socket" in environ:  # its own answer would say "Connection: close" as well
        lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in headers)]
        stream.sendall("\r\n".join([*lines, "", ""]).encode())
    else:
        start_response("101 Switching Protocols", headers)(b"")
