"""Routes that read queues."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queues import QueueService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, FROM_PICTURE, describe
from amictl.web.inputs import read_query
from amictl.web.schemas.queues import (
    PenaltyRules,
    QueueRulesQuery,
    Queues,
    QueueStatusQuery,
    QueueSummaries,
    QueueSummaryQuery,
)
from amictl.web.visitors import current_actor


def make_queues_blueprint(queues: QueueService) -> Blueprint:
    """Return the routes ``queue/status/``, ``queue/summary/`` and ``queue/rules/``."""
    blueprint = Blueprint("queues", __name__, url_prefix="/api/ami/queue")

    @blueprint.get("/status/")
    @describe(
        "Queues with their callers and members",
        permission=Permission.LIVE_READ,
        query=QueueStatusQuery,
        data=Queues,
        errors=FROM_PICTURE,
    )
    def show_queues() -> Response:
        query = read_query(QueueStatusQuery)
        return answer_success(queues.show_status(current_actor(), query.queue, query.pbx))

    @blueprint.get("/summary/")
    @describe(
        "The numbers of queues, as the PBX counts them now",
        permission=Permission.LIVE_READ,
        query=QueueSummaryQuery,
        data=QueueSummaries,
        errors=FROM_PBX,
    )
    def summarize_queues() -> Response:
        query = read_query(QueueSummaryQuery)
        return answer_success(queues.summarize(current_actor(), query.queue, query.pbx, raw=query.raw))

    @blueprint.get("/rules/")
    @describe(
        "Penalty rules",
        permission=Permission.LIVE_READ,
        query=QueueRulesQuery,
        data=PenaltyRules,
        errors=FROM_PBX,
    )
    def list_rules() -> Response:
        query = read_query(QueueRulesQuery)
        return answer_success(queues.list_rules(current_actor(), query.rule, query.pbx, raw=query.raw))

    return blueprint
