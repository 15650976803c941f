"""Routes about queues as a whole."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queue_upkeep import QueueUpkeepService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body
from amictl.web.schemas.queues import (
    QueueChanged,
    QueueLogBody,
    QueueLogged,
    QueueReloadBody,
    QueueResetBody,
)
from amictl.web.visitors import current_actor

_TAG = "queues"


def make_queue_upkeep_blueprint(upkeep: QueueUpkeepService) -> Blueprint:
    """Return the routes ``queue/reload/``, ``queue/reset/`` and ``queue/log/``."""
    blueprint = Blueprint("queue_upkeep", __name__, url_prefix="/api/ami/queue")

    @blueprint.post("/reload/")
    @describe(
        "Read the configuration of queues again",
        permission=Permission.QUEUES_MANAGE,
        details="All of it when no part is asked for. The live picture follows before the answer comes.",
        tag=_TAG,
        body=QueueReloadBody,
        data=QueueChanged,
        write=True,
        example={"queue": "support", "members": True},
    )
    def reload_queues() -> Response:
        body = read_body(QueueReloadBody)
        return answer_success(
            upkeep.reload(
                current_actor(),
                body.queue,
                members=body.members,
                rules=body.rules,
                parameters=body.parameters,
                pbx_name=body.pbx,
            )
        )

    @blueprint.post("/reset/")
    @describe(
        "Set the counters of queues to zero",
        permission=Permission.QUEUES_MANAGE,
        details="The live picture follows before the answer comes.",
        tag=_TAG,
        body=QueueResetBody,
        data=QueueChanged,
        write=True,
        example={"queue": "support"},
    )
    def reset_queues() -> Response:
        body = read_body(QueueResetBody)
        return answer_success(upkeep.reset(current_actor(), body.queue, body.pbx))

    @blueprint.post("/log/")
    @describe(
        "Write an entry into the queue log",
        permission=Permission.QUEUES_MANAGE,
        tag=_TAG,
        body=QueueLogBody,
        data=QueueLogged,
        write=True,
        example={"queue": "support", "event": "NOTE", "interface": "PJSIP/100", "message": "Meeting"},
    )
    def log_event() -> Response:
        body = read_body(QueueLogBody)
        return answer_success(
            upkeep.log_event(
                current_actor(),
                body.queue,
                body.event,
                unique_id=body.unique_id,
                interface=body.interface,
                message=body.message,
                pbx_name=body.pbx,
            )
        )

    return blueprint
