"""The counters of a queue, in whole seconds and with Asterisk's own averages (apps/app_queue.c)."""

from __future__ import annotations

import struct
from dataclasses import dataclass


def average(before: int, now: int) -> int:
    """Return the exponential average of times in seconds: three quarters of what was, one of what is."""
    return (before * 3 + now) >> 2


def _single(value: float) -> float:
    """Return a number as C's ``float`` keeps it."""
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded


def percentage(part: int, whole: int) -> str:
    """Return ``part`` of ``whole`` in percent with one digit, in single precision as Asterisk does."""
    share = _single(_single(part) / _single(whole)) if whole else 0.0
    return f"{_single(100 * share):.1f}"


@dataclass(slots=True)
class Counters:
    """What a queue counted since it was made or reset."""

    completed: int = 0
    completed_in_level: int = 0
    abandoned: int = 0
    abandoned_in_level: int = 0
    hold_time: int = 0
    talk_time: int = 0

    def answer(self, waited: int) -> None:
        """A member answered a caller who waited so many seconds."""
        is_first = self.completed + self.abandoned == 0
        self.hold_time = waited if is_first else average(self.hold_time, waited)

    def complete(self, talked: int, *, in_level: bool) -> None:
        """The member of a call is free again after so many seconds."""
        self.completed += 1
        self.completed_in_level += in_level
        self.talk_time = talked if self.completed == 1 else average(self.talk_time, talked)

    def abandon(self, *, in_level: bool) -> None:
        """A caller left without having been answered."""
        self.abandoned += 1
        self.abandoned_in_level += in_level

    @property
    def service_level_performance(self) -> str:
        """How many of the completed calls were answered within the service level, in percent."""
        return percentage(self.completed_in_level, self.completed)

    @property
    def service_level_performance_2(self) -> str:
        """The same with the abandoned calls: those that were given up in time count as good."""
        return percentage(self.abandoned_in_level + self.completed_in_level, self.abandoned + self.completed)
