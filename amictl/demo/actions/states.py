"""States of devices, extensions and people (Asterisk main/manager.c, res/res_manager_devicestate.c)."""

from __future__ import annotations

from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ListItem, Request
from amictl.demo.arguments import split_arguments

_PRESENCE: Final = "CustomPresence"
_NOT_SET: Final = "not_set"


@answers("DeviceStateList")
def list_devices(request: Request) -> None:
    """List the devices whose states were told."""
    told = request.world.devices.told()
    request.list(
        "Device State Changes will follow",
        [("DeviceStateChange", [[("Device", device), ("State", state)]]) for device, state in told.items()],
        complete="DeviceStateListComplete",
    )


@answers("ExtensionState")
def show_extension(request: Request) -> None:
    """Tell the state of the device behind an extension's hint."""
    exten = request.get("Exten")
    if not exten:
        request.fail("Extension not specified")
        return
    context = request.get("Context") or "default"
    found = request.world.devices.extension_state(context, exten)
    status, text, hint = found or (-1, "Unknown", "")
    request.give(
        [
            ("Exten", exten),
            ("Context", context),
            ("Hint", hint),
            ("Status", str(status)),
            ("StatusText", text),
        ],
        "Extension Status",
    )


@answers("ExtensionStateList")
def list_extensions(request: Request) -> None:
    """List the hints with their states."""
    world = request.world
    items: list[ListItem] = [
        ("ExtensionStatus", [world.devices.extension_headers(context, extension.name, extension.hint)])
        for context, extension in world.dialplan.extensions.hints()
    ]
    request.list("Extension Statuses will follow", items, complete="ExtensionStateListComplete")


@answers("PresenceState")
def show_presence(request: Request) -> None:
    """Tell a presence, as it stands in the database."""
    asked = request.get("Provider")
    provider, _, name = asked.partition(":")
    if not asked:
        request.fail("No provider specified")
    elif provider != _PRESENCE or not name:
        request.fail(f"Invalid provider {asked} or provider in invalid state")
    else:
        state, subtype, message = _read_presence(request.world.database.get(_PRESENCE, name))
        told = [("State", state)]
        told += [("Subtype", subtype)] if subtype else []
        told += [("PresenceMessage", message)] if message else []
        request.give(told, "Presence State")


@answers("PresenceStateList")
def list_presences(request: Request) -> None:
    """List the presences that somebody watches: in the demo nobody does."""
    request.list("Presence State Changes will follow", [], complete="PresenceStateListComplete")


def _read_presence(written: str | None) -> tuple[str, str, str]:
    """Return state, subtype and message of a presence, which the database keeps with commas between."""
    state, subtype, message = split_arguments(written or _NOT_SET, 3)
    return state, subtype, message
