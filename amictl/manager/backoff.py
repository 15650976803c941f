"""How long to wait before the next attempt to reach a PBX; no I/O."""

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


class DropBackoff:
    """The wait after a link that was up was dropped, so that a PBX that drops each at once is not kept busy.

    It is what making the link took beyond what the link lasted, so no more than half of the time goes into
    making links. After an attempt that never was up nothing is due: `Backoff` spaces those.

    Args:
        began_at: When making the link began, on the monotonic clock, in seconds.
    """

    def __init__(self, began_at: float) -> None:
        self._began_at = began_at
        self._up_at: float | None = None

    def note_up(self, now: float) -> None:
        """Note that the link is up: logged in, and the picture taken."""
        self._up_at = now

    def next_delay(self, now: float) -> float:
        """Return the seconds to wait at least before the next attempt.

        Args:
            now: When the link was lost, on the same clock.
        """
        if self._up_at is None:
            return 0.0
        return max((self._up_at - self._began_at) - (now - self._up_at), 0.0)
