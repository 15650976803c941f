"""What reads values from AMI messages, derived once from what each type of values declares of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar, get_type_hints

from msgspec import NODEFAULT
from msgspec.structs import fields

from amictl.pbx.ami_values import read_epoch, read_float, read_int, read_names, read_text, read_truth
from amictl.pbx.value import Convert, Time, Value, take_apart
from amictl.protocol import Message

Of = TypeVar("Of", bound=Value)


class Listed(Value, frozen=True):
    """What one of the PBX's lists or answers tells.

    A field that does not say its header has the one of its own name, written as one word.
    """


class _Told(NamedTuple):
    """A field that a header tells."""

    name: str
    header: str
    convert: Convert


class _Plan(NamedTuple):
    """How a value is made where some of its fields are given.

    Args:
        headers: What to read.
        converts: Make the fields of it.
        rest: The defaults of fields that nothing tells.
        arrange: Puts what was read, what is given, and the rest into the order of the fields.
    """

    headers: tuple[str, ...]
    converts: tuple[Convert, ...]
    rest: tuple[Any, ...]
    arrange: Callable[[tuple[Any, ...]], tuple[Any, ...]]


def reader_of(kind: type[Of]) -> Callable[..., Of]:
    """Return what makes a value of a message, and of what is given by name, which counts more.

    Args:
        kind: The type of values; headers tell at least two of its fields.

    Raises:
        TypeError: Nothing tells how to read a field.
    """
    told = tuple(_list_told(kind))
    make: Callable[..., Of] = kind
    plans: dict[tuple[str, ...], _Plan] = {}

    def read(message: Message, **given: Any) -> Of:  # noqa: ANN401 - the fields' own types
        names = tuple(given)
        headers, converts, rest, arrange = plans.get(names) or plans.setdefault(
            names, _make_plan(kind, told, names)
        )
        # In the order of the fields: by name it takes three times as long.
        read = [convert(text) for convert, text in zip(converts, message.pick(headers), strict=True)]
        return make(*arrange((*read, *given.values(), *rest)))

    return read


def headers_of(kind: type[Value]) -> frozenset[str]:
    """Return the headers that tell the fields of a type of values, in small letters."""
    return frozenset(told.header.lower() for told in _list_told(kind))


def _make_plan(kind: type[Value], told: tuple[_Told, ...], given: tuple[str, ...]) -> _Plan:
    read = [each for each in told if each.name not in given]
    known = [*(each.name for each in read), *given]
    last = max(map(kind.__struct_fields__.index, known))
    rest = {field.name: field.default for field in fields(kind)[:last] if field.name not in known}
    missing = [name for name, default in rest.items() if default is NODEFAULT]
    if missing:
        raise TypeError(f"Nothing tells {', '.join(missing)} of {kind.__name__}")
    places = [*known, *rest]
    return _Plan(
        headers=tuple(each.header for each in read),
        converts=tuple(each.convert for each in read),
        rest=tuple(rest.values()),
        arrange=itemgetter(*map(places.index, kind.__struct_fields__[: last + 1])),
    )


def _list_told(kind: type[Value]) -> Iterator[_Told]:
    hints = get_type_hints(kind, include_extras=True)
    for name in kind.__struct_fields__:
        of, about = take_apart(hints[name])
        header = about.header
        if header is None and issubclass(kind, Listed):
            header = name.replace("_", "")
        if header:
            yield _Told(name, header, about.read or _choose(of, f"{kind.__name__}.{name}"))


def _choose(kind: Any, field: str) -> Convert:  # noqa: ANN401 - types
    if kind not in _CONVERTS:
        raise TypeError(f"{field} does not say how to read it")
    return _CONVERTS[kind]


def _keep(text: str | None) -> str:
    return text or ""


_CONVERTS: Final[Mapping[Any, Convert]] = {
    str: _keep,
    str | None: read_text,
    int | None: read_int,
    float | None: read_float,
    bool | None: read_truth,
    Time | None: read_epoch,
    tuple[str, ...]: read_names,
}
