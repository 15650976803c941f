"""A PBX that sends impossible numbers is shown all the same, over REST and sockets, and it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.scripted_server import Action as Asked
from tests.faults.scripted_server import HonestAsterisk, Peer, ScriptedServer, channel, message
from tests.realtime.test_socketio_transports import ScriptedPbx
from tests.serving import AmictlServer

HUGE = "99999999999999999999"


def list_queues(peer: Peer, action: Asked) -> None:
    """Answer with two queues, of which the first has a share that is no number."""
    counters = ["Max: 0", "Strategy: ringall", "Calls: 0", "Holdtime: 0", "TalkTime: 0", "Completed: 4"]
    rest = ["Abandoned: 0", "ServiceLevel: 20", "ServicelevelPerf2: 0.0", "Weight: 0"]
    member = ["Name: Alice", "Location: PJSIP/100", "StateInterface: PJSIP/100", "Membership: static"]
    last = ["Penalty: 0", "CallsTaken: 1", f"LastCall: {HUGE}", "LoginTime: -1", "InCall: 0", "Status: 1"]
    items = [
        ["QueueParams", "Queue: odd", *counters, *rest, "ServicelevelPerf: nan"],
        ["QueueMember", "Queue: odd", *member, *last, "Paused: 0", "Wrapuptime: 1e9"],
        ["QueueParams", "Queue: even", *counters, *rest, "ServicelevelPerf: 50.0"],
    ]
    peer.send_list(action, items, "QueueStatusComplete")


@pytest.mark.served
def test_impossible_numbers_are_null_over_rest_and_sockets_and_the_link_says_so(tmp_path: Path) -> None:
    script = HonestAsterisk({"QueueStatus": list_queues})
    with ScriptedServer(script) as pbx, AmictlServer(tmp_path, ScriptedPbx(pbx.port)) as server:
        server.wait_until_ready()
        visit = server.call_api(server.make_token())
        token = visit.http.headers["Authorization"].removeprefix("Bearer ")
        with visit.open_socket(token) as live:
            shown = live.subscribe("pbx", "queues", "agents", "channels", "event:Newchannel")
            assert "numbers that cannot be true" in shown["pbx"]["snapshot"]["main"]["detail"]
            queues = shown["queues"]["snapshot"]
            assert {name: queue["service_level_perf"] for name, queue in queues.items()} == {
                "odd": None,
                "even": 50.0,
            }
            assert shown["agents"]["snapshot"]["Alice"]["last_call_at"] is None

            headers = [line.replace("Priority: 1", f"Priority: {HUGE}") for line in channel(7)]
            script.logged_in[-1].send_raw(message("Event: Newchannel", "Privilege: call,all", *headers))
            change = live.wait_for_change("channels", lambda change: change["key"] == "1700000000.7")
            assert (change["value"]["priority"], change["value"]["exten"]) == (None, "7")
            _, batch = live.wait_for(lambda name, _: name == "ami_events")
            assert batch["events"][0]["data"]["Priority"] == HUGE, "a raw event is what came"

        (channel_shown,) = visit.get("/api/ami/channels/").json()["data"]["channels"]
        assert channel_shown["priority"] is None
        listed = visit.get("/api/ami/queue/status/").json()["data"]["queues"]
        assert {queue["queue"] for queue in listed} == {"odd", "even"}

        counted = re.search(
            r"ami_faults_total{[^}]*unreadable_values[^}]*} (\d+)", visit.get("/metrics").text
        )
        assert counted
        assert int(counted[1]) >= 4
