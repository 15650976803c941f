"""The routes of queues against real Asterisk; its console and a second AMI connection are the judges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import place_call, waiting_callers
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

NEW_MEMBER = "Local/505@agents/n"
Params = dict[str, Any]


@pytest.fixture
def visit(console: Console) -> Visit:
    return console.visit


@pytest.fixture
def clean_lobby(asterisk: BedPbx) -> Iterator[None]:
    """The queue lobby without members, before and after."""
    yield
    asterisk.cli(f"queue remove member {NEW_MEMBER} from lobby")


def post(visit: Visit, path: str, **body: object) -> Params:
    """Send a write that must succeed, and return its data."""
    answer = visit.post(f"/api/ami/queue/{path}/", body)
    assert answer.status_code == 200, answer.text
    data: Params = answer.json()["data"]
    return data


def refuse(visit: Visit, path: str, status: int, **body: object) -> Params:
    """Send a write that must be refused, and return the problem."""
    answer = visit.post(f"/api/ami/queue/{path}/", body)
    assert answer.status_code == status, answer.text
    problem: Params = answer.json()
    return problem


def list_entries(ami: AmiClient, queue: str, event: str = "QueueMember") -> list[dict[str, str]]:
    """What the PBX itself says is in a queue."""
    return [item for item in ami.action("QueueStatus", Queue=queue) if item.get("Event") == event]


def show_queue(visit: Visit, queue: str) -> Params:
    """What amictl's picture has of a queue."""
    queues: list[Params] = visit.get(f"/api/ami/queue/status/?queue={queue}").json()["data"]["queues"]
    return queues[0]


def wait_in_queue(
    asterisk: BedPbx, visit: Visit, extension: str, queue: str, callers: int = 1
) -> list[Params]:
    """Let callers wait, and return them as amictl shows them."""
    for _ in range(callers):
        place_call(asterisk, extension)
    assert wait_until(lambda: waiting_callers(asterisk, queue) == callers)
    assert wait_until(lambda: len(show_queue(visit, queue)["callers"]) == callers)
    shown: list[Params] = show_queue(visit, queue)["callers"]
    return shown


def test_summary_tells_the_numbers_of_the_pbx(visit: Visit, asterisk: BedPbx) -> None:
    place_call(asterisk, "303")
    assert wait_until(lambda: waiting_callers(asterisk, "nobody") == 1)
    answer = visit.get("/api/ami/queue/summary/?queue=nobody&raw=1")
    assert answer.status_code == 200, answer.text
    (summary,) = answer.json()["data"]["queues"]
    assert (summary["queue"], summary["logged_in"], summary["callers"]) == ("nobody", 1, 1)
    assert isinstance(summary["longest_hold_time"], int)
    assert summary["raw"]["Queue"] == "nobody"
    everything = visit.get("/api/ami/queue/summary/").json()["data"]["queues"]
    assert {each["queue"] for each in everything} == {"support", "sales", "lobby", "nobody"}
    assert "raw" not in everything[0]
    assert visit.get("/api/ami/queue/summary/?queue=nowhere").status_code == 404


def test_rules_tell_their_steps(visit: Visit) -> None:
    answer = visit.get("/api/ami/queue/rules/")
    assert answer.status_code == 200, answer.text
    (rule,) = answer.json()["data"]["rules"]
    assert rule["rule"] == "widen"
    first, second = rule["steps"]
    assert (first["after"], first["max_penalty"], first["max_penalty_relative"]) == (30, 3, False)
    assert (second["after"], second["max_penalty"], second["min_penalty"]) == (60, 5, 1)
    assert visit.get("/api/ami/queue/rules/?rule=widen").json()["data"]["rules"] == [rule]
    assert visit.get("/api/ami/queue/rules/?rule=narrow").status_code == 404


@pytest.mark.usefixtures("clean_lobby")
def test_a_member_comes_with_all_that_was_asked_for_and_goes(
    visit: Visit, asterisk: BedPbx, ami: AmiClient
) -> None:
    member = {"queue": "lobby", "interface": NEW_MEMBER}
    added = post(
        visit, "add", **member, member_name="Zoë", penalty=2, paused=True, reason="Training",
        state_interface="Custom:agent505",
    )  # fmt: skip
    assert (added["penalty"], added["paused"], added["reason"]) == (2, True, "Training")
    (told,) = list_entries(ami, "lobby")
    assert (told["Name"], told["Penalty"], told["Paused"]) == ("Zoë", "2", "1")
    assert (told["StateInterface"], told["PausedReason"]) == ("Custom:agent505", "Training")
    assert wait_until(lambda: show_queue(visit, "lobby")["members"])
    assert "already" in refuse(visit, "add", 409, **member)["detail"]
    post(visit, "remove", **member)
    assert list_entries(ami, "lobby") == []
    assert wait_until(lambda: not show_queue(visit, "lobby")["members"])
    assert refuse(visit, "remove", 404, **member)["code"] == "not_found"
    assert "No Members" in asterisk.cli("queue show lobby")


