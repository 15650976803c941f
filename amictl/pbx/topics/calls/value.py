"""Calls: channels grouped by linked ID, and what they went through."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, NamedTuple

from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import About, Time, Value, shown


class CallState(StrEnum):
    """Where a call stands."""

    RINGING = "ringing"
    IVR = "ivr"
    QUEUED = "queued"
    TALKING = "talking"
    HELD = "held"
    PARKED = "parked"
    CONFERENCE = "conference"


class JourneyStep(Value, frozen=True, omit_defaults=True):
    """One thing that happened to a call; which fields there are depends on the kind."""

    at: Annotated[Time, About("When")]
    kind: Annotated[str, About("What happened, such as queue_entered; docs/fields.md lists them")]
    channel: Annotated[str | None, About("The channel that it happened to")] = None
    queue: Annotated[str | None, About("The queue")] = None
    member: Annotated[str | None, About("A queue member's interface")] = None
    position: Annotated[int | None, About("Place in the queue")] = None
    seconds: Annotated[float | None, About("How long it rang")] = None
    waited: Annotated[int | None, About("Seconds in the queue")] = None
    reason: Annotated[
        str | None,
        About(
            "Why a queue was left: answered, abandoned or other; why a member did not answer: busy or"
            " congestion, where its channel said so"
        ),
    ] = None
    by: Annotated[str | None, About("Who did it: a channel's or member's name")] = None
    how: Annotated[
        str | None,
        About(
            "Of a transfer blind or attended; out of parking retrieved, timed_out or gave_up; of a channel"
            " that ended hung_up (by its own party) or ordered (by a command of the console)"
        ),
    ] = None
    to: Annotated[str | None, About("Where a transfer went")] = None
    lot: Annotated[str | None, About("The parking lot")] = None
    space: Annotated[str | None, About("The space in it")] = None
    conference: Annotated[str | None, About("The conference")] = None
    cause: Annotated[str | None, About("Asterisk's words")] = None
    linked_id: Annotated[str | None, About("Of the other call that became one with this")] = None
    number: Annotated[str | None, About("The number of the channel's party")] = None
    name: Annotated[str | None, About("That party's name, or the member's")] = None


class StepKind(NamedTuple):
    """A kind of step.

    Args:
        text: What happened.
        facts: Which fields it has, as far as they are known.
    """

    text: str
    facts: tuple[str, ...] = ()


STEP_KINDS: Final[Mapping[str, StepKind]] = {
    "started": StepKind("The call began", ("channel",)),
    "joined_late": StepKind("It was there before amictl looked; what came before is not known"),
    "events_missed": StepKind("The link was lost meanwhile"),
    "merged": StepKind(
        "Another call became one with this, or a channel of this took the place of its waiting one;"
        " its journey is told with this",
        ("linked_id",),
    ),
    "dialed": StepKind("A channel was called", ("channel",)),
    "busy": StepKind("It was busy", ("channel",)),
    "no_answer": StepKind("It did not answer", ("channel",)),
    "congestion": StepKind("It declined, or could not be reached at the time", ("channel",)),
    "unavailable": StepKind("It could not be reached", ("channel",)),
    "answered": StepKind(
        "A channel answered; of a queue its member, by name, whose channel is told, too",
        ("by", "queue", "member", "channel", "waited"),
    ),
    "leg_ended": StepKind(
        "A channel ended; how is told of one that was not ended because others were",
        ("channel", "number", "name", "cause", "how"),
    ),
    "queue_entered": StepKind("The caller joined a queue", ("queue", "position")),
    "member_rang": StepKind(
        "A member of the queue was called, on a channel", ("queue", "member", "name", "channel")
    ),
    "ring_no_answer": StepKind(
        "That member did not answer", ("queue", "member", "name", "channel", "seconds", "reason")
    ),
    # app_queue tells it also where a time limit or a redirect ended the waiting.
    "abandoned": StepKind("The queue counts the caller as lost", ("queue", "waited")),
    "queue_left": StepKind("The caller left the queue", ("queue", "reason")),
    "held": StepKind("A channel put the other on hold", ("by",)),
    "resumed": StepKind("It took the other back", ("by",)),
    "transferred": StepKind(
        "It went to an extension or number; of a second leg that waited in a queue, to that extension",
        ("how", "by", "to"),
    ),
    "parked": StepKind("A channel was parked", ("channel", "lot", "space")),
    "unparked": StepKind(
        "It left the parking lot; by is known of one that was retrieved", ("channel", "how", "by")
    ),
    "conference_joined": StepKind("A channel joined a conference", ("conference", "channel")),
    "conference_left": StepKind("It left the conference", ("conference", "channel")),
}
"""The kinds of steps, as seen on Asterisk 22.10 and 16.28."""


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


class CallParty(Value, frozen=True):
    """One end of a call."""

    number: Annotated[str | None, About("The party's number")]
    name: Annotated[str | None, About("The party's name")]
    channel: Annotated[str, About("Its channel's name")]
    unique_id: Annotated[str, About("That channel's unique ID")]


class CallLeg(Value, frozen=True):
    """A channel of a call."""

    unique_id: Annotated[str, About("Asterisk's Uniqueid")]
    channel: Annotated[str, About("Its name, such as PJSIP/100-0000001a")]
    state: Annotated[str | None, About("Asterisk's words: Down, Ring, Ringing, Up, Busy, …")]
    role: Annotated[Literal["caller", "callee", "other"], About("What it is in the call")]
    caller_id_num: Annotated[str | None, About("Number of the party on this channel")]
    caller_id_name: Annotated[str | None, About("That party's name")]
    connected_line_num: Annotated[str | None, About("Number of the party at the other end")]
    connected_line_name: Annotated[str | None, About("That party's name")]
    bridge_id: Annotated[str | None, About("The bridge that the channel is in")]
    application: Annotated[str | None, About("The application that runs")]
    created_at: Annotated[Time, About("When it came to be")]
    answered_at: Annotated[Time | None, About("When it became Up; null when it is not, or not seen")]
    on_hold: Annotated[bool | None, About("Null when it is not known")]
    held_since: Annotated[Time | None, About("Since when its party holds the other")]


class Call(Value, frozen=True):
    """A call: the channels with one linked ID.

    Local channels are folded: they are counted, but are no legs. Where a call has no other channels, as when
    the dialplan talks to itself, the first of them stand for caller and callee.

    Of its channels a call has what they were when it last changed: what it does not show of them may be
    older.
    """

    schema_name: ClassVar[str] = "LiveCall"

    linked_id: Annotated[str, About("Asterisk's Linkedid; the key")]
    state: Annotated[CallState, About("Where it stands")]
    started_at: Annotated[Time, About("When its first channel came to be")]
    answered_at: Annotated[
        Time | None, About("When its first channel was answered; null when none was, or not seen")
    ]
    caller: Channel | None
    callee: Channel | None
    queue: Annotated[str | None, About("The queue that it waits in, or talks through")]
    member: Annotated[
        str | None, About("Interface of the queue member who answered it; null also when not seen")
    ]
    conference: Annotated[str | None, About("The conference that one of its channels is in")]
    parking_lot: Annotated[str | None, About("The lot that one of its channels is parked in")]
    legs: tuple[Channel, ...]
    local_channels: Annotated[int, About("How many Local channels are folded")]
    waiting: Annotated[Times, About("The times in queues", shown=False)]
    talking: Annotated[Times, About("The times in which parties talked, holds included", shown=False)]
    holding: Annotated[Times, About("The times in which a party held the other", shown=False)]
    journey: Annotated[tuple[JourneyStep, ...], About("The last 50 steps, oldest first")]
    ended_at: Annotated[
        Time | None, About("When its last channel ended; null while it lives, as all that a topic has")
    ] = None

    @shown("caller")
    def show_caller(self) -> Annotated[CallParty | None, About("Who began it")]:
        """Return the party that began it."""
        return _show_party(self.caller)

    @shown("callee")
    def show_callee(
        self,
    ) -> Annotated[CallParty | None, About("Null while nobody, or more than one, is rung")]:
        """Return the party that is talked to, or that alone is rung."""
        return _show_party(self.callee)

    @shown("legs")
    def show_legs(
        self,
    ) -> Annotated[tuple[CallLeg, ...], About("Its channels but Local ones, oldest first")]:
        """Return the channels as parts of this call."""
        return tuple(map(self._show_leg, self.legs))

    @shown()
    def wait_started_at(self) -> Annotated[Time | None, About("Since when it waits in a queue")]:
        """Return since when it waits."""
        return self.waiting.since

    @shown()
    def waited_seconds(self) -> Annotated[float, About("How long it waited before", digits=3)]:
        """Return how long it waited before."""
        return self.waiting.seconds

    @shown()
    def talk_started_at(self) -> Annotated[Time | None, About("Since when parties talk, holds included")]:
        """Return since when parties talk."""
        return self.talking.since

    @shown()
    def talked_seconds(self) -> Annotated[float, About("How long they talked before", digits=3)]:
        """Return how long they talked before."""
        return self.talking.seconds

    @shown()
    def held_since(self) -> Annotated[Time | None, About("Since when a party holds another")]:
        """Return since when a party holds another."""
        return self.holding.since

    @shown()
    def held_seconds(self) -> Annotated[float, About("How long they held before", digits=3)]:
        """Return how long they held before."""
        return self.holding.seconds

    @shown()
    def hold_count(self) -> Annotated[int, About("How often a party held another, now included")]:
        """Return how often a party held another."""
        return self.holding.count

    def _show_leg(self, leg: Channel) -> CallLeg:
        role: Literal["caller", "callee", "other"] = "callee" if leg is self.callee else "other"
        return CallLeg(
            leg.unique_id,
            leg.channel,
            leg.state,
            "caller" if leg is self.caller else role,
            leg.caller_id_num,
            leg.caller_id_name,
            leg.connected_line_num,
            leg.connected_line_name,
            leg.bridge_id,
            leg.application,
            leg.created_at,
            leg.answered_at,
            leg.on_hold,
            leg.held_since,
        )


def _show_party(channel: Channel | None) -> CallParty | None:
    if channel is None:
        return None
    return CallParty(channel.caller_id_num, channel.caller_id_name, channel.channel, channel.unique_id)
