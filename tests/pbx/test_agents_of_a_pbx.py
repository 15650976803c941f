"""People across queues: what they do, since when, and what a role that is limited to queues sees of them."""

from __future__ import annotations

import pytest

from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.agents.table import limit_agent
from amictl.pbx.topics.agents.value import Agent
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    channel_event,
    listed,
    member_event,
    member_item,
    queue_item,
)

PAUSED_AT = 1_799_999_000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    return load(PbxState(clock=clock))


def load(state: PbxState, *more: Message, **alice: object) -> PbxState:
    """Alice answers calls of support and sales."""
    queues = (queue_item(), member_item(**alice), queue_item("sales"), member_item(Queue="sales", **alice))
    for step, items in zip(SNAPSHOT_STEPS, ((), (), (*queues, *more)), strict=False):
        step.load(state, listed(*items))
    return state


def alice(state: PbxState) -> Agent:
    return state.agents.by_key["Alice"]


def test_one_row_holds_a_persons_places_in_all_queues(state: PbxState) -> None:
    assert list(state.agents.by_key) == ["Alice"]
    assert [place.queue for place in alice(state).queues] == ["sales", "support"]
    assert (alice(state).state, alice(state).since, alice(state).paused) == ("ready", None, "none")


def test_a_pause_in_some_queues_leaves_a_person_ready_and_in_all_does_not(
    state: PbxState, clock: Clock
) -> None:
    pause = {"Paused": 1, "PausedReason": "Lunch", "LastPause": PAUSED_AT}
    state.apply(member_event("QueueMemberPause", **pause))
    assert (alice(state).state, alice(state).paused, alice(state).paused_reason) == ("ready", "some", "Lunch")
    clock.now += 5
    state.apply(member_event("QueueMemberPause", Queue="sales", **pause))

    assert (alice(state).state, alice(state).paused, alice(state).paused_at) == ("paused", "all", PAUSED_AT)
    assert alice(state).since == clock.now


def test_a_pause_that_was_there_first_tells_since_when(clock: Clock) -> None:
    state = load(PbxState(clock=clock), Paused=1, PausedReason="Lunch", LastPause=PAUSED_AT)
    assert (alice(state).state, alice(state).since) == ("paused", PAUSED_AT)


def set_status(state: PbxState, code: int) -> None:
    for queue in ("support", "sales"):
        state.apply(member_event("QueueMemberStatus", Queue=queue, Status=code))


@pytest.mark.parametrize(
    ("code", "word"),
    [(0, "unknown"), (1, "ready"), (2, "busy"), (3, "busy"), (4, "unavailable"), (5, "unavailable"),
     (6, "ringing"), (7, "ringing"), (8, "busy")],
)  # fmt: skip
def test_without_a_call_no_device_state_says_that_a_person_is_in_one(
    state: PbxState, code: int, word: str
) -> None:
    set_status(state, code)
    assert alice(state).state == word


@pytest.mark.parametrize("code", range(9))
def test_a_call_of_the_device_is_a_call_whatever_the_device_state(state: PbxState, code: int) -> None:
    set_status(state, code)
    state.apply(channel_event("Newchannel", "17.1", ChannelStateDesc="Ring"))
    assert alice(state).state == "in_call", "a call that is no queue's, too"
    state.apply(channel_event("Hangup", "17.1"))
    assert alice(state).state != "in_call"


@pytest.mark.parametrize("waiting", ["Down", "Rsrvd", "Ringing"])
def test_a_phone_that_rings_is_in_no_call_until_it_is_answered(state: PbxState, waiting: str) -> None:
    set_status(state, 6)
    state.apply(channel_event("Newchannel", "17.1", ChannelStateDesc=waiting))
    assert alice(state).state == "ringing"
    state.apply(channel_event("Newstate", "17.1", ChannelStateDesc="Up"))
    assert alice(state).state == "in_call"


def test_a_pause_is_told_before_a_device_that_is_busy_without_a_call(state: PbxState) -> None:
    for queue in ("support", "sales"):
        state.apply(member_event("QueueMemberPause", Queue=queue, Status=3, Paused=1, PausedReason="Lunch"))
    assert alice(state).state == "paused"


HINT = {"Exten": "100", "Context": "office"}


@pytest.mark.parametrize("by", ["list", "event"])
def test_calls_of_the_devices_behind_a_hint_are_the_persons(clock: Clock, by: str) -> None:
    state = PbxState(clock=clock)
    member = member_item("Local/100@queue/n", StateInterface="hint:100@office", Status=3)
    queues = SNAPSHOT_STEPS[2]
    for step, items in zip(SNAPSHOT_STEPS, ((), (), (queue_item(), member)), strict=False):
        step.load(state, listed(*items))
    hint = ami_event("ExtensionStatus", **HINT, Hint="SIP/7&PJSIP/100,CustomPresence:100", Status=2)
    if by == "list":
        (step,) = queues.follow_ups(listed(queue_item(), member))
        step.load(state, listed(hint))
    else:
        state.apply(hint)
    assert alice(state).state == "busy"
    state.apply(channel_event("Newchannel", "17.1", ChannelStateDesc="Up"))
    assert alice(state).state == "in_call"
    state.apply(ami_event("ExtensionStatus", **HINT, Hint="SIP/7", Status=2))
    assert alice(state).state == "busy", "the hint is made of other devices now"


def test_queues_without_hints_ask_for_none() -> None:
    assert SNAPSHOT_STEPS[2].follow_ups(listed(queue_item(), member_item())) == ()


