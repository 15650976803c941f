"""Routes that read and set variables."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.variables import VariableService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.channels import GetvarQuery, SetvarBody, Variable, VariableSet
from amictl.web.visitors import current_actor

_TAG = "channels"
_GETVAR = (
    "Functions are those that only tell something. What belongs to no channel needs the permission"
    " utilities.read besides, and a role that is not limited to queues."
)
_SETVAR = (
    "Functions are those that change only the channel. A global variable needs the permission utilities.write"
    " besides, and a role that is not limited to queues: the whole dialplan may depend on it."
)


def make_variables_blueprint(variables: VariableService) -> Blueprint:
    """Return the routes ``getvar/`` and ``setvar/``."""
    blueprint = Blueprint("variables", __name__, url_prefix="/api/ami")

    @blueprint.get("/getvar/")
    @describe(
        "The value of a variable or function",
        permission=Permission.CHANNELS_VARIABLES,
        details=_GETVAR,
        tag=_TAG,
        query=GetvarQuery,
        data=Variable,
    )
    def get_variable() -> Response:
        query = read_query(GetvarQuery)
        answer = variables.read(
            current_actor(), query.variable, query.channel, raw=query.raw, pbx_name=query.pbx
        )
        return answer_success(answer)

    @blueprint.post("/setvar/")
    @describe(
        "Set a variable",
        permission=Permission.CHANNELS_VARIABLES,
        details=_SETVAR,
        tag=_TAG,
        body=SetvarBody,
        data=VariableSet,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "variable": "CUSTOMER", "value": "4711"},
    )
    def set_variable() -> Response:
        body = read_body(SetvarBody)
        return answer_success(
            variables.set(current_actor(), body.variable, body.value, body.channel, body.pbx)
        )

    return blueprint
