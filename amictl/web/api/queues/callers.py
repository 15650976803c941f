"""Routes about callers who wait."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from amictl.services.access import Actor
from amictl.services.queues.places import DialplanPlace
from amictl.services.requests import MAX_INT, Fields, Long, PbxName, QueueName, Short, Text
from amictl.services.schemas import Performed
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Data, Routes

routes = Routes("queue_callers", "/api/ami/queue/caller", tag="queues")


class _CallerBody(Fields):
    """A waiting caller."""

    channel: Annotated[Text, Field(description="The name or unique ID of a waiting caller's channel")]
    queue: Annotated[QueueName | None, Field(description="Where the caller waits")] = None
    pbx: PbxName | None = None


class CallerPriorityBody(_CallerBody):
    """Another priority for a waiting caller."""

    priority: Annotated[StrictInt, Field(ge=-MAX_INT, le=MAX_INT, description="Higher ones are served first")]
    immediate: Annotated[
        StrictBool, Field(description="Whether to change position now; PBXs before 18.20 never do")
    ] = True


class CallerWithdrawBody(_CallerBody):
    """A waiting caller to send back to the dialplan."""

    info: Annotated[Long | None, Field(description="What the dialplan finds in QUEUE_WITHDRAW_INFO")] = None


class CallerMoveBody(_CallerBody):
    """A waiting caller to move to another queue."""

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

    @model_validator(mode="after")
    def check_place(self) -> Self:
        """Check that a place in the dialplan is given whole, or not at all."""
        if (self.exten is None) != (self.context is None):
            raise PydanticCustomError("place", "Give exten and context together")
        if self.priority is not None and self.exten is None:
            raise PydanticCustomError("place", "The field priority belongs to exten and context")
        return self


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


@routes.post(
    "/priority/",
    Permission.QUEUES_MANAGE,
    data=CallerPriority,
    example={"channel": "PJSIP/104-0000001a", "priority": 5},
)
def set_priority(services: UseCases, actor: Actor, body: CallerPriorityBody) -> Data:
    """Give a waiting caller another priority."""
    return services.queue_callers.set_priority(
        actor, body.channel, body.priority, queue=body.queue, immediate=body.immediate, pbx_name=body.pbx
    )


@routes.post(
    "/withdraw/",
    Permission.QUEUES_MANAGE,
    data=CallerWithdrawn,
    example={"channel": "PJSIP/104-0000001a", "info": "callback"},
)
def withdraw_caller(services: UseCases, actor: Actor, body: CallerWithdrawBody) -> Data:
    """Send a waiting caller back to the dialplan.

    The dialplan goes on after its Queue. The PBX does it when it next looks at the caller, maybe after a
    member has been rung in vain.
    """
    return services.queue_callers.withdraw(
        actor, body.channel, queue=body.queue, info=body.info, pbx_name=body.pbx
    )


@routes.post(
    "/move/",
    Permission.QUEUES_MANAGE,
    data=CallerMoved,
    example={"channel": "PJSIP/104-0000001a", "to_queue": "sales"},
)
def move_caller(services: UseCases, actor: Actor, body: CallerMoveBody) -> Data:
    """Move a waiting caller to another queue.

    Asterisk has no action for it: the caller is redirected to a place in the dialplan that runs Queue for the
    other queue. It is looked for where exten and context are left out; when there is none, that is a
    conflict. The caller keeps the priority; the first queue counts it abandoned.
    """
    place = None
    if body.exten is not None and body.context is not None:
        place = DialplanPlace(body.context, body.exten, body.priority or 1)
    return services.queue_callers.move(
        actor, body.channel, body.to_queue, queue=body.queue, place=place, pbx_name=body.pbx
    )
