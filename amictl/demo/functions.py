"""The dialplan's functions and the variables that every channel has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import STATE_NAMES, Channel, Party
from amictl.demo.expressions import is_true

if TYPE_CHECKING:
    from amictl.demo.world import World

Reader = Callable[["World", Channel | None, str], str]
"""Gives a function's value for a channel (None: a global one) and its arguments."""
Writer = Callable[["World", Channel | None, str, str], None]
"""Writes a value to a function; the arguments come before the value."""

READERS: Final[dict[str, Reader]] = {}
WRITERS: Final[dict[str, Writer]] = {}
_CALL: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)\((?P<arguments>.*)\)", re.DOTALL)


class UnknownFunctionError(ValueError):
    """There is no such function, or it cannot be written."""


def reads(name: str) -> Callable[[Reader], Reader]:
    """Register what reads a function; the name is in upper case."""

    def register(reader: Reader) -> Reader:
        READERS[name] = reader
        return reader

    return register


def writes(name: str) -> Callable[[Writer], Writer]:
    """Register what writes a function; the name is in upper case."""

    def register(writer: Writer) -> Writer:
        WRITERS[name] = writer
        return writer

    return register


def read_value(world: World, channel: Channel | None, name: str) -> str:
    """Return the value of a variable or a function.

    Args:
        world: Where global variables are.
        channel: Whose; None reads global variables only.
        name: A variable's name, or a function with its arguments.

    Raises:
        UnknownFunctionError: There is no such function.
    """
    call = _CALL.fullmatch(name)
    if call is None:
        return _read_variable(world, channel, name)
    reader = READERS.get(call["name"])
    if reader is None:
        raise UnknownFunctionError(f"Function {call['name']} not registered")
    return reader(world, channel, call["arguments"])


def write_value(world: World, channel: Channel | None, name: str, value: str) -> None:
    """Set a variable or write a function; ``_`` and ``__`` before a variable's name let legs inherit it.

    Raises:
        UnknownFunctionError: There is no such function, or it is only read.
    """
    call = _CALL.fullmatch(name)
    if call is not None:
        writer = WRITERS.get(call["name"])
        if writer is None:
            raise UnknownFunctionError(f"Function {call['name']} not registered")
        writer(world, channel, call["arguments"], value)
    elif channel is None:
        world.set_global(name, value)
    else:
        channel.set_variable(name, value)


def _read_variable(world: World, channel: Channel | None, name: str) -> str:
    if channel is not None:
        builtin = _BUILTIN.get(name)
        if builtin is not None:
            return builtin(channel)
        for stored in (name, f"_{name}", f"__{name}"):
            if stored in channel.variables:
                return channel.variables[stored]
    if name == "EPOCH":
        return str(int(world.now()))
    return world.dialplan.extensions.globals.get(name, "")


_BUILTIN: Final[dict[str, Callable[[Channel], str]]] = {
    "EXTEN": lambda channel: channel.exten,
    "CONTEXT": lambda channel: channel.context,
    "PRIORITY": lambda channel: str(channel.priority),
    "CHANNEL": lambda channel: channel.name,
    "UNIQUEID": lambda channel: channel.unique_id,
    "HANGUPCAUSE": lambda channel: str(int(channel.hangup_cause)),
    "CALLERID": lambda channel: f'"{channel.caller.name}" <{channel.caller.number}>',
}


def _party(channel: Channel | None, arguments: str, party: Party) -> str:
    if channel is None:
        return ""
    kind = arguments.partition(",")[0].strip().lower()
    return {
        "num": party.number,
        "number": party.number,
        "name": party.name,
        "all": f'"{party.name}" <{party.number}>' if party.name else party.number,
        "ani": party.number,
        "dnid": channel.dialed_number,
    }.get(kind, "")


def parse_caller_id(text: str) -> Party:
    """Return name and number of ``"Name" <number>``, or of either alone."""
    match = re.fullmatch(r'\s*"?(?P<name>.*?)"?\s*<(?P<number>[^>]*)>\s*', text)
    if match:
        return Party(match["number"], match["name"])
    stripped = text.strip().strip('"')
    return Party(stripped, "") if re.fullmatch(r"[\d+*#]+", stripped) else Party("", stripped)


def _changed(party: Party, arguments: str, value: str) -> Party:
    kind = arguments.partition(",")[0].strip().lower()
    if kind in {"num", "number"}:
        return replace(party, number=value)
    if kind == "name":
        return replace(party, name=value)
    return parse_caller_id(value) if kind == "all" else party


@reads("CALLERID")
def _read_caller_id(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    return _party(channel, arguments, channel.caller) if channel else ""


@writes("CALLERID")
def _write_caller_id(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    if channel is not None:
        channel.set_caller(_changed(channel.caller, arguments, value))


@reads("CONNECTEDLINE")
def _read_connected(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    return _party(channel, arguments, channel.connected) if channel else ""


@writes("CONNECTEDLINE")
def _write_connected(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    if channel is not None:
        channel.set_connected(_changed(channel.connected, arguments, value))


@reads("CHANNEL")
def _read_channel(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    if channel is None:
        return ""
    facts: dict[str, Callable[[], str]] = {
        "name": lambda: channel.name,
        "state": lambda: STATE_NAMES[channel.state],
        "language": lambda: channel.language,
        "accountcode": lambda: channel.account,
        "context": lambda: channel.context,
        "exten": lambda: channel.exten,
        "uniqueid": lambda: channel.unique_id,
        "linkedid": lambda: channel.linked_id,
        "channeltype": lambda: channel.technology,
        "musicclass": lambda: channel.music_class,
        "callid": lambda: channel.call_id,
        "audioreadformat": lambda: "ulaw",
        "audiowriteformat": lambda: "ulaw",
        "audionativeformat": lambda: "(ulaw)",
    }
    read = facts.get(arguments.partition(",")[0].lower())
    return read() if read else ""


@writes("CHANNEL")
def _write_channel(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    if channel is None:
        return
    if arguments == "language":
        channel.language = value
    elif arguments == "accountcode":
        channel.account = value
    elif arguments == "musicclass":
        channel.music_class = value
        return
    channel.publish()


@reads("GLOBAL")
def _read_global(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    return world.dialplan.extensions.globals.get(arguments, "")


@writes("GLOBAL")
def _write_global(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    world.set_global(arguments, value)


@reads("DEVICE_STATE")
def _read_device_state(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    return world.devices.state(arguments)


@writes("DEVICE_STATE")
def _write_device_state(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    world.devices.set_custom(arguments, value)


@reads("CUT")
def _cut(world: World, channel: Channel | None, arguments: str) -> str:
    name, delimiter, fields = [*arguments.split(",", 2), "", ""][:3]
    parts = read_value(world, channel, name).split(delimiter or "-")
    first, dash, last = fields.partition("-")
    begin = int(first or 1) - 1
    end = (int(last) if last else len(parts)) if dash else begin + 1
    return (delimiter or "-").join(parts[begin:end])


@reads("LEN")
def _len(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    return str(len(arguments))


@reads("IF")
def _if(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    condition, _, choices = arguments.partition("?")
    yes, _, no = choices.partition(":")
    return yes if is_true(condition) else no


@reads("STRFTIME")
def _strftime(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    epoch, _, rest = arguments.partition(",")
    zone, _, shape = rest.partition(",")
    return world.local_time(float(epoch) if epoch else world.now(), zone).strftime(shape or "%c")
