"""Where calls stand, and their clocks."""

from __future__ import annotations

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.calls.value import JourneyStep
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    channel_event,
    channel_item,
)
from tests.pbx.ended_calls import steps_of
from tests.pbx.scripted_calls import (
    answer,
    call_changes,
    connect,
    enter,
    leave,
    only_call,
    ring,
    talk,
    wait_in,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    """A PBX without calls, so far."""
    state = PbxState(clock=clock)
    state.load_channels([])
    return state


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


def test_where_a_listed_channel_is_shows_when_an_event_tells_what_its_bridge_is(state: PbxState) -> None:
    state.load_channels([channel_item("17.1", Linkedid="17.1", BridgeId="b1", ChannelStateDesc="Up")])
    of_parking = {"BridgeCreator": "Parking", "BridgeName": "default"}
    state.apply(bridge_event("BridgeCreate", "b1", BridgeNumChannels=0, **of_parking))
    state.apply(bridge_event("BridgeEnter", "b1", "17.1", Linkedid="17.1", **of_parking))
    assert only_call(state).state.value == "parked"


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


def test_a_call_knows_the_member_who_answered_until_they_part(state: PbxState) -> None:
    ring(state, "17.1", "17.1", ChannelStateDesc="Up")
    wait_in(state, "support")
    ring(state, "17.2", "17.1")
    leave(state, "support")
    state.apply(connect("AgentConnect"))
    call = only_call(state)
    assert (call.queue, call.member) == ("support", "PJSIP/200")
    left, answered = call.journey[-2:]
    assert left == JourneyStep(left.at, "queue_left", queue="support", reason="answered")
    facts = {"by": "Bob", "queue": "support", "member": "PJSIP/200", "waited": 30}
    assert answered == JourneyStep(answered.at, "answered", **facts)  # type: ignore[arg-type]
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
