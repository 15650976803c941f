"""Actions of Asterisk's modules (main/manager.c, main/loader.c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.modules import Modules, Reloaded

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
    if how == "reload":
        _reload(request, name)
        return
    if how in _ORDERS and name:
        _carry_out(request, name, how)
        return
    problems = [] if how else [_INCOMPLETE]
    problems += [] if name else [_NO_NAME]
    problems.append(f"Could not {how} module." if how in _ORDERS else _INCOMPLETE)
    request.fail(*problems)


def _refresh(modules: Modules, name: str) -> bool:
    return modules.unload(name) and modules.load(name)


_ORDERS: Final[Mapping[str, tuple[Callable[[Modules, str], bool], str]]] = {
    "load": (Modules.load, "Module loaded."),
    "unload": (Modules.unload, "Module unloaded."),
    "refresh": (_refresh, "Module unloaded and loaded."),
}
"""What is done by each order but a reload, and what is said when it is done."""


def _carry_out(request: Request, name: str, how: str) -> None:
    do, done = _ORDERS[how]
    if not request.world.modules.exists(name):
        request.fail("Module not found.")
    elif do(request.world.modules, name):
        request.succeed(done)
    else:
        request.fail(f"Could not {how} module.")


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
