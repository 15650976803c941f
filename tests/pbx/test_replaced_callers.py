"""A waiting caller whose channel is replaced by another one stays one caller, with one stay.

The events are those of Asterisk 22.10 and 16.28: 17.1 is a customer who talks to an agent on 17.2; 17.3 is
the agent's second leg, which waits in the queue.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from amictl.pbx.changes import QUEUES
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.value import Queue
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    caller_item,
    channel_event,
    channel_item,
    listed,
    member_item,
    queue_item,
)
from tests.pbx.ended_calls import steps_of

AGENT, CUSTOMER, SECOND_LEG = "17.2", "17.1", "17.3"


class Pbx:
    """A picture over its sessions, with a customer and an agent who talk, and the agent's second leg."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.days = QueueDays(Calendar(ZoneInfo("UTC")))
        self.state: PbxState | None = None
        self.log_in()
        for unique_id in (CUSTOMER, AGENT):
            self.tell("Newchannel", unique_id)
            self.enter(unique_id)
        self.tell("Newchannel", SECOND_LEG)
        self.wait(SECOND_LEG)
        self.clock.now += 30

    def log_in(self, channels: tuple[Message, ...] = (), queues: tuple[Message, ...] = ()) -> None:
        self.days.begin_session()
        self.state = PbxState(clock=self.clock, earlier=self.state, queue_days=self.days)
        items = (channels, (), (queue_item(), member_item(), *queues))
        for step, found in zip(SNAPSHOT_STEPS, items, strict=False):
            step.load(self.state, listed(*found))
        self.state.settle()

    def list_queues(self, *callers: Message, **counters: object) -> None:
        assert self.state is not None
        SNAPSHOT_STEPS[2].load(self.state, listed(queue_item(**counters), member_item(), *callers))

    def apply(self, message: Message) -> None:
        assert self.state is not None
        self.state.apply(message)

    def tell(self, event: str, unique_id: str, **headers: object) -> None:
        linked = CUSTOMER if unique_id == AGENT else unique_id
        told = {"Linkedid": linked, "ChannelStateDesc": "Up", "CallerIDNum": f"number {unique_id}"} | headers
        self.apply(channel_event(event, unique_id, Queue="support", Interface="PJSIP/100", **told))

    def enter(self, unique_id: str, bridge: str = "b1") -> None:
        told = {"Linkedid": CUSTOMER, "CallerIDNum": f"number {unique_id}"}
        self.apply(bridge_event("BridgeEnter", bridge, unique_id, **told))

    def wait(self, unique_id: str, position: int = 1) -> None:
        self.run_queue(unique_id)
        self.tell("QueueCallerJoin", unique_id, Position=position)

    def run_queue(self, unique_id: str) -> None:
        self.tell("Newexten", unique_id, Application="Queue", AppData="support,,,,600")

    def transfer(self, event: Message | None = None) -> None:
        """The agent hands the customer over, as both versions tell it."""
        if event is None:
            event = attended_transfer(SecondTransferer=SECOND_LEG, OrigTransferer=AGENT, Transferee=CUSTOMER)
        self.apply(event)
        self.apply(bridge_event("BridgeLeave", "b1", CUSTOMER, Linkedid=CUSTOMER))
        self.run_queue(CUSTOMER)
        self.tell("Newexten", SECOND_LEG, Application="AppDial", AppData="(Outgoing Line)")
        self.tell("Hangup", SECOND_LEG)

    def answer(self, unique_id: str, waited: int) -> None:
        self.tell("QueueCallerLeave", unique_id)
        self.tell("AgentConnect", unique_id, HoldTime=waited)

    @property
    def queue(self) -> Queue:
        assert self.state is not None
        return self.state.queues.by_name["support"]

    def waiting(self) -> list[str]:
        return [caller.unique_id for caller in self.queue.callers]

    def counts(self) -> dict[str, int]:
        assert self.queue.today is not None
        names = ("offered", "answered", "abandoned", "left", "waiting", "abandoned_in_level")
        return {name: count for name in names if (count := getattr(self.queue.today, name))}

    def call(self, linked_id: str) -> Call:
        assert self.state is not None
        return self.state.calls.by_id[linked_id]


