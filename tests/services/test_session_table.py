"""How long sessions last, and that ended ones stay ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amictl.services.accounts.sessions import SessionFacts, SessionLifetimes, SessionTable


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(clock: Clock) -> SessionTable:
    return SessionTable(SessionLifetimes(idle=100, absolute=1000), clock)


def test_each_session_has_its_own_unguessable_name(table: SessionTable) -> None:
    names = {table.begin("1.1").session_id for _ in range(100)}
    assert len(names) == 100
    assert min(map(len, names)) >= 20


def test_a_session_is_over_after_its_idle_time(table: SessionTable, clock: Clock) -> None:
    facts = table.begin("1.1")
    clock.now += 99
    assert table.is_alive(facts)
    clock.now += 1
    assert not table.is_alive(facts)


def test_use_keeps_a_session_alive_without_a_new_cookie(table: SessionTable, clock: Clock) -> None:
    facts = table.begin("1.1")
    for _ in range(9):
        clock.now += 99
        assert table.is_alive(facts)
        table.touch(facts.session_id)


def test_no_use_keeps_it_beyond_its_longest_time(table: SessionTable, clock: Clock) -> None:
    facts = table.begin("1.1")
    clock.now += 999
    table.touch(facts.session_id)
    assert table.is_alive(facts)
    clock.now += 1
    table.touch(facts.session_id)
    assert not table.is_alive(facts)


def test_after_a_restart_the_cookie_tells_when_it_was_seen(clock: Clock) -> None:
    facts = SessionFacts("name", "1.1", began_at=clock.now - 500, seen_at=clock.now - 50)
    restarted = SessionTable(SessionLifetimes(idle=100, absolute=1000), clock)
    assert restarted.is_alive(facts)
    assert not restarted.is_alive(replace(facts, seen_at=clock.now - 100))


def test_an_ended_session_stays_ended_for_as_long_as_a_cookie_of_it_could_work(
    table: SessionTable, clock: Clock
) -> None:
    facts = table.begin("1.1")
    table.end(facts.session_id)
    for _ in range(9):
        clock.now += 99
        table.end(table.begin("2.1").session_id)
        assert not table.is_alive(replace(facts, seen_at=clock.now))


def test_the_table_forgets_what_can_matter_no_more(table: SessionTable, clock: Clock) -> None:
    for _ in range(500):
        facts = table.begin("1.1")
        table.touch(facts.session_id)
        table.end(facts.session_id)
        table.touch(table.begin("1.1").session_id)
        clock.now += 10
    assert len(table._ended) <= 101
    assert len(table._seen) <= 101
