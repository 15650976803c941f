"""Actions that show and set what channels and bridges are."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import (
    CHANNEL,
    boolean,
    changes,
    channel,
    names,
    reads,
    text,
)

_VARIABLE: Final = text(
    "Variable", required=True, pattern=r"[A-Za-z_][^\s]*( [^\s]+)*", hint="the name of a variable or function"
)
_BRIDGE: Final = text("BridgeUniqueid", name="bridge_id", required=True)
_TECHNOLOGY: Final = text("BridgeTechnology", required=True)

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "CoreShowChannels",
        "List the channels.",
        rights="system reporting",
        reply=ReplyKind.LIST,
    ),
    reads(
        "CoreShowChannelMap",
        "List the channels that a channel is connected with, directly or over others.",
        channel(),
        rights="system reporting",
        reply=ReplyKind.LIST,
        since=("18.19.0", "20.4.0"),
    ),
    reads(
        "Status",
        "List the channels in detail, with variables where asked.",
        channel(required=False),
        names("Variables"),
        boolean("AllVariables"),
        rights="system call reporting",
        reply=ReplyKind.LIST,
    ),
    reads(
        "Getvar",
        "Read a variable or a function, of a channel or a global one.",
        channel(required=False),
        _VARIABLE,
        rights="call reporting",
    ),
    changes(
        "Setvar",
        "Set a variable or write a function, of a channel or a global one.",
        channel(required=False),
        _VARIABLE,
        text("Value", required=True, may_be_empty=True, exact=True),
        rights="call",
        touches="channels",
    ),
    changes(
        "LocalOptimizeAway",
        "Let a Local channel leave the call as soon as its two sides can be joined.",
        CHANNEL,
        rights="system call",
        touches="channels",
    ),
    changes(
        "AGI",
        "Queue a command for a channel that runs AGI(agi:async).",
        CHANNEL,
        text("Command", required=True),
        text("CommandID"),
        rights="agi",
        module="res_agi",
        touches="channels",
    ),
    reads(
        "BridgeList",
        "List the bridges.",
        text("BridgeType"),
        reply=ReplyKind.LIST,
    ),
    reads(
        "BridgeInfo",
        "List the channels of one bridge.",
        _BRIDGE,
        reply=ReplyKind.LIST,
    ),
    changes(
        "BridgeDestroy",
        "Dissolve a bridge; its channels go on in the dialplan or end.",
        _BRIDGE,
        touches="channels bridges",
    ),
    changes(
        "BridgeKick",
        "Put one channel out of its bridge.",
        text("BridgeUniqueid", name="bridge_id"),
        CHANNEL,
        touches="channels bridges",
    ),
    reads(
        "BridgeTechnologyList",
        "List the ways in which Asterisk can mix channels.",
        reply=ReplyKind.LIST,
    ),
    changes("BridgeTechnologySuspend", "Keep new bridges from using a way of mixing.", _TECHNOLOGY),
    changes("BridgeTechnologyUnsuspend", "Let new bridges use a way of mixing again.", _TECHNOLOGY),
)
