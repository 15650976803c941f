"""Routes that read and set variables."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.channels.channels_schemas import GetvarQuery, SetvarBody, Variable, VariableSet
from amictl.web.contract import Data, Routes

routes = Routes("variables", tag="channels")


@routes.get("/getvar/", Permission.CHANNELS_VARIABLES, data=Variable)
def get_variable(services: UseCases, actor: Actor, query: GetvarQuery) -> Data:
    """The value of a variable or function.

    Functions are those that only tell something. What belongs to no channel needs the permission
    utilities.read besides, and a role that is not limited to queues.
    """
    return services.variables.read(actor, query.variable, query.channel, raw=query.raw, pbx_name=query.pbx)


@routes.post(
    "/setvar/",
    Permission.CHANNELS_VARIABLES,
    data=VariableSet,
    example={"channel": "PJSIP/100-0000001a", "variable": "CUSTOMER", "value": "4711"},
)
def set_variable(services: UseCases, actor: Actor, body: SetvarBody) -> Data:
    """Set a variable.

    Functions are those that change only the channel. A global variable needs the permission utilities.write
    besides, and a role that is not limited to queues: the whole dialplan may depend on it.
    """
    return services.variables.set(actor, body.variable, body.value, body.channel, body.pbx)
