"""What the routes of queues take and give."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from amictl.pbx.topics.queues.value import Queue
from amictl.services.requests import Fields, Long, PbxName, PbxQuery, ReadQuery, Short, Text
from amictl.services.schemas import Answer, Item, LiveAnswer, PbxAnswer, Performed, RawMessage, Shown

_MAX = 2**31 - 1  # Asterisk reads numbers into a C int

QueueName = Annotated[Short, Field(description="A queue's name")]
Interface = Annotated[Short, Field(description="A member's interface, such as PJSIP/100")]
CallerChannel = Annotated[Text, Field(description="The name or unique ID of a waiting caller's channel")]
Penalty = Annotated[StrictInt, Field(ge=0, le=_MAX, description="Members with higher ones are called later")]


class QueuePauseBody(Fields):
    """A queue member to pause or unpause."""

    queue: Annotated[QueueName | None, Field(description="All of the member's when left out")] = None
    interface: Interface
    paused: StrictBool
    reason: Annotated[Short | None, Field(description="Why, for the reports")] = None
    pbx: PbxName | None = None


class QueueAddBody(Fields):
    """A member to add to a queue."""

    queue: QueueName
    interface: Interface
    member_name: Annotated[Short | None, Field(description="A name for people")] = None
    penalty: Penalty | None = None
    paused: Annotated[StrictBool | None, Field(description="Whether it begins paused")] = None
    reason: Annotated[Short | None, Field(description="Why it begins paused")] = None
    state_interface: Annotated[
        Short | None, Field(description="The device whose state counts; the interface when left out")
    ] = None
    wrapup_time: (
        Annotated[StrictInt, Field(ge=0, le=_MAX, description="Seconds of rest after a call")] | None
    ) = None
    pbx: PbxName | None = None

    @model_validator(mode="after")
    def check_reason(self) -> Self:
        """Check that a reason is one for a pause."""
        if self.reason is not None and not self.paused:
            raise PydanticCustomError("reason", "The field reason belongs to paused: true")
        return self


class QueueRemoveBody(Fields):
    """A member to take out of a queue."""

    queue: QueueName
    interface: Interface
    pbx: PbxName | None = None


class QueuePenaltyBody(Fields):
    """How late a member is called."""

    queue: Annotated[QueueName | None, Field(description="All of the member's when left out")] = None
    interface: Interface
    penalty: Penalty
    pbx: PbxName | None = None


class QueueRingInUseBody(Fields):
    """Whether a member is called while it talks."""

    queue: Annotated[QueueName | None, Field(description="All of the member's when left out")] = None
    interface: Interface
    ring_in_use: StrictBool
    pbx: PbxName | None = None


class QueueReloadBody(Fields):
    """What of the queues' configuration to read again; all of it when no part is asked for."""

    queue: Annotated[QueueName | None, Field(description="All queues when left out")] = None
    members: StrictBool | None = None
    rules: Annotated[StrictBool | None, Field(description="The penalty rules, which all queues share")] = None
    parameters: Annotated[StrictBool | None, Field(description="Everything else")] = None
    pbx: PbxName | None = None


class QueueResetBody(Fields):
    """A queue whose counters are set to zero."""

    queue: Annotated[QueueName | None, Field(description="All queues when left out")] = None
    pbx: PbxName | None = None


class QueueLogBody(Fields):
    """An entry for the queue log."""

    queue: QueueName
    event: Annotated[Short, Field(description="Its kind, such as NOTE")]
    unique_id: Annotated[Short | None, Field(description="A channel's unique ID")] = None
    interface: Interface | None = None
    message: Annotated[Long | None, Field(description="Further columns, with | between")] = None
    pbx: PbxName | None = None


class CallerPriorityBody(Fields):
    """Another priority for a waiting caller."""

    channel: CallerChannel
    priority: Annotated[StrictInt, Field(ge=-_MAX, le=_MAX, description="Higher ones are served first")]
    queue: Annotated[QueueName | None, Field(description="Where the caller waits")] = None
    immediate: Annotated[
        StrictBool, Field(description="Whether to change position now; PBXs before 18.20 never do")
    ] = True
    pbx: PbxName | None = None


class CallerWithdrawBody(Fields):
    """A waiting caller to send back to the dialplan."""

    channel: CallerChannel
    queue: Annotated[QueueName | None, Field(description="Where the caller waits")] = None
    info: Annotated[Long | None, Field(description="What the dialplan finds in QUEUE_WITHDRAW_INFO")] = None
    pbx: PbxName | None = None


