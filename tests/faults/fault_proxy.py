"""A TCP proxy on loopback that can freeze, slow down, cut, reset and truncate what passes through it."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

from tests.patience import PATIENCE


class FaultProxy:
    """Passes connections on to a server until it is told to misbehave.

    Args:
        host: The server.
        port: Its port.

    Attributes:
        port: Where the proxy listens, on 127.0.0.1.
        connections: How many connections it has accepted.
        chunk: Bytes that it passes on at a time; 1 is a byte-at-a-time network.
    """

    host = "127.0.0.1"

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self.chunk = 65536
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._budget: int | None = None
        self._next_budget: int | None = None
        self._resetting: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def freeze(self) -> None:
        """Pass nothing on any more, in both directions, without closing anything: a half-open link."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Pass everything on again."""
        self._flowing.set()

    def cut(self) -> None:
        """Close all connections; new ones, which may come meanwhile, are passed on."""
        for sock in tuple(self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def cut_after(self, count: int) -> None:
        """Close all connections after so many more bytes from the server."""
        self._budget = count

    def cut_next_after(self, count: int) -> None:
        """Close the next connection after so many bytes from the server."""
        self._next_budget = count

    def reset(self) -> None:
        """End all connections with a TCP reset, as a crashed router does; new ones are passed on."""
        for sock in tuple(self._sockets):
            with contextlib.suppress(OSError):
                self._resetting.add(sock)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.shutdown(socket.SHUT_RD)

    def inspect(self, data: bytes) -> None:
        """Look at bytes on their way to the server; does nothing."""

    def change(self, data: bytes) -> bytes:
        """Return what to pass on of bytes from the server: all of it."""
        return data

    def close(self) -> None:
        """Stop listening and close all connections."""
        self._flowing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join(PATIENCE)
        for sock in self._sockets:
            sock.close()
        self._listener.close()

    def _start(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target, timeout=PATIENCE)
            except OSError:
                return
            server.settimeout(None)
            self.connections += 1
            if self._next_budget is not None:
                self._budget, self._next_budget = self._next_budget, None
            self._sockets += [client, server]
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._pass_on, client, server, False)
            self._start(self._pass_on, server, client, True)

    def _pass_on(self, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if from_server and self._budget is not None:
                    data = data[: self._budget]
                    self._budget -= len(data)
                if from_server:
                    data = self.change(data)
                else:
                    self.inspect(data)
                for start in range(0, len(data), self.chunk):
                    sink.sendall(data[start : start + self.chunk])
                if self._budget == 0:
                    self._budget = None
                    break
        self._flowing.wait()
        for sock in (source, sink):
            with contextlib.suppress(OSError):
                # Closing a socket that lingers for no time at all is what sends the reset.
                sock.close() if sock in self._resetting else sock.shutdown(socket.SHUT_RDWR)
