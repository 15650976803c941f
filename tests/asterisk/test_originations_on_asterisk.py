"""What became of a call that was ordered: amictl's answer against what the PBX tells somebody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.asterisk.sip_phone import SipPhone
from tests.serving import StartAmictl, wait_until

pytestmark = pytest.mark.asterisk

ORDER = {"exten": "200", "context": "default", "timeout": 1500}


@pytest.mark.parametrize(
    ("channel", "state", "reason"),
    [
        ("Local/200@default", "answered", 4),
        ("Local/202@default/n", "busy", 5),
        ("Local/203@default/n", "congestion", 8),
        ("Local/204@default/n", "no_answer", 3),
        ("Local/2301@default/n", "failed", 0),
        ("Local/nowhere@default", "failed", 0),
        ("PJSIP/105", "failed", 0),
        ("PJSIP/nobody", "failed", 0),
        ("Nothing/1", "failed", 0),
    ],
)
def test_waiting_tells_the_outcome_with_asterisks_own_reason(
    console: Console, ami: AmiClient, channel: str, state: str, reason: int
) -> None:
    outcome = console.post("originate/?wait=1", **ORDER, channel=channel)
    assert (outcome["state"], outcome["reason"]) == (state, reason)
    event = ami.wait_event("OriginateResponse", ActionID=outcome["action_id"])
    assert event["Reason"] == str(reason)
    assert event["Uniqueid"] == outcome["channel_id"]
    assert console.get(f"originate/{outcome['action_id']}/") == outcome


def test_a_phone_that_answers_is_connected_under_the_announced_unique_id(
    console: Console, asterisk_server: AsteriskServer
) -> None:
    with SipPhone(asterisk_server, 102) as phone:
        phone.register()
        phone.answer()
        outcome = console.post("originate/?wait=1", **{**ORDER, "timeout": 10000}, channel="PJSIP/102")
        assert outcome["state"] == "answered"
        channel = console.channel(outcome["channel_id"])
        assert channel is not None
        assert channel.name.startswith("PJSIP/102-")


def test_an_order_without_waiting_is_answered_at_once_and_told_later(
    console: Console, ami: AmiClient
) -> None:
    with console.visit.open_socket(token=str(console.visit.http.headers["Authorization"])[7:]) as socket:
        socket.subscribe("actions")
        answer = console.visit.post("/api/ami/originate/", {**ORDER, "channel": "Local/204@default/n"})
        assert answer.status_code == 202
        action_id = answer.json()["data"]["action_id"]
        assert console.get(f"originate/{action_id}/")["state"] == "pending"
        socket.wait_for_change("actions", lambda each: is_told(each, action_id, "pending"))
        socket.wait_for_change("actions", lambda each: is_told(each, action_id, "no_answer"))
    assert ami.wait_event("OriginateResponse", ActionID=action_id)["Response"] == "Failure"


def is_told(change: dict, action_id: str, state: str) -> bool:
    return change["key"] == action_id and change["value"]["state"] == state


def test_what_the_pbx_refuses_is_kept_as_failed_with_its_words(console: Console) -> None:
    problem = console.refuse("originate/", 502, channel="Local/200@default", exten="nope", context="default")
    assert problem["ami"] == "Extension does not exist."
    with console.visit.open_socket(token=str(console.visit.http.headers["Authorization"])[7:]) as socket:
        kept = socket.subscribe("actions")["actions"]["snapshot"].values()
    assert any(each["state"] == "failed" and each["detail"] == problem["ami"] for each in kept)


def test_another_clients_order_is_not_shown_as_ours(console: Console, ami: AmiClient) -> None:
    action_id = ami.send(
        "Originate", Channel="Local/202@default/n", Exten="200", Context="default", Priority=1, Async="true"
    )
    ami.wait_event("OriginateResponse", ActionID=action_id)
    assert console.visit.get(f"/api/ami/originate/{action_id}/").status_code == 404


def test_those_who_wait_hold_up_nobody(console: Console) -> None:
    rings = {**ORDER, "channel": "Local/204@default/n", "timeout": 600_000}
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(console.post, "originate/?wait=1", **rings) for _ in range(20)]
        assert wait_until(lambda: len(live_channels(console.pbx)) >= 40)
        assert console.get("ping/")["message"] == "Pong"
        assert console.visit.get("/readyz").status_code == 200
        assert not any(each.done() for each in waiting)
        console.pbx.cli("channel request hangup all")
        outcomes = [each.result() for each in waiting]
    assert {each["state"] for each in outcomes} == {"failed"}
    assert len({each["action_id"] for each in outcomes}) == 20


def test_a_link_that_dies_while_the_phone_rings_leaves_the_outcome_unknown(
    start_amictl: StartAmictl, private_asterisk: AsteriskServer
) -> None:
    server = start_amictl(private_asterisk)
    server.wait_until_ready()
    visit = server.log_in()
    order = {**ORDER, "channel": "Local/204@default/n", "timeout": 60000}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(visit.post, "/api/ami/originate/?wait=1", order)
        assert wait_until(lambda: live_channels(private_asterisk))
        private_asterisk.kill()
        answer = waiting.result()
    assert answer.status_code == 200, answer.text
    outcome = answer.json()["data"]
    assert (outcome["state"], outcome["reason"]) == ("link_lost", None)
    assert "may have been made" in outcome["detail"]


def test_hanging_up_several_tells_the_result_of_each(console: Console, ami: AmiClient) -> None:
    first = console.post("originate/?wait=1", **ORDER, channel="Local/200@default")
    second = console.post("originate/?wait=1", **ORDER, channel="Local/200@default")
    named = console.find(lambda each: each.unique_id == second["channel_id"])
    done = console.post("hangup/", channels=[first["channel_id"], named.name, "PJSIP/gone-00000001", "/.*/"])
    assert [each["success"] for each in done["results"]] == [True, True, False, False]
    codes = [each["error"]["code"] for each in done["results"][2:]]
    assert (done["hung_up"], codes) == (2, ["not_found", "invalid_input"])
    for unique_id in (first["channel_id"], second["channel_id"]):
        assert ami.wait_event("Hangup", Uniqueid=unique_id)


def test_the_cause_of_a_hangup_reaches_the_pbx(console: Console, ami: AmiClient) -> None:
    ordered = console.post("originate/?wait=1", **ORDER, channel="Local/200@default")
    console.find(lambda each: each.unique_id == ordered["channel_id"])
    console.post("hangup/", channel=ordered["channel_id"], cause=21)
    assert ami.wait_event("Hangup", Uniqueid=ordered["channel_id"])["Cause"] == "21"