class CallerMoveBody(Fields):
    """A waiting caller to move to another queue."""

    channel: CallerChannel
    to_queue: Annotated[Short, Field(description="The queue where the caller shall wait")]
    queue: Annotated[QueueName | None, Field(description="Where the caller waits now")] = None
    exten: Annotated[
        Short | None,
        Field(description="An extension that leads to the other queue; one is looked for when left out"),
    ] = None
    context: Annotated[Short | None, Field(description="That extension's context")] = None
    priority: (
        Annotated[StrictInt, Field(ge=1, le=99999, description="Where to begin there; 1 when left out")]
        | None
    ) = None
    pbx: PbxName | None = None

    @model_validator(mode="after")
    def check_place(self) -> Self:
        """Check that a place in the dialplan is given whole, or not at all."""
        if (self.exten is None) != (self.context is None):
            raise PydanticCustomError("place", "Give exten and context together")
        if self.priority is not None and self.exten is None:
            raise PydanticCustomError("place", "The field priority belongs to exten and context")
        return self


class QueueStatusQuery(PbxQuery):
    """A read of all queues, or of one by name."""

    queue: Annotated[Text | None, Field(description="One queue; all when left out")] = None


class QueueSummaryQuery(ReadQuery):
    """A read of the numbers of all queues, or of one."""

    queue: Annotated[QueueName | None, Field(description="One queue; all when left out")] = None


class QueueRulesQuery(ReadQuery):
    """A read of all penalty rules, or of one."""

    rule: Annotated[Short | None, Field(description="One rule; all when left out")] = None


class Queues(LiveAnswer):
    """Queues with their callers and members."""

    queues: list[Shown[Queue]]


class QueueSummary(Item):
    """The numbers of a queue; times are seconds."""

    queue: str
    logged_in: Annotated[int | None, Field(description="Members that are there")]
    available: Annotated[int | None, Field(description="Members that could take a call")]
    callers: int | None
    hold_time: int | None
    talk_time: int | None
    longest_hold_time: int | None


class QueueSummaries(PbxAnswer):
    """The numbers of queues."""

    queues: list[QueueSummary]


class PenaltyStep(Answer):
    """What a caller's penalties become after some waiting; a relative one changes the one before."""

    after: Annotated[int | None, Field(description="Seconds of waiting")]
    max_penalty: int | None
    max_penalty_relative: bool | None
    min_penalty: int | None
    min_penalty_relative: bool | None
    raise_penalty: int | None
    raise_penalty_relative: bool | None


class PenaltyRule(Answer):
    """A penalty rule."""

    rule: str
    steps: list[PenaltyStep]


class PenaltyRules(PbxAnswer):
    """Penalty rules."""

    rules: list[PenaltyRule]
    raw: RawMessage | None = None


class MemberPaused(Performed):
    """A member that was paused or unpaused."""

    queue: str | None
    interface: str
    paused: bool
    reason: str | None


class MemberAdded(Performed):
    """A member that was added."""

    queue: str
    interface: str
    member_name: str | None
    penalty: int
    paused: bool
    reason: str | None


class MemberRemoved(Performed):
    """A member that was taken out."""

    queue: str
    interface: str


class MemberPenalty(Performed):
    """A member with its new penalty."""

    queue: str | None
    interface: str
    penalty: int


class MemberRingInUse(Performed):
    """A member that is called while it talks, or not."""

    queue: str | None
    interface: str
    ring_in_use: bool


class QueueChanged(Performed):
    """A queue, or all, that were reloaded or reset."""

    queue: str | None
    refreshed: Annotated[bool, Field(description="Whether the live picture has the queues as they are now")]


class QueueLogged(Performed):
    """An entry in the queue log."""

    queue: str
    event: str


class CallerChanged(Performed):
    """A waiting caller."""

    queue: str
    channel: str
    unique_id: str


class CallerPriority(CallerChanged):
    """A waiting caller with a new priority."""

    priority: int
    position: Annotated[int | None, Field(description="Where the caller waits now")]


class CallerWithdrawn(CallerChanged):
    """A caller whom the PBX sends back to the dialplan."""

    info: str | None


class CallerMoved(CallerChanged):
    """A caller on the way to another queue."""

    to_queue: str
    exten: str
    context: str
    priority: int
    joined: Annotated[bool, Field(description="Whether the caller was seen to wait there within 3 seconds")]
    position: Annotated[int | None, Field(description="Where the caller waits there")]
