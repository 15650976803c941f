"""What calls went through: recorded from real Asterisk, and made of chosen events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.calls.journey import MOST_STEPS
from amictl.pbx.topics.calls.table import MOST_ENDED
from amictl.protocol import AmiConnection
from tests.asterisk.journeys import STEPS
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    channel_event,
)
from tests.pbx.ended_calls import EndedCalls, assert_steps, steps_of
from tests.pbx.scripted_calls import (
    call_changes,
    dial,
    enter,
    leave,
    only_call,
    ring,
    talk,
    wait_in,
)

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


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_call_has_the_journey_that_it_went(name: str) -> None:
    clock, seen = Clock(), EndedCalls()
    state = PbxState(clock=clock)
    state.load_channels([])
    for message in AmiConnection().receive_data((TRANSCRIPTS / f"{name}.ami").read_bytes()):
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
        ("ring-no-answer", "member_rang", {"name": "Nobody", "member": "Local/505@agents/n"}),
        ("hold", "leg_ended", {"how": "hung_up", "cause": "Normal Clearing", "number": "104"}),
        ("park", "leg_ended", {"how": "ordered"}),
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
    for message in AmiConnection().receive_data((TRANSCRIPTS / f"journey-{name}-{major}.ami").read_bytes()):
        if message.is_event:
            seen.take(state.apply(message))

    step = next(step for step in seen.first().journey if step.kind == kind)
    assert {fact: getattr(step, fact) for fact in facts} == facts


@pytest.mark.parametrize("major", [22, 16])
def test_a_recorded_hold_talks_is_held_and_talks_again(major: int) -> None:
    seen, state = EndedCalls(), PbxState()
    state.load_channels([])
    for message in AmiConnection().receive_data((TRANSCRIPTS / f"journey-hold-{major}.ami").read_bytes()):
        if message.is_event:
            seen.take(state.apply(message))

    (states,) = seen.states.values()
    assert [state for state in states if state in {"talking", "held"}] == ["talking", "held", "talking"]


def test_a_journey_is_bounded_and_keeps_how_the_call_came_there(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    for number in range(100):
        called = {"Queue": "support", "Interface": f"PJSIP/{number}"}
        state.apply(ami_event("AgentCalled", Uniqueid="17.1", DestChannel=f"PJSIP/{number}-1", **called))
    journey = only_call(state).journey
    assert len(journey) == MOST_STEPS
    assert [step.kind for step in journey[:2]] == ["started", "queue_entered"]
    assert journey[-1].member == "PJSIP/99"
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
    assert only_call(state).journey[-1].channel == "Local/5@x-1;1"
    for phone in ("17.4", "17.5"):
        ring(state, phone, "17.1")
        state.apply(dial("DialBegin", "17.3", phone, Channel="Local/5@x-1;2"))
    state.apply(dial("DialEnd", "17.3", "17.4", Channel="Local/5@x-1;2", DialStatus="BUSY"))
    state.apply(dial("DialEnd", "17.3", "17.5", Channel="Local/5@x-1;2", DialStatus="ANSWER"))
    state.apply(dial("DialEnd", "17.1", "17.2", **local, DialStatus="ANSWER"))
    told = [(step.kind, step.channel or step.by) for step in only_call(state).journey[1:]]
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


def test_a_local_channel_whose_other_half_was_faster_to_dial_is_told_no_second_time(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    ring(state, "17.2", "17.1", Channel="Local/5@x-1;1")
    ring(state, "17.3", "17.1", Channel="Local/5@x-1;2")
    ring(state, "17.4", "17.1")
    state.apply(dial("DialBegin", "17.3", "17.4", Channel="Local/5@x-1;2"))
    state.apply(dial("DialBegin", "17.1", "17.2", DestChannel="Local/5@x-1;1"))
    state.apply(dial("DialEnd", "17.3", "17.4", Channel="Local/5@x-1;2", DialStatus="ANSWER"))
    state.apply(dial("DialEnd", "17.1", "17.2", DestChannel="Local/5@x-1;1", DialStatus="ANSWER"))
    told = [(step.kind, step.channel or step.by) for step in only_call(state).journey[1:]]
    assert told == [("dialed", "PJSIP/17.4"), ("answered", "PJSIP/17.4")]


def test_what_a_queue_members_local_channel_dialed_before_the_queue_told_of_it_is_not_told(
    state: PbxState,
) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    ring(state, "17.2", "17.1", Channel="Local/5@x-1;1")
    ring(state, "17.3", "17.1", Channel="Local/5@x-1;2")
    for phone in ("17.4", "17.5"):
        ring(state, phone, "17.1")
        state.apply(dial("DialBegin", "17.3", phone, Channel="Local/5@x-1;2"))
    called = {"Queue": "support", "Interface": "Local/5@x", "DestChannel": "Local/5@x-1;1"}
    state.apply(ami_event("AgentCalled", Uniqueid="17.1", **called))
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


@pytest.mark.parametrize(("status", "reason"), [("BUSY", "busy"), ("CONGESTION", "congestion"), ("", None)])
def test_a_member_who_did_not_answer_has_the_reason_that_its_channel_told(
    state: PbxState, status: str, reason: str | None
) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    for number in ("17.2", "17.3"):
        ring(state, number, "17.1")
        told = {
            "Uniqueid": "17.1", "Queue": "support", "Interface": f"PJSIP/{number}", "MemberName": "Bob",
            "DestChannel": f"PJSIP/{number}",
        }  # fmt: skip
        state.apply(ami_event("AgentCalled", **told))
        if status:
            state.apply(dial("DialEnd", "17.1", number, DialStatus=status))
        state.apply(ami_event("AgentRingNoAnswer", **told, RingTime=2000))
        step = only_call(state).journey[-1]
        assert (step.kind, step.reason, step.channel, step.name) == (
            "ring_no_answer", reason, f"PJSIP/{number}", "Bob",
        )  # fmt: skip
    assert not next(iter(state.calls.records.values())).refusals


@pytest.mark.parametrize(
    ("requests", "how"),
    [
        ((("HangupRequest", 16), ("SoftHangupRequest", 16)), "hung_up"),
        ((("SoftHangupRequest", 32), ("HangupRequest", 16)), "ordered"),
        ((("SoftHangupRequest", 16),), None),
        ((), None),
    ],
)
def test_the_end_of_a_leg_tells_whose_doing_it_was_and_is_in_the_call_that_ended(
    state: PbxState, clock: Clock, requests: tuple[tuple[str, int], ...], how: str | None
) -> None:
    talk(state)
    clock.now += 30
    told = {"Channel": "PJSIP/17.1", "ChannelStateDesc": "Up", "CallerIDNum": "104", "CallerIDName": "Ada"}
    for event, cause in requests:
        state.apply(channel_event(event, "17.1", **told, Cause=cause))
    state.apply(channel_event("Hangup", "17.1", **told, **{"Cause-txt": "Normal Clearing"}))
    step = only_call(state).journey[-1]
    assert (step.kind, step.how, step.cause) == ("leg_ended", how, "Normal Clearing")
    assert state.calls.ended == {}

    clock.now += 2
    state.apply(channel_event("Hangup", "17.2", Linkedid="17.1"))
    ended = state.calls.ended["17.1"]
    assert state.calls.by_id == {}
    assert (ended.ended_at, ended.talking.since, ended.talking.seconds) == (clock.now, None, 32)
    assert [each.channel for each in ended.journey if each.kind == "leg_ended"] == [
        "PJSIP/17.1",
        "PJSIP/17.2",
    ]


def test_of_calls_that_ended_the_last_are_remembered_and_none_that_became_one_with_another(
    state: PbxState,
) -> None:
    for number in range(MOST_ENDED + 5):
        ring(state, f"17.{number}", f"17.{number}")
        state.apply(channel_event("Hangup", f"17.{number}"))
    assert list(state.calls.ended) == [f"17.{number}" for number in range(5, MOST_ENDED + 5)]

    ring(state, "18.1", "18.1", ChannelStateDesc="Up")
    ring(state, "19.1", "19.1", ChannelStateDesc="Up")
    enter(state, "19.1", "18.1")
    assert only_call(state).linked_id == "18.1"
    assert "19.1" not in state.calls.ended


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
    left = [step.reason for step in only_call(state).journey if step.kind == "queue_left"]
    assert left == ["abandoned", "other"]


def test_an_event_about_a_call_that_is_gone_brings_nothing_back(state: PbxState) -> None:
    talk(state)
    for unique_id in ("17.1", "17.2"):
        state.apply(channel_event("Hangup", unique_id, Linkedid="17.1"))
    for event in ("QueueCallerLeave", "AgentComplete", "ConfbridgeLeave", "AgentRingNoAnswer"):
        assert not call_changes(state, ami_event(event, Uniqueid="17.1", Queue="q", Conference="8"))
    assert not state.calls.by_id


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
    assert call.journey[-1].linked_id == "18.1"


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
        sizes.append(
            len(record.journey) + len(record.absorbed) + len(record.folded) + len(record.rung_members)
        )
    assert sizes[-1] == sizes[50]
    assert only_call(state).waiting.count == 100
