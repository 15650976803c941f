"""Calls: channels grouped by linked ID, and what they went through."""

from __future__ import annotations

from enum import StrEnum

from amictl.pbx.models.channels import Channel
from amictl.pbx.models.value import Value


class CallState(StrEnum):
    """Where a call stands."""

    RINGING = "ringing"
    IVR = "ivr"
    QUEUED = "queued"
    TALKING = "talking"
    HELD = "held"
    PARKED = "parked"
    CONFERENCE = "conference"


class JourneyStep(Value, frozen=True):
    """One thing that happened to a call.

    Args:
        at: When.
        kind: What, such as ``queue_entered``; see `amictl.pbx.call_events`.
        facts: Names and values that belong to the kind.
    """

    at: float
    kind: str
    facts: tuple[tuple[str, str | int | float], ...] = ()

    def get(self, name: str) -> str | int | float | None:
        """Return a fact, or None."""
        return next((value for known, value in self.facts if known == name), None)


class Times(Value, frozen=True):
    """The times in which something lasted.

    Args:
        since: When the present time began; None while it does not last.
        seconds: All earlier times together.
        count: How many times there were, the present one included.
    """

    since: float | None = None
    seconds: float = 0.0
    count: int = 0


class Call(Value, frozen=True):
    """One call: the channels with one linked ID.

    Local channels are folded: they are counted, but are no legs. Where a call has no other channels, as when
    the dialplan talks to itself, the first of them stand for caller and callee.

    Of its channels a call has what they were when it last changed: what it does not show of them may be
    older.

    Args:
        linked_id: Asterisk's Linkedid; the key.
        state: Where it stands.
        started_at: When its first channel came to be.
        answered_at: When its first channel came ``Up``; None when none did, or none since we look.
        caller: The channel that began it.
        callee: The one that is talked to, or that alone is rung; None while there is no such one.
        queue: The queue that it waits in, or talks through.
        member: Interface of the queue member who answered it; None also where that was not seen.
        conference: The conference that one of its channels is in.
        parking_lot: The lot that one of its channels is parked in.
        legs: Its channels but Local ones, oldest first.
        local_channels: How many Local channels are folded.
        waiting: The times in queues.
        talking: The times in which parties talked, holds included.
        holding: The times in which a party held the other.
        journey: What happened to it, oldest first; bounded.
    """

    linked_id: str
    state: CallState
    started_at: float
    answered_at: float | None
    caller: Channel | None
    callee: Channel | None
    queue: str | None
    member: str | None
    conference: str | None
    parking_lot: str | None
    legs: tuple[Channel, ...]
    local_channels: int
    waiting: Times
    talking: Times
    holding: Times
    journey: tuple[JourneyStep, ...]
