"""The audit log, idempotency keys and the command list against real Asterisk and a process that dies."""

from __future__ import annotations

import runpy
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from amictl.errors import AmictlError
from amictl.services.access import Actor, require_command
from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import live_channels
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.patience import PATIENCE
from tests.serving import ROOT, AmictlServer, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

ORIGINATE = {
    "channel": "Local/200@default",
    "exten": "200",
    "context": "default",
    "priority": 1,
    "timeout": 30000,
}
PAUSE = {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"}


def read_rows(server: AmictlServer) -> list[sqlite3.Row]:
    """Return the audit rows as the file has them, whatever amictl is doing."""
    connection = sqlite3.connect(server.instance / "amictl.sqlite3")
    try:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM audit_entry ORDER BY id").fetchall()
    finally:
        connection.close()


def ordered_calls(pbx: BedPbx) -> list[str]:
    """Return the unique IDs of the calls that were ordered: the first half of each Local channel."""
    return [
        each.unique_id
        for each in live_channels(pbx)
        if each.name.startswith("Local/200@") and each.name.endswith(";1")
    ]


def test_a_process_killed_before_the_answer_leaves_the_row_and_the_next_start_says_so(
    start_amictl: StartAmictl, private_asterisk_22: AsteriskServer
) -> None:
    server = start_amictl(private_asterisk_22)
    server.wait_until_ready()
    token = server.make_token()
    private_asterisk_22.freeze()

    def order() -> None:
        with pytest.raises(requests.ConnectionError):
            server.call_api(token).post("/api/ami/originate/", ORIGINATE, headers={"Idempotency-Key": "once"})

    ordering = threading.Thread(target=order)
    ordering.start()
    assert wait_until(lambda: [row for row in read_rows(server) if row["kind"] == "asked"])
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    ordering.join(PATIENCE)
    asked = read_rows(server)[-1]
    assert (asked["kind"], asked["action"], asked["outcome"]) == ("asked", "Originate", "asked")
    private_asterisk_22.thaw()
    # The frozen PBX may have had the order in its socket: then the call is there, once, after its session.
    assert wait_until(
        lambda: private_asterisk_22.username not in private_asterisk_22.cli("manager show connected")
    ), private_asterisk_22.cli("manager show connected")
    placed = wait_until(lambda: ordered_calls(private_asterisk_22), 3.0)

    server.start()
    server.wait_until_ready()
    outcome = read_rows(server)[-1]
    assert (outcome["kind"], outcome["asked_id"]) == ("outcome", asked["id"])
    assert outcome["outcome"] == "outcome_unknown"
    assert "amictl stopped" in outcome["message"]
    assert "is whole" in server.flask("audit", "verify")

    retry = server.call_api(token).post("/api/ami/originate/", ORIGINATE, headers={"Idempotency-Key": "once"})
    assert (retry.status_code, retry.json()["code"]) == (504, "outcome_unknown")
    assert retry.headers["Idempotency-Replayed"] == "true"
    assert server.call_api(token).get("/api/ami/ping/").status_code == 200
    assert ordered_calls(private_asterisk_22) == placed


def test_the_same_key_twice_places_one_call(
    amictl_server: AmictlServer, asterisk: BedPbx, ami: AmiClient
) -> None:
    program = amictl_server.call_api(amictl_server.make_token())
    headers = {"Idempotency-Key": "call-1"}
    first = program.post("/api/ami/originate/", ORIGINATE, headers=headers)
    assert first.status_code == 202, first.text
    channel_id = first.json()["data"]["channel_id"]
    assert ami.wait_event("OriginateResponse", Uniqueid=channel_id)
    again = program.post("/api/ami/originate/", ORIGINATE, headers=headers)
    assert (again.status_code, again.content) == (202, first.content)
    assert program.get("/api/ami/ping/").status_code == 200  # comes after whatever was sent before
    assert ordered_calls(asterisk) == [channel_id]
    other = program.post("/api/ami/originate/", {**ORIGINATE, "timeout": 20000}, headers=headers)
    assert other.status_code == 409
    assert ordered_calls(asterisk) == [channel_id]


def test_the_same_key_sent_many_times_at_once_places_one_call(
    amictl_server: AmictlServer, asterisk: BedPbx, ami: AmiClient
) -> None:
    token = amictl_server.make_token()

    def order(_number: int) -> requests.Response:
        program = amictl_server.call_api(token)
        return program.post("/api/ami/originate/", ORIGINATE, headers={"Idempotency-Key": "call-2"})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(order, range(12)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    (content,) = {answer.content for answer in answers if answer.status_code == 202}
    assert ami.wait_event("OriginateResponse", Response="Success")
    assert amictl_server.call_api(token).get("/api/ami/ping/").status_code == 200
    assert [each.encode() in content for each in ordered_calls(asterisk)] == [True]


def test_the_log_says_what_the_pbx_was_sent_and_what_it_said(
    amictl_server: AmictlServer, asterisk: BedPbx
) -> None:
    person = amictl_server.log_in()
    assert person.post("/api/ami/queue/pause/", PAUSE).status_code == 200
    assert "paused:Break" in asterisk.cli("queue show support")
    assert person.post("/api/ami/hangup/", {"channel": "PJSIP/nobody-1"}).status_code == 404
    data = person.get("/api/audit/?limit=3").json()["data"]
    refused, outcome, asked = data["entries"]
    assert ["Reason", "Break"] in asked["headers"]
    assert (asked["outcome"], asked["via"], asked["username"]) == ("asked", "session", "admin")
    assert (outcome["outcome"], outcome["asked_id"]) == ("done", asked["id"])
    assert "paused successfully" in outcome["message"]
    assert 0 < outcome["took_ms"] < 10_000
    assert (refused["kind"], refused["outcome"]) == ("refused", "not_found")
    assert person.post("/api/ami/queue/pause/", {**PAUSE, "paused": False}).status_code == 200


def test_concurrent_writes_make_one_whole_chain_in_a_running_server(
    amictl_server: AmictlServer, asterisk: BedPbx
) -> None:
    token = amictl_server.make_token()

    def pause(number: int) -> int:
        program = amictl_server.call_api(token)
        return program.post("/api/ami/queue/pause/", {**PAUSE, "paused": number % 2 == 0}).status_code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(pause, range(100)))
    assert set(codes) == {200}
    rows = [row for row in read_rows(amictl_server) if row["action"] == "QueuePause"]
    asked = {row["id"] for row in rows if row["kind"] == "asked"}
    settled = [row["asked_id"] for row in rows if row["kind"] == "outcome"]
    assert len(asked) == len(settled) == 100
    assert asked == set(settled)
    assert "is whole" in amictl_server.flask("audit", "verify")
    assert len(amictl_server.flask("audit", "export").splitlines()) == len(read_rows(amictl_server))
    assert asterisk.cli("queue show support")


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("core show version", True),
        ("CORE show\tVERSION", True),
        ("core show uptime seconds", True),
        ("core sho version", False),
        ("cor show version", False),
        ("core show ver", False),
        ("core showx version", False),
        ("core show version; core show uptime", False),
        ("core\N{NO-BREAK SPACE}show version", False),
        ("!ls", False),
    ],
)
def test_asterisk_compares_whole_words_as_the_command_list_does(
    ami: AmiClient, command: str, runs: bool
) -> None:
    def is_run_by_asterisk() -> bool:
        try:
            ami.action("Command", Command=command)
        except AmiRefused as refusal:
            return "No such command" not in str(refusal)
        return True

    def is_allowed() -> bool:
        actor = Actor(1, "tester", "Test", frozenset({"command.run"}), None, None, "token")
        try:
            require_command(actor, command, ("core show version", "core show uptime"))
        except AmictlError:
            return False
        return True

    assert (is_run_by_asterisk(), is_allowed()) == (runs, runs)


