"""Whom a queue rings, call after call: demo and a real Asterisk 22 choose the same members in one order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from amictl.demo.world import CONFIGURATION, World
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer, await_condition
from tests.demo.conftest import AmiServer
from tests.demo.demo_servers import make_demo

pytestmark = pytest.mark.asterisk

STRATEGIES = ("ringall", "linear", "rrmemory", "rrordered", "fewestcalls", "leastrecent")
MEMBERS = ("busy-a,0", "talk-b,0", "talk-c,0", "busy-d,0", "talk-e,1", "talk-f,1", "talk-g,2")
CALLS = 6
QUEUES = "[general]\nautofill=yes\n" + "".join(
    f"[{strategy}]\nstrategy={strategy}\ntimeout=5\nretry=1\nringinuse=yes\n"
    + "".join(f"member=>Local/{{}}-{strategy}@ranks/n,{{}}\n".format(*each.split(",")) for each in MEMBERS)
    for strategy in STRATEGIES
)
EXTENSIONS = """\
[ranks]
exten => _busy-.,1,Busy(1)
exten => _talk-.,1,Answer()
 same => n,Wait(0.3)
exten => stay,1,Answer()
 same => n,Wait(20)
exten => _call-.,1,Answer()
 same => n,Queue(${EXTEN:5})
 same => n,Hangup()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's configuration with other queues and another dialplan."""
    shutil.copytree(CONFIGURATION, tmp_path, dirs_exist_ok=True)
    (tmp_path / "queues.conf").write_text(QUEUES)
    (tmp_path / "extensions.conf").write_text(EXTENSIONS)
    return tmp_path


@pytest.fixture
def both(folder: Path) -> Iterator[tuple[AmiServer, AmiServer]]:
    with AsteriskServer(22, configuration=folder) as real, make_demo(world=World(folder)) as demo:
        yield real, demo


def call_again_and_again(server: AmiServer) -> dict[str, list[str]]:
    """Let a caller come into each queue, several times, and return whom each queue called for each."""
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="agent") as client:
        for _ in range(CALLS):
            before = len(client.events)
            for strategy in STRATEGIES:
                client.action(
                    "Originate", Channel="Local/stay@ranks/n", Context="ranks", Exten=f"call-{strategy}",
                    Priority=1, Async="true",
                )  # fmt: skip

            def all_are_over(first: int = before) -> bool:
                client.drain(0.1)
                over = {
                    event["Queue"] for event in client.events[first:] if event["Event"] == "AgentComplete"
                }
                return over == set(STRATEGIES)

            await_condition(all_are_over, what="the end of a call to each queue")
            client.drain(1.1)  # leastrecent counts whole seconds
        called = [
            (
                event["Queue"],
                event["Interface"].partition("/")[2].partition("-" + event["Queue"])[0],
                event["Uniqueid"],
            )
            for event in client.events
            if event["Event"] == "AgentCalled"
        ]
    return {
        strategy: [
            "".join(member.removeprefix("busy-").removeprefix("talk-") for _, member, _ in calls)
            for _, calls in groupby(
                (each for each in called if each[0] == strategy), key=lambda each: each[2]
            )
        ]
        for strategy in STRATEGIES
    }


def test_the_demo_rings_whom_asterisk_rings(both: tuple[AmiServer, AmiServer]) -> None:
    real, demo = (call_again_and_again(server) for server in both)
    assert all(len(calls) == CALLS for calls in real.values())
    assert demo == real
