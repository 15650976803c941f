"""A proxy that loses events on the way, whole ones, so that the session goes on as if they had never been."""

from __future__ import annotations

from collections import Counter

from tests.faults.fault_proxy import FaultProxy

_END = b"\r\n\r\n"


class LosingProxy(FaultProxy):
    """Passes one AMI connection on, but for events of the names that it is told to lose.

    Args:
        host: The server.
        port: Its port.

    Attributes:
        lost: How many events of each name were lost.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.lost: Counter[str] = Counter()
        self._to_lose: frozenset[bytes] = frozenset()
        self._rest = b""
        self._greeted = False

    def lose(self, *names: str) -> None:
        """Lose events of these names from now on, and no others; none when no name is given."""
        self._to_lose = frozenset(name.encode() for name in names)

    def change(self, data: bytes) -> bytes:
        """Return the whole messages that may pass, and the greeting, which ends otherwise."""
        greeting = b""
        if not self._greeted:
            self._greeted = True
            line, end, data = data.partition(b"\r\n")
            greeting = line + end
        *messages, self._rest = (self._rest + data).split(_END)
        return greeting + b"".join(message + _END for message in messages if self._may_pass(message))

    def _may_pass(self, message: bytes) -> bool:
        first = message.partition(b"\r\n")[0]
        name = first.removeprefix(b"Event: ")
        if name == first or name not in self._to_lose:
            return True
        self.lost[name.decode()] += 1
        return False
