"""Actions that show and set what channels and bridges are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.actions.lookups import find_channel
from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, ListItem, Request
from amictl.demo.arguments import split_arguments
from amictl.demo.bridges import Bridge
from amictl.demo.channels import Channel
from amictl.demo.configuration import is_true
from amictl.demo.functions import UnknownFunctionError, read_value, write_value
from amictl.demo.local_optimization import watch_local_channels
from amictl.demo.text import UNKNOWN, Headers

# Asterisk's bridges/bridge_*.c: name, what it can, and how it is preferred, in the order of the list.
_TECHNOLOGIES: Final = (
    ("native_rtp", "Native", 90),
    ("holding_bridge", "Holding", 50),
    ("simple_bridge", "1to1Mix", 50),
    ("softmix", "MultiMix", 10),
)
_MOST_VARIABLES: Final = 100


@answers("CoreShowChannels")
def list_channels(request: Request) -> None:
    """List the channels (action_coreshowchannels)."""
    items = [("CoreShowChannel", _show(request, channel)) for channel in request.world.channels.all()]
    request.list("Channels will follow", items, complete="CoreShowChannelsComplete")


def _show(request: Request, channel: Channel) -> list[Headers]:
    seconds = int(request.world.env.now - channel.created_at)
    duration = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    told = (
        ("Application", channel.told_application[0]),
        ("ApplicationData", channel.told_application[1]),
        ("Duration", duration),
        ("BridgeId", channel.bridge.unique_id if channel.bridge else ""),
    )
    return [ACTION_ID, channel.headers(), told]


@answers("CoreShowChannelMap")
def map_channel(request: Request) -> None:
    """List the channels that a channel is connected with, directly or over Local ones."""
    name = request.get("Channel")
    if not name:
        request.fail("CoreShowChannelMap requires a channel.\n")
        return
    channel = request.world.channels.get(name)
    if channel is None:
        request.fail("Could not get channel snapshot\n")
        return
    items: list[ListItem] = [
        ("CoreShowChannelMap", [(("Channel", name), ("ConnectedChannel", other))])
        for other in dict.fromkeys(_connected(channel, {channel.name}))
    ]
    request.list("Channel map will follow", items, complete="CoreShowChannelMapComplete")


def _connected(channel: Channel, seen: set[str]) -> Iterator[str]:
    """Yield who is in a channel's bridge, and behind the Local channels among them."""
    for other in channel.bridge.others(channel) if channel.bridge else ():
        if other.name in seen:
            continue
        seen.add(other.name)
        yield other.name
        half = other.peer_half
        if half is not None and half.name not in seen:
            seen.add(half.name)
            yield half.name
            yield from _connected(half, seen)


@answers("Status")
def show_status(request: Request) -> None:
    """List channels in detail, with variables where asked (action_status)."""
    channels = request.world.channels.all()
    if request.get("Channel"):
        channel = find_channel(request)
        if channel is None:
            return
        channels = [channel]
    items = [("Status", _describe(request, channel)) for channel in channels]
    count = (("Items", str(len(channels))),)
    request.list("Channel status will follow", items, complete="StatusComplete", extra=count)


def _describe(request: Request, channel: Channel) -> list[Headers]:
    """Return a Status event's parts ("Asterisk main/manager.c", generate_status)."""
    bridge, ends_at = channel.bridge, channel.facts.get("ends_at", 0)
    told = (
        ("Type", channel.technology),
        ("DNID", channel.dialed_number if not channel.is_outgoing else ""),
        ("EffectiveConnectedLineNum", channel.connected.number or UNKNOWN),
        ("EffectiveConnectedLineName", channel.connected.name or UNKNOWN),
        ("TimeToHangup", str(int(ends_at))),
        ("BridgeID", bridge.unique_id if bridge else ""),
        ("Application", channel.application),
        ("Data", channel.data),
        ("Nativeformats", "(ulaw)" if channel.technology == "PJSIP" else "(slin)"),
        ("Readformat", "ulaw" if channel.technology == "PJSIP" else "slin"),
        ("Readtrans", ""),
        ("Writeformat", "ulaw" if channel.technology == "PJSIP" else "slin"),
        ("Writetrans", ""),
        ("Callgroup", "0"),
        ("Pickupgroup", "0"),
        ("Seconds", str(int(request.world.env.now - channel.created_at))),
        *_asked_variables(request, channel),
    )
    return [(("Privilege", "Call"),), channel.headers(), told, ACTION_ID]


def _asked_variables(request: Request, channel: Channel) -> Iterator[tuple[str, str]]:
    if request.get("Variables"):
        names = split_arguments(request.get("Variables"), _MOST_VARIABLES)
        for name in filter(None, names):
            yield "Variable", f"{name}={_read(request, channel, name)}"
    if is_true(request.get("AllVariables")):
        for name, value in reversed(channel.variables.items()):
            yield "Variable", f"{name}={value}"


def _read(request: Request, channel: Channel | None, name: str) -> str:
    try:
        return read_value(request.world, channel, name)
    except UnknownFunctionError:
        return ""


def _find_variable(request: Request) -> tuple[Channel | None, str] | None:
    """Return the channel and the name of a variable, None being a global one; refuse what is neither."""
    name = request.get("Variable")
    if not name:
        request.fail("No variable specified")
        return None
    if not request.get("Channel"):
        return None, name
    channel = find_channel(request)
    return None if channel is None else (channel, name)


@answers("Getvar")
def get_variable(request: Request) -> None:
    """Read a variable or a function, of a channel or a global one (action_getvar)."""
    target = _find_variable(request)
    if target is None:
        return
    channel, name = target
    request.give([("Variable", name), ("Value", _read(request, channel, name))])


