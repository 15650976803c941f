"""Routes that read the audit log."""

from __future__ import annotations

from flask import Response, stream_with_context

from amictl.services.access import Actor
from amictl.services.execution.audit_entries import (
    AuditExportQuery,
    AuditPage,
    AuditPageQuery,
    write_csv,
    write_json_lines,
)
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

_MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
_WRITERS = {"csv": write_csv, "jsonl": write_json_lines}

routes = Routes("audit", "/api/audit")


@routes.get("/", Permission.AUDIT_READ, errors=())
def list_entries(services: UseCases, actor: Actor, query: AuditPageQuery) -> AuditPage:
    """The audit log, newest first.

    Every write of the API, carried out or refused; logins, logouts and changes of settings. Who is limited to
    some PBXes sees the rows of those alone.
    """
    return services.audit.page(actor, query)


@routes.get(
    "/export/", Permission.AUDIT_READ, errors=(), produces=tuple(_MEDIA_TYPES.values()), envelope=False
)
def export_entries(services: UseCases, actor: Actor, query: AuditExportQuery) -> Response:
    """The audit log as a file, oldest first."""
    rows = services.audit.walk(actor, query)
    return Response(
        stream_with_context(_WRITERS[query.format](rows)),
        mimetype=_MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="amictl-audit.{query.format}"'},
    )
