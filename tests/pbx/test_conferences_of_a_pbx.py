"""Conferences: what events and lists make of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from amictl.pbx.changes import Change, Changes
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.conferences.value import Conference, ConferenceParty
from amictl.protocol import Message, Reply
from tests.pbx.ami_events import Clock, ami_event, bridge_event, channel_event, channel_item, listed
from tests.pbx.recorded_sessions import play

CHANNELS, BRIDGES = SNAPSHOT_STEPS[:2]
ROOMS = next(step for step in SNAPSHOT_STEPS if step.name == "ConfbridgeListRooms")
IDS = ("17.1", "17.2", "17.3")


def room_event(event: str, bridge_id: str = "b1", conference: str = "town") -> Message:
    return bridge_event(
        event, bridge_id, Conference=conference, BridgeCreator="ConfBridge", BridgeName=conference
    )


def party_event(
    event: str, unique_id: str = "17.1", bridge_id: str = "b1", conference: str = "town", **more: object
) -> Message:
    told = {"Conference": conference, "BridgeUniqueid": bridge_id, "Admin": "No"} | more
    return channel_event(event, unique_id, ChannelStateDesc="Up", **told)


def join_event(unique_id: str = "17.1", bridge_id: str = "b1", muted: str = "No", **more: str) -> Message:
    return party_event("ConfbridgeJoin", unique_id, bridge_id, Muted=muted, **more)


def room_item(conference: str = "town", locked: str = "No", muted: str = "No") -> Message:
    return ami_event(
        "ConfbridgeListRooms", Conference=conference, Parties=1, Marked=0, Locked=locked, Muted=muted
    )


def party_item(unique_id: str = "17.1", **more: object) -> Message:
    told = {
        "Conference": "town",
        "MarkedUser": "No",
        "Waiting": "No",
        "Muted": "No",
        "Talking": "No",
        "AnsweredTime": 5,
    }
    return party_event("ConfbridgeList", unique_id, **told | more)


def about(changes: Changes) -> list[Change]:
    """Calls follow conferences: their changes are proved elsewhere."""
    return [change for change in changes if change.topic == "conferences"]


def room_of(state: PbxState, name: str = "town") -> Conference:
    return state.conferences.by_name[name]


def party_of(state: PbxState, unique_id: str = "17.1") -> ConferenceParty:
    return next(party for party in room_of(state).parties if party.unique_id == unique_id)


def parties(state: PbxState) -> list[str]:
    return [party.unique_id for party in room_of(state).parties]


def load_parties(state: PbxState, *items: Message, conference: str = "town") -> list[Change]:
    return about(state.conferences.load_parties(conference, items))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    state = PbxState(clock=clock)
    CHANNELS.load(state, listed(*(channel_item(unique_id) for unique_id in IDS)))
    return state


@pytest.fixture
def begun(state: PbxState) -> PbxState:
    state.apply(room_event("ConfbridgeStart"))
    state.apply(join_event())
    return state


def test_a_conference_begins_and_ends(state: PbxState, clock: Clock) -> None:
    (change,) = about(state.apply(room_event("ConfbridgeStart")))
    assert change.value == Conference("town", "b1", False, False, False, clock.now, ())
    assert about(state.apply(room_event("ConfbridgeEnd"))) == [Change("conferences", "del", "town")]


def test_a_party_joins_with_what_the_event_tells(begun: PbxState, clock: Clock) -> None:
    begun.apply(join_event("17.2", muted="Yes", Admin="Yes", CallerIDNum="200"))
    assert parties(begun) == ["17.1", "17.2"]
    assert party_of(begun, "17.2").caller_id_num is None, "what is known of the channel is newer"
    begun.apply(channel_event("NewCallerid", "17.2", CallerIDNum="200"))
    party = party_of(begun, "17.2")
    assert (party.admin, party.muted, party.talking, party.caller_id_num) == (True, True, False, "200")
    assert (party.marked, party.waiting) == (None, None), "no event tells"
    assert party.joined_at == clock.now


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (party_event("ConfbridgeMute"), "muted", True),
        (party_event("ConfbridgeUnmute"), "muted", False),
        (party_event("ConfbridgeTalking", TalkingStatus="on"), "talking", True),
        (party_event("ConfbridgeTalking", TalkingStatus="off"), "talking", False),
    ],
)
def test_events_change_a_party(begun: PbxState, event: Message, field: str, value: bool) -> None:
    begun.apply(party_event("ConfbridgeMute" if not value else "ConfbridgeUnmute"))
    begun.apply(party_event("ConfbridgeTalking", TalkingStatus="off" if value else "on"))
    before = party_of(begun)
    assert getattr(before, field) is not value
    (change,) = about(begun.apply(event))
    assert party_of(begun) == replace(before, **{field: value})
    assert not about(begun.apply(event)), "the same again is no change"
    assert change.value == room_of(begun)


def test_a_recording_begins_and_ends(begun: PbxState) -> None:
    begun.apply(room_event("ConfbridgeRecord"))
    assert room_of(begun).recording is True
    begun.apply(room_event("ConfbridgeStopRecord"))
    assert room_of(begun).recording is False


def test_a_conference_that_is_always_recorded_tells_so_before_it_begins(state: PbxState) -> None:
    state.apply(room_event("ConfbridgeRecord"))
    state.apply(room_event("ConfbridgeStart"))
    assert (room_of(state).recording, room_of(state).locked) == (True, False)


def test_what_comes_after_the_end_does_not_bring_a_conference_back(begun: PbxState) -> None:
    begun.apply(room_event("ConfbridgeEnd"))
    for late in (
        room_event("ConfbridgeStopRecord"),
        party_event("ConfbridgeTalking", TalkingStatus="off"),
        party_event("ConfbridgeMute"),
        party_event("ConfbridgeLeave"),
    ):
        assert not about(begun.apply(late))
    assert not begun.conferences.by_name


def test_a_conference_of_the_same_name_outlives_the_end_of_the_one_before_it(begun: PbxState) -> None:
    begun.apply(room_event("ConfbridgeStart", "b2"))
    begun.apply(join_event("17.2", "b2"))
    begun.apply(room_event("ConfbridgeEnd", "b1"))
    assert room_of(begun).bridge_id == "b2"
    assert parties(begun) == ["17.2"]


def test_a_party_leaves_and_a_list_of_that_moment_does_not_bring_it_back(
    begun: PbxState, clock: Clock
) -> None:
    begun.apply(join_event("17.2"))
    begun.apply(party_event("ConfbridgeLeave"))
    assert parties(begun) == ["17.2"]
    load_parties(begun, party_item("17.1"), party_item("17.2"))
    assert parties(begun) == ["17.2"]
    assert not about(begun.apply(party_event("ConfbridgeMute"))), "nor does a late event"

    clock.now += 10
    load_parties(begun, party_item("17.1"), party_item("17.2"))
    assert parties(begun) == ["17.1", "17.2"], "much later the list is right"


def test_a_party_may_come_back_at_once(begun: PbxState) -> None:
    begun.apply(party_event("ConfbridgeLeave"))
    begun.apply(join_event())
    assert parties(begun) == ["17.1"]


def test_a_hangup_takes_a_party_away_whatever_comes_later(begun: PbxState) -> None:
    changes = begun.apply(channel_event("Hangup", "17.1"))
    assert [change.op for change in about(changes)] == ["put"]
    for late in (party_event("ConfbridgeTalking", TalkingStatus="off"), join_event()):
        assert not about(begun.apply(late))
    load_parties(begun, party_item("17.1"))
    assert parties(begun) == []


def test_an_event_makes_an_unknown_party_known(begun: PbxState) -> None:
    begun.apply(party_event("ConfbridgeMute", "17.2"))
    assert party_of(begun, "17.2").muted is True
    begun.apply(join_event("17.2", muted="No"))
    assert party_of(begun, "17.2").muted is True, "the join was told late"


def test_who_is_still_being_greeted_is_in_the_list_before_the_join(begun: PbxState) -> None:
    load_parties(begun, party_item("17.1"), party_item("17.2", Waiting="Yes", MarkedUser="No"))
    assert (party_of(begun, "17.2").waiting, party_of(begun, "17.2").joined_at) == (True, None)
    begun.apply(join_event("17.2"))
    assert party_of(begun, "17.2").waiting is True
    assert party_of(begun, "17.2").joined_at is not None


def test_who_joined_a_moment_ago_may_be_missing_in_the_list(begun: PbxState, clock: Clock) -> None:
    load_parties(begun)
    assert parties(begun) == ["17.1"]
    clock.now += 10
    load_parties(begun)
    assert parties(begun) == []


def test_lists_tell_what_no_event_does_and_correct_the_rest(begun: PbxState, clock: Clock) -> None:
    clock.now += 10
    begun.apply(room_event("ConfbridgeStart", "b9", "gone"))
    changes = about(ROOMS.load(begun, listed(room_item(locked="Yes", muted="Yes"), room_item("new"))))
    assert {(change.op, change.key) for change in changes} == {
        ("del", "gone"),
        ("put", "town"),
        ("put", "new"),
    }
    assert (room_of(begun).locked, room_of(begun).muted, parties(begun)) == (True, True, ["17.1"])

    joined_at = party_of(begun).joined_at
    load_parties(begun, party_item("17.1", MarkedUser="Yes", Talking="Yes"), party_item("17.3"))
    assert parties(begun) == ["17.1", "17.3"]
    assert (party_of(begun).marked, party_of(begun).talking) == (True, True)
    assert party_of(begun).joined_at == joined_at


def test_a_listed_conference_has_the_bridge_of_its_name(state: PbxState) -> None:
    BRIDGES.load(state, listed(room_event("BridgeListItem", "b7")))
    ROOMS.load(state, listed(room_item()))
    assert room_of(state).bridge_id == "b7"
    assert not about(state.apply(room_event("ConfbridgeEnd", "b6")))
    assert about(state.apply(room_event("ConfbridgeEnd", "b7")))


def test_of_two_bridges_of_a_name_a_conference_has_the_one_that_its_parties_are_in(state: PbxState) -> None:
    CHANNELS.load(state, listed(channel_item("17.1", BridgeId="b2"), channel_item("17.9", BridgeId="b1")))
    BRIDGES.load(state, listed(room_event("BridgeListItem", "b2"), room_event("BridgeListItem", "b1")))
    ROOMS.load(state, listed(room_item()))
    load_parties(state, party_item("17.1", BridgeUniqueid="b2"))
    assert room_of(state).bridge_id == "b2"

    state.apply(room_event("ConfbridgeEnd", "b1"))  # of the one before, a moment late
    assert parties(state) == ["17.1"]
    state.apply(room_event("ConfbridgeEnd", "b2"))
    assert "town" not in state.conferences.by_name


def test_the_party_is_called_as_its_channel(begun: PbxState) -> None:
    begun.apply(ami_event("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/other", Uniqueid="17.1"))
    begun.apply(channel_event("NewCallerid", "17.1", Channel="PJSIP/other", CallerIDNum="555"))
    assert (party_of(begun).channel, party_of(begun).caller_id_num) == ("PJSIP/other", "555")


def test_a_list_of_rooms_calls_for_one_of_parties_each_and_for_the_recorders() -> None:
    steps = ROOMS.follow_ups(listed(room_item("town"), room_item("nul\0"), room_item("hall")))
    actions = [step.action for step in steps]
    assert [(action.name, action.headers[0][1]) for action in actions] == [
        ("ConfbridgeList", "town"),
        ("ConfbridgeList", "hall"),
        ("Getvar", "CHANNELS(^CBRec/)"),
    ]
    assert all(step.optional for step in steps)
    assert ROOMS.follow_ups(listed()) == ()
    refused = Reply("1", Message(b"Response: Error\r\nMessage: Permission denied"))
    assert ROOMS.follow_ups(refused) == ()


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        ("CBRec/town-00000001", {"town": True, "town-2": False}),
        ("CBRec/town-2-0000000a CBRec/other-00000000", {"town": False, "town-2": True}),
        ("", {"town": False, "town-2": False}),
        ("CBRec/town-00000001 " + "x" * 1000, {"town": None, "town-2": None}),
    ],
)
def test_the_channels_that_record_tell_which_conferences_are_recorded(
    state: PbxState, value: str, recorded: dict[str, bool | None]
) -> None:
    reply = listed(room_item("town"), room_item("town-2"))
    ROOMS.load(state, reply)
    ask_recorders = ROOMS.follow_ups(reply)[-1]
    ask_recorders.load(state, Reply("1", Message(f"Response: Success\r\nValue: {value}".encode())))
    assert {room.conference: room.recording for room in state.conferences.by_name.values()} == recorded


def test_a_recording_that_ended_a_moment_ago_may_still_have_its_channel(begun: PbxState) -> None:
    reply = listed(room_item())
    begun.apply(room_event("ConfbridgeRecord"))
    begun.apply(room_event("ConfbridgeStopRecord"))
    ROOMS.follow_ups(reply)[-1].load(
        begun, Reply("1", Message(b"Response: Success\r\nValue: CBRec/town-00000001"))
    )
    assert room_of(begun).recording is False


def test_what_lists_proved_is_taken_over(begun: PbxState) -> None:
    room = room_of(begun)
    assert about(begun.correct("conferences", "town", replace(room, parties=())))
    assert not about(begun.apply(party_event("ConfbridgeLeave")))
    assert about(begun.correct("conferences", "town", None)) == [Change("conferences", "del", "town")]


@pytest.mark.parametrize("version", [16, 22])
def test_a_recorded_session_agrees_with_each_list_in_it(version: int) -> None:
    state = PbxState()
    CHANNELS.load(state, listed())
    rooms = joins = recorded = 0
    for told in play(f"conferences-{version}"):
        if isinstance(told, Message):
            state.apply(told)
            joins += told.name == "ConfbridgeJoin"
            recorded += told.name == "ConfbridgeRecord"
        elif is_list(told, "ConfbridgeListRooms", "No active conferences."):
            unlocked = [replace(room, locked=None) for room in state.conferences.by_name.values()]
            ROOMS.load(state, told)
            listed_rooms = [replace(room, locked=None) for room in state.conferences.by_name.values()]
            assert not rooms or listed_rooms == unlocked
            rooms += 1
        elif is_list(told, "ConfbridgeList", "No active conferences."):
            assert_same_parties(state, lambda told=told: state.conferences.load_parties("800", told.items))
        elif told.get("Variable"):
            assert ("CBRec/800-" in told.get("Value", "")) == bool(room_of(state, "800").recording)
    assert (rooms >= 4, joins, recorded) == (True, 1, 1)
    assert not state.conferences.by_name


def is_list(reply: Reply, item: str, empty: str) -> bool:
    complete = reply.complete
    return reply.message == empty if complete is None else complete.name == f"{item}Complete"


def assert_same_parties(state: PbxState, load: Callable[[], object]) -> None:
    """Loading the list must tell nothing but what no event can."""

    def told_by_events() -> list[ConferenceParty]:
        rooms = state.conferences.by_name.values()
        return [replace(party, marked=None, waiting=None) for room in rooms for party in room.parties]

    before = told_by_events()
    load()
    assert not before or told_by_events() == before
