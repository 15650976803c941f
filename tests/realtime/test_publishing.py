"""From a change in the picture to one message to each audience."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import orjson
import pytest

from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.publisher import BATCH_INTERVAL, MAX_BATCH, ChangeSignal, Publisher
from amictl.realtime.subscriptions import Feed, Subscriptions
from amictl.realtime.visibility import EVERYBODY
from amictl.services.access import Audience
from tests.application import Application, make_message, paint_picture
from tests.patience import PATIENCE
from tests.realtime.listening_client import ListeningClient
from tests.serving import wait_until
from tests.socket_contract import check_event

SALES = Audience(queues=frozenset({"sales"}))


class Emitted(NamedTuple):
    """A message as the clients of an audience would see it."""

    name: str
    feed: Feed
    audience: Audience
    content: dict[str, Any]


class Recorder:
    """An emitter that remembers."""

    def __init__(self) -> None:
        self.sent: list[Emitted] = []
        self._emitted: list[Emitted] = []

    def emit(self, feed: Feed, audience: Audience, name: str, content: dict[str, Any]) -> None:
        seen = orjson.loads(orjson.dumps(content, default=orjson.Fragment))
        check_event(name, {"pbx": feed.pbx, "topic": feed.topic, **seen})
        self._emitted.append(Emitted(name, feed, audience, seen))

    def flush(self) -> None:
        self.sent += self._emitted
        self._emitted.clear()

    def take(self) -> list[Emitted]:
        taken, self.sent = self.sent, []
        return taken


class Bench:
    """A publisher over the painted picture, with two sockets."""

    def __init__(self, application: Application) -> None:
        self.picture = application.picture
        self.application = application
        self.recorder = Recorder()
        self.subscriptions = Subscriptions()
        self.signal = ChangeSignal()
        self.cache = EncodedCache(lambda _seconds: None)
        self.rounds = 0
        self.publisher = Publisher(
            registry=application.services.registry,
            subscriptions=self.subscriptions,
            signal=self.signal,
            cache=self.cache,
            emitter=self.recorder,
            sleep=lambda _seconds: None,
            after_round=self.count_round,
        )
        for sid in ("a", "b"):
            self.subscriptions.connect(ListeningClient(sid))

    def count_round(self) -> None:
        self.rounds += 1

    def subscribe(self, sid: str, topic: str, audience: Audience = EVERYBODY) -> Feed:
        feed = Feed("main", topic)
        self.subscriptions.add(self.subscriptions.get(sid), feed, audience)
        self.publisher.watch(feed, *self.picture.position(topic))
        self.cache.snapshot(self.picture, topic, audience)
        return feed

    def new_channel(self, number: int) -> None:
        self.picture.apply_event(
            make_message(
                Event="Newchannel", Channel=f"PJSIP/9-{number}", Uniqueid=f"9.{number}", ChannelState="0"
            )
        )

    def pause(self, queue: str, paused: str = "1") -> None:
        self.picture.apply_event(
            make_message(
                Event="QueueMemberPause",
                Queue=queue,
                Interface="PJSIP/100",
                MemberName="Alice",
                Paused=paused,
            )
        )


@pytest.fixture
def bench(application: Application) -> Bench:
    return Bench(application)


def test_a_change_goes_to_its_audience_with_the_cursors_around_it(bench: Bench) -> None:
    bench.subscribe("a", "channels")
    bench.new_channel(1)
    bench.publisher.publish("main")
    ((name, feed, audience, batch),) = bench.recorder.take()
    assert name == "changes"
    assert (feed, audience) == (Feed("main", "channels"), EVERYBODY)
    assert {key: batch[key] for key in ("epoch", "prev_seq", "seq")} == {
        "epoch": "epoch-1", "prev_seq": 0, "seq": 1,
    }  # fmt: skip
    (change,) = batch["changes"]
    assert (change["op"], change["key"], change["value"]["channel"]) == ("put", "9.1", "PJSIP/9-1")
    bench.publisher.publish("main")
    assert bench.recorder.take() == []


def test_changes_of_one_round_are_one_batch_and_follow_the_last(bench: Bench) -> None:
    bench.subscribe("a", "channels")
    for number in range(5):
        bench.new_channel(number)
    bench.publisher.publish("main")
    bench.new_channel(5)
    bench.publisher.publish("main")
    first, second = (each.content for each in bench.recorder.take())
    assert (first["prev_seq"], first["seq"], len(first["changes"])) == (0, 5, 5)
    assert (second["prev_seq"], second["seq"], len(second["changes"])) == (5, 6, 1)


def test_a_batch_is_sent_once_for_each_audience_however_many_sockets_there_are(bench: Bench) -> None:
    for sid in ("a", "b"):
        bench.subscribe(sid, "channels")
    bench.new_channel(1)
    bench.publisher.publish("main")
    assert len(bench.recorder.take()) == 1
    bench.subscribe("b", "channels", Audience(sensitive=False))
    bench.new_channel(2)
    bench.publisher.publish("main")
    assert len({each.audience for each in bench.recorder.take()}) == 2


def test_an_audience_that_was_shown_nothing_sees_no_gap_later(bench: Bench) -> None:
    feed = bench.subscribe("a", "queues", SALES)
    snapshot = bench.cache.snapshot(bench.picture, feed.topic, SALES, followed=True)
    bench.pause("support")
    bench.publisher.publish("main")
    assert bench.recorder.take() == []
    bench.pause("sales")
    bench.publisher.publish("main")
    ((_, _, _, batch),) = bench.recorder.take()
    assert (batch["prev_seq"], batch["seq"]) == (snapshot.seq, snapshot.seq + 1)
    assert [change["key"] for change in batch["changes"]] == ["sales"]


def test_an_audience_that_comes_later_is_sent_nothing_with_a_gap(bench: Bench) -> None:
    bench.subscribe("a", "queues")
    bench.pause("support")
    bench.subscribe("b", "queues", SALES)
    seq = bench.cache.snapshot(bench.picture, "queues", SALES, followed=True).seq
    bench.pause("support", "0")
    bench.publisher.publish("main")
    bench.pause("sales")
    bench.publisher.publish("main")
    batches = [each.content for each in bench.recorder.take() if each.audience == SALES]
    assert [batch["prev_seq"] <= seq for batch in batches] == [True]


def test_events_keep_their_own_numbers_and_are_cut_into_packets(bench: Bench) -> None:
    bench.subscribe("a", "events")
    for number in range(MAX_BATCH + 3):
        bench.new_channel(number)
    bench.publisher.publish("main")
    first, second = (each.content for each in bench.recorder.take())
    assert [event["seq"] for event in first["events"] + second["events"]] == list(range(1, MAX_BATCH + 4))
    assert (first["prev_seq"], first["seq"], second["prev_seq"]) == (0, MAX_BATCH, MAX_BATCH)
    assert first["events"][0]["type"] == "ami_event"


def test_a_new_picture_resets_every_topic_and_the_next_batch_is_of_it(bench: Bench) -> None:
    topics = ("channels", "bridges", "queues", "queue:sales", "events", "event:Newchannel")
    for topic in topics:
        bench.subscribe("a", topic)
    paint_picture(bench.picture, "epoch-2")
    bench.publisher.publish("main")
    sent = bench.recorder.take()
    assert [each.name for each in sent] == ["reset"] * len(topics)
    assert {each.feed.topic for each in sent} == set(topics)
    bench.new_channel(1)
    bench.publisher.publish("main")
    assert {each.content["epoch"] for each in bench.recorder.take()} == {"epoch-2"}


def test_a_reader_that_fell_out_of_the_log_is_reset(bench: Bench) -> None:
    bench.subscribe("a", "events")
    for number in range(5001):
        bench.new_channel(number)
    bench.publisher.publish("main")
    assert [each.name for each in bench.recorder.take()] == ["reset"]
    assert bench.picture.shed == 5001
    bench.new_channel(1)
    bench.publisher.publish("main")
    ((_, _, _, batch),) = bench.recorder.take()
    assert (batch["prev_seq"], batch["seq"]) == (5001, 5002)
    assert bench.picture.shed == 5001


def test_a_flood_silences_raw_events_alone_and_ends_with_a_reset(bench: Bench) -> None:
    for topic in ("events", "event:Newchannel", "channels"):
        bench.subscribe("a", topic)
    bench.new_channel(1)
    bench.picture.set_overloaded(True)
    for number in range(2, 8):
        bench.new_channel(number)
    bench.publisher.publish("main")
    sent = {each.feed.topic: each.content for each in bench.recorder.take()}
    assert len(sent["channels"]["changes"]) == 7
    assert [len(sent[topic]["events"]) for topic in ("events", "event:Newchannel")] == [1, 1]
    bench.picture.set_overloaded(False)
    bench.publisher.publish("main")
    assert {(each.name, each.feed.topic) for each in bench.recorder.take()} == {
        ("reset", "events"),
        ("reset", "event:Newchannel"),
    }
    assert bench.picture.shed == 6


def test_a_pbx_that_was_removed_resets_its_topics_once(bench: Bench) -> None:
    bench.subscribe("a", "channels")
    bench.application.install()
    for _ in range(3):
        bench.publisher.publish("main")
    assert [each.name for each in bench.recorder.take()] == ["reset"]


def test_topics_that_nobody_wants_cost_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = bench.subscribe("a", "channels")
    bench.subscriptions.remove(bench.subscriptions.get("a"), feed)
    bench.new_channel(1)
    monkeypatch.setattr(bench.picture, "since", None)  # calling it would raise
    monkeypatch.setattr(bench.picture, "position", None)
    bench.publisher.publish("main")
    assert bench.recorder.take() == []
    assert bench.publisher._progress == {}


def test_the_task_wakes_at_a_change_and_ends_when_told(bench: Bench) -> None:
    bench.subscribe("a", "channels")
    bench.picture.on_change = bench.signal.mark
    task = threading.Thread(target=bench.publisher.run)
    task.start()
    bench.new_channel(1)
    assert wait_until(lambda: bench.recorder.sent)
    assert wait_until(lambda: bench.rounds)
    bench.publisher.stop()
    task.join(PATIENCE)
    assert not task.is_alive()


def test_a_defect_costs_one_round_not_the_stream(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.subscribe("a", "channels")
    bench.picture.on_change = bench.signal.mark
    since = bench.picture.since
    monkeypatch.setattr(bench.picture, "since", None)
    task = threading.Thread(target=bench.publisher.run)
    task.start()
    bench.new_channel(1)
    assert wait_until(lambda: bench.rounds)
    monkeypatch.setattr(bench.picture, "since", since)
    bench.new_channel(2)
    assert wait_until(lambda: bench.recorder.sent)
    bench.publisher.stop()
    task.join(PATIENCE)
    assert [change["key"] for change in bench.recorder.sent[0].content["changes"]] == ["9.1", "9.2"]
    assert "publish_failed" in capsys.readouterr().out


def test_the_next_round_begins_just_after_the_links_have_read(bench: Bench) -> None:
    publisher, slept = bench.publisher, list[float]()
    clock = iter([2500.3 * BATCH_INTERVAL, 2500.5 * BATCH_INTERVAL])

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        publisher.stop()

    publisher._clock, publisher._sleep = lambda: next(clock), sleep
    bench.signal.mark("main")
    publisher.run()
    assert slept == [pytest.approx(BATCH_INTERVAL / 2 + 0.001)]


def test_a_change_between_two_rounds_is_not_lost() -> None:
    signal = ChangeSignal()
    signal.mark("main")
    assert signal.wait(0) == ["main"]
    assert signal.wait(0) == []
    signal.mark("main")
    signal.mark("main")
    signal.mark("other")
    assert signal.wait(0) == ["main", "other"]