def test_calls_over_a_trunk_are_not_those_of_a_member_dialled_through_it(clock: Clock) -> None:
    interface = "PJSIP/trunk/sip:0151@provider"
    state = load(PbxState(clock=clock), member_item(interface, Queue="sales", Name="Bob"))
    state.apply(channel_event("Newchannel", "17.1", Channel="PJSIP/trunk-00000001", ChannelStateDesc="Up"))
    assert state.agents.by_key["Bob"].state == "ready"


def test_a_local_members_call_is_the_half_that_the_queue_dialled(clock: Clock) -> None:
    state = load(PbxState(clock=clock), member_item("Local/1@agents/n", Queue="sales", Name="Bob"))
    half = "Local/1@agents-00000001;"
    state.apply(channel_event("Newchannel", "17.1", Channel=f"{half}1", ChannelStateDesc="Ringing"))
    state.apply(channel_event("Newchannel", "17.2", Channel=f"{half}2", ChannelStateDesc="Ring"))
    assert state.agents.by_key["Bob"].state == "ready"
    state.apply(channel_event("Newstate", "17.1", Channel=f"{half}1", ChannelStateDesc="Up"))
    assert state.agents.by_key["Bob"].state == "in_call"


def test_a_call_tells_with_whom_and_its_end_ends_that(state: PbxState, clock: Clock) -> None:
    headers = {"Queue": "support", "Interface": "PJSIP/100"}
    state.apply(channel_event("AgentConnect", "17.1", HoldTime=3, CallerIDNum="2105", **headers))
    call = alice(state).in_call_with
    assert call is not None
    assert (call.number, call.unique_id, call.since) == ("2105", "17.1", clock.now)
    assert (alice(state).state, alice(state).since) == ("in_call", clock.now)
    clock.now += 60
    state.apply(channel_event("AgentComplete", "17.1", HoldTime=3, TalkTime=60, **headers))

    assert alice(state).in_call_with is None
    assert (alice(state).state, alice(state).calls_taken) == ("after_call", 1)


def test_a_hangup_ends_a_call_whose_end_was_not_told(state: PbxState) -> None:
    state.apply(channel_event("AgentConnect", "17.1", Queue="support", Interface="PJSIP/100", HoldTime=3))
    state.apply(channel_event("Hangup", "17.1"))
    assert alice(state).in_call_with is None


def test_a_rest_after_a_call_ends_by_itself(state: PbxState, clock: Clock) -> None:
    end = int(clock.now)
    state.apply(member_event("QueueMemberStatus", CallsTaken=1, LastCall=end, Wrapuptime=30))
    assert (alice(state).state, alice(state).wrapup_until) == ("wrapup", end + 30.0)
    assert not state.pass_time(end + 29.0)
    clock.now = end + 33.0
    (change,) = state.pass_time(clock.now)

    assert (change.topic, change.key) == ("agents", "Alice")
    assert (alice(state).state, alice(state).since) == ("ready", end + 30.0)


def test_who_leaves_every_queue_is_no_row_any_more(state: PbxState) -> None:
    state.apply(member_event("QueueMemberRemoved"))
    assert [place.queue for place in alice(state).queues] == ["sales"]
    changes = state.apply(member_event("QueueMemberRemoved", Queue="sales"))
    assert [(change.op, change.key) for change in changes if change.topic == "agents"] == [("del", "Alice")]


def test_a_change_that_is_none_of_a_persons_changes_no_row(state: PbxState) -> None:
    changes = state.apply(channel_event("QueueCallerJoin", "17.1", Queue="support", Position=1))
    assert {change.topic for change in changes} >= {"queues"}
    assert "agents" not in {change.topic for change in changes}


def test_a_new_session_remembers_since_when(state: PbxState, clock: Clock) -> None:
    for queue in ("support", "sales"):
        state.apply(member_event("QueueMemberStatus", Queue=queue, Status=2))
    began = clock.now
    clock.now += 100
    again = load(PbxState(clock=clock, earlier=state), Status=2)
    assert (alice(again).state, alice(again).since) == ("busy", began)


def test_a_limited_role_sees_a_person_as_its_queues_do(state: PbxState) -> None:
    state.apply(member_event("QueueMemberPause", Queue="sales", Paused=1, PausedReason="Lunch", CallsTaken=4))
    state.apply(channel_event("AgentConnect", "17.1", Queue="sales", Interface="PJSIP/100", HoldTime=3))
    seen = limit_agent(alice(state), frozenset({"support"}))
    assert seen is not None
    assert [place.queue for place in seen.queues] == ["support"]
    assert (seen.paused, seen.paused_reason, seen.in_call_with, seen.calls_taken) == ("none", None, None, 0)
    assert limit_agent(alice(state), frozenset({"other"})) is None
    assert limit_agent(alice(state), frozenset({"support", "sales"})) == alice(state)


def test_an_agent_has_the_names_of_the_contract(state: PbxState) -> None:
    payload = value_payload(alice(state))
    assert set(payload) == {
        "agent", "name", "interfaces", "state_interface", "device_state", "state", "since", "paused",
        "paused_reason", "paused_at", "queues", "in_call_with", "calls_taken", "last_call_at", "wrapup_until",
    }  # fmt: skip
    assert set(payload["queues"][0]) == {
        "queue", "interface", "penalty", "paused", "paused_reason", "paused_at", "in_call", "calls_taken",
        "last_call_at", "membership",
    }  # fmt: skip
    assert (payload["state"], payload["interfaces"]) == ("ready", ["PJSIP/100"])
