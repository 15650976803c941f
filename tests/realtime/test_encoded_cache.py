"""What an audience sees of values and events, and that its JSON is made once."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.reads import TopicReplay
from amictl.pbx.topics.originations.value import Origination
from amictl.realtime import encoded_cache as module
from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.subscriptions import Feed
from amictl.realtime.visibility import EVERYBODY
from amictl.services.access import Audience, Gate
from tests.application import make_message, paint_picture

REDACTED = Audience(sensitive=False)
SALES = Audience(queues=frozenset({"sales"}))


class Watched:
    """A painted picture and what is seen of it."""

    def __init__(self) -> None:
        self.picture = LivePicture("main")
        paint_picture(self.picture)
        self.ways_given = 0
        self.now = 0.0
        self.cache = EncodedCache(self.give_way, lambda: self.now)

    def give_way(self, _seconds: float) -> None:
        self.ways_given += 1

    def tell(self, name: str, **headers: str) -> None:
        self.picture.apply_event(make_message(Event=name, **headers))

    def add_channels(self, count: int) -> None:
        for number in range(count):
            self.tell("Newchannel", Channel=f"PJSIP/9-{number}", Uniqueid=f"9.{number}", ChannelState="0")

    def snapshot(self, topic: str, audience: Audience = EVERYBODY) -> dict[str, Any]:
        shown: dict[str, Any] = orjson.loads(self.cache.snapshot(self.picture, topic, audience).snapshot)
        return shown

    def missed(self, topic: str, seq: int = 0) -> TopicReplay:
        epoch, _ = self.picture.position(topic)
        replay = self.picture.since(topic, epoch, seq)
        assert replay is not None
        return replay

    def changes(self, topic: str, audience: Audience = EVERYBODY, seq: int = 0) -> list[dict[str, Any]]:
        """What everybody is told since a cursor; of what a limited audience sees, since the last look."""
        if audience.queues is not None:
            told = self.cache.limited_changes(self.picture, topic, audience)
            return [] if told is None else [orjson.loads(change) for change in told.changes]
        shown = self.cache.changes(self.picture, topic, audience, self.missed(topic, seq))
        return [orjson.loads(change) for change in shown]

    def events(self, audience: Audience = EVERYBODY) -> list[dict[str, Any]]:
        shown = self.cache.events(self.picture, audience, self.missed("events"))
        return [orjson.loads(event) for _, event in shown]


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def payloads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The values that were made into JSON."""
    made: list[object] = []
    write = Gate.write

    def count(gate: Gate, value: Any) -> Any:  # noqa: ANN401
        made.append(value)
        return write(gate, value)

    monkeypatch.setattr(Gate, "write", count)
    return made


def test_queues_out_of_scope_are_in_no_snapshot_and_no_change(watched: Watched) -> None:
    assert watched.snapshot("queues", SALES).keys() == {"sales"}
    for queue in ("support", "sales"):
        watched.tell("QueueMemberPause", Queue=queue, Interface="PJSIP/100", MemberName="Alice", Paused="1")
    assert [change["key"] for change in watched.changes("queues", SALES)] == ["sales"]
    assert [change["key"] for change in watched.changes("queues")] == ["support", "sales"]


def test_events_of_queues_out_of_scope_are_not_shown(watched: Watched) -> None:
    watched.tell("QueueCallerJoin", Queue="support", Uniqueid="7.2")
    watched.tell("QueueCallerJoin", Queue="sales", Uniqueid="7.3")
    watched.tell("Newchannel", Uniqueid="7.4")
    watched.picture.apply_event(make_message(Event="Odd\r\nQueue: sales\r\nQueue: support"))
    assert [each["data"].get("Queue") for each in watched.events(SALES)] == ["sales"]
    assert [each["data"].get("Queue") for each in watched.snapshot("events", SALES).values()] == ["sales"]
    assert len(watched.events()) == 4


