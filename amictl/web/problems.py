"""RFC 9457 problem details, and the one mapping from amictl's errors to HTTP status codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson
from flask import Response

from amictl.errors import (
    ActionRefused,
    ActionTimeout,
    ActionUnsupported,
    AmictlError,
    Conflict,
    InvalidInput,
    LinkDown,
    LoginRefused,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    PbxError,
    PermissionDenied,
    RateLimited,
    StorageUnavailable,
)

STATUS_OF: Mapping[type[AmictlError], int] = MappingProxyType(
    {
        InvalidInput: 422,
        NotAuthenticated: 401,
        PermissionDenied: 403,
        NotFound: 404,
        Conflict: 409,
        RateLimited: 429,
        StorageUnavailable: 503,
        ActionUnsupported: 501,
        ActionRefused: 502,
        LoginRefused: 502,
        LinkDown: 503,
        ActionTimeout: 504,
        OutcomeUnknown: 504,
    }
)

TITLE_OF: Mapping[int, str] = MappingProxyType(
    {
        400: "The request could not be understood",
        401: "Log in first",
        403: "Not allowed",
        404: "Not found",
        405: "Method not allowed",
        409: "Conflict",
        413: "Too large",
        415: "Unsupported content type",
        422: "Some fields were refused",
        429: "Too many requests",
        500: "Something went wrong here",
        501: "The PBX cannot do this",
        502: "The PBX refused",
        503: "No link to the PBX",
        504: "No answer from the PBX",
    }
)


_TITLE_OF_CODE: Mapping[str, str] = MappingProxyType(
    {StorageUnavailable.code: "The database cannot be used", "not_ready": "Not ready"}
)
"""Where a status has another meaning than in most answers."""


def status_of(error: AmictlError) -> int:
    """Return the HTTP status of an error; one that the table does not know is ours: 500."""
    for kind in type(error).__mro__:
        if kind in STATUS_OF:
            return STATUS_OF[kind]
    return 500


def title_of(status: int, code: str = "") -> str:
    """Return a short, constant title for a status, or for the code that comes with it."""
    return _TITLE_OF_CODE.get(code) or TITLE_OF.get(status, "Error")


def problem_of(error: AmictlError) -> dict[str, Any]:
    """Return the members of the problem details object for an error."""
    status = status_of(error)
    problem = describe_problem(status, error.code, error.detail)
    if isinstance(error, InvalidInput):
        problem["errors"] = [{"field": each.field, "detail": each.detail} for each in error.problems]
    if isinstance(error, PbxError) and error.ami is not None:
        problem["ami"] = error.ami
    if isinstance(error, OutcomeUnknown) or (isinstance(error, ActionTimeout) and error.changes_pbx):
        problem["outcome"] = "unknown"
    return problem


def describe_problem(status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the members that every problem has.

    Args:
        status: The HTTP status.
        code: The stable code that programs match on.
        detail: One sentence for a person.
    """
    return {
        "type": f"urn:amictl:problem:{code}",
        "title": title_of(status, code),
        "status": status,
        "detail": detail,
        "code": code,
    }


def render_problem(problem: Mapping[str, Any]) -> Response:
    """Return the response for a problem ("RFC 9457", section 3)."""
    return Response(
        orjson.dumps(dict(problem)), status=int(problem["status"]), mimetype="application/problem+json"
    )
