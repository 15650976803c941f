"""Any action by its name on real Asterisk; another AMI session and the console are the judges."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import READ_ONLY, AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

ACTION = "/api/ami/action/"


@dataclass(frozen=True, slots=True)
class Linked:
    """A PBX as another AMI user sees it."""

    host: str
    ami_port: int
    username: str
    secret: str


def offered(console: Console, query: str = "") -> dict[str, dict]:
    return {each["action"]: each for each in console.get(f"actions/{query}")["actions"]}


def test_what_the_pbx_lists_is_available_and_nothing_else(console: Console, ami: AmiClient) -> None:
    listing = ami.action("ListCommands")[0]
    listed = {name.lower() for name in listing if name not in {"Response", "ActionID"}}
    offers = offered(console)
    assert {name.lower() for name, each in offers.items() if each["available"]} == listed
    assert all(each["reason"] for each in offers.values() if not each["available"])
    assert offered(console, "?available=1").keys() | offered(console, "?available=0").keys() == offers.keys()


def test_a_list_comes_as_the_pbx_tells_it_to_others(console: Console, ami: AmiClient) -> None:
    told = [each for each in ami.action("QueueStatus", Queue="support")[1:] if each["Event"] == "QueueMember"]
    done = console.post("action/", action="QueueStatus", parameters={"queue": "support"})
    members = [each for each in done["items"] if each["Event"] == "QueueMember"]
    assert [each["Location"] for each in members] == [each["Location"] for each in told]
    assert done["response"]["Response"] == "Success"
    assert done["complete"]["Event"] == "QueueStatusComplete"
    assert not done["truncated"]


def test_a_write_changes_the_pbx(console: Console, ami: AmiClient) -> None:
    entry = {"family": "amictl-actions", "key": "greeting"}
    console.post("action/", action="dbput", parameters={**entry, "val": "Ångström"})
    assert "Ångström" in ami.command("database get amictl-actions greeting")
    console.post("action/", action="DBDel", parameters={"Family": "amictl-actions", "Key": "greeting"})
    with pytest.raises(AmiRefused, match="not found"):
        ami.action("DBGet", Family="amictl-actions", Key="greeting")


def test_an_event_of_ones_own_reaches_other_clients(console: Console, ami: AmiClient) -> None:
    console.post("action/", action="UserEvent", parameters={"event": "Shift", "Colour": "blue"})
    assert ami.wait_event("UserEvent", UserEvent="Shift")["Colour"] == "blue"


def test_a_call_by_the_generic_route_does_not_hold_up_the_link(console: Console, ami: AmiClient) -> None:
    call = {"channel": "Local/204@default", "application": "Wait", "data": "5", "channel_id": "generic-1"}
    console.post("action/", action="Originate", parameters=call)
    assert ami.wait_event("Newchannel", Uniqueid="generic-1")
    assert console.get("ping/")["message"] == "Pong"  # 204 rings for ever: a synchronous call would block


def test_a_command_prints_what_the_console_prints(console: Console, asterisk: BedPbx) -> None:
    done = console.post("action/", action="Command", parameters={"command": "core show version"})
    assert done["output"][0] == asterisk.cli("core show version").strip().splitlines()[0]


def test_passwords_of_the_pbx_are_not_shown(console: Console, ami: AmiClient) -> None:
    def read(file: str, action: str = "GetConfig") -> str:
        return str(console.post("action/", action=action, parameters={"filename": file})["response"])

    clear = str(ami.action("GetConfig", Filename="manager.conf")[0])
    assert "amictl-secret" in clear
    shown = read("manager.conf")
    assert "readonly" in shown
    assert "-secret" not in shown
    assert "-secret" not in read("manager.conf", "GetConfigJSON")
    mailboxes = read("voicemail.conf")
    assert "100=***" in mailboxes
    assert "Alice" not in mailboxes


def test_what_nobody_knows_is_not_sent_and_what_the_pbx_refuses_is_told(console: Console) -> None:
    assert console.refuse("action/", 501, action="Brew")["code"] == "action_unsupported"
    missing = {"family": "amictl-actions", "key": "none"}
    problem = console.refuse("action/", 502, action="DBGet", parameters=missing)
    assert "not found" in problem["ami"].lower()


def test_actions_that_would_harm_the_session_are_refused_and_the_link_stays(console: Console) -> None:
    epoch = console.get("channels/")["epoch"]
    for name in ("Login", "Logoff", "Challenge", "Events", "Filter", "WaitEvent"):
        problem = console.refuse("action/", 422, action=name, parameters={"EventMask": "off"})
        assert problem["errors"][0]["field"] == "action", name
    problem = console.refuse("action/", 422, action="QueuePause", parameters={"paused": True})
    assert [each["field"] for each in problem["errors"]] == ["parameters.interface"]
    assert console.get("channels/")["epoch"] == epoch


@pytest.mark.each_version
def test_an_action_of_the_other_major_version_is_told_with_the_reason(
    console: Console, asterisk_server: AsteriskServer
) -> None:
    name = "SIPpeers" if asterisk_server.major == 22 else "CoreShowChannelMap"
    offer = offered(console)[name]
    assert not offer["available"]
    assert offer["reason"]
    body = {"channel": "Local/x"} if name == "CoreShowChannelMap" else {}
    problem = console.refuse("action/", 501, action=name, parameters=body)
    assert problem["code"] == "action_unsupported"


def test_a_user_of_few_rights_is_told_which_are_missing(
    start_amictl: StartAmictl, asterisk: BedPbx, ami: AmiClient
) -> None:
    server = start_amictl(Linked(asterisk.host, asterisk.ami_port, READ_ONLY.username, READ_ONLY.secret))
    visit: Visit = server.log_in()
    offers: dict[str, dict] = {}

    def knows_the_pbx() -> bool:
        listed = visit.get("/api/ami/actions/").json()["data"]["actions"]
        offers.update({each["action"]: each for each in listed})
        return offers["CoreShowChannels"]["available"]

    assert wait_until(knows_the_pbx), server.output
    assert not offers["Originate"]["available"]
    assert "originate" in offers["Originate"]["reason"]
    assert not offers["DBPut"]["available"]
    put = {"family": "amictl-actions", "key": "few", "val": "1"}
    answer = visit.post(ACTION, {"action": "DBPut", "parameters": put})
    assert (answer.status_code, answer.json()["code"]) == (501, "action_unsupported"), answer.text
    assert "system" in answer.json()["detail"]
    with pytest.raises(AmiRefused, match="not found"):
        ami.action("DBGet", Family="amictl-actions", Key="few")
    assert visit.post(ACTION, {"action": "CoreStatus"}).status_code == 200
