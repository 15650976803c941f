"""A queue's call that a phone behind a member's Local channel transfers, on real Asterisk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.journeys import answering, calling, end, in_bridge
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

MEMBER = {"Queue": "lobby", "Interface": "Local/104@default/n"}


def show_queue(console: Console) -> dict[str, Any]:
    return console.get(f"queue/status/?queue={MEMBER['Queue']}")["queues"][0]


def member(console: Console) -> dict[str, Any]:
    return next(each for each in show_queue(console)["members"] if each["interface"] == MEMBER["Interface"])


def call_of(console: Console, unique_id: str) -> dict[str, Any]:
    calls = console.get("calls/")["calls"]
    return next(each for each in calls if unique_id in {leg["unique_id"] for leg in each["legs"]})


def list_kinds(call: dict[str, Any]) -> list[str]:
    return [step["kind"] for step in call["journey"] if step["kind"] != "leg_ended"]


@pytest.mark.each_version
def test_who_is_behind_a_members_local_channel_may_hand_the_call_over_and_talks_no_more(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient
) -> None:
    pbx, transferred = asterisk_server, show_queue(console)["today"]["transferred"]
    ami.action("QueueAdd", **MEMBER, MemberName="Gül")
    try:
        with answering(pbx, 103, 104), calling(pbx, 102) as caller:
            caller.call("302")
            unique_id = ami.wait_event("AgentConnect")["Uniqueid"]
            phone = in_bridge(pbx, "PJSIP/104")
            assert wait_until(lambda: member(console)["in_call_with"])
            assert call_of(console, unique_id)["member"] == MEMBER["Interface"]

            ami.action("BlindTransfer", Channel=phone.name, Context="default", Exten="103")
            in_bridge(pbx, "PJSIP/103")

            handed_over = ["transferred", "dialed", "answered"]
            assert wait_until(lambda: list_kinds(call_of(console, unique_id))[-3:] == handed_over)
            assert wait_until(lambda: (call_of(console, unique_id)["callee"] or {}).get("number") == "103")
            call = call_of(console, unique_id)
            assert (call["queue"], call["member"], call["state"]) == (None, None, "talking")
            assert member(console)["in_call_with"] is None
            assert show_queue(console)["today"]["transferred"] == transferred + 1
            with console.visit.open_socket(
                token=str(console.visit.http.headers["Authorization"])[7:]
            ) as socket:
                agent = socket.subscribe("agents")["agents"]["snapshot"]["Gül"]
            assert (agent["state"], agent["in_call_with"]) == ("busy", None)
            # app_queue knows only the Local channel, which is in the call still.
            listed = next(each for each in ami.action("QueueStatus", **MEMBER) if "Location" in each)
            assert listed["InCall"] == str(int(member(console)["in_call"])) == "1"
            end(pbx)
            completed = ami.wait_event("AgentComplete")
            assert completed["Reason"] != "transfer"
            assert wait_until(lambda: not member(console)["in_call"])
        assert show_queue(console)["today"]["transferred"] == transferred + 1
    finally:
        ami.action("QueueRemove", **MEMBER)
