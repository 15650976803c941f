"""Routes that read the audit log."""

from __future__ import annotations

from flask import Blueprint, stream_with_context
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from amictl.services.audit import AuditService
from amictl.services.audit_export import describe_entry, write_csv, write_json_lines
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_query
from amictl.web.schemas.audit import AuditExportQuery, AuditPage, AuditPageQuery
from amictl.web.visitors import current_actor

_MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
_WRITERS = {"csv": write_csv, "jsonl": write_json_lines}


def make_audit_blueprint(audit: AuditService) -> Blueprint:
    """Return the routes under ``/api/audit/``."""
    blueprint = Blueprint("audit", __name__, url_prefix="/api/audit")

    @blueprint.get("/")
    @describe(
        "The audit log, newest first",
        details="Every write of the API, carried out or refused; logins, logouts and changes of settings. "
        "Who is limited to some PBXes sees the rows of those alone.",
        permission=Permission.AUDIT_READ,
        query=AuditPageQuery,
        data=AuditPage,
        errors=(),
    )
    def list_entries() -> Response:
        query = read_query(AuditPageQuery)
        rows = audit.page(current_actor(), query.make_query(), query.limit, query.cursor)
        cursor = rows[-1]["id"] if len(rows) == query.limit else None
        return answer_success({"entries": [describe_entry(row) for row in rows], "next_cursor": cursor})

    @blueprint.get("/export/")
    @describe(
        "The audit log as a file, oldest first",
        permission=Permission.AUDIT_READ,
        query=AuditExportQuery,
        errors=(),
        produces=tuple(_MEDIA_TYPES.values()),
        envelope=False,
    )
    def export_entries() -> Response:
        query = read_query(AuditExportQuery)
        rows = audit.walk(current_actor(), query.make_query())
        return FlaskResponse(
            stream_with_context(_WRITERS[query.format](rows)),
            mimetype=_MEDIA_TYPES[query.format],
            headers={"Content-Disposition": f'attachment; filename="amictl-audit.{query.format}"'},
        )

    return blueprint
