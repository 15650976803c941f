"""Routes that start, hear and end calls."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.calls import CallPlan
from amictl.services.calls.supervision import SpyPlan
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.store import db
from amictl.store.permissions import Permission
from amictl.web.api.calls.calls_schemas import (
    HangupBody,
    HungUp,
    OriginateBody,
    Originated,
    OriginateQuery,
    Origination,
    SpyBody,
    SpyOrdered,
)
from amictl.web.contract import FROM_PICTURE, Data, Routes

routes = Routes("calls")


@routes.post(
    "/originate/",
    Permission.CALLS_ORIGINATE,
    data=Originated,
    status=202,
    others={200: Origination, 202: Origination},
    example={"channel": "PJSIP/100", "exten": "200", "context": "default", "priority": 1, "timeout": 30000},
)
def originate_call(
    services: UseCases, actor: Actor, query: OriginateQuery, body: OriginateBody
) -> Data | tuple[Data, int]:
    """Start a call.

    With ?wait=1 the answer is 200 with the outcome, as originate/<action_id>/ tells it; 202 and pending when
    the longest wait of 126 s is over.
    """
    ordered = services.calls.originate(actor, CallPlan(**body.model_dump(exclude={"pbx"})), body.pbx)
    if not query.wait:
        return ordered.describe()
    db.session.close()  # a connection of the pool is not kept while a phone rings
    outcome = services.originations.wait(ordered)
    return outcome, 202 if outcome["state"] == "pending" else 200


@routes.get(
    "/originate/<action_id>/",
    Permission.LIVE_READ,
    data=Origination,
    errors=FROM_PICTURE,
    path={"action_id": "What originate/ or spy/ answered"},
)
def show_origination(services: UseCases, actor: Actor, query: PbxQuery, action_id: str) -> Data:
    """What became of a call that was ordered.

    The last 1,000 orders of an hour are known; the topic actions tells the same.
    """
    return services.originations.show(actor, action_id, query.pbx)


@routes.post("/hangup/", Permission.CALLS_CONTROL, data=HungUp, example={"channel": "PJSIP/100-0000001a"})
def hang_up_channel(services: UseCases, actor: Actor, body: HangupBody) -> Data:
    """Hang up a channel, or several.

    Several are hung up one after the other, and each has a result; the answer is 200 then.
    """
    if body.channels is not None:
        return services.calls.hang_up_all(actor, body.channels, body.cause, body.pbx)
    return services.calls.hang_up(actor, body.channel or "", body.cause, body.pbx)


@routes.post(
    "/spy/",
    Permission.CALLS_SPY,
    data=SpyOrdered,
    status=202,
    example={"spyer": "PJSIP/104", "channel": "PJSIP/100", "mode": "whisper"},
)
def spy_on_channel(services: UseCases, actor: Actor, body: SpyBody) -> Data:
    """Let a supervisor listen, whisper or barge in.

    The supervisor's call ends with the conversation. Somebody who talks behind Local channels is heard on the
    real one; 409 names the channels of somebody who talks on several.
    """
    plan = SpyPlan(**body.model_dump(exclude={"pbx"}))
    spying = services.supervision.spy(actor, plan, body.pbx)
    return {
        **spying.ordered.describe(),
        "channel": spying.target.channel,
        "unique_id": spying.target.unique_id,
        "mode": plan.mode,
    }
