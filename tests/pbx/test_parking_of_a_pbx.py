"""Parked calls: what events and lists make of them."""

from __future__ import annotations

import pytest

from amictl.pbx.changes import Change, Changes
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.protocol import Message, Reply
from tests.pbx.ami_events import Clock, ami_event, channel_event, channel_item, listed
from tests.pbx.recorded_sessions import play

PARKED_CALLS = next(step for step in SNAPSHOT_STEPS if step.name == "ParkedCalls")
CHANNELS = SNAPSHOT_STEPS[0]


def parking_event(event: str = "ParkedCall", unique_id: str = "17.1", **changed: object) -> Message:
    told = {
        "ParkeeChannel": f"PJSIP/100-{unique_id}",
        "ParkeeCallerIDNum": "100",
        "ParkeeCallerIDName": 'Zo\\"e',
        "ParkeeConnectedLineNum": "<unknown>",
        "ParkeeConnectedLineName": "<unknown>",
        "ParkeeUniqueid": unique_id,
        "ParkeeLinkedid": "17.0",
        "ParkerDialString": "PJSIP/200",
        "Parkinglot": "default",
        "ParkingSpace": 701,
        "ParkingTimeout": 300,
        "ParkingDuration": 0,
    }
    return ami_event(event, **told | changed)


def parking_only(changes: Changes) -> list[Change]:
    """Calls follow parking: their changes are proved elsewhere."""
    return [change for change in changes if change.topic == "parking"]


