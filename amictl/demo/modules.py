"""Modules: which are loaded, and what a reload of one does (Asterisk main/loader.c)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

import structlog

from amictl.demo.extensions import Extensions
from amictl.demo.module_names import OTHERS, RELOADABLE
from amictl.errors import ConfigurationError

if TYPE_CHECKING:
    from amictl.demo.world import World

log = structlog.get_logger(__name__)

# What the world itself is made of cannot be unloaded, as a module in use cannot.
_IN_USE: Final = (
    "app_confbridge", "app_dial", "app_queue", "app_voicemail", "bridge_", "chan_", "codec_", "func_", "pbx_",
    "res_",
)  # fmt: skip
_SUFFIX: Final = ".so"


class Reloaded(IntEnum):
    """How a reload ended, as the event ``Reload`` says it ("Asterisk include/asterisk/module.h")."""

    SUCCESS = 0
    NOT_FOUND = 2
    NOT_IMPLEMENTED = 6


class Modules:
    """The modules of a PBX, all of which are loaded at the start.

    Args:
        world: The PBX.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known = RELOADABLE.keys() | OTHERS.keys()
        self._loaded = set(self._known)

    @property
    def loaded(self) -> list[str]:
        """The names of those that are loaded, in order."""
        return sorted(self._loaded)

    def exists(self, name: str) -> bool:
        """Return whether there is such a module, loaded or not, by its full name."""
        return name in self._known and name.endswith(_SUFFIX)

    def find(self, name: str) -> str | None:
        """Return the full name of a module that is loaded; ``.so`` may be left out."""
        return next((each for each in (name, f"{name}{_SUFFIX}") if each in self._loaded), None)

    def describe(self, module: str) -> str:
        """Return what a module says that it is."""
        return RELOADABLE.get(module) or OTHERS[module]

    def is_in_use(self, module: str) -> bool:
        """Return whether others need it."""
        return module.startswith(_IN_USE) or not module.endswith(_SUFFIX)

    def load(self, name: str) -> bool:
        """Load a module; return whether that was possible."""
        if name not in self._known or name in self._loaded:
            return False
        self._loaded.add(name)
        self._world.emit("Load", [("Module", name), ("Status", "Success")])
        return True

    def unload(self, name: str) -> bool:
        """Unload a module; return whether that was possible."""
        if name not in self._loaded or self.is_in_use(name):
            return False
        self._loaded.remove(name)
        self._world.emit("Unload", [("Module", name), ("Status", "Success")])
        return True

    def reload(self, name: str) -> Reloaded:
        """Have a module read its configuration again; an empty name means all of them."""
        found = self.find(name) if name else None
        if name and found is None:
            result = Reloaded.NOT_FOUND
        elif found is not None and found not in RELOADABLE:
            result = Reloaded.NOT_IMPLEMENTED
        else:
            result = Reloaded.SUCCESS
            if found in {None, "app_queue.so"}:
                self._world.queue_loader.load()
            if found in {None, "pbx_config.so"}:
                self.reload_dialplan()
            if found is None:
                self._world.reloaded_at = self._world.now()
        self._world.emit("Reload", [("Module", name or "All"), ("Status", str(int(result)))])
        return result

    def reload_dialplan(self) -> None:
        """Take over what extensions.conf says now; where it cannot be read, all stays as it was."""
        world = self._world
        try:
            read = Extensions(world.folder / "extensions.conf")
        except (ValueError, ConfigurationError) as problem:
            log.warning("the demo's dialplan stays as it was", problem=str(problem))
            return
        read.take_over(world.dialplan.extensions)
        world.dialplan.extensions = read
        world.devices.hints_changed()
