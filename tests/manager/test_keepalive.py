from __future__ import annotations

from amictl.manager import LinkTimings
from amictl.manager.keepalive import Keepalive

TIMINGS = LinkTimings()


def test_with_default_timings_a_silent_link_is_stale_and_then_dead_within_fifteen_seconds() -> None:
    keepalive = Keepalive(TIMINGS, now=100.0)
    last_received = 100.0
    now, stale_at = 100.0, None
    while not keepalive.is_dead(now, last_received):
        if keepalive.is_due(now):
            keepalive.ask(now)
        if keepalive.is_late(now) and stale_at is None:
            stale_at = now
        wait = keepalive.wait_time(now, last_received)
        assert wait > 0, "a wait of nothing is a busy loop"
        now += wait
    assert stale_at is not None
    assert stale_at < now
    assert stale_at - last_received <= 7.5
    assert now - last_received <= 12.5


def test_no_ping_is_due_while_one_is_on_its_way() -> None:
    keepalive = Keepalive(TIMINGS, now=0.0)
    assert not keepalive.is_due(TIMINGS.ping_interval - 0.1)
    assert keepalive.is_due(TIMINGS.ping_interval)
    keepalive.ask(5.0)
    assert not keepalive.is_due(100.0)


def test_an_answer_ends_lateness_and_tells_the_round_trip() -> None:
    keepalive = Keepalive(TIMINGS, now=0.0)
    keepalive.ask(5.0)
    assert keepalive.is_late(5.0 + TIMINGS.stale_after)
    keepalive.answer(8.0)
    assert not keepalive.is_late(8.0)
    assert keepalive.round_trip == 3.0
    assert keepalive.wait_time(8.0, 8.0) == TIMINGS.ping_interval


def test_bytes_that_arrive_put_off_death_but_not_for_ever() -> None:
    keepalive = Keepalive(TIMINGS, now=0.0)
    keepalive.ask(5.0)
    assert keepalive.is_dead(13.0, last_received=4.0)
    assert not keepalive.is_dead(13.0, last_received=12.9)
    assert keepalive.is_dead(5.0 + TIMINGS.ping_limit, last_received=5.0 + TIMINGS.ping_limit)


def test_silence_without_a_question_is_no_death() -> None:
    keepalive = Keepalive(TIMINGS, now=0.0)
    assert not keepalive.is_dead(1000.0, last_received=0.0)
    assert not keepalive.is_late(1000.0)
