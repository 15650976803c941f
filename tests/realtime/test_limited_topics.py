"""Whoever is limited to queues is shown in every topic what belongs to their calls, and nothing else."""

from __future__ import annotations

import itertools
from typing import Any

import orjson
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from amictl.manager import Pbx
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS, TOPICS
from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.publisher import ChangeSignal, Publisher
from amictl.realtime.subscriptions import Feed, Subscriptions
from amictl.realtime.visibility import EVERYBODY, is_event_topic
from amictl.services.access import Audience
from tests.application import make_message, make_reply
from tests.pbx.secret_calls import (
    MEMBERS,
    NAMES,
    OWN,
    SecretCalls,
    find_calls,
    find_events,
    list_endpoints,
)
from tests.realtime.listening_client import ListeningClient
from tests.socket_contract import check_event

LIMITED = Audience(queues=frozenset({OWN}))
ACTIONS = ("sales", "support", "connect", "leave", "park", "confer", "join", "move", "mention", "end")
VALUE_TOPICS = tuple(
    topic for topic in (*TOPICS, f"queue:{OWN}") if topic not in {"pbx", "events", "actions"}
)
_epochs = itertools.count(1)


class Registry:
    """The one PBX."""

    def __init__(self, pbx: Pbx) -> None:
        self._pbx = pbx

    def get(self, _name: str) -> Pbx:
        return self._pbx


class Copy:
    """What one subscriber has of a topic, by the rules that docs/api.md gives."""

    def __init__(self, epoch: str, seq: int, snapshot: bytes, *, limited: bool) -> None:
        self.epoch, self.seq, self.limited = epoch, seq, limited
        self.values: dict[str, Any] = orjson.loads(snapshot)

    def take(self, batch: dict[str, Any]) -> None:
        assert (batch["epoch"], batch["prev_seq"]) == (self.epoch, self.seq)
        assert batch["seq"] > self.seq
        self.seq = batch["seq"]
        for change in batch["changes"]:
            if change["op"] == "put":
                self.values[change["key"]] = change["value"]
            else:
                had = self.values.pop(change["key"], None)
                assert had is not None or not self.limited  # of what it never had it is told nothing


class Stage:
    """A PBX with secret calls, and two who are subscribed to all of its topics."""

    def __init__(self) -> None:
        self.picture = LivePicture("main")
        self.calls = SecretCalls(self.picture.apply_event)
        self.sent: list[tuple[Feed, Audience, str, dict[str, Any]]] = []
        self.subscriptions = Subscriptions()
        self.cache = EncodedCache(lambda _seconds: None)
        self.publisher = Publisher(
            registry=Registry(Pbx("main", None, self.picture)),  # type: ignore[arg-type]
            subscriptions=self.subscriptions,
            signal=ChangeSignal(),
            cache=self.cache,
            emitter=self,
            sleep=lambda _seconds: None,
            after_round=lambda: None,
        )
        self.clients: dict[tuple[str, Audience], Copy] = {}
        self.events: dict[Audience, list[str]] = {EVERYBODY: [], LIMITED: []}
        self.load([])

    def emit(self, feed: Feed, audience: Audience, name: str, content: dict[str, Any]) -> None:
        seen = orjson.loads(orjson.dumps(content, default=orjson.Fragment))
        check_event(name, {"pbx": feed.pbx, "topic": feed.topic, **seen})
        self.sent.append((feed, audience, name, seen))

    def flush(self) -> None:
        """Nothing waits."""

    def load(self, tokens: list[str]) -> None:
        """Begin a session whose lists tell what is now."""
        lists: dict[str, list[Any]] = {
            "CoreShowChannels": self.calls.list_channels(),
            "QueueStatus": [
                *(make_message(Event="QueueParams", Queue=queue, Max="0", Calls="0") for queue in MEMBERS),
                *(
                    make_message(Event="QueueMember", Queue=queue, Name=NAMES[queue], Location=member)
                    for queue, member in MEMBERS.items()
                ),
                *self.calls.list_waiting(),
            ],
            "PJSIPShowEndpoints": list_endpoints(tokens),
        }
        self.picture.begin_session(f"epoch-{next(_epochs)}")
        for step in SNAPSHOT_STEPS:
            self.picture.load_step(step, make_reply(*lists.get(step.name, [])))
        self.picture.complete_snapshot()

    def subscribe(self) -> None:
        for sid, audience in (("all", EVERYBODY), ("limited", LIMITED)):
            member = ListeningClient(sid)
            self.subscriptions.connect(member)
            for topic in (*VALUE_TOPICS, "events"):
                feed = Feed("main", topic)
                shown = self.cache.snapshot(self.picture, topic, audience)
                if not is_event_topic(topic):
                    self.clients[topic, audience] = Copy(
                        shown.epoch, shown.seq, shown.snapshot, limited=audience is LIMITED
                    )
                self.subscriptions.add(member, feed, audience)
                self.publisher.watch(feed, *self.picture.position(topic))

    def publish(self, allowed: set[str]) -> None:
        """Bring all that happened to the clients, and hold what the limited one has against the rule.

        Args:
            allowed: The calls that it saw at some time since the last round.
        """
        before = {topic: find_calls(str(self.clients[topic, LIMITED].values)) for topic in VALUE_TOPICS}
        self.publisher.publish("main")
        sent, self.sent = self.sent, []
        for feed, audience, name, batch in sent:
            if name == "ami_events":
                self.events[audience] += (event["data"]["Stage"] for event in batch["events"])
            else:
                self.clients[feed.topic, audience].take(batch)
            if audience == LIMITED:
                assert find_calls(str(batch)) <= allowed | before.get(feed.topic, set()), batch
        for topic in VALUE_TOPICS:
            whole = self.clients[topic, EVERYBODY].values
            seen = find_calls(str(self.clients[topic, LIMITED].values))
            told = whole if topic != "queues" else {OWN: whole[OWN]}
            mine = self.calls.present() if topic == "endpoints" else self.calls.seen()
            assert seen == find_calls(str(told)) & mine, topic
            fresh = self.cache.snapshot(self.picture, topic, LIMITED, followed=True)
            assert orjson.loads(fresh.snapshot) == self.clients[topic, LIMITED].values, topic


