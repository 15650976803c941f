"""The PBX's clock, as its answers to ``Ping`` show it.

``Ping`` is answered with ``Timestamp``, the PBX's time in seconds since 1970 with microseconds (Asterisk
main/manager.c, action_ping; seen on 16 and 22). It was read between the moments at which we sent the question
and had the answer, so half a round trip bounds what is not known of the difference of the clocks.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 16  # samples; a little more than a minute of keepalives
# Quartz of servers is within this of the right speed (RFC 5905 assumes 15e-6 of good clocks), on both sides.
_DRIFT: Final = 100e-6
_SLEW: Final = 0.05  # seconds of correction a second: a clock that is corrected still never runs backwards
_STEP: Final = 2.0  # seconds from which a correction is made at once
_ROUNDING: Final = 0.002  # seconds; what a busy thread adds to either end of a round trip is no step


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    offset: float
    doubt: float

    def doubt_at(self, now: float) -> float:
        return self.doubt + (now - self.at) * _DRIFT


@dataclass(frozen=True, slots=True)
class _Course:
    """How the offset goes from one value to another; one value that threads swap at once."""

    offset: float
    behind: float = 0.0
    begun_at: float = 0.0
    seconds: float = 0.0

    def at(self, now: float) -> float:
        left = self.seconds - (now - self.begun_at)
        return self.offset if left <= 0.0 else self.offset - self.behind * min(left / self.seconds, 1.0)


class PbxClock:
    """Tells the time of one PBX; it is ours until the PBX told its own.

    Of several answers the one with the shortest round trip is believed, an old one less than a new one. Small
    corrections are spread over time, so that times stay in the order of what happened. Where an answer cannot
    be true of the clock as it was known, that clock was set: what was known is forgotten, and a difference of
    seconds is taken over at once.

    Args:
        clock: Our time in seconds since 1970; by default one that does not follow when our clock is set.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._ticks = clock or time.monotonic
        self._base = 0.0 if clock else time.time() - time.monotonic()
        self._samples: deque[_Sample] = deque(maxlen=_KEPT)
        self._course = _Course(0.0)
        # What is added to the ticks while no correction is under way: this clock is read for every event.
        self._ahead: float | None = self._base

    @property
    def is_known(self) -> bool:
        """Whether the PBX ever told its time."""
        return bool(self._samples)

    @property
    def offset(self) -> float:
        """Seconds that the PBX's clock is ahead of ours, as `now` uses it at this moment."""
        return self._course.at(self.ours())

    def ours(self) -> float:
        """Return our time in seconds since 1970."""
        return self._ticks() + self._base

    def now(self) -> float:
        """Return the PBX's time in seconds since 1970."""
        ahead = self._ahead
        return self._follow_course() if ahead is None else self._ticks() + ahead

    def take(self, asked_at: float, told: float, answered_at: float) -> None:
        """Take one answer of the PBX.

        Args:
            asked_at: When it was asked, on our clock (`ours`).
            told: What it said, in seconds since 1970.
            answered_at: When its answer came, on our clock.
        """
        doubt = max(answered_at - asked_at, 0.0) / 2.0
        sample = _Sample(answered_at, told - (asked_at + answered_at) / 2.0, doubt)
        known = self.is_known
        if not self._is_possible(sample):
            self._samples.clear()
        self._samples.append(sample)
        best = min(self._samples, key=lambda one: one.doubt_at(answered_at))
        self._steer(best.offset, answered_at, at_once=not known)

    def _is_possible(self, sample: _Sample) -> bool:
        """Tell whether no kept answer contradicts this one."""
        return all(
            abs(sample.offset - kept.offset) <= sample.doubt + kept.doubt_at(sample.at) + _ROUNDING
            for kept in self._samples
        )

    def _follow_course(self) -> float:
        ours, course = self.ours(), self._course
        if ours >= course.begun_at + course.seconds:
            self._ahead = self._base + course.offset
        return ours + course.at(ours)

    def _steer(self, offset: float, now: float, *, at_once: bool) -> None:
        behind = offset - self._course.at(now)
        if at_once or abs(behind) >= _STEP:
            self._course = _Course(offset)
        else:
            self._course = _Course(offset, behind, now, abs(behind) / _SLEW)
        self._ahead = None
