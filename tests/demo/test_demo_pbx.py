"""The demo as one thing: it lives through its day, and tells the moment of the first login."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from amictl.config import LinkSettings
from amictl.demo.pbx import DemoPbx
from amictl.demo.settings import DemoSettings
from amictl.services.demo import DemoKeeper
from tests.asterisk.ami_client import AmiClient

QUARTER = 900.0
OTHER = LinkSettings("demo", "127.0.0.1", 5038, "amictl", "secret")


@pytest.fixture
def demo() -> Iterator[DemoPbx]:
    """A demo that has lived through half an hour."""
    demo = DemoPbx(DemoSettings.make(hour=10), UTC, past=2 * QUARTER)
    yield demo
    demo.stop()


@pytest.fixture
def keeper() -> Iterator[DemoKeeper]:
    """A keeper whose demo has no past."""
    keeper = DemoKeeper(None, lambda: DemoPbx(DemoSettings.make(), UTC, past=0.0), UTC)
    yield keeper
    keeper.stop()


def log_in(link: LinkSettings) -> AmiClient:
    return AmiClient(link.host, link.port, link.username, link.secret)


def test_it_has_a_past_and_goes_on_from_the_present(demo: DemoPbx) -> None:
    demo.start()
    demo.wait_until_ready()
    assert len(demo.world.queues.log) > 50
    with log_in(demo.link) as client:
        answers = [float(client.action("Ping")[0]["Timestamp"]) for _ in range(2)]
    assert answers[0] < answers[1] < time.time() + 1.0


def test_who_comes_before_it_is_ready_waits(demo: DemoPbx) -> None:
    demo.start()
    with log_in(demo.link) as client:
        assert len(client.action("QueueSummary")) == 6


def test_the_first_login_is_told_once_before_it_is_answered(demo: DemoPbx) -> None:
    told: list[float] = []
    demo.on_first_login(lambda: told.append(demo.world.now()))
    demo.start()
    for _ in range(2):
        with log_in(demo.link):
            assert len(told) == 1


def test_it_can_be_stopped_before_it_is_ready(demo: DemoPbx) -> None:
    demo.start()
    demo.stop()
    assert not demo.server.is_running


def test_its_people_begin_anew_when_it_is_started_again(demo: DemoPbx) -> None:
    demo.start()
    demo.wait_until_ready()
    demo.server.restart()
    with demo.world.lock:
        demo.world.run_until(demo.world.now() + QUARTER)
        assert any(entry.event == "CONNECT" for entry in demo.world.queues.log)


@pytest.mark.parametrize(
    ("clock", "past", "hours"),
    [
        ((15, 0), None, 6.0),
        ((3, 0), None, 3.0),
        ((0, 10), None, 0.5),
        ((15, 0), 60.0, 1 / 60),
    ],
)
def test_its_day_begins_at_midnight_but_neither_long_ago_nor_just_now(
    monkeypatch: pytest.MonkeyPatch, clock: tuple[int, int], past: float | None, hours: float
) -> None:
    present = datetime(2026, 5, 4, *clock, tzinfo=UTC).timestamp()
    monkeypatch.setattr(time, "time", lambda: present)
    demo = DemoPbx(DemoSettings.make(), UTC, past=past)
    demo.stop()
    assert present - demo.world.started_at == pytest.approx(hours * 3600)


def test_a_very_busy_one_lives_through_less() -> None:
    demo = DemoPbx(DemoSettings.make(rate=500), UTC)
    demo.stop()
    assert time.time() - demo.world.started_at < 1000


def test_a_bigger_one_has_its_queues_and_agents() -> None:
    demo = DemoPbx(DemoSettings.make(queues=6, agents=40), UTC, past=0.0)
    demo.start()
    demo.wait_until_ready()
    with log_in(demo.link) as client:
        members = [item for item in client.action("QueueStatus") if item.get("Event") == "QueueMember"]
    demo.stop()
    assert len({member["Queue"] for member in members}) == 6
    assert len({member["Location"] for member in members}) == 40


def test_it_is_wanted_while_there_is_no_other_link(keeper: DemoKeeper) -> None:
    (link,) = keeper.join([])
    assert (link.name, keeper.name) == ("demo", "demo")
    assert keeper.join([]) == [link], "the same one"
    assert keeper.join([OTHER]) == [OTHER]
    assert keeper.name is None
    keeper.settle()
    (again,) = keeper.join([])
    assert again.port != link.port or again.secret != link.secret


def test_one_that_is_always_wanted_gives_way_to_a_pbx_of_its_name() -> None:
    keeper = DemoKeeper(True, lambda: DemoPbx(DemoSettings.make(), UTC, past=0.0), UTC)
    assert [link.name for link in keeper.join([OTHER])] == ["demo", "demo-2"]
    keeper.settle()
    assert keeper.name == "demo-2"
    keeper.stop()
    assert keeper.name is None


def test_one_that_is_never_wanted_is_never_made() -> None:
    keeper = DemoKeeper(False, lambda: pytest.fail("it was made"), UTC)
    assert keeper.join([]) == []
