"""Holds every answer that a test gets from the API against the OpenAPI document.

``tests.serving`` and ``tests.application`` call ``check_answer`` for each of their requests, so that every
test of a route also proves what the document says of it.
"""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
from flask import Flask

from amictl.app import create_app
from amictl.config import Settings
from amictl.web.openapi import build_document

_JSON = frozenset({"application/json", "application/problem+json"})
_OF_ANY_ROUTE = frozenset({"method_not_allowed", "not_authenticated", "permission_denied", "too_large"})


@cache
def read_document() -> dict[str, Any]:
    """Return the document of the application, without a running one."""
    with tempfile.TemporaryDirectory() as folder:
        return build_document(make_idle_app(Path(folder)))


def make_idle_app(folder: Path) -> Flask:
    """Return an application that only has its routes."""
    return create_app(Settings(instance=folder, admin_password="unused password"), start_links=False)


def check_answer(method: str, url: str, status: int, media_type: str, text: str) -> None:
    """Fail when an answer is not what the document says.

    Args:
        method: The request's method.
        url: The request's path or whole URL.
        status: The answer's status.
        media_type: The answer's media type, without parameters.
        text: The answer's body.
    """
    path = urlsplit(url).path
    operation = find_operation(method, path)
    if operation is None or 300 <= status < 400:
        return
    where = f"{method} {path} -> {status}"
    content = json.loads(text) if media_type in _JSON else None
    if status >= 400 and content is not None and content.get("code") in _OF_ANY_ROUTE:
        validate({"$ref": "#/components/schemas/Problem"}, content, where)
        return
    assert str(status) in operation["responses"], f"{where} is not documented: {content}"
    response = resolve(operation["responses"][str(status)])
    assert media_type in response.get("content", {media_type: None}), f"{where} as {media_type}"
    if content is not None and "content" in response:
        validate(response["content"][media_type]["schema"], content, where)


def find_operation(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that a request is for; fixed paths go before variable ones."""
    paths = read_document()["paths"]
    matching = [each for each in paths if _pattern_of(each).fullmatch(path)]
    best = min(matching, key=lambda each: (each.count("{"), -len(each)), default=None)
    found: dict[str, Any] | None = None if best is None else paths[best].get(method.lower())
    return found


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the document leads to; others as they are."""
    if "$ref" not in node:
        return node
    found: Any = read_document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def validate(schema: dict[str, Any], content: object, where: str) -> None:
    """Fail when a value does not fit a schema of the document."""
    whole = {**schema, "components": {"schemas": read_document()["components"]["schemas"]}}
    problems = list(jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(content))
    assert not problems, f"{where}: " + "; ".join(
        f"{'/'.join(map(str, each.instance_path))}: {each.message}" for each in problems[:5]
    )


@cache
def _pattern_of(path: str) -> re.Pattern[str]:
    """Return the pattern of a path with variable parts."""
    parts = re.split(r"\{\w+\}", path)
    return re.compile(".+".join(re.escape(part) for part in parts))
