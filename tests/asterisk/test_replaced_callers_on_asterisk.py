"""A caller whose waiting channel is replaced, by phones; Asterisk's lists and queue_log are the judges."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.journeys import answering, calling, end
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

QUEUE = "lobby"
OTHER_MEMBER = {"Queue": QUEUE, "Interface": "PJSIP/104"}


def show_queue(console: Console) -> dict[str, Any]:
    return console.get(f"queue/status/?queue={QUEUE}")["queues"][0]


def count(console: Console) -> Counter[str]:
    today = show_queue(console)["today"]
    return Counter({name: today[name] for name in ("offered", "answered", "abandoned", "left", "waiting")})


def listed_callers(ami: AmiClient) -> list[tuple[str, str]]:
    """Who waits, as the PBX itself tells it."""
    items = ami.action("QueueStatus", Queue=QUEUE)
    return [(each["Channel"], each["Uniqueid"]) for each in items if each.get("Event") == "QueueEntry"]


def shown_callers(console: Console) -> list[tuple[str, str]]:
    return [(caller["channel"], caller["unique_id"]) for caller in show_queue(console)["callers"]]


@pytest.mark.each_version
def test_whom_an_agent_hands_over_to_a_queue_waits_there_as_one_caller_with_one_stay(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient
) -> None:
    pbx, before = asterisk_server, count(console)
    log = pbx.home / "log/queue_log"
    logged_before = log.read_text(encoding="utf-8", errors="replace")
    with answering(pbx, 102, 104), calling(pbx, 103) as agent:
        agent.call("102", talk=0.5, consult="302")
        leg = ami.wait_event("QueueCallerJoin")
        assert wait_until(lambda: shown_callers(console) == [(leg["Channel"], leg["Uniqueid"])])
        (joined,) = show_queue(console)["callers"]
        ami.action("SendText", Channel=leg["Channel"], Message="Hand over.")
        customer = ami.wait_event("AttendedTransfer")["TransfereeUniqueid"]
        ami.wait_event("Hangup", Uniqueid=leg["Uniqueid"])

        assert wait_until(lambda: [each for _, each in shown_callers(console)] == [customer])
        assert shown_callers(console) == listed_callers(ami)
        (waiting,) = show_queue(console)["callers"]
        assert (waiting["joined_at"], waiting["caller_id_num"]) == (joined["joined_at"], "102")
        done = console.post("queue/caller/priority/", channel=customer, priority=3)
        assert (done["queue"], done["priority"]) == (QUEUE, 3)
        (call,) = (each for each in console.get("calls/")["calls"] if each["state"] == "queued")
        assert {"queue_entered", "transferred"} < {step["kind"] for step in call["journey"]}

        ami.action("QueueAdd", **OTHER_MEMBER)
        try:
            assert ami.wait_event("AgentConnect")["Uniqueid"] == customer
            counted = wait_until(lambda: (now := count(console))["waiting"] == before["waiting"] and now)
            end(pbx)
        finally:
            ami.action("QueueRemove", **OTHER_MEMBER)
    assert counted - before == {"offered": 1, "answered": 1}
    logged = log.read_text(encoding="utf-8", errors="replace").removeprefix(logged_before)
    assert [logged.count(f"|{event}|") for event in ("ENTERQUEUE", "CONNECT", "ABANDON")] == [1, 1, 0]
