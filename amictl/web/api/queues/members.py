"""Routes that change who answers a queue's calls."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.queues.schemas import (
    MemberAdded,
    MemberPaused,
    MemberPenalty,
    MemberRemoved,
    MemberRingInUse,
    QueueAddBody,
    QueuePauseBody,
    QueuePenaltyBody,
    QueueRemoveBody,
    QueueRingInUseBody,
)
from amictl.web.contract import Data, Routes

_ALL_OR_ONE = "Without a queue, in all queues of the member. Queue and member must exist."

routes = Routes("queue_members", "/api/ami/queue", tag="queues")


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
