"""AMI clients that nobody here wrote, on a real Asterisk 22 and on the demo, of the same configuration."""

from __future__ import annotations

import os

import pytest

from amictl.demo.server import DemoServer
from tests.asterisk.server import JUDGE, AsteriskServer
from tests.demo.clients.script import (
    NODE_CLIENTS,
    PYTHON_CLIENTS,
    REFUSED,
    SCRIPT,
    Account,
    node_problem,
    perform,
)

pytestmark = pytest.mark.asterisk


@pytest.fixture(params=[*PYTHON_CLIENTS, *NODE_CLIENTS])
def client(request: pytest.FixtureRequest) -> str:
    """Each of the foreign clients in turn."""
    name: str = request.param
    if name in NODE_CLIENTS and (problem := node_problem()):
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} must be there in CI: {problem}", pytrace=False)
        pytest.skip(problem)
    return name


def test_a_foreign_client_takes_the_script_to_its_end_and_understands_the_same_of_the_demo(
    client: str, real_centre: AsteriskServer, demo: DemoServer
) -> None:
    on_asterisk = perform(client, real_centre.host, real_centre.ami_port, JUDGE)
    assert_whole(on_asterisk)
    on_demo = perform(client, demo.host, demo.ami_port, JUDGE)
    assert on_demo.answers == on_asterisk.answers
    assert on_demo.events == on_asterisk.events


def assert_whole(account: Account) -> None:
    """The client asked everything, and what it tells is what the script brings about."""
    asked = [step["ask"] for step in SCRIPT if "ask" in step]
    assert [name.rpartition(" ")[0] for name in account.answers] == ["log in", *asked, "log off"]
    refused = {name for name, told in account.answers.items() if told["succeeded"] is False}
    assert refused - {"log off 1"} == REFUSED  # two of them take Goodbye for a refusal
    names = [event.get("Event", event.get("event")) for group in account.events.values() for event in group]
    assert {"QueueMemberPause", "OriginateResponse", "Newexten", "LocalBridge", "ConfbridgeLeave"} <= set(
        names
    )
    assert names.count("Hangup") == 2
