"""Actions of Asterisk as a whole: signs of life, its state, its modules and its console (main/manager.c)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from amictl.demo.actions.registry import answers, list_actions
from amictl.demo.actions.request import Request
from amictl.demo.console import CommandFailed, WrongUsage, find_help, run_command
from amictl.demo.version import AMI_VERSION, ASTERISK_VERSION

# Asterisk main/manager.c, command_blacklist.
_BLACKLIST: Final = ("module load", "module unload", "restart gracefully")


@answers("Ping")
def ping(request: Request) -> None:
    """Tell the PBX's time."""
    request.give([("Ping", "Pong"), ("Timestamp", f"{request.world.now():.6f}")])


@answers("ListCommands")
def list_commands(request: Request) -> None:
    """List what this user may send."""
    held = request.session.write_mask
    request.give([(each.name, each.describe()) for each in list_actions() if each.is_allowed(held)])


@answers("CoreSettings")
def show_settings(request: Request) -> None:
    """Tell the version and the limits."""
    request.give(
        [
            ("AMIversion", AMI_VERSION),
            ("AsteriskVersion", ASTERISK_VERSION),
            ("SystemName", ""),
            ("CoreMaxCalls", "0"),
            ("CoreMaxLoadAvg", "0.000000"),
            ("CoreRunUser", ""),
            ("CoreRunGroup", ""),
            ("CoreMaxFilehandles", "0"),
            ("CoreRealTimeEnabled", "No"),
            ("CoreCDRenabled", "No"),
            ("CoreHTTPenabled", "No"),
            ("SoundsSearchCustomDir", "No"),
        ]
    )


@answers("CoreStatus")
def show_status(request: Request) -> None:
    """Tell since when it runs, and how many calls there are and were."""
    world = request.world
    started, reloaded = (
        datetime.fromtimestamp(t).astimezone() for t in (world.started_at, world.reloaded_at)
    )
    request.give(
        [
            ("CoreStartupDate", f"{started:%Y-%m-%d}"),
            ("CoreStartupTime", f"{started:%H:%M:%S}"),
            ("CoreReloadDate", f"{reloaded:%Y-%m-%d}"),
            ("CoreReloadTime", f"{reloaded:%H:%M:%S}"),
            ("CoreCurrentCalls", str(len(world.channels))),
            ("CoreProcessedCalls", str(world.processed_calls)),
        ]
    )


@answers("Command")
def run_console_command(request: Request) -> None:
    """Run a command of the console, and give what it prints."""
    command = request.get("Command")
    if not command:
        request.fail("No command provided")
        return
    if command.lower().startswith(_BLACKLIST):
        request.fail("Command blacklisted")
        return
    try:
        printed = run_command(command, request.session)
    except CommandFailed as failure:
        request.output([str(failure), f"Command '{command}' failed."], success=False)
        return
    except WrongUsage as usage:
        request.output([str(usage)], success=False)
        return
    if printed is None:
        offered = find_help(command)
        refusal = f"No such command '{command}' (type 'core show help {offered}' for other possible commands)"
        request.output([refusal], success=False)
    else:
        request.output(printed)


@answers("LoggerRotate")
def rotate_logs(request: Request) -> None:
    """Begin new log files; the demo keeps none."""
    request.succeed("Reloaded the logger and rotated log files")


@answers("UserEvent")
def send_user_event(request: Request) -> None:
    """Send an event to all, with every header that the client gave."""
    event = request.get("UserEvent")
    request.succeed("Event Sent")
    request.world.emit("UserEvent", [("UserEvent", event)], request.given("UserEvent", "Action"))
