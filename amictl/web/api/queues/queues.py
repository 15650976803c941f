"""Routes that read queues."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.queues.schemas import (
    PenaltyRules,
    QueueRulesQuery,
    Queues,
    QueueStatusQuery,
    QueueSummaries,
    QueueSummaryQuery,
)
from amictl.web.contract import FROM_PICTURE, Data, Routes

routes = Routes("queues", "/api/ami/queue")


@routes.get("/status/", Permission.LIVE_READ, data=Queues, errors=FROM_PICTURE)
def show_queues(services: UseCases, actor: Actor, query: QueueStatusQuery) -> Data:
    """Queues with their callers and members."""
    return services.queues.show_status(actor, query.queue, query.pbx)


@routes.get("/summary/", Permission.LIVE_READ, data=QueueSummaries)
def summarize_queues(services: UseCases, actor: Actor, query: QueueSummaryQuery) -> Data:
    """The numbers of queues, as the PBX counts them now."""
    return services.queues.summarize(actor, query.queue, query.pbx, raw=query.raw)


@routes.get("/rules/", Permission.LIVE_READ, data=PenaltyRules)
def list_rules(services: UseCases, actor: Actor, query: QueueRulesQuery) -> Data:
    """Penalty rules."""
    return services.queues.list_rules(actor, query.rule, query.pbx, raw=query.raw)
