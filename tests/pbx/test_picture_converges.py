"""Whenever a session begins, and however late events come: the picture ends as if it had seen everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from amictl.pbx import changes
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.reads import TopicSnapshot
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import LISTS, SNAPSHOT_STEPS
from amictl.protocol import Message
from tests.pbx.comparing import Doubt, comparable
from tests.pbx.model_parts import ModelBridge, ModelChannel
from tests.pbx.model_pbx import MEMBERS, QUEUES, ModelPbx
from tests.pbx.model_rooms import ROOMS
from tests.soak import relations

TOPICS = ("channels", "bridges", "queues", "queue:support", "parking", "conferences", "calls", "agents")
PICK = st.integers(0, 999)


class SessionsOfOnePbx(RuleBasedStateMachine):
    """Random calls on a model PBX; a session that begins somewhere among them; a reader that follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.pbx = ModelPbx()
        self.witness = PbxState()
        # It saw everything from the start, when there was nothing but queues.
        for step in SNAPSHOT_STEPS:
            step.load(self.witness, self.pbx.reply_to(step.action))
        self.picture = LivePicture("main")
        self.steps: list[SnapshotStep] | None = None
        self.queues_in_doubt = False
        self.sessions = 0
        self.doubt = Doubt()
        self.copies: dict[str, tuple[TopicSnapshot, dict[str, Payload]]] = {}

    def pick_channel(self, number: int, accept: Callable[[Any], bool] = lambda _: True) -> str | None:
        found = [unique_id for unique_id, channel in self.pbx.channels.items() if accept(channel)]
        return found[number % len(found)] if found else None

    def is_parked(self, channel: ModelChannel) -> bool:
        return channel.unique_id in self.pbx.parking.spaces

    def is_party(self, channel: ModelChannel) -> bool:
        return self.pbx.conferences.room_of(channel.unique_id) is not None

    def pick_free_channel(self, number: int) -> str:
        """A channel that is neither parked nor in a conference; a new one where there is none."""
        free = self.pick_channel(number, lambda each: not self.is_parked(each) and not self.is_party(each))
        return free or self.pbx.create_channel(local=number % 2 == 0)

    def talks(self) -> list[str]:
        return sorted(key for key, kind in self.pbx.bridges.items() if kind == ModelBridge())

    @rule(local=st.booleans())
    def call(self, local: bool) -> None:
        self.pbx.create_channel(local=local)

    @rule(number=PICK, local=st.booleans())
    def dial(self, number: int, local: bool) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.create_channel(local=local, dialed_by=unique_id)

    @precondition(lambda self: self.pbx.bridges)
    @rule(number=PICK)
    def hold(self, number: int) -> None:
        if unique_id := self.pick_channel(number, lambda channel: channel.bridge):
            self.pbx.hold(unique_id)

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
        unique_id = self.pick_free_channel(number)
        talks = self.talks() or [self.pbx.create_bridge()]
        bridge = talks[which % len(talks)]
        if self.pbx.channels[unique_id].bridge != bridge:
            self.pbx.enter_bridge(unique_id, bridge)

    @rule(which=PICK)
    def dissolve(self, which: int) -> None:
        if talks := self.talks():
            self.pbx.destroy_bridge(talks[which % len(talks)])

    @rule(number=PICK)
    def park(self, number: int) -> None:
        self.pbx.parking.park(self.pick_free_channel(number))

    @precondition(lambda self: self.pbx.parking.spaces)
    @rule(number=PICK, event=st.sampled_from(["UnParkedCall", "ParkedCallTimeOut"]))
    def unpark(self, number: int, event: str) -> None:
        if unique_id := self.pick_channel(number, self.is_parked):
            self.pbx.parking.leave(unique_id, event)

    @rule(number=PICK, room=st.sampled_from(ROOMS))
    def confer(self, number: int, room: str) -> None:
        self.pbx.conferences.join(self.pick_free_channel(number), room)

    @precondition(lambda self: self.pbx.conferences.rooms)
    @rule(number=PICK, does=st.sampled_from(["leave", "mute", "talk"]))
    def do_in_conference(self, number: int, does: str) -> None:
        if unique_id := self.pick_channel(number, self.is_party):
            conferences = self.pbx.conferences
            {"leave": conferences.leave, "mute": conferences.mute, "talk": conferences.talk}[does](unique_id)

    @rule(number=PICK)
    def hang_up(self, number: int) -> None:
        if unique_id := self.pick_channel(number):
            self.pbx.hang_up(unique_id)

    @rule(number=PICK, queue=st.sampled_from(QUEUES), position=st.integers(1, 4))
    def join(self, number: int, queue: str, position: int) -> None:
        free = self.pick_channel(number, lambda channel: not channel.queue and not channel.bridge)
        self.pbx.join_queue(free or self.pbx.create_channel(), queue, position)

    @precondition(lambda self: any(queue.waiting for queue in self.pbx.queues.values()))
    @rule(number=PICK, gives_up=st.booleans())
    def leave(self, number: int, gives_up: bool) -> None:
        if unique_id := self.pick_channel(number, lambda channel: channel.queue):
            if gives_up:
                self.pbx.abandon(unique_id)
            else:
                self.pbx.leave_queue(unique_id)

    @precondition(lambda self: any(queue.waiting for queue in self.pbx.queues.values()))
    @rule(number=PICK, which=PICK)
    def hand_over(self, number: int, which: int) -> None:
        waits = self.pick_channel(number, lambda channel: channel.queue)
        successor = self.pick_free_channel(which)
        if waits and not self.pbx.channels[successor].queue:
            self.pbx.replace_caller(waits, successor)

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

    @precondition(lambda self: self.pbx.on_the_way)
    @rule(count=st.integers(1, 20))
    def deliver(self, count: int) -> None:
        self.hear(self.pbx.deliver(count))

    @precondition(lambda self: self.pbx.on_the_side)
    @rule(count=st.integers(1, 10))
    def deliver_aside(self, count: int) -> None:
        self.hear(self.pbx.deliver_aside(count))

    def hear(self, messages: list[Message]) -> None:
        for message in messages:
            if self.steps is not None:
                self.queues_in_doubt |= (changes.QUEUES, "") in self.picture.apply_event(message)

    @precondition(lambda self: self.sessions < 3)
    @rule()
    def log_in(self) -> None:
        self.pbx.log_in()
        self.sessions += 1
        self.picture.begin_session(f"session-{self.sessions}")
        self.steps = list(SNAPSHOT_STEPS)

    @precondition(lambda self: self.steps is not None)
    @rule()
    def fall_behind(self) -> None:
        self.pbx.keep_cache()
        self.pbx.parking.settle()

    @precondition(lambda self: self.steps)
    @rule()
    def take_next_list(self) -> None:
        assert self.steps
        self.take_list(self.steps.pop(0))
        if not self.steps:
            self.picture.complete_snapshot()

    def take_list(self, step: SnapshotStep) -> None:
        if step.name == "QueueStatus":
            self.queues_in_doubt = False
            self.doubt = Doubt(self.pbx.queues_counted_twice(), self.pbx.queues_in_doubtful_order())
        reply = self.pbx.reply_to(step.action)
        self.picture.load_step(step, reply)
        if self.steps is not None:
            self.steps[:0] = step.follow_ups(reply)

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

    @invariant()
    def topics_fit_together(self) -> None:
        if self.picture.loaded:
            snapshots = {topic: self.picture.read(topic).snapshot for topic in relations.TOPICS}
            untold = {event.message.get("Uniqueid", "") for event in self.pbx.on_the_way}
            assert relations.contradictions(snapshots, untold) == []

    def teardown(self) -> None:
        if self.steps is None:
            self.log_in()
        while self.steps:
            self.take_next_list()
        self.deliver(len(self.pbx.on_the_way))
        self.deliver_aside(len(self.pbx.on_the_side))
        if self.queues_in_doubt:
            self.take_list(LISTS["QueueStatus"])
        for message in self.pbx.published:
            self.witness.apply(message)
        self.compare_with_witness()
        self.compare_with_truth()

    def compare_with_witness(self) -> None:
        members = (member for queue in self.witness.queues.by_name.values() for member in queue.members)
        self.doubt.handed_over = {member.interface for member in members if member.handed_over}
        seen = comparable(self.picture._state.values, self.doubt)
        assert seen == comparable(self.witness.values, self.doubt)

    def compare_with_truth(self) -> None:
        pbx = self.pbx
        assert set(pbx.channels) == {channel.unique_id for channel in self.picture.channels()}
        assert set(pbx.bridges) == {bridge.bridge_id for bridge in self.picture.bridges()}
        assert set(pbx.parking.spaces) == {parked.unique_id for parked in self.picture.parked_calls()}
        rooms = {room.conference: room for room in self.picture.conferences()}
        assert rooms.keys() == pbx.conferences.rooms.keys()
        for name, room in pbx.conferences.rooms.items():
            assert {party.unique_id: party.muted for party in rooms[name].parties} == room.muted
        for queue in self.picture.queues():
            truth = pbx.queues[queue.queue]
            if queue.queue not in self.doubt.unordered:
                assert [caller.unique_id for caller in queue.callers] == truth.waiting
            if queue.queue not in self.doubt.uncounted:
                counted = (queue.completed, queue.abandoned, queue.hold_time, queue.talk_time)
                assert counted == (truth.completed, truth.abandoned, truth.hold_time, truth.talk_time)


SessionsOfOnePbx.TestCase.settings = settings(
    max_examples=250,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSessionsOfOnePbx = SessionsOfOnePbx.TestCase
