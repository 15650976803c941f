"""What answers hold: the bases that all groups share, and the schemas of the picture's values.

A value's schema follows from what the value declares of its fields (`amictl.pbx.value`), as its JSON does.

Answers are checked against these in the tests; in production they are made by ``pbx`` and sent as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from msgspec import UnsetType
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import GenerateJsonSchema

from amictl.pbx.readings.raw import Raw
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.queues.value import Queue, QueueCaller, ShownMember
from amictl.pbx.value import About, Moment, ShownField, Value, Written, list_shown
from amictl.services.results import Result

Time = Annotated[datetime, Field(description="ISO 8601, in UTC")]
PbxField = Annotated[str, Field(description="The PBX's short name")]

# With these the AMI message can be asked for.
_WITH_MESSAGES: Final = frozenset({Bridge, Channel, ParkedCall, Queue, QueueCaller, ShownMember})

_SCALARS: Final[Mapping[type, Any]] = {date: str, datetime: Time}
_PICTURE: Final = "amictl.pbx.topics."


class Answer(BaseModel):
    """The base of all answers: no field may be there that the document does not have."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class RefusedField(Answer):
    """One field that was refused."""

    field: Annotated[str, Field(description="Its name; parts of it are joined by dots")]
    detail: Annotated[str, Field(description="What to do about it")]


@cache
def answer_of(value: type[Value]) -> type[Answer]:
    """Return the schema of the JSON of a type of values.

    Args:
        value: The type.

    Raises:
        TypeError: A result holds a value of the picture that no gate has written.
    """
    fields: Any = dict(_list_fields(value))
    if value in _WITH_MESSAGES:
        fields["raw"] = (_translate(Raw), None)
    if issubclass(value, Result):
        _refuse_unseen(value, value)
    about, _, _ = cleandoc(value.__doc__ or "").partition("\n\n")
    return create_model(
        value.schema_name or value.__name__,
        __base__=Answer,
        __doc__=about.replace("\n", " "),
        __module__=__name__,
        **fields,
    )


def _list_fields(value: type[Value]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a type as pydantic takes them; one that may be left out is null by default."""
    for field in list_shown(value):
        if field.inlined:
            (inner,) = _values_in(field.type)
            yield from _list_fields(inner)
            continue
        kind = _choose(field)
        if field.about.text:
            kind = Annotated[kind, Field(description=field.about.text)]
        yield field.name, (kind, None) if field.optional else kind


def _refuse_unseen(value: type[Value], kind: Any) -> None:  # noqa: ANN401 - types
    """Refuse a result with something of the picture that is not written by the gate."""
    if get_origin(kind) is Written:
        return
    parts = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Value):
        if kind.__module__.startswith(_PICTURE):
            raise TypeError(f"{value.__name__} holds {kind.__name__}: let the gate write it")
        parts = tuple(field.type for field in list_shown(kind))
    for part in parts:
        _refuse_unseen(value, part)


def _values_in(kind: Any) -> Iterator[type[Value]]:  # noqa: ANN401 - types
    """Yield the types of values in a type."""
    if isinstance(kind, type) and issubclass(kind, Value):
        yield kind
    for part in get_args(kind):
        yield from _values_in(part)


def _choose(field: ShownField) -> Any:  # noqa: ANN401 - types
    words = field.about.words
    if not words:
        return _translate(field.type)
    return Literal[words] | None if NoneType in get_args(field.type) else Literal[words]


def _translate(kind: Any) -> Any:  # noqa: ANN401, PLR0911 - types
    """Return the type of what JSON has of a field's type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        if isinstance(parts[1], About):
            return Annotated[_translate(parts[0]), Field(description=parts[1].text)]
        return Time if isinstance(parts[1], Moment) else _translate(parts[0])
    if origin is Written:
        return answer_of(parts[0])
    if origin in (Union, UnionType):
        return Union[tuple(map(_translate, parts))]  # noqa: UP007 - any number of types
    if origin is tuple:
        return list[_translate(parts[0])]  # type: ignore[misc]
    if origin is Mapping:
        return dict[str, _translate(parts[1])]  # type: ignore[misc]
    return _translate_plain(kind) if isinstance(kind, type) else kind


def _translate_plain(kind: type) -> Any:  # noqa: ANN401 - types
    if kind is UnsetType:
        return None
    if issubclass(kind, Value):
        return answer_of(kind)
    if issubclass(kind, Enum):
        return Literal[tuple(member.value for member in kind)]
    return _SCALARS.get(kind, kind)


class UntitledSchema(GenerateJsonSchema):
    """Schemas without the titles that only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        """Return False: a field's name is its title."""
        return False
