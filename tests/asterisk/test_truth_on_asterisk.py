"""The picture is true: what it missed is found, counted by kind and healed; an honest PBX shows no drift."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call, waiting_callers
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.picture_feed import seen_by_amictl
from tests.asterisk.picture_lists import differences, told_by_pbx
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.traffic import Traffic
from tests.faults.links import await_state
from tests.faults.losing_proxy import LosingProxy
from tests.patience import PATIENCE

pytestmark = pytest.mark.asterisk

# A round of lists a second; a busy machine delivers events within the settling time all the same.
EAGER = LinkTimings(ping_interval=0.5, reconcile_share=0.2, reconcile_interval=1.0, reconcile_settle=1.5)
STORM_SECONDS = 20.0
FEWEST_CHANNELS = 100
FEWEST_LISTS = STORM_SECONDS / 3

OF_CHANNELS = (
    *("Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "VarSet", "Hangup"),
    *("DialBegin", "DialEnd", "HangupRequest", "SoftHangupRequest", "LocalBridge"),
)
OF_BRIDGES = ("BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy")


@contextmanager
def picture_over(pbx: BedPbx, port: int) -> Iterator[AmiManager]:
    """Run a link that compares all the time."""
    settings = LinkSettings("main", pbx.host, port, pbx.username, pbx.secret)
    manager = AmiManager(settings, LivePicture("main", pbx_clock=PbxClock()), timings=EAGER)
    manager.start()
    try:
        await_state(manager, LinkState.CONNECTED)
        yield manager
    finally:
        manager.stop()


@pytest.fixture
def proxy(asterisk: BedPbx) -> Iterator[LosingProxy]:
    with LosingProxy(asterisk.host, asterisk.ami_port) as proxy:
        yield proxy


@pytest.fixture
def manager(asterisk: BedPbx, proxy: LosingProxy) -> Iterator[AmiManager]:
    with picture_over(asterisk, proxy.port) as manager:
        yield manager


def await_kinds(manager: AmiManager, *kinds: str) -> None:
    """Wait until drifts of all these kinds were counted."""
    await_condition(
        lambda: set(kinds) <= set(manager.picture.drifts), what=f"{kinds} in {manager.picture.drifts}"
    )


def await_truth(manager: AmiManager, ami: AmiClient) -> None:
    """Wait until the picture is, item for item, what the PBX tells another client."""
    found: list[str] = []

    def agrees() -> bool:
        found[:] = differences(seen_by_amictl(manager.picture), told_by_pbx(ami))
        return not found

    try:
        await_condition(agrees)
    except AssertionError:
        raise AssertionError("The picture differs from the PBX:\n" + "\n".join(found)) from None


def in_talk(pbx: BedPbx) -> bool:
    """Tell whether both halves of a call are in a bridge."""
    return sum(bool(channel.bridge_id) for channel in live_channels(pbx)) >= 2


def test_calls_of_which_no_event_came_are_found_and_ended_calls_too(
    asterisk: BedPbx, manager: AmiManager, proxy: LosingProxy, ami: AmiClient
) -> None:
    picture = manager.picture
    proxy.lose(*OF_CHANNELS, *OF_BRIDGES)
    place_call(asterisk, "42105", caller="200")
    await_condition(lambda: in_talk(asterisk), what="a call")
    before = picture.read("channels")
    await_kinds(manager, "channels.missing", "bridges.missing")
    proxy.lose()
    await_truth(manager, ami)
    replay = picture.since("channels", before.epoch, before.seq)
    assert replay is not None, "it is mended as changes, within the same epoch"
    assert {change["key"] for change in replay.changes} >= {each.unique_id for each in picture.channels()}

    proxy.lose(*OF_CHANNELS, *OF_BRIDGES)
    hang_up_all(asterisk)
    await_condition(lambda: not live_channels(asterisk), what="the end of the call")
    await_kinds(manager, "channels.extra", "bridges.extra")
    proxy.lose()
    await_truth(manager, ami)
    assert picture.channels() == ()
    assert proxy.lost["Newchannel"] > 0
    assert manager.metrics.connects == 1
    await_condition(lambda: manager.status.drifts == picture.drifts, what="the topic pbx")


@pytest.mark.parametrize(
    ("lost", "make", "kinds"),
    [
        (
            ("QueueMemberPause",),
            lambda ami: ami.action(
                "QueuePause", Queue="sales", Interface="Local/504@agents/n", Paused="true", Reason="Lunch"
            ),
            ("queues.member.changed:paused", "queues.member.changed:paused_reason"),
        ),
        (
            ("QueueMemberPenalty",),
            lambda ami: ami.action("QueuePenalty", Queue="sales", Interface="Local/504@agents/n", Penalty=7),
            ("queues.member.changed:penalty",),
        ),
        (
            ("QueueMemberAdded",),
            lambda ami: ami.action("QueueAdd", Queue="lobby", Interface="Local/505@agents/n"),
            ("queues.member.missing",),
        ),
    ],
)
def test_a_change_of_a_member_that_was_not_heard_is_found(  # noqa: PLR0917 - fixtures and a table's columns
    manager: AmiManager,
    proxy: LosingProxy,
    ami: AmiClient,
    lost: tuple[str, ...],
    make: Callable[[AmiClient], object],
    kinds: tuple[str, ...],
) -> None:
    proxy.lose(*lost)
    try:
        make(ami)
        await_kinds(manager, *kinds)
        await_truth(manager, ami)
    finally:
        ami.action("QueuePause", Queue="sales", Interface="Local/504@agents/n", Paused="false")
        ami.action("QueuePenalty", Queue="sales", Interface="Local/504@agents/n", Penalty=0)
        ami.send("QueueRemove", Queue="lobby", Interface="Local/505@agents/n")
        proxy.lose()


def test_callers_who_came_and_went_unheard_are_found_with_what_the_queue_counted(
    asterisk: BedPbx, manager: AmiManager, proxy: LosingProxy, ami: AmiClient
) -> None:
    proxy.lose("QueueCallerJoin")
    place_call(asterisk, "303")
    await_condition(lambda: waiting_callers(asterisk, "nobody") == 1, what="a caller")
    await_kinds(manager, "queues.caller.missing")
    await_truth(manager, ami)

    proxy.lose("QueueCallerLeave", "QueueCallerAbandon", "Hangup")
    hang_up_all(asterisk)
    await_condition(lambda: not live_channels(asterisk), what="the end of the call")
    await_kinds(manager, "queues.caller.extra", "queues.changed:abandoned", "channels.extra")
    proxy.lose()
    await_truth(manager, ami)


def test_what_asterisk_changes_without_any_event_is_found(
    asterisk: BedPbx, manager: AmiManager, ami: AmiClient
) -> None:
    def abandoned() -> int:
        return next(queue.abandoned for queue in manager.picture.queues() if queue.queue == "nobody")

    before = abandoned()
    place_call(asterisk, "303", caller="2101")
    await_condition(lambda: abandoned() > before, what="an abandoned call")
    await_truth(manager, ami)
    assert dict(manager.picture.drifts) == {}
    asterisk.cli("queue reset stats nobody")
    await_kinds(manager, "queues.changed:abandoned")
    await_truth(manager, ami)


def is_storm_over(manager: AmiManager, seconds: float) -> bool:
    """Tell whether enough was seen; a busy machine gets more time for it, within reason."""
    metrics = manager.metrics
    seen_enough = (
        metrics.events.get("Newchannel", 0) > FEWEST_CHANNELS
        and "CoreShowChannels" in metrics.lists
        and metrics.lists["CoreShowChannels"].asked > FEWEST_LISTS
    )
    return seconds >= STORM_SECONDS and (seen_enough or seconds >= PATIENCE)


def test_a_storm_of_honest_calls_shows_no_drift(asterisk_server: AsteriskServer, ami: AmiClient) -> None:
    """In this time there are as many looks as in ten minutes of production."""
    pbx = asterisk_server
    with picture_over(pbx, pbx.ami_port) as manager, Traffic(pbx, seed=5) as traffic:
        began_at = time.monotonic()
        while not is_storm_over(manager, time.monotonic() - began_at):
            traffic.storm(5)
            ami.drain(1.0)
        await_truth(manager, ami)
        metrics = manager.metrics
        asking = sum(one.seconds for one in metrics.lists.values())
        assert asking <= EAGER.reconcile_share * (time.monotonic() - began_at)
        assert abs(manager.status.clock_offset or 1.0) < 2.0, "they share one clock"
        assert metrics.events["Newchannel"] > FEWEST_CHANNELS
        assert metrics.lists["CoreShowChannels"].asked > FEWEST_LISTS
        assert dict(manager.picture.drifts) == {}
        assert metrics.connects == 1
