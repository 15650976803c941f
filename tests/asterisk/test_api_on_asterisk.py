"""The API against real Asterisk; a second AMI connection is the judge."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.serving import AmictlServer, Visit, wait_until

pytestmark = pytest.mark.asterisk


@pytest.fixture
def visit(amictl_server: AmictlServer) -> Visit:
    return amictl_server.log_in()


def test_ping_measures_the_round_trip_to_the_pbx(visit: Visit) -> None:
    answer = visit.get("/api/ami/ping/")
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["data"]["message"] == "Pong"
    assert 0 < answer.json()["data"]["round_trip_ms"] < 5000


def test_originate_makes_the_channel_that_it_announced(visit: Visit, asterisk: BedPbx) -> None:
    answer = visit.post(
        "/api/ami/originate/",
        {
            "channel": "Local/200@default",
            "exten": "200",
            "context": "default",
            "priority": 1,
            "timeout": 30000,
        },
    )
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
