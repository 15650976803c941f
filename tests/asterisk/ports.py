"""Blocks of loopback ports, each held by one instance at a time, whoever runs it and in whatever root.

The blocks lie below Linux's ephemeral range (32768 and up), so that no outgoing connection can take a port
between the stop of an Asterisk and its restart.
"""

from __future__ import annotations

import socket

BLOCK_SIZE = 200
_FIRST_PORT = 11_000
_BLOCKS = 100


class PortBlock:
    """Two hundred ports that no other instance of the bed uses, until ``release``.

    Who holds a block has a socket of its name, which all see who share the network: other roots, too.

    Args:
        name: What the names of the sockets begin with; the same for all who may meet.

    Raises:
        RuntimeError: All blocks are taken.
    """

    def __init__(self, name: str = "amictl-test-ports") -> None:
        for number in range(_BLOCKS):
            hold = socket.socket(socket.AF_UNIX)
            try:
                hold.bind(f"\0{name}-{number}")  # an abstract name (Linux unix(7)), gone with its holder
            except OSError:
                hold.close()
                continue
            first = _FIRST_PORT + number * BLOCK_SIZE
            if all(_is_free(port) for port in range(first, first + BLOCK_SIZE)):
                self.number, self.first, self._hold = number, first, hold
                return
            hold.close()
        raise RuntimeError(f"All {_BLOCKS} blocks of ports from {_FIRST_PORT} on are taken")

    def release(self) -> None:
        """Let others have the block."""
        self._hold.close()


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
