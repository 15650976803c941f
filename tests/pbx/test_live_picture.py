from __future__ import annotations

import threading
from typing import Any

import pytest
from msgspec.structs import replace

from amictl.errors import NotFound
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from tests.patience import PATIENCE
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    channel_event,
    channel_item,
    listed,
    member_event,
    member_item,
    queue_item,
)

CHANNELS, BRIDGES, QUEUES = SNAPSHOT_STEPS[:3]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def picture(clock: Clock) -> LivePicture:
    """A picture of one channel in one bridge and two queues."""
    picture = LivePicture("main", clock=clock)
    begin(picture, "e1")
    return picture


def begin(picture: LivePicture, epoch: str) -> None:
    picture.begin_session(epoch)
    picture.load_step(CHANNELS, listed(channel_item("17.1", BridgeId="b1")))
    picture.load_step(BRIDGES, listed(bridge_event("BridgeListItem", "b1")))
    picture.load_step(QUEUES, listed(queue_item(), member_item(), queue_item("sales")))
    picture.complete_snapshot()


def test_before_the_first_session_there_is_nothing_and_it_says_so() -> None:
    picture = LivePicture("main")

    assert (picture.loaded, picture.epoch, picture.channels()) == (False, None, ())
    snapshot = picture.read("channels")
    assert (snapshot.epoch, snapshot.seq, snapshot.snapshot) == ("", 0, {})
    assert picture.link.state is LinkState.STOPPED


def test_a_whole_snapshot_is_readable_under_its_epoch(picture: LivePicture) -> None:
    assert (picture.loaded, picture.epoch) == (True, "e1")
    assert set(picture.read("channels").snapshot) == {"17.1"}
    assert picture.read("bridges").snapshot["b1"]["channels"] == ["17.1"]
    assert set(picture.read("queues").snapshot) == {"support", "sales"}
    assert set(picture.read("queue:support").snapshot) == {"support"}
    assert picture.read("queue:other").snapshot == {}
    assert picture.read("channels").seq == 0


def test_changes_can_be_followed_from_a_snapshot(picture: LivePicture) -> None:
    picture.apply_event(channel_event("Newstate", "17.1", ChannelStateDesc="Ringing"))
    picture.apply_event(channel_event("Newchannel", "17.2"))

    replay = picture.since("channels", "e1", 0)

    assert replay is not None
    assert (replay.epoch, replay.prev_seq, replay.seq, replay.events) == ("e1", 0, 2, ())
    assert [(change["op"], change["key"]) for change in replay.changes] == [("put", "17.1"), ("put", "17.2")]
    assert replay.changes[0]["value"]["state"] == "Ringing"
    assert picture.read("channels").seq == 2


def test_several_changes_of_one_key_become_the_last(picture: LivePicture) -> None:
    picture.apply_event(channel_event("Newchannel", "17.2"))
    picture.apply_event(channel_event("Newstate", "17.1", ChannelStateDesc="Up"))
    picture.apply_event(channel_event("Hangup", "17.2"))

    replay = picture.since("channels", "e1", 0)

    assert replay is not None
    assert [(change["op"], change["key"]) for change in replay.changes] == [("put", "17.1"), ("del", "17.2")]
    assert replay.seq == 3


def test_one_queue_can_be_followed_without_the_others(picture: LivePicture) -> None:
    picture.apply_event(member_event("QueueMemberAdded", "PJSIP/7", Queue="sales"))
    picture.apply_event(member_event("QueueMemberPause", Paused=1))

    replay = picture.since("queue:support", "e1", 0)

    assert replay is not None
    assert [change["key"] for change in replay.changes] == ["support"]
    assert (replay.prev_seq, replay.seq) == (0, 2)


