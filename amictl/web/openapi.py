"""The OpenAPI 3.1 document, made from the routes, what they say about themselves, and the models.

Sources: "OpenAPI Specification 3.1.1", "JSON Schema 2020-12", "RFC 9457".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from amictl import __version__
from amictl.errors import AmictlError, list_errors
from amictl.services.schemas import UntitledSchema
from amictl.store.permissions import PERMISSIONS
from amictl.web.api.field_meanings import FIELD_MEANINGS
from amictl.web.api.problems import Problem
from amictl.web.contract import Description, description_of

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATH_PART = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_ABOUT = (
    'Control of Asterisk over AMI. A success is `{"success": true, "data": …}`; everything else is an'
    " RFC 9457 problem whose `code` never changes its meaning. Times are ISO 8601 in UTC, durations"
    " are seconds unless the name says otherwise, and what is not known is null. The PBX is the default one"
    " unless `pbx` names another."
)
EMPTY_TEXT = {"const": ""}
"""An argument of a query string that is empty counts as left out."""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body within 24 hours gets the first answer, and nothing is"
    " sent; with another body it is a 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "order-4711",
}
_SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of amictl; it acts with the rights of its user, or fewer.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "amictl_session",
        "description": "The session of a person who logged in.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "Every write by session needs the CSRF token of the page.",
    },
}


@dataclass(frozen=True, slots=True)
class Route:
    """A route that describes itself.

    Args:
        rule: Where it is.
        method: ``GET``, ``POST``, …
        description: What it says about itself.
    """

    rule: Rule
    method: str
    description: Description

    @property
    def path(self) -> str:
        """The path as OpenAPI writes it."""
        return _PATH_PART.sub(r"{\g<name>}", self.rule.rule)


def list_routes(app: Flask) -> list[Route]:
    """Return all routes that describe themselves, in the order in which they were registered."""
    return [
        Route(rule, method, description)
        for rule in app.url_map.iter_rules()
        if (description := description_of(app.view_functions[rule.endpoint])) is not None
        for method in _METHODS
        if method in (rule.methods or ())
    ]


def build_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of an application.

    Args:
        app: With all of its routes registered.
    """
    routes = list_routes(app)
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _describe_operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "amictl", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(route.description.tag for route in routes)],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "responses": dict(sorted(_describe_problems(routes))),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


class _Schemas:
    """The JSON schemas of all models, by the names that the document gives them.

    Args:
        routes: The routes that use the models.
    """

    def __init__(self, routes: list[Route]) -> None:
        models: list[type[BaseModel]] = [Problem]
        for route in routes:
            facts = route.description
            models += [model for model in (facts.body, facts.query) if model is not None]
            models += [model for choices in facts.successes.values() for model in choices]
        named, whole = models_json_schema(
            [(model, "validation") for model in dict.fromkeys(models)],
            ref_template="#/components/schemas/{model}",
            schema_generator=UntitledSchema,
        )
        self.definitions: dict[str, Any] = whole.get("$defs", {})
        self._references = {model: reference for (model, _), reference in named.items()}
        for route in routes:
            for model in (route.description.body, route.description.query):
                if model is not None:
                    _add_meanings(self.open_up(model))

    def refer_to(self, model: type[BaseModel]) -> dict[str, Any]:
        """Return the reference to a model's schema."""
        return self._references[model]

    def open_up(self, model: type[BaseModel]) -> dict[str, Any]:
        """Return a model's schema itself."""
        name = self._references[model]["$ref"].rpartition("/")[2]
        found: dict[str, Any] = self.definitions[name]
        return found


def _add_meanings(schema: dict[str, Any]) -> None:
    """Give each field of a request its meaning; one that stands in the model stays, moved to the field."""
    for name, field in schema.get("properties", {}).items():
        inner = [choice["description"] for choice in field.get("anyOf", ()) if "description" in choice]
        meaning = next(iter(inner), FIELD_MEANINGS.get(name))
        if meaning is not None:
            field.setdefault("description", meaning)


def _describe_operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    """Return the operation object of a route."""
    facts = route.description
    operation: dict[str, Any] = {
        "operationId": route.rule.endpoint.replace(".", "_"),
        "summary": facts.summary,
        "description": _explain(facts),
        "x-details": facts.details,
        "tags": [route.description.tag],
        "parameters": [*_describe_path(route), *_describe_query(facts, schemas)],
        "responses": {str(status): _describe_success(facts, schemas, status) for status in facts.successes},
        "security": _describe_security(facts),
    }
    if facts.permission is not None:
        operation["x-permission"] = facts.permission.value
    if facts.write:
        operation["parameters"].append(_IDEMPOTENCY_KEY)
    if facts.body is not None:
        content: dict[str, Any] = {"schema": schemas.refer_to(facts.body)}
        if facts.example is not None:
            content["example"] = dict(facts.example)
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    for status, kinds in _group_by_status(_codes_of(route)).items():
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_name_problem(kinds)}"}
    return operation


