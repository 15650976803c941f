"""The server's WebSocket frames, each whole, so that any number of clients can be sent it (RFC 6455)."""

from __future__ import annotations

import struct
from typing import Final

from isal import isal_zlib

DEFLATE_THRESHOLD: Final = 1024  # bytes; below, deflating costs more than it saves
_DEFLATE_LEVEL: Final = 1  # JSON of events shrinks to a tenth even so; isal is four times as fast as zlib
_SYNC_TAIL: Final = 4  # bytes that end a sync flush, which the receiver adds itself (RFC 7692, 7.2.1)
_MAX_CONTROL: Final = 125  # bytes that a control frame may carry (RFC 6455, 5.5)

_FINAL_TEXT: Final = 0x81
_FINAL_BINARY: Final = 0x82
_FINAL_CLOSE: Final = 0x88
_FINAL_PING: Final = 0x89
_FINAL_PONG: Final = 0x8A
_DEFLATED: Final = 0x40  # RSV1 of the first frame of a message (RFC 7692, 6)

NO_STATUS: Final = 1005  # stands for a close frame without a code, and is never sent (RFC 6455, 7.4.1)


def text_frame(text: bytes, *, deflate: bool) -> bytes:
    """Return a text message as one frame.

    A deflated frame depends on no frame before it, so it is right for every client that agreed to
    ``server_no_context_takeover``.

    Args:
        text: UTF-8.
        deflate: Whether the client understands deflated messages; short ones are left as they are.
    """
    return _message_frame(_FINAL_TEXT, text, deflate=deflate)


def binary_frame(data: bytes, *, deflate: bool) -> bytes:
    """Return a binary message as one frame; arguments as for `text_frame`."""
    return _message_frame(_FINAL_BINARY, data, deflate=deflate)


def ping_frame() -> bytes:
    """Return a ping."""
    return _frame(_FINAL_PING, b"")


def pong_frame(payload: bytes) -> bytes:
    """Return the answer to a ping.

    Args:
        payload: What the ping carried.
    """
    return _frame(_FINAL_PONG, payload[:_MAX_CONTROL])


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame.

    Args:
        code: Why the connection ends, as RFC 6455, 7.4 numbers it.
        reason: The same for people; cut where a control frame has no more room.
    """
    if code == NO_STATUS:
        return _frame(_FINAL_CLOSE, b"")
    room = _MAX_CONTROL - 2
    shown = reason.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return _frame(_FINAL_CLOSE, struct.pack("!H", code) + shown.encode())


def _message_frame(first: int, data: bytes, *, deflate: bool) -> bytes:
    """Return a message as one frame, deflated where the client can and it pays."""
    if deflate and len(data) >= DEFLATE_THRESHOLD:
        compressor = isal_zlib.compressobj(_DEFLATE_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        deflated = compressor.compress(data) + compressor.flush(isal_zlib.Z_SYNC_FLUSH)
        return _frame(first | _DEFLATED, deflated[:-_SYNC_TAIL])
    return _frame(first, data)


def _frame(first: int, payload: bytes) -> bytes:
    """Return a frame; those of a server are not masked (RFC 6455, 5.1 and 5.2)."""
    size = len(payload)
    if size <= _MAX_CONTROL:
        return bytes((first, size)) + payload
    if size <= 0xFFFF:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload
