"""What one thread has to do, and when."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable


class Agenda:
    """Acts by the time at which they are due; for one thread."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def add(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        heapq.heappush(self._entries, (time.monotonic() + seconds, next(self._numbers), act))

    def do_what_is_due(self) -> None:
        """Do everything whose time has come."""
        while self._entries and self._entries[0][0] <= time.monotonic():
            heapq.heappop(self._entries)[2]()

    def seconds_left(self, most: float) -> float:
        """Return the seconds until something is due, more than 0 and at most ``most``."""
        if not self._entries:
            return most
        return min(most, max(0.001, self._entries[0][0] - time.monotonic()))
