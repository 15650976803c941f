"""Parking on real Asterisk, judged by another AMI session."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk


def parked_by_the_pbx(ami: AmiClient) -> dict[str, dict[str, str]]:
    """Return the parked calls by unique ID, as another AMI session gets them."""
    return {each["ParkeeUniqueid"]: each for each in ami.action("ParkedCalls")[1:-1]}


def seconds_until(time: str) -> float:
    """Return the seconds until a time of the API; the PBX is on this machine, and tells whole seconds."""
    return (datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds() - 1.0


def test_park_answers_with_the_space_and_the_pbx_has_the_call_there(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    done = console.post(
        "park/", channel=callee.name, parking_lot="lobby", timeout=45_900, timeout_channel=caller.name
    )
    told = parked_by_the_pbx(ami)[callee.unique_id]
    assert done["space"] == told["ParkingSpace"] == "751"
    assert (done["lot"], told["Parkinglot"]) == ("lobby", "lobby")
    assert seconds_until(done["timeout_at"]) <= 45
    assert told["ParkerDialString"] == caller.name.partition("-")[0]
    shown = console.get("parked/?raw=1&parking_lot=lobby")["parked_calls"]
    assert [each["unique_id"] for each in shown] == [callee.unique_id]
    assert shown[0]["space"] == "751"
    assert seconds_until(shown[0]["parked_at"]) <= 0
    assert 0 < seconds_until(shown[0]["timeout_at"]) <= 45
    assert shown[0]["raw"]["ParkeeUniqueid"] == callee.unique_id
    assert console.get("parked/?parking_lot=default")["parked_calls"] == []
    assert wait_until(lambda: console.get("parked/")["parked_calls"])
    live = console.get("parked/")
    assert live["epoch"]
    assert live["age"] == 0
    (call,) = live["parked_calls"]
    times = {"parked_at", "timeout_at"}
    raw = {field: value for field, value in shown[0].items() if field not in {"raw", *times}}
    assert {field: call[field] for field in raw} == raw
    assert seconds_until(call["parked_at"]) <= 0
    assert 0 < seconds_until(call["timeout_at"]) <= 45
    assert "raw" not in call


def test_a_parked_call_is_taken_back_and_is_not_parked_any_more(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    space = console.post("park/", channel=callee.name, timeout_channel=caller.name)["space"]
    assert console.refuse("park/", 409, channel=callee.unique_id)["code"] == "conflict"
    console.post("originate/", channel="Local/200@default", exten=space, context="default")
    assert ami.wait_event("UnParkedCall", ParkeeUniqueid=callee.unique_id)
    assert wait_until(lambda: console.get("parked/")["parked_calls"] == [])


def test_whoever_shall_hear_the_space_hears_it(console: Console, ami: AmiClient) -> None:
    _, callee = console.connect()
    listener = console.post("originate/?wait=1", channel="Local/200@default", exten="200", context="default")
    console.find(lambda each: each.unique_id == listener["channel_id"])
    done = console.post("park/", channel=callee.name, announce_channel=listener["channel_id"])
    assert parked_by_the_pbx(ami)[callee.unique_id]["ParkingSpace"] == done["space"]


def test_what_cannot_be_parked_is_named_and_the_call_goes_on(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    gone = "PJSIP/gone-00000001"
    for fields, named in (
        ({"channel": gone}, "channel"),
        ({"channel": callee.name, "timeout_channel": gone}, "timeout_channel"),
        ({"channel": callee.name, "announce_channel": gone}, "announce_channel"),
        ({"channel": callee.name, "parking_lot": "nowhere"}, "parking_lot"),
    ):
        assert console.refuse("park/", 404, **fields)["detail"].startswith(f"{named}:")
    itself = console.refuse("park/", 422, channel=callee.name, announce_channel=callee.unique_id)
    assert [each["field"] for each in itself["errors"]] == ["announce_channel"]
    assert console.visit.get("/api/ami/parked/?parking_lot=nowhere").status_code == 404
    assert parked_by_the_pbx(ami) == {}
    now = console.channel(callee.unique_id)
    assert now is not None
    assert now.bridge_id == caller.bridge_id


def test_the_parking_lots_are_those_of_the_pbx(console: Console, ami: AmiClient) -> None:
    told = {
        (each["Name"], int(each["StartSpace"]), int(each["StopSpace"]), int(each["Timeout"]))
        for each in ami.action("Parkinglots")[1:-1]
    }
    lots = console.get("parkinglots/?raw=1")["parking_lots"]
    shown = {(each["lot"], each["start_space"], each["stop_space"], each["timeout"]) for each in lots}
    assert shown == told
    assert {each["raw"]["Name"] for each in lots} == {"default", "lobby"}
