"""What happened in the last moment is remembered, and no longer."""

from __future__ import annotations

from amictl.pbx.expiring_keys import MOMENT, ExpiringKeys
from tests.pbx.ami_events import Clock


def test_a_key_is_remembered_for_a_moment_after_the_last_time() -> None:
    clock = Clock()
    recent = ExpiringKeys(clock)
    recent.add("one")
    clock.now += MOMENT
    assert "one" in recent
    recent.add("one")
    clock.now += MOMENT
    assert "one" in recent
    clock.now += 0.1
    assert "one" not in recent


def test_a_key_can_be_forgotten_at_once() -> None:
    recent = ExpiringKeys(Clock())
    recent.add("one")
    recent.discard("one")
    recent.discard("another")
    assert "one" not in recent


def test_nothing_is_kept_for_longer_than_needed() -> None:
    clock = Clock()
    recent = ExpiringKeys(clock)
    for number in range(1000):
        clock.now += 0.01
        recent.add(f"key {number % 700}")
    assert len(recent._until) <= MOMENT / 0.01 + 1
    assert len(recent._order) <= MOMENT / 0.01 + 1
    assert "key 299" in recent
