"""The console's commands that the demo knows, as they print; importing the package fills the table."""

from amictl.demo.console import core, manager, queues
from amictl.demo.console.registry import Invocation, command, find_help, run_command

__all__ = ["Invocation", "command", "core", "find_help", "manager", "queues", "run_command"]