@answers("Setvar")
def set_variable(request: Request) -> None:
    """Set a variable or write a function, of a channel or a global one (action_setvar)."""
    target = _find_variable(request)
    if target is None:
        return
    channel, name = target
    try:
        write_value(request.world, channel, name, request.get("Value"))
    except UnknownFunctionError:
        request.fail("Variable not set")
        return
    request.succeed("Variable Set")


@answers("LocalOptimizeAway")
def let_local_go(request: Request) -> None:
    """Let a Local channel leave a call when its sides can be joined (manager_optimize_away)."""
    if not request.get("Channel"):
        request.fail("'Channel' not specified.")
        return
    channel = find_channel(request, "Channel does not exist.")
    if channel is None:
        return
    if channel.technology != "Local":
        request.fail("Unable to find channel")
        return
    for half in (channel, channel.peer_half):
        if half is not None:
            half.facts["may_optimize"] = True
            if half.bridge is not None:
                watch_local_channels(half.bridge)
    request.succeed("Queued channel to be optimized away")


@answers("AGI")
def add_agi_command(request: Request) -> None:
    """Refuse: no channel of the demo runs AGI(agi:async) ("Asterisk res/res_agi.c", action_add_agi_cmd)."""
    name = request.get("Channel")
    if not name or not request.get("Command"):
        request.fail("Both, Channel and Command are *required*")
        return
    if request.world.channels.get(name) is None:
        request.fail(f"Channel {name} does not exist.")
        return
    request.fail(f"Failed to add AGI command to channel {name} queue")


@answers("BridgeList")
def list_bridges(request: Request) -> None:
    """List the bridges; Asterisk compares ``BridgeType`` with their technology (manager_bridges_list)."""
    wanted = request.get("BridgeType")
    bridges = [each for each in request.world.bridges.all() if wanted in {"", each.technology}]
    items: list[ListItem] = [("BridgeListItem", [bridge.headers()]) for bridge in bridges]
    request.list("Bridge listing will follow", items, complete="BridgeListComplete")


@answers("BridgeInfo")
def show_bridge(request: Request) -> None:
    """List the channels of one bridge (manager_bridge_info)."""
    bridge = _find_bridge(request)
    if bridge is not None:
        items: list[ListItem] = [("BridgeInfoChannel", [channel.headers()]) for channel in bridge.channels]
        message, ending = "Bridge channel listing will follow", bridge.headers()
        request.list(message, items, complete="BridgeInfoComplete", extra=ending)


@answers("BridgeDestroy")
def destroy_bridge(request: Request) -> None:
    """Dissolve a bridge; its channels go on or end (manager_bridge_destroy)."""
    bridge = _find_bridge(request)
    if bridge is not None:
        request.succeed("Bridge has been destroyed")
        bridge.dissolve()


@answers("BridgeKick")
def kick_channel(request: Request) -> None:
    """Put one channel out of its bridge (manager_bridge_kick)."""
    if not request.get("Channel"):
        request.fail("Channel must be provided")
        return
    channel = find_channel(request, "Channel does not exist")
    if channel is None:
        return
    bridge = channel.bridge
    if request.get("BridgeUniqueid"):
        bridge = request.world.bridges.get(request.get("BridgeUniqueid"))
        if bridge is None:
            request.fail("Bridge not found")
            return
    if bridge is None:
        request.fail("Channel is not in a bridge")
    elif channel.bridge is not bridge:
        request.fail("Channel kick from bridge failed")
    else:
        request.succeed("Channel has been kicked")
        bridge.put_out(channel)


def _find_bridge(request: Request) -> Bridge | None:
    unique_id = request.get("BridgeUniqueid")
    if not unique_id:
        request.fail("BridgeUniqueid must be provided")
        return None
    bridge = request.world.bridges.get(unique_id)
    if bridge is None:
        request.fail("Specified BridgeUniqueid not found")
    return bridge


@answers("BridgeTechnologyList")
def list_technologies(request: Request) -> None:
    """List the ways in which Asterisk can mix channels (manager_bridge_tech_list)."""
    suspended = request.world.bridges.suspended
    items: list[ListItem] = [
        ("BridgeTechnologyListItem", [_describe_technology(*each, suspended), ACTION_ID])
        for each in _TECHNOLOGIES
    ]
    message = "Bridge technology listing will follow"
    request.list(message, items, complete="BridgeTechnologyListComplete")


def _describe_technology(name: str, kind: str, priority: int, suspended: set[str]) -> Headers:
    return (
        ("BridgeTechnology", name),
        ("BridgeType", kind),
        ("BridgePriority", str(priority)),
        ("BridgeSuspended", "Yes" if name in suspended else "No"),
    )


@answers("BridgeTechnologySuspend")
def suspend_technology(request: Request) -> None:
    """Keep new bridges from using a way of mixing (handle_manager_bridge_tech_suspend)."""
    if name := _find_technology(request):
        request.world.bridges.suspended.add(name)
        request.succeed("Suspended bridge technology")


@answers("BridgeTechnologyUnsuspend")
def unsuspend_technology(request: Request) -> None:
    """Let new bridges use a way of mixing again."""
    if name := _find_technology(request):
        request.world.bridges.suspended.discard(name)
        request.succeed("Unsuspended bridge technology")


def _find_technology(request: Request) -> str:
    name = request.get("BridgeTechnology")
    if not name:
        request.fail("BridgeTechnology must be provided")
        return ""
    if name not in {technology for technology, _, _ in _TECHNOLOGIES}:
        request.fail("BridgeTechnology not found")
        return ""
    return name
