"""Routes about callers who wait."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.queues.places import DialplanPlace
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.queues.schemas import (
    CallerMoveBody,
    CallerMoved,
    CallerPriority,
    CallerPriorityBody,
    CallerWithdrawBody,
    CallerWithdrawn,
)
from amictl.web.contract import Data, Routes

routes = Routes("queue_callers", "/api/ami/queue/caller", tag="queues")


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
