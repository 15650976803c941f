"""``module show``, ``module reload``, ``core reload``, ``logger …`` (Asterisk main/cli.c, main/loader.c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.console.registry import Invocation, command
from amictl.demo.modules import Reloaded

_ROW: Final = "{:<30s} {:<40.40s} {:<10s} {:<11s} {:>13s}"


@command("module show", "List modules and info")
def show_modules(asked: Invocation) -> Iterator[str]:
    """List all modules."""
    yield from _list(asked, "")


@command("module show like", "List modules and info", fewest=1, most=1)
def show_modules_like(asked: Invocation) -> Iterator[str]:
    """List the modules with a text in their names."""
    yield from _list(asked, asked.words[0])


@command("module reload", "Reload configuration for the module", most=8)
def reload_modules(asked: Invocation) -> Iterator[str]:
    """Have modules read their configuration again, or all where none is named."""
    modules = asked.world.modules
    if not asked.words:
        modules.reload("")
    for name in asked.words:
        result = modules.reload(name)
        if result is Reloaded.NOT_FOUND:
            yield f"No such module '{name}'"
        elif result is Reloaded.NOT_IMPLEMENTED:
            yield f"The module '{name}' does not support reloads"
        else:
            yield f"Module '{name}' reloaded successfully."


@command("core reload", "Global reload")
def reload_all(asked: Invocation) -> Iterator[str]:
    """Have all modules read their configuration again."""
    asked.world.modules.reload("")
    yield from ()


@command("logger reload", "Reopens the log files", most=1)
@command("logger rotate", "Rotates and reopens the log files")
def reopen_logs(_asked: Invocation) -> Iterator[str]:
    """Begin new log files; the demo keeps none."""
    yield from ()


def _list(asked: Invocation, part: str) -> Iterator[str]:
    modules = asked.world.modules
    found = [name for name in modules.loaded if part.lower() in name.lower()]
    yield _ROW.format("Module", "Description", "Use Count", "Status", "Support Level")
    for name in found:
        uses = str(int(modules.is_in_use(name)))
        yield _ROW.format(name, modules.describe(name), uses, "Running", "core")
    yield f"{len(found)} modules loaded"
