"""Channels, bridges and variables on real Asterisk, judged by another AMI session."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.shared_amictl import API, Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk


@pytest.fixture
def channel(console: Console, asterisk: BedPbx) -> LiveChannel:
    """A channel that waits in the dialplan."""
    place_call(asterisk, "200", caller="201")
    return console.find(lambda each: each.application == "Wait" and each.state == "Up")


def value_on_pbx(ami: AmiClient, variable: str, **channel: str) -> str:
    """Return a variable's value as another AMI session gets it."""
    return ami.action("Getvar", Variable=variable, **channel)[0]["Value"]


def test_one_channel_is_found_by_its_name_and_by_its_unique_id(
    console: Console, ami: AmiClient, channel: LiveChannel
) -> None:
    told = ami.action("Status", Channel=channel.name)[1]
    assert "/" in channel.name
    for written in (channel.name, quote(channel.name, safe=""), quote(channel.name), channel.unique_id):
        shown = console.get(f"channels/{written}/")
        assert shown["age"] == 0
        assert shown["epoch"]
        assert shown["link"]["state"] == "connected"
        found = shown["channel"]
        assert (found["channel"], found["unique_id"]) == (told["Channel"], told["Uniqueid"])
        assert (found["state"], found["exten"]) == (told["ChannelStateDesc"], told["Exten"])
        assert found["linked_id"] == told["Linkedid"]


def test_a_channel_that_has_ended_is_not_found(
    console: Console, asterisk: BedPbx, channel: LiveChannel
) -> None:
    asterisk.cli("channel request hangup all")
    assert wait_until(lambda: not live_channels(asterisk))
    path = f"{API}/channels/{channel.name}/"
    assert wait_until(lambda: console.visit.get(path).status_code == 404)
    assert console.visit.get(path).json()["code"] == "not_found"


def test_the_bridges_are_those_of_the_pbx(console: Console, ami: AmiClient) -> None:
    caller, callee = console.connect()
    told = {each["BridgeUniqueid"]: each for each in ami.action("BridgeList")[1:-1]}
    shown = console.get("bridges/")
    assert {each["bridge_id"] for each in shown["bridges"]} == told.keys()
    talk = next(each for each in shown["bridges"] if each["bridge_id"] == caller.bridge_id)
    assert sorted(talk["channels"]) == sorted([caller.unique_id, callee.unique_id])
    assert talk["type"] == told[caller.bridge_id]["BridgeType"]
    assert talk["technology"] == told[caller.bridge_id]["BridgeTechnology"]


@pytest.mark.parametrize("value", ['a "b" \\x, ${EPOCH} c ', "Ångström", "x=y;z", "0"])
def test_a_variable_of_a_channel_is_set_exactly_as_written(
    console: Console, ami: AmiClient, channel: LiveChannel, value: str
) -> None:
    done = console.post("setvar/", channel=channel.unique_id, variable="CUSTOMER", value=value)
    assert (done["channel"], done["unique_id"]) == (channel.name, channel.unique_id)
    assert value_on_pbx(ami, "CUSTOMER", Channel=channel.name) == value
    shown = console.get(f"getvar/?channel={quote(channel.name, safe='')}&variable=CUSTOMER&raw=1")
    assert shown["value"] == value
    assert shown["raw"]["Variable"] == "CUSTOMER"
    assert "raw" not in console.get(f"getvar/?channel={channel.unique_id}&variable=CUSTOMER")


def test_an_empty_value_removes_a_variable(console: Console, ami: AmiClient, channel: LiveChannel) -> None:
    console.post("setvar/", channel=channel.name, variable="CUSTOMER", value="4711")
    done = console.post("setvar/", channel=channel.name, variable="CUSTOMER", value="")
    assert done["value"] is None
    assert value_on_pbx(ami, "CUSTOMER", Channel=channel.name) == ""
    assert console.get(f"getvar/?channel={channel.unique_id}&variable=CUSTOMER")["value"] is None


def test_a_function_changes_the_channel_itself(
    console: Console, ami: AmiClient, channel: LiveChannel
) -> None:
    console.post("setvar/", channel=channel.name, variable="CALLERID(name)", value="Zoë")
    assert ami.action("Status", Channel=channel.name)[1]["CallerIDName"] == "Zoë"
    shown = console.get(f"getvar/?channel={channel.unique_id}&variable={quote('CHANNEL(state)')}")
    assert shown["value"] == "Up"


def test_a_global_variable_is_set_for_the_whole_dialplan(
    console: Console, ami: AmiClient, asterisk: BedPbx
) -> None:
    done = console.post("setvar/", variable="AMICTL_TEST_GLOBAL", value="on")
    assert done["channel"] is None
    assert value_on_pbx(ami, "AMICTL_TEST_GLOBAL") == "on"
    assert "AMICTL_TEST_GLOBAL=on" in asterisk.cli("dialplan show globals")
    assert console.get("getvar/?variable=AMICTL_TEST_GLOBAL")["value"] == "on"
    console.post("setvar/", variable="AMICTL_TEST_GLOBAL", value="")
    assert value_on_pbx(ami, "AMICTL_TEST_GLOBAL") == ""


def test_a_function_of_the_pbx_is_read_without_a_channel(console: Console, ami: AmiClient) -> None:
    function = "QUEUE_MEMBER_COUNT(support)"
    told = value_on_pbx(ami, function)
    assert int(told) > 0
    assert console.get(f"getvar/?variable={quote(function)}")["value"] == told


def test_what_the_pbx_does_not_let_be_set_is_told_in_its_words(
    console: Console, channel: LiveChannel
) -> None:
    refused = console.refuse("setvar/", 502, channel=channel.name, variable="CHANNEL(state)", value="Down")
    assert refused["ami"] == "Variable not set"


def test_functions_that_run_programs_are_refused_and_do_not_run(
    console: Console, asterisk: BedPbx, channel: LiveChannel
) -> None:
    for variable in (
        "SHELL(touch /tmp/proof)",
        "FILE(/etc/passwd)",
        "CALLERID(${SHELL(id)})",
        "A${B}",
        "A B",
    ):
        query = f"channel={channel.unique_id}&variable={quote(variable, safe='')}"
        read = console.visit.get(f"{API}/getvar/?{query}")
        written = console.refuse("setvar/", 422, channel=channel.name, variable=variable, value="x")
        for problem in (read.json(), written):
            assert problem["status"] == 422, variable
            assert [each["field"] for each in problem["errors"]] == ["variable"]
    assert channel in live_channels(asterisk)


def test_variables_of_a_channel_that_is_gone_are_not_found(console: Console) -> None:
    gone = console.refuse("setvar/", 404, channel="PJSIP/gone-00000001", variable="A", value="1")
    assert gone["detail"].startswith("channel:")
    assert console.visit.get(f"{API}/getvar/?variable=A&channel=PJSIP/gone-00000001").status_code == 404