def test_events_are_kept_with_their_own_numbers(picture: LivePicture) -> None:
    picture.apply_event(ami_event("FullyBooted"))
    picture.apply_event(ami_event("VarSet", Variable="A"))
    picture.apply_event(ami_event("FullyBooted"))

    replay = picture.since("events", "e1", 1)
    assert replay is not None
    assert [(event["seq"], event["event"]) for event in replay.events] == [(2, "VarSet"), (3, "FullyBooted")]
    named = picture.since("event:FullyBooted", "e1", 1)
    assert named is not None
    assert [event["seq"] for event in named.events] == [3]
    assert named.prev_seq == 1
    assert list(picture.read("event:FullyBooted").snapshot) == ["1", "3"]
    assert picture.read("events").snapshot["2"]["data"]["Variable"] == "A"


def test_a_snapshot_of_events_holds_the_last_hundred(picture: LivePicture) -> None:
    for number in range(150):
        picture.apply_event(ami_event("VarSet", Variable=number))

    assert list(picture.read("events").snapshot) == [str(number) for number in range(51, 151)]


def test_the_event_log_is_bounded() -> None:
    picture = LivePicture("main", event_log_size=3)
    for number in range(5):
        picture.apply_event(ami_event("VarSet", Variable=number))

    assert list(picture.read("events").snapshot) == ["3", "4", "5"]
    assert picture.since("events", "", 1) is None


@pytest.mark.parametrize("topic", ["", "call", "queue:", "event:", "queues:support", "Channels", "queue"])
def test_an_unknown_topic_is_not_found(picture: LivePicture, topic: str) -> None:
    with pytest.raises(NotFound):
        picture.read(topic)
    with pytest.raises(NotFound):
        picture.since(topic, "e1", 0)


def test_the_old_picture_is_readable_until_the_new_one_is_whole(picture: LivePicture) -> None:
    picture.begin_session("e2")
    picture.load_step(CHANNELS, listed())
    picture.apply_event(channel_event("Newchannel", "18.1"))

    assert (picture.epoch, [channel.unique_id for channel in picture.channels()]) == ("e1", ["17.1"])
    assert picture.read("channels").seq == 0

    picture.complete_snapshot()
    assert (picture.epoch, [channel.unique_id for channel in picture.channels()]) == ("e2", ["18.1"])
    assert picture.since("channels", "e1", 0) is None
    assert picture.bridges() == ()


def test_all_logged_events_outlive_the_session_and_keep_their_numbers(picture: LivePicture) -> None:
    for number in range(1, 121):
        picture.apply_event(ami_event("VarSet", Variable=number))
    begin(picture, "e2")

    snapshot = picture.read("events")
    replay = picture.since("events", "e2", 0)

    assert (snapshot.epoch, snapshot.seq) == ("e2", 120)
    assert snapshot.snapshot["21"]["data"]["Variable"] == "21"
    assert snapshot.snapshot["120"]["data"]["Variable"] == "120"
    assert replay is not None
    assert [event["data"]["Variable"] for event in replay.events] == [str(n) for n in range(1, 121)]
    assert picture.since("events", "e1", 119) is None


def test_a_session_that_dies_before_it_is_whole_leaves_the_old_picture(picture: LivePicture) -> None:
    picture.begin_session("e2")
    picture.load_step(CHANNELS, listed())
    begin(picture, "e3")

    assert picture.epoch == "e3"
    assert [channel.unique_id for channel in picture.channels()] == ["17.1"]


def test_a_snapshot_that_was_not_begun_cannot_be_completed(picture: LivePicture) -> None:
    picture.complete_snapshot()

    assert picture.epoch == "e1"


def test_a_list_outside_of_a_snapshot_corrects_the_picture_for_its_readers(picture: LivePicture) -> None:
    told: list[str] = []
    picture.on_change = told.append

    picture.load_step(QUEUES, listed(queue_item(), member_item()))

    replay = picture.since("queues", "e1", 0)
    assert replay is not None
    assert replay.changes == ({"op": "del", "key": "sales"},)
    picture.load_step(QUEUES, listed(queue_item(), member_item()))
    assert told == ["main"]


def test_every_append_is_told_and_nothing_else(picture: LivePicture, clock: Clock) -> None:
    told: list[str] = []
    picture.on_change = told.append
    link = LinkStatus("main", LinkState.CONNECTED, clock.now)

    picture.set_link(link)
    picture.set_link(link)
    picture.apply_event(ami_event("FullyBooted"))
    picture.begin_session("e2")
    picture.load_step(CHANNELS, listed())
    picture.complete_snapshot()

    assert told == ["main"] * 3


