"""Routes that read calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.live_calls import LiveCallService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PICTURE, describe
from amictl.web.inputs import read_query
from amictl.web.schemas.common import PbxQuery
from amictl.web.schemas.live_calls import Calls, OneCall
from amictl.web.visitors import current_actor

_SCOPE = "A role that is limited to some queues sees the calls whose latest queue is one of them."


def make_live_calls_blueprint(calls: LiveCallService) -> Blueprint:
    """Return the routes ``calls/`` and ``calls/<linked_id>/``."""
    blueprint = Blueprint("live_calls", __name__, url_prefix="/api/ami")

    @blueprint.get("/calls/")
    @describe(
        "All calls: channels grouped by linked ID, with their journey",
        permission=Permission.LIVE_READ,
        details=_SCOPE,
        query=PbxQuery,
        data=Calls,
        errors=FROM_PICTURE,
        tag="calls",
    )
    def list_calls() -> Response:
        query = read_query(PbxQuery)
        return answer_success(calls.list_calls(current_actor(), query.pbx))

    @blueprint.get("/calls/<linked_id>/")
    @describe(
        "One call",
        permission=Permission.LIVE_READ,
        details=_SCOPE,
        query=PbxQuery,
        data=OneCall,
        errors=FROM_PICTURE,
        path={"linked_id": "The linked ID that its channels have in common"},
        tag="calls",
    )
    def show_call(linked_id: str) -> Response:
        query = read_query(PbxQuery)
        return answer_success(calls.show_call(current_actor(), linked_id, query.pbx))

    return blueprint
