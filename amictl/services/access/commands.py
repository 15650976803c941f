"""Limits of what may be sent to a PBX: applications, variables and CLI commands that can run anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from amictl.errors import InvalidInput, PermissionDenied
from amictl.services.access.rights import Actor, require
from amictl.store.permissions import Permission

ORIGINATE_APPLICATIONS: Final = frozenset(
    {
        "answer", "busy", "confbridge", "congestion", "dial", "echo", "hangup", "milliwatt", "musiconhold",
        "page", "park", "parkedcall", "playback", "playtones", "progress", "ringing", "saydigits",
        "saynumber", "voicemail", "wait", "waitexten",
    }
)  # fmt: skip
"""The applications that a call may be connected to: none runs programs, writes files or listens in.

``Queue`` is missing because its sixth argument names an AGI script ("Asterisk app_queue.c"): go through
an extension.
"""

# Parts of a shell command that a recording runs at its end, or into which they are put unquoted
# (Asterisk res/res_monitor.c, apps/app_queue.c, bridges/bridge_builtin_features.c).
_SHELL_VARIABLES: Final = ("MONITOR_", "TOUCH_MONITOR", "TOUCH_MIXMONITOR")
_MAX_COMMAND: Final = 900  # bytes; a line of AMI holds 1022 with the header's name
_SHOW_QUEUE: Final = ["queue", "show"]
_CLI_SPECIAL: Final = re.compile(r"""["'\\;|&<>`$!]""")
"""Characters that a command under ``command.run`` must not have.

Quotes and backslashes make other words than those that were compared ("Asterisk main/cli.c, parse_args");
the rest means something to shells.
"""


def require_harmless_variable(actor: Actor, variable: str) -> None:
    """Refuse a variable that ends up in shell commands, unless the actor may run any command.

    Args:
        actor: Who wants to set it.
        variable: The variable's name, with or without the underscores that let it be inherited.

    Raises:
        PermissionDenied: It is one of them, and the actor lacks ``command.any``.
    """
    if variable.lstrip("_").upper().startswith(_SHELL_VARIABLES) and not actor.may(Permission.COMMAND_ANY):
        raise PermissionDenied(
            f"Asterisk puts the variable {variable} into a shell command: it needs the permission "
            "command.any."
        )


def require_application(application: str) -> None:
    """Check that a call may be connected to an application.

    Args:
        application: The dialplan application's name, in any case of letters.

    Raises:
        InvalidInput: It is not on the list.
    """
    if application.lower() not in ORIGINATE_APPLICATIONS:
        raise InvalidInput.of("application", "Calls may not be originated to this application.")


def require_command(actor: Actor, command: str, allowed: Iterable[str]) -> str:
    """Return a CLI command as it may be sent, when the actor may run it.

    Asterisk compares whole words without their case, takes no abbreviations when it runs a command, splits at
    blanks and tabs, and knows no separator of commands ("Asterisk main/cli.c, find_cli").

    Args:
        actor: Needs ``command.run`` and an allowed command, or ``command.any``; who is limited to some queues
            runs ``queue show NAME`` alone, where it is allowed: nothing tells whose calls the others print.
        command: The command.
        allowed: The beginnings of commands that ``command.run`` may use: whole words in lower case.

    Raises:
        PermissionDenied: The actor may run no commands, or not this one.
        InvalidInput: The command cannot be sent to any PBX.
    """
    require(actor, Permission.COMMAND_RUN)
    if not command.replace("\t", " ").isprintable():
        raise InvalidInput.of("command", "Use no line breaks or other control characters.")
    chosen = command.strip(" \t") if may_run_any(actor) else _require_allowed(actor, command, allowed)
    if not 1 <= len(chosen.encode("utf-8", "surrogatepass")) <= _MAX_COMMAND:
        raise InvalidInput.of("command", f"Use 1 to {_MAX_COMMAND} bytes of UTF-8.")
    return chosen


def may_run_any(actor: Actor) -> bool:
    """Return whether an actor may run every command, and not only those on the list."""
    return actor.may(Permission.COMMAND_ANY) and actor.queue_scope is None


def _require_allowed(actor: Actor, command: str, allowed: Iterable[str]) -> str:
    """Return the words of a command one blank apart, when its first ones are on the list."""
    words = [word for word in re.split(r"[ \t]+", command) if word]
    lowered = [word.lower() for word in words]
    matches = any(lowered[: len(prefix)] == prefix for prefix in map(str.split, allowed) if prefix)
    if not matches or _CLI_SPECIAL.search(command):
        raise PermissionDenied(
            "This command is not on the list of commands that an administrator allowed. "
            "Others need the permission command.any, in a role that is not limited to some queues."
        )
    shows_queue = lowered[:2] == _SHOW_QUEUE and len(words) == len(_SHOW_QUEUE) + 1
    if actor.queue_scope is not None and not (shows_queue and actor.may_see_queue(words[-1])):
        raise PermissionDenied(
            "What a command prints is about the whole PBX, and your role is limited to some queues: of "
            "commands it runs queue show NAME alone."
        )
    return " ".join(words)
