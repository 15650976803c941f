"""The console's commands that the demo knows, as they print; importing the package fills the table."""

from amictl.demo.console import core, manager, queues, rooms
from amictl.demo.console.registry import CommandFailed, Invocation, command, find_help, run_command

__all__ = [
    "CommandFailed",
    "Invocation",
    "command",
    "core",
    "find_help",
    "manager",
    "queues",
    "rooms",
    "run_command",
]