def attended_transfer(**channels: str) -> Message:
    """An ``AttendedTransfer`` to a leg that runs an application."""
    told = {"Result": "Success", "DestType": "App", "DestApp": "Queue"}
    for prefix, unique_id in channels.items():
        named = {"Channel": f"PJSIP/100-{unique_id}", "Uniqueid": unique_id, "Exten": "302"}
        told |= {f"{prefix}{name}": value for name, value in named.items()}
    return ami_event("AttendedTransfer", **told)


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def test_whom_an_attended_transfer_puts_in_place_of_a_waiting_leg_waits_on_with_its_stay(pbx: Pbx) -> None:
    (before,) = pbx.queue.callers

    pbx.transfer()

    (caller,) = pbx.queue.callers
    assert (caller.unique_id, caller.channel) == (CUSTOMER, f"PJSIP/100-{CUSTOMER}")
    assert (caller.caller_id_num, caller.joined_at) == (f"number {CUSTOMER}", before.joined_at)
    assert pbx.counts() == {"offered": 1, "waiting": 1}
    pbx.answer(CUSTOMER, waited=31)
    assert pbx.waiting() == []
    assert pbx.counts() == {"offered": 1, "answered": 1}
    assert pbx.queue.abandoned == 0


def test_the_first_leg_may_be_the_one_that_waits(pbx: Pbx) -> None:
    pbx.transfer(
        attended_transfer(OrigTransferer=SECOND_LEG, SecondTransferer=AGENT, TransferTarget=CUSTOMER)
    )

    assert pbx.waiting() == [CUSTOMER]
    assert pbx.counts() == {"offered": 1, "waiting": 1}


def test_a_leg_that_another_phone_takes_over_is_replaced_without_an_event_of_its_own(pbx: Pbx) -> None:
    pbx.tell("Newchannel", "17.4")
    pbx.run_queue("17.4")
    pbx.tell("Hangup", SECOND_LEG)

    assert pbx.waiting() == ["17.4"]
    assert pbx.counts() == {"offered": 1, "waiting": 1}
    assert pbx.queue.abandoned == 0


def test_a_replaced_caller_keeps_the_place_among_others(pbx: Pbx) -> None:
    pbx.tell("Newchannel", "17.5")
    pbx.wait("17.5", position=2)

    pbx.transfer()

    assert pbx.waiting() == [CUSTOMER, "17.5"]


def test_of_a_replaced_leg_its_calls_journey_and_clock_go_on_in_the_call_of_the_other_channel(
    pbx: Pbx,
) -> None:
    began = pbx.queue.callers[0].joined_at

    pbx.transfer()

    call = pbx.call(CUSTOMER)
    assert steps_of(call) == ("started", "started", "queue_entered", "transferred")
    assert call.journey[-1].to == "302"
    assert (call.state.value, call.queue) == ("queued", "support")
    assert (call.waiting.since, call.waiting.count) == (began, 1)


def test_an_answered_caller_who_is_handed_back_to_the_queue_has_two_stays(pbx: Pbx) -> None:
    pbx.apply(bridge_event("BridgeLeave", "b1", CUSTOMER, Linkedid=CUSTOMER))
    pbx.wait(CUSTOMER, position=2)
    pbx.answer(CUSTOMER, waited=0)
    pbx.enter(CUSTOMER)

    pbx.transfer()
    # Asterisk 16 tells the end of the first talk by the ID that the channel has now, 22 by the one it had.
    pbx.tell("AgentComplete", SECOND_LEG, HoldTime=0, TalkTime=0, Reason="transfer")

    assert pbx.waiting() == [CUSTOMER]
    assert pbx.counts() == {"offered": 2, "answered": 1, "waiting": 1}
    pbx.answer(CUSTOMER, waited=31)
    assert pbx.counts() == {"offered": 2, "answered": 2}


def test_a_list_that_tells_of_the_other_channel_first_counts_it_once(pbx: Pbx) -> None:
    pbx.list_queues(caller_item(CUSTOMER, 1, Wait=30))
    assert pbx.counts() == {"offered": 1, "waiting": 1}

    pbx.transfer()

    assert pbx.waiting() == [CUSTOMER]
    assert pbx.counts() == {"offered": 1, "waiting": 1}


