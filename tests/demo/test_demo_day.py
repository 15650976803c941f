"""A day of the demo as amictl sees it: at each moment its own truth, and in the end its own queue log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from amictl.demo.life.centre import CallCentre
from amictl.demo.server import DemoServer
from amictl.demo.settings import DemoSettings
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.services.queues.logged_days import read_logged_days
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.picture_feed import seen_by_amictl
from tests.asterisk.picture_lists import differences, told_by_pbx
from tests.demo.log_truth import count_log, misfits
from tests.demo.still_link import StillLink, still_server
from tests.soak import relations

MORNING = datetime(2026, 5, 4, 8, tzinfo=UTC).timestamp()
HOUR = 3600.0
CHECK_EVERY = 300.0
ON_ITS_WAY = 0.01
HAPPENS = (
    *("QueueCallerAbandon", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "QueueMemberPause"),
    *("Hold", "Unhold", "BlindTransfer", "AttendedTransfer", "ParkedCall", "UnParkedCall", "ConfbridgeJoin"),
    *("PeerStatus", "QueueMemberAdded", "QueueMemberRemoved", "ChanSpyStart", "MessageWaiting"),
)


@dataclass(slots=True)
class Stage:
    """A demo whose time the test drives, and amictl's picture of it."""

    world: World
    link: StillLink
    ami: AmiClient
    seen: Counter[str]

    @property
    def picture(self) -> LivePicture:
        """What amictl has of it."""
        return self.link.picture

    def faults(self) -> list[str]:
        """Return where the picture is not what the demo is, now and when all that is on its way has come.

        Lists tell the state of a device a thousandth of a second before its event comes, as Asterisk's do.
        """
        first = self._look()
        if not first:
            return []
        self.link.run_until(self.world.now() + ON_ITS_WAY)
        second = self._look()
        return [fault for fault in first if fault in second]

    def _look(self) -> list[str]:
        told = told_by_pbx(self.ami, clock=self.world.now)
        values = {topic: dict(self.picture.read(topic).snapshot) for topic in relations.TOPICS}
        return [
            *(
                f"{each.kind}: {each.place}, amictl {each.ours}, demo {each.told}"
                for each in self.link.find_drifts()
            ),
            *differences(seen_by_amictl(self.picture), told),
            *relations.contradictions(values),
        ]


def read_days(world: World) -> QueueDays:
    """Return the queues' days as the first run loads them."""
    levels = {queue.name: queue.settings.service_level for queue in world.queues}
    calendar = Calendar(UTC)
    stored = read_logged_days(
        map(str, world.queues.log), levels=levels, calendar=calendar, since=MORNING, until=world.now()
    )
    return QueueDays(calendar, stored)


@contextmanager
def stage_after(seconds: float, settings: DemoSettings) -> Iterator[Stage]:
    """Let a demo live for a while before amictl comes."""
    world = World(start=MORNING, seed=settings.seed)
    CallCentre(world, settings, UTC, MORNING).begin()
    world.run_until(MORNING + seconds)
    seen: Counter[str] = Counter()
    world.listen(lambda event: seen.update((event.name,)))
    with still_server(DemoServer(world, users=[AmiUser("amictl", "secret")])) as server:
        picture = LivePicture("demo", pbx_clock=PbxClock(world.now), queue_days=read_days(world))
        link = StillLink(server, picture)
        link.begin()
        with AmiClient(server.host, server.ami_port, "amictl", "secret", events="off") as ami:
            try:
                yield Stage(world, link, ami, seen)
            finally:
                link.close()


@pytest.mark.parametrize(
    ("hours", "seed"),
    [pytest.param(1.5, 1, id="short"), pytest.param(8.0, 2, id="eight hours", marks=pytest.mark.soak)],
)
def test_the_picture_is_the_demo_and_its_day_is_the_log(hours: float, seed: int) -> None:
    with stage_after(HOUR / 2, DemoSettings.make(seed=seed)) as stage:
        begin, end = stage.world.now(), stage.world.now() + hours * HOUR
        while stage.world.now() < end:
            stage.link.run_until(min(end, stage.world.now() + CHECK_EVERY))
            assert stage.faults() == [], f"{(stage.world.now() - begin) / 60:.0f} minutes after the beginning"
        for queue in stage.world.queues:
            today = stage.picture.read("queues").snapshot[queue.name]["today"]
            assert (
                misfits(today, count_log(stage.world.queues.log, queue.name), queue.settings.service_level)
                == []
            )
        assert [name for name in HAPPENS if not stage.seen[name]] == []
