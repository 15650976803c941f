"""What the routes that read calls give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amictl.web.schemas.answers import Answer, LiveAnswer, Time


class CallParty(Answer):
    """One end of a call."""

    number: str | None
    name: str | None
    channel: Annotated[str, Field(description="Its channel's name")]
    unique_id: str


class CallLeg(Answer):
    """A channel of a call."""

    unique_id: str
    channel: Annotated[str, Field(description="Its name, such as PJSIP/100-0000001a")]
    state: Annotated[str | None, Field(description="Asterisk's words: Down, Ring, Ringing, Up, Busy, …")]
    role: Literal["caller", "callee", "other"]
    caller_id_num: str | None
    caller_id_name: str | None
    connected_line_num: Annotated[str | None, Field(description="Number of the party at the other end")]
    connected_line_name: str | None
    bridge_id: str | None
    application: str | None
    created_at: Time | None
    answered_at: Time | None
    on_hold: Annotated[bool | None, Field(description="Null when it is not known")]
    held_since: Time | None


class JourneyStep(Answer):
    """One thing that happened to a call; which fields there are depends on the kind."""

    at: Time
    kind: Annotated[str, Field(description="What happened, such as queue_entered; docs/api.md lists them")]
    channel: str | None = None
    queue: str | None = None
    member: Annotated[str | None, Field(description="A queue member's interface")] = None
    position: int | None = None
    seconds: float | None = None
    waited: Annotated[int | None, Field(description="Seconds in the queue")] = None
    reason: Annotated[str | None, Field(description="Why a queue was left")] = None
    by: Annotated[str | None, Field(description="Who did it: a channel's or member's name")] = None
    how: str | None = None
    to: Annotated[str | None, Field(description="Where a transfer went")] = None
    lot: str | None = None
    space: str | None = None
    conference: str | None = None
    cause: Annotated[str | None, Field(description="Asterisk's words")] = None
    linked_id: Annotated[str | None, Field(description="Of the other call that became one with this")] = None


class LiveCall(Answer):
    """A call: the channels with one linked ID."""

    linked_id: str
    state: Literal["ringing", "ivr", "queued", "talking", "held", "parked", "conference"]
    started_at: Time
    answered_at: Annotated[Time | None, Field(description="When its first channel was answered")]
    caller: CallParty | None
    callee: Annotated[CallParty | None, Field(description="Null while nobody, or more than one, is rung")]
    queue: Annotated[str | None, Field(description="The queue that it waits in, or talks through")]
    member: Annotated[str | None, Field(description="Interface of the queue member who answered it")]
    conference: str | None
    parking_lot: str | None
    legs: Annotated[list[CallLeg], Field(description="Its channels but Local ones, oldest first")]
    local_channels: Annotated[int, Field(description="How many Local channels are folded")]
    wait_started_at: Annotated[Time | None, Field(description="Since when it waits in a queue")]
    waited_seconds: Annotated[float, Field(description="How long it waited before")]
    talk_started_at: Annotated[Time | None, Field(description="Since when parties talk, holds included")]
    talked_seconds: Annotated[float, Field(description="How long they talked before")]
    held_since: Annotated[Time | None, Field(description="Since when a party holds another")]
    held_seconds: Annotated[float, Field(description="How long they held before")]
    hold_count: int
    journey: Annotated[list[JourneyStep], Field(description="The last 50 steps, oldest first")]


class Calls(LiveAnswer):
    """The calls of a PBX."""

    calls: list[LiveCall]


class OneCall(LiveAnswer):
    """One call of a PBX."""

    call: LiveCall
