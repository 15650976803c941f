"""Who rests after a call: by the member's own time, by its queue's, and else by whom Asterisk rings."""

from __future__ import annotations

import pytest

from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.queues.value import LONGEST_REST
from amictl.protocol import Message, Reply
from amictl.services.metrics.queue_metrics import member_state
from tests.pbx.ami_events import Clock, channel_event, listed, member_event, member_item, queue_item

STEPS = {step.name: step for step in SNAPSHOT_STEPS}
CONFIG = """Response: Success
Category-000000: general
Line-000000-000000: shared_lastcall=no
Category-000001: support
Templates-000001: relaxed
Line-000001-000000: wrapuptime=5
Line-000001-000001: strategy=ringall
Line-000001-000002: WrapupTime = 30s
Category-000002: sales
Line-000002-000000: member=PJSIP/100,0,wrapuptime=99
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    """Alice answers calls of support; nothing is known of wrap-up times."""
    state = PbxState(clock=clock)
    for step, items in zip(SNAPSHOT_STEPS, ((), (), (queue_item(), member_item())), strict=False):
        step.load(state, listed(*items))
    return state


def configure(state: PbxState, text: str = CONFIG) -> None:
    response = Message("\r\n".join(text.strip().split("\n")).encode())
    STEPS["GetConfig"].load(state, Reply("1", response))


def end_call(state: PbxState, clock: Clock, **member: object) -> None:
    """Let Alice talk for a minute."""
    about = {"Queue": "support", "Interface": "PJSIP/100", "HoldTime": 3}
    state.apply(channel_event("QueueCallerJoin", "17.1", Queue="support", Position=1))
    state.apply(channel_event("QueueCallerLeave", "17.1", Queue="support"))
    state.apply(channel_event("AgentConnect", "17.1", **about))
    clock.now += 60
    state.apply(channel_event("AgentComplete", "17.1", TalkTime=60, **about))
    state.apply(member_event("QueueMemberStatus", CallsTaken=1, LastCall=int(clock.now), **member))


def alice(state: PbxState) -> Agent:
    return state.agents.by_key["Alice"]


def what_members_do(state: PbxState, clock: Clock) -> list[str]:
    queue = state.queues.by_name["support"]
    return [member_state(queue, member, clock.now) for member in queue.members]


def pass_seconds(state: PbxState, clock: Clock, seconds: float) -> None:
    clock.now += seconds
    state.pass_time(clock.now)


@pytest.mark.parametrize("told", ["before the call", "after the call"])
def test_a_queues_wrapup_time_keeps_its_members_from_being_ready(
    state: PbxState, clock: Clock, told: str
) -> None:
    if told == "before the call":
        configure(state)
    end_call(state, clock)
    configure(state)
    ended_at = clock.now
    assert (alice(state).state, alice(state).wrapup_until) == ("wrapup", ended_at + 30.0)
    assert what_members_do(state, clock) == ["wrapup"]
    payload = value_payload(state.queues.by_name["support"])
    assert payload["wrapup_time"] == 30
    assert payload["members"][0]["wrapup_until"] == "2027-01-15T08:01:30.000Z"
    assert payload["members"][0]["after_call_until"] is None
    pass_seconds(state, clock, 29.0)
    assert alice(state).state == "wrapup"
    pass_seconds(state, clock, 1.0)
    assert (alice(state).state, alice(state).since) == ("ready", ended_at + 30.0)
    assert what_members_do(state, clock) == ["ready"]


def test_a_members_own_wrapup_time_wins_over_its_queues(state: PbxState, clock: Clock) -> None:
    configure(state)
    end_call(state, clock, Wrapuptime=10)
    assert alice(state).wrapup_until == clock.now + 10.0


def test_a_queue_that_the_file_gives_no_wrapup_time_lets_nobody_rest(state: PbxState, clock: Clock) -> None:
    configure(state, CONFIG.replace("wrapuptime=5", "retry=5").replace("WrapupTime = 30s", "timeout=30"))
    end_call(state, clock)
    assert (alice(state).state, alice(state).wrapup_until) == ("ready", None)


@pytest.mark.parametrize("known", ["nothing", "other queues"])
def test_nobody_is_ready_after_a_call_while_the_queues_wrapup_time_is_not_known(
    state: PbxState, clock: Clock, known: str
) -> None:
    if known == "other queues":
        configure(state, CONFIG.replace("support", "marketing"))
    end_call(state, clock)
    assert (alice(state).state, alice(state).wrapup_until) == ("after_call", None)
    assert what_members_do(state, clock) == ["after_call"]
    member = value_payload(state.queues.by_name["support"])["members"][0]
    assert (member["wrapup_until"], member["after_call_until"]) == (None, "2027-01-15T08:31:00.000Z")
    pass_seconds(state, clock, LONGEST_REST - 1.0)
    assert alice(state).state == "after_call"
    pass_seconds(state, clock, 1.0)
    assert alice(state).state == "ready"


def test_what_asterisk_rings_tells_how_long_a_queue_lets_its_members_rest_at_most(
    state: PbxState, clock: Clock
) -> None:
    end_call(state, clock)
    clock.now += 8
    called = {"Queue": "support", "Interface": "PJSIP/100"}
    state.apply(channel_event("AgentCalled", "17.2", **called))
    assert alice(state).state == "ready", "the rest is over"
    end_call(state, clock)
    assert alice(state).state == "after_call"
    pass_seconds(state, clock, 8.0)
    assert alice(state).state == "ready"

    again = PbxState(clock=clock, earlier=state)
    STEPS["QueueStatus"].load(again, listed(queue_item(), member_item(LastCall=int(clock.now), CallsTaken=2)))
    assert again.queues.by_name["support"].rest_at_most == 8.0, "a new session remembers"


def test_a_ring_long_after_a_call_that_nobody_heard_tells_nothing(state: PbxState, clock: Clock) -> None:
    state.apply(member_event("QueueMemberStatus", CallsTaken=1, LastCall=int(clock.now)))
    clock.now += 2
    state.apply(channel_event("AgentCalled", "17.2", Queue="support", Interface="PJSIP/100"))
    assert state.queues.by_name["support"].rest_at_most is None


def test_another_session_that_may_not_read_the_file_does_not_trust_what_one_before_read(
    state: PbxState, clock: Clock
) -> None:
    configure(state)
    again = PbxState(clock=clock, earlier=state)
    STEPS["QueueStatus"].load(again, listed(queue_item(), member_item()))
    assert again.queues.by_name["support"].wrapup_time is None