def test_a_late_joining_and_its_transfer_after_a_list_of_the_other_channel_count_once(pbx: Pbx) -> None:
    customer = channel_item(CUSTOMER, Linkedid=CUSTOMER, ChannelStateDesc="Up")
    pbx.transfer()
    pbx.answer(CUSTOMER, waited=31)
    pbx.tell("Newchannel", SECOND_LEG)
    pbx.log_in((customer,), (caller_item(CUSTOMER, 1, Wait=0),))
    assert pbx.counts() == {"offered": 2, "answered": 1, "waiting": 1}

    pbx.tell("QueueCallerJoin", SECOND_LEG, Position=1)
    pbx.transfer()

    assert pbx.waiting() == [CUSTOMER]
    assert pbx.counts() == {"offered": 2, "answered": 1, "waiting": 1}


def test_a_transfer_that_nobody_heard_is_known_by_when_the_stay_began(pbx: Pbx) -> None:
    pbx.clock.now += 30.6

    pbx.log_in((channel_item(CUSTOMER),), (caller_item(CUSTOMER, 1, Wait=60),))

    assert pbx.counts() == {"offered": 1, "waiting": 1}
    assert pbx.queue.callers[0].joined_at == pbx.clock.now - 60.6


def test_a_stay_whose_channel_ended_without_a_word_goes_on_when_a_list_tells_so(pbx: Pbx) -> None:
    pbx.tell("Hangup", SECOND_LEG)  # and nothing told which channel goes on
    assert pbx.counts() == {"offered": 1, "abandoned": 1}

    pbx.list_queues(caller_item(CUSTOMER, 1, Wait=30))

    assert pbx.counts() == {"offered": 1, "waiting": 1}
    assert pbx.queue.abandoned == 0


def test_a_hang_up_without_a_word_of_the_queue_is_no_replacement_where_no_channel_can_go_on(pbx: Pbx) -> None:
    pbx.tell("Newchannel", "17.5")
    pbx.wait("17.5", position=2)  # waits for itself
    pbx.tell("Newchannel", "17.6")
    pbx.tell("Newexten", "17.6", Application="Queue", AppData="sales")
    pbx.tell("Hangup", SECOND_LEG)

    assert pbx.waiting() == ["17.5"]
    assert pbx.counts() == {"offered": 2, "abandoned": 1, "waiting": 1}
    pbx.list_queues(caller_item("17.5", 1, Wait=0), caller_item("17.6", 2, Wait=9), Abandoned=1)
    assert pbx.counts() == {"offered": 3, "abandoned": 1, "waiting": 2}


@pytest.mark.parametrize("living", [CUSTOMER, SECOND_LEG])
def test_a_transfer_of_a_leg_that_was_gone_before_the_lists_came_lets_the_queues_be_asked(
    pbx: Pbx, living: str
) -> None:
    pbx.transfer()
    pbx.log_in(channels=(channel_item(living),), queues=(caller_item(living, 1),))
    assert pbx.state is not None
    pbx.state.doubts.take()
    pbx.tell("QueueCallerLeave", CUSTOMER)  # of an earlier stay, late
    pbx.transfer()

    assert (QUEUES, "") in pbx.state.doubts.take()


@pytest.mark.parametrize("result", ["Fail", "Invalid", "Not Permitted"])
def test_a_transfer_that_failed_replaces_nobody(pbx: Pbx, result: str) -> None:
    event = attended_transfer(SecondTransferer=SECOND_LEG, OrigTransferer=AGENT, Transferee=CUSTOMER)
    pbx.apply(Message(event.raw.replace(b"Result: Success", f"Result: {result}".encode())))

    assert pbx.waiting() == [SECOND_LEG]


def test_a_replaced_stay_counts_on_the_day_on_which_it_began(pbx: Pbx) -> None:
    pbx.clock.now += 86_400
    pbx.transfer()
    pbx.answer(CUSTOMER, waited=86_430)

    days = {each.record.day: each.record.counters for each in pbx.days.book.take_changed()}
    assert (days[date(2027, 1, 15)].offered, days[date(2027, 1, 15)].answered) == (1, 1)
