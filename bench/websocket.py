"""A WebSocket client (RFC 6455, RFC 7692) reduced to what a measurement needs: little work for each frame."""

from __future__ import annotations

import base64
import os
import socket
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_OPCODE: Final = 0x0F
_CONTINUATION: Final = 0
_TEXT: Final = 1
_FINAL: Final = 0x80
_COMPRESSED: Final = 0x40  # RSV1
_DEFLATE_END: Final = b"\x00\x00\xff\xff"
_BROWSER_OFFER: Final = "permessage-deflate; client_max_window_bits"  # what Chromium and Firefox send
_TIMEOUT: Final = 30.0  # seconds


def open_websocket(url: str, path: str, *, deflate: bool = False) -> tuple[socket.socket, bytes]:
    """Return a connected, blocking socket after the handshake, and what was read beyond its end.

    Args:
        url: The server's URL without a path.
        path: The path with its query.
        deflate: Whether to offer compression, in a browser's words.

    Raises:
        RuntimeError: The server refused, or wants a compression context kept from message to message: then no
            two clients get the same bytes.
    """
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {address.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *([f"Sec-WebSocket-Extensions: {_BROWSER_OFFER}"] if deflate else []),
    ]
    sock = socket.create_connection((address.hostname, address.port), timeout=_TIMEOUT)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
    received = b""
    while b"\r\n\r\n" not in received:
        portion = sock.recv(65536)
        if not portion:
            raise RuntimeError(f"No handshake: {received!r}")
        received += portion
    head, _, rest = received.partition(b"\r\n\r\n")
    answer = head.decode().lower()
    if not answer.startswith("http/1.1 101"):
        raise RuntimeError(f"The handshake was refused: {head!r}")
    if "permessage-deflate" in answer and "server_no_context_takeover" not in answer:
        raise RuntimeError("The server compresses for each client alone, which this client does not read.")
    return sock, rest


def encode_text(content: bytes) -> bytes:
    """Return a client's text frame; the mask is zero, so that masking changes nothing (RFC 6455, 5.3)."""
    length = len(content)
    head = bytes((_FINAL | _TEXT, 0x80 | min(length, 126)))
    return head + (length.to_bytes(2, "big") if length >= 126 else b"") + bytes(4) + content


def read_text(first: int, payload: bytes) -> bytes:
    """Return a frame's text, inflated where it is compressed (RFC 7692, 7.2.2).

    Args:
        first: The frame's first byte.
        payload: As it came.

    Raises:
        RuntimeError: The frame is a part of a message, which no measured server sends.
    """
    if not first & _FINAL or first & _OPCODE == _CONTINUATION:
        raise RuntimeError("A message came in several frames.")
    if first & _COMPRESSED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload + _DEFLATE_END)
    return payload


def split_frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the whole frames at the beginning of some bytes, and the rest.

    Args:
        data: What a server sent, from the beginning of a frame.

    Returns:
        Pairs of a frame's first byte (opcode and flags) and its payload, then what is left over.
    """
    frames: list[tuple[int, bytes]] = []
    place, end = 0, len(data)
    while end - place >= 2:
        length = data[place + 1]
        start = place + 2
        if length == 126:
            length = int.from_bytes(data[start : start + 2], "big")
            start += 2
        elif length == 127:
            length = int.from_bytes(data[start : start + 8], "big")
            start += 8
        if start + length > end:
            break
        frames.append((data[place], data[start : start + length]))
        place = start + length
    return frames, data[place:]


def read_frames(sock: socket.socket, rest: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the frames that a blocking socket receives, as `split_frames` does, until it is closed."""
    while True:
        frames, rest = split_frames(rest)
        yield from frames
        portion = sock.recv(1 << 20)
        if not portion:
            return
        rest += portion
