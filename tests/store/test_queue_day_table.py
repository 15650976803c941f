"""Days of queues are stored, found again by PBX and queue, and deleted after more than a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import StatementError

from amictl.store import Store, StoredDay
from amictl.store.queue_days import KEPT_DAYS

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)
DAY = StoredDay(
    queue="support",
    day=TODAY,
    since=1_800_000_000.125,
    counters={"offered": 3, "answered_seconds": 12.5},
    missed=[{"begin": 1.0, "end": 2.0, "reason": "link_lost", "answered": None}],
    asterisk={"completed": 2, "abandoned": 0, "in_call": 1},
    waiting={"17.1": 1_800_000_000.5},
    watched_until=1_800_000_007.75,
)


def test_what_is_stored_comes_back_as_it_was(store: Store) -> None:
    store.queue_days.save("main", [DAY, replace(DAY, queue="sales", asterisk=None)])

    found = {each.queue: each for each in store.queue_days.load("main", TODAY)}
    assert found == {"support": DAY, "sales": replace(DAY, queue="sales", asterisk=None)}
    assert store.queue_days.load("other", TODAY) == ()


def test_a_day_that_is_stored_again_is_replaced(store: Store) -> None:
    store.queue_days.save("main", [DAY])
    later = replace(DAY, counters={"offered": 4}, waiting={}, missed=[])
    store.queue_days.save("main", [later])

    assert store.queue_days.load("main", TODAY) == (later,)


def test_the_newest_day_of_each_queue_is_found_however_old(store: Store) -> None:
    days = [replace(DAY, queue=queue, day=TODAY - timedelta(days=age)) for queue, age in
            (("support", 0), ("support", 1), ("support", 9), ("quiet", 30), ("quiet", 31))]  # fmt: skip
    store.queue_days.save("main", days)

    found = [(each.queue, each.day) for each in store.queue_days.load("main", YESTERDAY)]
    assert found == [("quiet", TODAY - timedelta(days=30)), ("support", YESTERDAY), ("support", TODAY)]


def test_days_are_kept_for_more_than_a_year_and_then_deleted(store: Store) -> None:
    oldest = TODAY - timedelta(days=KEPT_DAYS)
    store.queue_days.save("main", [replace(DAY, day=oldest), replace(DAY, day=oldest - timedelta(days=1))])

    assert store.queue_days.forget_old(TODAY) == 1
    assert [each.day for each in store.queue_days.load("main", oldest - timedelta(days=9))] == [oldest]


def test_of_a_batch_that_fails_nothing_is_stored(store: Store) -> None:
    with pytest.raises(StatementError):
        store.queue_days.save("main", [DAY, replace(DAY, queue="sales", waiting={"17.1": object()})])

    assert store.queue_days.load("main", TODAY) == ()
