"""``core show …``: Asterisk as a whole (main/asterisk.c, main/cli.c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.console.registry import Invocation, command, list_commands
from amictl.demo.version import ASTERISK_VERSION

_UNITS: Final = (
    ("year", 31_536_000),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


@command("core show version", "Display version info")
def show_version(_asked: Invocation) -> Iterator[str]:
    """Show the version."""
    yield f"Asterisk {ASTERISK_VERSION} built by amictl @ localhost on a demo running in amictl"


@command("core show uptime", "Show uptime information", most=1)
def show_uptime(asked: Invocation) -> Iterator[str]:
    """Show since when it runs, and since when its configuration is in force."""
    world = asked.world
    for label, since in (("System uptime", world.started_at), ("Last reload", world.reloaded_at)):
        seconds = int(world.now() - since)
        yield f"{label}: {seconds if asked.words else _write_duration(seconds)}"


@command("core show settings", "Show some core settings")
def show_settings(asked: Invocation) -> Iterator[str]:
    """Show the settings; those of the machine are left out, as the demo has none."""
    world = asked.world
    started, reloaded = (world.local_time(moment) for moment in (world.started_at, world.reloaded_at))
    yield from ("", "PBX Core settings", "-----------------")
    yield f"  Version:                     {ASTERISK_VERSION}"
    yield "  Maximum calls:               Not set"
    yield "  Maximum open file handles:   Not set"
    yield "  Root console verbosity:      0"
    yield "  Debug level:                 0"
    yield "  Maximum load average:        0.000000"
    yield f"  Startup time:                {started:%H:%M:%S}"
    yield f"  Last reload time:            {reloaded:%H:%M:%S}"
    yield "  System name:                 "
    yield "  Default language:            en"
    yield "  Channel storage backend:     ao2_legacy"
    yield from ("", "* Subsystems", "  -------------")
    yield "  Manager (AMI):               Enabled"
    yield "  Web Manager (AMI/HTTP):      Disabled"
    yield "  Call data records:           Disabled"
    yield "  Realtime Architecture (ARA): Disabled"
    yield from ("", "* Directories", "  -------------")
    yield f"  Configuration directory:     {world.folder}"
    yield from ("", "")


@command("core show help", "Display help list, or specific help on a command", most=10)
def show_help(asked: Invocation) -> Iterator[str]:
    """List the commands that begin with some words."""
    start = " ".join(asked.words)
    found = [pair for pair in list_commands() if pair[0].startswith(start)]
    if not found:
        yield f"No such command '{start}'."
    for words, summary in found:
        yield f"{words:<30} -- {summary}"


def _write_duration(seconds: int) -> str:
    """Return a duration in words, as main/cli.c, ``print_uptimestr``, writes it."""
    words = []
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            words.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return ", ".join(words) or "0 seconds"
