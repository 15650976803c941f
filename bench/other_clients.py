"""Three Python clients of AMI, each fed through its own parser: stream to message objects with headers.

Sockets, logins and listeners are left out. Each gets the stream in portions of the size that it reads by
itself, 64 KiB for panoramisk, whose size the event loop decides.
"""

# ruff: noqa: SLF001 - their parsers have no door without a socket

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping

from asterisk.ami import AMIClient
from basicami import BasicAMI
from panoramisk.ami_protocol import AMIProtocol

from bench.recording import PORTION, cut

_BANNER = b"Asterisk Call Manager/11.0.0\r\n"


def make_tasks(stream: bytes) -> Mapping[str, Callable[[], int]]:
    """Return what parses the whole stream and counts the messages, by client."""
    for name in ("panoramisk", "basicami"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    panoramisk_portions = cut(stream, PORTION)
    asterisk_ami_portions = [_BANNER, *cut(stream, 1024)]
    basicami_portions = cut(stream, 4096)
    return {
        "panoramisk": lambda: _parse_with_panoramisk(panoramisk_portions),
        "asterisk-ami": lambda: _parse_with_asterisk_ami(asterisk_ami_portions),
        "basicami": lambda: asyncio.run(_parse_with_basicami(basicami_portions)),
    }


class _Counting:
    """Stands where panoramisk's manager would take the events."""

    def __init__(self) -> None:
        self.count = 0

    def dispatch(self, _message: object) -> None:
        self.count += 1


def _parse_with_panoramisk(portions: list[bytes]) -> int:
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.encoding = "utf-8"
    protocol.factory = factory = _Counting()
    for portion in portions:
        protocol.data_received(portion)
    return factory.count


class _Socket:
    """Gives the portions, then end of file."""

    def __init__(self, portions: list[bytes]) -> None:
        self._portions = iter(portions)

    def recv(self, _size: int) -> bytes:
        return next(self._portions, b"")

    def close(self) -> None:
        """Have nothing to close."""


def _parse_with_asterisk_ami(portions: list[bytes]) -> int:
    count = 0

    def take(**_event: object) -> None:
        nonlocal count
        count += 1

    client = AMIClient()
    client.add_event_listener(take)
    client.finished = threading.Event()
    client._socket = _Socket(portions)
    client.listen()
    return count


class _Reader:
    """An asyncio reader that has everything already."""

    def __init__(self, portions: list[bytes]) -> None:
        self._portions = iter(portions)

    async def read(self, _size: int) -> bytes:
        return next(self._portions, b"")


async def _parse_with_basicami(portions: list[bytes]) -> int:
    client = BasicAMI()
    client._reader = _Reader(portions)
    client._connected = True
    await client._read_loop()
    count: int = client._event_queue.qsize()
    return count
