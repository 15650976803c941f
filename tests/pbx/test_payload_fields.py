from __future__ import annotations

from datetime import date

from amictl.pbx.changes import Change
from amictl.pbx.payloads import (
    change_payload,
    format_time,
    value_payload,
)
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.value import JourneyStep
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.queues.days.value import MissedPeriod, MissedReason, QueueDay
from tests.pbx.ami_events import ami_event

BRIDGE = Bridge("b1", "basic", "simple_bridge", None, None, ("17.1", "17.2"))


def test_times_are_iso_8601_in_utc_with_milliseconds() -> None:
    assert format_time(1_800_000_001.25) == "2027-01-15T08:00:01.250Z"
    assert format_time(None) is None


def test_a_link_tells_its_state_in_words_and_its_round_trip_in_milliseconds() -> None:
    link = LinkStatus("main", LinkState.BAD_CREDENTIALS, 1_800_000_000.0, round_trip=0.0015, address="h:5038")

    payload = value_payload(link)

    assert payload["state"] == "bad_credentials"
    assert payload["round_trip_ms"] == 1.5
    assert payload["since"] == "2027-01-15T08:00:00.000Z"
    assert (payload["retry_at"], payload["address"], payload["stale"]) == (None, "h:5038", False)


def test_an_event_keeps_repeated_headers_and_what_was_sent() -> None:
    event = ami_event("VarSet", Variable="A", Value=r"\"x\"", Extra="1\r\nExtra: 2")

    assert ReceivedEvent("main", event, 1_800_000_000.0, 17).payload == {
        "type": "ami_event",
        "event": "VarSet",
        "data": {
            "Event": "VarSet",
            "Privilege": "call,all",
            "Variable": "A",
            "Value": r"\"x\"",
            "Extra": ["1", "2"],
        },
        "at": "2027-01-15T08:00:00.000Z",
        "seq": 17,
        "pbx": "main",
    }


def test_a_change_has_a_value_only_when_something_is_put() -> None:
    assert change_payload(Change("channels", "del", "17.1")) == {"op": "del", "key": "17.1"}
    assert change_payload(Change("bridges", "put", "b1", BRIDGE)) == {
        "op": "put",
        "key": "b1",
        "value": value_payload(BRIDGE),
    }


def test_a_missed_period_says_from_when_to_when_by_the_names_that_json_has() -> None:
    missed = MissedPeriod(1_800_000_000.0, 1_800_000_001.0, MissedReason.LINK_LOST, 1, 0, 0)
    day = QueueDay(date(2027, 1, 15), 1_800_000_000.0, complete=False, missed=(missed,))

    payload = value_payload(day)

    assert (payload["day"], payload["complete"]) == ("2027-01-15", False)
    assert payload["missed"] == [
        {
            "from": "2027-01-15T08:00:00.000Z",
            "to": "2027-01-15T08:00:01.000Z",
            "reason": "link_lost",
            "answered": 1,
            "abandoned": 0,
            "left": 0,
        }
    ]


def test_what_a_step_of_a_journey_has_not_is_left_out() -> None:
    step = JourneyStep(1_800_000_000.0, "ring_no_answer", queue="support", member="PJSIP/100", seconds=8.5)

    assert value_payload(step) == {
        "at": "2027-01-15T08:00:00.000Z",
        "kind": "ring_no_answer",
        "queue": "support",
        "member": "PJSIP/100",
        "seconds": 8.5,
    }
