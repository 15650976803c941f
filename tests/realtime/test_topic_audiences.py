"""Who may subscribe to a topic, and with whom they share a room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amictl.errors import PermissionDenied
from amictl.realtime.rooms import EVERYBODY, Audience, audience_for, require_topic, room_name
from amictl.services.access import Actor

ALL = frozenset({"live.read", "events.read", "events.sensitive"})
BOSS = Actor(1, "boss", "Admin", ALL, None, None, "session")
WATCHER = replace(BOSS, permissions=frozenset({"live.read", "events.read"}))
SALES = replace(BOSS, queue_scope=frozenset({"sales"}))
REDACTED = Audience(sensitive=False)


@pytest.mark.parametrize("topic", ["pbx", "bridges", "endpoints", "actions", "queue:sales"])
def test_topics_without_secrets_have_one_audience(topic: str) -> None:
    assert {audience_for(topic, actor) for actor in (BOSS, WATCHER, SALES)} == {EVERYBODY}


def test_audiences_differ_only_by_what_the_topic_shows() -> None:
    assert audience_for("channels", SALES) == audience_for("channels", BOSS) == EVERYBODY
    assert audience_for("channels", WATCHER) == REDACTED
    assert audience_for("queues", WATCHER) == EVERYBODY
    for topic in ("queues", "calls", "agents", "parking", "conferences"):
        assert audience_for(topic, SALES) == Audience(queues=frozenset({"sales"}))
    assert audience_for("events", SALES) == Audience(queues=frozenset({"sales"}))
    assert audience_for("event:Hangup", WATCHER) == REDACTED


def test_rooms_of_different_audiences_never_have_one_name() -> None:
    audiences = [
        EVERYBODY,
        REDACTED,
        *(Audience(queues=frozenset(q)) for q in ((), ("a",), ("a", "b"), ("ab",))),
    ]
    assert len({room_name("main", "events", audience) for audience in audiences}) == len(audiences)
    assert room_name("a", "queue:x", EVERYBODY) != room_name("a", "queue:x|plain:all", EVERYBODY)
    same = (Audience(queues=frozenset({"a", "b"})), Audience(queues=frozenset({"b", "a"})))
    assert room_name("main", "events", same[0]) == room_name("main", "events", same[1])


@pytest.mark.parametrize(
    ("actor", "topic"),
    [
        (replace(BOSS, permissions=frozenset({"live.read"})), "events"),
        (replace(BOSS, permissions=frozenset({"live.read"})), "event:Hangup"),
        (replace(BOSS, permissions=frozenset({"events.read"})), "channels"),
        (replace(BOSS, pbx_scope=frozenset({"other"})), "channels"),
        (SALES, "queue:support"),
    ],
)
def test_a_topic_out_of_reach_is_refused(actor: Actor, topic: str) -> None:
    require_topic(BOSS, "main", topic)
    with pytest.raises(PermissionDenied):
        require_topic(actor, "main", topic)
