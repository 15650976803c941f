"""The OpenAPI document as the page for people shows it: groups of operations, fields as flat rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from amictl.errors import list_errors
from amictl.web.openapi import EMPTY_TEXT

_DEEPEST = 4
_FREE_FORM = "any"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a request or an answer.

    Args:
        name: Its name.
        kind: What it may be, in words.
        meaning: What it is for.
        required: Whether it must be there.
        default: What it is when left out, as JSON; empty where there is none.
        depth: 0 for a field of the whole, 1 for one of its parts, …
        place: ``path``, ``query`` or ``header``; empty for fields of a body.
    """

    name: str
    kind: str
    meaning: str
    required: bool
    default: str = ""
    depth: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One error that an operation may answer with."""

    status: int
    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One kind of success.

    Args:
        caption: Its status, and what of it the rows are.
        produces: Its media types.
        fields: The rows; none where it is not JSON.
    """

    caption: str
    produces: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One route and method as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    details: str
    permission: str
    is_public: bool
    parameters: tuple[FieldRow, ...]
    body: tuple[FieldRow, ...]
    example: str
    command: str
    answers: tuple[AnswerView, ...]
    errors: tuple[ErrorRow, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The operations of one tag."""

    anchor: str
    title: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    version: str
    groups: tuple[GroupView, ...]
    errors: tuple[ErrorRow, ...]


def make_reference(document: Mapping[str, Any]) -> Reference:
    """Return the page's content.

    Args:
        document: The OpenAPI document.
    """
    operations: dict[str, list[OperationView]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operations[operation["tags"][0]].append(_show_operation(document, path, method, operation))
    return Reference(
        version=document["info"]["version"],
        groups=tuple(
            GroupView(f"group-{name}", name.replace("_", " ").capitalize(), tuple(shown))
            for name, shown in operations.items()
        ),
        errors=tuple(ErrorRow(kind.status, kind.code, kind.meaning()) for kind in list_errors()),
    )


def _show_operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> OperationView:
    """Return one operation as the page shows it."""
    rows = _Rows(document["components"]["schemas"])
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    is_public = not operation["security"]
    example = json.dumps(body["example"], ensure_ascii=False, indent=2) if "example" in body else ""
    return OperationView(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        details=operation["x-details"],
        permission=operation.get("x-permission", ""),
        is_public=is_public,
        parameters=tuple(rows.show_parameter(each) for each in operation["parameters"]),
        body=tuple(rows.show_fields(body.get("schema", {}))),
        example=example,
        command=_write_command(path, method.upper(), example, has_body=bool(body), is_public=is_public),
        answers=tuple(
            answer
            for status, response in operation["responses"].items()
            if "$ref" not in response
            for answer in rows.show_answers(status, response.get("content", {}))
        ),
        errors=tuple(_list_errors(document, operation["responses"])),
    )


def _list_errors(document: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[ErrorRow]:
    """Yield a row for each code of each error."""
    meanings = {kind.code: kind.meaning() for kind in list_errors()}
    for status, response in responses.items():
        if "$ref" not in response:
            continue
        name = response["$ref"].rpartition("/")[2]
        problem = document["components"]["responses"][name]["content"]["application/problem+json"]
        for code in problem["schema"]["allOf"][1]["properties"]["code"]["enum"]:
            yield ErrorRow(int(status), code, meanings[code])


def _write_command(path: str, method: str, example: str, *, has_body: bool, is_public: bool) -> str:
    """Return how to send the request with curl."""
    lines = [f'curl "$AMICTL{path}"' if method == "GET" else f'curl -X {method} "$AMICTL{path}"']
    if not is_public:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if has_body:
        compact = json.dumps(json.loads(example), ensure_ascii=False) if example else "{…}"
        quoted = compact.replace("'", "'\\''")
        lines += ['-H "Content-Type: application/json"', f"-d '{quoted}'"]
    return " \\\n  ".join(lines)


class _Rows:
    """Turns schemas into rows.

    Args:
        definitions: What references lead to.
    """

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def show_parameter(self, parameter: Mapping[str, Any]) -> FieldRow:
        """Return the row of a parameter."""
        choices = [each for each in parameter["schema"].get("anyOf", ()) if each != EMPTY_TEXT]
        schema = choices[0] if len(choices) == 1 else parameter["schema"]
        return FieldRow(
            name=parameter["name"],
            kind=self._name_kind(schema),
            meaning=parameter.get("description", ""),
            required=parameter["required"],
            default=_show_default(schema),
            place=parameter["in"],
        )

    def show_answers(self, status: str, content: Mapping[str, Any]) -> Iterator[AnswerView]:
        """Yield each kind of answer that a status may have."""
        whole = content.get("application/json", {}).get("schema", {})
        data = whole.get("properties", {}).get("data")
        caption = f"Answer {status}" if data is None else f"Answer {status}: data"
        schema = whole if data is None else data
        for choice in schema.get("anyOf", (schema,)):
            yield AnswerView(caption, ", ".join(content), tuple(self.show_fields(choice)))

    def show_fields(self, schema: Mapping[str, Any], depth: int = 0) -> Iterator[FieldRow]:
        """Yield a row for each field of an object, each followed by the fields of its parts."""
        whole = self._find_object(schema)
        required = whole.get("required", ())
        for name, part in whole.get("properties", {}).items():
            yield FieldRow(
                name=name,
                kind=self._name_kind(part),
                meaning=self._find_meaning(part),
                required=name in required,
                default=_show_default(part),
                depth=depth,
            )
            if depth < _DEEPEST:
                yield from self.show_fields(part, depth + 1)

    def _find_meaning(self, schema: Mapping[str, Any]) -> str:
        """Return a field's description: its own, or that of its one choice beside null."""
        if "description" in schema:
            return str(schema["description"])
        choices = (choice["description"] for choice in schema.get("anyOf", ()) if "description" in choice)
        return next(choices, "")

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a reference leads to; other schemas as they are."""
        if "$ref" not in schema:
            return schema
        found: Mapping[str, Any] = self._definitions[schema["$ref"].rpartition("/")[2]]
        return found

    def _find_object(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the object that a schema is, or that its items or its one choice beside null are."""
        found = self._resolve(schema)
        if "anyOf" in found:
            objects = (self._find_object(choice) for choice in found["anyOf"])
            return next((each for each in objects if "properties" in each), {})
        if found.get("type") == "array":
            return self._find_object(found.get("items", {}))
        extra = found.get("additionalProperties")
        if "properties" not in found and isinstance(extra, Mapping):
            return self._find_object(extra)
        return found

    def _name_kind(self, schema: Mapping[str, Any]) -> str:
        """Return what a value may be, in words."""
        found = self._resolve(schema)
        if "anyOf" in found:
            return " or ".join(dict.fromkeys(self._name_kind(choice) for choice in found["anyOf"]))
        if "enum" in found:
            return ", ".join(json.dumps(each) for each in found["enum"])
        if "const" in found:
            return json.dumps(found["const"])
        kind = found.get("type", _FREE_FORM)
        if kind == "array":
            return f"list of {self._name_kind(found.get('items', {}))}"
        if found.get("format") == "date-time":
            return "time"
        return f"{kind}{_name_bounds(found)}"


def _name_bounds(schema: Mapping[str, Any]) -> str:
    """Return the bounds of a number or a text."""
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    if lowest is not None and highest is not None:
        return f", {lowest:,} to {highest:,}"
    if lowest is not None:
        return f", {lowest:,} or more"
    longest = schema.get("maxLength")
    return f", up to {longest:,} bytes" if longest is not None else ""


def _show_default(schema: Mapping[str, Any]) -> str:
    """Return the default as JSON; null says nothing."""
    default = schema.get("default")
    return "" if default is None else json.dumps(default, ensure_ascii=False)
