"""Routes that start, hear and end calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.calls import CallPlan, CallService
from amictl.services.originations import OriginationService
from amictl.services.supervision import SpyPlan, SupervisionService
from amictl.store import db
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, FROM_PICTURE, describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.calls import (
    HangupBody,
    HungUp,
    OriginateBody,
    Originated,
    OriginateQuery,
    Origination,
    SpyBody,
    SpyOrdered,
)
from amictl.web.schemas.common import PbxQuery
from amictl.web.visitors import current_actor

_WAIT = (
    "With ?wait=1 the answer is 200 with the outcome, as originate/<action_id>/ tells it; 202 and pending "
    "when the longest wait of 126 s is over."
)
_SPY = (
    "The supervisor's call ends with the conversation. Somebody who talks behind Local channels is heard on "
    "the real one; 409 names the channels of somebody who talks on several."
)


def make_calls_blueprint(
    calls: CallService, originations: OriginationService, supervision: SupervisionService
) -> Blueprint:
    """Return the routes ``originate/``, ``originate/<action_id>/``, ``hangup/`` and ``spy/``."""
    blueprint = Blueprint("calls", __name__, url_prefix="/api/ami")

    @blueprint.post("/originate/")
    @describe(
        "Start a call",
        permission=Permission.CALLS_ORIGINATE,
        details=_WAIT,
        body=OriginateBody,
        query=OriginateQuery,
        data=Originated,
        status=202,
        others={200: Origination, 202: Origination},
        write=True,
        example={
            "channel": "PJSIP/100", "exten": "200", "context": "default", "priority": 1, "timeout": 30000,
        },
    )  # fmt: skip
    def originate_call() -> Response:
        query = read_query(OriginateQuery)
        body = read_body(OriginateBody)
        ordered = calls.originate(current_actor(), CallPlan(**body.model_dump(exclude={"pbx"})), body.pbx)
        if not query.wait:
            return answer_success(ordered.describe(), 202)
        db.session.close()  # a connection of the pool is not kept while a phone rings
        outcome = originations.wait(ordered)
        return answer_success(outcome, 202 if outcome["state"] == "pending" else 200)

    @blueprint.get("/originate/<action_id>/")
    @describe(
        "What became of a call that was ordered",
        permission=Permission.LIVE_READ,
        details="The last 1,000 orders of an hour are known; the topic actions tells the same.",
        query=PbxQuery,
        data=Origination,
        errors=FROM_PICTURE,
        path={"action_id": "What originate/ or spy/ answered"},
    )
    def show_origination(action_id: str) -> Response:
        query = read_query(PbxQuery)
        return answer_success(originations.show(current_actor(), action_id, query.pbx))

    @blueprint.post("/hangup/")
    @describe(
        "Hang up a channel, or several",
        permission=Permission.CALLS_CONTROL,
        details="Several are hung up one after the other, and each has a result; the answer is 200 then.",
        body=HangupBody,
        data=HungUp,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
    )
    def hang_up_channel() -> Response:
        body = read_body(HangupBody)
        if body.channels is not None:
            return answer_success(calls.hang_up_all(current_actor(), body.channels, body.cause, body.pbx))
        return answer_success(calls.hang_up(current_actor(), body.channel or "", body.cause, body.pbx))

    @blueprint.post("/spy/")
    @describe(
        "Let a supervisor listen, whisper or barge in",
        permission=Permission.CALLS_SPY,
        details=_SPY,
        body=SpyBody,
        data=SpyOrdered,
        status=202,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"spyer": "PJSIP/104", "channel": "PJSIP/100", "mode": "whisper"},
    )
    def spy_on_channel() -> Response:
        body = read_body(SpyBody)
        plan = SpyPlan(**body.model_dump(exclude={"pbx"}))
        spying = supervision.spy(current_actor(), plan, body.pbx)
        answer = {
            **spying.ordered.describe(),
            "channel": spying.target.channel,
            "unique_id": spying.target.unique_id,
            "mode": plan.mode,
        }
        return answer_success(answer, 202)

    return blueprint