def _explain(facts: Description) -> str:
    """Return the sentences about an operation, with the permission that it needs."""
    sentences = [facts.details] if facts.details else []
    if facts.permission is not None:
        meaning = PERMISSIONS[facts.permission]
        sentences.append(
            f"Needs the permission `{facts.permission.value}` ({meaning[0].lower()}{meaning[1:]})."
        )
    return " ".join(sentences)


def _describe_path(route: Route) -> Iterator[dict[str, Any]]:
    """Yield a parameter for each variable part of the path."""
    for kind, name in _PATH_PART.findall(route.rule.rule):
        is_number = kind == "int"
        schema: dict[str, Any] = (
            {"type": "integer", "minimum": 0} if is_number else {"type": "string", "minLength": 1}
        )
        described = {"name": name, "in": "path", "required": True, "schema": schema}
        yield described | (
            {"description": route.description.path[name]} if name in route.description.path else {}
        )


def _describe_query(facts: Description, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    """Yield a parameter for each argument of the query string."""
    if facts.query is None:
        return
    model = schemas.open_up(facts.query)
    for name, given in model["properties"].items():
        schema = _drop_null(given)
        is_required = name in model.get("required", ())
        parameter = {"name": name, "in": "query", "required": is_required}
        if "description" in schema:
            parameter["description"] = schema["description"]
        kept = {key: value for key, value in schema.items() if key not in {"description", "title"}}
        yield parameter | {"schema": kept if is_required else {"anyOf": [kept, EMPTY_TEXT]}}


def _drop_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a query argument without null, which a query string cannot say."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    kept = {
        key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)
    }
    if len(choices) == 1:
        return {**choices[0], **kept}
    return kept | ({"anyOf": choices} if choices else {})


def _describe_success(facts: Description, schemas: _Schemas, status: int) -> dict[str, Any]:
    """Return the response object of a success."""
    if status == 204:
        return {"description": "Done"}
    described: dict[str, Any] = {"description": "Ordered" if status == 202 else "Done"}
    if facts.produces != ("application/json",):
        return described | {"content": {kind: {"schema": {"type": "string"}} for kind in facts.produces}}
    choices = [schemas.refer_to(model) for model in facts.successes[status]]
    data = {"anyOf": choices} if len(choices) > 1 else next(iter(choices), {})
    content: dict[str, Any] = {"schema": _wrap(data) if facts.envelope else data}
    return described | {"content": {"application/json": content}}


def _wrap(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a success around that of its data."""
    return {
        "type": "object",
        "properties": {"success": {"const": True}, "data": data},
        "required": ["success", "data"],
        "additionalProperties": False,
    }


def _describe_security(facts: Description) -> list[dict[str, list[str]]]:
    """Return what an operation asks of its caller: one of these."""
    if facts.public:
        return []
    session: dict[str, list[str]] = {"session": [], "csrf": []} if facts.write else {"session": []}
    return [{"bearer": []}, session]


def _codes_of(route: Route) -> tuple[str, ...]:
    """Return the error codes of a route; a name in the path may lead nowhere."""
    codes = route.description.codes
    return codes if not route.rule.arguments or "not_found" in codes else (*codes, "not_found")


def _group_by_status(codes: tuple[str, ...]) -> dict[int, list[type[AmictlError]]]:
    """Return the errors with these codes by their HTTP status, in the order of the statuses."""
    kinds = {kind.code: kind for kind in list_errors()}
    found: dict[int, list[type[AmictlError]]] = {}
    for kind in sorted((kinds[code] for code in codes), key=lambda each: each.status):
        found.setdefault(kind.status, []).append(kind)
    return found


def _name_problem(kinds: list[type[AmictlError]]) -> str:
    """Return the name of the response with these errors."""
    return ".".join(kind.code for kind in kinds)


def _describe_problems(routes: list[Route]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a response for each set of errors that some route has for one status."""
    for route in routes:
        for status, kinds in _group_by_status(_codes_of(route)).items():
            yield _name_problem(kinds), _describe_problem(status, kinds)


def _describe_problem(status: int, kinds: list[type[AmictlError]]) -> dict[str, Any]:
    """Return the response object of errors."""
    meanings = "; or ".join(f"`{kind.code}`: {kind.meaning()}" for kind in kinds)
    narrowed = {"properties": {"code": {"enum": [kind.code for kind in kinds]}, "status": {"const": status}}}
    first = kinds[0]
    described: dict[str, Any] = {
        "description": f"{meanings}.",
        "content": {
            "application/problem+json": {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
                "example": {**first.describe(f"{first.meaning()}."), **first.example},
            }
        },
    }
    if status == 429:
        described["headers"] = {
            "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}
        }
    return described
