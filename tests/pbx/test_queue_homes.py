"""Which queue calls, channels, devices and raw events belong to."""

from __future__ import annotations

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.events.homes import EventHomes
from amictl.pbx.topics.events.queue_homes import _ENDED_REMEMBERED, NO_QUEUES, device_of
from tests.pbx.ami_events import (
    ami_event,
    bridge_event,
    channel_event,
    channel_item,
    listed,
    member_item,
    queue_item,
)

SALES, SUPPORT = frozenset({"sales"}), frozenset({"support"})


class Bed:
    """A live picture of a PBX with two queues."""

    def __init__(self) -> None:
        self.picture = LivePicture("main")
        self.begin("epoch-1")
        self.load()

    @property
    def homes(self):  # noqa: ANN201 - as the picture has it
        return self.picture.homes

    def begin(self, epoch: str) -> None:
        self.picture.begin_session(epoch)

    def load(self, *channels: str) -> None:
        lists = {
            "CoreShowChannels": [channel_item(each, ChannelStateDesc="Up") for each in channels],
            "QueueStatus": [
                queue_item("support"),
                member_item("PJSIP/100", Queue="support"),
                queue_item("sales"),
                member_item("Local/107@agents/n", Queue="sales", Name="Bob", StateInterface="PJSIP/107"),
            ],
        }
        for step in SNAPSHOT_STEPS:
            self.picture.load_step(step, listed(*lists.get(step.name, ())))
        self.picture.complete_snapshot()

    def tell(self, event: str, unique_id: str = "17.1", **headers: object) -> EventHomes:
        """Let something happen, and return what the event belongs to."""
        self.picture.apply_event(channel_event(event, unique_id, **headers))
        return self.last()

    def say(self, event: str, **headers: object) -> EventHomes:
        """Let an event come that has no channel's snapshot."""
        self.picture.apply_event(ami_event(event, **headers))
        return self.last()

    def last(self) -> EventHomes:
        (event,) = self.picture.read("events").received[-1:]
        return event.read_homes(self.homes)

    def call(self, unique_id: str, queue: str | None = None) -> None:
        """Let a caller come in, and wait in a queue."""
        self.tell("Newchannel", unique_id)
        if queue:
            self.tell("QueueCallerJoin", unique_id, Queue=queue, Position=1)


@pytest.fixture
def bed() -> Bed:
    return Bed()


def sees(homes: EventHomes, queues: frozenset[str] = SALES) -> bool:
    return bool(homes) and not any(queues.isdisjoint(each) for each in homes)


def test_a_call_belongs_to_the_queue_that_it_entered_last_and_keeps_it_afterwards(bed: Bed) -> None:
    bed.call("17.1")
    assert bed.homes.of_call("17.1") == NO_QUEUES
    for queue in ("support", "sales"):
        bed.tell("QueueCallerJoin", Queue=queue, Position=1)
        bed.tell("QueueCallerLeave", Queue=queue, Position=1)
        assert bed.homes.of_channel("17.1") == {queue}
    assert bed.homes.of_channel("17.2") is None


def test_a_call_that_waited_before_the_session_belongs_to_its_queue_when_it_is_transferred(bed: Bed) -> None:
    bed.begin("epoch-2")
    bed.load("17.1")
    bed.tell("Newexten", Application="Queue", AppData="sales,,,60")
    bed.tell("Newexten", Application="Wait", AppData="5")
    assert bed.homes.of_call("17.1") == SALES
    bed.call("18.1")
    bed.tell("BridgeEnter", "17.1", Linkedid="18.1", BridgeUniqueid="b1")
    assert bed.homes.of_call("18.1") == SALES  # joined with a call that was in no queue


