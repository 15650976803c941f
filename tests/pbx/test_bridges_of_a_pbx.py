from __future__ import annotations

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.tombstones import Tombstones
from amictl.pbx.topics.bridges.value import Bridge
from tests.pbx.ami_events import bridge_event, channel_event, channel_item, listed


@pytest.fixture
def state() -> PbxState:
    state = PbxState()
    for unique_id in ("17.1", "17.2"):
        state.apply(channel_event("Newchannel", unique_id))
    return state


def test_a_bridge_fills_and_empties_and_the_channels_know_it(state: PbxState) -> None:
    state.apply(bridge_event("BridgeCreate", BridgeName="800", BridgeCreator="ConfBridge"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.2", BridgeName="800", BridgeCreator="ConfBridge"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.1", BridgeName="800", BridgeCreator="ConfBridge"))

    assert state.bridges.by_id["b1"] == Bridge(
        bridge_id="b1",
        type="basic",
        technology="simple_bridge",
        name="800",
        creator="ConfBridge",
        channels=("17.1", "17.2"),
    )
    assert state.channels.by_id["17.1"].bridge_id == "b1"

    state.apply(bridge_event("BridgeLeave", "b1", "17.1"))
    assert state.bridges.by_id["b1"].channels == ("17.2",)
    assert state.channels.by_id["17.1"].bridge_id is None

    (change,) = state.apply(bridge_event("BridgeDestroy"))
    assert (change.topic, change.op, change.key) == ("bridges", "del", "b1")


def test_entering_twice_is_one_change_and_leaving_twice_too(state: PbxState) -> None:
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))

    assert not state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    state.apply(bridge_event("BridgeLeave", "b1", "17.1"))
    assert not state.apply(bridge_event("BridgeLeave", "b1", "17.1"))


def test_a_channel_that_enters_another_bridge_left_the_first(state: PbxState) -> None:
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    state.apply(bridge_event("BridgeEnter", "b2", "17.1"))
    state.apply(bridge_event("BridgeLeave", "b1", "17.1"))

    assert state.bridges.by_id["b1"].channels == ()
    assert state.bridges.by_id["b2"].channels == ("17.1",)
    assert state.channels.by_id["17.1"].bridge_id == "b2"


def test_a_bridge_does_not_take_in_a_channel_that_is_gone(state: PbxState) -> None:
    state.apply(bridge_event("BridgeCreate"))
    state.apply(channel_event("Hangup", "17.2"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.2"))

    assert state.bridges.by_id["b1"].channels == ()


def test_a_late_event_does_not_bring_a_bridge_back(state: PbxState) -> None:
    state.apply(bridge_event("BridgeCreate"))
    state.apply(bridge_event("BridgeDestroy"))

    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))

    assert "b1" not in state.bridges.by_id


def test_a_change_of_technology_shows(state: PbxState) -> None:
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.2", BridgeTechnology="native_rtp"))

    assert state.bridges.by_id["b1"].technology == "native_rtp"


def test_the_lists_together_tell_who_is_in_a_bridge() -> None:
    state = PbxState()
    channels, bridges = SNAPSHOT_STEPS[:2]
    channels.load(state, listed(channel_item("17.1", BridgeId="b1"), channel_item("17.2", BridgeId="b1")))
    bridges.load(state, listed(bridge_event("BridgeListItem", "b1"), bridge_event("BridgeListItem", "b2")))

    assert {bridge.bridge_id: bridge.channels for bridge in state.bridges.by_id.values()} == {
        "b1": ("17.1", "17.2"),
        "b2": (),
    }


def test_the_first_list_adds_to_what_events_told_and_a_later_one_corrects(state: PbxState) -> None:
    bridges = SNAPSHOT_STEPS[1]
    state.apply(bridge_event("BridgeCreate", "b1", BridgeTechnology="softmix"))
    state.apply(bridge_event("BridgeCreate", "b3"))
    items = listed(bridge_event("BridgeListItem", "b1"), bridge_event("BridgeListItem", "b2"))

    bridges.load(state, items)
    assert {bridge.bridge_id: bridge.technology for bridge in state.bridges.by_id.values()} == {
        "b1": "softmix",
        "b2": "simple_bridge",
        "b3": "simple_bridge",
    }

    changes = bridges.load(state, items)
    assert {(change.op, change.key) for change in changes} == {("put", "b1"), ("del", "b3")}
    assert state.bridges.by_id["b1"].technology == "simple_bridge"


def test_a_bridge_that_a_list_is_too_old_to_tell_keeps_its_channels(state: PbxState) -> None:
    bridges = SNAPSHOT_STEPS[1]
    bridges.load(state, listed())
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))

    assert not bridges.load(state, listed())
    assert state.bridges.by_id["b1"].channels == ("17.1",)


def test_a_list_does_not_bring_back_a_bridge_that_was_destroyed(state: PbxState) -> None:
    state.apply(bridge_event("BridgeCreate", "b1"))
    state.apply(bridge_event("BridgeDestroy", "b1"))

    assert not SNAPSHOT_STEPS[1].load(state, listed(bridge_event("BridgeListItem", "b1")))


def test_what_is_gone_is_remembered_within_a_bound() -> None:
    departed = Tombstones(size=2)
    for key in ("a", "b", "b", "c"):
        departed.add(key)

    assert "a" not in departed
    assert "b" in departed
    assert "c" in departed
