"""What makes JSON of values, derived once from what each type of values declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin

from msgspec import UNSET, UnsetType, to_builtins
from msgspec.structs import asdict

from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads.times import format_instant, format_time
from amictl.pbx.value import Moment, ShownField, Value, Written, list_shown

Writer = Callable[[Any], Any]
"""Makes what JSON can hold of a field's value."""


_NOTHING: Final = (NoneType, UnsetType)


def value_payload(value: Value) -> Payload:
    """Return a value JSON-ready, with the fields that readers get of it."""
    return _writer_of(type(value))(value)


@cache
def _writer_of(kind: type[Value]) -> Callable[[Any], Payload]:
    """Return what writes values of a type: the struct's own fields at once, and then what differs."""
    fields = {field.name: field for field in list_shown(kind)}
    own = [field for field in fields.values() if field.getter is None]
    read = to_builtins if kind.__struct_config__.omit_defaults else asdict
    changed = tuple((field.name, writer) for field in own if (writer := _write_field(field)) is not None)
    hidden = tuple(name for name in kind.__struct_fields__ if name not in fields)
    made = tuple((field.name, _write_made(field)) for field in fields.values() if field.getter is not None)

    def write_own(value: Value) -> Payload:
        payload: Payload = read(value)
        for name, writer in changed:
            payload[name] = writer(payload[name])
        return payload

    def write(value: Value) -> Payload:
        payload = write_own(value)
        for name in hidden:
            del payload[name]
        for name, make in made:
            payload[name] = make(value)
        return payload

    return _write_parts(fields.values(), write if hidden or made else write_own)


def _write_parts(fields: Iterable[ShownField], write: Callable[[Any], Payload]) -> Callable[[Any], Payload]:
    """Return what leaves out what is unset, and puts the fields of what is inlined in its place."""
    optional = [field.name for field in fields if field.optional]
    inlined = [field.name for field in fields if field.inlined]
    if not (optional or inlined):
        return write

    def write_parts(value: Value) -> Payload:
        payload = write(value)
        for name in optional:
            if payload.get(name) is UNSET:
                del payload[name]
        for name in inlined:
            payload |= payload.pop(name)
        return payload

    return write_parts


def _write_made(field: ShownField) -> Writer:
    getter, writer = cast("Writer", field.getter), _write_field(field)
    return getter if writer is None else lambda value: writer(getter(value))


def _write_field(field: ShownField) -> Writer | None:
    """Return what writes a field; None where its value is JSON already."""
    digits = field.about.digits
    if digits is None:
        return _write_type(field.type)
    return lambda number: None if number is None else round(number, digits)


def _write_type(kind: Any) -> Writer | None:  # noqa: ANN401 - types
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return format_time if isinstance(parts[1], Moment) else _write_type(parts[0])
    if origin in (Union, UnionType):
        return _write_optional([_write_type(part) for part in parts if part not in _NOTHING])
    if origin is Written:
        return None
    if origin is tuple:
        return _write_rows(_write_type(parts[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _write_mapping(_write_type(parts[1]))
    return _write_plain(kind) if isinstance(kind, type) else None


def _write_plain(kind: type) -> Writer | None:
    if issubclass(kind, Value):
        return _writer_of(kind)
    if issubclass(kind, Enum):
        return lambda member: member.value
    if issubclass(kind, datetime):
        return format_instant
    return date.isoformat if issubclass(kind, date) else None


def _write_optional(writers: list[Writer | None]) -> Writer | None:
    """Return what writes a value that may be missing; of several types all must be JSON already."""
    writer = writers[0] if len(writers) == 1 else None
    if writer is None or writer is format_time:
        return writer
    return lambda value: value if value is None or value is UNSET else writer(value)


def _write_rows(writer: Writer | None) -> Writer:
    return list if writer is None else lambda rows: [writer(row) for row in rows]


def _write_mapping(writer: Writer | None) -> Writer:
    return dict if writer is None else lambda known: {key: writer(value) for key, value in known.items()}