def test_members_are_not_added_to_or_taken_from_where_they_cannot(visit: Visit, ami: AmiClient) -> None:
    assert "nowhere" in refuse(visit, "add", 404, queue="nowhere", interface=NEW_MEMBER)["detail"]
    static = refuse(visit, "remove", 409, queue="support", interface="PJSIP/100")
    assert "pause" in static["detail"]
    assert any(each["Location"] == "PJSIP/100" for each in list_entries(ami, "support"))
    problem = refuse(visit, "add", 422, queue="lobby", interface=NEW_MEMBER, reason="Why")
    assert "reason" in problem["detail"]


@pytest.mark.usefixtures("clean_lobby")
def test_penalty_and_ring_in_use_reach_the_pbx(visit: Visit, asterisk: BedPbx, ami: AmiClient) -> None:
    asterisk.cli(f"queue add member {NEW_MEMBER} to lobby")
    assert wait_until(lambda: show_queue(visit, "lobby")["members"])
    post(visit, "penalty", queue="lobby", interface=NEW_MEMBER, penalty=7)
    assert ami.wait_event("QueueMemberPenalty", Queue="lobby", Penalty="7")
    assert list_entries(ami, "lobby")[0]["Penalty"] == "7"
    post(visit, "ringinuse", queue="lobby", interface=NEW_MEMBER, ring_in_use=False)
    assert ami.wait_event("QueueMemberRinginuse", Queue="lobby", Ringinuse="0")
    assert "ringinuse disabled" in asterisk.cli("queue show lobby")
    assert refuse(visit, "penalty", 404, queue="lobby", interface="PJSIP/999", penalty=1)
    assert refuse(visit, "penalty", 422, queue="lobby", interface=NEW_MEMBER, penalty=-1)
    assert refuse(visit, "ringinuse", 404, interface="PJSIP/999", ring_in_use=True)


@pytest.mark.usefixtures("clean_lobby")
def test_without_a_queue_the_member_changes_in_all_its_queues(
    visit: Visit, asterisk: BedPbx, ami: AmiClient
) -> None:
    asterisk.cli(f"queue add member {NEW_MEMBER} to lobby")
    assert wait_until(lambda: show_queue(visit, "lobby")["members"])
    assert post(visit, "penalty", interface=NEW_MEMBER, penalty=4)["queue"] is None
    assert {list_entries(ami, queue)[0]["Penalty"] for queue in ("lobby", "nobody")} == {"4"}
    post(visit, "penalty", interface=NEW_MEMBER, penalty=0)


def test_reset_sets_the_counters_of_pbx_and_picture_to_zero(
    visit: Visit, asterisk: BedPbx, ami: AmiClient
) -> None:
    place_call(asterisk, "303", caller="2101")
    assert wait_until(lambda: show_queue(visit, "nobody")["abandoned"])
    data = post(visit, "reset", queue="nobody")
    assert data["refreshed"] is True
    assert list_entries(ami, "nobody", "QueueParams")[0]["Abandoned"] == "0"
    assert show_queue(visit, "nobody")["abandoned"] == 0
    assert refuse(visit, "reset", 404, queue="nowhere")
    post(visit, "reset")


def test_a_reload_brings_a_new_queue_and_takes_it_away_again(
    start_amictl: StartAmictl, private_asterisk: AsteriskServer
) -> None:
    server = start_amictl(private_asterisk)
    server.wait_until_ready()
    visit = server.log_in()
    assert refuse(visit, "reload", 404, queue="annex")
    config = private_asterisk.home / "etc" / "queues.conf"
    before = config.read_text(encoding="utf-8")
    config.write_text(
        before + "\n[annex]\nstrategy = ringall\nmember => PJSIP/105,3,Femi\n", encoding="utf-8"
    )
    assert post(visit, "reload", queue="annex")["refreshed"] is True
    assert "Femi" in private_asterisk.cli("queue show annex")
    assert show_queue(visit, "annex")["members"][0]["penalty"] == 3
    config.write_text(before, encoding="utf-8")
    post(visit, "reload")
    assert "No such queue" in private_asterisk.cli("queue show annex")
    assert visit.get("/api/ami/queue/status/?queue=annex").status_code == 404


