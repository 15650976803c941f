"""How busy the centre is at an hour of the day, and who works then. It never sleeps wholly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HOURS: Final = 24

# How busy it is at each full hour, beside the busiest one; between them it changes evenly.
_TRAFFIC: Final = (
    *(0.39, 0.37, 0.36, 0.36, 0.36, 0.38, 0.48, 0.60, 0.74, 0.84, 0.98, 1.00),
    *(0.94, 0.96, 1.00, 0.94, 0.80, 0.74, 0.66, 0.48, 0.41, 0.40, 0.40, 0.40),
)


def traffic_at(hour: float) -> float:
    """Return how busy it is, from more than 0 to 1 in the busiest hour.

    Args:
        hour: The time of day in hours; 25.5 is half past one.
    """
    before = int(hour // 1) % _HOURS
    share = hour % 1
    return _TRAFFIC[before] * (1 - share) + _TRAFFIC[(before + 1) % _HOURS] * share


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody works each day.

    Args:
        begin: The hour at which it begins.
        length: Hours that it lasts; it may go on past midnight.
    """

    begin: float
    length: float

    def covers(self, hour: float) -> bool:
        """Return whether somebody of this shift works then."""
        return (hour - self.begin) % _HOURS < self.length

    def hours_to_change(self, hour: float) -> float:
        """Return in how many hours the shift begins, or ends where it goes on."""
        into = (hour - self.begin) % _HOURS
        return self.length - into if into < self.length else _HOURS - into


_NIGHT: Final = Shift(21.75, 10.5)
_EARLY: Final = Shift(6.0, 10.0)
_DAY: Final = Shift(8.0, 11.0)
_LATE: Final = Shift(10.0, 12.0)

# Who works when, of twenty: as many as the traffic wants at each hour, and in each queue somebody at any.
_ROSTER: Final = (
    *(_EARLY, _NIGHT, _DAY, _LATE, _EARLY, _NIGHT, _DAY, _LATE, _LATE, _NIGHT),
    *(_DAY, _LATE, _EARLY, _DAY, _EARLY, _NIGHT, _EARLY, _LATE, _DAY, _NIGHT),
)


def shift_of(place: int) -> Shift:
    """Return the shift of an agent, by the place in the list of all."""
    return _ROSTER[place % len(_ROSTER)]