def test_who_is_told_may_read_at_once(picture: LivePicture) -> None:
    seen: list[int] = []
    picture.on_change = lambda _: seen.append(picture.read("events").seq)

    picture.apply_event(ami_event("FullyBooted"))

    assert seen == [1]


def test_the_link_has_a_topic_that_outlives_sessions(picture: LivePicture, clock: Clock) -> None:
    before = picture.read("pbx")
    picture.set_link(LinkStatus("main", LinkState.CONNECTED, clock.now, epoch="e1"))
    begin(picture, "e2")
    picture.set_link(LinkStatus("main", LinkState.CONNECTED, clock.now, epoch="e2"))

    replay = picture.since("pbx", before.epoch, before.seq)

    assert replay is not None
    assert [change["value"]["epoch"] for change in replay.changes] == ["e2"]
    assert replay.seq == 2
    assert picture.read("pbx").snapshot["main"]["state"] == "connected"


def test_the_age_is_zero_while_the_link_proves_freshness_and_grows_otherwise(
    picture: LivePicture, clock: Clock
) -> None:
    fresh = LinkStatus("main", LinkState.CONNECTED, clock.now, last_received=clock.now)
    picture.set_link(fresh)
    clock.now += 12
    assert picture.age() == 0.0

    picture.set_link(replace(fresh, stale=True))
    assert picture.age() == 12.0
    picture.set_link(replace(fresh, state=LinkState.RECONNECTING))
    clock.now += 3
    assert picture.age() == 15.0
    picture.set_link(LinkStatus("main", LinkState.CONNECTING, clock.now - 4))
    assert picture.age() == 4.0


def test_a_channel_is_found_by_unique_id_and_by_name(picture: LivePicture) -> None:
    by_id = picture.find_channel("17.1")

    assert by_id is not None
    assert picture.find_channel("PJSIP/100-17.1") is by_id
    assert picture.find_channel("PJSIP/100") is None
    assert picture.find_queue("sales") is not None
    assert picture.find_queue("none") is None


class Follower:
    """A reader that keeps a copy by changes, and compares it with a snapshot of the same cursor."""

    def __init__(self, picture: LivePicture) -> None:
        self.torn: list[object] = []
        self.compared = 0
        self._picture = picture
        self._epoch, self._seq = "", 0
        self._copy: dict[str, Any] = {}

    def follow(self) -> None:
        replay = self._picture.since("channels", self._epoch, self._seq)
        if replay is None:
            read = self._picture.read("channels")
            self._epoch, self._seq, self._copy = read.epoch, read.seq, read.snapshot
        else:
            self._seq = replay.seq
            for change in replay.changes:
                self._copy.pop(change["key"], None)
                if change["op"] == "put":
                    self._copy[change["key"]] = change["value"]
        fresh = self._picture.read("channels")
        if (fresh.epoch, fresh.seq) == (self._epoch, self._seq):
            self.compared += 1
            if fresh.snapshot != self._copy:
                self.torn.append((self._copy, fresh))


def test_readers_in_other_threads_always_see_a_whole_picture(picture: LivePicture) -> None:
    stop = threading.Event()
    followers = [Follower(picture) for _ in range(2)]

    def read(follower: Follower) -> None:
        while not stop.is_set():
            follower.follow()

    readers = [threading.Thread(target=read, args=(follower,)) for follower in followers]
    for reader in readers:
        reader.start()
    try:
        for number in range(300):
            unique_id = f"20.{number}"
            picture.apply_event(channel_event("Newchannel", unique_id))
            picture.apply_event(channel_event("Newstate", unique_id, ChannelStateDesc="Up"))
            picture.apply_event(channel_event("Hangup", unique_id))
            if number % 50 == 0:
                begin(picture, f"t{number}")
    finally:
        stop.set()
        for reader in readers:
            reader.join(PATIENCE)

    assert [follower.torn for follower in followers] == [[], []]
    assert all(follower.compared for follower in followers)
