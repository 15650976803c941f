"""Routes about queues as a whole."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from amictl.services.access import Actor
from amictl.services.requests import Fields, Interface, Long, PbxName, QueueName, Short
from amictl.services.schemas import Performed
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Data, Routes

routes = Routes("queue_upkeep", "/api/ami/queue", tag="queues")


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


class QueueChanged(Performed):
    """A queue, or all, that were reloaded or reset."""

    queue: str | None
    refreshed: Annotated[bool, Field(description="Whether the live picture has the queues as they are now")]


class QueueLogged(Performed):
    """An entry in the queue log."""

    queue: str
    event: str


@routes.post(
    "/reload/", Permission.QUEUES_MANAGE, data=QueueChanged, example={"queue": "support", "members": True}
)
def reload_queues(services: UseCases, actor: Actor, body: QueueReloadBody) -> Data:
    """Read the configuration of queues again.

    All of it when no part is asked for. The live picture follows before the answer comes.
    """
    return services.queue_upkeep.reload(
        actor,
        body.queue,
        members=body.members,
        rules=body.rules,
        parameters=body.parameters,
        pbx_name=body.pbx,
    )


@routes.post("/reset/", Permission.QUEUES_MANAGE, data=QueueChanged, example={"queue": "support"})
def reset_queues(services: UseCases, actor: Actor, body: QueueResetBody) -> Data:
    """Set the counters of queues to zero.

    The live picture follows before the answer comes.
    """
    return services.queue_upkeep.reset(actor, body.queue, body.pbx)


@routes.post(
    "/log/",
    Permission.QUEUES_MANAGE,
    data=QueueLogged,
    example={"queue": "support", "event": "NOTE", "interface": "PJSIP/100", "message": "Meeting"},
)
def log_event(services: UseCases, actor: Actor, body: QueueLogBody) -> Data:
    """Write an entry into the queue log."""
    return services.queue_upkeep.log_event(
        actor,
        body.queue,
        body.event,
        unique_id=body.unique_id,
        interface=body.interface,
        message=body.message,
        pbx_name=body.pbx,
    )
