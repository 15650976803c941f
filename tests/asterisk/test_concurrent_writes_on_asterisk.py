"""Many programs write at once: each is answered with its own result, and the link stays up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.asterisk.fixtures import BedPbx
from tests.asterisk.shared_amictl import API, Console
from tests.serving import AmictlServer, Visit

pytestmark = pytest.mark.asterisk

PROGRAMS = 20
WRITES = 200
HERE = {"exten": "2101", "context": "default", "priority": 1, "timeout": 20000}


def put_entry(visit: Visit, number: int) -> None:
    answer = visit.post(f"{API}/db/", {"family": "load", "key": f"key{number}", "value": f"value{number}"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["data"]["key"], answer.json()["data"]["value"]) == (
        f"key{number}",
        f"value{number}",
    )


def place_answered_call(visit: Visit, _number: int) -> None:
    answer = visit.post(f"{API}/originate/?wait=1", {"channel": "Local/2101@default/n", **HERE})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["state"] == "answered", answer.text


def place_busy_call(visit: Visit, _number: int) -> None:
    answer = visit.post(f"{API}/originate/?wait=1", {"channel": "Local/202@default/n", **HERE})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["state"] == "busy", answer.text


def add_member(visit: Visit, number: int) -> None:
    interface = f"Local/9{number:03}@agents"
    answer = visit.post(f"{API}/queue/add/", {"queue": "lobby", "interface": interface})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["interface"] == interface


def pause_unknown_member(visit: Visit, number: int) -> None:
    pause = {"queue": "support", "interface": f"PJSIP/nobody{number}", "paused": True}
    answer = visit.post(f"{API}/queue/pause/", pause)
    assert answer.status_code == 404, answer.text
    assert f"PJSIP/nobody{number}" in answer.json()["detail"]


KINDS: tuple[Callable[[Visit, int], None], ...] = (
    put_entry,
    place_answered_call,
    place_busy_call,
    add_member,
    pause_unknown_member,
)


@pytest.fixture
def programs(console: Console) -> list[Visit]:
    """Twenty programs with a token each."""
    issuer = console.visit
    tokens = [
        issuer.post("/api/tokens/", {"name": f"program {number}", "expires_in_days": 1}).json()["data"][
            "token"
        ]
        for number in range(PROGRAMS)
    ]
    return [console.server.call_api(token) for token in tokens]


def test_two_hundred_writes_of_twenty_tokens_each_get_their_own_result(
    console: Console, asterisk: BedPbx, programs: list[Visit]
) -> None:
    epoch = console.get("status/")["epoch"]
    with ThreadPoolExecutor(PROGRAMS) as pool:
        done = [
            pool.submit(KINDS[number % len(KINDS)], programs[number % PROGRAMS], number)
            for number in range(WRITES)
        ]
        for each in done:
            each.result()
    assert console.get("status/")["epoch"] == epoch, "the link went down meanwhile"
    check_pbx(asterisk)
    check_audit(console.server)


def check_pbx(asterisk: BedPbx) -> None:
    """Hold the PBX's own words against what was asked."""
    entries = asterisk.cli("database show load")
    members = asterisk.cli("queue show lobby")
    for number in range(0, WRITES, len(KINDS)):
        assert f"value{number} " in entries.replace("\n", " ") + " "
    for number in range(KINDS.index(add_member), WRITES, len(KINDS)):
        interface = f"Local/9{number:03}@agents"
        assert interface in members
        asterisk.cli(f"queue remove member {interface} from lobby")
    asterisk.cli("database deltree load")


def check_audit(server: AmictlServer) -> None:
    """Check that the chain of the audit log held under all of it."""
    assert "whole" in server.flask("audit", "verify").lower()
