"""How a value of the picture is declared: each field once, with its type, its unit and what it is.

What reads it from messages (`amictl.pbx.reader`), its JSON (`amictl.pbx.payloads`) and the schema of its JSON
in the API's documents (`amictl.services.schemas`) follow from that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Struct, UnsetType

Convert = Callable[[str | None], Any]
"""Makes a field's value of a header's text, or of None where there is no such header."""

Getter = TypeVar("Getter", bound=Callable[[Any], Any])

_MARK: Final = "__shown_as__"


class Moment(NamedTuple):
    """Marks a number as a time: seconds since 1970, which JSON has as ISO 8601."""


Time = Annotated[float, Moment()]
"""Seconds since 1970, on the PBX's clock unless the value says otherwise."""


class About(NamedTuple):
    """What a field is.

    Args:
        text: For whoever reads the API's documents.
        header: The AMI header that it comes straight from; empty where none tells it alone.
        read: Makes it of the header's text; None where its type tells how.
        words: All that it may be, where that is known.
        name: What JSON calls it, where that is not its own name.
        digits: How many decimals JSON has of it; None for all.
        shown: Whether readers get it; otherwise it is for the picture alone.
    """

    text: str
    header: str | None = None
    read: Convert | None = None
    words: tuple[str, ...] = ()
    name: str = ""
    digits: int | None = None
    shown: bool = True


class Inlined(NamedTuple):
    """Marks a field whose own fields readers get in its place, beside the others."""


class Value(Struct, frozen=True, gc=False):
    """A value that is never changed, only replaced, by `msgspec.structs.replace`.

    Structs of msgspec are made several times as fast as frozen dataclasses, and replaced and compared many
    times as fast. The garbage collector does not look into them: values are trees, so that nothing in one
    leads back to it.

    Attributes:
        schema_name: What the API's documents call it, where its own name means something else there.
    """

    schema_name: ClassVar[str] = ""


Of = TypeVar("Of")


class Written(dict[str, Any], Generic[Of]):
    """The JSON of a value of this type, as somebody may see it; a plain dictionary to whoever runs it."""


class ShownField(NamedTuple):
    """A field as readers get it.

    Args:
        name: What JSON calls it.
        type: Its type, without what is said about it.
        about: What it is.
        getter: What makes it of a value; None where it is the value's own field of this name.
        optional: Whether it may be left out: UNSET, or the default of a type with ``omit_defaults``.
    """

    name: str
    type: Any
    about: About
    getter: Callable[[Any], Any] | None = None
    optional: bool = False

    @property
    def inlined(self) -> bool:
        """Whether its own fields stand in its place."""
        return any(isinstance(mark, Inlined) for mark in getattr(self.type, "__metadata__", ()))


def shown(name: str = "") -> Callable[[Getter], Getter]:
    """Give readers what a method without arguments, or the getter of a property, returns.

    Args:
        name: What JSON calls it, instead of a field of this name, if there is one; the method's own if empty.
    """

    def mark(getter: Getter) -> Getter:
        setattr(getter, _MARK, name or getter.__name__)
        return getter

    return mark


@cache
def list_shown(value: type[Value]) -> tuple[ShownField, ...]:
    """Return the fields that readers get of a type of values."""
    fields = {field.name: field for field in _list_own(value)}
    fields.update((field.name, field) for field in _list_made(value))
    return tuple(fields.values())


def _list_own(value: type[Value]) -> Iterator[ShownField]:
    hints = get_type_hints(value, include_extras=True)
    omits = value.__struct_config__.omit_defaults
    optional = value.__struct_fields__[-len(value.__struct_defaults__) :] if omits else ()
    for name in value.__struct_fields__:
        kind, about = take_apart(hints[name])
        if about.name:
            yield ShownField(about.name, kind, about, _getter_of(name))
        elif about.shown:
            yield ShownField(name, kind, about, optional=name in optional or UnsetType in get_args(kind))


def _list_made(value: type[Value]) -> Iterator[ShownField]:
    for member in vars(value).values():
        getter = member.fget if isinstance(member, property) else member
        name = getattr(getter, _MARK, None)
        if name:
            kind, about = take_apart(get_type_hints(getter, include_extras=True)["return"])
            yield ShownField(name, kind, about, getter)


def _getter_of(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(value, name)


def take_apart(hint: Any) -> tuple[Any, About]:  # noqa: ANN401 - types
    """Return a type and what is said about it; one without a word is not for readers to see explained."""
    if get_origin(hint) is Annotated:
        kind, *marks = get_args(hint)
        about = next((mark for mark in marks if isinstance(mark, About)), None)
        if about is not None:
            others = tuple(mark for mark in marks if mark is not about)
            return (Annotated[kind, *others] if others else kind), about
    return hint, About("")
