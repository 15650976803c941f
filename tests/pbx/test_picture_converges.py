"""Whenever a session begins, and however late events come: the picture ends as if it had seen everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from amictl.pbx import SNAPSHOT_STEPS, LivePicture, PbxState
from amictl.pbx.topic_reads import TopicSnapshot
from amictl.pbx.topics import Payload
from tests.pbx.model_pbx import MEMBERS, QUEUES, ModelPbx

COUNTERS = ("completed", "abandoned", "hold_time", "talk_time", "service_level_perf")
TOPICS = ("channels", "bridges", "queues", "queue:support")
# What a list cannot tell, or tells only to the second.
UNTOLD_BY_LISTS = (
    *("created_at", "state_since", "answered_at", "bridged_at", "on_hold", "held_since", "waiting_since"),
    *("joined_at", "last_call_at", "ring_in_use"),
)
# What only events tell of a queue's member.
OF_EVENTS = ("status_since", "in_call_with")
PICK = st.integers(0, 999)


def comparable(state: PbxState | LivePicture, uncounted: set[str], unordered: set[str]) -> dict[str, Any]:
    """Everything that must not depend on when one began to look.

    Args:
        state: A picture.
        uncounted: Queues whose counters may differ.
        unordered: Queues whose callers may come in another order.
    """
    if isinstance(state, LivePicture):
        channels, bridges, queues = state.channels(), state.bridges(), state.queues()
    else:
        channels = tuple(state.channels.by_id.values())
        bridges = tuple(state.bridges.by_id.values())
        queues = tuple(state.queues.by_name.values())
    told: dict[str, Any] = {channel.unique_id: _strip(asdict(channel)) for channel in channels}
    told |= {bridge.bridge_id: asdict(bridge) for bridge in bridges}
    for queue in queues:
        fields = asdict(queue)
        del fields["today"]  # it tells how much was missed, too
        fields["members"] = {member["interface"]: _strip(member) for member in fields["members"]}
        # A caller's priority comes with lists only.
        fields["callers"] = [_strip(caller) | {"priority": None} for caller in fields["callers"]]
        if queue.queue in uncounted:
            fields |= dict.fromkeys(COUNTERS)
        if queue.queue in unordered:
            callers = [caller | {"position": None} for caller in fields["callers"]]
            fields["callers"] = sorted(callers, key=lambda caller: caller["unique_id"])
        told[queue.queue] = fields
    return told


def _strip(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in (*UNTOLD_BY_LISTS, *OF_EVENTS)}


class SessionsOfOnePbx(RuleBasedStateMachine):
    """Random calls on a model PBX; a session that begins somewhere among them; a reader that follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.pbx = ModelPbx()
        self.witness = PbxState()
        SNAPSHOT_STEPS[2].load(self.witness, self.pbx.list_queues())
        self.seen_by_witness = 0
        self.picture = LivePicture("main")
        self.steps_done: int | None = None
        self.sessions = 0
        self.uncounted: set[str] = set()
        self.unordered: set[str] = set()
        self.copies: dict[str, tuple[TopicSnapshot, dict[str, Payload]]] = {}

    def pick_channel(self, number: int, accept: Callable[[Any], bool] = lambda _: True) -> str | None:
        found = [unique_id for unique_id, channel in self.pbx.channels.items() if accept(channel)]
        return found[number % len(found)] if found else None

    @rule()
    def call(self) -> None:
        self.pbx.create_channel()

    @rule(number=PICK, state=st.sampled_from(["Ring", "Ringing", "Up"]))
    def change_state(self, number: int, state: str) -> None:
        if unique_id := self.pick_channel(number, lambda channel: channel.state != state):
            self.pbx.set_state(unique_id, state)

    @rule(number=PICK, digits=st.sampled_from(["100", "200"]))
    def change_number(self, number: int, digits: str) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.set_number(unique_id, digits)

    @rule(number=PICK, application=st.sampled_from(["Dial", "Queue", "Wait"]))
    def run(self, number: int, application: str) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.run_application(unique_id, application)

    @rule(number=PICK)
    def masquerade(self, number: int) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.rename(unique_id)

    @rule()
    def make_bridge(self) -> None:
        self.pbx.create_bridge()

    @rule(number=PICK, which=PICK)
    def enter(self, number: int, which: int) -> None:
        unique_id = self.pick_channel(number)
        if unique_id and self.pbx.bridges:
            bridge = sorted(self.pbx.bridges)[which % len(self.pbx.bridges)]
            if self.pbx.channels[unique_id].bridge != bridge:
                self.pbx.enter_bridge(unique_id, bridge)

    @rule(which=PICK)
    def dissolve(self, which: int) -> None:
        if self.pbx.bridges:
            self.pbx.destroy_bridge(sorted(self.pbx.bridges)[which % len(self.pbx.bridges)])

    @rule(number=PICK)
    def hang_up(self, number: int) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.hang_up(unique_id)

    @rule(number=PICK, queue=st.sampled_from(QUEUES), position=st.integers(1, 4))
    def join(self, number: int, queue: str, position: int) -> None:
        free = self.pick_channel(number, lambda channel: not channel.queue and not channel.bridge)
        if free:
            self.pbx.join_queue(free, queue, position)

    @rule(number=PICK, gives_up=st.booleans())
    def leave(self, number: int, gives_up: bool) -> None:
        if unique_id := self.pick_channel(number, lambda channel: channel.queue):
            if gives_up:
                self.pbx.abandon(unique_id)
            else:
                self.pbx.leave_queue(unique_id)

    @rule(queue=st.sampled_from(QUEUES), interface=st.sampled_from(MEMBERS))
    def come_or_go(self, queue: str, interface: str) -> None:
        member = self.pbx.queues[queue].members.get(interface)
        if member is None:
            self.pbx.add_member(queue, interface)
        elif not member.in_call:
            self.pbx.remove_member(queue, interface)

    @rule(
        queue=st.sampled_from(QUEUES),
        interface=st.sampled_from(MEMBERS),
        paused=st.booleans(),
        status=st.integers(0, 8),
    )
    def change_member(self, queue: str, interface: str, paused: bool, status: int) -> None:
        if interface in self.pbx.queues[queue].members:
            self.pbx.change_member(queue, interface, paused=paused, status=status)

    @rule(queue=st.sampled_from(QUEUES), interface=st.sampled_from(MEMBERS), seconds=st.integers(0, 20))
    def answer_or_end(self, queue: str, interface: str, seconds: int) -> None:
        truth = self.pbx.queues[queue]
        member = truth.members.get(interface)
        if member is None:
            return
        if member.in_call:
            self.pbx.complete(queue, interface, seconds)
        elif truth.waiting:
            self.pbx.answer(queue, interface, seconds)

    @rule(count=st.integers(1, 20))
    def deliver(self, count: int) -> None:
        for message in self.pbx.deliver(count):
            if self.steps_done is not None:
                self.picture.apply_event(message)

    @precondition(lambda self: self.sessions < 3)
    @rule()
    def log_in(self) -> None:
        self.pbx.log_in()
        self.sessions += 1
        self.picture.begin_session(f"session-{self.sessions}")
        self.steps_done = 0

    @precondition(lambda self: self.steps_done is not None)
    @rule()
    def fall_behind(self) -> None:
        self.pbx.keep_cache()

    @precondition(lambda self: self.steps_done is not None and self.steps_done < 3)
    @rule()
    def take_next_list(self) -> None:
        assert self.steps_done is not None
        lists = (self.pbx.list_channels, self.pbx.list_bridges, self.pbx.list_queues)
        if self.steps_done == 2:
            self.uncounted = self.pbx.queues_counted_twice()
            self.unordered = self.pbx.queues_in_doubtful_order()
        self.picture.load_step(SNAPSHOT_STEPS[self.steps_done], lists[self.steps_done]())
        self.steps_done += 1
        if self.steps_done == 3:
            self.picture.complete_snapshot()

    @rule(topic=st.sampled_from(TOPICS))
    def read_again(self, topic: str) -> None:
        read = self.picture.read(topic)
        self.copies[topic] = read, read.snapshot

    @invariant()
    def readers_who_apply_changes_have_what_a_snapshot_has(self) -> None:
        for topic, (read, copy) in self.copies.items():
            replay = self.picture.since(topic, read.epoch, read.seq)
            fresh = self.picture.read(topic)
            if replay is None:
                assert read.epoch != fresh.epoch
                continue
            assert replay.prev_seq <= read.seq
            for change in replay.changes:
                if change["op"] == "put":
                    copy[change["key"]] = change["value"]
                else:
                    copy.pop(change["key"], None)
            assert copy == fresh.snapshot
            assert replay.seq == fresh.seq

    def teardown(self) -> None:
        if self.steps_done is None:
            self.log_in()
        while self.steps_done != 3:
            self.take_next_list()
        self.deliver(len(self.pbx.on_the_way))
        for message in self.pbx.published:
            self.witness.apply(message)
        seen = comparable(self.picture, self.uncounted, self.unordered)
        assert seen == comparable(self.witness, self.uncounted, self.unordered)
        assert set(self.pbx.channels) == {channel.unique_id for channel in self.picture.channels()}
        for queue in self.picture.queues():
            truth = self.pbx.queues[queue.queue]
            if queue.queue not in self.unordered:
                assert [caller.unique_id for caller in queue.callers] == truth.waiting
            if queue.queue not in self.uncounted:
                counted = (queue.completed, queue.abandoned, queue.hold_time, queue.talk_time)
                assert counted == (truth.completed, truth.abandoned, truth.hold_time, truth.talk_time)


SessionsOfOnePbx.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSessionsOfOnePbx = SessionsOfOnePbx.TestCase
