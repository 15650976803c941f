"""The routes about the PBX itself, its database and mailboxes, against real Asterisk."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import AmictlServer, Visit, wait_until

pytestmark = pytest.mark.asterisk

FAMILY = "amictl-test"


@pytest.fixture
def visit(console: Console) -> Visit:
    return console.visit


@pytest.fixture
def clean_database(asterisk: BedPbx) -> Iterator[None]:
    """A PBX without this file's family, before and after."""
    asterisk.cli(f"database deltree {FAMILY}")
    yield
    asterisk.cli(f"database deltree {FAMILY}")


def read(visit: Visit, path: str) -> dict[str, Any]:
    """Read a route that must answer, and return its data."""
    answer = visit.get(f"/api/ami/{path}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def post(visit: Visit, path: str, **body: object) -> dict[str, Any]:
    """Send a write that must succeed, and return its data."""
    answer = visit.post(f"/api/ami/{path}/", body)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def refuse(visit: Visit, path: str, status: int, **body: object) -> dict[str, Any]:
    """Send a write that must be refused, and return the problem."""
    answer = visit.post(f"/api/ami/{path}/", body)
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


def test_core_status_tells_in_utc_when_the_pbx_started(visit: Visit, asterisk: BedPbx) -> None:
    place_call(asterisk, "200")
    assert wait_until(lambda: read(visit, "core/status/")["current_calls"])
    asked_at = time.time()
    status = read(visit, "core/status/?raw=1")
    started = datetime.fromisoformat(status["started_at"]).timestamp()
    told = asterisk.cli("core show uptime seconds")
    assert asked_at - 2 < started + status["uptime"] < time.time() + 2
    later = re.search(r"System uptime: (\d+)", told)
    assert later
    assert status["uptime"] <= int(later.group(1))
    assert (
        status["started_at_local"] == f"{status['raw']['CoreStartupDate']}T{status['raw']['CoreStartupTime']}"
    )


def test_core_settings_are_typed(visit: Visit, asterisk: BedPbx) -> None:
    settings = read(visit, "core/settings/")
    assert settings["asterisk_version"] in asterisk.cli("core show version")
    assert settings["cdr_enabled"] in {True, False}
    assert settings["max_calls"] == 0
    assert settings["system_name"] is None
    assert "raw" not in settings


def test_a_command_answers_what_it_printed(visit: Visit, asterisk: BedPbx) -> None:
    data = post(visit, "command", command="core show version")
    assert data["output"] == asterisk.cli("core show version").splitlines()
    assert data["truncated"] is False
    problem = refuse(visit, "command", 502, command="core show nothing at all")
    assert problem["code"] == "action_refused"
    assert "No such command 'core show nothing at all'" in problem["ami"]


def test_a_supervisor_runs_what_an_administrator_allowed(amictl_server: AmictlServer) -> None:
    amictl_server.make_user("sue", "Supervisor")
    supervisor = amictl_server.call_api(amictl_server.make_token("sue"))
    assert supervisor.post("/api/ami/command/", {"command": "core show uptime"}).status_code == 200
    assert supervisor.post("/api/ami/command/", {"command": "core restart now"}).status_code == 403


def test_a_reload_is_done_or_says_why_not(visit: Visit, ami: AmiClient) -> None:
    assert post(visit, "reload", module="res_musiconhold")["module"] == "res_musiconhold"
    assert ami.wait_event("Reload", Module="res_musiconhold")["Status"] == "0"
    missing = refuse(visit, "reload", 404, module="res_nowhere")
    assert "res_nowhere" in missing["detail"]
    assert "does not support reload" in refuse(visit, "reload", 502, module="app_dial.so")["ami"]


def test_a_user_event_reaches_other_clients(visit: Visit, ami: AmiClient) -> None:
    post(visit, "userevent", event="ShiftBegins", headers={"Team": "support", "Room": "2"})
    event = ami.wait_event("UserEvent", UserEvent="ShiftBegins")
    assert (event["Team"], event["Room"]) == ("support", "2")
    assert refuse(visit, "userevent", 422, event="Forger", headers={"Event": "Hangup"})
    assert refuse(visit, "userevent", 422, event="Forger", headers={"Response": "Success"})


@pytest.mark.usefixtures("clean_database")
def test_the_database_is_written_read_and_emptied(visit: Visit, asterisk: BedPbx) -> None:
    post(visit, "db", family=FAMILY, key="shift/support", value="open, until 18:00")
    post(visit, "db", family=FAMILY, key="empty", value="")
    assert "Value: open, until 18:00" in asterisk.cli(f"database get {FAMILY} shift/support")
    (entry,) = read(visit, f"db/?family={FAMILY}&key=shift/support")["entries"]
    assert entry == {"family": FAMILY, "key": "shift/support", "value": "open, until 18:00"}
    listed = read(visit, f"db/?family={FAMILY}")
    assert {each["key"]: each["value"] for each in listed["entries"]} == {
        "shift/support": "open, until 18:00",
        "empty": "",
    }
    assert read(visit, f"db/?family={FAMILY}&limit=1")["truncated"] is True
    assert any(each["family"] == FAMILY for each in read(visit, "db/?raw=1")["entries"])
    assert visit.get(f"/api/ami/db/?family={FAMILY}&key=nothing").status_code == 404
    assert read(visit, "db/?family=nothing-here")["entries"] == []

    assert visit.delete(f"/api/ami/db/?family={FAMILY}&key=empty").status_code == 200
    assert "not found" in asterisk.cli(f"database get {FAMILY} empty")
    assert visit.delete(f"/api/ami/db/?family={FAMILY}&key=empty").status_code == 404
    assert visit.delete(f"/api/ami/db/?family={FAMILY}").status_code == 422
    assert "Value: open" in asterisk.cli(f"database get {FAMILY} shift/support")
    assert visit.delete(f"/api/ami/db/?family={FAMILY}&tree=1").status_code == 200
    assert "0 results found" in asterisk.cli(f"database show {FAMILY}")
    assert visit.delete(f"/api/ami/db/?family={FAMILY}&tree=1").status_code == 404


def test_mailboxes_tell_what_waits_in_them(visit: Visit, asterisk_server: AsteriskServer) -> None:
    inbox = asterisk_server.home / "spool" / "voicemail" / "default" / "102" / "INBOX"
    inbox.mkdir(parents=True)
    (inbox / "msg0000.txt").write_text("[message]\norigmailbox=102\ncontext=default\n", encoding="utf-8")
    (inbox / "msg0000.wav").write_bytes(b"")
    status = read(visit, "mailbox/status/?mailbox=102@default")
    assert status["messages_waiting"] is True
    count = read(visit, "mailbox/count/?mailbox=102@default&raw=1")
    assert (count["new_messages"], count["old_messages"], count["urgent_messages"]) == (1, 0, 0)
    assert count["raw"]["NewMessages"] == "1"
    assert read(visit, "mailbox/status/?mailbox=103@default")["messages_waiting"] is False
    users = {each["mailbox"]: each for each in read(visit, "voicemail/users/")["users"]}
    assert users["102@default"]["new_messages"] == 1
    assert (users["100@default"]["full_name"], users["100@default"]["pager"]) == ("Alice Ångström", None)
    assert users["100@default"]["max_message_length"] == 60
    assert users["100@default"]["attach_message"] is False
    assert visit.get("/api/ami/mailbox/status/").status_code == 422
    (inbox / "msg0000.txt").unlink()
    (inbox / "msg0000.wav").unlink()
    inbox.rmdir()


def test_counts_of_other_systems_need_their_module(visit: Visit) -> None:
    problem = refuse(visit, "mwi", 501, mailbox="100@hotel", new_messages=2)
    assert "res_mwi_external_ami" in problem["detail"]
