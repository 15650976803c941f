"""Listening in on real Asterisk: whom ChanSpy really hears, and that it ends with the conversation."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel, place_call
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.asterisk.sip_phone import SipPhone
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

SUPERVISOR = "Local/211300@default/n"  # a phone that answers and stays on the line for five minutes


def spying_data(console: Console, unique_id: str) -> str:
    """Return the arguments with which a channel runs ChanSpy, according to the PBX."""
    lines = console.pbx.cli("core show channels concise").splitlines()
    return next((line.split("!")[6] for line in lines if line.endswith(f"!{unique_id}")), "")


@pytest.mark.parametrize(("mode", "options"), [("listen", "uqES"), ("whisper", "uqESw"), ("barge", "uqESB")])
def test_the_supervisor_hears_the_call_and_is_gone_when_it_ends(
    console: Console, ami: AmiClient, mode: str, options: str
) -> None:
    caller, callee = console.connect()
    ordered = console.post("spy/", spyer=SUPERVISOR, channel=callee.name, mode=mode)
    assert (ordered["channel"], ordered["mode"]) == (callee.name, mode)
    started = ami.wait_event("ChanSpyStart", SpyerUniqueid=ordered["channel_id"])
    assert started["SpyeeUniqueid"] == callee.unique_id
    assert spying_data(console, ordered["channel_id"]) == f"{callee.unique_id},{options}"
    assert console.get(f"originate/{ordered['action_id']}/")["state"] == "answered"
    console.post("hangup/", channel=caller.name)
    assert ami.wait_event("ChanSpyStop", SpyerUniqueid=ordered["channel_id"])
    assert ami.wait_event("Hangup", Uniqueid=ordered["channel_id"])


def test_a_queue_member_is_heard_on_the_channel_that_talks(console: Console, ami: AmiClient) -> None:
    place_call(console.pbx, "300", caller="200")
    talking = console.find(
        lambda each: each.name.startswith("Local/50") and each.name.endswith(";1") and bool(each.bridge_id)
    )
    interface = f"{talking.name.rpartition('-')[0]}/n"
    ordered = console.post("spy/", spyer=SUPERVISOR, channel=interface)
    assert ordered["unique_id"] == talking.unique_id
    started = ami.wait_event("ChanSpyStart", SpyerUniqueid=ordered["channel_id"])
    assert started["SpyeeUniqueid"] == talking.unique_id


@pytest.mark.parametrize("member", ["PJSIP/103", "hint:103@default", "Local/103@default/n"])
def test_a_phone_is_heard_by_its_device_its_hint_or_the_local_channel_before_it(
    console: Console, ami: AmiClient, asterisk_server: AsteriskServer, member: str
) -> None:
    with SipPhone(asterisk_server, 103) as phone:
        phone.register()
        phone.answer()
        place_call(console.pbx, "4103", caller="200")
        talking = console.find(lambda each: each.name.startswith("PJSIP/103-") and bool(each.bridge_id))
        ordered = console.post("spy/", spyer=SUPERVISOR, channel=member)
        assert ordered["unique_id"] == talking.unique_id
        started = ami.wait_event("ChanSpyStart", SpyerUniqueid=ordered["channel_id"])
        assert started["SpyeeUniqueid"] == talking.unique_id


def test_nobody_hears_a_call_of_their_own_or_one_that_is_not_there(console: Console) -> None:
    caller, callee = console.connect()
    for channel in (caller, callee):
        for spyer in (endpoint(caller), endpoint(callee)):
            problem = console.refuse("spy/", 422, spyer=spyer, channel=channel.name)
            assert [each["field"] for each in problem["errors"]] == ["spyer"]
    for name in ("PJSIP/gone-00000001", "PJSIP/104", "hint:104@default", "hint:nope@nowhere"):
        problem = console.refuse("spy/", 404, spyer=SUPERVISOR, channel=name)
        assert problem["detail"].startswith("channel:")
    console.refuse("spy/", 422, spyer=SUPERVISOR, channel="/.*/")


def endpoint(channel: LiveChannel) -> str:
    return f"{channel.name.rpartition('-')[0]}/n"


def test_a_supervisor_is_not_heard_and_somebody_on_two_calls_must_be_named(
    console: Console, ami: AmiClient
) -> None:
    _, callee = console.connect()
    ordered = console.post("spy/", spyer=SUPERVISOR, channel=callee.name)
    assert ami.wait_event("ChanSpyStart", SpyerUniqueid=ordered["channel_id"])
    listening = console.find(lambda each: each.unique_id == ordered["channel_id"])
    assert wait_until(lambda: console.shows(listening))
    problem = console.refuse("spy/", 409, spyer="Local/201@default/n", channel=listening.name)
    assert "listens" in problem["detail"]
    before = {callee.unique_id}
    place_call(console.pbx, "4200")
    second = console.find(
        lambda each: each.name.startswith("Local/200@default-") and each.application == "AppDial"
        and bool(each.bridge_id) and each.unique_id not in before
    )  # fmt: skip
    device = second.name.rpartition("-")[0]
    problem = console.refuse("spy/", 409, spyer=SUPERVISOR, channel=f"{device}/n")
    assert second.name in problem["detail"]
    assert callee.name in problem["detail"]
