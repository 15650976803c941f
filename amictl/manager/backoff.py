"""How long to wait before the next attempt to reach a PBX."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Exponential waits with full jitter, so that many links do not return in step.

    Each wait is drawn evenly between the lowest wait and a ceiling that doubles with every attempt
    (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog).

    Args:
        lowest: The shortest wait, in seconds.
        highest: The longest wait, in seconds.
        draw: Returns a number between its two arguments; ``random.uniform`` unless a test decides.
    """

    def __init__(
        self, lowest: float, highest: float, draw: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._lowest = lowest
        self._highest = highest
        self._draw = draw
        self._ceiling = lowest

    def next_delay(self) -> float:
        """Return the seconds to wait now, and double the ceiling of the next wait."""
        self._ceiling = min(self._ceiling * 2, self._highest)
        return self._draw(self._lowest, self._ceiling)

    def reset(self) -> None:
        """Start again with short waits."""
        self._ceiling = self._lowest
