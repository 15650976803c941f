"""Actions that record calls."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Parameter
from amictl.pbx.catalogue.parameters import CHANNEL, boolean, changes, choice, text
from amictl.pbx.catalogue.rules import AnyOf

# Asterisk joins file, options and command with commas before it reads them (app_mixmonitor.c,
# manager_mixmonitor): a comma in the file would begin a shell command.
_WITHOUT_COMMA: Final = r"[^,]+"


def _file(*, required: bool = False) -> Parameter:
    return text("File", required=required, pattern=_WITHOUT_COMMA, hint="a file name without a comma")


_MIXMONITOR_ID: Final = text("MixMonitorID", name="mixmonitor_id")

ACTIONS: Final[tuple[KnownAction, ...]] = (
    changes(
        "MixMonitor",
        "Record both directions of a channel into one file.",
        CHANNEL,
        _file(),
        text("Options", pattern=_WITHOUT_COMMA, hint="options without a comma"),
        text("Command"),
        rights="system",
        module="app_mixmonitor",
        rules=(AnyOf(("file", "options")),),
    ),
    changes(
        "StopMixMonitor",
        "End one recording of a channel, or all of them.",
        CHANNEL,
        _MIXMONITOR_ID,
        rights="system call",
        module="app_mixmonitor",
    ),
    changes(
        "MixMonitorMute",
        "Record silence instead of a channel's sound, or its sound again.",
        CHANNEL,
        choice("Direction", "read", "write", "both", required=True),
        boolean("State", required=True, name="muted", words=("1", "0")),
        text("MixMonitorID", name="mixmonitor_id", since=("18.18.0", "20.3.0", "21.0.0")),
        rights="system call",
        module="app_mixmonitor",
    ),
    changes(
        "Monitor",
        "Record the two directions of a channel into two files, and mix them at the end where asked.",
        CHANNEL,
        _file(),
        text("Format", name="file_format"),
        boolean("Mix"),
        rights="call",
        until=20,
        module="res_monitor",
        successor="MixMonitor",
    ),
    changes(
        "StopMonitor",
        "End a recording that Monitor began.",
        CHANNEL,
        rights="call",
        until=20,
        module="res_monitor",
        successor="StopMixMonitor",
    ),
    changes(
        "ChangeMonitor",
        "Give a recording that Monitor began another file.",
        CHANNEL,
        _file(required=True),
        rights="call",
        until=20,
        module="res_monitor",
    ),
    changes(
        "PauseMonitor",
        "Interrupt a recording that Monitor began.",
        CHANNEL,
        rights="call",
        until=20,
        module="res_monitor",
        successor="MixMonitorMute",
    ),
    changes(
        "UnpauseMonitor",
        "Go on with an interrupted recording.",
        CHANNEL,
        rights="call",
        until=20,
        module="res_monitor",
        successor="MixMonitorMute",
    ),
)
