"""Who calls from outside: they come by the day curve, wait, lose patience, and some come back."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel
from amictl.demo.life.cast import NOBODY, Person, draw_person
from amictl.demo.life.waiting import Answer, Process, stay

if TYPE_CHECKING:
    from amictl.demo.life.centre import CallCentre

_KNOWN: Final = 400  # how many people are remembered who may call again
_REGULARS: Final = 0.25  # the share of calls by somebody who called before
_IMPATIENT: Final = 0.05  # the share of callers who hang up nearly at once
_PATIENCE: Final = (4.6, 0.7)  # of the logarithm of seconds: one in two waits for 100 s, one in six for 50 s
_COMES_BACK: Final = 0.45  # the share of those who gave up and call again
_BACK_AFTER: Final = (40.0, 420.0)  # seconds
_LOOK_EVERY: Final = 20.0  # seconds
_GIVES_UP: Final = 0.2  # the share, between two looks, of those whom a transfer lets wait once more
_LONGEST_CALL: Final = 2400.0
_MESSAGE: Final = (12.0, 40.0)  # seconds on a mailbox
_DIRECT: Final = 0.06  # the share of calls to somebody's own number


class Callers:
    """All people outside.

    Args:
        centre: Whom they call.
    """

    def __init__(self, centre: CallCentre) -> None:
        self._centre = centre
        self._known: deque[Person] = deque(maxlen=_KNOWN)
        self._calling: set[str] = set()

    def come(self) -> Process:
        """Call, one after the other, for ever."""
        centre = self._centre
        while True:
            yield centre.env.timeout(centre.chance.expovariate(centre.load.calls * centre.traffic()))
            if centre.is_full:
                continue
            person = self._draw()
            direct = centre.chance.random() < _DIRECT
            line = centre.draw_direct_line() if direct else centre.draw_queue_line()
            centre.env.process(self.visit(person, line))

    def visit(self, person: Person, line: str) -> Process:
        """Call, and wait as long as patience lasts; some come back later."""
        centre = self._centre
        comes_back = True
        while comes_back:
            comes_back = False
            self._calling.add(person.number)
            channel = centre.call_in(person, line)
            if channel is not None and (yield from stay(channel, self._draw_patience())):
                comes_back = yield from self._see_to_end(channel)
            self._calling.discard(person.number)
            if comes_back:
                yield centre.env.timeout(centre.chance.uniform(*_BACK_AFTER))

    def _see_to_end(self, channel: Channel) -> Answer:
        """Give up, or stay in a call that somebody answered and end it where nobody else does.

        Returns:
            Whether who gave up will call again.
        """
        centre = self._centre
        if _waits(channel):
            centre.hang_up(channel)
            return centre.chance.random() < _COMES_BACK
        waited = 0.0
        while (yield from stay(channel, _LOOK_EVERY)):
            waited += _LOOK_EVERY
            if channel.application == "VoiceMail":
                yield from stay(channel, centre.chance.uniform(*_MESSAGE))
            elif waited < _LONGEST_CALL and not (_waits(channel) and centre.chance.random() < _GIVES_UP):
                continue
            centre.hang_up(channel)
            break
        return False

    def _draw(self) -> Person:
        chance = self._centre.chance
        if self._known and chance.random() < _REGULARS:
            regular = chance.choice(self._known)
            if regular.number not in self._calling:
                return regular
        person = draw_person(chance)
        while person.number in self._calling and person is not NOBODY:
            person = draw_person(chance)
        if person is not NOBODY:
            self._known.append(person)
        return person

    def _draw_patience(self) -> float:
        chance = self._centre.chance
        if chance.random() < _IMPATIENT:
            return chance.uniform(1.5, 8.0)
        return min(600.0, chance.lognormvariate(*_PATIENCE))


def _waits(channel: Channel) -> bool:
    return channel.application == "Queue" and channel.bridge is None
