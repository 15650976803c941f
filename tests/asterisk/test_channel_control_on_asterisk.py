"""Tones, silence, time limits and texts on real Asterisk, judged by another AMI session."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

CONTROLS = {
    "dtmf/": {"digits": "1"},
    "mute/": {"state": "on"},
    "timeout/": {"timeout": 10},
    "text/": {"message": "hello"},
}


def start_local(console: Console, **destination: str) -> tuple[LiveChannel, LiveChannel]:
    """Call ``Local/200`` into an application or extension; return both halves, the caller's first."""
    ordered = console.post("originate/?wait=1", channel="Local/200@default/n", **destination)
    first = console.find(lambda each: each.unique_id == ordered["channel_id"])
    return first, console.find(lambda each: each.name == f"{first.name[:-1]}2")


def test_tones_arrive_at_the_other_end_one_after_the_other(console: Console, ami: AmiClient) -> None:
    first, second = start_local(console, exten="200", context="default")
    done = console.post("dtmf/", channel=first.name, digits="19*#Ad", duration=60)
    assert (done["digits_sent"], done["unique_id"]) == (6, first.unique_id)
    for digit in "19*#AD":
        ended = ami.wait_event("DTMFEnd", Uniqueid=second.unique_id, Direction="Received", Digit=digit)
        assert int(ended["DurationMs"]) >= 50
    heard = [
        each["Digit"]
        for each in ami.events
        if each["Event"] == "DTMFEnd" and each["Uniqueid"] == second.unique_id
    ]
    assert heard == list("19*#AD")


def test_received_tones_count_as_the_channels_own(console: Console, ami: AmiClient) -> None:
    first, _ = start_local(console, exten="201", context="default")
    console.post("dtmf/", channel=first.unique_id, digits="7", receive=True)
    assert ami.wait_event("DTMFEnd", Uniqueid=first.unique_id, Direction="Received", Digit="7")


def test_a_muted_channel_is_silent_and_heard_again_afterwards(console: Console, ami: AmiClient) -> None:
    first, second = start_local(console, application="Milliwatt")
    done = console.post("mute/", channel=first.name, direction="out", state="on")
    assert (done["direction"], done["state"]) == ("out", "on")
    ami.action("Setvar", Channel=second.name, Variable="TALK_DETECT(set)", Value="500")
    ami.drain(1.0)
    talking = [each for each in ami.events if each["Event"] == "ChannelTalkingStart"]
    assert talking == []
    console.post("mute/", channel=first.name, direction="out", state="off")
    assert ami.wait_event("ChannelTalkingStart", Uniqueid=second.unique_id)


def test_a_time_limit_ends_the_channel(console: Console, ami: AmiClient) -> None:
    first, _ = start_local(console, exten="200", context="default")
    assert console.post("timeout/", channel=first.name, timeout=1)["timeout"] == 1
    assert ami.wait_event("Hangup", Uniqueid=first.unique_id)


def test_a_time_limit_can_be_taken_away(console: Console, ami: AmiClient) -> None:
    first, _ = start_local(console, exten="200", context="default")

    def limit() -> int:
        answer = ami.action("Getvar", Channel=first.name, Variable="TIMEOUT(absolute)")
        return int(float(answer[0]["Value"]))

    assert limit() <= 0
    console.post("timeout/", channel=first.name, timeout=600)
    assert 590 <= limit() <= 600
    console.post("timeout/", channel=first.name, timeout=0)
    assert limit() <= 0


def test_a_text_arrives_at_the_other_end(console: Console, ami: AmiClient) -> None:
    receiver = ami.send(
        "Originate", Channel="Local/200@default/n", Application="ReceiveText", Data="20", Async="true",
        ChannelId="text-receiver",
    )  # fmt: skip
    ami.wait_event("OriginateResponse", ActionID=receiver)
    half = console.find(lambda each: each.unique_id == "text-receiver")
    other = console.find(lambda each: each.name == f"{half.name[:-1]}2")
    console.post("text/", channel=other.name, message="Grüße, dein Anruf wartet", content_type="text/plain")
    received = ami.wait_event("VarSet", Uniqueid="text-receiver", Variable="RECEIVETEXTMESSAGE")
    assert received["Value"] == "Grüße, dein Anruf wartet"


@pytest.mark.parametrize("route", CONTROLS)
def test_a_channel_that_is_gone_is_told_and_nothing_is_sent(console: Console, route: str) -> None:
    first, _ = start_local(console, exten="200", context="default")
    console.pbx.cli(f"channel request hangup {first.name}")
    assert wait_until(lambda: not console.get("channels/")["channels"])
    for name in (first.name, first.unique_id, "PJSIP/gone-00000001"):
        problem = console.refuse(route, 404, channel=name, **CONTROLS[route])
        assert problem["detail"].startswith("channel:")
    console.refuse(route, 422, channel="/.*/", **CONTROLS[route])
