"""The audit log's view of HTTP: where a request came from, and every write that no service recorded."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from amictl.errors import NotAuthenticated, StorageUnavailable
from amictl.services.accounts.identity import Identity
from amictl.services.execution.audit import AuditService, Origin
from amictl.store import db
from amictl.web.contract import description_of
from amictl.web.visitors import current_identity

_ORIGIN = "amictl.origin"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_log = structlog.get_logger(__name__)


def register_auditing(app: Flask, audit: AuditService) -> None:
    """Record each write of the API that was refused, or done without an action, and refused settings."""

    @app.after_request
    def record_write(response: Response) -> Response:
        if request.method in _SAFE_METHODS or not _is_recorded_here(response) or g.get("storage_fault"):
            return response
        if response.status_code >= 500:
            db.session.rollback()  # a defect may have left a transaction open, which would hold up the row
        try:
            _record(audit, response)
        except StorageUnavailable as error:
            _log.error("audit_row_lost", request_id=g.get("request_id"), why=error.detail)
        except SQLAlchemyError:
            _log.exception("audit_row_lost", request_id=g.get("request_id"), status=response.status_code)
        return response


def read_request_origin() -> Origin:
    """Return where the present request came from: one object for each request."""
    if _ORIGIN not in request.environ:
        request.environ[_ORIGIN] = _describe_request()
    origin: Origin = request.environ[_ORIGIN]
    return origin


def describe_lost_write() -> str:
    """Return what to say of a write of the present request that met a database which cannot be used."""
    if request.method in _SAFE_METHODS:
        return ""
    origin: Origin | None = request.environ.get(_ORIGIN)
    if origin is not None and origin.outcomes:
        return " Something was done before that: see what the console shows now."
    return " Nothing was done, because it cannot be recorded."


def _is_recorded_here(response: Response) -> bool:
    """Return whether this is a write of the API, or one of the settings pages that was refused outright."""
    if request.path.startswith("/api/"):
        return not _only_asks()
    return request.path.startswith("/admin/") and response.status_code >= 400


def _only_asks() -> bool:
    """Return whether the route changes nothing, although it is asked as a write is."""
    view = current_app.view_functions.get(request.endpoint or "")
    description = None if view is None else description_of(view)
    return description is not None and description.only_asks


def _record(audit: AuditService, response: Response) -> None:
    """Record what a write came to, where its service has not done so."""
    outcomes = read_request_origin().outcomes
    identity = _recognise()
    actor = None if identity is None else identity.actor
    if response.status_code < 400:
        if not outcomes:
            audit.record_event(actor)
        return
    code, detail = _read_problem(response)
    if code in outcomes:
        return
    if outcomes:
        audit.record_event(actor, code, detail)
    else:
        audit.record_refusal(actor, code, detail)


def _read_problem(response: Response) -> tuple[str, str]:
    """Return the code and the sentence of an error's answer."""
    if response.mimetype == "application/problem+json":
        problem = orjson.loads(response.get_data())
        return str(problem["code"]), str(problem["detail"])
    return f"http_{response.status_code}", response.status


def _describe_request() -> Origin:
    """Return where the present request came from; where nobody is recognised the body is not read."""
    identity = _recognise()
    return Origin(
        route=f"{request.method} {request.path}",
        address=request.remote_addr,
        request_id=g.get("request_id"),
        token_id=None if identity is None else identity.token_id,
        session_id=None if identity is None or identity.session is None else identity.session.session_id,
        body=None if identity is None else _read_body(),
    )


def _recognise() -> Identity | None:
    """Return who sends the request; a bad token is nobody's."""
    try:
        return current_identity()
    except NotAuthenticated:
        return None


def _read_body() -> Any:  # noqa: ANN401 - JSON
    """Return what was asked: the body and the query string, as far as they can be read."""
    query = dict(request.args.items())
    try:
        if request.mimetype == "application/json":
            body = orjson.loads(request.get_data())
        else:
            body = {name: value for name, value in request.form.items() if name != "csrf_token"}
    except (orjson.JSONDecodeError, HTTPException):
        return query or None
    return (query | body) or None if isinstance(body, dict) else body
