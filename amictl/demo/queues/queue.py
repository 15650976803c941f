"""One queue: its callers in order, its members and its counters, without the world around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amictl.demo.queues.counters import Counters
from amictl.demo.queues.members import (
    IN_USE,
    INVALID,
    RINGING,
    UNAVAILABLE,
    Member,
    MemberTable,
)
from amictl.demo.queues.rules import Penalties, PenaltyRule
from amictl.demo.queues.settings import Empty, QueueSettings, Strategy

if TYPE_CHECKING:
    from amictl.demo.channels import Channel

_UNKNOWN = 0
_EMPTY_BY_STATUS = {
    _UNKNOWN: Empty.UNKNOWN,
    IN_USE: Empty.IN_USE,
    INVALID: Empty.INVALID,
    UNAVAILABLE: Empty.UNAVAILABLE,
    RINGING: Empty.RINGING,
}


@dataclass(slots=True, eq=False)
class Entry:
    """A caller in a queue; times are Unix seconds in whole numbers, as app_queue counts them.

    Attributes:
        expires: When the caller leaves at the latest; 0 for never.
        position: From 1; kept by the queue.
        original_position: Where the caller joined.
        is_pending: Members are being called for it.
        is_withdrawn: It shall leave the queue at its next step.
        withdraw_info: What who wanted that said of it; may be empty.
        digits: What the caller has pressed of an extension in the queue's exit context.
        rules: The penalty rules that are still to come.
        linear_position: Whose turn it is with the linear strategy; each caller counts for itself.
        linear_wrapped: There is a member behind that one.
    """

    channel: Channel
    started: int
    expires: int = 0
    priority: int = 0
    penalties: Penalties = field(default_factory=Penalties)
    position: int = 0
    original_position: int = 0
    is_pending: bool = False
    is_withdrawn: bool = False
    withdraw_info: str | None = None
    music_class: str = ""
    digits: str = ""
    rules: Sequence[PenaltyRule] = ()
    linear_position: int = 0
    linear_wrapped: bool = False


class CallQueue:
    """A queue of app_queue.

    Args:
        settings: From queues.conf; a reload puts others in their place.

    Attributes:
        entries: The callers, the first in line first.
        round_position: Whose turn it is with the round-robin strategies.
        round_wrapped: There is a member behind that one.
        is_dead: It is gone from the configuration, and goes with its last caller.
    """

    def __init__(self, settings: QueueSettings) -> None:
        self.settings = settings
        self.members = MemberTable(keeps_order=settings.strategy.keeps_order)
        self.entries: list[Entry] = []
        self.counters = Counters()
        self.round_position = 0
        self.round_wrapped = False
        self.is_dead = False

    @property
    def name(self) -> str:
        """The queue's name, as the configuration spells it."""
        return self.settings.name

    def wrap_up_time(self, member: Member) -> int:
        """Return how long a member rests after a call, in seconds."""
        return member.wrap_up_time or self.settings.wrap_up_time

    def join(self, entry: Entry, wanted_position: int = 0) -> None:
        """Put a caller behind those of the same or a higher priority, or at the place that was asked for."""
        for place, other in enumerate(self.entries):
            if entry.priority > other.priority:
                break
            if wanted_position and entry.priority >= other.priority and wanted_position <= place + 1:
                break
        else:
            place = len(self.entries)
        self._insert(place, entry)

    def leave(self, entry: Entry) -> bool:
        """Take a caller out; False where it has left already. Its own position stays as it was."""
        if entry not in self.entries:
            return False
        self.entries.remove(entry)
        self._number()
        return True

    def change_priority(self, entry: Entry, priority: int, *, at_once: bool) -> None:
        """Give a caller another priority, and the place that goes with it if it is to move at once."""
        entry.priority = priority
        if at_once:
            self.entries.remove(entry)
            places = (place for place, other in enumerate(self.entries) if priority > other.priority)
            self._insert(next(places, len(self.entries)), entry)

    def _insert(self, place: int, entry: Entry) -> None:
        self.entries.insert(place, entry)
        self._number()
        entry.original_position = entry.position

    def _number(self) -> None:
        for position, entry in enumerate(self.entries, start=1):
            entry.position = position

    def is_available(self, member: Member, now: float) -> bool:
        """Tell whether a member could take a call now (Asterisk ``is_member_available``)."""
        if not member.is_reachable or member.paused or not (member.is_free or member.ring_in_use):
            return False
        wrap_up_time = self.wrap_up_time(member)
        return not (member.last_call and wrap_up_time and int(now) - wrap_up_time < member.last_call)

    def available_members(self, now: float) -> int:
        """Return for how many callers there are members now; one is enough where only the first is served."""
        is_one_enough = not self.settings.autofill or self.settings.strategy is Strategy.RING_ALL
        count = 0
        for member in self.members:
            count += self.is_available(member, now)
            if count and is_one_enough:
                break
        return count

    def is_turn_of(self, entry: Entry, now: float) -> bool:
        """Tell whether it is a caller's turn to have members called (Asterisk ``is_our_turn``)."""
        if not self.settings.autofill and entry.position != 1:
            return False
        available = self.available_members(now)
        if not available:
            return False
        before = 0
        for other in self.entries:
            if other is entry:
                return True
            before += not other.is_pending
            if before >= available:
                return False
        return False

    def is_empty_for(self, penalties: Penalties, conditions: Empty, now: float) -> bool:
        """Tell whether no member counts for a caller (Asterisk ``get_member_status``)."""
        return not any(self._counts(member, penalties, conditions, now) for member in self.members)

    def _counts(self, member: Member, penalties: Penalties, conditions: Empty, now: float) -> bool:
        if Empty.PENALTY in conditions and penalties.judge(member.penalty) is None:
            return False
        if _EMPTY_BY_STATUS.get(member.status, Empty.NOTHING) & conditions:
            return False
        if member.paused and Empty.PAUSED in conditions:
            return False
        wrap_up_time = self.wrap_up_time(member)
        is_wrapping_up = member.last_call and wrap_up_time and int(now) - wrap_up_time < member.last_call
        return not (is_wrapping_up and Empty.WRAP_UP in conditions)

    def reset(self) -> None:
        """Set all counters to zero, those of the members too; who talks now counts as not in a call."""
        self.counters = Counters()
        for member in self.members:
            member.calls = member.last_call = member.started = 0
            member.is_within_level = False

    def waiting(self) -> Iterator[Entry]:
        """Return the callers for whom nobody is being called, the first in line first."""
        return (entry for entry in self.entries if not entry.is_pending)
