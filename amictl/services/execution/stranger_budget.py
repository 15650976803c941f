"""How many rows of the audit log strangers may fill: nobody's login must not be able to fill the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class StrangerBudget:
    """Allows so many rows a minute for requests in which nobody was recognised, and counts the others.

    Args:
        most: Rows in a minute.
        clock: Returns seconds that only grow.
    """

    def __init__(self, most: int = 120, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._begun = clock()
        self._used = 0
        self._left_out = 0

    def spend(self) -> int | None:
        """Return how many rows were left out since the last one, or None when this one is to be left out."""
        with self._lock:
            now = self._clock()
            if now - self._begun >= 60:
                self._begun, self._used = now, 0
            if self._used >= self._most:
                self._left_out += 1
                return None
            self._used += 1
            left_out, self._left_out = self._left_out, 0
            return left_out
