"""What a session that lacks events or lists cannot tell, and what does not look like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amictl.pbx.picture.hearing import CLASS_OF_EVENT, CLASSES_OF_EVENTS, Hearing
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SPECS

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"
# They tell what others tell, or nothing that any topic shows: FullyBooted makes the picture be taken again.
_OF_NO_TOPIC = frozenset(
    {"FullyBooted", "HangupRequest", "SoftHangupRequest", "AgentCalled", "ExtensionStatus"}
)


def hearing(*came: str) -> Hearing:
    return Hearing(came.__contains__)


def limited(heard: Hearing) -> set[str]:
    return set(heard.find_limits(lambda _topic: 5.0))


@pytest.mark.parametrize("transcript", sorted(TRANSCRIPTS.glob("*.ami")), ids=lambda path: path.stem)
def test_each_event_is_of_the_class_that_asterisk_says(transcript: Path) -> None:
    for message in transcript.read_bytes().decode(errors="replace").split("\r\n\r\n"):
        told = re.search(r"^Event: (\w+)\r\nPrivilege: (\w+),all", message, re.MULTILINE)
        if told is not None:
            assert CLASS_OF_EVENT.get(told[1], told[2]) == told[2]


def test_each_event_that_a_table_uses_feeds_a_topic() -> None:
    feeding = {event for spec in SPECS.values() for events in spec.events.values() for event in events}
    assert PbxState()._handlers.keys() - _OF_NO_TOPIC == feeding - {"OriginateResponse"}
    assert feeding <= CLASS_OF_EVENT.keys()


def test_whoever_hears_and_lists_everything_has_no_limits() -> None:
    assert limited(hearing()) == set()
    assert hearing().describe() == []
    assert hearing().hears_days


@pytest.mark.parametrize(
    ("lacking", "topics"),
    [
        ("agent", {"queues", "agents", "calls", "events"}),
        ("dialplan", {"channels", "calls", "events"}),
        ("system", {"endpoints", "events"}),
        ("user", {"events"}),
        (
            "call",
            {"channels", "bridges", "calls", "parking", "conferences", "endpoints", "actions", "events"},
        ),
    ],
)
def test_a_missing_read_class_limits_the_topics_that_its_events_feed(lacking: str, topics: set[str]) -> None:
    heard = hearing(*CLASSES_OF_EVENTS.get(lacking, ()))  # what came before says nothing about a class
    heard.learn((lacking,), ())
    limits = heard.find_limits({"queues": 7.0}.get)
    assert limits.keys() == topics
    for limit in limits.values():
        assert limit.detail == f"The AMI user lacks the read class {lacking}."
        assert limit.known
    if "queues" in topics:
        assert limits["queues"].as_of == limits["agents"].as_of == limits["calls"].as_of == 7.0
    assert heard.hears_days == (lacking != "agent")


def test_where_nobody_tells_the_classes_each_is_counted_on_once_an_event_of_it_came() -> None:
    came: set[str] = {"FullyBooted"}
    heard = Hearing(came.__contains__)
    heard.learn(None, ())
    assert limited(heard) == SPECS.keys() - {"pbx"}
    assert "Nobody tells whether" in heard.find_limits({}.get)["queues"].detail
    assert not heard.hears_days
    came.add("QueueMemberStatus")
    assert heard.hears_days
    came.update(("DeviceStateChange", "Newexten"))
    assert limited(heard) == set()


def test_a_topic_without_its_list_is_not_known() -> None:
    heard = hearing()
    heard.unlisted = {"CoreShowChannels": "No channels.", "ParkedCalls": "No parking."}
    limits = heard.find_limits(lambda _topic: 5.0)
    assert {topic: (limit.known, limit.detail) for topic, limit in limits.items()} == {
        "channels": (False, "No channels."),
        "calls": (False, "No channels."),
        "parking": (False, "No parking."),
    }
    assert all(limit.as_of is None for limit in limits.values())


def test_what_filters_keep_away_is_named_until_it_comes_all_the_same() -> None:
    came: set[str] = set()
    heard = Hearing(came.__contains__)
    heard.learn((), ("QueueCallerJoin", "QueueMemberPause"))
    assert heard.describe() == [
        "An eventfilter of the AMI user keeps these events away: QueueCallerJoin, QueueMemberPause."
    ]
    assert limited(heard) == {"queues", "agents", "calls", "events"}
    assert not heard.hears_days
    came.add("QueueCallerJoin")
    assert "QueueCallerJoin" not in " ".join(heard.describe())
    assert heard.hears_days
    came.add("QueueMemberPause")
    assert limited(heard) == set()


def test_what_lists_find_again_and_again_and_no_event_ever_told_is_named() -> None:
    came: set[str] = set()
    heard = Hearing(came.__contains__)
    heard.note_drifts(["channels.extra", "channels.extra"])
    assert heard.describe() == []
    heard.note_drifts(["channels.extra", "channels.changed:application_data"])
    (sentence,) = heard.describe()
    assert sentence.startswith("These events do not come, ")
    assert "Hangup (3 times)." in sentence
    assert limited(heard) == {"channels", "calls", "events"}
    came.add("Hangup")
    assert heard.describe() == []
    assert limited(heard) == set()


def test_one_look_proves_nothing_however_much_it_finds() -> None:
    heard = hearing()
    heard.note_drifts(["channels.extra"] * 50)
    assert heard.describe() == []


def test_drifts_beside_events_of_their_kind_are_no_reason_to_think_that_those_do_not_come() -> None:
    heard = hearing("Hangup", "QueueMemberStatus", "UnParkedCall")
    for _ in range(20):
        heard.note_drifts(["channels.extra", "queues.member.changed:status", "parking.extra"])
    assert heard.describe() == []


def test_what_asterisk_also_changes_without_an_event_is_no_sign() -> None:
    heard = hearing()
    for _ in range(20):
        heard.note_drifts(["queues.missing", "queues.changed:completed", "queues.member.missing"])
        heard.note_drifts(["endpoints.missing", "conferences.party.changed:muted"])
    assert heard.describe() == []
