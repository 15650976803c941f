"""amictl's own link to the demo: the picture becomes whole, and again after every fault on order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from amictl.config import LinkSettings
from amictl.demo.server import DemoServer
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import LISTS
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.links import ALERT, await_state

_NOT_LOADED: Final = {"SIPpeers", "IAXpeerlist"}  # modules that the demo has not
_TIMINGS: Final = replace(ALERT, reconcile_share=0.5, reconcile_interval=0.2, reconcile_settle=0.2)


@pytest.fixture
def manager(demo: DemoServer) -> Iterator[AmiManager]:
    """A link to the demo that is up."""
    with demo.world.lock:
        for phone in demo.world.phones.all():
            phone.plug_in()
    settings = LinkSettings("demo", demo.host, demo.ami_port, demo.username, demo.secret)
    link = AmiManager(settings, LivePicture("demo"), timings=_TIMINGS)
    link.start()
    try:
        await_state(link, LinkState.CONNECTED)
        yield link
    finally:
        link.stop()


def await_new_epoch(manager: AmiManager, epoch: str | None) -> None:
    """Wait until the picture is whole again in another session."""

    def is_back() -> bool:
        link = manager.picture.link
        return link.state is LinkState.CONNECTED and link.epoch != epoch and not link.stale

    await_condition(is_back, what="a picture of a new session")


def test_a_picture_of_the_demo_is_fresh_and_lacks_nothing(manager: AmiManager, demo: DemoServer) -> None:
    compared = {name for name, step in LISTS.items() if step.check is not None} - _NOT_LOADED
    await_condition(lambda: compared <= set(manager.picture.link.reconciled), what="a look at every list")
    link = manager.picture.link
    assert not link.stale
    assert link.detail is None
    assert link.limits == {}
    assert link.drifts == {}
    assert link.asterisk_version == "22.10.1"
    assert len(manager.picture.read("queues").values) == 4
    devices = {phone.device for phone in demo.world.phones.all()}
    assert devices <= manager.picture.read("endpoints").values.keys()


def test_a_lost_link_is_made_again(manager: AmiManager, demo: DemoServer) -> None:
    epoch = manager.picture.link.epoch
    demo.lose_link()
    await_new_epoch(manager, epoch)


def test_a_frozen_demo_is_stale_and_fresh_again_when_it_is_thawed(
    manager: AmiManager, demo: DemoServer
) -> None:
    demo.freeze()
    await_condition(lambda: manager.picture.link.stale, what="a stale picture")
    demo.thaw()
    await_condition(
        lambda: not manager.picture.link.stale and manager.picture.link.state is LinkState.CONNECTED,
        what="a fresh picture",
    )


def test_a_restarted_demo_has_no_calls_any_more(manager: AmiManager, demo: DemoServer) -> None:
    with demo.world.lock:
        caller = demo.world.phones.get("1001")
        assert caller is not None
        caller.dial("600")
    await_condition(lambda: manager.picture.read("channels").values, what="the call")
    epoch = manager.picture.link.epoch
    demo.restart()
    await_new_epoch(manager, epoch)
    assert not manager.picture.read("channels").values
    assert not manager.picture.read("calls").values
