"""Routes to AMI actions by their names."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.services.utilities.any_action import (
    ActionBody,
    ActionDone,
    ActionPreview,
    ActionsQuery,
    KnownActions,
    PreviewBody,
)
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("any_action", tag="actions")


@routes.get("/actions/", Permission.UTILITIES_READ, errors=("not_found",))
def list_actions(services: UseCases, actor: Actor, query: ActionsQuery) -> KnownActions:
    """Every AMI action, and what this PBX can really do.

    Known from the login of amictl's AMI user: its rights and the loaded modules decide.
    """
    return services.any_action.list_actions(actor, query)


@routes.post(
    "/action/",
    Permission.COMMAND_ANY,
    example={"action": "QueueStatus", "parameters": {"queue": "support"}},
)
def execute_action(services: UseCases, actor: Actor, body: ActionBody) -> ActionDone:
    """Carry out any AMI action.

    The parameters are checked against actions/. Originate is always asynchronous here; actions that would end
    or deafen amictl's own session are refused. Answers are cut at a million characters.
    """
    return services.any_action.execute(actor, body)


@routes.post(
    "/action/preview/",
    Permission.COMMAND_ANY,
    errors=("not_found", "action_unsupported"),
    only_asks=True,
    example={"action": "QueueStatus", "parameters": {"queue": "support"}},
)
def preview_action(services: UseCases, actor: Actor, body: PreviewBody) -> ActionPreview:
    """Look at any AMI action before it is sent.

    Nothing is sent: these are the lines that action/ would send, after the same checks.
    """
    return services.any_action.preview(actor, body)
