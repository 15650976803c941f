"""The PBX itself: its state, its console, its configuration, events to all its clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from amictl.errors import ActionRefused, ActionUnsupported, Conflict, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import console_command, make_action, user_event
from amictl.pbx.readings.core import read_core_settings, read_core_status
from amictl.pbx.readings.raw import attach_raw
from amictl.services.access import Actor, require_command, require_whole_pbx
from amictl.services.access.pbxes import find_pbx
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.store.permissions import Permission

_MAX_OUTPUT: Final = 500_000  # characters of a command's output
_COMMAND_TIMEOUT: Final = 30.0  # seconds
_RELOAD_TIMEOUT: Final = 60.0


class SystemService:
    """What can be asked of a PBX as a whole.

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
        self._registry = registry
        self._execution = execution
        self._read_allowed_commands = read_allowed_commands
        self._clock = clock

    def show_core_status(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Ask the PBX when it started and how many calls it has.

        Args:
            actor: Needs ``utilities.read``.
            pbx_name: The PBX; None means the default one.
            raw: Whether to add the AMI message.

        Raises:
            PermissionDenied: The actor may not use that PBX, or is limited to some queues.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        response = self._execution.read(pbx, make_action("CoreStatus")).response
        reading = read_core_status(response, self._ask_uptime(pbx), self._clock())
        return attach_raw({"pbx": pbx.name, **reading}, raw, response)

    def show_core_settings(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Ask the PBX for its version and limits.

        Args:
            actor: Needs ``utilities.read``.
            pbx_name: The PBX; None means the default one.
            raw: Whether to add the AMI message.

        Raises:
            PermissionDenied: The actor may not use that PBX, or is limited to some queues.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        response = self._execution.read(pbx, make_action("CoreSettings")).response
        return attach_raw({"pbx": pbx.name, **read_core_settings(response)}, raw, response)

    def run_command(self, actor: Actor, command: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Run a command of the PBX's console.

        Args:
            actor: Needs ``command.run`` and a command on the list, or ``command.any``.
            command: The command.
            pbx_name: The PBX; None means the default one.

        Raises:
            InvalidInput: The command cannot be sent.
            PermissionDenied: The actor may not run it, or not there.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked; a command that fails is refused with what it printed.
        """
        permission = Permission.COMMAND_ANY if actor.may(Permission.COMMAND_ANY) else Permission.COMMAND_RUN
        pbx = find_pbx(self._registry, actor, pbx_name)
        chosen = require_command(actor, command, self._read_allowed_commands())
        reply = self._execution.write(
            actor, pbx, console_command(chosen), permission=permission, timeout=_COMMAND_TIMEOUT
        )
        output, truncated = _bound_lines(reply.output)
        return {"pbx": pbx.name, "command": chosen, "output": output, "truncated": truncated}

    def reload(self, actor: Actor, module: str | None = None, pbx_name: str | None = None) -> dict[str, Any]:
        """Let the PBX read its configuration again.

        Args:
            actor: Needs ``utilities.write``.
            module: One module, or part of the core such as ``logger``; None means everything.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not use that PBX.
            NotFound: There is no such PBX or module.
            Conflict: Another reload is under way.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        unknown = NotFound(f"There is no module {module} (module) on {pbx.name}.")
        busy = Conflict(f"Another reload is under way on {pbx.name}.")
        action = make_action("Reload", module=module)
        with translate_refusal("no such module", unknown), translate_refusal("already in progress", busy):
            reply = self._execution.write(
                actor, pbx, action, permission=Permission.UTILITIES_WRITE, timeout=_RELOAD_TIMEOUT
            )
        return {"pbx": pbx.name, "module": module, "message": reply.message}

    def send_user_event(
        self, actor: Actor, event: str, headers: Mapping[str, str], pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Send an event of one's own to all AMI clients of the PBX.

        Args:
            actor: Needs ``utilities.write``.
            event: Its name.
            headers: Its other headers.
            pbx_name: The PBX; None means the default one.

        Raises:
            InvalidInput: A header would forge a message of AMI.
            PermissionDenied: The actor may not use that PBX.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        action = user_event(event, headers)
        reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return {"pbx": pbx.name, "event": event, "headers": dict(headers), "message": reply.message}

    def _ask_uptime(self, pbx: Pbx) -> list[str] | None:
        """Return what the console says of the uptime; None where the AMI user may run no commands."""
        try:
            return self._execution.read(
                pbx, console_command("core show uptime seconds", changes_pbx=False)
            ).output
        except (ActionUnsupported, ActionRefused):
            return None


def _bound_lines(lines: Iterable[str]) -> tuple[list[str], bool]:
    """Return as many lines as an answer may hold, and whether some are missing."""
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > _MAX_OUTPUT:
            return kept, True
        kept.append(line)
    return kept, False