def parked(state: PbxState) -> dict[str, ParkedCall]:
    return dict(state.parking.by_id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    state = PbxState(clock=clock)
    CHANNELS.load(state, listed(channel_item("17.1"), channel_item("17.2"), channel_item("17.3")))
    return state


def test_a_parked_call_has_its_place_and_its_times(state: PbxState, clock: Clock) -> None:
    state.apply(channel_event("NewCallerid", CallerIDNum="100", CallerIDName='Zo\\"e'))
    (change,) = parking_only(state.apply(parking_event()))
    assert change == Change("parking", "put", "17.1", parked(state)["17.1"])
    call = parked(state)["17.1"]
    assert (call.lot, call.space, call.parked_by) == ("default", "701", "PJSIP/200")
    assert (call.caller_id_num, call.caller_id_name, call.connected_line_num) == ("100", 'Zo"e', None)
    assert (call.parked_at, call.timeout_at) == (clock.now, clock.now + 300)


def test_what_the_lot_tells_late_of_a_channel_does_not_undo_what_is_known(state: PbxState) -> None:
    state.apply(ami_event("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/200-17.1", Uniqueid="17.1"))
    state.apply(parking_event())
    assert parked(state)["17.1"].channel == "PJSIP/200-17.1"


@pytest.mark.parametrize("left", ["0", "18446744073709551614", ""])
def test_a_call_without_a_limit_has_no_time_at_which_it_comes_back(state: PbxState, left: str) -> None:
    state.apply(parking_event(ParkingTimeout=left))
    assert parked(state)["17.1"].timeout_at is None


def test_a_list_tells_of_a_call_in_its_last_second_that_it_comes_back_now(
    state: PbxState, clock: Clock
) -> None:
    clock.now += 10
    PARKED_CALLS.load(state, listed(parking_event(ParkingDuration=300, ParkingTimeout=0)))
    call = parked(state)["17.1"]
    assert (call.parked_at, call.timeout_at) == (clock.now - 300, clock.now)


@pytest.mark.parametrize("event", ["UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp"])
def test_a_call_that_leaves_is_gone_and_a_list_of_that_moment_does_not_bring_it_back(
    state: PbxState, clock: Clock, event: str
) -> None:
    state.apply(parking_event())
    assert parking_only(state.apply(parking_event(event))) == [Change("parking", "del", "17.1")]
    assert not parking_only(PARKED_CALLS.load(state, listed(parking_event())))
    assert not parked(state)

    clock.now += 10
    PARKED_CALLS.load(state, listed(parking_event()))
    assert "17.1" in parked(state), "much later the list is right"


def test_a_call_may_be_parked_again_at_once(state: PbxState) -> None:
    state.apply(parking_event())
    state.apply(parking_event("UnParkedCall"))
    state.apply(parking_event(ParkingSpace=702))
    assert parked(state)["17.1"].space == "702"
    assert not parking_only(PARKED_CALLS.load(state, listed(parking_event(ParkingSpace=702))))


def test_a_hangup_takes_a_parked_call_away_whatever_comes_later(state: PbxState) -> None:
    state.apply(parking_event())
    changes = state.apply(channel_event("Hangup", "17.1"))
    assert Change("parking", "del", "17.1") in changes
    assert not parking_only(state.apply(parking_event("ParkedCallGiveUp")))
    assert not parking_only(state.apply(parking_event()))
    PARKED_CALLS.load(state, listed(parking_event()))
    assert not parked(state)


def test_a_channel_that_a_list_lacks_is_not_parked_either(state: PbxState, clock: Clock) -> None:
    state.apply(parking_event())
    clock.now += 60
    changes = CHANNELS.load(state, listed(channel_item("17.2")))
    assert Change("parking", "del", "17.1") in changes


def test_a_swap_puts_another_channel_into_the_space(state: PbxState) -> None:
    state.apply(parking_event())
    state.apply(parking_event(unique_id="17.2", ParkingSpace=702))
    changes = parking_only(state.apply(parking_event("ParkedCallSwap", "17.3")))
    assert [(change.op, change.key) for change in changes] == [("del", "17.1"), ("put", "17.3")]
    assert {key: call.space for key, call in parked(state).items()} == {"17.2": "702", "17.3": "701"}


def test_a_list_tells_since_when_and_a_later_one_does_not_move_it(state: PbxState, clock: Clock) -> None:
    PARKED_CALLS.load(state, listed(parking_event(ParkingDuration=20, ParkingTimeout=280)))
    call = parked(state)["17.1"]
    assert (call.parked_at, call.timeout_at) == (clock.now - 20, clock.now + 280)
    clock.now += 0.7
    assert not parking_only(
        PARKED_CALLS.load(state, listed(parking_event(ParkingDuration=20, ParkingTimeout=280)))
    )


def test_a_list_corrects_what_is_parked(state: PbxState, clock: Clock) -> None:
    state.apply(parking_event())
    clock.now += 10
    listing = listed(parking_event(unique_id="17.2", ParkingSpace=702))
    changes = parking_only(PARKED_CALLS.load(state, listing))
    assert [(change.op, change.key) for change in changes] == [("del", "17.1"), ("put", "17.2")]


def test_the_parked_party_is_called_as_its_channel(state: PbxState) -> None:
    state.apply(parking_event())
    state.apply(ami_event("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/other", Uniqueid="17.1"))
    state.apply(channel_event("NewCallerid", "17.1", Channel="PJSIP/other", CallerIDNum="555"))
    call = parked(state)["17.1"]
    assert (call.channel, call.caller_id_num, call.space) == ("PJSIP/other", "555", "701")


def test_what_lists_proved_is_taken_over(state: PbxState) -> None:
    state.apply(parking_event())
    call = parked(state)["17.1"]
    assert parking_only(state.correct("parking", "17.1", None)) == [Change("parking", "del", "17.1")]
    assert parking_only(state.correct("parking", "17.1", call)) == [Change("parking", "put", "17.1", call)]
    assert not parking_only(state.correct("parking", "17.1", call))


@pytest.mark.parametrize("version", [16, 22])
def test_a_recorded_session_agrees_with_each_list_in_it(version: int) -> None:
    state = PbxState()
    CHANNELS.load(state, listed())
    lists = 0
    seen: set[str] = set()
    for told in play(f"parking-{version}"):
        if isinstance(told, Message):
            state.apply(told)
            seen |= parked(state).keys()
        elif is_parking(told):
            changes = parking_only(PARKED_CALLS.load(state, told))
            assert not changes or not lists, "the events had told all of it"
            assert len(parked(state)) == len(told.items)
            lists += 1
    assert (lists, len(seen)) == (4, 3)
    assert not parked(state)


def is_parking(reply: Reply) -> bool:
    return reply.complete is not None and reply.complete.name == "ParkedCallsComplete"
