"""Device states: what follows from channels and registrations, and what extensions show of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from amictl.demo.text import Headers

if TYPE_CHECKING:
    from amictl.demo.world import World

Watcher = Callable[[str, str], None]
"""Hears a device and its new state."""

# Asterisk main/devicestate.c, ast_devstate_aggregate_add: what counts most when several come together.
_ORDER: Final = (
    "INVALID", "UNKNOWN", "UNAVAILABLE", "NOT_INUSE", "ONHOLD", "RINGING", "INUSE", "BUSY", "RINGINUSE",
)  # fmt: skip
_IN_USE: Final = frozenset({"INUSE", "ONHOLD", "BUSY"})
# Asterisk main/pbx.c, ast_devstate_to_extenstate, and extension_states[].
_EXTENSION_STATE: Final = MappingProxyType({
    "ONHOLD": (16, "Hold"), "BUSY": (2, "Busy"), "UNKNOWN": (0, "Idle"), "UNAVAILABLE": (4, "Unavailable"),
    "INVALID": (4, "Unavailable"), "RINGINUSE": (9, "InUse&Ringing"), "RINGING": (8, "Ringing"),
    "INUSE": (1, "InUse"), "NOT_INUSE": (0, "Idle"),
})  # fmt: skip
_UNCACHED: Final = "Local/"
_DELAY: Final = 0.001  # seconds: Asterisk's thread of device states comes after what those of the calls do
_SEPARATOR: Final = re.compile("[/:]")


def aggregate(states: Iterable[str]) -> str:
    """Return the state of something made of several ("Asterisk main/devicestate.c")."""
    result, rings, in_use = "INVALID", False, False
    for state in states:
        rings = rings or state == "RINGING"
        in_use = in_use or state in _IN_USE
        if rings and in_use:
            result = "RINGINUSE"
        elif _ORDER.index(state) > _ORDER.index(result):
            result = state
    return result


class Devices:
    """The states of all devices, and the hints that show them.

    A change is told a moment after what brought it about, as Asterisk's device state thread does it.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._told: dict[str, str] = {}
        self._custom: dict[str, str] = {}
        self._due: list[tuple[str, str]] = []
        self._hints: dict[str, list[tuple[str, str, str]]] | None = None
        self._shown: dict[tuple[str, str], int] = {}
        self._watchers: dict[str, list[Watcher]] = {}
        self._all_watchers: list[Watcher] = []
        self._bases: dict[str, Callable[[str], str]] = {}

    def set_base(self, technology: str, base: Callable[[str], str]) -> None:
        """Say who knows the state of a technology's devices as long as they have no channel.

        Args:
            technology: As in ``PJSIP/1001``, or ``park`` as in ``park:701@parkedcalls``.
            base: Gives ``NOT_INUSE``, ``UNAVAILABLE`` or ``INVALID`` for a device.
        """
        self._bases[technology] = base

    def state(self, device: str) -> str:
        """Return a device's state as DeviceStateChange says it."""
        if device in self._custom:
            return self._custom[device]
        technology = _SEPARATOR.split(device, maxsplit=1)[0]
        if technology == "Local":
            return self._local_state(device)
        base = self._bases.get(technology)
        if base is None:
            return "UNKNOWN" if device.startswith("Custom:") else "INVALID"
        counts = self._world.channels.counts(device)
        if not counts:
            return base(device)
        busy_at = self._world.phones.busy_at(device)
        if busy_at and sum(counts.values()) - counts.get("NOT_INUSE", 0) >= busy_at:
            return "BUSY"
        return aggregate(counts)

    def told(self) -> dict[str, str]:
        """Return the states that were told, by device, as DeviceStateList lists them."""
        return self._told

    def begin(self, device: str) -> None:
        """Note a device whose state was told before anybody could listen, as those of phones at the start."""
        self._told[device] = self.state(device)

    def settle(self) -> None:
        """Take all that is due as told, without a word: the states at the start."""
        for device, _ in self._due:
            self.begin(device)
        self._due = []

    def changed(self, device: str) -> None:
        """Note that a device's state may have changed; what it is now is told in a moment."""
        noted = (device, self.state(device))
        if not self._due:
            self._world.later(_DELAY, self._tell_due)
        if noted not in self._due[-1:]:
            self._due.append(noted)

    def change(self, device: str, state: str) -> None:
        """Set the state of a device that is no phone's (``Queue:…``, ``park:…``, ``Custom:…``)."""
        self._custom[device] = state
        self.changed(device)

    set_custom = change

    def watch(self, device: str, callback: Watcher) -> None:
        """Call somebody at each change of a device, after it was told; ``*`` watches all."""
        if device == "*":
            self._all_watchers.append(callback)
        else:
            self._watchers.setdefault(device, []).append(callback)

    def unwatch(self, device: str, callback: Watcher) -> None:
        """Undo `watch`."""
        watchers = self._all_watchers if device == "*" else self._watchers.get(device, [])
        if callback in watchers:
            watchers.remove(callback)

    def hints_changed(self) -> None:
        """Read the hints anew: the dialplan has others now."""
        self._hints = None

    def extension_state(self, context: str, exten: str) -> tuple[int, str, str] | None:
        """Return an extension's status, its text, and its hint; None where it has no hint."""
        found = self._world.dialplan.extensions.hint(context, exten)
        if found is None:
            return None
        hint = found[1].hint
        return (*self._hint_state(hint), hint)

    def extension_headers(self, context: str, exten: str, hint: str) -> Headers:
        """Return the headers that ExtensionStatus, ExtensionState and their list share."""
        status, text = self._hint_state(hint)
        return (
            ("Exten", exten), ("Context", context), ("Hint", hint),
            ("Status", str(status)), ("StatusText", text),
        )  # fmt: skip

    def _local_state(self, device: str) -> str:
        """Return the state of a Local extension ("Asterisk main/core_local.c", local_devicestate)."""
        exten, _, context = device.removeprefix("Local/").partition("@")
        context = context.partition("/")[0] or "default"
        if self._world.dialplan.extensions.find(context, exten) is None:
            return "INVALID"
        counts = self._world.channels.counts(device.partition("/n")[0])
        return "INUSE" if counts.keys() - {"NOT_INUSE"} else "NOT_INUSE"

    def _hint_state(self, hint: str) -> tuple[int, str]:
        devices = [device for device in hint.split(",", maxsplit=1)[0].split("&") if device]
        return _EXTENSION_STATE[aggregate(self.state(device) for device in devices)]

    def _hints_of(self, device: str) -> list[tuple[str, str, str]]:
        if self._hints is None:
            self._hints = {}
            for context, extension in self._world.dialplan.extensions.hints():
                for watched in extension.hint.split(",")[0].split("&"):
                    shown = (context, extension.name, extension.hint)
                    self._hints.setdefault(watched, []).append(shown)
        return self._hints.get(device, [])

    def _tell_due(self) -> None:
        due, self._due = self._due, []
        for device, state in due:
            if self._told.get(device) == state and not device.startswith(_UNCACHED):
                continue
            if not device.startswith(_UNCACHED):
                self._told[device] = state
            self._world.emit("DeviceStateChange", (("Device", device), ("State", state)))
            self._show(device)
            for watcher in (*self._watchers.get(device, ()), *self._all_watchers):
                watcher(device, state)

    def _show(self, device: str) -> None:
        for context, exten, hint in self._hints_of(device):
            headers = self.extension_headers(context, exten, hint)
            status = int(headers[3][1])
            if self._shown.get((context, exten)) != status:
                self._shown[context, exten] = status
                self._world.emit("ExtensionStatus", headers)
