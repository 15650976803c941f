"""Conferences on real Asterisk, judged by another AMI session and the PBX's files."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import LiveChannel, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import API, Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

ROOM = "conferences/800/"


@pytest.fixture
def caller(console: Console, asterisk: BedPbx) -> LiveChannel:
    """Somebody in conference 800 who may do nothing there."""
    place_call(asterisk, "800")
    return console.find(lambda each: each.application == "ConfBridge" and bool(each.bridge_id))


@pytest.fixture
def admin(console: Console, asterisk: BedPbx, caller: LiveChannel) -> LiveChannel:
    """Its administrator, who came later."""
    place_call(asterisk, "810")
    return console.find(
        lambda each: (
            each.application == "ConfBridge" and bool(each.bridge_id) and each.unique_id != caller.unique_id
        )
    )


def participants(ami: AmiClient) -> dict[str, dict[str, str]]:
    """Return who is in conference 800 by unique ID, as another AMI session gets them."""
    try:
        return {each["Uniqueid"]: each for each in ami.action("ConfbridgeList", Conference="800")[1:-1]}
    except AmiRefused:
        return {}


def room(ami: AmiClient) -> dict[str, str]:
    """Return what another AMI session gets of conference 800."""
    return next(each for each in ami.action("ConfbridgeListRooms")[1:-1] if each["Conference"] == "800")


def test_without_conferences_the_list_is_empty(console: Console) -> None:
    assert console.get("conferences/")["conferences"] == []
    assert console.visit.get(f"{API}/{ROOM}").status_code == 404
    for route, fields in (
        ("kick", {"channel": "all"}),
        ("mute", {"channel": "all"}),
        ("unmute", {"channel": "all"}),
        ("lock", {}),
        ("unlock", {}),
        ("record/start", {}),
        ("record/stop", {}),
    ):
        assert "no such conference" in console.refuse(f"{ROOM}{route}/", 404, **fields)["detail"]


def test_conferences_and_participants_are_those_of_the_pbx(
    console: Console, ami: AmiClient, caller: LiveChannel, admin: LiveChannel
) -> None:
    (listed,) = console.get("conferences/?raw=1")["conferences"]
    told = room(ami)
    assert listed["conference"] == told["Conference"] == "800"
    assert listed["party_count"] == int(told["Parties"]) == 2
    assert (listed["locked"], listed["muted"], listed["recording"]) == (False, False, False)
    assert listed["raw"]["Parties"] == "2"
    shown = console.get(ROOM)
    assert "raw" not in shown
    found = {each["unique_id"]: each for each in shown["parties"]}
    assert found.keys() == participants(ami).keys() == {caller.unique_id, admin.unique_id}
    assert (found[caller.unique_id]["channel"], found[caller.unique_id]["admin"]) == (caller.name, False)
    assert (found[admin.unique_id]["channel"], found[admin.unique_id]["admin"]) == (admin.name, True)
    assert found[caller.unique_id]["caller_id_num"] is None
    for flag in ("muted", "talking", "marked", "waiting"):
        assert found[caller.unique_id][flag] is False
    assert isinstance(found[caller.unique_id]["duration"], int)
    raw = console.get(f"{ROOM}?raw=1")
    assert raw["raw"]["Event"] == "ConfbridgeListRooms"
    assert {each["raw"]["Event"] for each in raw["parties"]} == {"ConfbridgeList"}


def test_a_participant_is_muted_and_heard_again(
    console: Console, ami: AmiClient, caller: LiveChannel, admin: LiveChannel
) -> None:
    done = console.post(f"{ROOM}mute/", channel=caller.unique_id)
    assert (done["channel"], done["unique_id"]) == (caller.name, caller.unique_id)
    assert participants(ami)[caller.unique_id]["Muted"] == "Yes"
    assert participants(ami)[admin.unique_id]["Muted"] == "No"
    shown = {each["unique_id"]: each["muted"] for each in console.get(ROOM)["parties"]}
    assert shown == {caller.unique_id: True, admin.unique_id: False}
    console.post(f"{ROOM}unmute/", channel=caller.name)
    assert participants(ami)[caller.unique_id]["Muted"] == "No"


def test_participants_leaves_the_admins_alone(
    console: Console, ami: AmiClient, caller: LiveChannel, admin: LiveChannel
) -> None:
    console.post(f"{ROOM}mute/", channel="participants")
    muted = {unique_id: each["Muted"] for unique_id, each in participants(ami).items()}
    assert muted == {caller.unique_id: "Yes", admin.unique_id: "No"}
    done = console.post(f"{ROOM}kick/", channel="participants")
    assert done["unique_id"] is None
    assert wait_until(lambda: participants(ami).keys() == {admin.unique_id})


def test_one_participant_is_kicked_and_then_all(
    console: Console, ami: AmiClient, caller: LiveChannel, admin: LiveChannel
) -> None:
    console.post(f"{ROOM}kick/", channel=caller.name)
    assert ami.wait_event("ConfbridgeLeave", Uniqueid=caller.unique_id)
    assert participants(ami).keys() == {admin.unique_id}
    console.post(f"{ROOM}kick/", channel="all")
    assert ami.wait_event("ConfbridgeEnd", Conference="800")
    assert console.get("conferences/")["conferences"] == []


def test_a_locked_conference_lets_nobody_in(
    console: Console, ami: AmiClient, asterisk: BedPbx, caller: LiveChannel
) -> None:
    assert console.post(f"{ROOM}lock/")["locked"] is True
    assert room(ami)["Locked"] == "Yes"
    assert console.get(ROOM)["locked"] is True
    place_call(asterisk, "800")
    assert ami.wait_event("Newexten", Application="ConfBridge")
    assert participants(ami).keys() == {caller.unique_id}
    assert console.post(f"{ROOM}unlock/")["locked"] is False
    assert room(ami)["Locked"] == "No"


def test_a_conference_is_recorded_to_the_file_that_the_answer_tells(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient, caller: LiveChannel
) -> None:
    asterisk_server.cli("channel originate Local/800@default/n application Milliwatt")  # somebody talks
    assert wait_until(lambda: len(participants(ami)) == 2)
    started = console.post(f"{ROOM}record/start/", file="calls/board.wav")
    assert ami.wait_event("ConfbridgeRecord", Conference="800")
    assert "/spool/monitor/calls/board-" in started["path"]
    file = asterisk_server.installation.root / started["path"].lstrip("/")
    assert wait_until(lambda: file.exists() and file.stat().st_size > 44)
    assert console.get(ROOM)["recording"] is True
    assert console.refuse(f"{ROOM}record/start/", 409)["code"] == "conflict"
    console.post(f"{ROOM}record/stop/")
    assert ami.wait_event("ConfbridgeStopRecord", Conference="800")
    assert wait_until(lambda: console.get(ROOM)["recording"] is False)
    assert console.refuse(f"{ROOM}record/stop/", 409)["code"] == "conflict"
    size = file.stat().st_size
    again = console.post(f"{ROOM}record/start/")
    assert again["path"] == started["path"]
    assert wait_until(lambda: file.stat().st_size > size)
    assert caller.unique_id in participants(ami)


def test_who_is_not_in_the_conference_is_named_and_nobody_is_touched(
    console: Console, ami: AmiClient, asterisk: BedPbx, caller: LiveChannel
) -> None:
    place_call(asterisk, "801")
    elsewhere = console.find(
        lambda each: (
            each.application == "ConfBridge" and bool(each.bridge_id) and each.bridge_id != caller.bridge_id
        )
    )
    for route in ("kick", "mute", "unmute"):
        for channel in (elsewhere.name, "PJSIP/gone-00000001", caller.name[:-1]):
            refused = console.refuse(f"{ROOM}{route}/", 404, channel=channel)
            assert refused["detail"].startswith("channel:")
    assert participants(ami)[caller.unique_id]["Muted"] == "No"
    for file in ("../proof", "a,b", "/srv/proof.wav"):
        refused = console.refuse(f"{ROOM}record/start/", 422, file=file)
        assert [each["field"] for each in refused["errors"]] == ["file"]
    assert console.get(ROOM)["recording"] is False
