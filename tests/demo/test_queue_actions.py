"""Each action of queues is answered by the demo in the bytes of a real Asterisk 22 with the same files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
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


def play(server: AmiServer, steps: list[Step]) -> tuple[list[str], list[str]]:
    """What the server answers to each step, and the events of queues that came meanwhile, in their order."""
    answers, events = [], []
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="agent") as client:
        for name, headers in steps:
            before = len(client.received)
            client.send(name, **headers)
            client.action("Ping")
            answer = client.received[before:].decode().rpartition("Response: Success\r\nActionID: ")[0]
            events += EVENT.findall(answer)
            answers.append(f"{name} {headers}\n{normalise(EVENT.sub('', answer))}")
        before = len(client.received)
        client.wait_event("QueueMemberRemoved", Interface=PHONE)
        events += EVENT.findall(client.received[before:].decode())
    return answers, list(map(normalise, events))


def normalise(text: str) -> str:
    """The text without the values of a run: times, action IDs, and durations."""
    text = re.sub(r"\b1[0-9]{9}\b", "<time>", text)
    return re.sub(r"\bbed-\d+|\b\d+(?= secs ago)", "<this run's>", text)


def test_the_demo_answers_in_the_bytes_of_asterisk(bed_demo: DemoServer, asterisk_22: AsteriskServer) -> None:
    real_answers, real_events = play(asterisk_22, STEPS)
    demo_answers, demo_events = play(bed_demo, STEPS)
    for real_answer, demo_answer in zip(real_answers, demo_answers, strict=True):
        assert demo_answer == real_answer
    assert demo_events == real_events
    assert len(real_events) == 11


def test_every_action_of_queues_that_amictl_offers_is_among_the_steps() -> None:
    offered = {action.name for action in QUEUE_ACTIONS if action.module == "app_queue"}
    assert offered == {name for name, _ in STEPS} - {"Command"}
