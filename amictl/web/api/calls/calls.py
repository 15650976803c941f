"""Routes that start, hear and end calls."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amictl.pbx.topics.originations.value import OriginationState
from amictl.services.access import Actor
from amictl.services.calls.calls import HangupBody, HungUp, OriginateBody
from amictl.services.calls.originations import Originated, OriginationReport
from amictl.services.calls.supervision import SpyBody, SpyOrdered
from amictl.services.requests import Fields, PbxQuery, QueryFlag
from amictl.services.use_cases import UseCases
from amictl.store import db
from amictl.store.permissions import Permission
from amictl.web.contract import FROM_PICTURE, Routes


class OriginateQuery(Fields):
    """Whether the answer waits for the outcome."""

    wait: Annotated[
        QueryFlag, Field(description="1 answers with the outcome, after at most the ring timeout and 6 s")
    ] = False


routes = Routes("calls")


@routes.post(
    "/originate/",
    Permission.CALLS_ORIGINATE,
    status=202,
    example={"channel": "PJSIP/100", "exten": "200", "context": "default", "priority": 1, "timeout": 30000},
)
def originate_call(
    services: UseCases, actor: Actor, query: OriginateQuery, body: OriginateBody
) -> Originated | OriginationReport | tuple[OriginationReport, Literal[200]]:
    """Start a call.

    With ?wait=1 the answer is 200 with the outcome, as originate/<action_id>/ tells it; 202 and pending when
    the longest wait of 126 s is over.
    """
    ordered = services.calls.originate(actor, body)
    if not query.wait:
        return ordered.told
    db.session.close()  # a connection of the pool is not kept while a phone rings
    outcome = services.originations.wait(ordered)
    if outcome.state is OriginationState.PENDING:
        return outcome
    return outcome, 200


@routes.get(
    "/originate/<action_id>/",
    Permission.LIVE_READ,
    errors=FROM_PICTURE,
    path={"action_id": "What originate/ or spy/ answered"},
)
def show_origination(services: UseCases, actor: Actor, query: PbxQuery, action_id: str) -> OriginationReport:
    """What became of a call that was ordered.

    The last 1,000 orders of an hour are known; the topic actions tells the same.
    """
    return services.originations.show(actor, action_id, query.pbx)


@routes.post("/hangup/", Permission.CALLS_CONTROL, example={"channel": "PJSIP/100-0000001a"})
def hang_up_channel(services: UseCases, actor: Actor, body: HangupBody) -> HungUp:
    """Hang up a channel, or several.

    Several are hung up one after the other, and each has a result; the answer is 200 then.
    """
    return services.calls.hang_up(actor, body)


@routes.post(
    "/spy/",
    Permission.CALLS_SPY,
    status=202,
    example={"spyer": "PJSIP/104", "channel": "PJSIP/100", "mode": "whisper"},
)
def spy_on_channel(services: UseCases, actor: Actor, body: SpyBody) -> SpyOrdered:
    """Let a supervisor listen, whisper or barge in.

    The supervisor's call ends with the conversation. Somebody who talks behind Local channels is heard on the
    real one; 409 names the channels of somebody who talks on several.
    """
    return services.supervision.spy(actor, body)
