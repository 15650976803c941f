"""Routes for queues."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queues import QueueService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PICTURE, describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.queues import MemberPaused, QueuePauseBody, Queues, QueueStatusQuery
from amictl.web.visitors import current_actor


def make_queues_blueprint(queues: QueueService) -> Blueprint:
    """Return the routes ``queue/status/`` and ``queue/pause/``."""
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

    @blueprint.post("/pause/")
    @describe(
        "Pause or unpause a member",
        permission=Permission.QUEUES_MANAGE,
        details="Without a queue, in all queues of the member. Queue and member must exist.",
        body=QueuePauseBody,
        data=MemberPaused,
        write=True,
        example={"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"},
    )
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
