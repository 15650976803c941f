"""A proxy between browsers and amictl that does what real ones do to WebSockets and to connections."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import time
from typing import Final

from tests.faults.fault_proxy import FaultProxy

_UPGRADE: Final = re.compile(rb"\r\nUpgrade: websocket\r\n", re.IGNORECASE)
_FORBIDDEN: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\nConnection: close\r\n\r\nNo\n"
_LOOK: Final = 0.05  # seconds


class WebProxy(FaultProxy):
    """Passes HTTP on, but for what it is told to spoil.

    Args:
        host: The server.
        port: Its port.

    Attributes:
        refuses_upgrades: Whether it answers every ``Upgrade`` with 403, as strict proxies do.
        swallows_frames: Whether it passes the handshake of a WebSocket and then nothing, in both directions.
        idle_limit: Seconds of silence in both directions after which it cuts a connection; None for none.
        upgrades: How many WebSockets were asked for.
        requests: The first line of each request.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.refuses_upgrades = False
        self.swallows_frames = False
        self.idle_limit: float | None = None
        self.upgrades = 0
        self.requests: list[str] = []
        self._cut_path: bytes | None = None
        self._cut_reused = False
        self._websockets: set[socket.socket] = set()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._active: dict[frozenset[socket.socket], float] = {}

    @property
    def url(self) -> str:
        """Where browsers find it."""
        return f"http://{self.host}:{self.port}"

    def cut_answer_to(self, path: str, *, reused: bool = False) -> None:
        """Pass the next request for a path on, and cut its connection before the answer.

        Args:
            path: The path.
            reused: Whether to wait for one that comes on a connection that has carried another one before.
        """
        self._cut_path, self._cut_reused = path.encode(), reused

    def cut_websockets(self) -> None:
        """Cut the WebSockets that are open now, and no other connection."""
        for sock in tuple(self._websockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
        pair = frozenset((source, sink))
        self._active[pair] = time.monotonic()
        carried, cut = 0, False
        with contextlib.suppress(OSError):
            while data := self._receive(source, pair):
                self._flowing.wait()
                if from_server:
                    if self._is_swallowed(source, sink, data):
                        continue
                elif not self._take_request(data, source, sink):
                    continue
                cut = not from_server and self._is_to_cut(data, carried)
                carried += 1
                sink.sendall(data)
                if cut:
                    source.shutdown(socket.SHUT_RDWR)
                    break
        self._flowing.wait()
        for sock in (source,) if cut else (source, sink):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _receive(self, source: socket.socket, pair: frozenset[socket.socket]) -> bytes:
        """Return the next bytes; none at the end, and after too long a silence."""
        while not select.select([source], [], [], _LOOK)[0]:
            limit = self.idle_limit
            if limit is not None and time.monotonic() - self._active[pair] > limit:
                return b""
        self._active[pair] = time.monotonic()
        return source.recv(65536)

    def _take_request(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        """Return whether bytes of a browser go on to the server."""
        if client in self._websockets:
            return not self.swallows_frames
        if re.match(rb"[A-Z]+ /", data):
            self.requests.append(data.partition(b"\r\n")[0].decode())
        if _UPGRADE.search(data):
            self.upgrades += 1
            if self.refuses_upgrades:
                client.sendall(_FORBIDDEN)
                client.shutdown(socket.SHUT_RDWR)
                return False
            self._websockets |= {client, server}
        return True

    def _is_swallowed(self, server: socket.socket, client: socket.socket, data: bytes) -> bool:
        """Return whether bytes of the server go no further; the handshake's head does."""
        if not (self.swallows_frames and server in self._websockets):
            return False
        if data.startswith(b"HTTP/1.1 101"):
            client.sendall(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        return True

    def _is_to_cut(self, data: bytes, carried: int) -> bool:
        """Return whether a connection ends with this request, which still reaches the server."""
        path = self._cut_path
        if path is None or b" " + path + b" " not in data.partition(b"\r\n")[0]:
            return False
        if self._cut_reused and not carried:
            return False
        self._cut_path = None
        return True
