"""An agent: works in shifts, takes breaks, answers mostly, and does with a call what its turn wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel, State
from amictl.demo.life.cast import BREAK_REASONS
from amictl.demo.life.day_curve import Shift
from amictl.demo.life.turns import draw_turn
from amictl.demo.life.waiting import Process, stay

if TYPE_CHECKING:
    from amictl.demo.life.centre import CallCentre
    from amictl.demo.phones import Phone

_HOUR: Final = 3600.0
_PICK_UP: Final = (2.0, 9.0)  # seconds
_MISSES: Final = 0.05  # the share of calls that an agent lets ring
_REFUSES: Final = 0.02
_STAYS_AWAY: Final = 0.5  # of those who let a call ring: they are not at the desk, and somebody notices
_BETWEEN_BREAKS: Final = (0.6, 1.8)  # hours
_OFTEN_LATE: Final = 0.12  # hours that a shift begins or ends later than it should, at most
_UNTIL_IDLE: Final = 5.0  # seconds between two looks whether the phone is free
_QUEUE_LEG: Final = "AppQueue"  # what app_queue gives the channels that it calls members on, as application
_PAPERWORK: Final = 0.08  # the share of calls after which an agent needs time


class DemoAgent:
    """One agent at a phone.

    Args:
        centre: Where the agent works.
        phone: The agent's phone.
        shift: When the agent works.

    Attributes:
        is_on_duty: Whether the agent works now, breaks included.
        on_break: Whether the agent has a break.
    """

    def __init__(self, centre: CallCentre, phone: Phone, shift: Shift) -> None:
        self.centre = centre
        self.phone = phone
        self.is_on_duty = False
        self.on_break = False
        self._shift = shift
        phone.on_ring = self._hear

    @property
    def interface(self) -> str:
        """What the queues call the agent by."""
        return self.phone.device

    @property
    def is_idle(self) -> bool:
        """Whether the phone is neither used nor rung."""
        return not self.phone.channels

    @property
    def can_help(self) -> bool:
        """Whether a colleague may call."""
        return self.is_on_duty and not self.on_break and self.is_idle and self.phone.is_plugged_in

    def work(self) -> Process:
        """Come and go with the shifts, for ever."""
        centre = self.centre
        self.is_on_duty = self._shift.covers(centre.hour())
        self._be_there(there=self.is_on_duty)
        while True:
            late = centre.chance.uniform(0.0, _OFTEN_LATE)
            yield centre.env.timeout(centre.seconds(self._shift.hours_to_change(centre.hour()) + late))
            while not self.is_idle:
                yield centre.env.timeout(_UNTIL_IDLE)
            self.is_on_duty = self._shift.covers(centre.hour())
            self._be_there(there=self.is_on_duty)

    def rest(self) -> Process:
        """Have breaks, for ever."""
        centre = self.centre
        yield centre.env.timeout(centre.chance.uniform(0.0, _BETWEEN_BREAKS[1]) * _HOUR)
        while True:
            if self.is_on_duty:
                while not self.is_idle:
                    yield centre.env.timeout(_UNTIL_IDLE)
                reasons = list(BREAK_REASONS)
                (reason,) = centre.chance.choices(reasons, [each[0] for each in BREAK_REASONS.values()])
                _, least, most = BREAK_REASONS[reason]
                yield from self.pause(reason, centre.chance.uniform(least, most) * 60)
            yield centre.env.timeout(centre.chance.uniform(*_BETWEEN_BREAKS) * _HOUR)

    def pause(self, reason: str, seconds: float) -> Process:
        """Take no calls of queues for a while."""
        if self.on_break:
            return
        self.on_break = True
        self.centre.pause(self, reason)
        yield self.centre.env.timeout(seconds)
        self.centre.unpause(self)
        self.on_break = False

    def _be_there(self, *, there: bool) -> None:
        if there:
            self.phone.plug_in()
        else:
            self.phone.unplug()

    def _hear(self, channel: Channel) -> None:
        self.centre.env.process(self._take(channel))

    def _take(self, channel: Channel) -> Process:
        """Answer a call that rings, or not."""
        chance = self.centre.chance
        mood = chance.random()
        if not (yield from stay(channel, chance.uniform(*_PICK_UP))) or channel.state != State.RINGING:
            return
        is_queue_call = channel.application == _QUEUE_LEG
        if mood < _REFUSES:
            self.phone.refuse(channel)
        elif mood < _REFUSES + _MISSES:
            if is_queue_call and chance.random() < _STAYS_AWAY:
                yield from self.pause("Not at the desk", chance.uniform(60, 240))
        elif self.phone.is_plugged_in:
            self.phone.answer(channel)
            if is_queue_call:
                yield from draw_turn(chance)(self, channel)
                if chance.random() < _PAPERWORK:
                    yield from self.pause("After-call work", chance.uniform(15, 90))
            elif (yield from stay(channel, chance.uniform(15, 120))):
                self.phone.hang_up(channel)
