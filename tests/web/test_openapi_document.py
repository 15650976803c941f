"""The OpenAPI document is whole: every route, field and error code is in it, and its examples are right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from amictl.errors import AmictlError, list_errors
from amictl.web.contract import description_of
from amictl.web.openapi import list_routes
from tests.application import Application
from tests.contract import read_document, resolve, validate

_NEVER_ANSWERED = {"pbx", "configuration", "protocol"}  # a branch, and what stops a start or a link


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in read_document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def all_errors(kind: type[AmictlError] = AmictlError) -> Iterator[type[AmictlError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from all_errors(each)


def request_fields(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    fields = {each["name"]: each for each in operation["parameters"]}
    if "requestBody" in operation:
        body = resolve(operation["requestBody"]["content"]["application/json"]["schema"])
        fields |= body.get("properties", {})
    return fields


def test_every_route_of_the_api_describes_itself(shared_application: Application) -> None:
    app = shared_application.app
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and description_of(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_every_route_of_the_api_is_in_the_document(shared_application: Application) -> None:
    documented = {(method, path) for method, path, _ in operations()}
    routes = {(route.method, route.path) for route in list_routes(shared_application.app)}
    assert routes == documented
    assert ("POST", "/api/ami/originate/") in documented


def test_every_success_of_the_api_has_a_schema(shared_application: Application) -> None:
    missing = [
        route.path
        for route in list_routes(shared_application.app)
        if not any(route.description.successes.values())
        and route.description.produces == ("application/json",)
        and route.description.status != 204
        and route.path != "/api/openapi.json"
    ]
    assert missing == []


def test_every_field_of_a_request_has_a_meaning() -> None:
    silent = [
        (path, name)
        for _, path, operation in operations()
        for name, field in request_fields(operation).items()
        if not field.get("description")
    ]
    assert silent == []


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_every_schema_is_valid_and_every_reference_leads_somewhere() -> None:
    for name, schema in read_document()["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        validate_references(schema, name)
    for _, path, operation in operations():
        validate_references(operation, path)


def validate_references(node: Any, where: str) -> None:  # noqa: ANN401 - JSON
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            assert resolve(node), where
        for each in node.values():
            validate_references(each, where)
    elif isinstance(node, list):
        for each in node:
            validate_references(each, where)


def test_the_examples_fit_their_models(shared_application: Application) -> None:
    for route in list_routes(shared_application.app):
        facts = route.description
        if facts.example is not None:
            assert facts.body is not None, route.path
            facts.body.model_validate_json(_as_json(facts.example))


def _as_json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(dict(value))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/api/ami/originate/",
            {"channel": "PJSIP/100", "exten": "200", "context": "default", "priority": 1, "timeout": 30000},
        ),
        (
            "/api/ami/queue/pause/",
            {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"},
        ),
    ],
)
def test_the_customers_own_examples_are_the_documents(path: str, body: dict[str, Any]) -> None:
    content = read_document()["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    assert content["example"] == body
    validate(content["schema"], body, path)


def test_every_error_has_a_code_a_title_and_a_meaning_of_its_own() -> None:
    ours = [each for each in all_errors() if each.__module__ == AmictlError.__module__]
    answered = list_errors()
    assert {each.code for each in ours if each not in answered} == _NEVER_ANSWERED
    assert all({"code", "title", "__doc__"} <= vars(each).keys() for each in answered)
    for facts in ({each.code for each in ours}, {each.meaning() for each in ours}):
        assert len(facts) == len(ours)


def test_every_error_is_documented_with_its_status() -> None:
    documented = {
        (code, problem["allOf"][1]["properties"]["status"]["const"])
        for response in read_document()["components"]["responses"].values()
        for problem in [response["content"]["application/problem+json"]["schema"]]
        for code in problem["allOf"][1]["properties"]["code"]["enum"]
    }
    of_any_route = {("method_not_allowed", 405)}
    assert documented | of_any_route == {(each.code, each.status) for each in list_errors()}


@pytest.mark.long
def test_every_error_of_an_operation_is_a_problem() -> None:
    for method, path, operation in operations():
        problems = {status for status in operation["responses"] if int(status) >= 400}
        for status in problems:
            response = resolve(operation["responses"][status])
            assert list(response["content"]) == ["application/problem+json"], (method, path)
            example = response["content"]["application/problem+json"]["example"]
            validate(response["content"]["application/problem+json"]["schema"], example, path)
        if path.startswith("/api/"):
            assert {"401", "422", "500"} <= problems, (method, path)


def test_the_document_needs_a_login_and_is_served_as_json(shared_application: Application) -> None:
    assert shared_application.browse().get("/api/openapi.json").status_code == 401
    answer = shared_application.log_in().get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json == read_document()
