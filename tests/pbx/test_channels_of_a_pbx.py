from __future__ import annotations

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.channels.value import Channel
from tests.pbx.ami_events import Clock, ami_event, bridge_event, channel_event, channel_item


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    return PbxState(clock=clock)


def only_channel(state: PbxState) -> Channel:
    (channel,) = state.channels.by_id.values()
    return channel


def test_newchannel_tells_everything_that_a_snapshot_holds(state: PbxState, clock: Clock) -> None:
    (change,) = state.apply(
        channel_event(
            "Newchannel", CallerIDNum="4711", CallerIDName="Zoë", AccountCode="acme", Linkedid="17.0"
        )
    )

    assert (change.topic, change.op, change.key) == ("channels", "put", "17.1")
    assert change.value == Channel(
        unique_id="17.1",
        channel="PJSIP/100-17.1",
        linked_id="17.0",
        state="Down",
        caller_id_num="4711",
        caller_id_name="Zoë",
        connected_line_num=None,
        connected_line_name=None,
        context="default",
        exten="200",
        priority=1,
        application=None,
        application_data=None,
        account_code="acme",
        language="en",
        bridge_id=None,
        created_at=clock.now,
        state_since=clock.now,
        answered_at=None,
        bridged_at=None,
        on_hold=False,
        held_since=None,
        waiting_since=None,
    )


def test_an_event_nobody_uses_changes_nothing(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))

    assert not state.apply(channel_event("VarSet", ChannelStateDesc="Up", Variable="A", Value="1"))


def test_the_same_values_again_are_no_change(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))

    assert not state.apply(channel_event("NewCallerid"))
    assert not state.apply(channel_event("Newchannel"))


@pytest.mark.parametrize(
    "event",
    ["Newstate", "NewCallerid", "NewConnectedLine", "NewAccountCode", "HangupRequest", "SoftHangupRequest",
     "DialEnd", "Hold", "Unhold", "Newexten"],
)  # fmt: skip
def test_any_event_with_a_published_snapshot_heals_the_channel(state: PbxState, event: str) -> None:
    state.apply(channel_event("Newchannel"))

    state.apply(channel_event(event, CallerIDNum="9", Exten="s", Priority=7, ConnectedLineName="Bob"))

    channel = only_channel(state)
    assert (channel.caller_id_num, channel.exten, channel.priority) == ("9", "s", 7)
    assert channel.connected_line_name == "Bob"


def test_a_dial_event_tells_both_ends_each_by_its_prefix(state: PbxState) -> None:
    state.apply(channel_event("Newchannel", "17.1"))
    state.apply(channel_event("Newchannel", "17.2"))
    caller = channel_event("DialBegin", "17.1", Exten="1").raw
    called = channel_event("x", "17.2", prefix="Dest", Exten="2").raw.split(b"\r\n", 2)[2]

    changes = state.apply(type(channel_event("x"))(caller + b"\r\n" + called))

    assert [change.key for change in changes] == ["17.1", "17.2"]
    assert state.channels.by_id["17.1"].exten == "1"
    assert state.channels.by_id["17.2"].exten == "2"


@pytest.mark.parametrize(
    "event", ["Newstate", "NewConnectedLine", "Newexten", "DialEnd", "Hold", "BridgeEnter"]
)
def test_an_event_after_the_hangup_brings_no_channel_back(state: PbxState, event: str) -> None:
    state.apply(channel_event("Newchannel"))
    (change,) = state.apply(channel_event("Hangup", Cause=16))
    assert (change.op, change.key, change.value) == ("del", "17.1", None)

    state.apply(channel_event(event, BridgeUniqueid="b1"))

    assert not state.channels.by_id


def test_an_event_about_a_channel_from_before_the_session_makes_no_ghost(state: PbxState) -> None:
    assert not state.apply(channel_event("NewConnectedLine", "16.9"))
    assert not state.apply(channel_event("Hangup", "16.9"))
    assert not state.channels.by_id


