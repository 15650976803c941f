"""How many callers come and how long they talk, so that the centre is as big and busy as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from amictl.demo.settings import DemoSettings

EVENTS_A_CALL: Final = 55
"""How many AMI events a call makes on average, with all that happens to some of them."""

_WAIT: Final = 25.0  # seconds that a caller waits on average, with one channel
_ON_DUTY: Final = 0.7  # the share of agents who work in the busiest hours
_OCCUPANCY: Final = 0.85  # of an agent's time on duty; more makes the queues grow without end
_SHORTEST: Final = 10.0  # seconds
_LONGEST: Final = 300.0


@dataclass(frozen=True, slots=True)
class Load:
    """The load of the busiest hour.

    Args:
        calls: Calls a second that come in for queues.
        talk: Seconds that an agent talks, on average.
    """

    calls: float
    talk: float

    @classmethod
    def of(cls, settings: DemoSettings) -> Self:
        """Return the load that makes so many events and channels, as far as the agents can carry it.

        A call has one channel while it waits, and two while somebody talks.
        """
        calls = settings.rate / EVENTS_A_CALL
        wanted = (settings.channels / calls - _WAIT) / 2
        carried = settings.agents * _ON_DUTY * _OCCUPANCY / calls
        return cls(calls, max(_SHORTEST, min(wanted, carried, _LONGEST)))
