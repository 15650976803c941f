"""The console's commands that the demo knows, as they print; importing the package fills the table."""

from amictl.demo.console import core, manager, queues
from amictl.demo.console.registry import Invocation, command, run_command

__all__ = ["Invocation", "command", "core", "manager", "queues", "run_command"]
