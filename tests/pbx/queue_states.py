"""A picture with two queues, for tests of what happens in them."""

from __future__ import annotations

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.queues.value import Queue
from amictl.protocol import Message
from tests.pbx.ami_events import Clock, ami_event, listed, member_item, queue_item


def load_two_queues(clock: Clock) -> PbxState:
    """Queue support with its member PJSIP/100, and an empty queue sales; listed a minute ago."""
    state = PbxState(clock=clock)
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), member_item("PJSIP/100"), queue_item("sales")))
    clock.now += 60
    return state


def support(state: PbxState) -> Queue:
    """Queue support as it is now."""
    return state.queues.by_name["support"]


def agent_event(name: str, **headers: object) -> Message:
    """An event about a call of queue support that PJSIP/100 answered."""
    return ami_event(name, Queue="support", Interface="PJSIP/100", **headers)