def test_a_new_token_works_at_once_and_a_revoked_one_no_more(amictl_server: AmictlServer) -> None:
    person = amictl_server.log_in()
    made = person.post("/api/tokens/", {"name": "wallboard", "permissions": ["live.read"]}).json()["data"]
    program: Visit = amictl_server.call_api(made["token"])
    assert program.get("/api/ami/ping/").status_code == 200
    assert program.post("/api/ami/queue/pause/", PAUSE).status_code == 403
    assert person.post(f"/api/tokens/{made['id']}/revoke/").status_code == 200
    assert program.get("/api/ami/ping/").status_code == 401


def test_the_commands_allowed_from_the_start_show_no_secret(asterisk: BedPbx) -> None:
    migration = runpy.run_path(str(ROOT / "migrations/versions/0002_audit.py"))
    arguments = {
        "pjsip show endpoint": "100",
        "pjsip show aor": "100",
        "pjsip list": "auths",
        "sip show peer": "600",
        "queue show": "support",
    }
    shown = {
        command: asterisk.cli(f"{command} {arguments.get(command, '')}".strip())
        for command in migration["READING_COMMANDS"]
    }
    assert "Asterisk" in shown["core show version"]
    secrets = (asterisk.secret, *(f"secret-{number}" for number in (*range(100, 106), 600, 601)))
    assert [(command, text) for command, text in shown.items() if any(each in text for each in secrets)] == []
    assert "secret-100" in asterisk.cli("pjsip show auth 100")  # the judge can see one
