"""Messages for many clients, with each of their encodings made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet

from amictl.realtime.frames import text_frame


class Batch:
    """A message on its way to many clients; an encoding is made when the first client needs it.

    Args:
        name: ``changes``, ``ami_events`` or ``reset``.
        content: What it carries, as `amictl.realtime.schemas` declares it; bytes in it are JSON already.
    """

    __slots__ = ("_content", "_frames", "_json", "_name", "_packet")

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        self._name = name
        self._content = content
        self._json = b""
        self._packet: Packet | None = None
        self._frames: dict[tuple[bool, bool], bytes] = {}

    def packet(self) -> Packet:
        """Return it as python-engineio sends it to clients that poll."""
        if self._packet is None:
            self._packet = Packet(MESSAGE, self._socketio_text()[1:].decode())
        return self._packet

    def socketio_frames(self, *, deflate: bool) -> bytes:
        """Return it as a WebSocket frame for Socket.IO clients.

        Args:
            deflate: Whether the clients understand deflated messages.
        """
        frames = self._frames.get((True, deflate))
        if frames is None:
            frames = self._frames[True, deflate] = text_frame(self._socketio_text(), deflate=deflate)
        return frames

    def plain_frames(self, *, deflate: bool) -> bytes:
        """Return it as WebSocket frames for clients without Socket.IO: one for each event, else one.

        Args:
            deflate: Whether the clients understand deflated messages.
        """
        frames = self._frames.get((False, deflate))
        if frames is None:
            frames = b"".join(text_frame(text, deflate=deflate) for text in self._plain_texts())
            self._frames[False, deflate] = frames
        return frames

    @property
    def encoded_bytes(self) -> int:
        """How many bytes were made of it so far."""
        return sum(map(len, self._frames.values()))

    def _socketio_text(self) -> bytes:
        """Return an Engine.IO message with a Socket.IO event ("Socket.IO protocol", version 5)."""
        if not self._json:
            self._json = orjson.dumps(self._content, default=orjson.Fragment)
        return b'42["%b",%b]' % (self._name.encode(), self._json)

    def _plain_texts(self) -> list[bytes]:
        """Return the JSON objects that a plain client is sent."""
        if self._name == "ami_events":
            events: list[bytes] = self._content["events"]
            return events
        return [orjson.dumps({"type": self._name, **self._content}, default=orjson.Fragment)]


class Parcel:
    """The batches of one round for clients with the same subscriptions; each client gets them in one write.

    Args:
        batches: In their order; at least one.
    """

    __slots__ = ("_batches", "_joined")

    def __init__(self, batches: Sequence[Batch]) -> None:
        self._batches = batches
        self._joined: dict[tuple[bool, bool], bytes] = {}

    def packets(self) -> list[Packet]:
        """Return it as python-engineio sends it to clients that poll."""
        return [batch.packet() for batch in self._batches]

    def socketio_frames(self, *, deflate: bool) -> bytes:
        """Return it as WebSocket frames for Socket.IO clients; argument as for `Batch`."""
        return self._join((True, deflate), lambda batch: batch.socketio_frames(deflate=deflate))

    def plain_frames(self, *, deflate: bool) -> bytes:
        """Return it as WebSocket frames for clients without Socket.IO; argument as for `Batch`."""
        return self._join((False, deflate), lambda batch: batch.plain_frames(deflate=deflate))

    def _join(self, form: tuple[bool, bool], encode: Callable[[Batch], bytes]) -> bytes:
        """Return the encodings of all batches as one, joined when the first client needs it."""
        joined = self._joined.get(form)
        if joined is None:
            encodings = [encode(batch) for batch in self._batches]
            joined = self._joined[form] = encodings[0] if len(encodings) == 1 else b"".join(encodings)
        return joined
