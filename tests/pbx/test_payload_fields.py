from __future__ import annotations

import json
from datetime import date

import pytest

from amictl.pbx.changes import Change
from amictl.pbx.payloads import (
    change_payload,
    event_payload,
    format_time,
    value_payload,
)
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.queues.days.value import MissedPeriod, MissedReason, QueueDay
from amictl.pbx.topics.queues.value import MemberCall, Queue, QueueCaller, QueueMember
from tests.pbx.ami_events import ami_event

CHANNEL = Channel(
    unique_id="17.1",
    channel="PJSIP/100-1",
    linked_id="17.0",
    state="Up",
    caller_id_num="100",
    caller_id_name="Zoë",
    connected_line_num=None,
    connected_line_name=None,
    context="default",
    exten="200",
    priority=2,
    application="Dial",
    application_data="PJSIP/101",
    account_code=None,
    language="en",
    bridge_id="b1",
    created_at=1_800_000_000.0,
    state_since=1_800_000_001.0,
    answered_at=1_800_000_001.25,
    bridged_at=1_800_000_001.5,
    on_hold=False,
    held_since=None,
    waiting_since=1_800_000_000.75,
)
BRIDGE = Bridge("b1", "basic", "simple_bridge", None, None, ("17.1", "17.2"))
QUEUE = Queue(
    queue="support",
    strategy="ringall",
    max=0,
    weight=0,
    callers=(QueueCaller(1, "PJSIP/1-1", "17.3", "1", None, 1_800_000_000.0, 0),),
    members=(
        QueueMember(
            interface="PJSIP/100",
            name="Alice",
            state_interface="PJSIP/100",
            membership="static",
            penalty=0,
            status="in use",
            in_call=True,
            paused=True,
            paused_reason="Lunch",
            paused_at=1_800_000_000.0,
            calls_taken=3,
            last_call_at=None,
            logged_in_at=1_700_000_000.0,
            ring_in_use=None,
            wrapup_time=0,
            status_since=1_800_000_000.0,
            in_call_with=MemberCall("2105", "Zoë", "17.9", "17.9", 1_800_000_001.0),
        ),
    ),
    completed=3,
    abandoned=1,
    hold_time=12,
    talk_time=60,
    service_level=20,
    service_level_perf=66.7,
    today=QueueDay(
        day=date(2027, 1, 15),
        since=1_800_000_000.0,
        offered=4,
        answered=2,
        abandoned=1,
        waiting=1,
        transferred=1,
        answered_in_level=1,
        service_level_perf=50.0,
        asa=12.5,
        longest_wait=40.0,
        average_talk=61.5,
        complete=False,
        missed=(MissedPeriod(1_800_000_000.0, 1_800_000_001.0, MissedReason.LINK_LOST, 1, 0, 0),),
    ),
)


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

    assert event_payload(event, 17, 1_800_000_000.0) == {
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
    }


def test_a_change_has_a_value_only_when_something_is_put() -> None:
    assert change_payload(Change("channels", "del", "17.1")) == {"op": "del", "key": "17.1"}
    assert change_payload(Change("bridges", "put", "b1", BRIDGE)) == {
        "op": "put",
        "key": "b1",
        "value": value_payload(BRIDGE),
    }


@pytest.mark.parametrize("model", [CHANNEL, BRIDGE, QUEUE, LinkStatus("main", LinkState.CONNECTED, 1.0)])
def test_every_payload_survives_json_unchanged(model: Channel | Bridge | Queue | LinkStatus) -> None:
    payload = change_payload(Change("x", "put", "k", model))

    assert json.loads(json.dumps(payload)) == payload
