"""Routes that start and end calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.calls import CallPlan, CallService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body
from amictl.web.schemas.calls import HangupBody, HungUp, OriginateBody, Originated
from amictl.web.visitors import current_actor


def make_calls_blueprint(calls: CallService) -> Blueprint:
    """Return the routes ``originate/`` and ``hangup/``."""
    blueprint = Blueprint("calls", __name__, url_prefix="/api/ami")

    @blueprint.post("/originate/")
    @describe(
        "Start a call",
        permission=Permission.CALLS_ORIGINATE,
        details="Calls the channel, and connects it to an extension or an application once it answers.",
        body=OriginateBody,
        data=Originated,
        status=202,
        write=True,
        example={
            "channel": "PJSIP/100",
            "exten": "200",
            "context": "default",
            "priority": 1,
            "timeout": 30000,
        },
    )
    def originate_call() -> Response:
        body = read_body(OriginateBody)
        plan = CallPlan(**body.model_dump(exclude={"pbx"}))
        return answer_success(calls.originate(current_actor(), plan, body.pbx), 202)

    @blueprint.post("/hangup/")
    @describe(
        "End a call",
        permission=Permission.CALLS_CONTROL,
        body=HangupBody,
        data=HungUp,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
    )
    def hang_up_channel() -> Response:
        body = read_body(HangupBody)
        return answer_success(calls.hang_up(current_actor(), body.channel, body.cause, body.pbx))

    return blueprint
