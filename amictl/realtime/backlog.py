"""Sockets that read too slowly: their queues are bounded, and they begin anew once they caught up."""

from __future__ import annotations

from types import MethodType
from typing import Any

import structlog
from engineio.exceptions import QueueEmpty

from amictl.realtime.rooms import room_name
from amictl.realtime.subscriptions import Connection, Feed, Subscriptions

MAX_TAKEN = 16  # packets that the writer holds; python-engineio's own poll takes the whole queue (issue 133)
MAX_QUEUED_PACKETS = 1000
MAX_QUEUED_BYTES = 4 * 1024 * 1024  # some seconds of every event of a busy PBX
DRAINED = 8  # packets; fewer are too few to weigh
_log = structlog.get_logger(__name__)


class Backlog:
    """Takes slow sockets out of their rooms, and tells them ``reset`` when their queue is drained.

    Args:
        server: The ``socketio.Server``.
        subscriptions: Who is subscribed to what.
    """

    def __init__(self, server: Any, subscriptions: Subscriptions) -> None:  # noqa: ANN401 - untyped library
        self._server = server
        self._subscriptions = subscriptions
        self._lagging: dict[str, list[Feed]] = {}

    def bound(self, sid: str) -> None:
        """Make a new socket's writer take few packets at once, so that its queue's length tells the truth."""
        socket = self._find_socket(sid)
        if socket is not None:
            socket.poll = MethodType(_poll_some, socket)

    def is_over(self, sid: str) -> bool:
        """Return whether more is waiting for a socket than it may have waiting."""
        socket = self._find_socket(sid)
        waiting = 0 if socket is None else socket.queue.qsize()
        if waiting <= DRAINED:
            return False
        size = sum(len(packet.data or "") for packet in list(socket.queue.queue) if packet is not None)
        return waiting > MAX_QUEUED_PACKETS or size > MAX_QUEUED_BYTES

    def relieve(self) -> None:
        """Look after all sockets once; called after each round of the publisher."""
        for connection in self._subscriptions.all():
            if connection.feeds and self.is_over(connection.sid):
                self._suspend(connection)
        for sid in [sid for sid in self._lagging if self._is_drained(sid)]:
            for feed in self._lagging.pop(sid):
                self._server.emit("reset", {"pbx": feed.pbx, "topic": feed.topic}, to=sid)

    def _suspend(self, connection: Connection) -> None:
        """Take a socket out of all its rooms."""
        sid = connection.sid
        lost = self._lagging.setdefault(sid, [])
        for feed in list(connection.feeds):
            audience = self._subscriptions.remove(sid, feed)
            if audience is not None:
                self._server.leave_room(sid, room_name(feed.pbx, feed.topic, audience))
                lost.append(feed)
        _log.warning("slow_client_suspended", sid=sid, username=connection.identity.actor.username)

    def _is_drained(self, sid: str) -> bool:
        """Return whether a socket caught up; one that is gone waits for nothing."""
        socket = self._find_socket(sid)
        return socket is None or socket.queue.qsize() <= DRAINED

    def _find_socket(self, sid: str) -> Any:  # noqa: ANN401 - untyped library
        """Return the Engine.IO socket below a Socket.IO one."""
        return self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, "/"))


def _poll_some(socket: Any) -> list[Any]:  # noqa: ANN401 - untyped library
    """Return the next packets to send, at most ``MAX_TAKEN``; an empty list ends the writer.

    The same contract as ``engineio.socket.Socket.poll``, whose queue may hold None as a mark of its end.
    """
    patience = socket.server.ping_interval + socket.server.ping_timeout
    try:
        packets = [socket.queue.get(timeout=patience)]
    except socket.server.get_queue_empty_exception():
        raise QueueEmpty from None
    socket.queue.task_done()
    while packets[-1] is not None and len(packets) < MAX_TAKEN and not socket.queue.empty():
        packets.append(socket.queue.get(block=False))
        socket.queue.task_done()
    if packets[-1] is None and len(packets) > 1:
        socket.queue.put(None)
    return [packet for packet in packets if packet is not None]
