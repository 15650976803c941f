"""What becomes of a call that an agent has answered."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel
from amictl.demo.life.waiting import Process, await_answer, partner_of, stay

if TYPE_CHECKING:
    from amictl.demo.life.agent import DemoAgent

Turn = Callable[["DemoAgent", Channel], Process]

_CALLER_HANGS_UP: Final = 0.6  # the share of calls that the caller ends
_CONSULTATION_RINGS: Final = 18.0  # seconds
_PARK: Final = "700"
_RETRIEVED: Final = 0.8  # the share of parked calls that somebody takes back in time
_HANDED_OVER: Final = 0.6  # the share of consultations after which the colleague goes on


def talk(agent: DemoAgent, channel: Channel) -> Process:
    """Talk, and end the call."""
    if (yield from stay(channel, agent.centre.draw_talk())):
        _end(agent, channel)


def look_something_up(agent: DemoAgent, channel: Channel) -> Process:
    """Talk, let the caller hear music for a while, and talk again."""
    centre = agent.centre
    whole = centre.draw_talk()
    if not (yield from stay(channel, whole * 0.4)):
        return
    agent.phone.hold(channel)
    if not (yield from stay(channel, min(centre.chance.uniform(8, 45), whole * 0.5))):
        return
    agent.phone.resume(channel)
    if (yield from stay(channel, whole * 0.3)):
        _end(agent, channel)


def pass_on(agent: DemoAgent, channel: Channel) -> Process:
    """Send the caller to another queue."""
    centre = agent.centre
    if (yield from stay(channel, centre.draw_talk() * 0.4)):
        agent.phone.transfer(channel, centre.draw_queue_exten())


def ask_colleague(agent: DemoAgent, channel: Channel) -> Process:
    """Hold the caller, call a colleague, and hand the caller over, or come back."""
    centre = agent.centre
    whole = centre.draw_talk()
    colleague = centre.find_colleague(agent)
    if colleague is None:
        yield from talk(agent, channel)
        return
    if not (yield from stay(channel, whole * 0.4)):
        return
    consultation = agent.phone.dial(colleague.number)
    if consultation is None:
        return
    agent.phone.hold(channel)
    answered = yield from await_answer(consultation, _CONSULTATION_RINGS)
    agreed = answered and (yield from stay(consultation, centre.chance.uniform(5, 25)))
    if agreed and not channel.hung_up and centre.chance.random() < _HANDED_OVER:
        agent.phone.transfer_attended(channel, consultation)
        return
    if not consultation.hung_up:
        agent.phone.hang_up(consultation)
    if channel.hung_up:
        return
    agent.phone.resume(channel)
    if (yield from stay(channel, whole * 0.4)):
        _end(agent, channel)


def park(agent: DemoAgent, channel: Channel) -> Process:
    """Park the caller, who is taken back by the agent or a colleague, or comes back by itself."""
    centre = agent.centre
    if not (yield from stay(channel, centre.draw_talk() * 0.5)):
        return
    caller = partner_of(channel)
    if caller is None:
        return
    agent.phone.transfer(channel, _PARK)
    yield centre.env.timeout(centre.chance.uniform(8, 35))
    space = centre.find_parked(caller)
    if space is None or centre.chance.random() > _RETRIEVED:
        return
    helper = centre.find_helper(agent) if centre.chance.random() < 0.5 else None
    helper = helper or agent
    if not helper.is_idle:
        return
    back = helper.phone.dial(space)
    if back and (yield from stay(back, centre.draw_talk() * 0.5)):
        _end(helper, back)


def confer(agent: DemoAgent, channel: Channel) -> Process:
    """Take the caller into a conference, with somebody of the staff."""
    centre = agent.centre
    room = centre.find_free_room()
    if room is None or not (yield from stay(channel, centre.draw_talk() * 0.4)):
        return
    caller = partner_of(channel)
    if caller is None or not agent.phone.transfer(channel, room):
        return
    yield centre.env.timeout(centre.chance.uniform(1, 3))
    seconds = centre.chance.uniform(60, 200)
    centre.office.invite(room, seconds)
    own = agent.phone.dial(room) if agent.is_idle else None
    if own and (yield from stay(own, seconds)):
        agent.phone.hang_up(own)
    if (yield from stay(caller, centre.chance.uniform(1, 10))):
        centre.hang_up(caller)


_TURNS: Final[dict[Turn, int]] = {
    talk: 62,
    look_something_up: 17,
    pass_on: 4,
    ask_colleague: 9,
    park: 5,
    confer: 2,
}


def draw_turn(chance: random.Random) -> Turn:
    """Return what becomes of a call."""
    (turn,) = chance.choices(list(_TURNS), list(_TURNS.values()))
    return turn


def _end(agent: DemoAgent, channel: Channel) -> None:
    """End the call, from one side or the other."""
    partner = partner_of(channel)
    if partner is not None and agent.centre.chance.random() < _CALLER_HANGS_UP:
        agent.centre.hang_up(partner)
    else:
        agent.phone.hang_up(channel)
