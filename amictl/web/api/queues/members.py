"""Routes that change who answers a queue's calls."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from amictl.services.access import Actor
from amictl.services.requests import MAX_INT, Fields, Interface, PbxName, QueueName, Short
from amictl.services.schemas import Performed
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Data, Routes

_ALL_OR_ONE = "Without a queue, in all queues of the member. Queue and member must exist."

routes = Routes("queue_members", "/api/ami/queue", tag="queues")

Penalty = Annotated[
    StrictInt, Field(ge=0, le=MAX_INT, description="Members with higher ones are called later")
]


class _MemberBody(Fields):
    """A member, in one queue or in all of its queues."""

    queue: Annotated[QueueName | None, Field(description="All of the member's when left out")] = None
    interface: Interface
    pbx: PbxName | None = None


class QueuePauseBody(_MemberBody):
    """A queue member to pause or unpause."""

    paused: StrictBool
    reason: Annotated[Short | None, Field(description="Why, for the reports")] = None


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
        Annotated[StrictInt, Field(ge=0, le=MAX_INT, description="Seconds of rest after a call")] | None
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


class QueuePenaltyBody(_MemberBody):
    """How late a member is called."""

    penalty: Penalty


class QueueRingInUseBody(_MemberBody):
    """Whether a member is called while it talks."""

    ring_in_use: StrictBool


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


@routes.post(
    "/add/",
    Permission.QUEUES_MANAGE,
    data=MemberAdded,
    example={"queue": "support", "interface": "PJSIP/102", "member_name": "Carol", "penalty": 1},
)
def add_member(services: UseCases, actor: Actor, body: QueueAddBody) -> Data:
    """Add a member to a queue.

    Somebody who is a member already is a conflict.
    """
    return services.queues.add_member(
        actor,
        body.queue,
        body.interface,
        member_name=body.member_name,
        penalty=body.penalty,
        paused=body.paused,
        reason=body.reason,
        state_interface=body.state_interface,
        wrapup_time=body.wrapup_time,
        pbx_name=body.pbx,
    )


@routes.post(
    "/remove/",
    Permission.QUEUES_MANAGE,
    data=MemberRemoved,
    example={"queue": "support", "interface": "PJSIP/102"},
)
def remove_member(services: UseCases, actor: Actor, body: QueueRemoveBody) -> Data:
    """Take a member out of a queue.

    One that stands in the PBX's configuration is a conflict: pause it instead.
    """
    return services.queues.remove_member(actor, body.queue, body.interface, body.pbx)


@routes.post(
    "/pause/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    data=MemberPaused,
    example={"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"},
)
def pause_member(services: UseCases, actor: Actor, body: QueuePauseBody) -> Data:
    """Pause or unpause a member."""
    return services.queues.pause_member(
        actor, body.interface, paused=body.paused, queue=body.queue, reason=body.reason, pbx_name=body.pbx
    )


@routes.post(
    "/penalty/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    data=MemberPenalty,
    example={"queue": "support", "interface": "PJSIP/100", "penalty": 3},
)
def set_penalty(services: UseCases, actor: Actor, body: QueuePenaltyBody) -> Data:
    """Set how late a member is called."""
    return services.queues.set_penalty(
        actor, body.interface, body.penalty, queue=body.queue, pbx_name=body.pbx
    )


@routes.post(
    "/ringinuse/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    data=MemberRingInUse,
    example={"queue": "support", "interface": "PJSIP/100", "ring_in_use": False},
)
def set_ring_in_use(services: UseCases, actor: Actor, body: QueueRingInUseBody) -> Data:
    """Set whether a member is called while it talks."""
    return services.queues.set_ring_in_use(
        actor, body.interface, ring_in_use=body.ring_in_use, queue=body.queue, pbx_name=body.pbx
    )
