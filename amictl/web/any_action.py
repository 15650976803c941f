"""Routes to AMI actions by their names."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.any_action import AnyActionService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.any_action import ActionBody, ActionDone, ActionsQuery, KnownActions
from amictl.web.visitors import current_actor

_TAG = "actions"


def make_any_action_blueprint(any_action: AnyActionService) -> Blueprint:
    """Return the routes ``actions/`` and ``action/``."""
    blueprint = Blueprint("any_action", __name__, url_prefix="/api/ami")

    @blueprint.get("/actions/")
    @describe(
        "Every AMI action, and what this PBX can really do",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        details="Known from the login of amictl's AMI user: its rights and the loaded modules decide.",
        query=ActionsQuery,
        data=KnownActions,
        errors=("not_found",),
    )
    def list_actions() -> Response:
        query = read_query(ActionsQuery)
        return answer_success(
            any_action.list_actions(
                current_actor(), query.pbx, family=query.family, available=query.available
            )
        )

    @blueprint.post("/action/")
    @describe(
        "Carry out any AMI action",
        permission=Permission.COMMAND_ANY,
        details="The parameters are checked against actions/. Originate is always asynchronous here; actions "
        "that would end or deafen amictl's own session are refused. Answers are cut at a million characters.",
        tag=_TAG,
        body=ActionBody,
        data=ActionDone,
        write=True,
        example={"action": "QueueStatus", "parameters": {"queue": "support"}},
    )
    def execute_action() -> Response:
        body = read_body(ActionBody)
        return answer_success(
            any_action.execute(current_actor(), body.action, body.parameters, body.pbx, body.timeout)
        )

    return blueprint
