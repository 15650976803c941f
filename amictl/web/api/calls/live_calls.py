"""Routes that read calls."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.live_calls import Calls, OneCall
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import FROM_PICTURE, Routes

_SCOPE = "A role that is limited to some queues sees the calls whose latest queue is one of them."

routes = Routes("live_calls", tag="calls")


@routes.get("/calls/", Permission.LIVE_READ, details=_SCOPE, errors=FROM_PICTURE)
def list_calls(services: UseCases, actor: Actor, query: PbxQuery) -> Calls:
    """All calls: channels grouped by linked ID, with their journey."""
    return services.live_calls.list_calls(actor, query.pbx)


@routes.get(
    "/calls/<linked_id>/",
    Permission.LIVE_READ,
    details=_SCOPE,
    errors=FROM_PICTURE,
    path={"linked_id": "The linked ID that its channels have in common"},
)
def show_call(services: UseCases, actor: Actor, query: PbxQuery, linked_id: str) -> OneCall:
    """One call.

    The last 200 that ended are told, too, as they were at their end.
    """
    return services.live_calls.show_call(actor, linked_id, query.pbx)
