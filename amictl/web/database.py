"""Routes of Asterisk's own database."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.astdb import AstdbService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.database import (
    DatabaseDeleted,
    DatabaseDeleteQuery,
    DatabaseEntries,
    DatabasePutBody,
    DatabaseQuery,
    DatabaseWritten,
)
from amictl.web.visitors import current_actor


def make_database_blueprint(database: AstdbService) -> Blueprint:
    """Return the routes of ``db/``."""
    blueprint = Blueprint("database", __name__, url_prefix="/api/ami/db")

    @blueprint.get("/")
    @describe(
        "One entry of the PBX's database, those of a family, or all",
        permission=Permission.UTILITIES_READ,
        details="Without a key it needs Asterisk 16.28, 18.14, 19.6 or newer.",
        query=DatabaseQuery,
        data=DatabaseEntries,
    )
    def read_entries() -> Response:
        query = read_query(DatabaseQuery)
        return answer_success(
            database.read(
                current_actor(),
                query.family,
                query.key,
                limit=query.limit,
                pbx_name=query.pbx,
                raw=query.raw,
            )
        )

    @blueprint.post("/")
    @describe(
        "Write an entry",
        permission=Permission.UTILITIES_WRITE,
        body=DatabasePutBody,
        data=DatabaseWritten,
        write=True,
        example={"family": "shifts", "key": "support", "value": "open"},
    )
    def put_entry() -> Response:
        body = read_body(DatabasePutBody)
        return answer_success(database.put(current_actor(), body.family, body.key, body.value, body.pbx))

    @blueprint.delete("/")
    @describe(
        "Delete an entry, or with tree=1 everything below a key or family",
        permission=Permission.UTILITIES_WRITE,
        query=DatabaseDeleteQuery,
        data=DatabaseDeleted,
        write=True,
    )
    def delete_entry() -> Response:
        query = read_query(DatabaseDeleteQuery)
        return answer_success(
            database.delete(current_actor(), query.family, query.key, tree=query.tree, pbx_name=query.pbx)
        )

    return blueprint
