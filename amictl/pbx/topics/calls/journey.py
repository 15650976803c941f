"""The steps of a call's journey: how they are kept within a bound, folded and joined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.calls.value import JourneyStep

MOST_STEPS: Final = 50

Journey = tuple[JourneyStep, ...]

# What a queue that calls many members does again and again; it must not push out how the call came there.
_MINOR_KINDS: Final = frozenset({"member_rang", "ring_no_answer", "dialed", "no_answer", "leg_ended"})


def extend(journey: Journey, step: JourneyStep) -> Journey:
    """Return a journey with one more step; the oldest minor step gives way where there are too many."""
    return _bound((*journey, step))


def retell(journey: Journey, kind: str, name: str, value: str, **facts: str) -> Journey | None:
    """Return a journey whose last step of a kind with a fact has other facts.

    Args:
        journey: The steps.
        kind: The kind of the step.
        name: The fact's name.
        value: The fact's value.
        facts: What is told instead.

    Returns:
        None when there is no such step.
    """
    place = _find(journey, kind, name, value)
    if place is None:
        return None
    return (*journey[:place], replace(journey[place], **facts), *journey[place + 1 :])


def drop(journey: Journey, kind: str, name: str, value: str) -> Journey:
    """Return a journey without its last step of a kind with a fact; arguments as for `retell`."""
    place = _find(journey, kind, name, value)
    return journey if place is None else (*journey[:place], *journey[place + 1 :])


def join(one: Journey, other: Iterable[JourneyStep]) -> Journey:
    """Return the steps of two journeys in the order of their times, each once."""
    together = {**dict.fromkeys(one), **dict.fromkeys(other)}
    return _bound(tuple(sorted(together, key=lambda step: step.at)))


def _find(journey: Journey, kind: str, name: str, value: str) -> int | None:
    """Return the place of the last step of a kind with a fact, or None."""
    for place in range(len(journey) - 1, -1, -1):
        if journey[place].kind == kind and getattr(journey[place], name) == value:
            return place
    return None


def _bound(journey: Journey) -> Journey:
    while len(journey) > MOST_STEPS:
        minor = (place for place, step in enumerate(journey) if step.kind in _MINOR_KINDS)
        place = next(minor, 0)
        journey = (*journey[:place], *journey[place + 1 :])
    return journey
