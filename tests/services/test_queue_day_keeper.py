"""Days of queues go on where an earlier process left them, and what cannot be stored now is stored later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.services.queues.days import QueueDayKeeper
from amictl.store import StoredDay
from tests.pbx.ami_events import Clock, caller_item, channel_event, listed, member_item, queue_item
from tests.serving import wait_until

NOON = 1_800_014_400.0  # 2027-01-15 12:00 UTC


class TableInMemory:
    """Keeps rows as the database would, or fails."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, date], StoredDay] = {}
        self.failures = 0
        self.forgotten: list[date] = []

    def load(self, pbx: str, since: date) -> tuple[StoredDay, ...]:
        return tuple(day for key, day in self.rows.items() if key[0] == pbx and day.day >= since)

    def save(self, pbx: str, days: Iterable[StoredDay]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.rows.update({(pbx, day.queue, day.day): day for day in days})

    def forget_old(self, today: date) -> int:
        self.forgotten.append(today)
        return 0


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def table() -> TableInMemory:
    return TableInMemory()


def make_keeper(table: TableInMemory, clock: Clock) -> QueueDayKeeper:
    return QueueDayKeeper(table, ZoneInfo("UTC"), interval=0.01, clock=clock)  # type: ignore[arg-type]


def begin_session(picture: LivePicture, *callers: str, abandoned: int = 0) -> None:
    waiting = [caller_item(caller, number) for number, caller in enumerate(callers, start=1)]
    queues = [queue_item(Abandoned=abandoned), member_item(), *waiting]
    picture.begin_session("epoch")
    for step, items in zip(SNAPSHOT_STEPS, ([], [], queues), strict=False):
        picture.load_step(step, listed(*items))
    picture.complete_snapshot()


def give_up(picture: LivePicture, caller: str) -> None:
    for event in ("QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave", "Hangup"):
        picture.apply_event(channel_event(event, caller, Queue="support", HoldTime=7))


def today(picture: LivePicture) -> tuple[int, int, int]:
    queue = picture.find_queue("support")
    assert queue is not None
    assert queue.today is not None
    return queue.today.offered, queue.today.abandoned, queue.today.waiting


def test_a_new_process_goes_on_where_the_last_one_stopped(table: TableInMemory, clock: Clock) -> None:
    keeper = make_keeper(table, clock)
    picture = keeper.make_picture("main")
    begin_session(picture, "17.1")
    give_up(picture, "17.2")
    keeper.stop()

    again = make_keeper(table, clock).make_picture("main")
    begin_session(again, "17.1", abandoned=1)
    assert today(again) == (2, 1, 1)
    queue = again.find_queue("support")
    assert queue is not None
    assert queue.today is not None
    assert queue.today.longest_wait == 7.0
    assert [period.reason.value for period in queue.today.missed] == ["not_started"]


def test_what_a_process_did_not_store_asterisks_counters_tell(table: TableInMemory, clock: Clock) -> None:
    keeper = make_keeper(table, clock)
    picture = keeper.make_picture("main")
    begin_session(picture)
    keeper.save_all()
    give_up(picture, "17.2")  # and the process is killed

    again = make_keeper(table, clock).make_picture("main")
    begin_session(again, abandoned=1)
    assert today(again) == (1, 1, 0)


def test_what_changes_is_stored_while_the_process_runs(table: TableInMemory, clock: Clock) -> None:
    keeper = make_keeper(table, clock)
    picture = keeper.make_picture("main")
    keeper.start()
    try:
        begin_session(picture)
        give_up(picture, "17.2")
        key = ("main", "support", date(2027, 1, 15))
        assert wait_until(lambda: key in table.rows and table.rows[key].counters["abandoned"] == 1)
        assert wait_until(lambda: table.forgotten == [date(2027, 1, 15)])
    finally:
        keeper.stop()


def test_what_could_not_be_stored_is_stored_later(table: TableInMemory, clock: Clock) -> None:
    keeper = make_keeper(table, clock)
    picture = keeper.make_picture("main")
    begin_session(picture)
    give_up(picture, "17.2")
    table.failures = 1
    with capture_logs() as logs:
        keeper.save_all()
    assert not table.rows
    assert [entry["event"] for entry in logs] == ["queue_days_not_stored"]

    keeper.save_all()
    assert [day.counters["abandoned"] for day in table.rows.values()] == [1]


def test_a_quiet_queue_tells_until_when_it_was_watched(table: TableInMemory, clock: Clock) -> None:
    keeper = make_keeper(table, clock)
    picture = keeper.make_picture("main")
    begin_session(picture)
    keeper.save_all()
    (before,) = table.rows.values()
    picture.use_queue_days(lambda days: days.watch(picture.now() + 60.0))
    keeper.save_all()
    assert list(table.rows.values()) == [before]

    keeper.save_all(sign_of_life=True)
    (after,) = table.rows.values()
    assert after.watched_until >= before.watched_until + 59.0
