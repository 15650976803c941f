"""Turns every error into an answer: problem details for programs (RFC 9457), a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from amictl.errors import (
    AmictlError,
    Conflict,
    NotAuthenticated,
    PasswordChangeRequired,
    PermissionDenied,
    RateLimited,
    StorageUnavailable,
    list_errors,
)
from amictl.store.storage_faults import explain_fault
from amictl.web.auditing import describe_lost_write
from amictl.web.visitors import be_nobody

CSRF_HEADER: Final = "X-CSRF-Token"
_log = structlog.get_logger(__name__)

_OF_REQUESTS: Final = {kind.status: kind for kind in reversed(list_errors()) if kind.status < 500}
"""What Flask and Werkzeug refuse by itself, by status; where several errors have one, the first of them."""


def register_errors(app: Flask) -> None:
    """Attach the error handlers to the application."""
    app.register_error_handler(AmictlError, answer_amictl_error)
    app.register_error_handler(CSRFError, answer_csrf_error)
    app.register_error_handler(RateLimitExceeded, answer_rate_limit)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_unexpected)


def wants_problem() -> bool:
    """Return whether the present request is a program's: its errors are problem details."""
    if request.path.startswith("/api/") or request.path in {"/healthz", "/readyz", "/metrics"}:
        return True
    return request.path == "/login" and request.accept_mimetypes.best == "application/json"


def answer_amictl_error(error: AmictlError) -> BaseResponse:
    """Answer an error that amictl raised on purpose."""
    if isinstance(error, NotAuthenticated) and not wants_problem():
        return _send_to_login()
    if isinstance(error, PasswordChangeRequired) and not wants_problem():
        return redirect(url_for("password.show_form", next=_find_way_back()), 303)
    if error.status == 500:
        _log.error("request_failed", request_id=g.get("request_id"), code=error.code, detail=error.detail)
    if isinstance(error, StorageUnavailable):
        return _answer_storage_fault(error)
    response = _answer(error.problem())
    if isinstance(error, NotAuthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Conflict | RateLimited) and error.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def _answer_storage_fault(error: StorageUnavailable) -> BaseResponse:
    """Answer a request that met a database which cannot be used: who asked for a change must know of none."""
    _log.error("storage_unavailable", request_id=g.get("request_id"), detail=error.detail, place=error.place)
    g.storage_fault = error.detail  # what cannot be written now need not be tried again for this request
    be_nobody()  # to render a page must not ask the database again who it is for
    told = StorageUnavailable(f"{error.detail}{describe_lost_write()}")
    return _answer(told.problem())


def answer_csrf_error(error: CSRFError) -> BaseResponse:
    """Answer a write whose CSRF token is missing or wrong; a header tells that a new token would help."""
    response = answer_amictl_error(
        PermissionDenied(f"{error.description} Reload the page and try again; programs use a bearer token.")
    )
    response.headers[CSRF_HEADER] = "refused"
    return response


def answer_rate_limit(error: RateLimitExceeded) -> BaseResponse:
    """Answer a request over its limit."""
    window = error.limit.limit.get_expiry() if error.limit is not None else 60
    return answer_amictl_error(RateLimited("Too many attempts. Wait a little and try again.", window))


def answer_http_exception(error: HTTPException) -> BaseResponse:
    """Answer what Flask or Werkzeug refused: unknown paths, wrong methods, bodies that are too large."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    kind = _OF_REQUESTS.get(status)
    if kind is not None:
        problem = kind.describe(error.description or kind.title)
    else:
        problem = AmictlError.describe(error.description or error.name)
        problem |= {"status": status, "title": error.name, "code": "http_error"}
    response = _answer(problem)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def answer_unexpected(error: Exception) -> BaseResponse:
    """Answer a defect: the log has the trace, the user gets its number; a full disk is none."""
    fault = explain_fault(error)
    if fault is not None:
        return answer_amictl_error(fault)
    request_id = g.get("request_id", "-")
    _log.error("request_crashed", request_id=request_id, path=request.path, exc_info=error)
    detail = f"This is a defect in amictl. The log has the details under {request_id}."
    return _answer(AmictlError.describe(detail) | {"request_id": request_id})


def _answer(problem: Mapping[str, Any]) -> Response:
    """Return the problem as JSON or as a page."""
    if wants_problem():
        return Response(orjson.dumps(problem), status=problem["status"], mimetype="application/problem+json")
    return make_response(render_template("errors/error.html", **problem), problem["status"])


def _send_to_login() -> BaseResponse:
    """Redirect a person to the login page, and back afterwards."""
    return redirect(url_for("auth.show_login", next=_find_way_back()))


def _find_way_back() -> str | None:
    """Return the page that was asked for; None where that is the first one, or nothing to come back to."""
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return None if following == "/" else following
