"""Routes that read and set variables."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.channels.variables import GetvarQuery, SetvarBody, Variable, VariableSet
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("variables", tag="channels")


@routes.get("/getvar/", Permission.CHANNELS_VARIABLES)
def get_variable(services: UseCases, actor: Actor, query: GetvarQuery) -> Variable:
    """The value of a variable or function.

    Functions are those that only tell something. What belongs to no channel needs the permission
    utilities.read besides, and a role that is not limited to queues.
    """
    return services.variables.read(actor, query)


@routes.post(
    "/setvar/",
    Permission.CHANNELS_VARIABLES,
    example={"channel": "PJSIP/100-0000001a", "variable": "CUSTOMER", "value": "4711"},
)
def set_variable(services: UseCases, actor: Actor, body: SetvarBody) -> VariableSet:
    """Set a variable.

    Functions are those that change only the channel. A global variable needs the permission utilities.write
    besides, and a role that is not limited to queues: the whole dialplan may depend on it.
    """
    return services.variables.set(actor, body)
