from __future__ import annotations

from amictl.manager.backoff import Backoff


def test_waits_are_drawn_between_the_lowest_and_a_ceiling_that_doubles_up_to_the_highest() -> None:
    drawn: list[tuple[float, float]] = []
    backoff = Backoff(0.5, 30.0, lambda lowest, ceiling: drawn.append((lowest, ceiling)) or ceiling)
    waits = [backoff.next_delay() for _ in range(8)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert {lowest for lowest, _ in drawn} == {0.5}


def test_a_reset_makes_waits_short_again() -> None:
    backoff = Backoff(0.5, 30.0, lambda _lowest, ceiling: ceiling)
    for _ in range(6):
        backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == 1.0


def test_by_default_waits_are_random_within_the_bounds() -> None:
    backoff = Backoff(0.5, 30.0)
    for _ in range(6):
        backoff.next_delay()
    waits = [backoff.next_delay() for _ in range(50)]
    assert all(0.5 <= wait <= 30.0 for wait in waits)
    assert len(set(waits)) > 40
