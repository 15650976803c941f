"""Routes of Asterisk's own database."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.utilities.database_schemas import (
    DatabaseDeleted,
    DatabaseDeleteQuery,
    DatabaseEntries,
    DatabasePutBody,
    DatabaseQuery,
    DatabaseWritten,
)
from amictl.web.contract import Data, Routes

routes = Routes("database", "/api/ami/db")


@routes.get("/", Permission.UTILITIES_READ, data=DatabaseEntries)
def read_entries(services: UseCases, actor: Actor, query: DatabaseQuery) -> Data:
    """One entry of the PBX's database, those of a family, or all.

    Without a key it needs Asterisk 16.28, 18.14, 19.6 or newer.
    """
    return services.database.read(
        actor, query.family, query.key, limit=query.limit, pbx_name=query.pbx, raw=query.raw
    )


@routes.post(
    "/",
    Permission.UTILITIES_WRITE,
    data=DatabaseWritten,
    example={"family": "shifts", "key": "support", "value": "open"},
)
def put_entry(services: UseCases, actor: Actor, body: DatabasePutBody) -> Data:
    """Write an entry."""
    return services.database.put(actor, body.family, body.key, body.value, body.pbx)


@routes.delete("/", Permission.UTILITIES_WRITE, data=DatabaseDeleted)
def delete_entry(services: UseCases, actor: Actor, query: DatabaseDeleteQuery) -> Data:
    """Delete an entry, or with tree=1 everything below a key or family."""
    return services.database.delete(actor, query.family, query.key, tree=query.tree, pbx_name=query.pbx)
