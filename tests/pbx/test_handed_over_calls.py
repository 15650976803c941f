"""A queue's call that is handed over by who is behind a member's Local channel: who talks, and what counts.

The events are those of Asterisk 22.10 and 16.28: 17.1 is the caller, 17.2 and 17.3 are the halves of the
member's Local channel, 17.4 is the phone behind it.
"""

from __future__ import annotations

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.queues.value import Queue, QueueMember
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    channel_event,
    listed,
    member_item,
    queue_item,
)
from tests.pbx.scripted_calls import dial

MEMBER = "Local/107@agents/n"
CALLER, NEAR, FAR, PHONE = "17.1", "17.2", "17.3", "17.4"
NAMES = {
    CALLER: "PJSIP/trunk-1",
    NEAR: "Local/107@agents-00000001;1",
    FAR: "Local/107@agents-00000001;2",
    PHONE: "PJSIP/107-1",
}


class Pbx:
    """A caller of queue support who talks to a member behind a Local channel."""

    def __init__(self, state_interface: str = MEMBER) -> None:
        self.member = {"Location": MEMBER, "Name": "Gül", "StateInterface": state_interface}
        self.state = PbxState(clock=Clock())
        for step, items in zip(SNAPSHOT_STEPS, ((), (), self.list_items()), strict=False):
            step.load(self.state, listed(*items))
        self.state.settle()
        for unique_id in NAMES:
            self.tell("Newchannel", unique_id)
        self.tell("Newexten", CALLER, Application="Queue", AppData="support,t")
        self.tell("QueueCallerJoin", CALLER, Position=1)
        self.tell("QueueCallerLeave", CALLER)
        self.tell("AgentConnect", CALLER, DestChannel=NAMES[NEAR], DestUniqueid=NEAR, HoldTime=1)
        for unique_id, bridge in ((PHONE, "far"), (FAR, "far"), (NEAR, "near"), (CALLER, "near")):
            self.bridge("BridgeEnter", unique_id, bridge)

    def list_items(self, **member: object) -> tuple[Message, ...]:
        return queue_item(), member_item(**self.member | member)

    def tell(self, event: str, unique_id: str, **headers: object) -> None:
        told = {"Channel": NAMES[unique_id], "Linkedid": CALLER, "ChannelStateDesc": "Up"}
        told |= {"Queue": "support", "Interface": MEMBER} | headers
        self.state.apply(channel_event(event, unique_id, **told))

    def bridge(self, event: str, unique_id: str, bridge: str) -> None:
        told = {"Channel": NAMES[unique_id], "Linkedid": CALLER}
        self.state.apply(bridge_event(event, bridge, unique_id, **told))

    def transfer(self, event: str = "BlindTransfer", *, left_before: bool = False, **headers: object) -> None:
        """The phone hands the second half over; its leaving is told before or after."""
        by = {"TransfererChannel": NAMES[PHONE], "TransfererUniqueid": PHONE, "Extension": "201"}
        whom = {"TransfereeChannel": NAMES[FAR], "TransfereeUniqueid": FAR}
        if left_before:
            self.bridge("BridgeLeave", FAR, "far")
        self.state.apply(ami_event(event, **{"Result": "Success"} | by | whom | headers))
        if not left_before:
            self.bridge("BridgeLeave", FAR, "far")
        self.bridge("BridgeLeave", PHONE, "far")
        self.tell("Hangup", PHONE)

    def end(self) -> None:
        self.tell("AgentComplete", CALLER, HoldTime=1, TalkTime=60, Reason="caller")
        for unique_id in (NEAR, FAR, CALLER):
            self.tell("Hangup", unique_id)

    @property
    def queue(self) -> Queue:
        return self.state.queues.by_name["support"]

    @property
    def listed_member(self) -> QueueMember:
        return self.queue.members[0]

    @property
    def agent(self) -> Agent:
        return self.state.agents.by_key["Gül"]

    @property
    def call(self) -> Call:
        return self.state.calls.by_id[CALLER]

    def transferred(self) -> int:
        assert self.queue.today is not None
        return self.queue.today.transferred


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def test_a_member_behind_a_local_channel_talks_until_it_hands_the_call_over(pbx: Pbx) -> None:
    assert (pbx.call.queue, pbx.call.member) == ("support", MEMBER)
    assert pbx.listed_member.in_call_with is not None
    assert pbx.agent.state.value == "in_call"


