"""Builders that show channels and bridges, and read and set variables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from amictl.pbx.actions.building import build
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action

# Functions of the dialplan that only tell something. Others run programs, read files or change data when
# they are read (SHELL, FILE, CURL, DB_DELETE, …).
READABLE_FUNCTIONS: Final = frozenset(
    {
        *("CALLERID", "CDR", "CHANNEL", "CHANNELS", "CONFBRIDGE_INFO", "CONNECTEDLINE", "DB", "DB_EXISTS"),
        *("DEVICE_STATE", "EXTENSION_STATE", "GROUP_COUNT", "HINT", "MAILBOX_EXISTS", "PJSIP_AOR"),
        *("PJSIP_CONTACT", "PJSIP_ENDPOINT", "PRESENCE_STATE", "QUEUE_EXISTS", "QUEUE_MEMBER"),
        *("QUEUE_MEMBER_COUNT", "QUEUE_MEMBER_LIST", "QUEUE_MEMBER_PENALTY", "QUEUE_WAITING_COUNT"),
        *("REDIRECTING", "TIMEOUT", "VERSION", "VM_INFO", "VMCOUNT"),
    }
)
# Functions whose setting changes nothing but the channel itself.
WRITABLE_FUNCTIONS: Final = frozenset(
    {"CALLERID", "CDR", "CHANNEL", "CONNECTEDLINE", "DENOISE", "REDIRECTING", "TIMEOUT", "VOLUME"}
)

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A nested parenthesis could hold another function.
_FUNCTION: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(([^()$]*)\)")


def core_show_channels() -> Action:
    """Ask for all channels."""
    return build("CoreShowChannels")


def core_show_channel_map(channel: str) -> Action:
    """Ask for the channels that a channel is connected with, directly or over others.

    Args:
        channel: Its name; a unique ID is not taken here.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("CoreShowChannelMap", channel=channel)


def status(
    channel: str | None = None,
    *,
    variables: Sequence[str] | None = None,
    all_variables: bool | None = None,
    any_function: bool = False,
) -> Action:
    """Ask for channels in detail.

    Args:
        channel: One by its name or unique ID; all when left out.
        variables: Variables to show, and functions from `READABLE_FUNCTIONS`.
        all_variables: Whether to show all variables of each.
        any_function: Whether other functions are allowed, as far as Asterisk allows them.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    for variable in variables or ():
        _check_variable(checked, "variables", variable, None if any_function else READABLE_FUNCTIONS)
    return build("Status", checked=checked, channel=channel, variables=variables, all_variables=all_variables)


def getvar(variable: str, channel: str | None = None, *, any_function: bool = False) -> Action:
    """Ask for a variable or a function.

    Args:
        variable: Its name, or a function from `READABLE_FUNCTIONS`: ``CALLERID(num)``.
        channel: A channel's name or unique ID; a global variable when left out.
        any_function: Whether other functions are allowed, as far as Asterisk allows them.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    _check_variable(checked, "variable", variable, None if any_function else READABLE_FUNCTIONS)
    return build("Getvar", checked=checked, channel=channel, variable=variable)


def setvar(variable: str, value: str, channel: str | None = None, *, any_function: bool = False) -> Action:
    """Set a variable, or what a function stands for.

    Args:
        variable: Its name, or a function from `WRITABLE_FUNCTIONS`: ``CALLERID(name)``.
        value: The new value; an empty one removes a variable.
        channel: A channel's name or unique ID; a global variable when left out.
        any_function: Whether other functions are allowed, as far as Asterisk allows them.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    _check_variable(checked, "variable", variable, None if any_function else WRITABLE_FUNCTIONS)
    return build("Setvar", checked=checked, channel=channel, variable=variable, value=value)


def local_optimize_away(channel: str) -> Action:
    """Let a Local channel leave the call as soon as its two sides can be joined.

    Args:
        channel: Its name or unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("LocalOptimizeAway", channel=channel)


def bridge_list(bridge_type: str | None = None) -> Action:
    """Ask for all bridges.

    Args:
        bridge_type: Only those of this type, such as ``basic``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("BridgeList", bridge_type=bridge_type)


def bridge_info(bridge_id: str) -> Action:
    """Ask for the channels of one bridge.

    Args:
        bridge_id: Its unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("BridgeInfo", bridge_id=bridge_id)


def bridge_destroy(bridge_id: str) -> Action:
    """Dissolve a bridge; its channels go on in the dialplan or end.

    Args:
        bridge_id: Its unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("BridgeDestroy", bridge_id=bridge_id)


def bridge_kick(channel: str, bridge_id: str | None = None) -> Action:
    """Put one channel out of its bridge.

    Args:
        channel: Its name or unique ID.
        bridge_id: The bridge in which it must be; the one in which it is when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("BridgeKick", channel=channel, bridge_id=bridge_id)


def bridge_technology_list() -> Action:
    """Ask in which ways Asterisk can mix channels."""
    return build("BridgeTechnologyList")


def _check_variable(checked: Headers, field: str, variable: str, allowed: frozenset[str] | None) -> None:
    """Refuse what is no variable, and functions that are not allowed."""
    if allowed is None or _PLAIN.fullmatch(variable):
        return
    function = _FUNCTION.fullmatch(variable)
    if function is None:
        checked.refuse(field, "must be the name of a variable, or of a function with its arguments")
    elif function[1].upper() not in allowed:
        checked.refuse(field, f"cannot be the function {function[1]}; {', '.join(sorted(allowed))} can")
