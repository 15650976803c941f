"""What the demo's queues did before amictl came is neither lost nor counted twice, however busy they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest

from amictl.demo.pbx import DemoPbx
from amictl.demo.settings import DemoSettings
from amictl.manager import Registry
from amictl.pbx.topics.links.value import LinkState
from amictl.services.demo import DemoKeeper
from tests.demo.log_truth import count_log, misfits
from tests.serving import wait_until

BUSY = DemoSettings.make(agents=100, channels=150, rate=150, hour=14)
PAST = 600.0
MORE = 30  # lines of the queue log


class Watched:
    """A demo that is linked to as at a first run, without the rest of amictl."""

    def __init__(self) -> None:
        self.demos: list[DemoPbx] = []
        self.keeper = DemoKeeper(None, self._make, UTC)
        self.registry = Registry(
            lambda: self.keeper.join([]), make_picture=lambda _name: self.keeper.make_picture()
        )

    def misfits(self) -> list[str]:
        """Return where the days that amictl shows are not those of the log."""
        days = self.registry.get("demo").picture.read("queues").snapshot
        world = self.demos[0].world
        with world.lock:
            return [
                line
                for queue in world.queues
                for line in misfits(
                    days[queue.name]["today"],
                    count_log(world.queues.log, queue.name),
                    queue.settings.service_level,
                )
            ]

    def _make(self) -> DemoPbx:
        self.demos.append(DemoPbx(BUSY, UTC, past=PAST))
        return self.demos[0]


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    watched.registry.start()
    yield watched
    watched.registry.stop()
    watched.keeper.stop()


def test_the_days_that_amictl_shows_are_those_of_the_log(watched: Watched) -> None:
    picture = watched.registry.get("demo").picture
    assert wait_until(lambda: picture.link.state is LinkState.CONNECTED)
    demo = watched.demos[0]
    before = len(demo.world.queues.log)
    assert wait_until(lambda: len(demo.world.queues.log) > before + MORE)
    demo.server.pacer.freeze()
    assert wait_until(lambda: watched.misfits() == []), watched.misfits()
    log = demo.world.queues.log
    assert sum(len(count_log(log, queue.name).joined) for queue in demo.world.queues) > 100
