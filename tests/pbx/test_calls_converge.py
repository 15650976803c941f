"""Calls of sessions that begin late; and the law that calls are what channels and bridges make of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from amictl.pbx.changes import Change
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.calls.journey import MOST_STEPS
from amictl.pbx.topics.calls.table import CallTable
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    caller_item,
    channel_event,
    channel_item,
    queue_item,
)
from tests.pbx.ended_calls import steps_of
from tests.pbx.scripted_calls import (
    only_call,
    ring,
    talk,
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
    records = {key: copy.copy(record) for key, record in state.calls.records.items()}
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
        queue = self.state.calls._waits.queue_of(unique_id)
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
        fresh = CallTable(self.clock, state.bridges.by_id, state.calls._waits, {}, list)
        fresh.follow(
            None, [Change("channels", "put", key, value) for key, value in state.channels.by_id.items()]
        )
        assert self.standing(fresh) == self.standing(state.calls)

    @staticmethod
    def standing(table: CallTable) -> dict[str, dict[str, Any]]:
        shown = {key: value_payload(call) for key, call in table.by_id.items()}
        return {key: {field: call[field] for field in STANDING} for key, call in shown.items()}


AnyCalls.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyCalls = AnyCalls.TestCase
