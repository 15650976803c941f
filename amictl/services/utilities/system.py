"""The PBX itself: its state, its console, its configuration, events to all its clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Final

from pydantic import Field, StrictStr

from amictl.errors import ActionRefused, ActionUnsupported, Conflict, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import console_command, make_action, user_event
from amictl.pbx.readings.core import CoreFigures, CoreLimits, read_core_settings, read_core_status
from amictl.pbx.readings.raw import with_raw
from amictl.pbx.value import About, Inlined
from amictl.services.access import Actor, may_run_any, require_command
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, Long, PbxName, PbxQuery, ReadQuery, Short
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission

_MAX_HEADERS = 64
_MAX_OUTPUT: Final = 500_000  # characters of a command's output
_COMMAND_TIMEOUT: Final = 30.0  # seconds
_RELOAD_TIMEOUT: Final = 60.0


class CoreStatus(PbxResult, frozen=True):
    """When a PBX started, and how many calls it has."""

    figures: Annotated[CoreFigures, Inlined()]


class CoreSettings(PbxResult, frozen=True):
    """The version and limits of a PBX; limits of 0 are none."""

    limits: Annotated[CoreLimits, Inlined()]


class CommandBody(Fields):
    """A command of the PBX's console."""

    command: Annotated[Long, Field(description="As it would be typed there, such as core show uptime")]
    pbx: PbxName | None = None


class RunnableCommands(PbxResult, frozen=True):
    """Which commands of a PBX's console somebody may run."""

    any: Annotated[bool, About("Whether all, by command.any in a role that is not limited to queues")]
    beginnings: Annotated[
        tuple[str, ...],
        About(
            "How the others begin: whole words; a role that is limited to queues runs queue show NAME alone"
        ),
    ]


class CommandOutput(PbxResult, frozen=True):
    """What a command printed."""

    command: Annotated[str, About("As it was run")]
    output: Annotated[tuple[str, ...], About("Its lines")]
    truncated: Annotated[bool, About("Whether lines are missing: 500,000 characters are kept")]


class ReloadBody(Fields):
    """What of the configuration to read again."""

    module: Annotated[
        Short | None,
        Field(description="One module, or part of the core such as logger; everything when left out"),
    ] = None
    pbx: PbxName | None = None


class Reloaded(Performed, frozen=True):
    """A configuration that was read again."""

    module: str | None


class UserEventBody(Fields):
    """An event for all AMI clients."""

    event: Annotated[Short, Field(description="The value of its header UserEvent")]
    headers: Annotated[
        dict[Short, Annotated[StrictStr, Field(max_length=900)]],
        Field(max_length=_MAX_HEADERS, description="Its other headers"),
    ] = Field(default_factory=dict)
    pbx: PbxName | None = None


class UserEventSent(Performed, frozen=True):
    """An event that was sent."""

    event: str
    headers: Mapping[str, str]


class SystemService(PbxService):
    """What can be asked of a PBX as a whole, and ordered.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        read_allowed_commands: Returns the beginnings of commands that ``command.run`` may use.
        clock: Tells the time in seconds since 1970.
    """

    def __init__(
        self,
        registry: Registry,
        execution: Execution,
        read_allowed_commands: Callable[[], Iterable[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(registry, execution)
        self._read_allowed_commands = read_allowed_commands
        self._clock = clock

    def show_core_status(self, actor: Actor, asked: ReadQuery) -> CoreStatus:
        """Ask the PBX when it started and how many calls it has, by ``utilities.read``."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        response = self._execution.read(pbx, make_action("CoreStatus")).response
        figures = read_core_status(response, self._ask_uptime(pbx), self._clock())
        return CoreStatus(pbx.name, with_raw(figures, asked.raw, response))

    def show_core_settings(self, actor: Actor, asked: ReadQuery) -> CoreSettings:
        """Ask the PBX for its version and limits, by ``utilities.read``."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        response = self._execution.read(pbx, make_action("CoreSettings")).response
        return CoreSettings(pbx.name, with_raw(read_core_settings(response), asked.raw, response))

    def list_commands(self, actor: Actor, asked: PbxQuery) -> RunnableCommands:
        """Return which commands the actor may run, by ``command.run``."""
        pbx = self._find_pbx(actor, asked.pbx)
        return RunnableCommands(pbx.name, may_run_any(actor), tuple(self._read_allowed_commands()))

    def run_command(self, actor: Actor, command: str, pbx_name: str | None = None) -> CommandOutput:
        """Run a command of the PBX's console, by ``command.any``, or one on the list by ``command.run``.

        A command that fails is refused with what it printed.

        Raises:
            InvalidInput: The command cannot be sent.
        """
        permission = Permission.COMMAND_ANY if actor.may(Permission.COMMAND_ANY) else Permission.COMMAND_RUN
        pbx = self._find_pbx(actor, pbx_name)
        chosen = require_command(actor, command, self._read_allowed_commands())
        reply = self._execution.write(
            actor, pbx, console_command(chosen), permission=permission, timeout=_COMMAND_TIMEOUT
        )
        return CommandOutput(pbx.name, chosen, *_bound_lines(reply.output))

    def reload(self, actor: Actor, asked: ReloadBody) -> Reloaded:
        """Let the PBX read its configuration again, or one module's, by ``utilities.write``.

        Raises:
            Conflict: Another reload is under way.
        """
        pbx, module = self._find_whole_pbx(actor, asked.pbx), asked.module
        unknown = NotFound(f"There is no module {module} (module) on {pbx.name}.")
        busy = Conflict(f"Another reload is under way on {pbx.name}.")
        action = make_action("Reload", module=module)
        with translate_refusal("no such module", unknown), translate_refusal("already in progress", busy):
            reply = self._execution.write(
                actor, pbx, action, permission=Permission.UTILITIES_WRITE, timeout=_RELOAD_TIMEOUT
            )
        return Reloaded(pbx.name, reply.message, module)

    def send_user_event(self, actor: Actor, asked: UserEventBody) -> UserEventSent:
        """Send an event of one's own to all AMI clients of the PBX, by ``utilities.write``.

        Raises:
            InvalidInput: A header would forge a message of AMI.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        action = user_event(asked.event, asked.headers)
        reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return UserEventSent(pbx.name, reply.message, asked.event, asked.headers)

    def _ask_uptime(self, pbx: Pbx) -> list[str] | None:
        """Return what the console says of the uptime; None where the AMI user may run no commands."""
        try:
            return self._execution.read(
                pbx, console_command("core show uptime seconds", changes_pbx=False)
            ).output
        except (ActionUnsupported, ActionRefused):
            return None


def _bound_lines(lines: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Return as many lines as an answer may hold, and whether some are missing."""
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > _MAX_OUTPUT:
            return tuple(kept), True
        kept.append(line)
    return tuple(kept), False
