"""Actions that show the dialplan and change the running one (Asterisk main/pbx.c, pbx/pbx_config.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ListItem, Request
from amictl.demo.configuration import is_true
from amictl.demo.extensions import FILE_REGISTRAR, Context, Extension, Extensions, Step, matches

_NUMBER: Final = re.compile(r"\d{1,9}")
_HINT: Final = "hint"


@answers("ShowDialPlan")
def show_dialplan(request: Request) -> None:
    """List the dialplan, or one context or extension of it."""
    wanted, exten = request.get("Context"), request.get("Extension")
    contexts = request.world.dialplan.extensions.contexts
    if wanted and wanted not in contexts:
        request.fail(f"Did not find context {wanted}")
        return
    chosen = list(contexts.values())
    if wanted:
        chosen = (
            [contexts[name] for name in _follow_includes(contexts, wanted)] if exten else [contexts[wanted]]
        )
    shown: list[tuple[Context, list[Extension]]] = [
        (context, [each for each in context.extensions.values() if not exten or _is_meant(each, exten)])
        for context in chosen
    ]
    if exten and not any(extensions for _, extensions in shown):
        request.fail(f"Did not find extension {exten}{f'@{wanted}' if wanted else ' in any context'}")
        return
    if exten:
        shown = [(context, extensions) for context, extensions in shown if extensions]
    items = [item for context, extensions in shown for item in _list(context, extensions, whole=not exten)]
    extensions = [extension for _, found in shown for extension in found]
    request.list(
        "DialPlan list will follow",
        items,
        complete="ShowDialPlanComplete",
        extra=[
            ("ListExtensions", str(len(extensions))),
            ("ListPriorities", str(sum(len(each.steps) + bool(each.hint) for each in extensions))),
            ("ListContexts", str(len(shown))),
        ],
    )


@answers("DialplanExtensionAdd")
def add_extension(request: Request) -> None:
    """Add a priority to an extension of the running dialplan."""
    context, exten, priority, application = map(
        request.get, ("Context", "Extension", "Priority", "Application")
    )
    if not all((context, exten, priority, application)):
        request.fail(
            "Context, Extension, Priority, and Application must be defined for DialplanExtensionAdd."
        )
        return
    if priority != _HINT and not _NUMBER.fullmatch(priority):
        request.fail("The priority specified was invalid.")
        return
    world = request.world
    extensions = world.dialplan.extensions
    exten = exten.partition("/")[0]
    if not is_true(request.get("Replace")) and _is_there(extensions, context, exten, priority):
        request.fail("That extension and priority already exist at that context")
        return
    if priority == _HINT:
        extensions.add_hint(context, exten, application, registrar=FILE_REGISTRAR)
        world.devices.hints_changed()
    else:
        step = Step(application, request.get("ApplicationData"))
        extensions.add(context, exten, int(priority), step, registrar=FILE_REGISTRAR)
    request.succeed("Added requested extension")


@answers("DialplanExtensionRemove")
def remove_extension(request: Request) -> None:
    """Remove an extension, or one priority of it, from the running dialplan."""
    context, exten, priority = map(request.get, ("Context", "Extension", "Priority"))
    if not context or not exten:
        request.fail("Context and Extension must be provided for DialplanExtensionRemove")
        return
    if priority and priority != _HINT and not _NUMBER.fullmatch(priority):
        request.fail("The priority specified was invalid.")
        return
    world = request.world
    extensions = world.dialplan.extensions
    exten = exten.partition("/")[0]
    if not _is_there(extensions, context, exten, priority):
        request.fail("Failed to remove requested extension")
        return
    if priority == _HINT:
        extensions.add_hint(context, exten, "")
    else:
        extensions.remove(context, exten, int(priority) if priority else None)
    world.devices.hints_changed()
    request.succeed(
        "Removed the requested priority from the extension" if priority else "Removed the requested extension"
    )


def _follow_includes(contexts: Mapping[str, Context], name: str) -> list[str]:
    """Return a context and all that it includes, each once."""
    found = [name]
    for each in found:
        found += [other for other in contexts[each].includes if other in contexts and other not in found]
    return found


def _is_meant(extension: Extension, exten: str) -> bool:
    is_pattern = extension.name.startswith("_")
    return extension.name == exten or (is_pattern and matches(extension.name, exten))


def _is_there(extensions: Extensions, context: str, exten: str, priority: str) -> bool:
    """Return whether a context itself has an extension, with a priority where one is given."""
    known = extensions.contexts.get(context)
    extension = known.extensions.get(exten) if known else None
    if extension is None:
        return False
    if not priority:
        return True
    return bool(extension.hint) if priority == _HINT else int(priority) in extension.steps


def _list(context: Context, extensions: list[Extension], *, whole: bool) -> Iterator[ListItem]:
    """Yield a context's extensions, each with its hint and its priorities, and what it includes."""
    for extension in extensions:
        place = [("Context", context.name), ("Extension", extension.name)]
        registrar = [("Registrar", extension.registrar)]
        if extension.hint:
            yield (
                "ListDialplan",
                [place, [("Priority", _HINT), ("Application", extension.hint)], registrar],
            )
        labels = {priority: label for label, priority in extension.labels.items()}
        for priority, step in sorted(extension.steps.items()):
            label = [("ExtensionLabel", labels[priority])] if priority in labels else []
            told = [("Priority", str(priority)), ("Application", step.application), ("AppData", step.data)]
            yield "ListDialplan", [place, label, told, registrar]
    if whole:
        for included in context.includes:
            names = [("Context", context.name), ("IncludeContext", included)]
            yield "ListDialplan", [names, [("Registrar", context.registrar)]]
