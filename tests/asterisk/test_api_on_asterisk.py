"""The API against real Asterisk; a second AMI connection is the judge."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

ORIGINATE = {
    "channel": "Local/200@default",
    "exten": "200",
    "context": "default",
    "priority": 1,
    "timeout": 30000,
}


@pytest.fixture
def visit(console: Console) -> Visit:
    return console.server.log_in()


def test_ping_measures_the_round_trip_to_the_pbx(visit: Visit) -> None:
    answer = visit.get("/api/ami/ping/")
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["data"]["message"] == "Pong"
    assert 0 < answer.json()["data"]["round_trip_ms"] < 10_000


def test_originate_makes_the_channel_that_it_announced(visit: Visit, asterisk: BedPbx) -> None:
    answer = visit.post("/api/ami/originate/", ORIGINATE)
    assert answer.status_code == 202, answer.text
    channel_id = answer.json()["data"]["channel_id"]
    assert wait_until(lambda: any(each.unique_id == channel_id for each in live_channels(asterisk)))


def test_hangup_ends_the_channel_on_the_pbx(visit: Visit, asterisk: BedPbx, ami: AmiClient) -> None:
    place_call(asterisk, "200")
    shown = wait_until(lambda: visit.get("/api/ami/channels/").json()["data"]["channels"])
    victim = shown[0]
    answer = visit.post("/api/ami/hangup/", {"channel": victim["unique_id"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["channel"] == victim["channel"]
    assert ami.wait_event("Hangup", Uniqueid=victim["unique_id"])


def test_pause_is_seen_by_the_pbx_with_its_reason(visit: Visit, asterisk: BedPbx) -> None:
    pause = {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"}
    answer = visit.post("/api/ami/queue/pause/", pause)
    assert answer.status_code == 200, answer.text
    assert "paused:Break" in asterisk.cli("queue show support")
    assert visit.post("/api/ami/queue/pause/", {**pause, "paused": False, "reason": None}).status_code == 200
    assert "paused:Break" not in asterisk.cli("queue show support")


def test_a_pbx_added_on_the_command_line_is_linked_by_the_running_server(
    start_amictl: StartAmictl, asterisk: BedPbx
) -> None:
    server = start_amictl()
    visit = server.log_in()
    answer = visit.get("/api/ami/channels/")
    assert answer.status_code == 404
    assert "flask pbx add" in answer.json()["detail"]
    server.flask(
        "pbx", "add", "branch", "--host", asterisk.host, "--port", str(asterisk.ami_port),
        "--username", asterisk.username, "--secret-stdin", stdin=asterisk.secret,
    )  # fmt: skip
    assert wait_until(lambda: visit.get("/api/ami/channels/").status_code == 200)
    assert visit.get("/api/ami/ping/").json()["data"]["pbx"] == "branch"


def test_a_frozen_pbx_leaves_the_outcome_of_a_write_unknown_and_says_so(
    start_amictl: StartAmictl, private_asterisk_22: AsteriskServer
) -> None:
    server = start_amictl(private_asterisk_22)
    server.wait_until_ready()
    visit = server.log_in()
    assert Visit(server.url).get("/readyz").status_code == 200
    private_asterisk_22.freeze()
    answer = visit.post("/api/ami/originate/", ORIGINATE)
    assert answer.status_code == 504
    assert answer.json()["outcome"] == "unknown"
    assert Visit(server.url).get("/readyz").json().get("detail") == "Not ready: PBX main."
    answer = visit.post("/api/ami/hangup/", {"channel": "PJSIP/100-1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "link_down")
    private_asterisk_22.thaw()
    server.wait_until_ready(60)


def test_what_the_pbx_refuses_is_told_in_its_own_words(visit: Visit, asterisk: BedPbx) -> None:
    place_call(asterisk, "200")
    channel = wait_until(lambda: visit.get("/api/ami/channels/").json()["data"]["channels"])[0]["channel"]
    asterisk.cli("channel request hangup all")
    wait_until(lambda: not live_channels(asterisk))
    answer = visit.post("/api/ami/hangup/", {"channel": channel})
    assert answer.status_code in {404, 502}  # the picture may be told before or after
    if answer.status_code == 502:
        assert "No such channel" in answer.json()["ami"]


def test_variables_reach_the_channel_exactly_as_given(visit: Visit, asterisk: BedPbx) -> None:
    values = {"PLAIN": "x", "COMMA": "a,FORGED=b", "QUOTE": 'say "hi"', "SLASH": "a\\b", "UTF8": "Ångström"}
    answer = visit.post("/api/ami/originate/", ORIGINATE | {"variables": values})
    assert answer.status_code == 202, answer.text
    channel_id = answer.json()["data"]["channel_id"]
    found = wait_until(
        lambda: [each.name for each in live_channels(asterisk) if each.unique_id == channel_id]
    )
    assert found
    shown = asterisk.cli(f"core show channel {found[0]}")
    for name, value in values.items():
        assert f"{name}={value}\n" in shown, shown
    assert "\nFORGED=" not in shown
