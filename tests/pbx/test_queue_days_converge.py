"""Whatever breaks and whenever: each call of a queue is counted once, and the day's sums are right.

A queue on paper keeps the truth and tells it as Asterisk does: events while a session lasts, some of them
only after the list that knows of them already; lists at a session's begin; its own counters, which a reset
sets to zero. amictl is cut off, restarted, and killed with what it had stored some time ago.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.queues.days.book import StoredQueueDay
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    caller_item,
    channel_event,
    channel_item,
    listed,
    member_item,
    queue_item,
)

MEMBERS = ("PJSIP/1", "PJSIP/2", "PJSIP/3")
PICK = st.integers(0, 99)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "answer", "end", "give_up", "press_key", "hand_over", "take_over"]), PICK
    ),
    max_size=6,
)
# Nobody talks or is replaced in the milliseconds between a list and what is told after it.
_TAKES_TIME = ("end", "hand_over", "take_over")
LEVEL = 20


class PaperQueue:
    """The truth of one queue, and how Asterisk would tell it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.waiting: dict[str, float] = {}
        self.talking: dict[str, str] = {}
        self.counted_by_asterisk: set[str] = set()
        self.calls_taken = dict.fromkeys(MEMBERS, 0)
        self.totals = {"offered": 0, "answered": 0, "abandoned": 0}
        self.completed = self.abandoned = 0
        self.told: list[Message] = []
        self._number = 0

    def step(self, name: str, pick: int) -> None:
        if name == "join":
            self.join()
        elif name == "end" and self.talking:
            self.end(sorted(self.talking)[pick % len(self.talking)])
        elif name != "end" and self.waiting:
            caller = sorted(self.waiting)[pick % len(self.waiting)]
            free = [member for member in MEMBERS if member not in self.talking]
            if name == "give_up":
                self.give_up(caller)
            elif name == "press_key":
                self.press_key(caller)
            elif name in {"hand_over", "take_over"}:
                self.replace(caller, told=name == "hand_over")
            elif free:
                self.answer(caller, free[0])

    def join(self) -> None:
        self._number += 1
        caller = f"17.{self._number}"
        self.waiting[caller] = self.clock.now
        self.totals["offered"] += 1
        self._tell("QueueCallerJoin", caller, Position=len(self.waiting))

    def answer(self, caller: str, member: str) -> None:
        waited = self._leave(caller)
        self.talking[member] = caller
        self.counted_by_asterisk.add(member)
        self.totals["answered"] += 1
        self._tell("QueueCallerLeave", caller)
        self._tell("AgentConnect", caller, Interface=member, HoldTime=waited)
        self._tell("BridgeEnter", caller, BridgeUniqueid=f"bridge-{caller}")

    def end(self, member: str) -> None:
        caller = self.talking.pop(member)
        if member in self.counted_by_asterisk:
            self.counted_by_asterisk.discard(member)
            self.calls_taken[member] += 1
            self.completed += 1
        self._tell("AgentComplete", caller, Interface=member, HoldTime=0, TalkTime=5, Reason="agent")
        self._tell("Hangup", caller)

    def give_up(self, caller: str) -> None:
        waited = self._leave(caller)
        self.abandoned += 1
        self.totals["abandoned"] += 1
        self._tell("QueueCallerAbandon", caller, HoldTime=waited)
        self._tell("QueueCallerLeave", caller)
        self._tell("Hangup", caller)

    def press_key(self, caller: str) -> None:
        self._leave(caller)
        self._tell("QueueCallerLeave", caller)
        self._tell("Newexten", caller, Application="VoiceMail", AppData="100")

    def replace(self, caller: str, *, told: bool) -> None:
        """Another channel goes on with a stay, by an attended transfer or an INVITE that nothing tells of."""
        self._number += 1
        after = f"17.{self._number}"
        self.waiting = {after if each == caller else each: at for each, at in self.waiting.items()}
        self._tell("Newchannel", after)
        if told:
            legs = {"SecondTransfererUniqueid": caller, "TransfereeUniqueid": after}
            self._tell("AttendedTransfer", after, Result="Success", DestType="App", **legs)
        self._tell("Newexten", after, Application="Queue", AppData="support,t")
        self._tell("Hangup", caller)

    def reset(self) -> None:
        self.completed = self.abandoned = 0
        self.counted_by_asterisk.clear()
        self.calls_taken = dict.fromkeys(MEMBERS, 0)

    def list_queues(self) -> list[Message]:
        items = [queue_item(Completed=self.completed, Abandoned=self.abandoned, ServiceLevel=LEVEL)]
        items += [
            member_item(each, InCall=int(each in self.counted_by_asterisk), CallsTaken=self.calls_taken[each])
            for each in MEMBERS
        ]
        for position, (caller, joined_at) in enumerate(self.waiting.items(), start=1):
            items.append(caller_item(caller, position, Wait=int(self.clock.now - joined_at)))
        return items

    def list_channels(self) -> list[Message]:
        return [channel_item(caller) for caller in (*self.waiting, *self.talking.values())]

    def _leave(self, caller: str) -> int:
        return int(self.clock.now - self.waiting.pop(caller))

    def _tell(self, event: str, caller: str, **headers: object) -> None:
        self.told.append(channel_event(event, caller, Queue="support", **headers))


