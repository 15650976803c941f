"""What goes on beside the queues: colleagues who call each other, calls out, meetings, the supervisor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel, State
from amictl.demo.life.cast import draw_person
from amictl.demo.life.numbers import draw_number
from amictl.demo.life.waiting import Process, await_answer, stay

if TYPE_CHECKING:
    from amictl.demo.life.agent import DemoAgent
    from amictl.demo.life.centre import CallCentre
    from amictl.demo.phones import Phone

_ANSWERED_OUTSIDE: Final = 0.7  # the share of calls out that somebody answers
_BUSY_OUTSIDE: Final = 0.1
_PICK_UP: Final = (2.0, 12.0)  # seconds
_RINGS: Final = (10.0, 40.0)  # seconds until who calls gives up
_LISTENS: Final = (20.0, 70.0)  # seconds that the supervisor listens to somebody
_HELPS_OUT: Final = (600.0, 2400.0)  # seconds that an agent works for one more queue
_MEETING: Final = (180.0, 480.0)  # seconds
_CODE: Final = (2.0, 4.0)  # seconds until who dialled a code hangs up
_JOIN: Final = "*45"
_LEAVE: Final = "*46"
_SPY: Final = "*8"
_MAILBOX: Final = "*97"


class Office:
    """The staff, and what all who work here do beside the queues' calls.

    Args:
        centre: Where they work.
        phones: The staff's phones; the first is the supervisor's.
    """

    def __init__(self, centre: CallCentre, phones: Sequence[Phone]) -> None:
        self._centre = centre
        self._phones = phones
        for phone in phones:
            phone.on_ring = lambda channel, phone=phone: self._start(self._take(phone, channel))
        centre.carrier.on_ring = lambda channel: self._start(self._take_outside(channel))

    def begin(self) -> None:
        """Let everything begin that goes on for ever; the numbers are seconds between two, on average."""
        for phone in self._phones:
            phone.plug_in()
        for seconds, act in (
            (150.0, self._call_colleague),
            (110.0, self._call_out),
            (900.0, self._meet),
            (600.0, self._call_mailbox),
            (500.0, self._help_out),
            (400.0, self._listen_in),
        ):
            self._start(self._repeat(seconds / self._centre.size, act))

    def invite(self, room: str, seconds: float) -> None:
        """Have one of the staff come to a conference room for a while."""
        for phone in self._draw_free(1):
            self._start(self._attend(phone, room, seconds))

    def find_free(self) -> Phone | None:
        """Return the phone of one of the staff that nobody uses."""
        return next(iter(self._draw_free(1)), None)

    def _start(self, process: Process) -> None:
        self._centre.env.process(process)

    def _repeat(self, seconds: float, act: Callable[[], Process]) -> Process:
        """Do something again and again, as often as the hour of the day wants."""
        centre = self._centre
        while True:
            yield centre.env.timeout(centre.chance.expovariate(centre.traffic() / seconds))
            self._start(act())

    # What they do by themselves

    def _call_colleague(self) -> Process:
        """Call somebody of the staff, or an agent."""
        callers = self._draw_free(2)
        helper = self._centre.find_helper()
        if callers:
            callee = callers[1] if len(callers) > 1 and self._centre.chance.random() < 0.6 else None
            number = callee.number if callee else helper.phone.number if helper else None
            if number is not None:
                yield from self._call(callers[0], number)

    def _call_out(self) -> Process:
        """Call a customer."""
        agents = [agent for agent in self._centre.agents if agent.can_help]
        phones = [agent.phone for agent in agents] + self._draw_free(2)
        if phones:
            yield from self._call(self._centre.chance.choice(phones), draw_number(self._centre.chance))

    def _meet(self) -> Process:
        """Meet in a conference room, some at their desks and one from outside."""
        centre = self._centre
        room = centre.find_free_room()
        if room is None:
            return
        for phone in self._draw_free(centre.chance.randint(2, 4)):
            self._start(self._attend(phone, room, centre.chance.uniform(*_MEETING)))
            yield centre.env.timeout(centre.chance.uniform(1, 15))
        if centre.chance.random() < 0.5:
            guest = centre.call_in(draw_person(centre.chance), centre.line_of(room))
            if guest and (yield from stay(guest, centre.chance.uniform(*_MEETING))):
                centre.hang_up(guest)

    def _call_mailbox(self) -> Process:
        """Hear a message that somebody left, and delete it."""
        centre = self._centre
        phones = [agent.phone for agent in centre.agents if agent.can_help] + self._draw_free(
            len(self._phones)
        )
        waiting = [phone for phone in phones if centre.has_message(phone)]
        phone = centre.chance.choice(waiting) if waiting else None
        channel = phone.dial(_MAILBOX) if phone else None
        if phone is None or channel is None:
            return
        for keys, seconds in ((f"{phone.number}#", 4.0), ("1", 6.0), ("7", 20.0), ("#", 4.0)):
            if not (yield from stay(channel, seconds)):
                return
            phone.press(channel, keys)

    def _help_out(self) -> Process:
        """Have an agent work for one more queue for a while."""
        centre = self._centre
        helper = centre.find_helper()
        queue = centre.draw_other_queue(helper) if helper else None
        if helper is None or queue is None:
            return
        yield from self._dial_for(helper.phone, f"{_JOIN}{queue}", centre.chance.uniform(*_CODE))
        yield centre.env.timeout(centre.chance.uniform(*_HELPS_OUT))
        yield from self._leave(helper, queue)

    def _leave(self, helper: DemoAgent, queue: str) -> Process:
        centre = self._centre
        while not (helper.is_idle and helper.phone.is_plugged_in):
            yield centre.env.timeout(5.0)
        yield from self._dial_for(helper.phone, f"{_LEAVE}{queue}", centre.chance.uniform(*_CODE))

    def _listen_in(self) -> Process:
        """Have the supervisor listen to an agent who talks."""
        centre = self._centre
        supervisor = self._phones[0] if self._phones else None
        talking = [agent for agent in centre.agents if not agent.is_idle]
        if supervisor and not supervisor.channels and talking:
            number = centre.chance.choice(talking).phone.number
            yield from self._dial_for(supervisor, f"{_SPY}{number}", centre.chance.uniform(*_LISTENS))

    # What happens at the phones

    def _call(self, phone: Phone, number: str) -> Process:
        centre = self._centre
        channel = phone.dial(number)
        if channel is None:
            return
        if (yield from await_answer(channel, centre.chance.uniform(*_RINGS))):
            if (yield from stay(channel, centre.draw_talk())):
                phone.hang_up(channel)
        elif not channel.hung_up:
            phone.hang_up(channel)

    def _dial_for(self, phone: Phone, number: str, seconds: float) -> Process:
        """Dial something that answers, and stay for a while."""
        channel = phone.dial(number)
        if channel and (yield from stay(channel, seconds)):
            phone.hang_up(channel)

    def _attend(self, phone: Phone, room: str, seconds: float) -> Process:
        yield self._centre.env.timeout(self._centre.chance.uniform(1, 6))
        if not phone.channels:
            yield from self._dial_for(phone, room, seconds)

    def _take(self, phone: Phone, channel: Channel) -> Process:
        """Answer a colleague, mostly."""
        chance = self._centre.chance
        if chance.random() < 0.2:
            return
        if (yield from stay(channel, chance.uniform(*_PICK_UP))) and channel.state == State.RINGING:
            phone.answer(channel)
            if (yield from stay(channel, chance.uniform(15, 120))):
                phone.hang_up(channel)

    def _take_outside(self, channel: Channel) -> Process:
        """Answer a call that went out, or not."""
        centre = self._centre
        mood = centre.chance.random()
        if not (yield from stay(channel, centre.chance.uniform(*_PICK_UP))):
            return
        if mood < _BUSY_OUTSIDE:
            centre.carrier.refuse(channel)
        elif mood < _BUSY_OUTSIDE + _ANSWERED_OUTSIDE:
            centre.carrier.answer(channel)
            if (yield from stay(channel, centre.draw_talk() * 1.2)):
                centre.carrier.hang_up(channel)

    def _draw_free(self, count: int) -> list[Phone]:
        """Return some of the staff's phones that nobody uses."""
        free = [phone for phone in self._phones[1:] if not phone.channels]
        return self._centre.chance.sample(free, min(count, len(free)))
