"""Reading requests: what cannot be carried over AMI is refused here, with every field named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson
from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from amictl.errors import FieldProblem, InvalidInput

Model = TypeVar("Model", bound=BaseModel)

_FORBIDDEN = frozenset("\r\n\0")
_FORBIDDEN_DETAIL = "Must not contain carriage return, line feed or NUL."
_MAX_NAME = 64
_MAX_DEPTH = 32


def read_body(model: type[Model]) -> Model:
    """Return the present request's JSON object as a checked model.

    Raises:
        UnsupportedMediaType: The content type is not JSON.
        BadRequest: The body is not JSON, or not an object.
        InvalidInput: Fields were refused; all of them are named.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not valid JSON (line {error.lineno}, column {error.colno}).") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return check_fields(model, body)


def read_query(model: type[Model]) -> Model:
    """Return the present request's query string as a checked model; an empty argument is none.

    Raises:
        InvalidInput: Fields were refused; all of them are named.
    """
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidInput([FieldProblem(_label(name), "Give this once.") for name in repeated])
    return check_fields(model, {name: value for name, value in request.args.items() if value})


def check_fields(model: type[Model], fields: Mapping[str, Any]) -> Model:
    """Return the fields as a model.

    Raises:
        InvalidInput: Fields were refused; all of them are named, and no value is repeated.
    """
    problems = list(find_forbidden(fields))
    try:
        checked = model.model_validate(fields)
    except ValidationError as error:
        problems += _problems_of(error, already={problem.field for problem in problems})
        raise InvalidInput(problems) from None
    if problems:
        raise InvalidInput(problems)
    return checked


def refuse_forbidden_arguments() -> None:
    """Refuse CR, LF and NUL in the present request's query string and path, on any route.

    Raises:
        InvalidInput: Naming each argument.
    """
    problems = [*find_forbidden(request.args.to_dict(flat=False)), *find_forbidden(request.view_args or {})]
    if problems:
        unique = {problem.field.removesuffix(".0"): problem.detail for problem in problems}
        raise InvalidInput([FieldProblem(field, detail) for field, detail in unique.items()])


def find_forbidden(value: Any, path: tuple[str, ...] = ()) -> Iterator[FieldProblem]:  # noqa: ANN401 - JSON
    """Yield a problem for each string, key or value at any depth, with a CR, LF or NUL in it.

    AMI ends a line at LF and cuts a value at NUL ("Asterisk manager.c"): such a value would become
    other headers than those that were allowed.
    """
    if isinstance(value, str):
        if not _FORBIDDEN.isdisjoint(value):
            yield FieldProblem(_join(path), _FORBIDDEN_DETAIL)
    elif len(path) > _MAX_DEPTH:
        yield FieldProblem(_join(path), "Is nested too deeply.")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            inner = (*path, _label(key))
            if not _FORBIDDEN.isdisjoint(key):
                yield FieldProblem(_join(inner), f"The name of a field: {_FORBIDDEN_DETAIL.lower()}")
            yield from find_forbidden(item, inner)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from find_forbidden(item, (*path, str(index)))


def _problems_of(error: ValidationError, already: Iterable[str]) -> list[FieldProblem]:
    """Return pydantic's findings by field, without the values, each field once."""
    found: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = tuple(_label(str(part)) for part in each["loc"] if part != "[key]")
        field = _join(place)
        if field not in already:
            found.setdefault(field, f"{each['msg'].removeprefix('Value error, ').rstrip('.')}.")
    return [FieldProblem(field, detail) for field, detail in found.items()]


def _join(path: tuple[str, ...]) -> str:
    """Return the dotted name of a field; a problem of the whole object is ``body``'s."""
    return ".".join(path) or "body"


def _label(name: str) -> str:
    """Return a field's name as it may be shown: short, and without control characters."""
    return "".join(character if character.isprintable() else "?" for character in name[:_MAX_NAME])
