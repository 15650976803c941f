"""Routes about queues as a whole."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.queues.schemas import (
    QueueChanged,
    QueueLogBody,
    QueueLogged,
    QueueReloadBody,
    QueueResetBody,
)
from amictl.web.contract import Data, Routes

routes = Routes("queue_upkeep", "/api/ami/queue", tag="queues")


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
