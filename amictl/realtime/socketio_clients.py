"""Socket.IO clients: amictl's own WebSockets and queues in place of those of python-engineio."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from engineio.packet import Packet

from amictl.realtime.batches import Parcel
from amictl.realtime.outbox import PendingOutput
from amictl.realtime.subscriptions import Client
from amictl.realtime.websocket import GOING_AWAY, POLICY_VIOLATION, WebSocket, WebSocketEndpoint
from amictl.services.accounts.identity import Identity

MAX_TAKEN: Final = 16  # packets in one answer to a poll: more than that no client of the protocol decodes


def take_over(server: Any) -> None:  # noqa: ANN401 - untyped library
    """Make a ``socketio.Server`` use our WebSockets and queues; called before its first client.

    Args:
        server: Handshake, acks, pings, polling and the change from polling to WebSocket stay its own.
    """
    engineio = server.eio
    make_queue = engineio.create_queue
    engineio.create_queue = lambda: PacketQueue(make_queue(), engineio.get_queue_empty_exception())
    # python-engineio finds its driver in this dictionary, which all servers of the process share.
    engineio._async = {**engineio._async, "websocket": make_endpoint}  # noqa: SLF001


def make_endpoint(handler: Any, server: Any) -> WebSocketEndpoint:  # noqa: ANN401 - untyped library
    """Return the endpoint that python-engineio calls to open a WebSocket for one of its sockets.

    Args:
        handler: A method of the Engine.IO socket, which serves the WebSocket.
        server: The Engine.IO server.
    """
    engineio_socket = handler.__self__

    def serve(opened: WebSocket) -> None:
        engineio_socket.queue.attach(opened, is_ready=lambda: engineio_socket.upgraded)
        try:
            handler(opened)
        except ValueError:  # what python-engineio raises at a packet that is none
            engineio_socket.close(wait=False, abort=True)
            opened.close(POLICY_VIOLATION, "This is no Engine.IO packet.")

    return WebSocketEndpoint(serve, max_message=int(server.max_http_buffer_size), starts_writer=False)


class PacketQueue:
    """Takes python-engineio's packets for one client: into a queue while it polls, then into its outbox.

    The writer that python-engineio starts for a WebSocket begins to take packets from here. That is the
    moment of the change: what waited goes to the outbox, and so does all that is put from then on, at once.
    The writer is given no packet; it writes what waits in the outbox until its end.

    Args:
        polled: The queue while the client polls.
        empty: What its ``get`` raises when it has nothing.
    """

    def __init__(self, polled: Any, empty: type[Exception]) -> None:  # noqa: ANN401 - untyped library
        self._polled = polled
        self._empty = empty
        self._lock = threading.Lock()
        self._websocket: WebSocket | None = None
        self._is_ready: Callable[[], bool] = bool
        self._changed = False
        self._taken = 0

    @property
    def websocket(self) -> WebSocket | None:
        """Where packets go at once; None while the client polls."""
        return self._websocket if self._changed else None

    @property
    def waiting(self) -> PendingOutput:
        """How much waits for the next poll."""
        packets = [packet for packet in list(self._polled.queue) if packet is not None]
        return PendingOutput(len(packets), sum(len(packet.data or "") for packet in packets))

    def attach(self, opened: WebSocket, is_ready: Callable[[], bool]) -> None:
        """Prepare the change to a WebSocket.

        Args:
            opened: The WebSocket.
            is_ready: Whether the client has left polling for good.
        """
        self._websocket, self._is_ready = opened, is_ready

    def put(self, packet: Packet | None) -> None:
        """Take a packet; None is the end."""
        with self._lock:
            opened = self.websocket
            if opened is None:
                self._polled.put(packet)
            else:
                _write(opened, packet)

    def get(self, block: bool = True, timeout: float | None = None) -> Packet | None:
        """Return the next packet for a poll; for a writer, its end.

        Raises:
            Exception: Nothing came in time, or a poll has taken enough; of the constructor's type ``empty``.
        """
        if self._websocket is not None and self._is_ready():
            self._change(self._websocket)
            self._websocket.run_writer()
            return None
        self._taken = 0 if block else self._taken + 1
        if self._taken >= MAX_TAKEN:
            raise self._empty
        return self._polled.get(block=block, timeout=timeout)

    def task_done(self) -> None:
        """Note that a packet was dealt with."""
        if not self._changed:
            self._polled.task_done()

    def join(self) -> None:
        """Wait until all packets were taken."""
        self._polled.join()

    def _change(self, opened: WebSocket) -> None:
        """Send what waits through the WebSocket, and all that comes after."""
        with self._lock:
            while not self._changed:
                try:
                    _write(opened, self._polled.get(block=False))
                    self._polled.task_done()
                except self._empty:
                    self._changed = True


class SocketIoClient(Client):
    """A Socket.IO client.

    Args:
        server: The ``socketio.Server``.
        sid: Its Socket.IO session ID.
        identity: Who it belongs to.
    """

    def __init__(self, server: Any, sid: str, identity: Identity) -> None:  # noqa: ANN401 - untyped library
        super().__init__(sid, identity)
        self._server = server
        self._engineio_sid = server.manager.eio_sid_from_sid(sid, "/")
        socket = server.eio.sockets.get(self._engineio_sid)
        self._queue: PacketQueue | None = None if socket is None else socket.queue

    @property
    def transport(self) -> str:  # type: ignore[override]
        """How it is connected."""
        return "socketio_polling" if self._websocket is None else "socketio_websocket"

    @property
    def waiting(self) -> PendingOutput:
        """How much waits to be sent to it."""
        if self._websocket is not None:
            return self._websocket.outbox.waiting
        return PendingOutput(0, 0) if self._queue is None else self._queue.waiting

    def deliver(self, parcel: Parcel) -> int:
        """Send it a parcel, and return how many bytes that are; 0 when too much waits already."""
        opened = self._websocket
        if opened is not None:
            frames = parcel.socketio_frames(deflate=opened.deflates)
            return len(frames) if opened.outbox.offer(frames) else 0
        if self.waiting.is_too_much:
            return 0
        packets = parcel.packets()
        for packet in packets:
            self._server._send_eio_packet(self._engineio_sid, packet)  # noqa: SLF001 - as its own manager does
        return sum(len(packet.data) for packet in packets)

    def close(self) -> None:
        """End the connection; the client is told that the server wanted it."""
        self._server.disconnect(self.sid)

    def hang_up(self) -> None:
        """Break the connection, so that the client reconnects; one that polls finds out at its next poll."""
        if self._websocket is not None:
            self._websocket.close(GOING_AWAY)

    @property
    def _websocket(self) -> WebSocket | None:
        return None if self._queue is None else self._queue.websocket


def _write(opened: WebSocket, packet: Packet | None) -> None:
    """Send a packet, or close the WebSocket at the end of all packets."""
    if packet is None:
        opened.close()
    else:
        opened.send(packet.encode())
