"""Routes of queues: reading them, who answers their calls, callers who wait, and queues as a whole."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.queues import callers, members, queues, upkeep
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import FROM_PICTURE, Routes

_PREFIX = "/api/ami/queue"
_ALL_OR_ONE = "Without a queue, in all queues of the member. Queue and member must exist."

routes = Routes("queues", _PREFIX)
member_routes = Routes("queue_members", _PREFIX, tag="queues")
caller_routes = Routes("queue_callers", f"{_PREFIX}/caller", tag="queues")
upkeep_routes = Routes("queue_upkeep", _PREFIX, tag="queues")


@routes.get("/status/", Permission.LIVE_READ, errors=FROM_PICTURE)
def show_queues(services: UseCases, actor: Actor, query: queues.QueueStatusQuery) -> queues.Queues:
    """Queues with their callers and members."""
    return services.queues.show_status(actor, query)


@routes.get("/summary/", Permission.LIVE_READ)
def summarize_queues(
    services: UseCases, actor: Actor, query: queues.QueueSummaryQuery
) -> queues.QueueSummaries:
    """The numbers of queues, as the PBX counts them now."""
    return services.queues.summarize(actor, query)


@routes.get("/rules/", Permission.LIVE_READ)
def list_rules(services: UseCases, actor: Actor, query: queues.QueueRulesQuery) -> queues.PenaltyRules:
    """Penalty rules."""
    return services.queues.list_rules(actor, query)


@member_routes.post(
    "/add/",
    Permission.QUEUES_MANAGE,
    example={"queue": "support", "interface": "PJSIP/102", "member_name": "Carol", "penalty": 1},
)
def add_member(services: UseCases, actor: Actor, body: members.QueueAddBody) -> members.MemberAdded:
    """Add a member to a queue.

    Somebody who is a member already is a conflict.
    """
    return services.queue_members.add(actor, body)


@member_routes.post(
    "/remove/",
    Permission.QUEUES_MANAGE,
    example={"queue": "support", "interface": "PJSIP/102"},
)
def remove_member(services: UseCases, actor: Actor, body: members.QueueRemoveBody) -> members.MemberRemoved:
    """Take a member out of a queue.

    One that stands in the PBX's configuration is a conflict: pause it instead.
    """
    return services.queue_members.remove(actor, body)


@member_routes.post(
    "/pause/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    example={"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"},
)
def pause_member(services: UseCases, actor: Actor, body: members.QueuePauseBody) -> members.MemberPaused:
    """Pause or unpause a member."""
    return services.queue_members.pause(actor, body)


@member_routes.post(
    "/penalty/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    example={"queue": "support", "interface": "PJSIP/100", "penalty": 3},
)
def set_penalty(services: UseCases, actor: Actor, body: members.QueuePenaltyBody) -> members.MemberPenalty:
    """Set how late a member is called."""
    return services.queue_members.set_penalty(actor, body)


@member_routes.post(
    "/ringinuse/",
    Permission.QUEUES_MANAGE,
    details=_ALL_OR_ONE,
    example={"queue": "support", "interface": "PJSIP/100", "ring_in_use": False},
)
def set_ring_in_use(
    services: UseCases, actor: Actor, body: members.QueueRingInUseBody
) -> members.MemberRingInUse:
    """Set whether a member is called while it talks."""
    return services.queue_members.set_ring_in_use(actor, body)


@caller_routes.post(
    "/priority/",
    Permission.QUEUES_MANAGE,
    example={"channel": "PJSIP/104-0000001a", "priority": 5},
)
def set_priority(
    services: UseCases, actor: Actor, body: callers.CallerPriorityBody
) -> callers.CallerPriority:
    """Give a waiting caller another priority."""
    return services.queue_callers.set_priority(actor, body)


@caller_routes.post(
    "/withdraw/",
    Permission.QUEUES_MANAGE,
    example={"channel": "PJSIP/104-0000001a", "info": "callback"},
)
def withdraw_caller(
    services: UseCases, actor: Actor, body: callers.CallerWithdrawBody
) -> callers.CallerWithdrawn:
    """Send a waiting caller back to the dialplan.

    The dialplan goes on after its Queue. The PBX does it when it next looks at the caller, maybe after a
    member has been rung in vain.
    """
    return services.queue_callers.withdraw(actor, body)


@caller_routes.post(
    "/move/",
    Permission.QUEUES_MANAGE,
    example={"channel": "PJSIP/104-0000001a", "to_queue": "sales"},
)
def move_caller(services: UseCases, actor: Actor, body: callers.CallerMoveBody) -> callers.CallerMoved:
    """Move a waiting caller to another queue.

    Asterisk has no action for it: the caller is redirected to a place in the dialplan that runs Queue for the
    other queue. It is looked for where exten and context are left out; when there is none, that is a
    conflict. The caller keeps the priority; the first queue counts it abandoned.
    """
    return services.queue_callers.move(actor, body)


@upkeep_routes.post("/reload/", Permission.QUEUES_MANAGE, example={"queue": "support", "members": True})
def reload_queues(services: UseCases, actor: Actor, body: upkeep.QueueReloadBody) -> upkeep.QueueChanged:
    """Read the configuration of queues again.

    All of it when no part is asked for. The live picture follows before the answer comes.
    """
    return services.queue_upkeep.reload(actor, body)


@upkeep_routes.post("/reset/", Permission.QUEUES_MANAGE, example={"queue": "support"})
def reset_queues(services: UseCases, actor: Actor, body: upkeep.QueueResetBody) -> upkeep.QueueChanged:
    """Set the counters of queues to zero.

    The live picture follows before the answer comes.
    """
    return services.queue_upkeep.reset(actor, body)


@upkeep_routes.post(
    "/log/",
    Permission.QUEUES_MANAGE,
    example={"queue": "support", "event": "NOTE", "interface": "PJSIP/100", "message": "Meeting"},
)
def log_event(services: UseCases, actor: Actor, body: upkeep.QueueLogBody) -> upkeep.QueueLogged:
    """Write an entry into the queue log."""
    return services.queue_upkeep.log_event(actor, body)
