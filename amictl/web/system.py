"""Routes about the PBX itself."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.system import SystemService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.common import ReadQuery
from amictl.web.schemas.system import (
    CommandBody,
    CommandOutput,
    CoreSettings,
    CoreStatus,
    ReloadBody,
    Reloaded,
    UserEventBody,
    UserEventSent,
)
from amictl.web.visitors import current_actor


def make_system_blueprint(system: SystemService) -> Blueprint:
    """Return the routes ``core/…/``, ``command/``, ``reload/`` and ``userevent/``."""
    blueprint = Blueprint("system", __name__, url_prefix="/api/ami")

    @blueprint.get("/core/status/")
    @describe(
        "When the PBX started, and how many calls it has",
        permission=Permission.UTILITIES_READ,
        query=ReadQuery,
        data=CoreStatus,
    )
    def show_core_status() -> Response:
        query = read_query(ReadQuery)
        return answer_success(system.show_core_status(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/core/settings/")
    @describe(
        "The PBX's version and limits",
        permission=Permission.UTILITIES_READ,
        query=ReadQuery,
        data=CoreSettings,
    )
    def show_core_settings() -> Response:
        query = read_query(ReadQuery)
        return answer_success(system.show_core_settings(current_actor(), query.pbx, raw=query.raw))

    @blueprint.post("/command/")
    @describe(
        "Run a command of the PBX's console",
        permission=Permission.COMMAND_RUN,
        details=(
            "With command.run only commands that begin with words on the administrator's list; with "
            "command.any all. A command that fails is action_refused, and ami holds what it printed."
        ),
        body=CommandBody,
        data=CommandOutput,
        write=True,
        example={"command": "core show uptime"},
    )
    def run_command() -> Response:
        body = read_body(CommandBody)
        return answer_success(system.run_command(current_actor(), body.command, body.pbx))

    @blueprint.post("/reload/")
    @describe(
        "Read the PBX's configuration again",
        permission=Permission.UTILITIES_WRITE,
        details="A module that is not loaded is not found; another reload under way is a conflict.",
        body=ReloadBody,
        data=Reloaded,
        errors=(*FROM_PBX, "conflict"),
        write=True,
        example={"module": "res_musiconhold"},
    )
    def reload_pbx() -> Response:
        body = read_body(ReloadBody)
        return answer_success(system.reload(current_actor(), body.module, body.pbx))

    @blueprint.post("/userevent/")
    @describe(
        "Send an event to all AMI clients of the PBX",
        permission=Permission.UTILITIES_WRITE,
        body=UserEventBody,
        data=UserEventSent,
        write=True,
        example={"event": "ShiftBegins", "headers": {"Team": "support"}},
    )
    def send_user_event() -> Response:
        body = read_body(UserEventBody)
        return answer_success(system.send_user_event(current_actor(), body.event, body.headers, body.pbx))

    return blueprint