def test_digits_and_dialplan_data_are_hidden_without_the_permission(watched: Watched) -> None:
    watched.tell("DTMFEnd", Digit="7")
    assert watched.events()[-1]["data"]["Digit"] == "7"
    assert watched.events(REDACTED)[-1]["data"]["Digit"] == "[redacted]"
    assert watched.snapshot("events", REDACTED)["1"]["data"]["Digit"] == "[redacted]"
    watched.tell("Newexten", Uniqueid="100.1", Application="Set", AppData="PIN=1234")
    assert "1234" in str(watched.snapshot("channels"))
    assert "1234" in str(watched.changes("channels"))
    assert "1234" not in str(watched.snapshot("channels", REDACTED))
    assert "1234" not in str(watched.changes("channels", REDACTED))
    assert "1234" in str(watched.snapshot("channels"))  # the picture's own value is left as it is


def test_an_event_is_whole_by_itself_and_its_json_is_made_once(watched: Watched) -> None:
    watched.tell("Hangup", Uniqueid="7.1")
    (event,) = watched.events()
    assert (event["type"], event["pbx"], event["event"]) == ("ami_event", "main", "Hangup")
    assert event["data"] == {"Event": "Hangup", "Uniqueid": "7.1"}
    ((_, of_all),) = watched.cache.events(watched.picture, EVERYBODY, watched.missed("events"))
    ((_, of_part),) = watched.cache.events(watched.picture, EVERYBODY, watched.missed("event:Hangup"))
    assert of_all is of_part


def test_a_value_is_encoded_once_for_all_topics_and_snapshots_of_an_audience(
    watched: Watched, payloads: list[object]
) -> None:
    watched.tell("QueueMemberPause", Queue="sales", Interface="PJSIP/100", MemberName="Alice", Paused="1")
    for _ in range(3):
        watched.changes("queues")
        watched.changes("queue:sales")
        watched.snapshot("queue:sales")
    assert len(payloads) == 1
    watched.snapshot("queues")
    assert len(payloads) == 2  # the other queue


def test_clients_that_come_together_share_one_snapshot_until_the_next_batch(watched: Watched) -> None:
    first = watched.cache.snapshot(watched.picture, "channels", EVERYBODY)
    feed = Feed("main", "channels")
    watched.cache.note_published(feed, first.epoch, first.seq)
    watched.add_channels(1)
    assert watched.cache.snapshot(watched.picture, "channels", EVERYBODY) is first
    watched.cache.note_published(feed, first.epoch, first.seq + 1)
    second = watched.cache.snapshot(watched.picture, "channels", EVERYBODY)
    assert second.seq == first.seq + 1
    assert "9.0" in orjson.loads(second.snapshot)


def test_a_snapshot_is_let_go_after_a_moment(watched: Watched) -> None:
    first = watched.cache.snapshot(watched.picture, "channels", EVERYBODY)
    watched.now += 0.9
    watched.cache.forget_idle([Feed("main", "channels")])
    assert watched.cache.snapshot(watched.picture, "channels", EVERYBODY) is first
    watched.now += 1.0
    watched.cache.forget_idle([Feed("main", "channels")])
    assert watched.cache.snapshot(watched.picture, "channels", EVERYBODY) is not first


def test_json_that_only_snapshots_need_is_let_go_when_nobody_asks_for_one(
    watched: Watched, payloads: list[object]
) -> None:
    watched.snapshot("queues")
    watched.now += 60
    watched.cache.forget_idle([Feed("main", "queues")])
    assert [view.encoded for view in watched.cache._views.values()] == [{}]
    seq = watched.picture.position("queues")[1]
    watched.tell("QueueMemberPause", Queue="sales", Interface="PJSIP/101", MemberName="Bob", Paused="1")
    (change,) = watched.changes("queues", seq=seq)
    assert change["key"] == "sales"
    assert len(payloads) == 3


def test_a_snapshot_of_an_earlier_session_is_never_given_again(watched: Watched) -> None:
    first = watched.cache.snapshot(watched.picture, "channels", EVERYBODY)
    watched.cache.note_published(Feed("main", "channels"), first.epoch, first.seq)
    paint_picture(watched.picture, "epoch-2")
    assert watched.cache.snapshot(watched.picture, "channels", EVERYBODY).epoch == "epoch-2"


def test_a_large_snapshot_gives_way_while_it_is_made_and_is_of_one_moment(watched: Watched) -> None:
    watched.add_channels(3 * module.PORTION)

    def hang_up_one(_seconds: float) -> None:
        watched.ways_given += 1
        watched.tell("Hangup", Uniqueid=f"9.{watched.ways_given}")

    watched.cache = EncodedCache(hang_up_one)
    shown = watched.cache.snapshot(watched.picture, "channels", EVERYBODY)
    assert watched.ways_given >= 2
    assert shown.seq == watched.picture.position("channels")[1]
    assert orjson.loads(shown.snapshot).keys() == watched.picture.read("channels").values.keys()