def test_names_are_unescaped_for_people_and_raw_values_are_left_alone(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    state.apply(
        channel_event("Newexten", CallerIDName=r"O\'Neil \"Bob\" \\ x", Application="Set", AppData=r"A=\"1\"")
    )

    channel = only_channel(state)
    assert channel.caller_id_name == 'O\'Neil "Bob" \\ x'
    assert channel.application_data == r"A=\"1\""


def test_newexten_tells_the_application_and_other_events_keep_it(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Newexten", Application="Dial", AppData="PJSIP/101,30"))
    state.apply(channel_event("Newstate", ChannelStateDesc="Up"))

    channel = only_channel(state)
    assert (channel.application, channel.application_data) == ("Dial", "PJSIP/101,30")


@pytest.mark.parametrize("between", [(), ("DialEnd", "DialEnd"), ("Newstate",)])
def test_an_application_that_seems_to_go_on_at_another_extension_is_asked_for(
    state: PbxState, between: tuple[str, ...]
) -> None:
    """Of a queue's caller who is redirected while a member rings, DialEnd shows the new extension first."""
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Newexten", Application="Queue", AppData="support"))
    assert not state.doubts.take()

    for name in between:
        state.apply(channel_event(name, Exten="600"))
    state.apply(channel_event("Newexten", Exten="600", Application="Queue", AppData="support"))

    assert state.doubts.take() == (("channels", "17.1"),)
    state.apply(channel_event("Newexten", Exten="600", Application="Queue", AppData="support", Priority="2"))
    assert not state.doubts.take()


def test_a_leg_that_is_answered_is_nowhere_in_the_dialplan_and_not_asked_for(state: PbxState) -> None:
    run = {"Application": "AppDial", "AppData": "(Outgoing Line)"}
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Newexten", **run))
    state.apply(channel_event("DialEnd", Exten=""))
    state.apply(channel_event("Newexten", Exten="", **run))

    assert not state.doubts.take()


def test_a_channel_is_answered_when_it_comes_up_and_not_again(state: PbxState, clock: Clock) -> None:
    state.apply(channel_event("Newchannel"))
    clock.now += 5
    state.apply(channel_event("Newstate", ChannelStateDesc="Up"))
    clock.now += 5
    state.apply(channel_event("NewCallerid", ChannelStateDesc="Up", CallerIDNum="1"))

    channel = only_channel(state)
    assert channel.answered_at == clock.now - 5
    assert channel.created_at == clock.now - 10


def test_a_channel_that_is_born_up_was_answered_at_birth(state: PbxState, clock: Clock) -> None:
    state.apply(channel_event("Newchannel", ChannelStateDesc="Up"))

    assert only_channel(state).answered_at == clock.now


def test_hold_and_unhold_are_remembered(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))

    state.apply(channel_event("Hold", MusicClass="default"))
    assert only_channel(state).on_hold is True
    state.apply(channel_event("Unhold"))
    assert only_channel(state).on_hold is False


def test_a_masquerade_renames_the_channel(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))

    state.apply(ami_event("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/7-1", Uniqueid="17.1"))

    assert only_channel(state).channel == "PJSIP/7-1"
    assert not state.apply(ami_event("Rename", Channel="a", Newname="b", Uniqueid="17.99"))


def test_a_list_tells_channels_that_were_there_before(state: PbxState, clock: Clock) -> None:
    state.load_channels(
        [channel_item(ChannelStateDesc="Up", Duration="101:02:03", Application="Wait", BridgeId="b1")]
    )

    channel = only_channel(state)
    assert channel.created_at == clock.now - (101 * 3600 + 2 * 60 + 3)
    assert (channel.application, channel.application_data, channel.bridge_id) == ("Wait", None, "b1")
    assert (channel.answered_at, channel.on_hold) == (None, None)


def test_the_first_list_adds_to_what_events_told(state: PbxState) -> None:
    """On Asterisk 16 it can be older than they are."""
    state.apply(channel_event("Newchannel", "17.1"))
    state.apply(channel_event("Newstate", "17.1", ChannelStateDesc="Up"))
    state.apply(channel_event("Newchannel", "17.3"))

    state.load_channels([channel_item("17.1", ChannelStateDesc="Ring"), channel_item("17.2")])

    assert {key: channel.state for key, channel in state.channels.by_id.items()} == {
        "17.1": "Up",
        "17.2": "Down",
        "17.3": "Down",
    }


