"""Lists that are asked for again correct the live picture, while events go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.config import LinkSettings
from amictl.errors import LinkDown
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.calls import place_call, waiting_callers
from tests.asterisk.fixtures import BedPbx
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

QUEUES = next(step for step in SNAPSHOT_STEPS if step.name == "QueueStatus")


@pytest.fixture
def manager(asterisk: BedPbx) -> Iterator[AmiManager]:
    settings = LinkSettings("main", asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret)
    manager = AmiManager(settings, LivePicture("main"))
    manager.start()
    assert wait_until(lambda: manager.status.state is LinkState.CONNECTED)
    yield manager
    manager.stop()


def test_a_refresh_tells_readers_the_differences_and_keeps_the_epoch(
    manager: AmiManager, asterisk: BedPbx
) -> None:
    place_call(asterisk, "303", caller="2101")
    assert wait_until(lambda: (found := manager.picture.find_queue("nobody")) and found.abandoned)
    asterisk.cli("queue reset stats nobody")
    before = manager.picture.read("queues")
    assert before.snapshot["nobody"]["abandoned"] > 0  # no event told of it
    manager.refresh(QUEUES)
    replay = manager.picture.since("queues", before.epoch, before.seq)
    assert replay is not None
    (change,) = [each for each in replay.changes if each["key"] == "nobody"]
    assert change["value"]["abandoned"] == 0


def test_callers_come_and_go_as_before_after_a_refresh(manager: AmiManager, asterisk: BedPbx) -> None:
    for number in range(1, 4):
        place_call(asterisk, "302")
        assert wait_until(lambda number=number: waiting_callers(asterisk, "lobby") == number)
        manager.refresh(QUEUES)
    assert wait_until(lambda: len(manager.picture.find_queue("lobby").callers) == 3)
    asterisk.cli("channel request hangup all")
    assert wait_until(lambda: not manager.picture.find_queue("lobby").callers)


def test_a_refresh_without_a_link_says_so(manager: AmiManager) -> None:
    manager.stop()
    with pytest.raises(LinkDown):
        manager.refresh(QUEUES)