def test_what_nobody_wants_is_forgotten_and_what_is_wanted_stays(
    watched: Watched, payloads: list[object]
) -> None:
    for audience in (SALES, REDACTED):
        watched.snapshot("queues", audience)
    watched.snapshot("channels")
    assert len(payloads) == 4
    watched.now += 60
    watched.cache.forget_idle([Feed("main", "queues")])
    watched.tell("QueueMemberPause", Queue="sales", Interface="PJSIP/101", MemberName="Bob", Paused="1")
    assert watched.changes("queues", SALES)
    assert len(payloads) == 5  # the queue that changed
    watched.snapshot("channels")
    assert len(payloads) == 6  # the channel anew
    watched.tell("QueueMemberRemoved", Queue="support", Interface="PJSIP/100", MemberName="Alice")
    assert watched.changes("queues", SALES) == []  # it is still known what they see
    watched.now += 60
    watched.cache.forget_idle([])
    assert (watched.cache._views, watched.cache._limited) == ({}, {})


def test_a_limited_audience_begins_anew_instead_of_catching_up(watched: Watched) -> None:
    seq = watched.picture.position("queues")[1]
    watched.tell("QueueMemberPause", Queue="sales", Interface="PJSIP/100", MemberName="Alice", Paused="1")
    missed = watched.missed("queues", seq)
    assert watched.cache.replay(watched.picture, "queues", SALES, missed) is None
    whole = watched.cache.replay(watched.picture, "queues", EVERYBODY, missed)
    assert whole is not None
    assert orjson.loads(whole[0])["key"] == "sales"


def call(watched: Watched, unique_id: str, *queues: str) -> None:
    """Let a call come in, and wait in some queues one after the other."""
    channel = {"Channel": f"PJSIP/trunk-{unique_id}", "Uniqueid": unique_id, "Linkedid": unique_id}
    watched.tell("Newchannel", **channel, ChannelState="4", CallerIDNum=f"0{unique_id}")
    for queue in queues:
        watched.tell("QueueCallerJoin", **channel, Queue=queue, Position="1", Count="1")
        if queue != queues[-1]:
            watched.tell("QueueCallerLeave", **channel, Queue=queue, Position="1", Count="0")


def test_a_limited_role_sees_the_calls_of_its_queues_and_no_others(watched: Watched) -> None:
    call(watched, "1.1")
    call(watched, "1.2", "support")
    call(watched, "1.3", "sales")
    call(watched, "1.4", "support", "sales")
    call(watched, "1.5", "sales", "support")
    assert watched.snapshot("calls").keys() >= {"1.1", "1.2", "1.3", "1.4", "1.5"}
    seen = watched.snapshot("calls", SALES)
    assert seen.keys() == {"1.3", "1.4"}
    steps = {step.get("queue") for each in seen.values() for step in each["journey"]}
    assert steps == {None, "sales"}
    assert "support" not in str(seen)


def test_a_call_that_goes_on_into_another_queue_is_gone_for_those_of_the_first(watched: Watched) -> None:
    watched.snapshot("calls", SALES)
    call(watched, "1.3", "sales")
    (came,) = watched.changes("calls", SALES)
    assert (came["op"], came["key"]) == ("put", "1.3")
    watched.tell("QueueCallerLeave", Queue="sales", Uniqueid="1.3", Linkedid="1.3", Channel="PJSIP/trunk-1.3")
    watched.tell(
        "QueueCallerJoin", Queue="support", Uniqueid="1.3", Linkedid="1.3", Channel="PJSIP/trunk-1.3"
    )
    assert watched.changes("calls", SALES) == [{"op": "del", "key": "1.3"}]
    seq = watched.picture.position("calls")[1]
    watched.tell("Hangup", Uniqueid="1.3")
    assert watched.changes("calls", SALES) == []  # of what it does not see it hears nothing
    assert watched.changes("calls", seq=seq) == [{"op": "del", "key": "1.3"}]


