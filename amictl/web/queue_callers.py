"""Routes about callers who wait."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queue_callers import QueueCallerService
from amictl.services.queue_places import DialplanPlace
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body
from amictl.web.schemas.queues import (
    CallerMoveBody,
    CallerMoved,
    CallerPriority,
    CallerPriorityBody,
    CallerWithdrawBody,
    CallerWithdrawn,
)
from amictl.web.visitors import current_actor

_TAG = "queues"


def make_queue_callers_blueprint(callers: QueueCallerService) -> Blueprint:
    """Return the routes ``queue/caller/priority/``, ``withdraw/`` and ``move/``."""
    blueprint = Blueprint("queue_callers", __name__, url_prefix="/api/ami/queue/caller")

    @blueprint.post("/priority/")
    @describe(
        "Give a waiting caller another priority",
        permission=Permission.QUEUES_MANAGE,
        tag=_TAG,
        body=CallerPriorityBody,
        data=CallerPriority,
        write=True,
        example={"channel": "PJSIP/104-0000001a", "priority": 5},
    )
    def set_priority() -> Response:
        body = read_body(CallerPriorityBody)
        return answer_success(
            callers.set_priority(
                current_actor(),
                body.channel,
                body.priority,
                queue=body.queue,
                immediate=body.immediate,
                pbx_name=body.pbx,
            )
        )

    @blueprint.post("/withdraw/")
    @describe(
        "Send a waiting caller back to the dialplan",
        permission=Permission.QUEUES_MANAGE,
        details=(
            "The dialplan goes on after its Queue. The PBX does it when it next looks at the caller, maybe "
            "after a member has been rung in vain."
        ),
        tag=_TAG,
        body=CallerWithdrawBody,
        data=CallerWithdrawn,
        errors=(*FROM_PBX, "conflict"),
        write=True,
        example={"channel": "PJSIP/104-0000001a", "info": "callback"},
    )
    def withdraw_caller() -> Response:
        body = read_body(CallerWithdrawBody)
        return answer_success(
            callers.withdraw(
                current_actor(), body.channel, queue=body.queue, info=body.info, pbx_name=body.pbx
            )
        )

    @blueprint.post("/move/")
    @describe(
        "Move a waiting caller to another queue",
        permission=Permission.QUEUES_MANAGE,
        details=(
            "Asterisk has no action for it: the caller is redirected to a place in the dialplan that runs "
            "Queue for the other queue. It is looked for where exten and context are left out; when there is "
            "none, that is a conflict. The caller keeps the priority; the first queue counts it abandoned."
        ),
        tag=_TAG,
        body=CallerMoveBody,
        data=CallerMoved,
        errors=(*FROM_PBX, "conflict"),
        write=True,
        example={"channel": "PJSIP/104-0000001a", "to_queue": "sales"},
    )
    def move_caller() -> Response:
        body = read_body(CallerMoveBody)
        place = None
        if body.exten is not None and body.context is not None:
            place = DialplanPlace(body.context, body.exten, body.priority or 1)
        return answer_success(
            callers.move(
                current_actor(),
                body.channel,
                body.to_queue,
                queue=body.queue,
                place=place,
                pbx_name=body.pbx,
            )
        )

    return blueprint
