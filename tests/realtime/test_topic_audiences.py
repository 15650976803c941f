"""Who sees what of a topic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from amictl.errors import PermissionDenied
from amictl.realtime.rooms import (
    EVERYBODY,
    Audience,
    audience_for,
    require_topic,
    room_name,
    show_changes,
    show_events,
    show_snapshot,
)
from amictl.services.access import Actor

ALL = frozenset({"live.read", "events.read", "events.sensitive"})
BOSS = Actor(1, "boss", "Admin", ALL, None, None, "session")
WATCHER = replace(BOSS, permissions=frozenset({"live.read", "events.read"}))
SALES = replace(BOSS, queue_scope=frozenset({"sales"}))
REDACTED = Audience(sensitive=False)


def event(name: str, seq: int = 1, **data: Any) -> dict[str, Any]:  # noqa: ANN401 - headers may repeat
    return {"type": "ami_event", "event": name, "data": {"Event": name, **data}, "at": "now", "seq": seq}


@pytest.mark.parametrize("topic", ["pbx", "bridges", "queue:sales"])
def test_topics_without_secrets_have_one_audience(topic: str) -> None:
    assert {audience_for(topic, actor) for actor in (BOSS, WATCHER, SALES)} == {EVERYBODY}


def test_audiences_differ_only_by_what_the_topic_shows() -> None:
    assert audience_for("channels", SALES) == audience_for("channels", BOSS) == EVERYBODY
    assert audience_for("channels", WATCHER) == REDACTED
    assert audience_for("queues", WATCHER) == EVERYBODY
    assert audience_for("queues", SALES).queues == {"sales"}
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


def test_queues_out_of_scope_are_in_no_snapshot_and_no_change() -> None:
    audience = audience_for("queues", SALES)
    values = {name: {"queue": name} for name in ("sales", "support")}
    assert show_snapshot("queues", audience, values) == {"sales": {"queue": "sales"}}
    changes = [
        {"op": "put", "key": "support", "value": {}},
        {"op": "del", "key": "support"},
        {"op": "del", "key": "sales"},
    ]
    assert show_changes("queues", audience, changes) == [{"op": "del", "key": "sales"}]


def test_events_of_queues_out_of_scope_are_not_shown() -> None:
    events = [
        event("QueueCallerJoin", Queue="support"),
        event("QueueCallerJoin", Queue="sales"),
        event("Newchannel"),
        event("Odd", Queue=["sales", "support"]),
    ]
    shown = show_events(audience_for("events", SALES), events)
    assert [each["data"].get("Queue") for each in shown] == ["sales", None]
    snapshot = {str(number): each for number, each in enumerate(events)}
    assert show_snapshot("events", audience_for("events", SALES), snapshot).keys() == {"1", "2"}


def test_digits_and_dialplan_data_are_hidden_without_the_permission() -> None:
    digit = event("DTMFEnd", Digit="7")
    assert show_events(EVERYBODY, [digit])[0]["data"]["Digit"] == "7"
    assert show_events(REDACTED, [digit])[0]["data"]["Digit"] == "[redacted]"
    channel = {"channel": "PJSIP/1-1", "application_data": "Set(PIN=1234)"}
    change = {"op": "put", "key": "1", "value": channel}
    assert "1234" in str(show_changes("channels", EVERYBODY, [change]))
    assert "1234" not in str(show_changes("channels", REDACTED, [change]))
    assert "1234" not in str(show_snapshot("channels", REDACTED, {"1": channel}))
    assert channel["application_data"] == "Set(PIN=1234)"  # the picture's own value is left as it is
