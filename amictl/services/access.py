"""Who asks, and whether they may: permission, PBX scope and queue scope."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from amictl.errors import InvalidInput, PermissionDenied
from amictl.store.models import ApiToken, User
from amictl.store.permissions import PERMISSIONS, Permission

ORIGINATE_APPLICATIONS: Final = frozenset(
    {
        "answer", "busy", "confbridge", "congestion", "dial", "echo", "hangup", "milliwatt", "musiconhold",
        "page", "park", "parkedcall", "playback", "playtones", "progress", "ringing", "saydigits",
        "saynumber", "voicemail", "wait", "waitexten",
    }
)  # fmt: skip
"""What a call may be originated to: nothing here runs programs, writes files or listens in.

``Queue`` is missing because its sixth argument names an AGI script ("Asterisk app_queue.c"): go through
an extension.
"""

# Parts of a shell command that a recording runs at its end, or into which they are put unquoted
# (Asterisk res/res_monitor.c, apps/app_queue.c, bridges/bridge_builtin_features.c).
_SHELL_VARIABLES: Final = ("MONITOR_", "TOUCH_MONITOR", "TOUCH_MIXMONITOR")
_MAX_COMMAND: Final = 900  # bytes; a line of AMI holds 1022 with the header's name
_CLI_SPECIAL: Final = re.compile(r"""["'\\;|&<>`$!]""")
"""What a command under ``command.run`` does without.

Quotes and backslashes make other words than those that were compared ("Asterisk main/cli.c, parse_args");
the rest means something to shells.
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or program as the services see it; one snapshot of its rights.

    Args:
        user_id: The user's primary key; a token acts for its owner.
        username: The user's name, for logs.
        role: The name of the user's role.
        permissions: What the actor may do; a token may have fewer than its owner.
        pbx_scope: The PBXes that it may see; None means all.
        queue_scope: The queues that it may see; None means all.
        via: How it authenticated; ``command`` is somebody with a shell on amictl's own machine.
    """

    user_id: int
    username: str
    role: str
    permissions: frozenset[str]
    pbx_scope: frozenset[str] | None
    queue_scope: frozenset[str] | None
    via: Literal["session", "token", "command"]

    def may(self, permission: str) -> bool:
        """Return whether the actor has a permission."""
        return permission in self.permissions

    def may_see_pbx(self, pbx: str) -> bool:
        """Return whether a PBX is in the actor's scope."""
        return self.pbx_scope is None or pbx in self.pbx_scope

    def may_see_queue(self, queue: str) -> bool:
        """Return whether a queue is in the actor's scope."""
        return self.queue_scope is None or queue in self.queue_scope


def actor_of(user: User, token: ApiToken | None = None) -> Actor:
    """Return the rights of a user, or of a token of that user.

    Args:
        user: The person, or the token's owner.
        token: The token that authenticated the request; None for a session.
    """
    role = user.role
    return Actor(
        user_id=user.id,
        username=user.username,
        role=role.name,
        permissions=role.permissions if token is None else token.effective_permissions,
        pbx_scope=role.pbx_scope,
        queue_scope=role.queue_scope,
        via="session" if token is None else "token",
    )


def require(actor: Actor, permission: Permission, pbx: str | None = None, queue: str | None = None) -> None:
    """Check that an actor may do something, there.

    Args:
        actor: Who asks.
        permission: What it needs.
        pbx: The PBX that it is about, if any.
        queue: The queue that it is about, if any.

    Raises:
        PermissionDenied: The permission is missing, or the PBX or queue is out of scope.
    """
    if not actor.may(permission):
        raise PermissionDenied(
            f"This needs the permission {permission!s} ({PERMISSIONS[permission].lower()})."
        )
    if pbx is not None and not actor.may_see_pbx(pbx):
        raise PermissionDenied(f"The PBX {pbx} is outside your scope.")
    if queue is not None and not actor.may_see_queue(queue):
        raise PermissionDenied(f"The queue {queue} is outside your scope.")


def require_call(actor: Actor, queues: Collection[str]) -> None:
    """Check that an actor may touch a call: one limited to queues touches the calls of those queues.

    Args:
        actor: Who asks.
        queues: The queues that the call waits in or talks through.

    Raises:
        PermissionDenied: The call is in none of the actor's queues.
    """
    if actor.queue_scope is not None and actor.queue_scope.isdisjoint(queues):
        raise PermissionDenied("The call is in no queue of your scope.")


def require_every_queue(actor: Actor) -> None:
    """Check that an actor may do something that touches every queue.

    Args:
        actor: Who asks.

    Raises:
        PermissionDenied: The actor's role is limited to some queues.
    """
    if actor.queue_scope is not None:
        raise PermissionDenied(
            "This is about all queues, and your role is limited to some: name one of them."
        )


def require_whole_pbx(actor: Actor) -> None:
    """Check that an actor may do something that is about a PBX as a whole.

    Args:
        actor: Who asks.

    Raises:
        PermissionDenied: The actor's role is limited to some queues.
    """
    if actor.queue_scope is not None:
        raise PermissionDenied("This is about the whole PBX, and your role is limited to some queues.")


def require_harmless_variable(actor: Actor, variable: str) -> None:
    """Refuse the variables that end up in shell commands, but to those who may run any command.

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
            runs allowed commands alone, as any other could reach the other queues.
        command: The command.
        allowed: The beginnings of commands that ``command.run`` may use: whole words in lower case.

    Raises:
        PermissionDenied: The actor may run no commands, or not this one.
        InvalidInput: The command cannot be sent to any PBX.
    """
    if not actor.may(Permission.COMMAND_ANY):
        require(actor, Permission.COMMAND_RUN)
    takes_any = actor.may(Permission.COMMAND_ANY) and actor.queue_scope is None
    if not command.replace("\t", " ").isprintable():
        raise InvalidInput.of("command", "Use no line breaks or other control characters.")
    chosen = command.strip(" \t") if takes_any else _require_allowed(actor, command, allowed)
    if not 1 <= len(chosen.encode("utf-8", "surrogatepass")) <= _MAX_COMMAND:
        raise InvalidInput.of("command", f"Use 1 to {_MAX_COMMAND} bytes of UTF-8.")
    return chosen


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
    if lowered[0] == "queue" and not actor.may_see_queue(words[2] if len(words) > 2 else ""):
        raise PermissionDenied("Your role is limited to some queues: name one, as in queue show NAME.")
    return " ".join(words)