def test_events_before_the_first_list_are_not_lost_on_the_channels_that_it_tells(state: PbxState) -> None:
    state.apply(channel_event("Newstate", "17.1", ChannelStateDesc="Up"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    state.apply(channel_event("Hangup", "17.2"))

    state.load_channels([channel_item("17.1", ChannelStateDesc="Ring"), channel_item("17.2")])

    assert only_channel(state).state == "Up"
    assert only_channel(state).bridge_id == "b1"


def test_a_later_list_corrects_but_leaves_the_young_alone(state: PbxState, clock: Clock) -> None:
    state.load_channels([])
    state.apply(channel_event("Newchannel", "17.1"))
    state.apply(channel_event("Newchannel", "17.2"))
    clock.now += 60
    state.apply(channel_event("Newchannel", "17.3"))

    changes = state.load_channels([channel_item("17.2", Exten="changed", Duration="00:01:00")])

    told = [(change.op, change.key) for change in changes if change.topic == "channels"]
    assert told == [("put", "17.2"), ("del", "17.1")]
    assert set(state.channels.by_id) == {"17.2", "17.3"}
    assert state.channels.by_id["17.2"].exten == "changed"


@pytest.mark.parametrize("event", ["Newstate", "Newexten", "BridgeEnter"])
def test_a_channel_that_the_first_list_was_too_old_to_tell_is_discovered(state: PbxState, event: str) -> None:
    state.load_channels([])

    state.apply(channel_event(event, BridgeUniqueid="b1", Application="Wait"))

    assert only_channel(state).channel == "PJSIP/100-17.1"
    assert only_channel(state).application == ("Wait" if event == "Newexten" else None)
    assert only_channel(state).on_hold is None


def test_a_bridge_changes_the_linked_id_by_the_variable_that_follows(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))

    state.apply(channel_event("VarSet", Linkedid="16.5", Exten="old", Variable="BRIDGEPEER", Value="x"))
    assert only_channel(state).linked_id == "16.5"
    assert only_channel(state).exten == "200"

    assert not state.apply(channel_event("VarSet", Linkedid="16.6", Variable="OTHER", Value="BRIDGEPEER"))


def test_a_list_does_not_bring_back_what_hung_up_before_it(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Hangup"))

    assert not state.load_channels([channel_item()])


def test_a_list_that_tells_nothing_new_changes_nothing(state: PbxState, clock: Clock) -> None:
    state.load_channels([])
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Newstate", ChannelStateDesc="Up"))
    clock.now += 7.5

    assert not state.load_channels([channel_item(ChannelStateDesc="Up", Duration="00:00:07")])


def test_a_new_session_remembers_what_lists_do_not_tell(state: PbxState, clock: Clock) -> None:
    state.apply(channel_event("Newchannel"))
    state.apply(channel_event("Hold", ChannelStateDesc="Up"))
    before = only_channel(state)
    clock.now += 60

    later = PbxState(clock=clock, earlier=state)
    later.load_channels([channel_item(ChannelStateDesc="Up", Duration="00:00:59")])

    assert only_channel(later) == before
    assert before.answered_at == clock.now - 60


def test_a_late_event_from_before_the_list_is_mended_by_those_that_follow(state: PbxState) -> None:
    state.load_channels([channel_item(ChannelStateDesc="Up", Exten="200", Priority=3)])

    state.apply(channel_event("Newchannel", ChannelStateDesc="Down", Exten="200", Priority=1))
    state.apply(channel_event("Newstate", ChannelStateDesc="Up", Exten="200", Priority=3))

    assert (only_channel(state).state, only_channel(state).priority) == ("Up", 3)


def test_hanging_up_leaves_the_bridge_even_without_a_word_of_it(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))

    changes = state.apply(channel_event("Hangup"))

    assert [(change.topic, change.op) for change in changes] == [("bridges", "put"), ("channels", "del")]
    assert state.bridges.by_id["b1"].channels == ()