def test_a_call_that_ends_is_gone_for_those_who_saw_it_in_a_snapshot(watched: Watched) -> None:
    call(watched, "1.3", "sales")
    assert watched.snapshot("calls", SALES).keys() == {"1.3"}
    watched.tell("Hangup", Uniqueid="1.3")
    assert watched.changes("calls", SALES) == [{"op": "del", "key": "1.3"}]


def park(watched: Watched, unique_id: str) -> None:
    """Park a channel."""
    watched.tell(
        "ParkedCall", ParkeeUniqueid=unique_id, ParkeeLinkedid=unique_id,
        ParkeeChannel=f"PJSIP/trunk-{unique_id}", ParkeeCallerIDNum=f"0{unique_id}", Parkinglot="default",
        ParkingSpace="701", ParkingTimeout="45", ParkingDuration="0",
    )  # fmt: skip


def confer(watched: Watched, unique_id: str) -> None:
    """Let a channel join the conference ``room``."""
    channel = {"Channel": f"PJSIP/trunk-{unique_id}", "Uniqueid": unique_id, "Linkedid": unique_id}
    watched.tell("BridgeEnter", **channel, BridgeUniqueid="b", BridgeCreator="ConfBridge", BridgeName="room")
    watched.tell(
        "ConfbridgeJoin", Conference="room", BridgeUniqueid="b", **channel, CallerIDNum=f"0{unique_id}",
        Admin="No", Muted="No",
    )  # fmt: skip


def leave(watched: Watched, unique_id: str, queue: str) -> None:
    """Let a caller leave a queue."""
    channel = {"Channel": f"PJSIP/trunk-{unique_id}", "Uniqueid": unique_id, "Linkedid": unique_id}
    watched.tell("QueueCallerLeave", **channel, Queue=queue, Position="1", Count="0")


@pytest.mark.parametrize("queue", ["sales", "support", None])
def test_what_is_parked_follows_the_queue_of_its_call(watched: Watched, queue: str | None) -> None:
    call(watched, "1.6", *([queue] if queue else []))
    watched.snapshot("parking", SALES)
    park(watched, "1.6")
    assert watched.snapshot("parking")["1.6"]["caller_id_num"] == "01.6"
    assert ("01.6" in str(watched.changes("parking", SALES))) == (queue == "sales")
    assert ("1.6" in watched.snapshot("parking", SALES)) == (queue == "sales")


def test_of_a_conference_a_limited_role_sees_the_parties_of_its_calls(watched: Watched) -> None:
    for unique_id, queue in (("1.7", "sales"), ("1.8", "support")):
        call(watched, unique_id, queue)
        confer(watched, unique_id)
    assert watched.snapshot("conferences")["room"]["party_count"] == 2
    seen = watched.snapshot("conferences", SALES)["room"]
    assert [party["unique_id"] for party in seen["parties"]] == ["1.7"]
    assert watched.snapshot("conferences", Audience(queues=frozenset({"other"}))) == {}
    assert watched.snapshot("bridges")["b"]["channels"] == ["1.7", "1.8"]
    assert watched.snapshot("bridges", SALES)["b"]["channels"] == ["1.7"]


DEPENDENTS = {"channels": "1.3", "parking": "1.3", "conferences": "room", "bridges": "b"}


@pytest.mark.parametrize("topic", DEPENDENTS)
def test_what_belongs_to_a_call_comes_and_goes_with_it_though_it_does_not_change(
    watched: Watched, topic: str
) -> None:
    call(watched, "1.3")
    park(watched, "1.3")
    confer(watched, "1.3")
    key = DEPENDENTS[topic]
    watched.tell("Newexten", Uniqueid="1.3", Linkedid="1.3", Channel="PJSIP/trunk-1.3", Application="Wait")
    assert watched.snapshot(topic, SALES) == {}
    for queue, op in (("sales", "put"), ("support", "del")):
        before = watched.cache.snapshot(watched.picture, topic, SALES, followed=True)
        join = {"Channel": "PJSIP/trunk-1.3", "Uniqueid": "1.3", "Linkedid": "1.3", "Queue": queue}
        watched.tell("QueueCallerJoin", **join, Position="1", Count="1")
        told = watched.cache.limited_changes(watched.picture, topic, SALES)
        assert told is not None
        assert (told.epoch, told.prev_seq) == (before.epoch, before.seq) < (told.epoch, told.seq)
        (change,) = map(orjson.loads, told.changes)
        assert (change["op"], change["key"]) == (op, key)
        assert watched.changes(topic, SALES) == []
        leave(watched, "1.3", queue)


