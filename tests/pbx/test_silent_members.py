"""Members of whom Asterisk sends no event, and events that lack what they are about."""

from __future__ import annotations

import pytest

from amictl.pbx.changes import QUEUES
from amictl.pbx.faults import Fault, reporting_to
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.refresh_triggers import find_wanted_steps
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.queues.value import Queue, QueueMember
from amictl.protocol import Message
from tests.pbx.ami_events import Clock, ami_event, channel_event, listed, member_item, queue_item
from tests.pbx.recorded_sessions import TRANSCRIPTS, play

NAME = "Zo\ufffd"  # what the byte of another encoding becomes
INTERFACE, DEVICE = "Local/501@agents/n", "Custom:agent501"
CALL = {"DestChannel": "Local/501@agents-00000001;1", "DestUniqueid": "17.3"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    state = PbxState(clock=clock)
    items = (queue_item(), member_item(INTERFACE, Name=NAME, StateInterface=DEVICE), member_item("PJSIP/9"))
    for step, told in zip(SNAPSHOT_STEPS, ((), (), items), strict=False):
        step.load(state, listed(*told))
    clock.now += 60
    return state


def support(state: PbxState) -> Queue:
    return state.queues.by_name["support"]


def zoe(state: PbxState) -> QueueMember:
    return next(member for member in support(state).members if member.interface == INTERFACE)


def wait(state: PbxState, clock: Clock) -> None:
    """Let a caller wait for twelve seconds, and leave the queue."""
    state.apply(channel_event("Newchannel", "17.1"))
    state.apply(channel_event("QueueCallerJoin", "17.1", Queue="support", Position=1))
    clock.now += 12
    state.apply(channel_event("AgentCalled", "17.1", **CALL))
    state.apply(channel_event("QueueCallerLeave", "17.1", Queue="support"))


def test_an_answer_that_names_neither_queue_nor_member_is_found_by_the_channels(
    state: PbxState, clock: Clock
) -> None:
    wait(state, clock)
    state.apply(channel_event("AgentConnect", "17.1", **CALL))
    assert zoe(state).in_call is True
    assert zoe(state).in_call_with is not None
    clock.now += 30
    state.apply(channel_event("AgentComplete", "17.1", **CALL))
    state.apply(channel_event("Hangup", "17.1"))

    today, queue = support(state).today, support(state)
    assert today is not None
    assert (today.offered, today.answered, today.left, today.abandoned) == (1, 1, 0, 0)
    assert (today.asa, today.average_talk) == (12.0, 30.0)
    assert (queue.completed, queue.hold_time, queue.talk_time) == (1, 12, 30)
    assert (zoe(state).in_call, zoe(state).calls_taken) == (False, 1)


def test_a_call_tells_who_answered_though_the_event_does_not(state: PbxState, clock: Clock) -> None:
    wait(state, clock)
    state.apply(channel_event("AgentConnect", "17.1", **CALL))
    steps = {step.kind: step for step in state.calls.by_id["17.1"].journey}
    assert (steps["member_rang"].member, steps["answered"].member) == (INTERFACE, INTERFACE)
    assert (steps["answered"].queue, steps["queue_left"].reason) == ("support", "answered")


@pytest.mark.parametrize(
    ("word", "status"), [("INUSE", "in use"), ("RINGING", "ringing"), ("UNAVAILABLE", "unavailable")]
)
def test_the_device_tells_how_a_member_is_of_whom_no_event_comes(
    state: PbxState, clock: Clock, word: str, status: str
) -> None:
    state.apply(ami_event("DeviceStateChange", Device=DEVICE, State=word))
    assert (zoe(state).status, zoe(state).status_since) == (status, clock.now)
    assert state.agents.by_key[NAME].device_state == status


def test_a_pause_shows_by_its_device_and_the_reason_is_asked_for(clock: Clock) -> None:
    picture = LivePicture("main", clock=clock)
    for step, told in zip(
        SNAPSHOT_STEPS, ((), (), (queue_item(), member_item(INTERFACE, Name=NAME))), strict=False
    ):
        picture.load_step(step, listed(*told))
    avail = ami_event("DeviceStateChange", Device="Queue:support_avail", State="INUSE")
    assert not picture.apply_event(avail)
    device = f"Queue:support_pause_{INTERFACE}"
    doubts = picture.apply_event(ami_event("DeviceStateChange", Device=device, State="INUSE"))
    (member,) = picture.queues()[0].members
    assert (member.paused, member.paused_at) == (True, clock.now)
    assert doubts == ((QUEUES, "support"),)
    assert not picture.apply_event(avail), "once"
    assert picture.silent_members() == (("support", INTERFACE),)


def test_members_whose_events_come_are_told_by_those_alone(state: PbxState) -> None:
    before = support(state).members[1]
    state.apply(ami_event("DeviceStateChange", Device="PJSIP/9", State="INUSE"))
    state.apply(ami_event("DeviceStateChange", Device="Queue:support_pause_PJSIP/9", State="INUSE"))
    assert support(state).members[1] == before


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        (ami_event("Newchannel", Channel="PJSIP/1-1"), "CoreShowChannels"),
        (ami_event("Hangup", Cause=16), "CoreShowChannels"),
        (ami_event("Rename", Uniqueid="17.1"), "CoreShowChannels"),
        (channel_event("BridgeEnter"), "CoreShowChannels"),
        (ami_event("BridgeDestroy"), "BridgeList"),
        (channel_event("QueueCallerJoin", Position=1), "QueueStatus"),
        (ami_event("QueueMemberPause", Paused=1), "QueueStatus"),
        (channel_event("AgentConnect", **CALL), "QueueStatus"),
        (ami_event("ParkedCall", ParkingSpace=701), "ParkedCalls"),
        (channel_event("ConfbridgeJoin"), "ConfbridgeListRooms"),
        (ami_event("DeviceStateChange", State="INUSE"), "DeviceStateList"),
        (ami_event("PeerStatus", PeerStatus="Reachable"), "PJSIPShowEndpoints"),
        (ami_event("ContactStatus", ContactStatus="Reachable"), "PJSIPShowEndpoints"),
    ],
    ids=lambda each: each.name if isinstance(each, Message) else each,
)
def test_an_event_without_what_it_is_about_is_told_and_its_list_asked_for(event: Message, asked: str) -> None:
    told: list[tuple[Fault, str]] = []
    with reporting_to(lambda *fault: told.append(fault)):
        steps = find_wanted_steps(event)
    assert [step.name for step in steps] == [asked]
    assert told == [(Fault.INCOMPLETE_EVENT, event.name)]


@pytest.mark.parametrize("session", sorted(path.stem for path in TRANSCRIPTS.glob("*.ami")))
def test_no_event_of_a_recorded_session_is_thought_to_lack_anything(session: str) -> None:
    told: list[tuple[Fault, str]] = []
    with reporting_to(lambda *fault: told.append(fault)):
        for message in play(session):
            if isinstance(message, Message):
                find_wanted_steps(message)
    assert not told
