"""Calls as they were before they ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from amictl.pbx.changes import Change
from amictl.pbx.topics.calls.value import Call

# Legs end in any order; a bridge may tell of a merging sooner or later than an event tells why.
UNTOLD = ("leg_ended", "merged")
# Events of parking go their own way to AMI, and come a moment early or late (Asterisk res/parking).
ANY_TIME = ("parked", "unparked")
# Events of conferences reach AMI by a thread of their own (Asterisk apps/confbridge/confbridge_manager.c), so
# that the one of the leaving may come after the Hangup that ends the call.
LATE = ("conference_left",)


@dataclass
class EndedCalls:
    """Follows changes of calls.

    Attributes:
        live: The calls that are there, by linked ID.
        ended: Each call that is gone, as it was last, in the order of their ends.
        states: Every state that a call had, in order, by linked ID.
    """

    live: dict[str, Call] = field(default_factory=dict)
    ended: list[Call] = field(default_factory=list)
    states: dict[str, list[str]] = field(default_factory=dict)

    def take(self, changes: Iterable[Change]) -> None:
        """Take changes of any topic."""
        for change in changes:
            if change.topic != "calls":
                continue
            if not isinstance(change.value, Call):
                self.ended.append(self.live.pop(change.key))
                continue
            self.live[change.key] = change.value
            states = self.states.setdefault(change.key, [])
            if states[-1:] != [change.value.state.value]:
                states.append(change.value.state.value)

    def first(self) -> Call:
        """The call that began first; all must be over."""
        assert not self.live
        return min(self.ended, key=lambda call: call.started_at)


def steps_of(call: Call) -> tuple[str, ...]:
    """The kinds of a call's steps, but for those of which nobody knows when they come."""
    return tuple(step.kind for step in call.journey if step.kind not in UNTOLD)


def assert_steps(call: Call, expected: tuple[str, ...]) -> None:
    """Fail when a call went another way; steps that may come at any time only have to be there."""
    told = steps_of(call)
    if expected[-1] in LATE and told == expected[:-1]:
        return
    assert sorted(told) == sorted(expected), call.journey
    assert [kind for kind in told if kind not in ANY_TIME] == [
        kind for kind in expected if kind not in ANY_TIME
    ]
