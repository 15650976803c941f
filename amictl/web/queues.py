"""Routes for queues."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queues import QueueService
from amictl.web.answers import answer_success
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.queues import QueuePauseBody, QueueStatusQuery
from amictl.web.visitors import current_actor


def make_queues_blueprint(queues: QueueService) -> Blueprint:
    """Return the routes ``queue/status/`` and ``queue/pause/``."""
    blueprint = Blueprint("queues", __name__, url_prefix="/api/ami/queue")

    @blueprint.get("/status/")
    def show_queues() -> Response:
        query = read_query(QueueStatusQuery)
        return answer_success(queues.show_status(current_actor(), query.queue, query.pbx))

    @blueprint.post("/pause/")
    def pause_member() -> Response:
        body = read_body(QueuePauseBody)
        return answer_success(
            queues.pause_member(
                current_actor(),
                body.interface,
                paused=body.paused,
                queue=body.queue,
                reason=body.reason,
                pbx_name=body.pbx,
            )
        )

    return blueprint
