"""Remembers for a moment what events told, so that a list made in that moment does not undo it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

# How long a list of Asterisk may be behind an event: what left is told before it is unlinked, and some lists
# come from caches that other threads fill. Both take milliseconds.
MOMENT: Final = 2.0


class ExpiringKeys:
    """Keys to which something happened in the last moment.

    Args:
        clock: Tells the time in seconds.
        moment: Seconds that a key is remembered.
    """

    def __init__(self, clock: Callable[[], float], moment: float = MOMENT) -> None:
        self._clock = clock
        self._moment = moment
        self._until: dict[str, float] = {}
        self._order: deque[tuple[float, str]] = deque()

    def add(self, key: str) -> None:
        """Remember a key from now on."""
        now = self._clock()
        until = now + self._moment
        self._until[key] = until
        self._order.append((until, key))
        while self._order[0][0] < now:
            passed, oldest = self._order.popleft()
            if self._until.get(oldest) == passed:
                del self._until[oldest]

    def discard(self, key: str) -> None:
        """Forget a key."""
        self._until.pop(key, None)

    def __contains__(self, key: str) -> bool:
        until = self._until.get(key)
        return until is not None and self._clock() <= until
