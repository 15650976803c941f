"""``core show channels``, ``core show calls``, ``channel request hangup`` (Asterisk main/cli.c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.channels import Channel
from amictl.demo.console.registry import Invocation, WrongUsage, command
from amictl.demo.snapshots import STATE_NAMES
from amictl.demo.world import World

_ROW: Final = "{:<64.64s} {:<32.32s} {:<7.7s} {:<30.30s}"
_WIDE_ROW: Final = (
    "{:<80.80s} {:<24.24s} {:<24.24s} {:<4.4s} {:<7.7s} {:<12.12s} {:<25.25s} {:<15.15s} {:>8.8s} {:<11.11s}"
    " {:<11.11s} {:<20.20s}"
)
_WIDE_HEADINGS: Final = (
    "Channel", "Context", "Extension", "Priority", "State", "Application", "Data", "CallerID", "Duration",
    "Accountcode", "PeerAccount", "BridgeID",
)  # fmt: skip
_AMA_FLAGS: Final = "3"  # documentation, the default
_FORMS: Final = frozenset({"concise", "verbose", "count"})


@command("core show channels", "Display information on channels", most=1)
def show_channels(asked: Invocation) -> Iterator[str]:
    """List the channels, in one of four forms."""
    form = asked.words[0].lower() if asked.words else ""
    if form and form not in _FORMS:
        raise WrongUsage("Usage: core show channels [concise|verbose|count]")
    world = asked.world
    channels = sorted(world.channels.all(), key=lambda channel: channel.name)
    if form == "concise":
        yield from (_write_concise(world, channel) for channel in channels)
        return
    if form == "verbose":
        yield _WIDE_ROW.format(*_WIDE_HEADINGS)
        yield from (_write_wide(world, channel) for channel in channels)
    elif not form:
        yield _ROW.format("Channel", "Location", "State", "Application(Data)")
        yield from (_write(channel) for channel in channels)
    yield f"{len(channels)} active channel{_plural(len(channels))}"
    yield from _count_calls(world)


@command("core show calls", "Display information on calls")
def show_calls(asked: Invocation) -> Iterator[str]:
    """Tell how many calls there are and were."""
    yield from _count_calls(asked.world)


@command("core show channel", "Display information on a specific channel", fewest=1, most=1)
def show_channel(asked: Invocation) -> Iterator[str]:
    """Show one channel."""
    world, name = asked.world, asked.words[0]
    channel = world.channels.get(name)
    if channel is None:
        yield f"{name} is not a known channel"
        return
    hours, minutes, seconds = _elapsed(world, channel)
    connected = channel.connected
    yield " -- General --"
    yield f"           Name: {channel.name}"
    yield f"           Type: {channel.technology}"
    yield f"       UniqueID: {channel.unique_id}"
    yield f"       LinkedID: {channel.linked_id}"
    yield f"      Caller ID: {channel.caller.number or '(N/A)'}"
    yield f" Caller ID Name: {channel.caller.name or '(N/A)'}"
    yield f"Connected Line ID: {connected.number or '(N/A)'}"
    yield f"Connected Line ID Name: {connected.name or '(N/A)'}"
    yield f"    DNID Digits: {channel.dialed_number or '(N/A)'}"
    yield f"       Language: {channel.language}"
    yield f"          State: {STATE_NAMES[channel.state]} ({int(channel.state)})"
    yield f"   Elapsed Time: {hours}h{minutes}m{seconds}s"
    yield f"      Bridge ID: {channel.bridge.unique_id if channel.bridge else '(Not bridged)'}"
    yield " --   PBX   --"
    yield f"        Context: {channel.context}"
    yield f"      Extension: {channel.exten}"
    yield f"       Priority: {channel.priority}"
    yield f"    Application: {channel.application or '(N/A)'}"
    yield f"           Data: {channel.data or '(None)'}"
    yield f" Call Identifer: {channel.call_id}"
    yield "      Variables:"
    yield from (f"{key}={value}" for key, value in channel.variables.items())
    yield ""


@command("channel request hangup", "Request a hangup on a given channel", fewest=1, most=1)
def request_hangup(asked: Invocation) -> Iterator[str]:
    """Hang up one channel, or all."""
    name = asked.words[0]
    if name.lower() == "all":
        for channel in asked.world.channels.all():
            yield f"Requested Hangup on channel '{channel.name}'"
            channel.hang_up()
        return
    found = asked.world.channels.get(name)
    if found is None:
        yield f"{name} is not a known channel"
    else:
        yield f"Requested Hangup on channel '{found.name}'"
        found.hang_up()


def _count_calls(world: World) -> Iterator[str]:
    active = sum(bool(channel.application) and not channel.is_outgoing for channel in world.channels.all())
    yield f"{active} active call{_plural(active)}"
    yield f"{world.processed_calls} call{_plural(world.processed_calls)} processed"


def _plural(count: int) -> str:
    return "" if count == 1 else "s"


def _elapsed(world: World, channel: Channel) -> tuple[int, int, int]:
    seconds = max(0, int(world.now() - channel.created_at))
    return seconds // 3600, seconds % 3600 // 60, seconds % 60


def _write(channel: Channel) -> str:
    place = f"{channel.exten}@{channel.context}:{channel.priority}"
    application = f"{channel.application}({channel.data})" if channel.application else "(None)"
    located = place if channel.context and channel.exten else "(None)"
    return _ROW.format(channel.name, located, STATE_NAMES[channel.state], application)


def _write_wide(world: World, channel: Channel) -> str:
    hours, minutes, seconds = _elapsed(world, channel)
    return _WIDE_ROW.format(
        channel.name,
        channel.context,
        channel.exten,
        f"{channel.priority:4d}",
        STATE_NAMES[channel.state],
        channel.application or "(None)",
        channel.data or "(Empty)",
        channel.caller.number,
        f"{hours:02}:{minutes:02}:{seconds:02}",
        channel.account,
        "",
        channel.bridge.unique_id if channel.bridge else "",
    )


def _write_concise(world: World, channel: Channel) -> str:
    hours, minutes, seconds = _elapsed(world, channel)
    cells = (
        channel.name,
        channel.context,
        channel.exten,
        str(channel.priority),
        STATE_NAMES[channel.state],
        channel.application or "(None)",
        channel.data,
        channel.caller.number,
        channel.account,
        "",
        _AMA_FLAGS,
        str(hours * 3600 + minutes * 60 + seconds),
        channel.bridge.unique_id if channel.bridge else "",
        channel.unique_id,
    )
    return "!".join(cells)
