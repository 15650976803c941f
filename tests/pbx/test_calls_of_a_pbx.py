from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from amictl.pbx import Call, Change, PbxState
from amictl.pbx.call_journey import MOST_STEPS
from amictl.pbx.calls import CallTable
from amictl.pbx.payloads import call_payload
from amictl.protocol import Connection, Message
from tests.asterisk.journeys import STEPS
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    caller_item,
    channel_event,
    channel_item,
    queue_item,
)
from tests.pbx.ended_calls import EndedCalls, assert_steps, steps_of

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
RECORDED = sorted(path.stem for path in TRANSCRIPTS.glob("journey-*.ami"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    """A PBX without calls, so far."""
    state = PbxState(clock=clock)
    state.load_channels([])
    return state


def only_call(state: PbxState) -> Call:
    (call,) = state.calls.by_id.values()
    return call


def call_changes(state: PbxState, message: Message) -> list[tuple[str, str]]:
    return [(change.op, change.key) for change in state.apply(message) if change.topic == "calls"]


def dial(event: str, caller: str, called: str, **changed: object) -> Message:
    """A dialing of one channel of the call 17.1 by another.

    Args:
        event: ``DialBegin`` or ``DialEnd``.
        caller: Who dials, ``PJSIP/<caller>``.
        called: Who is dialed, likewise.
        changed: ``Channel`` and ``DestChannel`` where they differ, and further headers.
    """
    names = {"Channel": f"PJSIP/{caller}", "DestChannel": f"PJSIP/{called}"}
    names = {name: changed.pop(name, usual) for name, usual in names.items()}
    up = {"ChannelStateDesc": "Up", "Linkedid": "17.1"}
    one = channel_event(event, caller, Channel=names["Channel"], **up, **changed)
    other = channel_event(event, called, prefix="Dest", Channel=names["DestChannel"], **up)
    return Message(one.raw + b"\r\n" + other.raw.split(b"\r\n", 2)[2])


def ring(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    """A new channel of a call, which rings."""
    name = f"PJSIP/{unique_id}"
    told = {"Channel": name, "Linkedid": linked_id, "ChannelStateDesc": "Ringing"} | changed
    state.apply(channel_event("Newchannel", unique_id, **told))


def answer(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "Linkedid": linked_id, "ChannelStateDesc": "Up"} | changed
    state.apply(channel_event("Newstate", unique_id, **told))


def enter(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    """A channel enters the bridge b1."""
    described = {
        "BridgeUniqueid": "b1", "BridgeType": "basic", "BridgeTechnology": "simple_bridge",
        "BridgeCreator": "<unknown>", "BridgeName": "<unknown>",
    }  # fmt: skip
    told = {"Channel": f"PJSIP/{unique_id}", "Linkedid": linked_id, "ChannelStateDesc": "Up"}
    state.apply(channel_event("BridgeEnter", unique_id, **told | described | changed))


def talk(state: PbxState) -> None:
    """17.1 calls 17.2, who answers."""
    ring(state, "17.1", "17.1", ChannelStateDesc="Ring")
    ring(state, "17.2", "17.1")
    answer(state, "17.2", "17.1")
    answer(state, "17.1", "17.1")
    enter(state, "17.2", "17.1")
    enter(state, "17.1", "17.1")


# What real Asterisk told.


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_call_has_the_journey_that_it_went(name: str) -> None:
    clock, seen = Clock(), EndedCalls()
    state = PbxState(clock=clock)
    state.load_channels([])
    for message in Connection().receive_data((TRANSCRIPTS / f"{name}.ami").read_bytes()):
        if message.is_event:
            clock.now += 0.01
            seen.take(state.apply(message))

    assert_steps(seen.first(), STEPS[name.removeprefix("journey-").rpartition("-")[0]])
    assert state.calls.records == state.calls.by_id == {}


@pytest.mark.parametrize("major", [22, 16])
@pytest.mark.parametrize(
    ("name", "kind", "facts"),
    [
        ("ring-no-answer", "queue_entered", {"queue": "nobody", "position": 1}),
        ("ring-no-answer", "ring_no_answer",
         {"queue": "nobody", "member": "Local/505@agents/n", "seconds": 5.0}),
        ("ring-no-answer", "queue_left", {"queue": "nobody", "reason": "answered"}),
        ("ring-no-answer", "answered", {"by": "Alice", "queue": "nobody", "member": "PJSIP/102"}),
        ("abandon", "queue_left", {"queue": "nobody", "reason": "abandoned"}),
        ("blind-transfer", "transferred", {"how": "blind", "to": "103"}),
        ("attended-transfer", "transferred", {"how": "attended", "to": "103"}),
        ("park", "parked", {"lot": "default", "space": "701"}),
        ("park", "unparked", {"how": "retrieved"}),
        ("conference", "conference_joined", {"conference": "800"}),
    ],
)  # fmt: skip
def test_a_step_has_the_facts_that_belong_to_it(
    name: str, kind: str, facts: dict[str, Any], major: int
) -> None:
    seen, state = EndedCalls(), PbxState()
    state.load_channels([])
    for message in Connection().receive_data((TRANSCRIPTS / f"journey-{name}-{major}.ami").read_bytes()):
        if message.is_event:
            seen.take(state.apply(message))

    step = next(step for step in seen.first().journey if step.kind == kind)
    assert {fact: step.get(fact) for fact in facts} == facts


@pytest.mark.parametrize("major", [22, 16])
def test_a_recorded_hold_talks_is_held_and_talks_again(major: int) -> None:
    seen, state = EndedCalls(), PbxState()
    state.load_channels([])
    for message in Connection().receive_data((TRANSCRIPTS / f"journey-hold-{major}.ami").read_bytes()):
        if message.is_event:
            seen.take(state.apply(message))

    (states,) = seen.states.values()
    assert [state for state in states if state in {"talking", "held"}] == ["talking", "held", "talking"]


# Where a call stands.


def test_a_call_rings_is_answered_talks_and_goes(state: PbxState, clock: Clock) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Ring", CallerIDNum="100", CallerIDName="Alice")
    call = only_call(state)
    assert (call.state.value, call.started_at, call.answered_at) == ("ringing", clock.now, None)
    ring(state, "17.2", "17.1", CallerIDNum="200")
    assert [leg.unique_id for leg in only_call(state).legs] == ["17.1", "17.2"]
    clock.now += 5
    answer(state, "17.2", "17.1")
    answer(state, "17.1", "17.1")
    enter(state, "17.2", "17.1")
    enter(state, "17.1", "17.1")
    call = only_call(state)
    assert (call.state.value, call.answered_at, call.talking.since) == ("talking", clock.now, clock.now)
    assert [party and party.unique_id for party in (call.caller, call.callee)] == ["17.1", "17.2"]
    assert call_changes(state, channel_event("Hangup", "17.2", Linkedid="17.1")) == [("put", "17.1")]
    assert call_changes(state, channel_event("Hangup", "17.1")) == [("del", "17.1")]
    assert not state.calls.by_id


def test_a_call_that_hears_the_dialplan_is_in_an_ivr(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    assert only_call(state).state.value == "ivr"


def test_what_a_call_does_not_show_changes_nothing(state: PbxState) -> None:
    talk(state)
    told = {"Channel": "PJSIP/17.1", "ChannelStateDesc": "Up"}
    assert not call_changes(state, channel_event("NewCallerid", "17.1", **told, Exten="7", Priority=9))
    assert call_changes(state, channel_event("NewCallerid", "17.1", **told, CallerIDNum="7"))


def test_nobody_is_the_callee_while_several_phones_ring(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Ring")
    ring(state, "17.2", "17.1")
    called = only_call(state).callee
    assert called is not None
    assert called.unique_id == "17.2"
    ring(state, "17.3", "17.1")
    assert only_call(state).callee is None


def test_local_channels_are_folded_and_stand_in_where_there_is_nobody_else(state: PbxState) -> None:
    ring(state, "17.1", "17.1", Channel="Local/5@x-1;1")
    ring(state, "17.2", "17.1", Channel="Local/5@x-1;2")
    call = only_call(state)
    assert (call.legs, call.local_channels) == ((), 2)
    assert call.caller is not None
    assert call.caller.unique_id == "17.1"
    ring(state, "17.3", "17.1")
    call = only_call(state)
    assert ([leg.unique_id for leg in call.legs], call.local_channels) == (["17.3"], 2)
    assert call.caller is not None
    assert call.caller.unique_id == "17.3"


def test_a_masquerade_makes_a_leg_of_a_local_channel(state: PbxState) -> None:
    ring(state, "17.1", "17.1", Channel="Local/5@x-1;1")
    state.apply(ami_event("Rename", Channel="Local/5@x-1;1", Newname="PJSIP/5-1", Uniqueid="17.1"))
    call = only_call(state)
    assert ([leg.channel for leg in call.legs], call.local_channels) == (["PJSIP/5-1"], 0)


def test_legs_are_in_the_order_of_their_making_however_they_became_known(state: PbxState) -> None:
    for unique_id in ("1700.10", "1700.9", "1699.11", "sys-1700.8", "amictl-ff"):
        ring(state, unique_id, "1700.9")
    order = [leg.unique_id for leg in only_call(state).legs]
    assert order == ["amictl-ff", "1699.11", "sys-1700.8", "1700.9", "1700.10"]


@pytest.mark.parametrize(
    ("creator", "technology", "expected"),
    [
        ("Parking", "holding_bridge", ("parked", None, "lot")),
        ("ConfBridge", "softmix", ("conference", "lot", None)),
        ("BridgeWait", "holding_bridge", ("ivr", None, None)),
        ("<unknown>", "simple_bridge", ("talking", None, None)),
    ],
)
def test_the_kind_of_bridge_tells_where_a_call_stands(
    state: PbxState, creator: str, technology: str, expected: tuple[str | None, ...]
) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    enter(state, "17.1", "17.1", BridgeCreator=creator, BridgeTechnology=technology, BridgeName="lot")
    call = only_call(state)
    assert (call.state.value, call.conference, call.parking_lot) == expected


# Clocks.


def test_holding_is_timed_and_counted_and_is_a_part_of_talking(state: PbxState, clock: Clock) -> None:
    talk(state)
    held = {"Channel": "PJSIP/17.2", "Linkedid": "17.1", "ChannelStateDesc": "Up"}
    clock.now += 10
    state.apply(channel_event("Hold", "17.2", **held))
    call = only_call(state)
    assert (call.state.value, call.holding.since, call.holding.count) == ("held", clock.now, 1)
    clock.now += 5
    state.apply(channel_event("Unhold", "17.2", **held))
    call = only_call(state)
    assert (call.state.value, call.holding.since, call.holding.seconds) == ("talking", None, 5.0)
    assert (call.talking.since, call.talking.seconds) == (clock.now - 15, 0.0)
    assert steps_of(call)[-2:] == ("held", "resumed")


def test_an_unhold_of_who_did_not_hold_is_no_step(state: PbxState) -> None:
    """A blind transfer makes one."""
    talk(state)
    before = only_call(state).journey
    told = {"Channel": "PJSIP/17.2", "Linkedid": "17.1", "ChannelStateDesc": "Up"}
    state.apply(channel_event("Unhold", "17.2", **told))
    assert only_call(state).journey == before


def test_holding_through_a_local_channel_counts_once(state: PbxState) -> None:
    talk(state)
    ring(state, "17.3", "17.1", Channel="Local/5@x-1;2", ChannelStateDesc="Up")
    told = {"Channel": "Local/5@x-1;2", "Linkedid": "17.1", "ChannelStateDesc": "Up"}
    state.apply(channel_event("Hold", "17.3", **told))
    call = only_call(state)
    assert (call.state.value, call.holding.count) == ("talking", 0)


def wait_in(state: PbxState, queue: str, unique_id: str = "17.1") -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "ChannelStateDesc": "Up", "Queue": queue}
    state.apply(channel_event("QueueCallerJoin", unique_id, Position=1, **told))


def leave(state: PbxState, queue: str, unique_id: str = "17.1") -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "ChannelStateDesc": "Up", "Queue": queue}
    state.apply(channel_event("QueueCallerLeave", unique_id, **told))


def test_waiting_is_timed_for_the_channel_and_over_all_queues_for_the_call(
    state: PbxState, clock: Clock
) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    for queue in ("support", "sales"):
        wait_in(state, queue)
        call = only_call(state)
        assert (call.state.value, call.queue, call.waiting.since) == ("queued", queue, clock.now)
        assert state.channels.by_id["17.1"].waiting_since == clock.now
        clock.now += 30
        leave(state, queue)
        assert state.channels.by_id["17.1"].waiting_since is None
    call = only_call(state)
    assert (call.state.value, call.queue, call.waiting.since, call.waiting.seconds) == (
        "ivr", None, None, 60.0,
    )  # fmt: skip


def connect(event: str, caller: str = "17.1", member: str = "17.2") -> Message:
    return ami_event(
        event, Uniqueid=caller, DestUniqueid=member, Queue="support", Interface="PJSIP/200",
        MemberName="Bob", HoldTime=30, TalkTime=1,
    )  # fmt: skip


def test_a_call_knows_the_member_who_answered_until_they_part(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    ring(state, "17.2", "17.1")
    leave(state, "support")
    state.apply(connect("AgentConnect"))
    call = only_call(state)
    assert (call.queue, call.member) == ("support", "PJSIP/200")
    assert call.journey[-2].facts == (("queue", "support"), ("reason", "answered"))
    assert dict(call.journey[-1].facts) == {
        "by": "Bob", "queue": "support", "member": "PJSIP/200", "waited": 30,
    }  # fmt: skip
    state.apply(connect("AgentComplete"))
    assert (only_call(state).queue, only_call(state).member) == (None, None)


def test_a_member_who_is_gone_is_no_longer_the_calls(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    ring(state, "17.2", "17.1")
    state.apply(connect("AgentConnect"))
    state.apply(channel_event("Hangup", "17.2", Linkedid="17.1"))
    assert only_call(state).member is None


def test_the_queue_that_a_channel_runs_is_the_calls_though_no_event_told_of_its_joining(
    state: PbxState,
) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    run = {"Channel": "PJSIP/17.1", "ChannelStateDesc": "Up"}
    state.apply(channel_event("Newexten", "17.1", **run, Application="Queue", AppData="support,t,,,60"))
    assert only_call(state).queue == "support"
    state.apply(channel_event("Newexten", "17.1", **run, Application="Queue", AppData="sales"))
    assert only_call(state).queue == "sales"
    state.apply(channel_event("Newexten", "17.1", **run, Application="Hangup", AppData=""))
    assert only_call(state).queue is None


# The journey.


def test_a_journey_is_bounded_and_keeps_how_the_call_came_there(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    for number in range(100):
        called = {"Queue": "support", "Interface": f"PJSIP/{number}"}
        state.apply(ami_event("AgentCalled", Uniqueid="17.1", DestChannel=f"PJSIP/{number}-1", **called))
    journey = only_call(state).journey
    assert len(journey) == MOST_STEPS
    assert [step.kind for step in journey[:2]] == ["started", "queue_entered"]
    assert journey[-1].get("member") == "PJSIP/99"
    for _ in range(100):
        wait_in(state, "support")
        leave(state, "support")
    assert len(only_call(state).journey) == MOST_STEPS


def test_dialing_a_local_channel_is_told_as_what_its_other_half_dials(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    ring(state, "17.2", "17.1", Channel="Local/5@x-1;1")
    ring(state, "17.3", "17.1", Channel="Local/5@x-1;2")
    local = {"DestChannel": "Local/5@x-1;1"}
    state.apply(dial("DialBegin", "17.1", "17.2", **local))
    assert only_call(state).journey[-1].get("channel") == "Local/5@x-1;1"
    for phone in ("17.4", "17.5"):
        ring(state, phone, "17.1")
        state.apply(dial("DialBegin", "17.3", phone, Channel="Local/5@x-1;2"))
    state.apply(dial("DialEnd", "17.3", "17.4", Channel="Local/5@x-1;2", DialStatus="BUSY"))
    state.apply(dial("DialEnd", "17.3", "17.5", Channel="Local/5@x-1;2", DialStatus="ANSWER"))
    state.apply(dial("DialEnd", "17.1", "17.2", **local, DialStatus="ANSWER"))
    told = [(step.kind, step.facts[0][1]) for step in only_call(state).journey[1:]]
    assert told == [
        ("dialed", "PJSIP/17.4"), ("dialed", "PJSIP/17.5"), ("busy", "PJSIP/17.4"),
        ("answered", "PJSIP/17.5"),
    ]  # fmt: skip


def test_what_is_behind_a_queue_members_local_channel_is_not_told(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    ring(state, "17.2", "17.1", Channel="Local/5@x-1;1")
    ring(state, "17.3", "17.1", Channel="Local/5@x-1;2")
    ring(state, "17.4", "17.1")
    called = {"Queue": "support", "Interface": "Local/5@x", "DestChannel": "Local/5@x-1;1"}
    state.apply(ami_event("AgentCalled", Uniqueid="17.1", **called))
    state.apply(dial("DialBegin", "17.1", "17.2", DestChannel="Local/5@x-1;1"))
    state.apply(dial("DialBegin", "17.3", "17.4", Channel="Local/5@x-1;2"))
    state.apply(dial("DialEnd", "17.3", "17.4", Channel="Local/5@x-1;2", DialStatus="ANSWER"))
    assert steps_of(only_call(state)) == ("started", "queue_entered", "member_rang")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("BUSY", "busy"),
        ("NOANSWER", "no_answer"),
        ("CONGESTION", "congestion"),
        ("CHANUNAVAIL", "unavailable"),
    ],
)
def test_an_unanswered_dialing_says_why(state: PbxState, status: str, kind: str) -> None:
    talk(state)
    state.apply(dial("DialEnd", "17.1", "17.2", DialStatus=status))
    assert only_call(state).journey[-1].kind == kind


def test_a_dialing_that_another_phone_was_faster_for_is_no_step(state: PbxState) -> None:
    talk(state)
    assert not call_changes(state, dial("DialEnd", "17.1", "17.2", DialStatus="CANCEL"))


def test_a_transfer_that_failed_is_no_step(state: PbxState) -> None:
    talk(state)
    for event, header in (
        ("BlindTransfer", "TransfererUniqueid"),
        ("AttendedTransfer", "TransfereeUniqueid"),
    ):
        assert not call_changes(state, ami_event(event, Result="Fail", **{header: "17.1"}))


def test_a_caller_who_leaves_a_queue_by_a_key_has_not_abandoned_it(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    told = {"Channel": "PJSIP/17.1", "ChannelStateDesc": "Up", "Queue": "support"}
    state.apply(channel_event("QueueCallerAbandon", "17.1", HoldTime=3, **told))
    leave(state, "support")
    wait_in(state, "support")
    leave(state, "support")
    left = [step.get("reason") for step in only_call(state).journey if step.kind == "queue_left"]
    assert left == ["abandoned", "other"]


def test_an_event_about_a_call_that_is_gone_brings_nothing_back(state: PbxState) -> None:
    talk(state)
    for unique_id in ("17.1", "17.2"):
        state.apply(channel_event("Hangup", unique_id, Linkedid="17.1"))
    for event in ("QueueCallerLeave", "AgentComplete", "ConfbridgeLeave", "AgentRingNoAnswer"):
        assert not call_changes(state, ami_event(event, Uniqueid="17.1", Queue="q", Conference="8"))
    assert not state.calls.by_id


# Calls that become one.


def test_a_call_takes_over_what_another_went_through(state: PbxState, clock: Clock) -> None:
    talk(state)
    clock.now += 1
    ring(state, "18.1", "18.1", ChannelStateDesc="Up")
    wait_in(state, "support", "18.1")
    clock.now += 9
    leave(state, "support", "18.1")
    assert state.calls.by_id.keys() == {"17.1", "18.1"}

    enter(state, "18.1", "17.1")

    call = only_call(state)
    assert [leg.unique_id for leg in call.legs] == ["17.1", "17.2", "18.1"]
    assert call.waiting.seconds == 9
    assert [step.kind for step in call.journey] == [
        "started", "started", "queue_entered", "queue_left", "merged",
    ]  # fmt: skip
    assert call.journey[-1].facts == (("linked_id", "18.1"),)


def test_a_channel_that_stays_behind_keeps_its_call(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    ring(state, "18.1", "18.1", Channel="Local/5@x-1;1", ChannelStateDesc="Up")
    ring(state, "18.2", "18.1", Channel="Local/5@x-1;2", ChannelStateDesc="Up")
    enter(state, "18.1", "17.1", Channel="Local/5@x-1;1")
    counted = {key: (len(call.legs), call.local_channels) for key, call in state.calls.by_id.items()}
    assert counted == {"17.1": (1, 1), "18.1": (0, 1)}


def test_a_channel_that_takes_calls_all_day_remembers_no_more_than_the_last_of_them(state: PbxState) -> None:
    """As an agent's does who stays connected to a queue: its linked ID is the oldest of each call."""
    ring(state, "1.1", "1.1", ChannelStateDesc="Up")
    sizes = []
    for number in range(100):
        caller, local = f"18.{number}", f"19.{number}"
        ring(state, caller, caller, ChannelStateDesc="Up")
        wait_in(state, "support", caller)
        ring(state, local, caller, Channel=f"Local/5@x-{number};1")
        called = {"Queue": "support", "Interface": "Local/5@x", "DestChannel": f"Local/5@x-{number};1"}
        state.apply(ami_event("AgentCalled", Uniqueid=caller, **called))
        leave(state, "support", caller)
        enter(state, caller, "1.1")
        enter(state, local, "1.1", Channel=f"Local/5@x-{number};1")
        for unique_id in (local, caller):
            state.apply(channel_event("Hangup", unique_id, Linkedid="1.1"))
        (record,) = state.calls.records.values()
        sizes.append(len(record.journey) + len(record.absorbed) + len(record.folded | record.rung_members))
    assert sizes[-1] == sizes[50]
    assert only_call(state).waiting.count == 100


# Sessions that begin late, and lists.


def test_a_call_from_before_the_session_stands_where_lists_tell(clock: Clock) -> None:
    state = PbxState(clock=clock)
    up = {"ChannelStateDesc": "Up", "Linkedid": "17.1", "Duration": "00:01:00"}
    state.load_channels(
        [channel_item("17.1", **up, BridgeId="b1"), channel_item("17.2", **up, BridgeId="b1")]
    )
    state.load_bridges([bridge_event("BridgeListItem", "b1", BridgeCreator="ConfBridge", BridgeName="800")])
    call = only_call(state)
    assert (call.state.value, call.conference, call.started_at) == ("conference", "800", clock.now - 60)
    assert (call.answered_at, len(call.legs)) == (None, 2)
    assert steps_of(call) == ("joined_late",)


def test_a_caller_from_before_the_session_waits_since_the_list_says(clock: Clock) -> None:
    state = PbxState(clock=clock)
    state.load_channels([channel_item("17.1", Channel="PJSIP/100-17.1", ChannelStateDesc="Up")])
    state.load_queues([queue_item(), caller_item("17.1", 1, Wait=40)])
    call = only_call(state)
    assert (call.state.value, call.queue, call.waiting.since) == ("queued", "support", clock.now - 40)
    state.load_queues([queue_item()])
    assert (only_call(state).state.value, only_call(state).waiting.seconds) == ("ivr", 40.0)


def test_a_channel_that_becomes_known_after_its_queue_has_the_clock_of_the_queue(state: PbxState) -> None:
    state.load_queues([queue_item(), caller_item("17.1", 1)])
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    (queue,) = state.queues.by_name.values()
    assert state.channels.by_id["17.1"].waiting_since == queue.callers[0].joined_at
    assert only_call(state).state.value == "queued"


def test_a_call_that_began_while_lists_were_taken_has_its_start(clock: Clock) -> None:
    state = PbxState(clock=clock)
    ring(state, "17.1", "17.1")
    state.load_channels([])
    assert steps_of(only_call(state)) == ("started",)


def test_a_new_session_keeps_journey_and_clocks_and_marks_the_gap(state: PbxState, clock: Clock) -> None:
    talk(state)
    before = only_call(state)
    clock.now += 60
    later = PbxState(clock=clock, earlier=state)
    told = {"Linkedid": "17.1", "ChannelStateDesc": "Up", "BridgeId": "b1"}
    later.load_channels(
        [channel_item(unique_id, Channel=f"PJSIP/{unique_id}", **told) for unique_id in ("17.2", "17.1")]
    )
    after = only_call(later)
    assert after.journey[:-1] == before.journey
    assert (after.journey[-1].kind, after.journey[-1].at) == ("events_missed", clock.now)
    assert after == replace(
        before, journey=after.journey, legs=after.legs, caller=after.legs[0], callee=after.legs[1]
    )


def test_a_session_that_came_to_nothing_leaves_the_earlier_one_as_it_was(
    state: PbxState, clock: Clock
) -> None:
    talk(state)
    records = {key: replace(record) for key, record in state.calls.records.items()}
    failed = PbxState(clock=clock, earlier=state)
    clock.now += 60
    failed.load_channels([channel_item("17.1", Channel="PJSIP/17.1", ChannelStateDesc="Up")])
    assert only_call(failed).talking.since is None
    assert state.calls.records == records
    assert only_call(state).talking.since is not None


def test_a_list_that_lacks_a_channel_ends_its_call(state: PbxState, clock: Clock) -> None:
    talk(state)
    clock.now += 60
    state.load_channels([])
    assert not state.calls.by_id
    assert not state.calls.records


# The law: calls are what the channels, bridges and queues of this moment make of them.

CHANNELS = ("17.1", "17.2", "17.3", "18.1")
PICK = st.sampled_from(CHANNELS)
NAMES = {"17.1": "PJSIP/1-1", "17.2": "Local/2@x-1;1", "17.3": "Local/2@x-1;2", "18.1": "PJSIP/3-1"}
STANDING = ("state", "caller", "callee", "queue", "conference", "parking_lot", "legs", "local_channels")


class AnyCalls(RuleBasedStateMachine):
    """Channels that do whatever channels may do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.state = PbxState(clock=self.clock)
        self.state.load_channels([])
        self.linked = dict.fromkeys(CHANNELS, "17.1")
        self.copy: dict[str, Any] = {}
        self.lives: set[str] = set()

    def tell(self, event: str, unique_id: str, **changed: object) -> None:
        self.clock.now += 1
        known = self.state.channels.by_id.get(unique_id)
        told = {
            "Channel": known.channel if known else NAMES[unique_id],
            "ChannelStateDesc": (known.state if known else None) or "Down",
            "Linkedid": self.linked[unique_id],
        } | changed
        self.take(self.state.apply(channel_event(event, unique_id, **told)))

    def take(self, changes: Any) -> None:  # noqa: ANN401 - changes of any topic
        for change in changes:
            if change.topic == "calls" and change.op == "put":
                self.copy[change.key] = change.value
            elif change.topic == "calls":
                del self.copy[change.key]

    @rule(unique_id=PICK, linked_id=PICK)
    def begin(self, unique_id: str, linked_id: str) -> None:
        self.linked[unique_id] = linked_id
        self.tell("Newchannel", unique_id)

    @rule(unique_id=PICK, state=st.sampled_from(["Ring", "Ringing", "Up"]))
    def change_state(self, unique_id: str, state: str) -> None:
        self.tell("Newstate", unique_id, ChannelStateDesc=state)

    @rule(unique_id=PICK, linked_id=PICK, bridge=st.sampled_from(["b1", "b2"]))
    def enter(self, unique_id: str, linked_id: str, bridge: str) -> None:
        self.linked[unique_id] = linked_id
        creator = "ConfBridge" if bridge == "b2" else "<unknown>"
        described = {"BridgeTechnology": "softmix", "BridgeCreator": creator, "BridgeName": "800"}
        self.tell("BridgeEnter", unique_id, BridgeUniqueid=bridge, BridgeType="basic", **described)

    @rule(unique_id=PICK)
    def leave(self, unique_id: str) -> None:
        known = self.state.channels.by_id.get(unique_id)
        if known and known.bridge_id:
            self.tell("BridgeLeave", unique_id, BridgeUniqueid=known.bridge_id)

    @rule(unique_id=PICK, event=st.sampled_from(["Hold", "Unhold"]))
    def hold(self, unique_id: str, event: str) -> None:
        self.tell(event, unique_id)

    @rule(unique_id=PICK, queue=st.sampled_from(["support", "sales"]))
    def join_queue(self, unique_id: str, queue: str) -> None:
        known = self.state.channels.by_id.get(unique_id)
        if known and known.waiting_since is None:
            self.tell("QueueCallerJoin", unique_id, Queue=queue, Position=1)

    @rule(unique_id=PICK)
    def leave_queue(self, unique_id: str) -> None:
        queue = self.state.queue_waits.queue_of(unique_id)
        if queue:
            self.tell("QueueCallerLeave", unique_id, Queue=queue)

    @rule(unique_id=PICK, application=st.sampled_from(["Queue", "Wait"]))
    def run(self, unique_id: str, application: str) -> None:
        self.tell("Newexten", unique_id, Application=application, AppData="sales,t")

    @rule(unique_id=PICK, name=st.sampled_from(["PJSIP/9-1", "Local/9@x-1;1"]))
    def masquerade(self, unique_id: str, name: str) -> None:
        self.take(self.state.apply(ami_event("Rename", Uniqueid=unique_id, Newname=name)))

    @rule(unique_id=PICK)
    def hang_up(self, unique_id: str) -> None:
        self.tell("Hangup", unique_id)

    @invariant()
    def readers_who_apply_changes_have_what_the_table_has(self) -> None:
        assert self.copy == self.state.calls.by_id

    @invariant()
    def calls_are_the_channels_by_linked_id(self) -> None:
        legs: dict[str, list[set[str]]] = {}
        for channel in self.state.channels.by_id.values():
            local = channel.channel.startswith("Local/")
            legs.setdefault(channel.linked_id or "", [set(), set()])[local].add(channel.unique_id)
        assert {
            call.linked_id: ({leg.unique_id for leg in call.legs}, call.local_channels)
            for call in self.state.calls.by_id.values()
        } == {key: (outer, len(folded)) for key, (outer, folded) in legs.items()}
        assert all(len(call.journey) <= MOST_STEPS for call in self.state.calls.by_id.values())

    @invariant()
    def calls_stand_where_they_would_stand_for_who_looked_only_now(self) -> None:
        state = self.state
        fresh = CallTable(self.clock, state.bridges.by_id, state.queue_waits, {})
        fresh.follow(
            None, [Change("channels", "put", key, value) for key, value in state.channels.by_id.items()]
        )
        assert self.standing(fresh) == self.standing(state.calls)

    @staticmethod
    def standing(table: CallTable) -> dict[str, dict[str, Any]]:
        shown = {key: call_payload(call) for key, call in table.by_id.items()}
        return {key: {field: call[field] for field in STANDING} for key, call in shown.items()}


AnyCalls.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyCalls = AnyCalls.TestCase