@pytest.mark.parametrize("left_before", [False, True])
@pytest.mark.parametrize("event", ["BlindTransfer", "AttendedTransfer"])
def test_after_a_transfer_by_the_far_leg_queue_and_member_are_not_who_talks(
    pbx: Pbx, event: str, left_before: bool
) -> None:
    pbx.transfer(event, left_before=left_before)

    assert (pbx.call.queue, pbx.call.member) == (None, None)
    assert pbx.call.journey[-2].kind == "transferred"
    assert pbx.listed_member.in_call_with is None
    assert pbx.transferred() == 1


def test_whom_the_far_leg_dials_after_the_transfer_is_part_of_the_journey(pbx: Pbx) -> None:
    pbx.tell("AgentCalled", CALLER, DestChannel=NAMES[NEAR], DestUniqueid=NEAR)
    pbx.transfer()
    pbx.tell("Newchannel", PHONE, Uniqueid="17.8", Channel="PJSIP/17.8")

    pbx.state.apply(dial("DialBegin", FAR, "17.8", Channel=NAMES[FAR]))

    assert (pbx.call.journey[-1].kind, pbx.call.journey[-1].channel) == ("dialed", "PJSIP/17.8")


def test_what_asterisk_counts_of_it_stays_asterisks(pbx: Pbx) -> None:
    pbx.transfer()
    assert (pbx.listed_member.in_call, pbx.queue.completed) == (True, 0)

    pbx.end()

    assert (pbx.listed_member.in_call, pbx.queue.completed, pbx.transferred()) == (False, 1, 1)
    assert pbx.queue.today is not None
    assert pbx.queue.today.average_talk == 60
    assert not pbx.listed_member.handed_over


@pytest.mark.parametrize("state_interface", [MEMBER, "PJSIP/107"])
def test_an_agent_who_handed_the_call_over_is_in_no_call(state_interface: str) -> None:
    pbx = Pbx(state_interface)

    pbx.transfer()

    assert pbx.agent.state.value != "in_call"
    assert pbx.agent.in_call_with is None
    pbx.tell("Newchannel", PHONE, Uniqueid="17.8", Channel="PJSIP/107-2")
    assert (pbx.agent.state.value == "in_call") is (state_interface != MEMBER)


def test_a_transfer_that_failed_hands_nothing_over(pbx: Pbx) -> None:
    failed = {"TransfereeChannel": NAMES[FAR], "TransfereeUniqueid": FAR, "TransfererUniqueid": PHONE}
    pbx.state.apply(ami_event("BlindTransfer", Result="Fail", **failed))

    assert (pbx.call.member, pbx.transferred()) == (MEMBER, 0)
    assert pbx.listed_member.in_call_with is not None


def test_a_far_leg_that_is_redirected_or_parked_ends_the_talk_and_is_no_transfer(pbx: Pbx) -> None:
    pbx.bridge("BridgeLeave", FAR, "far")

    assert (pbx.call.queue, pbx.call.member) == (None, None)
    assert (pbx.listed_member.in_call_with, pbx.transferred()) == (None, 0)


def test_a_later_list_does_not_bring_back_who_was_handed_over(pbx: Pbx) -> None:
    pbx.transfer()

    SNAPSHOT_STEPS[2].load(pbx.state, listed(*pbx.list_items(InCall=1)))

    assert pbx.listed_member.in_call_with is None
    assert pbx.listed_member.handed_over
    assert pbx.agent.state.value != "in_call"


def test_the_next_call_of_the_member_is_the_members(pbx: Pbx) -> None:
    pbx.transfer()

    pbx.tell("AgentConnect", CALLER, Uniqueid="17.9", DestChannel="Local/107@agents-00000009;1", HoldTime=0)

    assert pbx.listed_member.in_call_with is not None
    assert pbx.agent.state.value == "in_call"
    pbx.end()
    assert pbx.listed_member.in_call_with is not None


def test_a_local_channel_that_steps_out_of_the_way_leaves_caller_and_member_talking(pbx: Pbx) -> None:
    halves = {"LocalOneChannel": NAMES[NEAR], "LocalOneUniqueid": NEAR, "LocalTwoChannel": NAMES[FAR]}
    pbx.state.apply(ami_event("LocalOptimizationBegin", **halves, LocalTwoUniqueid=FAR))
    pbx.bridge("BridgeLeave", FAR, "far")
    pbx.bridge("BridgeEnter", PHONE, "near")
    pbx.bridge("BridgeLeave", NEAR, "near")
    for unique_id in (NEAR, FAR):
        pbx.tell("Hangup", unique_id)

    assert (pbx.call.queue, pbx.call.member) == ("support", MEMBER)
    assert pbx.listed_member.in_call_with is not None
