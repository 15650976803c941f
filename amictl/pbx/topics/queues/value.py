"""Queues with their callers and members."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, NamedTuple

from msgspec.structs import astuple

from amictl.pbx.ami_values import DEVICE_STATES, read_device_state, read_flag, read_seconds
from amictl.pbx.topics.queues.days.value import QueueDay
from amictl.pbx.value import About, Time, Value, shown

LONGEST_REST: Final = 1800.0
"""Seconds after a call for which a member may rest whose queue's time nobody knows."""


class Rest(NamedTuple):
    """A member's rest after a call.

    Args:
        until: Its end, in seconds since 1970.
        known: Whether Asterisk rings the member no sooner; otherwise it may ring at any time until then.
    """

    until: float
    known: bool


class QueueCaller(Value, frozen=True):
    """Somebody who waits in a queue."""

    position: Annotated[int, About("1 is next")]
    channel: Annotated[str, About("Name of the caller's channel")]
    unique_id: Annotated[str, About("That channel's unique ID")]
    caller_id_num: Annotated[str | None, About("The caller's number")]
    caller_id_name: Annotated[str | None, About("The caller's name")]
    joined_at: Annotated[Time, About("When the caller joined")]
    priority: Annotated[int | None, About("Priority in the queue; null where no event told it")]


class Membership(NamedTuple):
    """Who is a member where: what tells the members of all queues apart.

    Args:
        queue: The queue.
        interface: What it dials.
    """

    queue: str
    interface: str


class MemberCall(Value, frozen=True):
    """Whom a member talks to, after answering a call of the queue."""

    number: Annotated[str | None, About("The caller's number")]
    name: Annotated[str | None, About("The caller's name")]
    unique_id: Annotated[str, About("Of the caller's channel")]
    linked_id: Annotated[str | None, About("The whole call's")]
    since: Annotated[Time | None, About("When the member answered; null when nobody saw it")]


class QueueMember(Value, frozen=True):
    """A member of a queue: somebody who answers its calls."""

    interface: Annotated[str, About("What is dialled, such as PJSIP/100; the key within the queue")]
    name: Annotated[str | None, About("Name for people")]
    state_interface: Annotated[str | None, About("The device whose state counts", "StateInterface")]
    membership: Annotated[str | None, About("static, dynamic or realtime", "Membership")]
    penalty: Annotated[int | None, About("Lower is called first", "Penalty")]
    status: Annotated[
        str | None, About("The device state of the member", "Status", read_device_state, words=DEVICE_STATES)
    ]
    in_call: Annotated[
        bool | None, About("Whether the member is in a call of this queue", "InCall", read_flag)
    ]
    paused: Annotated[bool | None, About("Whether the member takes no calls", "Paused", read_flag)]
    paused_reason: Annotated[str | None, About("Why", "PausedReason")]
    paused_at: Annotated[Time | None, About("Since when; only while it is paused", "LastPause")]
    calls_taken: Annotated[int | None, About("Calls of this queue that the member finished", "CallsTaken")]
    last_call_at: Annotated[Time | None, About("When the last of them ended", "LastCall")]
    logged_in_at: Annotated[Time | None, About("When the member joined", "LoginTime")]
    ring_in_use: Annotated[
        bool | None,
        About(
            "Whether the member is called while in use; null until an event told it", "Ringinuse", read_flag
        ),
    ]
    wrapup_time: Annotated[
        int | None,
        About(
            "Seconds of rest after a call, of its own; 0 leaves it to the queue", "Wrapuptime", read_seconds
        ),
    ]
    status_since: Annotated[
        Time | None, About("When the device state was seen to change last; null while no change was seen")
    ] = None
    in_call_with: Annotated[
        MemberCall | None, About("Whom the member talks to, until the call ends or is transferred")
    ] = None
    # Whoever is behind the member's Local channel handed the call over.
    handed_over: Annotated[
        bool,
        About("Whether the caller of the call in which app_queue sees it talks to others", shown=False),
    ] = False


class ShownMember(QueueMember, frozen=True):
    """A member of a queue, with the rest that follows from the queue."""

    schema_name: ClassVar[str] = "QueueMember"

    wrapup_until: Annotated[Time | None, About("End of the rest after the last call; may be over")] = None
    after_call_until: Annotated[
        Time | None, About("Until when it may rest, where nobody knows the queue's wrap-up time")
    ] = None


class Queue(Value, frozen=True):
    """A queue with its callers and members."""

    queue: Annotated[str, About("Its name; the key")]
    strategy: Annotated[str | None, About("How members are chosen")]
    max: Annotated[int | None, About("Callers that may wait; 0 is without limit")]
    weight: Annotated[int | None, About("Priority against other queues with the same members")]
    callers: Annotated[tuple[QueueCaller, ...], About("Who waits, in order")]
    members: tuple[QueueMember, ...]
    completed: Annotated[int | None, About("Calls finished since Asterisk's counters were reset")]
    abandoned: Annotated[int | None, About("Callers who left unanswered since then")]
    hold_time: Annotated[int | None, About("Moving average of seconds waited")]
    talk_time: Annotated[int | None, About("Moving average of seconds talked")]
    service_level: Annotated[int | None, About("Seconds within which a call should be answered")]
    service_level_perf: Annotated[float | None, About("Percent of calls answered within service_level")]
    today: Annotated[QueueDay | None, About("What happened today; it outlives every restart")] = None
    wrapup_time: Annotated[
        int | None,
        About(
            "Seconds of rest after a call for members without a time of their own; null where no"
            " configuration tells"
        ),
    ] = None
    rest_at_most: Annotated[
        float | None,
        About(
            "Seconds after a call at which Asterisk rang a member again; None where it did not", shown=False
        ),
    ] = None

    @property
    @shown()
    def longest_wait_since(
        self,
    ) -> Annotated[Time | None, About("When the longest waiting caller joined; null while nobody waits")]:
        """When the one joined who waits for the longest time; None while nobody waits."""
        return min((caller.joined_at for caller in self.callers), default=None)

    @shown("members")
    def show_members(
        self,
    ) -> Annotated[tuple[ShownMember, ...], About("Who answers, in the order in which they became known")]:
        """Return the members with their rests."""
        return tuple(map(self._show_member, self.members))

    def find_rest(self, member: QueueMember) -> Rest | None:
        """Return a member's rest after its latest call, which may be over; None where it has none.

        See `amictl.pbx.topics.queues.rests`.
        """
        if member.last_call_at is None:
            return None
        seconds = member.wrapup_time or self.wrapup_time
        if seconds is None:
            most = LONGEST_REST if self.rest_at_most is None else self.rest_at_most
            return Rest(member.last_call_at + most, known=False)
        return Rest(member.last_call_at + seconds, known=True) if seconds else None

    def _show_member(self, member: QueueMember) -> ShownMember:
        rest = self.find_rest(member)
        if rest is None:
            return ShownMember(*astuple(member))
        ends = (rest.until, None) if rest.known else (None, rest.until)
        return ShownMember(*astuple(member), *ends)
