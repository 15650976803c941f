"""Who may subscribe to a topic, and with whom they share what is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amictl.errors import PermissionDenied
from amictl.pbx.picture.topics import TOPICS
from amictl.realtime.visibility import EVERYBODY, audience_for, require_topic
from amictl.services.access import Actor, Audience

ALL = frozenset({"live.read", "events.read", "events.sensitive"})
BOSS = Actor(1, "boss", "Admin", ALL, None, None, "session")
WATCHER = replace(BOSS, permissions=frozenset({"live.read", "events.read"}))
SALES = replace(BOSS, queue_scope=frozenset({"sales"}))
REDACTED = Audience(sensitive=False)


@pytest.mark.parametrize("topic", ["bridges", "endpoints", "actions", "queue:sales", "queues"])
def test_topics_without_secrets_have_one_audience_of_all_who_see_every_queue(topic: str) -> None:
    assert {audience_for(topic, actor) for actor in (BOSS, WATCHER)} == {EVERYBODY}


def test_the_link_is_the_same_for_everybody() -> None:
    assert {audience_for("pbx", actor) for actor in (BOSS, WATCHER, SALES)} == {EVERYBODY}


def test_audiences_differ_only_by_what_the_topic_shows() -> None:
    assert audience_for("channels", BOSS) == EVERYBODY
    assert audience_for("channels", WATCHER) == REDACTED
    for topic in TOPICS:
        if topic not in {"pbx", "actions"}:
            assert audience_for(topic, SALES) == Audience(queues=frozenset({"sales"}))
    assert audience_for("queue:sales", SALES) == Audience(queues=frozenset({"sales"}))
    assert audience_for("event:Hangup", WATCHER) == REDACTED


def test_ordered_calls_are_shown_to_whoever_ordered_them() -> None:
    assert audience_for("actions", SALES) == Audience(queues=frozenset({"sales"}), orders_of="boss")
    assert audience_for("actions", SALES) != audience_for("actions", replace(SALES, username="sam"))


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
