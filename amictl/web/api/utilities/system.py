"""Routes about the PBX itself."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import PbxQuery, ReadQuery
from amictl.services.use_cases import UseCases
from amictl.services.utilities.system import (
    CommandBody,
    CommandOutput,
    CoreSettings,
    CoreStatus,
    ReloadBody,
    Reloaded,
    RunnableCommands,
    UserEventBody,
    UserEventSent,
)
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("system")


@routes.get("/core/status/", Permission.UTILITIES_READ)
def show_core_status(services: UseCases, actor: Actor, query: ReadQuery) -> CoreStatus:
    """When the PBX started, and how many calls it has."""
    return services.system.show_core_status(actor, query)


@routes.get("/core/settings/", Permission.UTILITIES_READ)
def show_core_settings(services: UseCases, actor: Actor, query: ReadQuery) -> CoreSettings:
    """The PBX's version and limits."""
    return services.system.show_core_settings(actor, query)


@routes.get("/command/", Permission.COMMAND_RUN, errors=("not_found",))
def list_commands(services: UseCases, actor: Actor, query: PbxQuery) -> RunnableCommands:
    """Which commands of the PBX's console one may run."""
    return services.system.list_commands(actor, query)


@routes.post("/command/", Permission.COMMAND_RUN, example={"command": "core show uptime"})
def run_command(services: UseCases, actor: Actor, body: CommandBody) -> CommandOutput:
    """Run a command of the PBX's console.

    With command.run only commands that begin with words on the administrator's list; with command.any all. A
    command that fails is action_refused, and ami holds what it printed.
    """
    return services.system.run_command(actor, body.command, body.pbx)


@routes.post("/reload/", Permission.UTILITIES_WRITE, example={"module": "res_musiconhold"})
def reload_pbx(services: UseCases, actor: Actor, body: ReloadBody) -> Reloaded:
    """Read the PBX's configuration again.

    A module that is not loaded is not found; another reload under way is a conflict.
    """
    return services.system.reload(actor, body)


@routes.post(
    "/userevent/",
    Permission.UTILITIES_WRITE,
    example={"event": "ShiftBegins", "headers": {"Team": "support"}},
)
def send_user_event(services: UseCases, actor: Actor, body: UserEventBody) -> UserEventSent:
    """Send an event to all AMI clients of the PBX."""
    return services.system.send_user_event(actor, body)
