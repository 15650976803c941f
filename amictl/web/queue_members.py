"""Routes that change who answers a queue's calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.queues import QueueService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body
from amictl.web.schemas.queues import (
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
from amictl.web.visitors import current_actor

_TAG = "queues"
_ALL_OR_ONE = "Without a queue, in all queues of the member. Queue and member must exist."


def make_queue_members_blueprint(queues: QueueService) -> Blueprint:
    """Return the routes ``queue/add/``, ``remove/``, ``pause/``, ``penalty/`` and ``ringinuse/``."""
    blueprint = Blueprint("queue_members", __name__, url_prefix="/api/ami/queue")

    @blueprint.post("/add/")
    @describe(
        "Add a member to a queue",
        permission=Permission.QUEUES_MANAGE,
        details="Somebody who is a member already is a conflict.",
        tag=_TAG,
        body=QueueAddBody,
        data=MemberAdded,
        errors=(*FROM_PBX, "conflict"),
        write=True,
        example={"queue": "support", "interface": "PJSIP/102", "member_name": "Carol", "penalty": 1},
    )
    def add_member() -> Response:
        body = read_body(QueueAddBody)
        return answer_success(
            queues.add_member(
                current_actor(),
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
        )

    @blueprint.post("/remove/")
    @describe(
        "Take a member out of a queue",
        permission=Permission.QUEUES_MANAGE,
        details="One that stands in the PBX's configuration is a conflict: pause it instead.",
        tag=_TAG,
        body=QueueRemoveBody,
        data=MemberRemoved,
        errors=(*FROM_PBX, "conflict"),
        write=True,
        example={"queue": "support", "interface": "PJSIP/102"},
    )
    def remove_member() -> Response:
        body = read_body(QueueRemoveBody)
        return answer_success(queues.remove_member(current_actor(), body.queue, body.interface, body.pbx))

    @blueprint.post("/pause/")
    @describe(
        "Pause or unpause a member",
        permission=Permission.QUEUES_MANAGE,
        details=_ALL_OR_ONE,
        tag=_TAG,
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

    @blueprint.post("/penalty/")
    @describe(
        "Set how late a member is called",
        permission=Permission.QUEUES_MANAGE,
        details=_ALL_OR_ONE,
        tag=_TAG,
        body=QueuePenaltyBody,
        data=MemberPenalty,
        write=True,
        example={"queue": "support", "interface": "PJSIP/100", "penalty": 3},
    )
    def set_penalty() -> Response:
        body = read_body(QueuePenaltyBody)
        return answer_success(
            queues.set_penalty(
                current_actor(), body.interface, body.penalty, queue=body.queue, pbx_name=body.pbx
            )
        )

    @blueprint.post("/ringinuse/")
    @describe(
        "Set whether a member is called while it talks",
        permission=Permission.QUEUES_MANAGE,
        details=_ALL_OR_ONE,
        tag=_TAG,
        body=QueueRingInUseBody,
        data=MemberRingInUse,
        write=True,
        example={"queue": "support", "interface": "PJSIP/100", "ring_in_use": False},
    )
    def set_ring_in_use() -> Response:
        body = read_body(QueueRingInUseBody)
        return answer_success(
            queues.set_ring_in_use(
                current_actor(),
                body.interface,
                ring_in_use=body.ring_in_use,
                queue=body.queue,
                pbx_name=body.pbx,
            )
        )

    return blueprint
