"""How many callers come and how long they talk, so that the centre is as big and busy as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from amictl.demo.settings import DemoSettings

EVENTS_OF_ANSWERED: Final = 110
"""How many AMI events there are for a call that is answered, all that goes on beside the queues included."""

EVENTS_OF_ABANDONED: Final = 45
"""The same for one whose caller gives up."""

_WAIT: Final = 12.0  # seconds that a caller who is answered waits in a centre that has time
_PATIENCE: Final = 110.0  # seconds that others wait until they give up, on average
_ON_DUTY: Final = 0.75  # the share of agents who work in busy hours
_OCCUPANCY: Final = 0.58  # of their time; more makes the queues grow without end
_AROUND: Final = 20.0  # seconds of an agent that a call takes beside the talk: ringing, wrap-up, paperwork
_OFFICE: Final = 0.2  # channels for each agent that have nothing to do with the queues
_SHORTEST: Final = 10.0  # seconds
_LONGEST: Final = 300.0
_ROUNDS: Final = 4


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
        """Return the load that makes so many events and channels.

        A talk has two channels. Those that were asked for beyond what the agents can talk on are callers who
        wait, and give up.
        """
        busy = settings.agents * _ON_DUTY * _OCCUPANCY
        abandoned = 0.0
        for _ in range(_ROUNDS):
            answered = max(0.1, settings.rate - EVENTS_OF_ABANDONED * abandoned) / EVENTS_OF_ANSWERED
            talk = max(_SHORTEST, min(busy / answered - _AROUND, _LONGEST))
            waiting = settings.channels - _OFFICE * settings.agents - answered * (2 * talk + _WAIT)
            abandoned = max(0.0, min(waiting / _PATIENCE, settings.rate / 2 / EVENTS_OF_ABANDONED))
        return cls(answered + abandoned, talk)
