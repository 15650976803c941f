"""One message, many clients: encoded once for those who speak alike, and written to all of a room."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from amictl.realtime.batches import Batch, Parcel
from amictl.realtime.fanout import Fanout
from amictl.realtime.frames import text_frame
from amictl.realtime.outbox import Waiting

EVENTS = {
    "pbx": "main",
    "topic": "events",
    "epoch": "e",
    "seq": 2,
    "prev_seq": 0,
    "events": [b'{"seq":1}', b'{"seq":2}'],
}
CHANGES = {"pbx": "main", "topic": "channels", "epoch": "e", "seq": 1, "prev_seq": 0, "changes": []}
LONG = {**CHANGES, "changes": [{"op": "del", "key": f"1700000000.{number}"} for number in range(100)]}


class Member:
    """A client that remembers what it was given.

    Args:
        form: Which encoding it takes.
        has_room: Whether it takes any.
    """

    transport = "websocket"
    waiting = Waiting()

    def __init__(self, form: str = "socketio", *, deflate: bool = False, has_room: bool = True) -> None:
        self.form, self.deflate, self.has_room = form, deflate, has_room
        self.taken: list[bytes] = []

    def deliver(self, parcel: Parcel) -> int:
        if not self.has_room:
            return 0
        encode = parcel.socketio_frames if self.form == "socketio" else parcel.plain_frames
        self.taken.append(encode(deflate=self.deflate))
        return len(self.taken[-1])

    def close(self) -> None: ...

    def hang_up(self) -> None: ...


@pytest.fixture
def fanout() -> Fanout:
    return Fanout()


def join(fanout: Fanout, room: str, **members: Member) -> None:
    for sid, member in members.items():
        fanout.attach(sid, member)
        fanout.enter(sid, room)


def send(fanout: Fanout, *messages: tuple[str, dict[str, Any]]) -> None:
    """Send changes to rooms in one round."""
    for room, content in messages:
        fanout.emit("changes", content, to=room)
    fanout.flush()


def frame(content: dict[str, Any]) -> bytes:
    return text_frame(b'42["changes",' + orjson.dumps(content) + b"]", deflate=False)


@pytest.mark.parametrize("content", [CHANGES, LONG])
def test_those_who_speak_alike_get_the_same_bytes_and_not_a_copy(
    fanout: Fanout, content: dict[str, Any]
) -> None:
    kinds = [("socketio", False), ("socketio", True), ("plain", False), ("plain", True)]
    members = {
        f"{form}{deflate}{number}": Member(form, deflate=deflate)
        for form, deflate in kinds
        for number in "ab"
    }
    join(fanout, "room", **members)
    send(fanout, ("room", content))
    for form, deflate in kinds:
        first, second = (members[f"{form}{deflate}{number}"].taken for number in "ab")
        assert len(first) == 1
        assert first[0] is second[0]
    assert fanout.tally.sent_bytes == sum(len(member.taken[0]) for member in members.values())
    assert fanout.tally.encoded_bytes == fanout.tally.sent_bytes / 2


def test_a_batch_is_the_event_that_the_contract_names() -> None:
    batch = Batch("changes", CHANGES)
    socketio = b'42["changes",' + orjson.dumps(CHANGES) + b"]"
    assert batch.socketio_frames(deflate=False) == text_frame(socketio, deflate=False)
    assert batch.packet().encode() == socketio.decode()
    plain = orjson.dumps({"type": "changes", **CHANGES})
    assert batch.plain_frames(deflate=False) == text_frame(plain, deflate=False)


def test_a_plain_client_gets_each_event_as_a_message_of_its_own_in_one_write() -> None:
    frames = Batch("ami_events", EVENTS).plain_frames(deflate=False)
    assert frames == b"".join(text_frame(event, deflate=False) for event in EVENTS["events"])


def test_a_message_goes_to_its_room_alone_and_to_nobody_who_left(fanout: Fanout) -> None:
    here, left, elsewhere = Member(), Member(), Member()
    join(fanout, "room", here=here, left=left)
    join(fanout, "other", elsewhere=elsewhere)
    fanout.leave("left", "room")
    fanout.leave("left", "room")
    send(fanout, ("room", CHANGES), ("nobody is there", CHANGES))
    assert [len(member.taken) for member in (here, left, elsewhere)] == [1, 0, 0]


def test_who_is_in_several_rooms_gets_a_round_in_one_write_shared_with_those_in_the_same(
    fanout: Fanout,
) -> None:
    both, same, first, last = Member(), Member(), Member(), Member()
    join(fanout, "one", both=both, same=same, first=first)
    join(fanout, "two", both=both, same=same, last=last)
    other = CHANGES | {"topic": "bridges"}
    send(fanout, ("one", CHANGES), ("two", other))
    assert both.taken == [frame(CHANGES) + frame(other)]
    assert same.taken[0] is both.taken[0]
    assert (first.taken, last.taken) == ([frame(CHANGES)], [frame(other)])


def test_nothing_goes_out_before_its_round_is_over_and_nothing_twice(fanout: Fanout) -> None:
    member = Member()
    join(fanout, "room", member=member)
    fanout.emit("changes", CHANGES, to="room")
    assert member.taken == []
    fanout.flush()
    fanout.flush()
    assert member.taken == [frame(CHANGES)]


def test_who_comes_or_leaves_within_a_round_gets_nothing_of_before_or_after(fanout: Fanout) -> None:
    stays, leaves, gone, comes = Member(), Member(), Member(), Member()
    join(fanout, "room", stays=stays, leaves=leaves, gone=gone)
    fanout.emit("changes", CHANGES, to="room")
    fanout.leave("leaves", "room")
    fanout.detach("gone")
    join(fanout, "room", comes=comes)
    fanout.flush()
    assert [len(member.taken) for member in (stays, leaves, gone, comes)] == [1, 0, 0, 0]


def test_one_client_can_be_told_something(fanout: Fanout) -> None:
    one, other = Member(), Member()
    join(fanout, "room", one=one, other=other)
    fanout.send("one", "reset", {"pbx": "main", "topic": "channels"})
    fanout.send("gone", "reset", {"pbx": "main", "topic": "channels"})
    assert one.taken == [text_frame(b'42["reset",{"pbx":"main","topic":"channels"}]', deflate=False)]
    assert other.taken == []


def test_a_client_that_is_gone_is_in_no_room_and_enters_none(fanout: Fanout) -> None:
    gone, member = Member(), Member()
    join(fanout, "room", gone=gone, member=member)
    fanout.enter("gone", "other")
    fanout.detach("gone")
    fanout.enter("gone", "room")
    send(fanout, ("room", CHANGES))
    assert (gone.taken, len(member.taken)) == ([], 1)
    assert (fanout.find("gone"), fanout.all()) == (None, [member])
    fanout.detach("member")
    assert fanout._rooms == {}


def test_who_had_no_room_is_named_once_and_the_others_get_all(fanout: Fanout) -> None:
    slow, healthy = Member(has_room=False), Member()
    join(fanout, "room", slow=slow, healthy=healthy)
    for _ in range(3):
        send(fanout, ("room", CHANGES))
    assert len(healthy.taken) == 3
    assert fanout.take_behind() == {"slow"}
    assert fanout.take_behind() == set()


def test_batches_are_counted_by_topic_and_resets_by_client(fanout: Fanout) -> None:
    join(fanout, "room", one=Member(), other=Member())
    fanout.emit("changes", LONG, to="room")
    fanout.emit("ami_events", EVENTS | {"topic": "event:Hangup"}, to="room")
    fanout.emit("ami_events", EVENTS | {"topic": "event:Newchannel"}, to="room")
    fanout.emit("ami_events", EVENTS, to="nobody is there")
    fanout.emit("reset", {"pbx": "main", "topic": "events"}, to="room")
    fanout.flush()
    assert fanout.tally.batches == {"channels": 1, "event": 2}
    assert fanout.tally.items == 104
    assert fanout.tally.resets == 2
    told = {each.name: each.value for each in fanout.tally.batch_items.samples}
    assert (told["amictl_batch_items_count"], told["amictl_batch_items_sum"]) == (3, 104)
