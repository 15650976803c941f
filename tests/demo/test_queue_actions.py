"""Each action of queues is answered by the demo in the bytes of a real Asterisk 22 with the same files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from amictl.demo.server import DemoServer
from amictl.demo.world import CONFIGURATION, World
from amictl.pbx.catalogue.tables.queues import ACTIONS as QUEUE_ACTIONS
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import CONFIGURATION as BED
from tests.asterisk.server import AsteriskServer
from tests.demo.conftest import AmiServer
from tests.demo.demo_servers import make_demo

pytestmark = pytest.mark.asterisk

LOCAL = "Local/505@agents/n"
PHONE = "PJSIP/104"
# An event that came by itself: a list's items have no privilege.
EVENT = re.compile(r"Event: \w+\r\nPrivilege: agent,all\r\n(?:[^\r\n].*\r\n)*\r\n")
PONG = re.compile(r"Response: Success\r\nActionID: bed-\d+\r\nPing: Pong\r\nTimestamp: .+\r\n\r\n")
Step = tuple[str, dict[str, str]]
ADD: dict[str, str] = {"Queue": "lobby", "Interface": LOCAL}
STEPS: list[Step] = [
    ("QueueReset", {}),
    ("QueueReset", {"Queue": "nowhere"}),
    ("QueueRule", {}),
    ("QueueRule", {"Rule": "WIDEN"}),
    ("QueueRule", {"Rule": "nope"}),
    ("QueueStatus", {"Queue": "sales"}),
    ("QueueStatus", {"Queue": "LOBBY"}),
    ("QueueStatus", {"Queue": "nowhere"}),
    ("QueueStatus", {"Member": "Nobody"}),
    ("QueueStatus", {"Queue": "sales", "Member": "Local/503@agents/n"}),
    ("QueueSummary", {"Queue": "sales"}),
    ("QueueSummary", {"Queue": "nowhere"}),
    ("QueueAdd", ADD),
    ("QueueAdd", ADD),
    ("QueueAdd", {"Queue": "nowhere", "Interface": LOCAL}),
    ("QueueAdd", {"Queue": "lobby"}),
    ("QueueAdd", {"Interface": LOCAL}),
    (
        "QueueAdd",
        {
            "Queue": "lobby",
            "Interface": PHONE,
            "Penalty": "3",
            "Paused": "true",
            "Reason": "Tea",
            "MemberName": "Zoë",
            "StateInterface": "Custom:unset",
            "Wrapuptime": "4",
        },
    ),
    ("QueueStatus", {"Queue": "lobby"}),
    ("QueueSummary", {"Queue": "lobby"}),
    ("QueuePause", {"Interface": LOCAL, "Paused": "1", "Reason": "Lunch", "Queue": "lobby"}),
    ("QueuePause", {"Interface": LOCAL, "Paused": "yes", "Reason": "Lunch", "Queue": "lobby"}),
    ("QueuePause", {"Interface": LOCAL, "Paused": "0", "Reason": "back"}),
    ("QueuePause", {"Interface": "x", "Paused": "0"}),
    ("QueuePause", {"Interface": LOCAL}),
    ("QueuePenalty", {"Interface": LOCAL, "Penalty": "4", "Queue": "lobby"}),
    ("QueuePenalty", {"Interface": LOCAL, "Penalty": "-4"}),
    ("QueuePenalty", {"Interface": LOCAL, "Penalty": "x", "Queue": "lobby"}),
    ("QueuePenalty", {"Interface": "x", "Penalty": "2", "Queue": "lobby"}),
    ("QueuePenalty", {"Interface": LOCAL}),
    ("QueueMemberRingInUse", {"Interface": LOCAL, "RingInUse": "no", "Queue": "lobby"}),
    ("QueueMemberRingInUse", {"Interface": LOCAL, "RingInUse": "maybe"}),
    ("QueueMemberRingInUse", {"Interface": "x", "RingInUse": "no"}),
    ("QueueMemberRingInUse", {"Interface": "x"}),
    ("Command", {"Command": "queue show lobby"}),
    ("Command", {"Command": "queue show nope"}),
    ("Command", {"Command": "queue show rules"}),
    ("Command", {"Command": "queue reset stats lobby"}),
    ("QueueRemove", ADD),
    ("QueueRemove", ADD),
    ("QueueRemove", {"Queue": "lobby", "Interface": PHONE}),
    ("QueueRemove", {"Queue": "nowhere", "Interface": LOCAL}),
    ("QueueRemove", {"Queue": "support", "Interface": "PJSIP/100"}),
    ("QueueRemove", {"Queue": "support"}),
    ("QueueLog", {"Queue": "support", "Event": "NOTE", "Message": "a|b"}),
    ("QueueLog", {"Queue": "support"}),
    ("QueueReload", {}),
    ("QueueReload", {"Queue": "support", "Members": "yes"}),
    ("QueueChangePriorityCaller", {"Queue": "support", "Caller": "x", "Priority": "3"}),
    ("QueueChangePriorityCaller", {"Queue": "support", "Caller": "x", "Priority": "z"}),
    ("QueueChangePriorityCaller", {"Queue": "no", "Caller": "x", "Priority": "3", "Immediate": "yes"}),
    ("QueueChangePriorityCaller", {"Queue": "no", "Caller": "x"}),
    ("QueueChangePriorityCaller", {"Queue": "no"}),
    ("QueueWithdrawCaller", {"Queue": "support", "Caller": "x"}),
    ("QueueWithdrawCaller", {"Queue": "no", "Caller": "x"}),
    ("QueueWithdrawCaller", {"Caller": "x"}),
]


@pytest.fixture
def bed_demo(tmp_path: Path) -> Iterator[DemoServer]:
    """A demo with the queues and the dialplan of the test bed."""
    shutil.copytree(CONFIGURATION, tmp_path, dirs_exist_ok=True)
    for name in ("queues.conf", "queuerules.conf", "extensions.conf", "pjsip.conf"):
        shutil.copy(BED / name, tmp_path)
    world = World(tmp_path)
    for number in range(501, 507):
        world.devices.change(f"Custom:agent{number}", "NOT_INUSE")
    with make_demo(world=world) as server:
        yield server


def ask(client: AmiClient, steps: Iterable[Step]) -> tuple[list[str], list[str]]:
    """What the server answers to each step, and the events of queues that came meanwhile, in their order.

    A Ping stands between two steps. The last event of the steps must be that of the phone's removal.
    """
    before = len(client.received)
    for name, headers in steps:
        client.send(name, **headers)
        client.action("Ping")
    client.wait_event("QueueMemberRemoved", Interface=PHONE)
    text = client.received[before:].decode()
    return PONG.split(EVENT.sub("", text))[:-1], EVENT.findall(text)


def play(server: AmiServer) -> tuple[list[str], list[str]]:
    """What the server answers to each of ``STEPS``, and the events of queues that came meanwhile."""
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="agent") as client:
        answers, events = ask(client, STEPS)
    shown = [
        f"{name} {headers}\n{normalise(answer)}"
        for (name, headers), answer in zip(STEPS, answers, strict=True)
    ]
    return shown, list(map(normalise, events))


def normalise(text: str) -> str:
    """The text without the values of a run: times, action IDs, and durations."""
    text = re.sub(r"\b1[0-9]{9}\b", "<time>", text)
    return re.sub(r"\bbed-\d+|\b\d+(?= secs ago)", "<this run's>", text)


def test_the_demo_answers_in_the_bytes_of_asterisk(
    bed_demo: DemoServer, private_asterisk_22: AsteriskServer
) -> None:
    real_answers, real_events = play(private_asterisk_22)
    demo_answers, demo_events = play(bed_demo)
    for real_answer, demo_answer in zip(real_answers, demo_answers, strict=True):
        assert demo_answer == real_answer
    assert demo_events == real_events
    assert len(real_events) == 11


def test_every_action_of_queues_that_amictl_offers_is_among_the_steps() -> None:
    offered = {action.name for action in QUEUE_ACTIONS if action.module == "app_queue"}
    assert offered == {name for name, _ in STEPS} - {"Command"}


def play_with_callers(server: AmiServer) -> list[str]:
    """What the server answers about two callers who wait in queue lobby."""
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="agent") as client:
        for number in (1, 2):
            client.action(
                "Originate", Channel="Local/stay@soak/n", Context="soak", Exten="queue-lobby", Priority=1,
                CallerID=f"Caller {number} <55{number}>", Variable="STAYS=600", Async="true",
            )  # fmt: skip
            client.wait_event("QueueCallerJoin", Count=str(number))
        joined = [event for event in client.events if event["Event"] == "QueueCallerJoin"]
        first, second = ({"Queue": "lobby", "Caller": event["Channel"]} for event in joined)
        steps: list[Step] = [
            ("QueueStatus", {"Queue": "lobby"}),
            ("QueueSummary", {"Queue": "lobby"}),
            ("Command", {"Command": "queue show lobby"}),
            ("QueueChangePriorityCaller", {**second, "Priority": "7"}),
            ("QueueStatus", {"Queue": "lobby"}),
            ("QueueChangePriorityCaller", {**second, "Priority": "8", "Immediate": "yes"}),
            ("QueueStatus", {"Queue": "lobby"}),
            ("QueueChangePriorityCaller", {**first, "Priority": "-1", "Immediate": "1"}),
            ("QueueWithdrawCaller", {**first, "WithdrawInfo": "spam"}),
            ("QueueAdd", {"Queue": "lobby", "Interface": PHONE, "Paused": "yes"}),
            ("QueueRemove", {"Queue": "lobby", "Interface": PHONE}),
        ]
        answers, _ = ask(client, steps)
        client.wait_event("QueueCallerLeave", Channel=first["Caller"])
        for event in joined:
            client.send("Hangup", Channel=event["Channel"])
            client.wait_event("QueueCallerLeave", Channel=event["Channel"])
        return [normalise_callers(answer, joined) for answer in answers]


def normalise_callers(text: str, joined: list[dict[str, str]]) -> str:
    """The text without what differs between two runs, with the callers by their numbers."""
    for number, event in enumerate(joined, start=1):
        text = text.replace(event["Channel"], f"<channel {number}>").replace(event["Uniqueid"], f"<{number}>")
    text = re.sub(r"(Wait|LongestHoldTime): \d+|wait: 0:\d\d", "<seconds>", text)
    return normalise(text)


def test_the_demo_tells_of_waiting_callers_in_the_bytes_of_asterisk(
    bed_demo: DemoServer, private_asterisk_22: AsteriskServer
) -> None:
    real, demo = play_with_callers(private_asterisk_22), play_with_callers(bed_demo)
    for real_answer, demo_answer in zip(real, demo, strict=True):
        assert demo_answer == real_answer
