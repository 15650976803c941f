"""The dialplan, as far as somebody who writes an extension wants to know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_text
from amictl.pbx.value import About, Value
from amictl.protocol import Message

_PATTERN: Final = "_"  # begins an extension that stands for many
# Extensions that Asterisk itself goes to when something happens (main/pbx.c): nobody dials them.
_SPECIAL: Final = frozenset({"s", "i", "h", "t", "T", "e", "a", "o", "fax", "failed"})


class DialplanContext(Value, frozen=True):
    """A context of the dialplan."""

    context: str
    extensions: Annotated[int, About("How many it has, patterns and special ones included")]
    includes: Annotated[tuple[str, ...], About("The contexts whose extensions can be dialled in it, too")]


class DialplanExtension(Value, frozen=True):
    """An extension of the dialplan."""

    exten: str
    context: Annotated[str, About("Where it stands: the context asked for, or one that it includes")]
    pattern: Annotated[bool, About("Whether it stands for many numbers: _2XXX")]
    special: Annotated[bool, About("Whether Asterisk itself goes there when something happens: i, h, t")]
    hint: Annotated[str | None, About("The device whose state it tells")] = None
    application: Annotated[str | None, About("What it does first, as its priority 1 says")] = None
    application_data: Annotated[str | None, About("Its arguments; null without events.sensitive")] = None


@dataclass(slots=True)
class _Context:
    """What was read of a context: its extensions in the PBX's order, and what it includes."""

    extensions: dict[str, DialplanExtension] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)


class Dialplan:
    """All contexts of a PBX.

    Args:
        items: ``ListDialplan`` events of ``ShowDialPlan`` ("Asterisk main/pbx.c",
            manager_show_dialplan_helper).
    """

    def __init__(self, items: Iterable[Message]) -> None:
        self._contexts: dict[str, _Context] = {}
        for item in items:
            _read_item(self._contexts.setdefault(item.get("Context", ""), _Context()), item)

    def __contains__(self, context: str) -> bool:
        """Return whether there is such a context."""
        return context in self._contexts

    def list_contexts(self) -> tuple[DialplanContext, ...]:
        """Return the contexts by their names."""
        return tuple(
            DialplanContext(name, len(found.extensions), tuple(found.includes))
            for name, found in sorted(self._contexts.items())
        )

    def list_extensions(self, context: str) -> Iterator[DialplanExtension]:
        """Yield what can be dialled in a context: its own extensions, then those of what it includes."""
        seen: set[str] = set()
        for name in _follow(self._contexts, context):
            for exten, found in self._contexts[name].extensions.items():
                if exten not in seen:
                    seen.add(exten)
                    yield found


def _read_item(context: _Context, item: Message) -> None:
    """Add what one item tells: a priority, a hint, or an include."""
    if included := item.get("IncludeContext"):
        context.includes.append(included)
        return
    exten = item.get("Extension")
    if not exten:
        return
    known = context.extensions.get(exten)
    if known is None:
        known = DialplanExtension(
            exten=exten,
            context=item.get("Context", ""),
            pattern=exten.startswith(_PATTERN),
            special=exten in _SPECIAL,
        )
    match item.get("Priority"):
        case "hint":  # the device stands in place of the application
            known = replace(known, hint=read_text(item.get("Application")))
        case "1":
            application, data = read_text(item.get("Application")), read_text(item.get("AppData"))
            known = replace(known, application=application, application_data=data)
    context.extensions[exten] = known


def _follow(contexts: Mapping[str, _Context], first: str) -> list[str]:
    """Return a context and all that it includes, each once, in the order in which Asterisk looks."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name in contexts and name not in found:
            found.append(name)
            for included in contexts[name].includes:
                visit(included)

    visit(first)
    return found
