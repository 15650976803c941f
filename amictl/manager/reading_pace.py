"""Whether the reader of a link keeps up with what the PBX sends, and when it lets others run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

OVERLOAD_AFTER: Final = 0.5
"""Seconds of being behind without a pause; a burst that is worked off sooner is none."""
CALM_AFTER: Final = 1.0
"""Seconds without falling behind after which a storm is over."""
READING_INTERVAL: Final = 0.02
"""Seconds from one reading to the next while events come close together: a reading costs as much as several
events, which leave in batches anyway. All links read at multiples of it, so a batch has what all read."""
_CLOSE: Final = READING_INTERVAL / 2
"""Seconds without bytes that are too long for the next ones to be worth waiting for."""
_TURN: Final = 0.02
"""Seconds that the reader works, while it is behind, before others get their turn: however many there are and
whatever each of them does, the reader keeps its share, and empties the connection often enough."""


class ReadingPace:
    """Tells from what is left after each portion whether the reader keeps up, and lets others run.

    A long list is no storm: the PBX sends it because it was asked, and it ends.

    Args:
        on_overload: Told when events begin, and when they cease, to come faster than they can be read.
        give_way: Lets others run, for so many seconds unless something is to be read sooner.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        on_overload: Callable[[bool], None],
        *,
        give_way: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_overload = on_overload
        self._give_way = give_way
        self._clock = clock
        self._behind_since: float | None = None
        self._last_behind = 0.0
        self._turn_began = clock()
        self._overloaded = False

    def note_portion(self, *, more: bool, events: bool) -> None:
        """Note that one portion was read and handled, and let others run when it is their turn.

        Args:
            more: Whether more waits.
            events: Whether there were events in it.
        """
        now = self._clock()
        behind = more and events
        if not behind:
            self._behind_since = None
            if self._overloaded and now - self._last_behind >= CALM_AFTER:
                self._tell(False)
        else:
            self._last_behind = now
            if self._behind_since is None:
                self._behind_since = now
            elif not self._overloaded and now - self._behind_since >= OVERLOAD_AFTER:
                self._tell(True)
        if not behind or now - self._turn_began >= _TURN:
            self._give_way(self._rest_time(now) if events else 0.0)
            self._turn_began = self._clock()

    def note_overfull(self) -> None:
        """Note that far too many bytes wait: an overload at once, however short it has lasted."""
        self._last_behind = self._clock()
        if not self._overloaded:
            self._tell(True)

    def end(self) -> None:
        """Note the end of the session: an overload is over."""
        if self._overloaded:
            self._tell(False)

    def _rest_time(self, now: float) -> float:
        """Return the seconds until the next reading; 0 where events are few, or could fill the buffers."""
        if now - self._turn_began >= _CLOSE or now - self._last_behind < CALM_AFTER:
            return 0.0
        return READING_INTERVAL - now % READING_INTERVAL

    def _tell(self, overloaded: bool) -> None:
        self._overloaded = overloaded
        self._on_overload(overloaded)
