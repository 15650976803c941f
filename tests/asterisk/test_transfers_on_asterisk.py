"""Redirect, bridge and transfers on real Asterisk; its console and another AMI session are the judges."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk


def runs(console: Console, channel: LiveChannel, application: str) -> bool:
    """Return whether a channel runs an application, according to the PBX."""
    now = console.channel(channel.unique_id)
    return now is not None and now.application == application


def test_redirect_sends_one_party_elsewhere(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    done = console.post("redirect/", channel=callee.name, exten="201", context="default", priority=1)
    assert (done["unique_id"], done["message"]) == (callee.unique_id, "Redirect successful")
    assert wait_until(lambda: runs(console, callee, "Echo"))
    assert ami.wait_event("Hangup", Uniqueid=caller.unique_id)


def test_redirect_moves_both_legs_at_once_and_leaves_none_alone(console: Console) -> None:
    caller, callee = console.connect()
    console.post(
        "redirect/", channel=caller.unique_id, exten="201", context="default",
        extra_channel=callee.name, extra_exten="800", extra_context="default",
    )  # fmt: skip
    assert wait_until(lambda: runs(console, caller, "Echo"))
    assert wait_until(lambda: runs(console, callee, "ConfBridge"))


def test_redirect_to_nowhere_is_refused_and_the_call_goes_on(console: Console) -> None:
    caller, callee = console.connect()
    place = {"exten": "200", "context": "default"}
    for fields, named in (
        ({"channel": "PJSIP/gone-00000001", **place}, "channel"),
        ({"channel": callee.name, **place, "exten": "nope"}, "exten"),
        ({"channel": callee.name, **place, "context": "nowhere"}, "context"),
        ({"channel": callee.name, **place, "extra_channel": "PJSIP/gone-00000001"}, "extra_channel"),
        (
            {"channel": callee.name, **place, "extra_channel": caller.name, "extra_exten": "nope",
             "extra_context": "default"},
            "extra_exten",
        ),
    ):  # fmt: skip
        assert console.refuse("redirect/", 404, **fields)["detail"].startswith(f"{named}:")
    same = console.refuse("redirect/", 422, channel=callee.name, extra_channel=callee.unique_id, **place)
    assert [each["field"] for each in same["errors"]] == ["extra_channel"]
    refused = console.refuse("redirect/", 502, channel=callee.name, **place, priority="nolabel")
    assert refused["ami"] == "Priority is invalid"
    for channel in (caller, callee):
        now = console.channel(channel.unique_id)
        assert now is not None
        assert now.bridge_id == caller.bridge_id


def test_bridge_connects_two_calls(console: Console) -> None:
    place_call(console.pbx, "201", caller="200")
    first = console.find(lambda each: each.application == "Echo")
    _, second = console.connect()
    done = console.post("bridge/", channel1=first.name, channel2=second.unique_id, tone="both")
    assert done["unique_id2"] == second.unique_id

    def share_a_bridge() -> bool:
        now = [console.channel(each.unique_id) for each in (first, second)]
        bridges = {each.bridge_id for each in now if each is not None}
        return len(bridges) == 1 and bridges != {""}

    assert wait_until(share_a_bridge)


def test_a_channel_that_the_pbx_does_not_let_go_is_told_in_its_words(console: Console) -> None:
    place_call(console.pbx, "800", caller="200")
    member = console.find(lambda each: each.application == "ConfBridge" and bool(each.bridge_id))
    caller, _ = console.connect()
    refused = console.refuse("bridge/", 502, channel1=caller.name, channel2=member.name)
    assert refused["ami"].startswith("Unable to add Channel2 to bridge")


def test_bridge_checks_both_channels(console: Console) -> None:
    caller, callee = console.connect()
    gone = "PJSIP/gone-00000001"
    assert console.refuse("bridge/", 404, channel1=gone, channel2=callee.name)["detail"].startswith(
        "channel1:"
    )
    assert console.refuse("bridge/", 404, channel1=caller.name, channel2=gone)["detail"].startswith(
        "channel2:"
    )
    console.refuse("bridge/", 422, channel1=caller.name, channel2=caller.unique_id)
    console.refuse("bridge/", 409, channel1=caller.name, channel2=callee.name)


def test_a_blind_transfer_sends_the_other_party(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    done = console.post("transfer/blind/", channel=caller.name, exten="201", context="default")
    assert done["message"] == "Transfer succeeded"
    transfer = ami.wait_event("BlindTransfer")
    assert (transfer["TransfererUniqueid"], transfer["Extension"]) == (caller.unique_id, "201")
    assert wait_until(lambda: runs(console, callee, "Echo"))
    assert ami.wait_event("Hangup", Uniqueid=caller.unique_id)


def test_a_transfer_that_cannot_be_is_refused_before_anybody_is_hung_up(console: Console) -> None:
    caller, callee = console.connect()
    for route in ("transfer/blind/", "transfer/attended/"):
        gone = console.refuse(route, 404, channel="PJSIP/gone-00000001", exten="201", context="default")
        assert gone["detail"].startswith("channel:")
        nowhere = console.refuse(route, 404, channel=caller.name, exten="999999", context="default")
        assert nowhere["detail"].startswith("exten:")
    alone = console.find(lambda each: each.application == "Wait")
    for route in ("transfer/blind/", "transfer/attended/"):
        problem = console.refuse(route, 409, channel=alone.name, exten="201", context="default")
        assert "nobody" in problem["detail"]
    assert console.refuse("transfer/cancel/", 409, channel=caller.name)["code"] == "conflict"
    for channel in (caller, callee):
        now = console.channel(channel.unique_id)
        assert now is not None
        assert now.bridge_id == caller.bridge_id


def test_an_attended_transfer_asks_first_and_can_be_cancelled(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    console.post("transfer/attended/", channel=caller.name, exten="201", context="default")
    assert ami.wait_event("MusicOnHoldStart", Uniqueid=callee.unique_id)
    consulted = console.find(lambda each: each.name.startswith("Local/201@default-") and bool(each.bridge_id))
    console.find(lambda each: each.unique_id == caller.unique_id and each.bridge_id == consulted.bridge_id)
    console.refuse("transfer/attended/", 409, channel=caller.name, exten="200", context="default")
    console.post("transfer/cancel/", channel=caller.unique_id)
    assert ami.wait_event("Hangup", Uniqueid=consulted.unique_id)

    def talk_again() -> bool:
        now = [console.channel(each.unique_id) for each in (caller, callee)]
        return all(each is not None and each.bridge_id == callee.bridge_id for each in now)

    assert wait_until(talk_again)


def test_an_attended_transfer_is_complete_when_the_one_who_transfers_hangs_up(
    console: Console, ami: AmiClient
) -> None:
    caller, callee = console.connect()
    console.post("transfer/attended/", channel=caller.name, exten="201", context="default")
    consulted = console.find(lambda each: each.name.startswith("Local/201@default-") and bool(each.bridge_id))
    console.find(lambda each: each.unique_id == caller.unique_id and each.bridge_id == consulted.bridge_id)
    console.post("hangup/", channel=caller.name)
    assert ami.wait_event("AttendedTransfer")["Result"] == "Success"
    assert wait_until(
        lambda: not any(each.unique_id == caller.unique_id for each in live_channels(console.pbx))
    )
    assert console.channel(callee.unique_id) is not None
