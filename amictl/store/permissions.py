"""The permissions that a role may have, and the roles that a first start makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from amictl.errors import FieldProblem, InvalidInput


class Permission(StrEnum):
    """The stable name of one permission; a member is the string that roles and tokens store."""

    LIVE_READ = "live.read"
    EVENTS_READ = "events.read"
    EVENTS_SENSITIVE = "events.sensitive"
    CALLS_ORIGINATE = "calls.originate"
    CALLS_CONTROL = "calls.control"
    CALLS_SPY = "calls.spy"
    CALLS_RECORD = "calls.record"
    QUEUES_MANAGE = "queues.manage"
    CHANNELS_VARIABLES = "channels.variables"
    UTILITIES_READ = "utilities.read"
    UTILITIES_WRITE = "utilities.write"
    COMMAND_RUN = "command.run"
    COMMAND_ANY = "command.any"
    PBX_ADMIN = "pbx.admin"
    USERS_ADMIN = "users.admin"
    AUDIT_READ = "audit.read"


PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        Permission.LIVE_READ: "See channels, bridges, queues and the state of the links",
        Permission.EVENTS_READ: "See the stream of AMI events, without sensitive values",
        Permission.EVENTS_SENSITIVE: "See digits, variables and dialplan data in events",
        Permission.CALLS_ORIGINATE: "Start calls",
        Permission.CALLS_CONTROL: "Hang up, transfer, park and mute calls",
        Permission.CALLS_SPY: "Listen to, whisper into and barge into calls",
        Permission.CALLS_RECORD: "Start and stop recordings",
        Permission.QUEUES_MANAGE: "Pause, add and remove queue members, and manage waiting callers",
        Permission.CHANNELS_VARIABLES: "Read and set channel variables",
        Permission.UTILITIES_READ: "See endpoints, devices, mailboxes and the PBX's own status",
        Permission.UTILITIES_WRITE: "Reload modules, qualify endpoints and change PBX data",
        Permission.COMMAND_RUN: "Run the CLI commands that an administrator allowed",
        Permission.COMMAND_ANY: "Run any CLI command and any AMI action",
        Permission.PBX_ADMIN: "Add, change and remove Asterisk servers",
        Permission.USERS_ADMIN: "Manage users, roles and API tokens; whoever has this can gain all else",
        Permission.AUDIT_READ: "Read the audit log",
    }
)

IMPLIED_BY: Mapping[str, str] = MappingProxyType({Permission.COMMAND_RUN: Permission.COMMAND_ANY})
"""The permissions that include others: who may run any command may run the allowed ones."""


@dataclass(frozen=True, slots=True)
class DefaultRole:
    """A role that a first start makes."""

    name: str
    description: str
    permissions: frozenset[str]


_READS = frozenset({Permission.LIVE_READ, Permission.EVENTS_READ, Permission.UTILITIES_READ})

ADMIN_ROLE = DefaultRole("Admin", "Everything, with settings and users", frozenset(PERMISSIONS))
SUPERVISOR_ROLE = DefaultRole(
    "Supervisor",
    "Watches and runs the floor: calls, queues, recordings",
    _READS
    | {
        Permission.CALLS_ORIGINATE,
        Permission.CALLS_CONTROL,
        Permission.CALLS_SPY,
        Permission.CALLS_RECORD,
        Permission.QUEUES_MANAGE,
        Permission.CHANNELS_VARIABLES,
        Permission.COMMAND_RUN,
    },
)
AGENT_ROLE = DefaultRole("Agent", "Watches; changes nothing", _READS)
DEFAULT_ROLES = (ADMIN_ROLE, SUPERVISOR_ROLE, AGENT_ROLE)


def check_permissions(names: Iterable[str], field: str = "permissions") -> frozenset[str]:
    """Return the names as a set when all of them are permissions.

    Args:
        names: Permission names such as ``live.read``.
        field: What to call the field in an error.

    Raises:
        InvalidInput: A name is not a permission.
    """
    chosen = frozenset(str(name) for name in names)
    unknown = sorted(chosen - PERMISSIONS.keys())
    if unknown:
        raise InvalidInput([FieldProblem(field, f"{name!r} is not a permission.") for name in unknown])
    return chosen
