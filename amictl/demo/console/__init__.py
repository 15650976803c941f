"""The console's commands that the demo knows, as they print; importing the package fills the table."""

from amictl.demo.console import channels, core, database, dialplan, manager, modules, pjsip, queues, rooms
from amictl.demo.console.registry import (
    CommandFailed,
    Invocation,
    WrongUsage,
    command,
    find_help,
    run_command,
)

__all__ = [
    "CommandFailed",
    "Invocation",
    "WrongUsage",
    "channels",
    "command",
    "core",
    "database",
    "dialplan",
    "find_help",
    "manager",
    "modules",
    "pjsip",
    "queues",
    "rooms",
    "run_command",
]
