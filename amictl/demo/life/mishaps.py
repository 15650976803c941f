"""What goes wrong with phones: they lose their network, and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from amictl.demo.life.waiting import Process

if TYPE_CHECKING:
    from amictl.demo.life.agent import DemoAgent
    from amictl.demo.life.centre import CallCentre

_EVERY: Final = 700.0  # seconds, on average, in a centre of twenty agents
_GONE: Final = (20.0, 150.0)  # seconds


def lose_phones(centre: CallCentre) -> Process:
    """Let phones drop off and come back, for ever."""
    while True:
        yield centre.env.timeout(centre.chance.expovariate(centre.size / _EVERY))
        at_work = [agent for agent in centre.agents if agent.is_on_duty and agent.phone.is_plugged_in]
        if at_work:
            centre.env.process(_lose(centre, centre.chance.choice(at_work)))


def _lose(centre: CallCentre, agent: DemoAgent) -> Process:
    agent.phone.unplug()
    yield centre.env.timeout(centre.chance.uniform(*_GONE))
    if agent.is_on_duty:
        agent.phone.plug_in()
