"""``dialplan show``, ``core show hints`` and ``core show hint`` (Asterisk main/pbx.c)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amictl.demo.console.registry import CommandFailed, Invocation, command
from amictl.demo.extensions import Context, Extension
from amictl.demo.world import World


@command("dialplan show", "Show dialplan", most=1)
def show_dialplan(asked: Invocation) -> Iterator[str]:
    """Show all contexts, one, or one extension as ``exten@context``."""
    exten, at, name = (asked.words[0] if asked.words else "").rpartition("@")
    contexts = asked.world.dialplan.extensions.contexts
    if name and name not in contexts:
        raise CommandFailed(f"There is no existence of '{name}' context")
    shown = 0
    counted: list[Extension] = []
    for context in [contexts[name]] if name else list(contexts.values()):
        extensions = [each for each in context.extensions.values() if not exten or each.name == exten]
        if at and not extensions:
            continue
        shown += 1
        counted += extensions
        yield from _write_context(context, extensions, whole=not exten)
    if at and not counted:
        raise CommandFailed(f"There is no existence of {exten}@{name} extension")
    priorities = sum(len(each.steps) + bool(each.hint) for each in counted)
    yield (
        f"-= {len(counted)} extension{_plural(len(counted))} ({priorities} priorit"
        f"{'y' if priorities == 1 else 'ies'}) in {shown} context{_plural(shown)}. =-"
    )


@command("dialplan reload", "Reload extensions and *only* extensions")
def reload_dialplan(asked: Invocation) -> Iterator[str]:
    """Read extensions.conf again."""
    asked.world.modules.reload_dialplan()
    yield "Dialplan reloaded."


@command("core show hints", "Show dialplan hints")
def show_hints(asked: Invocation) -> Iterator[str]:
    """List the hints with their states."""
    hints = list(asked.world.dialplan.extensions.hints())
    yield ""
    yield "    -= Registered Asterisk Dial Plan Hints =-"
    yield from (_write_hint(asked.world, context, extension) for context, extension in hints)
    yield "----------------"
    yield f"- {len(hints)} hints registered"


@command("core show hint", "Show dialplan hint", fewest=1, most=1)
def show_hint(asked: Invocation) -> Iterator[str]:
    """List the hints of extensions whose names begin with a text."""
    start = asked.words[0]
    hints = [pair for pair in asked.world.dialplan.extensions.hints() if pair[1].name.startswith(start)]
    yield from (_write_hint(asked.world, context, extension) for context, extension in hints)
    if hints:
        yield f"{len(hints)} hint{_plural(len(hints))} matching extension {start}"
    else:
        yield f"No hints matching extension {start}"


def _write_context(context: Context, extensions: Sequence[Extension], *, whole: bool) -> Iterator[str]:
    yield f"[ Context '{context.name}' created by '{context.registrar}' ]"
    for extension in extensions:
        heading = f"'{extension.name}' =>"
        labels = {priority: label for label, priority in extension.labels.items()}
        lines = [("", f"hint: {extension.hint}")] if extension.hint else []
        for priority, step in sorted(extension.steps.items()):
            label = f"   [{labels[priority]}]" if priority in labels else ""
            lines.append((label, f"{priority}. {step.application}({step.data})"))
        for number, (label, text) in enumerate(lines):
            yield f"  {label or (heading if number == 0 else ''):<17s} {text:<45s} [{extension.registrar}]"
    if whole:
        for included in context.includes:
            quoted = f"'{included}'"
            yield f"  {'Include =>':<17s} {quoted:<45s} [{context.registrar}]"
    yield ""


def _write_hint(world: World, context: str, extension: Extension) -> str:
    found = world.devices.extension_state(context, extension.name)
    state = found[1] if found else "Unknown"
    place = f"{extension.name}@{context}"
    return (
        f"{place:<30.30s}: {extension.hint:<60.60s}  State:{state:<15.15s} Presence:{'not_set':<15.15s}"
        f" Watchers {0:2d}"
    )


def _plural(count: int) -> str:
    return "" if count == 1 else "s"
