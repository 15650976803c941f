"""A PBX that dies, falls silent, lies about its health, or comes and goes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from amictl.errors import LinkDown
from amictl.manager import AmiManager
from amictl.manager.backoff import DropBackoff
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.fault_proxy import FaultProxy
from tests.faults.links import ALERT, CALM, READ, WRITE, Call, await_state, connected_link_to, link_to
from tests.faults.scripted_server import SECRET, Action, HonestAsterisk, Peer, ScriptedServer
from tests.patience import PATIENCE


def pings(peer: Peer) -> int:
    return [action["Action"] for action in peer.actions].count("Ping")


def cut_and_await_the_next(manager: AmiManager, server: ScriptedServer) -> None:
    """End the live session as ``manager kick session`` does, and wait until another one is up."""
    epoch = manager.status.epoch
    server.peers[-1].hang_up()
    await_condition(lambda: manager.status.epoch not in {None, epoch}, what="the next session")
    await_state(manager, LinkState.CONNECTED)


def watch_states(picture: LivePicture) -> list[tuple[LinkState, bool]]:
    """Return a list that grows by each state and staleness that the picture shows."""
    shown: list[tuple[LinkState, bool]] = []
    picture.on_change = lambda _pbx: shown.append((picture.link.state, picture.link.stale))
    return shown


def test_a_half_open_link_is_stale_first_and_then_given_up() -> None:
    picture = LivePicture("main")
    with (
        ScriptedServer(HonestAsterisk()) as server,
        FaultProxy(server.host, server.port) as proxy,
        connected_link_to(proxy, ALERT, picture=picture) as manager,
    ):
        shown = watch_states(picture)
        call = Call(manager, READ, timeout=PATIENCE)
        call.finish()
        proxy.freeze()
        await_state(manager, LinkState.RECONNECTING)
        assert (LinkState.CONNECTED, True) in shown
        assert "keepalive" in (manager.status.detail or "")
        proxy.thaw()
        await_state(manager, LinkState.CONNECTED)
        assert not manager.status.stale


def test_a_pbx_that_answers_late_is_stale_until_then_and_keeps_its_link() -> None:
    answering = threading.Event()
    answering.set()

    def answer_when_allowed(peer: Peer, action: Action) -> None:
        answering.wait(PATIENCE)
        peer.reply(action, "Ping: Pong")

    timings = replace(ALERT, dead_after=60, ping_limit=60)
    with (
        ScriptedServer(HonestAsterisk({"Ping": answer_when_allowed})) as server,
        connected_link_to(server, timings) as manager,
    ):
        epoch = manager.status.epoch
        answering.clear()
        await_condition(lambda: manager.status.stale, what="staleness")
        assert manager.status.state is LinkState.CONNECTED
        assert "late" in (manager.status.detail or "")
        assert manager.picture.age() > 0
        answering.set()
        await_condition(lambda: not manager.status.stale, what="freshness")
        assert manager.status.epoch == epoch
        assert manager.status.detail is None
        assert manager.picture.age() == 0


def test_events_without_any_answer_to_the_keepalive_do_not_keep_a_link() -> None:
    honest = HonestAsterisk()

    def answer_once(peer: Peer, action: Action) -> None:
        if pings(peer) == 1:  # the one by which the link learns the PBX's time
            honest.pong(peer, action)

    with (
        ScriptedServer(HonestAsterisk({"Ping": answer_once})) as server,
        connected_link_to(server, ALERT),
    ):
        lost = threading.Event()

        def chatter() -> None:
            while not lost.is_set():
                try:
                    server.peers[0].send("Event: UserEvent", "Privilege: user,all", "UserEvent: Chatter")
                except OSError:
                    return
                lost.wait(0.02)

        chatterer = threading.Thread(target=chatter)
        chatterer.start()
        await_condition(lambda: len(server.peers) >= 2, what="another link")
        lost.set()
        chatterer.join(PATIENCE)
        assert pings(server.peers[0]) == 2


def test_an_error_as_answer_to_the_keepalive_is_no_sign_of_health() -> None:
    def fail(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Permission denied", response="Error")

    with (
        ScriptedServer(HonestAsterisk({"Ping": fail})) as server,
        connected_link_to(server, ALERT) as manager,
    ):
        await_condition(lambda: manager.status.stale)
        await_condition(lambda: len(server.peers) >= 2, what="another link")


def test_long_silence_is_fine_as_long_as_pings_are_answered() -> None:
    with (
        ScriptedServer(HonestAsterisk()) as server,
        connected_link_to(server, replace(CALM, ping_interval=0.02)) as manager,
    ):
        epoch = manager.status.epoch
        await_condition(lambda: pings(server.peers[0]) >= 30)
        assert manager.status.epoch == epoch
        assert manager.status.round_trip is not None
        assert len(server.peers) == 1


@pytest.mark.parametrize("reset", [False, True], ids=["end of file", "reset"])
def test_a_dead_connection_is_shown_at_once_and_nothing_claims_to_be_connected(reset: bool) -> None:
    timings = replace(CALM, retry_lowest=600, retry_highest=600)
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, timings) as manager:
        server.peers[0].hang_up(reset=reset)
        await_state(manager, LinkState.RECONNECTING)
        assert manager.status.retry_at is not None
        assert manager.status.retry_at > time.time()
        assert manager.status.epoch is None
        with pytest.raises(LinkDown, match=r"\(reconnecting\): The link was lost.*Nothing was sent"):
            manager.execute(WRITE)


def test_an_announced_shutdown_is_told() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        details: set[str | None] = set()
        manager.picture.on_change = lambda _pbx: details.add(manager.picture.link.detail)
        server.peers[0].send(
            "Event: Shutdown", "Privilege: system,all", "Shutdown: Cleanly", "Restart: False"
        )
        server.peers[0].hang_up()
        await_condition(lambda: len(server.peers) == 2)
        assert any("shut down" in (detail or "") for detail in details)


def test_a_pbx_that_dies_right_after_each_login_is_not_stormed() -> None:
    honest = HonestAsterisk()

    def log_in_and_die(peer: Peer, action: Action) -> None:
        peer.reply(action, "Events: On")
        peer.hang_up()

    dying = HonestAsterisk({"Events": log_in_and_die})
    started = time.monotonic()
    timings = replace(CALM, retry_lowest=0.05, retry_highest=0.4)
    with ScriptedServer(dying) as server, link_to(server, timings, draw=lambda _low, high: high) as manager:
        await_condition(lambda: len(server.peers) >= 4)
        elapsed = time.monotonic() - started
        # waits of 0.1, 0.2, 0.4, 0.4 … s lie between the attempts
        assert len(server.peers) <= 4 + elapsed / 0.4
        server.script = honest
        await_state(manager, LinkState.CONNECTED)


def test_a_link_that_was_up_comes_back_soon_however_short_it_was_and_however_often_it_is_cut() -> None:
    waits: list[float] = []

    def draw(_lowest: float, ceiling: float) -> float:
        waits.append(ceiling)
        return 0.01

    timings = replace(CALM, retry_lowest=0.5, retry_highest=30)
    with (
        ScriptedServer(HonestAsterisk()) as server,
        connected_link_to(server, timings, draw=draw) as manager,
    ):
        for _ in range(6):
            cut_and_await_the_next(manager, server)
    assert waits == [1.0] * 6, "the stop at the end is no failure to be waited for"


def test_what_is_told_of_a_link_is_of_now_though_no_session_lives_until_its_first_keepalive() -> None:
    timings = replace(CALM, ping_interval=3600, reconcile_share=0.9, reconcile_interval=0.1)
    told: list[Any] = []
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, timings) as manager:
        for cut in range(1, 4):
            server.peers[-1].send("Event: UserEvent", "Privilege: user,all", "UserEvent: Chatter")
            lists = manager.metrics.lists
            await_condition(
                lambda lists=lists: manager.metrics.lists.get("QueueStatus") != lists.get("QueueStatus"),
                what="a comparison",
            )
            cut_and_await_the_next(manager, server)
            told.append(manager.picture.read("pbx").snapshot["main"])
            assert told[-1]["counters"]["connects"] == cut + 1
            assert told[-1]["counters"]["events"] >= cut
    looks = [each["reconciled"]["QueueStatus"]["at"] for each in told]
    assert looks == sorted(set(looks)), "a later look each time"


def test_a_picture_that_takes_long_and_is_lost_at_once_takes_half_of_the_time_at_most() -> None:
    backoff = DropBackoff(began_at=100.0)
    backoff.note_up(104.0)
    assert backoff.next_delay(104.5) == 3.5, "it took 4 s and lasted half a second"
    assert backoff.next_delay(120.0) == 0.0
    never_up = DropBackoff(began_at=100.0)
    assert never_up.next_delay(104.0) == 0.0, "of those that were never up `Backoff` takes care"


def test_ends_of_file_without_banners_are_not_retried_in_a_spin() -> None:
    with ScriptedServer(lambda peer: peer.hang_up()) as server:
        timings = replace(CALM, retry_lowest=0.1, retry_highest=0.2)
        started = time.monotonic()
        with link_to(server, timings):
            await_condition(lambda: len(server.peers) >= 4)
        assert len(server.peers) <= 2 + (time.monotonic() - started) / 0.1


def test_secrets_are_in_no_log_no_status_and_no_repr() -> None:
    accepting = threading.Event()
    honest = HonestAsterisk()

    def refuse_challenge(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Must specify AuthType", response="Error")

    def log_in(peer: Peer, action: Action) -> None:
        assert action["Secret"] == SECRET
        if accepting.is_set():
            honest._log_in(peer, action)
        else:
            peer.reply(action, "Message: Authentication failed", response="Error")

    shown: list[str] = []
    timings = replace(CALM, refused_lowest=0.02, refused_highest=0.05)
    script = HonestAsterisk({"Challenge": refuse_challenge, "Login": log_in})
    with capture_logs() as logs, ScriptedServer(script) as server, link_to(server, timings) as manager:
        manager.picture.on_change = lambda _pbx: shown.append(repr(manager.picture.link))
        await_state(manager, LinkState.BAD_CREDENTIALS)
        accepting.set()
        await_state(manager, LinkState.CONNECTED)
        server.peers[-1].hang_up()
        await_condition(lambda: manager.status.state is not LinkState.CONNECTED)
        shown.append(repr(manager) + repr(manager.settings) + repr(manager._supervisor))
    assert logs
    assert any("Authentication failed" in str(entry) for entry in logs)
    assert SECRET not in "".join([*shown, *map(str, logs)])


def test_a_pbx_that_stays_away_is_one_line_in_the_log() -> None:
    with capture_logs() as logs, ScriptedServer(lambda peer: peer.hang_up()) as server, link_to(server):
        await_condition(lambda: len(server.peers) >= 5)
    assert len([entry for entry in logs if entry["event"] == "ami link down"]) == 1
