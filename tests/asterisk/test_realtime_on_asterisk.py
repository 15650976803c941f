"""Socket.IO against real Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import LiveSocket, StartAmictl, wait_until

pytestmark = pytest.mark.asterisk


@pytest.fixture
def live(console: Console) -> Iterator[LiveSocket]:
    with console.server.log_in().open_socket() as socket:
        yield socket


def test_a_call_appears_as_channels_and_goes_again(live: LiveSocket, asterisk: BedPbx) -> None:
    answer = live.subscribe("channels")
    assert answer["channels"]["snapshot"] == {}
    place_call(asterisk, "200")
    put = live.wait_for_change("channels", lambda change: change["op"] == "put")
    assert put["value"]["unique_id"] == put["key"]
    wait_until(lambda: len(live_channels(asterisk)) >= 2)
    hang_up_all(asterisk)
    live.wait_for_change("channels", lambda change: change == {"op": "del", "key": put["key"]})


def test_batches_of_a_topic_leave_no_gap(live: LiveSocket, asterisk: BedPbx) -> None:
    seq = live.subscribe("channels")["channels"]["seq"]
    for _ in range(3):
        place_call(asterisk, "200")
    wait_until(lambda: len(live_channels(asterisk)) >= 6)
    hang_up_all(asterisk)
    wait_until(
        lambda: sum(1 for _, batch in live.received for c in batch["changes"] if c["op"] == "del") >= 6
    )
    batches = [content for _, content in live.received]
    assert batches
    for batch in batches:
        assert batch["prev_seq"] <= seq < batch["seq"]
        seq = batch["seq"]


def test_raw_events_arrive_with_their_headers(live: LiveSocket, asterisk: BedPbx) -> None:
    live.subscribe("event:Newchannel", "events")
    place_call(asterisk, "200")
    _, batch = live.wait_for(
        lambda name, content: name == "ami_events" and content["topic"] == "event:Newchannel"
    )
    event = batch["events"][0]
    assert event["type"] == "ami_event"
    assert event["event"] == "Newchannel"
    assert event["data"]["Channel"].startswith("Local/")
    assert event["seq"] == batch["seq"] or len(batch["events"]) > 1


def test_a_client_that_comes_back_is_replayed_what_it_missed(console: Console, asterisk: BedPbx) -> None:
    visit = console.server.log_in()
    with visit.open_socket() as first:
        answer = first.subscribe("channels")["channels"]
    place_call(asterisk, "200")
    wait_until(lambda: visit.get("/api/ami/channels/").json()["data"]["channels"])
    position = {"epoch": answer["epoch"], "seq": answer["seq"]}
    with visit.open_socket() as second:
        replayed = second.subscribe("channels", since={"channels": position})["channels"]
    assert "snapshot" not in replayed
    assert replayed["epoch"] == answer["epoch"]
    assert any(change["op"] == "put" for change in replayed["replay"])


def test_after_a_kill_of_the_pbx_clients_are_told_to_begin_anew(
    start_amictl: StartAmictl, private_asterisk: AsteriskServer
) -> None:
    server = start_amictl(private_asterisk)
    with server.log_in().open_socket() as live:
        before = wait_until(lambda: live.subscribe("channels")["channels"]["epoch"])
        live.subscribe("pbx")
        private_asterisk.kill()
        live.wait_for_change("pbx", lambda change: change["value"]["state"] != "connected")
        private_asterisk.restart()
        live.wait_for(lambda name, content: name == "reset" and content["topic"] == "channels")
        after = live.subscribe("channels")["channels"]
        assert after["epoch"] not in ("", before)
        # Where the link was back before Asterisk had booted, its picture is taken once more when it has, and
        # clients are told once more: a call meanwhile is in the next picture, and no change of this one.
        assert wait_until(lambda: hears_of_a_new_call(live, private_asterisk))


def hears_of_a_new_call(live: LiveSocket, pbx: AsteriskServer) -> bool:
    """Whether a client that begins anew is sent a call as a change, and not told to begin anew once more."""
    live.subscribe("channels")
    told = len(live.received)
    place_call(pbx, "200")

    def of_channels(name: str) -> list[dict[str, Any]]:
        later = live.received[told:]
        return [content for each, content in later if each == name and content["topic"] == "channels"]

    def is_put() -> bool:
        return any(change["op"] == "put" for batch in of_channels("changes") for change in batch["changes"])

    assert wait_until(lambda: is_put() or of_channels("reset")), live.received[-20:]
    return is_put()
