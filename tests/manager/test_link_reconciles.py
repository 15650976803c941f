"""What a link does against drift: it compares lists at a gentle pace, counts what differs, and mends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from amictl.manager import AmiManager
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.links import ALERT, CALM, READ, Call, await_state, connected_link_to
from tests.faults.scripted_server import (
    Action,
    Handler,
    HonestAsterisk,
    Peer,
    ScriptedServer,
    channel,
    message,
    new_channel_event,
)

# A round of lists in a tenth of a second; a difference is a drift after another.
EAGER = replace(CALM, ping_interval=0.05, reconcile_share=0.9, reconcile_interval=0.1, reconcile_settle=0.1)
LISTS = frozenset({"CoreShowChannels", "BridgeList", "QueueStatus"})


def lists_asked(server: ScriptedServer) -> list[str]:
    """Return the lists that the first connection was asked for, in order."""
    return [action["Action"] for action in list(server.peers[0].actions) if action["Action"] in LISTS]


def await_checks(manager: AmiManager, more: int = 3) -> None:
    """Wait until each list was compared so many times more."""

    def asked() -> dict[str, int]:
        return {
            name: manager.metrics.lists[name].asked if name in manager.metrics.lists else 0 for name in LISTS
        }

    before = asked()
    await_condition(lambda: all(asked()[name] >= before[name] + more for name in LISTS), what="lists")


def test_what_a_pbx_changed_without_a_word_is_found_counted_by_kind_and_mended_as_changes() -> None:
    honest = HonestAsterisk(channels=[channel(1), channel(2, "Ring"), channel(3)])
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        picture = manager.picture
        before = picture.read("channels")
        honest.channels = [channel(2, "Up"), channel(3), channel(4)]
        await_condition(lambda: sum(picture.drifts.values()) >= 3, what="three drifts")
        assert dict(picture.drifts) == {
            "channels.missing": 1,
            "channels.extra": 1,
            "channels.changed:state": 1,
        }
        assert {each.exten: each.state for each in picture.channels()} == {"2": "Up", "3": "Up", "4": "Up"}
        replay = picture.since("channels", before.epoch, before.seq)
        assert replay is not None
        assert {(change["op"], change["key"]) for change in replay.changes} == {
            ("del", "1700000000.1"),
            ("put", "1700000000.2"),
            ("put", "1700000000.4"),
        }
        await_condition(lambda: manager.status.drifts == picture.drifts, what="the drifts in the topic pbx")
        shown = picture.read("pbx").snapshot["main"]
        assert shown["drifts"] == dict(picture.drifts)
        assert shown["reconciled"]["CoreShowChannels"]["items"] == 3
        assert shown["reconciled"]["CoreShowChannels"]["at"] is not None
        await_checks(manager)
        assert sum(picture.drifts.values()) == 3
        assert len(server.peers) == 1


def test_a_lost_event_of_a_queue_is_found_by_the_row_that_it_was_about() -> None:
    status = ["1"]

    def list_queues(peer: Peer, action: Action) -> None:
        headers = ["Queue: support", "Max: 0", "Strategy: ringall", "Completed: 0", "Abandoned: 0"]
        member = ["Queue: support", "Location: PJSIP/1", "Name: Ann", f"Status: {status[0]}", "Paused: 0"]
        items = [["QueueParams", *headers], ["QueueMember", *member]]
        peer.send_list(action, items, "QueueStatusComplete")

    with (
        ScriptedServer(HonestAsterisk({"QueueStatus": list_queues})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        status[0] = "6"
        await_condition(lambda: manager.picture.drifts, what="a drift")
        assert dict(manager.picture.drifts) == {"queues.member.changed:status": 1}
        queue = manager.picture.find_queue("support")
        assert queue is not None
        assert [member.status for member in queue.members] == ["ringing"]


def test_a_list_that_is_ahead_of_the_events_is_seen_and_is_no_drift() -> None:
    number = [1]

    def list_ahead(peer: Peer, action: Action) -> None:
        number[0] += 1
        items = [["CoreShowChannel", *channel(one)] for one in range(1, number[0] + 1)]
        peer.send_list(action, items, "CoreShowChannelsComplete")
        peer.send_raw(new_channel_event(number[0]))

    with (
        ScriptedServer(HonestAsterisk({"CoreShowChannels": list_ahead})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        await_checks(manager, 6)
        assert manager.metrics.lists["CoreShowChannels"].differences >= 6
        assert dict(manager.picture.drifts) == {}


def test_after_a_list_comes_a_pause_by_its_length_and_no_other_list_meanwhile() -> None:
    spans: list[tuple[float, float]] = []

    def timed(honest: Handler) -> Handler:
        def answer(peer: Peer, action: Action) -> None:
            began_at = time.monotonic()
            if manager_is_connected.is_set():
                time.sleep(0.05)  # the PBX is slow: that is what is measured
                honest(peer, action)
                spans.append((began_at, time.monotonic()))
            else:
                honest(peer, action)

        return answer

    manager_is_connected = threading.Event()
    known = HonestAsterisk()
    handlers = {name: timed(known._handlers[name.lower()]) for name in LISTS}
    timings = replace(EAGER, reconcile_share=0.2, reconcile_interval=0.01)
    with ScriptedServer(HonestAsterisk(handlers)) as server, connected_link_to(server, timings):
        manager_is_connected.set()
        await_condition(lambda: len(spans) >= 5, what="five lists")
    for (began_at, ended_at), (next_at, _) in pairwise(spans):
        assert next_at - ended_at >= 4 * (ended_at - began_at) * 0.95


def test_lists_wait_while_somebody_else_waits_for_an_answer() -> None:
    held: list[tuple[Peer, Action]] = []

    def hold(peer: Peer, action: Action) -> None:
        held.append((peer, action))

    with (
        ScriptedServer(HonestAsterisk({"CoreStatus": hold})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        await_checks(manager, 1)
        call = Call(manager, READ)
        await_condition(lambda: held, what="the action at the PBX")
        pings = manager.metrics.pings
        await_condition(lambda: manager.metrics.pings >= pings + 2, what="the list on its way")
        asked = len(lists_asked(server))
        await_condition(lambda: manager.metrics.pings >= pings + 10, what="keepalives")
        assert len(lists_asked(server)) == asked
        peer, action = held[0]
        peer.reply(action, "Message: at last")
        call.finish()
        await_checks(manager, 1)


def test_a_stale_pbx_is_asked_for_no_list() -> None:
    honest = HonestAsterisk()
    answering = threading.Event()
    answering.set()

    def answer_when_allowed(peer: Peer, action: Action) -> None:
        if answering.is_set():
            honest.pong(peer, action)

    timings = replace(ALERT, reconcile_share=0.9, reconcile_interval=0.1, reconcile_settle=0.1)
    with (
        ScriptedServer(HonestAsterisk({"Ping": answer_when_allowed})) as server,
        connected_link_to(server, timings) as manager,
    ):
        await_checks(manager, 1)
        answering.clear()
        await_condition(lambda: manager.status.stale, what="staleness")
        asked = len(lists_asked(server))
        await_condition(lambda: len(server.peers) > 1, what="another link")
        assert len(lists_asked(server)) == asked


def test_a_list_that_is_refused_now_and_then_changes_nothing() -> None:
    honest = HonestAsterisk(channels=[channel(1)])
    refused: list[Action] = []

    def refuse_later(peer: Peer, action: Action) -> None:
        if server.peers[0].actions.count(action) and connected.is_set():
            refused.append(action)
            peer.reply(action, "Message: Permission denied", response="Error")
        else:
            honest._show_channels(peer, action)

    connected = threading.Event()
    with (
        ScriptedServer(HonestAsterisk({"CoreShowChannels": refuse_later})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        connected.set()
        await_condition(lambda: len(refused) >= 3, what="refusals")
        assert [each.exten for each in manager.picture.channels()] == ["1"]
        assert dict(manager.picture.drifts) == {}
        assert len(server.peers) == 1


def test_a_defect_of_a_comparison_ends_neither_the_link_nor_the_other_comparisons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = HonestAsterisk(channels=[channel(1)])
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:

        def fail(*_arguments: Any) -> None:  # noqa: ANN401 - whatever it is given
            raise RuntimeError("a defect")

        await_checks(manager, 1)
        monkeypatch.setattr("amictl.manager.reconciling.compare", fail)
        asked = len(lists_asked(server))
        await_condition(lambda: len(lists_asked(server)) > asked + 10, what="more lists")
        assert len(server.peers) == 1
        monkeypatch.undo()
        await_checks(manager, 1)


# Events that do not come


def hang_up_unheard(honest: HonestAsterisk, manager: AmiManager, rounds: int) -> None:
    """Let channels come with an event and go without one, as often as asked."""
    for number in range(10, 10 + 2 * rounds, 2):
        pair = [channel(number), channel(number + 1)]
        honest.channels = pair
        honest.logged_in[-1].send_raw(new_channel_event(number) + new_channel_event(number + 1))
        exten = str(number)
        await_condition(lambda: any(each.exten == exten for each in manager.picture.channels()), what="calls")  # noqa: B023
        honest.channels = []
        await_condition(lambda: not manager.picture.channels(), what="the end of the calls")


@pytest.mark.long
def test_events_that_never_come_are_named_and_the_age_is_that_of_the_lists() -> None:
    honest = HonestAsterisk()
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        assert manager.picture.age("channels") == 0
        hang_up_unheard(honest, manager, 2)
        await_condition(lambda: "Hangup" in (manager.status.detail or ""), what="words on it")
        assert manager.status.state is LinkState.CONNECTED
        assert manager.status.limits.keys() == {"channels", "calls", "events"}
        assert manager.picture.age("channels") > 0
        assert manager.picture.age("calls") > 0
        assert manager.picture.age("queues") == 0
        as_of = manager.status.limits["channels"].as_of
        assert as_of is not None
        await_condition(
            lambda: (manager.status.limits["channels"].as_of or 0) > as_of + 1.0, what="later agreement"
        )
        assert manager.picture.read("pbx").snapshot["main"]["limits"]["channels"]["known"] is True

        gone = message("Event: Hangup", "Privilege: call,all", *channel(98), "Cause: 16")
        honest.logged_in[-1].send_raw(gone)
        await_condition(lambda: manager.status.detail is None, what="trust again")
        assert manager.status.limits == {}
        assert manager.picture.age() == 0
        assert len(server.peers) == 1


def test_a_new_session_forgets_what_did_not_come_in_the_one_before() -> None:
    honest = HonestAsterisk()
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        hang_up_unheard(honest, manager, 2)
        await_condition(lambda: manager.status.limits, what="limits")
        server.peers[0].hang_up()
        await_condition(lambda: len(honest.logged_in) == 2, what="another session")
        await_state(manager, LinkState.CONNECTED)
        assert manager.status.limits == {}
        assert manager.status.detail is None


@pytest.mark.long
def test_a_link_that_lost_events_again_and_again_and_hears_their_kind_is_trusted() -> None:
    honest = HonestAsterisk()
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        gone = message("Event: Hangup", "Privilege: call,all", *channel(98), "Cause: 16")
        honest.logged_in[-1].send_raw(gone)
        hang_up_unheard(honest, manager, 4)
        await_condition(lambda: manager.picture.drifts.get("channels.extra", 0) >= 8, what="drifts")
        await_checks(manager)
        assert manager.status.limits == {}
        assert manager.status.detail is None


# The PBX's clock


def clock_ahead(seconds: Callable[[], float]) -> Handler:
    """Return what answers a ``Ping`` with another time than ours."""

    def answer(peer: Peer, action: Action) -> None:
        peer.reply(action, "Ping: Pong", f"Timestamp: {time.time() + seconds():.6f}")

    return answer


def test_even_the_first_event_after_the_login_is_timed_by_the_clock_of_the_pbx() -> None:
    honest = HonestAsterisk()

    def log_in(peer: Peer, action: Action) -> None:
        honest._log_in(peer, action)
        peer.send_raw(
            new_channel_event(7) + message("Event: UserEvent", "Privilege: user,all", "UserEvent: A")
        )

    handlers = {"Login": log_in, "Ping": clock_ahead(lambda: 3600.0)}
    began_at = time.time()
    with ScriptedServer(HonestAsterisk(handlers)) as server, connected_link_to(server, EAGER) as manager:
        picture = manager.picture
        await_condition(lambda: manager.status.clock_offset is not None, what="the clock")
        assert manager.status.clock_offset == pytest.approx(3600.0, abs=0.5)
        assert picture.read("pbx").snapshot["main"]["clock_offset"] == pytest.approx(3600.0, abs=0.5)
        assert 0.0 <= picture.now() - 3600.0 - began_at < 60.0
        (found,) = picture.channels()
        assert 0.0 <= found.created_at - 3600.0 - began_at < 60.0
        events = picture.read("events").snapshot.values()
        times = [datetime.fromisoformat(event["at"]).timestamp() for event in events]
        assert times
        assert all(0.0 <= at - 3600.0 - began_at < 60.0 for at in times)
        assert 0.0 <= manager.status.since - began_at < 60.0  # the link's own times are ours


def test_a_clock_that_is_set_meanwhile_is_followed() -> None:
    ahead = [0.0]
    with (
        ScriptedServer(HonestAsterisk({"Ping": clock_ahead(lambda: ahead[0])})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        for ahead[0] in (7200.0, -30.0):
            await_condition(
                lambda: abs((manager.status.clock_offset or 0.0) - ahead[0]) < 0.5, what="the clock"
            )


def test_a_pbx_that_tells_no_time_has_ours() -> None:
    def pong(peer: Peer, action: Action) -> None:
        peer.reply(action, "Ping: Pong")

    with (
        ScriptedServer(HonestAsterisk({"Ping": pong})) as server,
        connected_link_to(server, EAGER) as manager,
    ):
        await_condition(lambda: manager.status.round_trip is not None, what="a keepalive")
        assert manager.status.clock_offset is None
        assert abs(manager.picture.now() - time.time()) < 60.0


# What is counted


def test_what_a_link_does_is_counted_over_all_its_sessions() -> None:
    honest = HonestAsterisk()
    with ScriptedServer(honest) as server, connected_link_to(server, EAGER) as manager:
        server.peers[0].send_raw(new_channel_event(1) + b"no header\r\n\r\n" + new_channel_event(2))
        await_condition(lambda: manager.metrics.events.get("Newchannel") == 2, what="two events")
        metrics = manager.metrics
        assert (metrics.fragments, metrics.oversized, metrics.failed_deliveries) == (1, 0, 0)
        assert metrics.connects == 1
        assert metrics.bytes_received > len(new_channel_event(1))
        assert 0.0 < metrics.parse_seconds < 60.0
        assert 0.0 < metrics.apply_seconds < 60.0
        await_condition(lambda: manager.status.counters.get("fragments") == 1, what="the topic pbx")

        server.peers[0].hang_up()
        await_condition(lambda: len(honest.logged_in) == 2, what="another session")
        await_state(manager, LinkState.CONNECTED)
        honest.logged_in[1].send_raw(new_channel_event(3))
        await_condition(lambda: manager.metrics.events.get("Newchannel") == 3, what="the third event")
        after = manager.metrics
        assert after.connects == 2
        assert after.fragments == 1
        assert after.pings > 0


def test_a_listener_that_fails_loses_no_message_and_starts_no_new_picture() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, EAGER) as manager:
        epoch = manager.picture.epoch

        def fail(_pbx: str) -> None:
            raise RuntimeError("a defect of somebody else")

        manager.picture.on_change = fail
        server.peers[0].send_raw(new_channel_event(5))
        await_condition(manager.picture.channels, what="the channel")
        manager.picture.on_change = None
        await_checks(manager, 1)
        assert manager.metrics.failed_deliveries == 0
        assert manager.picture.epoch == epoch
