"""Blocks of loopback ports, each held by one instance at a time.

The blocks lie below Linux's ephemeral range (32768 and up), so that no outgoing connection can take a port
between the stop of an Asterisk and its restart.
"""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

BLOCK_SIZE = 200
_FIRST_PORT = 11_000
_BLOCKS = 100


class PortBlock:
    """Two hundred ports that no other instance of the bed uses, until ``release``.

    Args:
        folder: Where the lock files are; the same for all who may meet.

    Raises:
        RuntimeError: All blocks are taken.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(_BLOCKS):
            lock = (folder / f"{number}.lock").open("w", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            first = _FIRST_PORT + number * BLOCK_SIZE
            if all(_is_free(port) for port in range(first, first + BLOCK_SIZE)):
                self.number, self.first, self._lock = number, first, lock
                return
            lock.close()
        raise RuntimeError(f"All {_BLOCKS} blocks of ports from {_FIRST_PORT} on are taken")

    def release(self) -> None:
        """Let others have the block."""
        self._lock.close()


def _is_free(port: int) -> bool:
    """Whether nobody listens there; connections in TIME_WAIT from an earlier instance do not count."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
