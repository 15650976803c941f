"""Actions of Asterisk's modules (main/manager.c, main/loader.c)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.modules import Reloaded

_REFUSALS: Final = MappingProxyType(
    {
        Reloaded.NOT_FOUND: "No such module",
        Reloaded.NOT_IMPLEMENTED: "Module does not support reload",
    }
)
_INCOMPLETE: Final = "Incomplete ModuleLoad action."
_NO_NAME: Final = "Need module name"
_SUFFIX: Final = ".so"


@answers("ModuleCheck")
def check_module(request: Request) -> None:
    """Tell whether a module is loaded, by its name without ``.so``."""
    name = request.get("Module").partition(".")[0]
    if f"{name}{_SUFFIX}" in request.world.modules.loaded:
        request.give([("Version", "")])
    else:
        request.fail("Module not loaded")


@answers("Reload")
def reload(request: Request) -> None:
    """Have one module read its configuration again, or all."""
    result = request.world.modules.reload(request.get("Module"))
    if result in _REFUSALS:
        request.fail(_REFUSALS[result])
    else:
        request.succeed("Module Reloaded")


@answers("ModuleLoad")
def manage_module(request: Request) -> None:
    """Load, unload, reload or refresh a module, which must be named in full.

    Asterisk says what is missing and goes on, so that it answers more than once then.
    """
    name, how = request.get("Module"), request.get("LoadType").lower()
    orders = {"load": _load, "unload": _unload, "refresh": _refresh, "reload": _reload}
    if how in orders and (name or how == "reload"):
        orders[how](request, name)
        return
    problems = [] if how else [_INCOMPLETE]
    problems += [] if name else [_NO_NAME]
    problems.append(f"Could not {how} module." if how in orders else _INCOMPLETE)
    request.fail(*problems)


def _load(request: Request, name: str) -> None:
    modules = request.world.modules
    if not modules.exists(name):
        request.fail("Module not found.")
    elif modules.load(name):
        request.succeed("Module loaded.")
    else:
        request.fail("Could not load module.")


def _unload(request: Request, name: str) -> None:
    modules = request.world.modules
    if not modules.exists(name):
        request.fail("Module not found.")
    elif modules.unload(name):
        request.succeed("Module unloaded.")
    else:
        request.fail("Could not unload module.")


def _refresh(request: Request, name: str) -> None:
    modules = request.world.modules
    if not modules.exists(name):
        request.fail("Module not found.")
    elif modules.unload(name) and modules.load(name):
        request.succeed("Module unloaded and loaded.")
    else:
        request.fail("Could not refresh module.")


def _reload(request: Request, name: str) -> None:
    modules = request.world.modules
    if not name:
        modules.reload("")
        request.succeed("All modules reloaded")
    elif not modules.exists(name):
        request.fail("Module not found.")
    elif name not in modules.loaded:
        request.fail("No such module.")
    elif modules.reload(name) is Reloaded.SUCCESS:
        request.succeed("Module reloaded.")
    else:
        request.fail("Module does not support reload action.")