@settings(max_examples=60)
@given(
    story=st.lists(
        st.tuples(
            st.sampled_from((*ACTIONS, "sales", "connect", "publish")), st.integers(0, 4), st.integers(0, 4)
        ),
        min_size=5,
        max_size=40,
    )
)
def test_in_every_topic_and_every_batch_there_is_what_belongs_and_nothing_else(
    story: list[tuple[str, int, int]],
) -> None:
    note(repr(story))
    stage = Stage()
    calls = stage.calls
    for _ in range(5):
        calls.begin()
    for call, queue in zip(calls.calls, (OWN, "support", OWN), strict=False):
        calls.join(call, queue)
    stage.load([call.token for call in calls.calls])
    stage.subscribe()
    began = len(calls.told)
    allowed = calls.seen()
    for action, one, other in story:
        if action == "publish":
            stage.publish(allowed | calls.seen())
            allowed = calls.seen()
        elif not calls.calls[one].ended and not calls.calls[other].ended:
            calls.act(action, calls.calls[one], calls.calls[other])
            allowed |= calls.seen()
    stage.publish(allowed | calls.seen())
    published = dict(list(calls.told.items())[began:])
    assert stage.events[EVERYBODY] == list(published)
    assert stage.events[LIMITED] == [token for token, seen in published.items() if seen]
    missed = stage.picture.since("events", stage.picture.position("events")[0], 0)
    assert missed is not None
    replay = stage.cache.replay(stage.picture, "events", LIMITED, missed)
    assert find_events(str(replay)) == {token for token, seen in calls.told.items() if seen}
    last = orjson.loads(stage.cache.snapshot(stage.picture, "events", LIMITED).snapshot)
    assert find_events(str(last)) <= find_events(str(replay))


@pytest.mark.parametrize("late", [False, True])
def test_a_replay_shows_no_more_than_was_shown_live(late: bool) -> None:
    stage = Stage()
    calls = stage.calls
    moved, stayed = calls.begin(), calls.begin()
    if not late:
        stage.subscribe()
    calls.join(moved, "support")
    calls.join(stayed, OWN)
    calls.join(moved, OWN)
    calls.join(stayed, "support")
    for call in (moved, stayed):
        calls.end(call)
    missed = stage.picture.since("events", stage.picture.position("events")[0], 0)
    assert missed is not None
    replay = stage.cache.replay(stage.picture, "events", LIMITED, missed)
    assert find_events(str(replay)) == {token for token, seen in calls.told.items() if seen}
    assert any(calls.told.values())