def test_a_log_entry_is_in_the_queue_log(visit: Visit, asterisk_server: AsteriskServer) -> None:
    data = post(visit, "log", queue="support", event="NOTE", interface="PJSIP/100", message="Meeting|room 2")
    assert data["event"] == "NOTE"
    log = asterisk_server.home / "log" / "queue_log"
    assert wait_until(lambda: "|support|PJSIP/100|NOTE|Meeting|room 2" in log.read_text("utf-8", "replace"))
    assert refuse(visit, "log", 422, queue="support", event="NO|TE")
    assert refuse(visit, "log", 404, queue="nowhere", event="NOTE")


def test_a_new_priority_moves_the_caller_where_the_pbx_can(
    visit: Visit, asterisk: BedPbx, ami: AmiClient
) -> None:
    callers = wait_in_queue(asterisk, visit, "302", "lobby", callers=2)
    data = post(visit, "caller/priority", channel=callers[1]["unique_id"], priority=5)
    told = {each["Uniqueid"]: each for each in list_entries(ami, "lobby", "QueueEntry")}
    moved = told[callers[1]["unique_id"]]
    assert moved["Priority"] == "5"
    assert data["position"] == int(moved["Position"])
    assert data["queue"] == "lobby"
    shown = {each["unique_id"]: each for each in show_queue(visit, "lobby")["callers"]}
    assert shown[callers[1]["unique_id"]]["priority"] == 5
    assert shown[callers[1]["unique_id"]]["position"] == int(moved["Position"])
    assert refuse(visit, "caller/priority", 404, channel="Local/1@nowhere-1;1", priority=1)
    assert refuse(visit, "caller/priority", 404, channel=callers[0]["channel"], queue="sales", priority=1)


def test_a_withdrawn_caller_goes_on_in_the_dialplan(visit: Visit, asterisk: BedPbx, ami: AmiClient) -> None:
    (caller,) = wait_in_queue(asterisk, visit, "302", "lobby")
    data = post(visit, "caller/withdraw", channel=caller["channel"], info="callback")
    assert data["unique_id"] == caller["unique_id"]
    assert ami.wait_event("QueueCallerLeave", Uniqueid=caller["unique_id"])
    status = ami.wait_event("VarSet", Uniqueid=caller["unique_id"], Variable="QUEUESTATUS")
    assert status["Value"] == "WITHDRAW"
    assert ami.wait_event("VarSet", Variable="QUEUE_WITHDRAW_INFO")["Value"] == "callback"
    assert wait_until(lambda: not show_queue(visit, "lobby")["callers"])
    assert refuse(visit, "caller/withdraw", 404, channel=caller["channel"])


def test_a_caller_moves_to_another_queue_and_keeps_the_priority(
    visit: Visit, asterisk: BedPbx, ami: AmiClient
) -> None:
    (caller,) = wait_in_queue(asterisk, visit, "302", "lobby")
    post(visit, "caller/priority", channel=caller["channel"], priority=3)
    data = post(visit, "caller/move", channel=caller["channel"], to_queue="nobody")
    assert (data["queue"], data["to_queue"], data["joined"], data["position"]) == ("lobby", "nobody", True, 1)
    assert (data["exten"], data["context"]) == ("303", "default")
    (entry,) = list_entries(ami, "nobody", "QueueEntry")
    assert (entry["Uniqueid"], entry["Priority"]) == (caller["unique_id"], "3")
    assert waiting_callers(asterisk, "lobby") == 0
    assert not show_queue(visit, "lobby")["callers"]


def test_a_caller_moves_to_a_given_place_and_never_to_one_that_is_not_there(
    visit: Visit, asterisk: BedPbx
) -> None:
    (caller,) = wait_in_queue(asterisk, visit, "302", "lobby")
    move = {"channel": caller["unique_id"], "to_queue": "nobody"}
    assert refuse(visit, "caller/move", 422, **move, exten="303")
    assert refuse(visit, "caller/move", 404, **move, exten="39999", context="default")
    assert refuse(visit, "caller/move", 404, **{**move, "to_queue": "nowhere"})
    assert refuse(visit, "caller/move", 409, **{**move, "to_queue": "lobby"})
    assert waiting_callers(asterisk, "lobby") == 1
    data = post(visit, "caller/move", **move, exten="303", context="default", priority=1)
    assert data["joined"] is True
    assert waiting_callers(asterisk, "nobody") == 1


def test_a_queue_that_the_dialplan_does_not_lead_to_is_a_conflict_that_says_so(
    visit: Visit, asterisk: BedPbx
) -> None:
    (caller,) = wait_in_queue(asterisk, visit, "303", "nobody")
    asterisk.cli("dialplan remove extension 301@default")
    problem = refuse(visit, "caller/move", 409, channel=caller["channel"], to_queue="sales")
    asterisk.cli("dialplan reload")
    assert "runs Queue(sales)" in problem["detail"]
    assert waiting_callers(asterisk, "nobody") == 1
