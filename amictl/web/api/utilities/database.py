"""Routes of Asterisk's own database."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.services.utilities.astdb import (
    DatabaseDeleted,
    DatabaseDeleteQuery,
    DatabaseEntries,
    DatabasePutBody,
    DatabaseQuery,
    DatabaseWritten,
)
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("database", "/api/ami/db")


@routes.get("/", Permission.UTILITIES_READ)
def read_entries(services: UseCases, actor: Actor, query: DatabaseQuery) -> DatabaseEntries:
    """One entry of the PBX's database, those of a family, or all.

    Without a key it needs Asterisk 16.28, 18.14, 19.6 or newer.
    """
    return services.database.read(actor, query)


@routes.post("/", Permission.UTILITIES_WRITE, example={"family": "shifts", "key": "support", "value": "open"})
def put_entry(services: UseCases, actor: Actor, body: DatabasePutBody) -> DatabaseWritten:
    """Write an entry."""
    return services.database.put(actor, body)


@routes.delete("/", Permission.UTILITIES_WRITE)
def delete_entry(services: UseCases, actor: Actor, query: DatabaseDeleteQuery) -> DatabaseDeleted:
    """Delete an entry, or with tree=1 everything below a key or family."""
    return services.database.delete(actor, query)
