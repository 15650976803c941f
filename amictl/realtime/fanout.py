"""Who is in which room, and the way of a message into a room: encoded once, written to all."""

from __future__ import annotations

import threading
from typing import Any, Protocol

from amictl.realtime.batches import Batch, Parcel
from amictl.realtime.outbox import Waiting
from amictl.realtime.tally import Tally
from amictl.realtime.websocket import GOING_AWAY, POLICY_VIOLATION, WebSocket


class Subscriber(Protocol):
    """A connected client, whatever it speaks."""

    @property
    def transport(self) -> str:
        """How it is connected: ``socketio_websocket``, ``socketio_polling`` or ``websocket``."""

    @property
    def waiting(self) -> Waiting:
        """What waits for it; nothing once it is gone."""

    def deliver(self, parcel: Parcel) -> int:
        """Send it a parcel without waiting, and return how many bytes; 0 where it was left out."""

    def close(self) -> None:
        """End the connection for good."""

    def hang_up(self) -> None:
        """Break the connection, so that the client comes back by itself."""


class PlainSubscriber:
    """A client of a plain WebSocket as the fan-out sees it.

    Args:
        opened: Its WebSocket.
    """

    transport = "websocket"

    def __init__(self, opened: WebSocket) -> None:
        self._websocket = opened

    @property
    def waiting(self) -> Waiting:
        """What waits for it."""
        return self._websocket.outbox.waiting

    def deliver(self, parcel: Parcel) -> int:
        """Send it a parcel, and return how many bytes that are; 0 when too much waits already."""
        frames = parcel.plain_frames(deflate=self._websocket.deflates)
        return len(frames) if self._websocket.outbox.offer(frames) else 0

    def close(self) -> None:
        """End the connection; the client is not welcome any more."""
        self._websocket.close(POLICY_VIOLATION)

    def hang_up(self) -> None:
        """Break the connection, so that the client comes back by itself."""
        self._websocket.close(GOING_AWAY)


class Fanout:
    """The rooms: those in one see the same, so what goes into it is encoded once, however many they are.

    What is sent to rooms goes out with `flush`: a client that is in several of them gets it in one write.

    Attributes:
        tally: What was sent so far.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[str, Subscriber] = {}
        self._rooms: dict[str, dict[str, Subscriber]] = {}
        self._behind: set[str] = set()
        self._round: list[tuple[str, Batch, list[str]]] = []
        self.tally = Tally()

    def attach(self, sid: str, subscriber: Subscriber) -> None:
        """Add a client, which is in no room yet."""
        with self._lock:
            self._subscribers[sid] = subscriber

    def detach(self, sid: str) -> None:
        """Forget a client that is gone."""
        with self._lock:
            self._subscribers.pop(sid, None)
            self._behind.discard(sid)
            for room in [room for room, members in self._rooms.items() if sid in members]:
                self._remove(sid, room)

    def find(self, sid: str) -> Subscriber | None:
        """Return a client, or None when it is gone."""
        return self._subscribers.get(sid)

    def all(self) -> list[Subscriber]:
        """Return the clients."""
        with self._lock:
            return list(self._subscribers.values())

    def enter(self, sid: str, room: str) -> None:
        """Put a client into a room; one that is gone enters none."""
        with self._lock:
            subscriber = self._subscribers.get(sid)
            if subscriber is not None:
                self._rooms.setdefault(room, {})[sid] = subscriber

    def leave(self, sid: str, room: str) -> None:
        """Take a client out of a room."""
        with self._lock:
            if sid in self._rooms.get(room, ()):
                self._remove(sid, room)

    def emit(self, event: str, content: dict[str, Any], *, to: str) -> None:
        """Send a message to all who are in a room now, with the next `flush`.

        Args:
            event: The message's name.
            content: What it carries.
            to: The room.
        """
        members = self._rooms.get(to)
        if members:
            self.tally.note_message(event, content, len(members))
            self._round.append((to, Batch(event, content), list(members)))

    def flush(self) -> None:
        """Write what was sent to rooms since the last time, to each client at once; to none that left."""
        sent, self._round = self._round, []
        shares: dict[str, list[Batch]] = {}
        for room, batch, sids in sent:
            members = self._rooms.get(room, {})
            for sid in sids:
                if sid in members:
                    shares.setdefault(sid, []).append(batch)
        parcels: dict[tuple[int, ...], Parcel] = {}
        for sid, batches in shares.items():
            self._deliver(sid, parcels.setdefault(tuple(map(id, batches)), Parcel(batches)))
        self.tally.encoded_bytes += sum(batch.encoded_bytes for _, batch, _ in sent)

    def send(self, sid: str, event: str, content: dict[str, Any]) -> None:
        """Send a message to one client at once; arguments as for `emit`."""
        if sid in self._subscribers:
            batch = Batch(event, content)
            self.tally.note_message(event, content, 1)
            self._deliver(sid, Parcel([batch]))
            self.tally.encoded_bytes += batch.encoded_bytes

    def take_behind(self) -> set[str]:
        """Return the clients that some message was left out for since the last time."""
        behind, self._behind = self._behind, set()
        return behind

    def _deliver(self, sid: str, parcel: Parcel) -> None:
        """Send a parcel to a client, unless it is gone."""
        subscriber = self._subscribers.get(sid)
        if subscriber is None:
            return
        taken = subscriber.deliver(parcel)
        self.tally.sent_bytes += taken
        if not taken:
            self._behind.add(sid)

    def _remove(self, sid: str, room: str) -> None:
        """Take a client out of a room that it is in, and forget the room where it was the last."""
        members = self._rooms[room]
        del members[sid]
        if not members:
            del self._rooms[room]