def test_whoever_comes_later_continues_with_those_who_are_there(watched: Watched) -> None:
    watched.snapshot("calls", SALES)
    call(watched, "1.3", "sales")
    first = watched.cache.limited_changes(watched.picture, "calls", SALES)
    call(watched, "1.4", "sales")
    later = watched.cache.snapshot(watched.picture, "calls", SALES, followed=True)
    assert first is not None
    assert (later.seq, orjson.loads(later.snapshot).keys()) == (first.seq, {"1.3"})
    following = watched.cache.limited_changes(watched.picture, "calls", SALES)
    assert following is not None
    assert following.prev_seq == later.seq
    assert [orjson.loads(change)["key"] for change in following.changes] == ["1.4"]


def test_whoever_is_alone_gets_what_is_now(watched: Watched) -> None:
    watched.snapshot("calls", SALES)
    call(watched, "1.3", "sales")
    watched.now += 2
    assert watched.snapshot("calls", SALES).keys() == {"1.3"}


def test_a_new_session_is_told_by_no_change_of_the_one_before(watched: Watched) -> None:
    call(watched, "1.3", "sales")
    assert watched.snapshot("calls", SALES).keys() == {"1.3"}
    paint_picture(watched.picture, "epoch-2")
    assert watched.changes("calls", SALES) == []
    shown = watched.cache.snapshot(watched.picture, "calls", SALES, followed=True)
    assert (shown.epoch, orjson.loads(shown.snapshot)) == ("epoch-2", {})


def test_of_people_a_limited_role_sees_their_places_in_its_queues(watched: Watched) -> None:
    people = watched.snapshot("agents")
    assert {len(agent["queues"]) for agent in people.values()} == {1, 2}
    seen = watched.snapshot("agents", SALES)
    assert {place["queue"] for agent in seen.values() for place in agent["queues"]} == {"sales"}
    assert watched.snapshot("agents", Audience(queues=frozenset({"support"}))).keys() == {"Alice"}
    watched.tell("QueueMemberRemoved", Queue="sales", Interface="PJSIP/101", MemberName="Bob")
    assert {"op": "del", "key": "Bob"} in watched.changes("agents", SALES)


def test_whom_a_member_talks_to_is_told_no_more_when_the_call_went_on_elsewhere(watched: Watched) -> None:
    call(watched, "1.3", "sales")
    leave(watched, "1.3", "sales")
    watched.tell(
        "AgentConnect", Queue="sales", Interface="PJSIP/101", MemberName="Bob", Uniqueid="1.3",
        Linkedid="1.3", Channel="PJSIP/trunk-1.3", CallerIDNum="01.3", DestUniqueid="1.9",
    )  # fmt: skip
    assert "01.3" in str(watched.snapshot("queues", SALES)["sales"]["members"])
    assert "01.3" in str(watched.snapshot("agents", SALES)["Bob"])
    watched.tell(
        "QueueCallerJoin", Queue="support", Uniqueid="1.3", Linkedid="1.3", Channel="PJSIP/trunk-1.3",
        Position="1", Count="1",
    )  # fmt: skip
    for topic in ("queues", "agents"):
        assert "01.3" in str(watched.snapshot(topic))
        (change,) = watched.changes(topic, SALES)
        assert change["op"] == "put"
        assert "01.3" not in str(change)


def test_of_ordered_calls_a_limited_role_sees_its_own_and_those_of_its_queues(watched: Watched) -> None:
    for number, name in enumerate(("sam", "sue", "sue"), start=1):
        order = Origination(f"o{number}", f"1.{number}", "PJSIP/9", None, None, None, name, 0.0, 9e9)
        watched.picture.begin_origination(order)
    sam = Audience(queues=frozenset({"sales"}), orders_of="sam")
    assert watched.snapshot("actions", sam).keys() == {"o1"}
    call(watched, "1.3", "sales")
    assert [(change["op"], change["key"]) for change in watched.changes("actions", sam)] == [("put", "o3")]