class DaysOfOneQueue(RuleBasedStateMachine):
    """Calls, and everything that can go wrong between them and what is counted."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.queue = PaperQueue(self.clock)
        self.table: dict[date, StoredQueueDay] = {}
        self.linked = False
        self.sessions = 0
        self.certain = True
        self.reset_since_listed = self.reset_since_stored = False
        self.start()
        self.connect([], 0)
        self.save()

    def start(self) -> None:
        days = QueueDays(Calendar(ZoneInfo("UTC")), list(self.table.values()))
        self.picture = LivePicture("main", clock=self.clock, pbx_clock=PbxClock(self.clock), queue_days=days)

    def save(self) -> None:
        for day in self.picture.use_queue_days(lambda days: days.book.take_changed(sign_of_life=True)):
            self.table[day.record.day] = day
        self.reset_since_stored = False

    def look_at_unsaved(self) -> tuple[StoredQueueDay, ...]:
        unsaved = self.picture.use_queue_days(lambda days: days.book.take_changed())
        self.picture.use_queue_days(lambda days: days.book.give_back(unsaved))
        return unsaved

    def deliver(self, count: int | None = None) -> None:
        told = self.queue.told
        arrived, self.queue.told = (told, []) if count is None else (told[:count], told[count:])
        if self.linked:
            for message in arrived:
                self.picture.apply_event(message)

    @rule(steps=STEPS)
    def go_on(self, steps: list[tuple[str, int]]) -> None:
        for name, pick in steps:
            self.queue.step(name, pick)
            self.deliver()
            self.clock.now += 1

    @rule(seconds=st.sampled_from([7.0, 600.0, 8 * 3600.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.now += seconds
        if self.linked:
            self.picture.set_link(LinkStatus("main", LinkState.CONNECTED, 0.0, last_received=self.clock.now))

    @rule()
    def reset_counters(self) -> None:
        self.queue.reset()
        self.reset_since_listed = self.reset_since_stored = True
        if not self.linked:
            self.certain = False  # what was counted in vain before the reset is gone

    @rule()
    def store(self) -> None:
        self.save()

    @precondition(lambda self: self.linked)
    @rule()
    def lose_the_link(self) -> None:
        self.part()
        self.picture.set_link(LinkStatus("main", LinkState.RECONNECTING, 0.0))

    @precondition(lambda self: self.linked)
    @rule()
    def list_again(self) -> None:
        self.reset_since_listed = False
        self.picture.load_step(SNAPSHOT_STEPS[2], listed(*self.queue.list_queues()))

    @precondition(lambda self: not self.linked)
    @rule(steps=STEPS, before_list=st.integers(0, 30))
    def connect(self, steps: list[tuple[str, int]], before_list: int) -> None:
        """Some of what happens while the lists are asked is told only after them."""
        self.sessions += 1
        self.linked = True
        self.reset_since_listed = False
        self.picture.begin_session(f"session-{self.sessions}")
        for name, pick in steps:
            if name not in _TAKES_TIME:
                self.queue.step(name, pick)
        self.deliver(before_list)
        lists = (self.queue.list_channels(), [], self.queue.list_queues())
        for step, items in zip(SNAPSHOT_STEPS, lists, strict=False):
            self.picture.load_step(step, listed(*items))
        self.picture.complete_snapshot()
        self.deliver()
        self.clock.now += 10.0

    @rule()
    def restart_amictl(self) -> None:
        self.save()
        self.part()
        self.start()

    @rule()
    def kill_amictl(self) -> None:
        """What was not stored is known by Asterisk's counters alone."""
        if self.reset_since_stored:
            self.certain = False
        self.part()
        self.start()

    def part(self) -> None:
        """Whether a reset that no list told yet came before or after the link's end, nobody can know."""
        if self.linked and self.reset_since_listed:
            self.certain = False
        self.linked = False

    @precondition(lambda self: self.linked)
    @invariant()
    def each_call_is_counted_once(self) -> None:
        counted = dict.fromkeys(("offered", "answered", "abandoned", "left"), 0)
        unsaved = {each.record.day: each for each in self.look_at_unsaved()}
        for day in (self.table | unsaved).values():
            counters: Any = day.record.counters
            model = day.record.to_model()
            assert model.offered == model.answered + model.abandoned + model.left + model.waiting
            assert min(model.waiting, model.left, counters.untimed_answered, counters.untimed_abandoned) >= 0
            for name in counted:
                counted[name] += getattr(counters, name)
        waiting = len(self.queue.waiting)
        assert counted["offered"] == counted["answered"] + counted["abandoned"] + counted["left"] + waiting
        if self.certain:
            assert counted["answered"] == self.queue.totals["answered"]
            assert counted["abandoned"] == self.queue.totals["abandoned"]
            assert counted["offered"] <= self.queue.totals["offered"]
        shown = self.picture.find_queue("support")
        assert shown is not None
        assert shown.today is not None
        assert shown.today.offered >= shown.today.answered + shown.today.abandoned


DaysOfOneQueue.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDaysOfOneQueue = DaysOfOneQueue.TestCase
