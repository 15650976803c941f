"""Routes that start and end calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.calls import CallPlan, CallService
from amictl.web.answers import answer_success
from amictl.web.inputs import read_body
from amictl.web.schemas.calls import HangupBody, OriginateBody
from amictl.web.visitors import current_actor


def make_calls_blueprint(calls: CallService) -> Blueprint:
    """Return the routes ``originate/`` and ``hangup/``."""
    blueprint = Blueprint("calls", __name__, url_prefix="/api/ami")

    @blueprint.post("/originate/")
    def originate_call() -> Response:
        body = read_body(OriginateBody)
        plan = CallPlan(**body.model_dump(exclude={"pbx"}))
        return answer_success(calls.originate(current_actor(), plan, body.pbx), 202)

    @blueprint.post("/hangup/")
    def hang_up_channel() -> Response:
        body = read_body(HangupBody)
        return answer_success(calls.hang_up(current_actor(), body.channel, body.cause, body.pbx))

    return blueprint