def test_an_event_belongs_to_what_its_channel_belonged_to_when_it_came(bed: Bed) -> None:
    bed.call("17.1")
    bed.call("17.2", "support")
    bed.tell("QueueCallerLeave", "17.2", Queue="support")
    for unique_id in ("17.1", "17.2"):
        bed.tell("Newexten", unique_id, Application="Wait")
        bed.tell("QueueCallerJoin", unique_id, Queue="sales", Position=1)
        bed.tell("Newstate", unique_id)
        bed.tell("QueueCallerLeave", unique_id, Queue="sales")
        bed.tell("QueueCallerJoin", unique_id, Queue="support", Position=1)
        bed.tell("Hangup", unique_id)
    bed = unread(bed)
    shown = [
        (event.message.name, event.message.get("Uniqueid"))
        for event in bed.picture.read("events").received
        if sees(event.read_homes(bed.homes))
    ]
    told = ("QueueCallerJoin", "Newstate", "QueueCallerLeave")
    assert shown == [(name, each) for each in ("17.1", "17.2") for name in told]


def unread(bed: Bed) -> Bed:
    """Forget what was read of the events, as if nobody had listened."""
    for event in bed.picture.read("events").received:
        event._homes = None
    return bed


def test_what_comes_after_the_end_of_a_call_belongs_to_it(bed: Bed) -> None:
    bed.call("17.1", "sales")
    assert bed.tell("Hangup") == (SALES,)
    assert bed.say("Cdr", UniqueID="17.1", Channel="PJSIP/100-17.1", Source="0170") == (SALES,)
    complete = bed.tell("AgentComplete", Queue="sales", DestUniqueid="17.2", DestLinkedid="17.1")
    assert sees(complete)


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Uniqueid": "17.1"}, True),
        ({"Linkedid": "17.1"}, True),
        ({"Channel": "PJSIP/100-17.1"}, True),
        ({"DestUniqueid": "17.1", "DestLinkedid": "17.1"}, True),
        ({"Uniqueid": "17.9", "Linkedid": "17.1"}, True),  # not known yet, and of a call that is
        ({"Uniqueid": "17.9", "Linkedid": "17.9"}, False),
        ({"Uniqueid": "17.1", "DestUniqueid": "18.1"}, False),
        ({"OrigTransfererUniqueid": "17.1", "TransfereeLinkedid": "18.1"}, False),
        ({"Uniqueid": "17.1", "Queue": "support"}, False),
        ({"Uniqueid": "17.9", "Queue": "sales"}, True),  # a queue tells of a channel that is not known
        ({"Uniqueid": "18.1", "Queue": "sales"}, False),
        ({"Queue": "sales"}, True),
        ({"Uniqueid": "17.1", "Value": "PJSIP/7-1,PJSIP/100-18.1"}, False),
        ({"Uniqueid": "17.1", "Value": "PJSIP/7-1,PJSIP/100-17.1"}, True),
        ({"Value": "PJSIP/100-17.1"}, False),  # to be mentioned is not to belong
        ({"BridgeUniqueid": "b1", "BridgeName": "800"}, False),
        ({"Device": "PJSIP/107"}, True),
        ({"Device": "Local/107@agents"}, True),
        ({"Device": "PJSIP/100"}, True),  # by the channel of the call
        ({"Device": "PJSIP/999"}, False),
        ({"Device": "Queue:sales_avail"}, True),
        ({"Device": "Queue:support_avail"}, False),
        ({"EndpointName": "107", "AOR": "107"}, True),
        ({"Hint": "PJSIP/107&Custom:DND107,CustomPresence:107"}, True),
        ({"Hint": "PJSIP/107&PJSIP/999"}, False),
        ({"Hint": "Custom:DND107"}, False),
        ({"Mailbox": "107@default"}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_an_event_is_seen_by_all_that_it_names(bed: Bed, headers: dict[str, str], shown: bool) -> None:
    bed.call("17.1", "sales")
    bed.call("18.1", "support")
    assert sees(bed.say("Odd", **headers)) is shown


def test_a_header_that_comes_twice_counts_twice(bed: Bed) -> None:
    bed.call("17.1", "sales")
    assert not sees(bed.say("UserEvent", Queue="sales\r\nQueue: support", Uniqueid="17.1"))


def test_a_renamed_channel_is_known_by_its_new_name(bed: Bed) -> None:
    bed.call("17.1", "sales")
    bed.say("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/200-0000000b", Uniqueid="17.1")
    assert bed.homes.find_channel("PJSIP/200-0000000b") == "17.1"
    assert bed.homes.find_channel("PJSIP/100-17.1") is None
    assert sees(bed.say("Odd", Channel="PJSIP/200-0000000b"))
    assert bed.homes.of_device("PJSIP/200") >= SALES


def test_a_device_belongs_to_the_queues_that_have_it_as_a_member(bed: Bed) -> None:
    assert bed.homes.of_device("PJSIP/107") == SALES
    bed.say("QueueMemberRemoved", Queue="sales", Interface="Local/107@agents/n", MemberName="Bob")
    assert bed.homes.of_device("PJSIP/107") == NO_QUEUES
    assert not sees(bed.say("DeviceStateChange", Device="PJSIP/107"))
    assert bed.picture.devices_of(SALES) == frozenset()


def test_while_a_session_begins_nobody_can_tell_what_a_channel_belongs_to(bed: Bed) -> None:
    bed.call("17.1", "sales")
    bed.begin("epoch-2")
    assert bed.tell("Newexten", "17.1") == ()
    assert sees(bed.tell("QueueMemberStatus", "17.1", Queue="sales"))
    bed.load("17.1")
    assert not sees(bed.tell("Newstate", "17.2"))
    unread(bed)
    assert [sees(each.read_homes(bed.homes)) for each in bed.picture.read("events").received] == [
        False, True, False, True, False,
    ]  # fmt: skip


def test_a_call_of_an_earlier_session_that_is_gone_is_remembered_as_it_was(bed: Bed) -> None:
    bed.call("17.1", "sales")
    bed.begin("epoch-2")
    bed.load()
    assert bed.homes.of_channel("17.1") == SALES
    assert bed.picture.devices_of(SALES) == {"PJSIP/107", "Local/107@agents"}


@pytest.mark.long
def test_what_ended_long_ago_is_forgotten(bed: Bed) -> None:
    for number in range(_ENDED_REMEMBERED):
        bed.call(f"17.{number}", "sales")
        bed.tell("Hangup", f"17.{number}")
    homes = bed.homes
    assert len(homes._ended) == _ENDED_REMEMBERED
    assert len(homes._channels) + len(homes._calls) == _ENDED_REMEMBERED
    assert len(homes._names) == len(homes._channels)
    assert homes._using == {}
    assert homes.of_channel("17.1") is None


def test_a_call_that_goes_from_queue_to_queue_keeps_no_more_than_the_events_that_are_there(bed: Bed) -> None:
    bed.picture = LivePicture("main", event_log_size=50)
    bed.begin("epoch-1")
    bed.load()
    bed.call("17.1")
    for number in range(500):
        bed.tell("QueueCallerJoin", Queue=("sales", "support")[number % 2], Position=1)
    assert len(bed.homes._calls["17.1"].past) <= 51


def test_the_device_of_a_channel_is_the_beginning_of_its_name() -> None:
    assert device_of("PJSIP/100-0000001a") == "PJSIP/100"
    assert device_of("Local/107@agents-00000003;1") == "Local/107@agents"


def test_a_conference_does_not_make_its_calls_one(bed: Bed) -> None:
    bed.call("17.1", "sales")
    bed.call("18.1", "support")
    for unique_id in ("17.1", "18.1"):
        bed.picture.apply_event(bridge_event("BridgeEnter", "b", unique_id, BridgeCreator="ConfBridge"))
    assert (bed.homes.of_channel("17.1"), bed.homes.of_channel("18.1")) == (SALES, SUPPORT)
