"""Write the tables of ``docs/fields.md`` from what the values of the picture declare of their fields.

``make tables`` runs it; a test tells when it has to be run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from amictl.pbx.changes import EVENTS
from amictl.pbx.picture.topics import SPECS
from amictl.pbx.topics.calls.value import STEP_KINDS, JourneyStep
from amictl.pbx.topics.events.value import AmiEvent
from amictl.pbx.value import Moment, ShownField, Value, list_shown
from amictl.services.schemas import answer_of

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "fields.md"
MARK: Final = "<!-- What follows is written by `make tables`. -->\n"
_WORDS: Final[Mapping[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    date: "date",
}


def rewrite(document: str) -> str:
    """Return the document with its tables as they should be now."""
    front, mark, _ = document.partition(MARK)
    return f"{front}{mark or MARK}{''.join(_write_topics())}"


def _write_topics() -> Iterator[str]:
    written: dict[type[Value], None] = {}
    for topic, kind in {**{name: spec.value for name, spec in SPECS.items()}, EVENTS: AmiEvent}.items():
        yield f"\n## `{topic}`\n"
        yield from _write_value(kind, written)


def _write_value(kind: type[Value], written: dict[type[Value], None]) -> Iterator[str]:
    """Yield the section of a type of values, and those of what it holds that stand nowhere before."""
    if kind in written:
        return
    written[kind] = None
    schema = answer_of(kind)
    yield f"\n### {schema.__name__}\n\n{schema.__doc__}\n\n| field | | |\n|---|---|---|\n"
    for field in list_shown(kind):
        yield f"| `{field.name}` | {_write_type_of(field)} | {field.about.text} |\n"
    if kind is JourneyStep:
        yield "\n| `kind` | has besides | |\n|---|---|---|\n"
        for name, step in STEP_KINDS.items():
            yield f"| `{name}` | {', '.join(f'`{fact}`' for fact in step.facts)} | {step.text} |\n"
    for field in list_shown(kind):
        for inner in _find_values(field.type):
            yield from _write_value(inner, written)


def _find_values(kind: Any) -> Iterator[type[Value]]:  # noqa: ANN401 - types
    if isinstance(kind, type) and issubclass(kind, Value):
        yield kind
    for part in get_args(kind):
        yield from _find_values(part)


def _write_type_of(field: ShownField) -> str:
    words = _write_choices(field.about.words) if field.about.words else ""
    if words:
        return f"{words} or null" if NoneType in get_args(field.type) else words
    text = _write_type(field.type)
    return text.replace("or null", "or left out") if field.optional else text


def _write_type(kind: Any) -> str:  # noqa: ANN401 - types
    """Return what a type is in words."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return "time" if isinstance(parts[1], Moment) else _write_type(parts[0])
    if origin in (Union, UnionType):
        return " or ".join("null" if part is NoneType else _write_type(part) for part in parts)
    if origin is Literal:
        return _write_choices(parts)
    if origin in (tuple, list):
        return f"list of {_write_type(parts[0])}"
    if origin is not None:
        return f"{_write_type(parts[1])} by name"
    return _write_plain(kind)


def _write_plain(kind: type) -> str:
    if issubclass(kind, Value):
        name = answer_of(kind).__name__
        return f"[{name}](#{name.lower()})"
    if issubclass(kind, Enum):
        return _write_choices(tuple(member.value for member in kind))
    return _WORDS[kind]


def _write_choices(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    DOCUMENT.write_text(rewrite(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
