"""One message, many clients: encoded once for those who speak alike, and written to all who hear it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.realtime.batches import Batch
from amictl.realtime.fanout import Fanout
from amictl.realtime.frames import text_frame
from amictl.realtime.subscriptions import Feed, Subscriptions
from amictl.realtime.visibility import EVERYBODY
from amictl.services.access import Audience
from tests.pbx.ami_events import ami_event
from tests.realtime.listening_client import ListeningClient

CHANNELS, BRIDGES = Feed("main", "channels"), Feed("main", "bridges")
HEARD = [ReceivedEvent("main", ami_event("Hangup"), 0.0, seq).to_json(sensitive=True) for seq in (1, 2)]
EVENTS = {"epoch": "e", "seq": 2, "prev_seq": 0, "events": HEARD}
CHANGES = {"epoch": "e", "seq": 1, "prev_seq": 0, "changes": []}
LONG = {**CHANGES, "changes": [{"op": "del", "key": f"1700000000.{number}"} for number in range(100)]}


class Hall:
    """A fan-out, and who hears it."""

    def __init__(self) -> None:
        self.subscriptions = Subscriptions()
        self.fanout = Fanout(self.subscriptions)

    def join(self, feed: Feed, *members: ListeningClient, audience: Audience = EVERYBODY) -> None:
        for member in members:
            self.subscriptions.connect(member)
            self.subscriptions.add(member, feed, audience)

    def emit(self, feed: Feed, content: dict[str, Any] = CHANGES) -> None:
        self.fanout.emit(feed, EVERYBODY, "changes", content)

    def send(self, *messages: tuple[Feed, dict[str, Any]]) -> None:
        """Send changes in one round."""
        for feed, content in messages:
            self.emit(feed, content)
        self.fanout.flush()


@pytest.fixture
def hall() -> Hall:
    return Hall()


def name_feed(feed: Feed, content: dict[str, Any]) -> dict[str, Any]:
    return {"pbx": feed.pbx, "topic": feed.topic, **content}


def frame(feed: Feed, content: dict[str, Any] = CHANGES) -> bytes:
    return text_frame(b'42["changes",' + orjson.dumps(name_feed(feed, content)) + b"]", deflate=False)


@pytest.mark.parametrize("content", [CHANGES, LONG])
def test_those_who_speak_alike_get_the_same_bytes_and_not_a_copy(hall: Hall, content: dict[str, Any]) -> None:
    kinds = [("socketio", False), ("socketio", True), ("plain", False), ("plain", True)]
    pairs = [
        [ListeningClient(f"{form}{deflate}{name}", form, deflate=deflate) for name in "ab"]
        for form, deflate in kinds
    ]
    for pair in pairs:
        hall.join(CHANNELS, *pair)
    hall.send((CHANNELS, content))
    for first, second in pairs:
        assert len(first.taken) == 1
        assert first.taken[0] is second.taken[0]
    metrics = hall.fanout.metrics
    assert metrics.sent_bytes == sum(len(member.taken[0]) for pair in pairs for member in pair)
    assert metrics.encoded_bytes == metrics.sent_bytes / 2


def test_a_batch_is_the_event_that_the_contract_names() -> None:
    content = name_feed(CHANNELS, CHANGES)
    batch = Batch("changes", content)
    socketio = b'42["changes",' + orjson.dumps(content) + b"]"
    assert batch.socketio_frames(deflate=False) == text_frame(socketio, deflate=False)
    assert batch.packet().encode() == socketio.decode()
    plain = orjson.dumps({"type": "changes", **content})
    assert batch.plain_frames(deflate=False) == text_frame(plain, deflate=False)


def test_a_plain_client_gets_each_event_as_a_message_of_its_own_in_one_write() -> None:
    frames = Batch("ami_events", EVENTS).plain_frames(deflate=False)
    assert frames == b"".join(text_frame(event, deflate=False) for event in HEARD)


def test_a_message_goes_to_its_audience_alone_and_to_nobody_who_left(hall: Hall) -> None:
    here, left, elsewhere, limited = map(ListeningClient, ("here", "left", "elsewhere", "limited"))
    hall.join(CHANNELS, here, left)
    hall.join(BRIDGES, elsewhere)
    hall.join(CHANNELS, limited, audience=Audience(queues=frozenset()))
    assert hall.subscriptions.remove(left, CHANNELS)
    assert not hall.subscriptions.remove(left, CHANNELS)
    hall.send((CHANNELS, CHANGES), (Feed("main", "nobody is there"), CHANGES))
    assert [len(member.taken) for member in (here, left, elsewhere, limited)] == [1, 0, 0, 0]


def test_who_hears_several_feeds_gets_a_round_in_one_write_shared_with_those_who_hear_the_same(
    hall: Hall,
) -> None:
    both, same, first, last = map(ListeningClient, ("both", "same", "first", "last"))
    hall.join(CHANNELS, both, same, first)
    hall.join(BRIDGES, both, same, last)
    hall.send((CHANNELS, CHANGES), (BRIDGES, CHANGES))
    assert both.taken == [frame(CHANNELS) + frame(BRIDGES)]
    assert same.taken[0] is both.taken[0]
    assert (first.taken, last.taken) == ([frame(CHANNELS)], [frame(BRIDGES)])


def test_nothing_goes_out_before_its_round_is_over_and_nothing_twice(hall: Hall) -> None:
    member = ListeningClient("member")
    hall.join(CHANNELS, member)
    hall.emit(CHANNELS)
    assert member.taken == []
    hall.fanout.flush()
    hall.fanout.flush()
    assert member.taken == [frame(CHANNELS)]


def test_who_comes_or_leaves_within_a_round_gets_nothing_of_before_or_after(hall: Hall) -> None:
    stays, leaves, gone, comes = map(ListeningClient, ("stays", "leaves", "gone", "comes"))
    hall.join(CHANNELS, stays, leaves, gone)
    hall.emit(CHANNELS)
    hall.subscriptions.remove(leaves, CHANNELS)
    hall.subscriptions.disconnect("gone")
    hall.join(CHANNELS, comes)
    hall.fanout.flush()
    assert [len(member.taken) for member in (stays, leaves, gone, comes)] == [1, 0, 0, 0]


def test_one_client_can_be_told_something(hall: Hall) -> None:
    one, other = ListeningClient("one"), ListeningClient("other")
    hall.join(CHANNELS, one, other)
    hall.fanout.send("one", CHANNELS, "reset")
    hall.fanout.send("gone", CHANNELS, "reset")
    assert one.taken == [text_frame(b'42["reset",{"pbx":"main","topic":"channels"}]', deflate=False)]
    assert other.taken == []


def test_a_client_that_is_gone_hears_nothing_and_subscribes_to_nothing(hall: Hall) -> None:
    gone, member = ListeningClient("gone"), ListeningClient("member")
    hall.join(CHANNELS, gone, member)
    hall.subscriptions.add(gone, BRIDGES, EVERYBODY)
    hall.subscriptions.disconnect("gone")
    hall.subscriptions.add(gone, CHANNELS, EVERYBODY)
    hall.send((CHANNELS, CHANGES))
    assert (gone.taken, len(member.taken)) == ([], 1)
    assert (hall.subscriptions.find("gone"), hall.subscriptions.all()) == (None, [member])
    assert (gone.feeds, hall.subscriptions.feeds()) == ({}, [CHANNELS])
    hall.subscriptions.disconnect("member")
    assert hall.subscriptions.feeds() == []


def test_who_had_no_room_is_named_once_and_the_others_get_all(hall: Hall) -> None:
    slow, healthy = ListeningClient("slow", has_room=False), ListeningClient("healthy")
    hall.join(CHANNELS, slow, healthy)
    for _ in range(3):
        hall.send((CHANNELS, CHANGES))
    assert len(healthy.taken) == 3
    assert hall.fanout.take_behind() == {slow}
    assert hall.fanout.take_behind() == set()


def test_batches_are_counted_by_topic_and_resets_by_client(hall: Hall) -> None:
    one, other = ListeningClient("one"), ListeningClient("other")
    heard = [Feed("main", topic) for topic in ("event:Hangup", "event:Newchannel")]
    for feed in (CHANNELS, *heard):
        hall.join(feed, one, other)
    hall.emit(CHANNELS, LONG)
    for feed in (*heard, Feed("main", "events")):
        hall.fanout.emit(feed, EVERYBODY, "ami_events", EVENTS)
    hall.fanout.emit(heard[0], EVERYBODY, "reset", {})
    hall.fanout.flush()
    metrics = hall.fanout.metrics
    assert metrics.batches == {"channels": 1, "event": 2}
    assert metrics.items == 104
    assert metrics.resets == 2
    told = {each.name: each.value for each in metrics.batch_items.samples}
    assert (told["amictl_batch_items_count"], told["amictl_batch_items_sum"]) == (3, 104)
