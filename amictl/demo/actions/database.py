"""Actions of the PBX's own database (Asterisk main/db.c)."""

from __future__ import annotations

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, Request


@answers("DBGet")
def read_entry(request: Request) -> None:
    """Read an entry."""
    family, key = request.get("Family"), request.get("Key")
    if not _is_complete(request, ending="."):
        return
    value = request.world.database.get(family, key)
    if value is None:
        request.fail("Database entry not found")
        return
    request.list(
        "Result will follow",
        [("DBGetResponse", [[("Family", family), ("Key", key), ("Val", value)], ACTION_ID])],
        complete="DBGetComplete",
    )


@answers("DBGetTree")
def read_tree(request: Request) -> None:
    """List the entries of a family or a part of it; without a family all, whatever the key."""
    family = request.get("Family")
    entries = request.world.database.tree(family, request.get("Key") if family else "")
    request.list(
        "Result will follow",
        [("DBGetTreeResponse", [[("Key", path), ("Val", value)], ACTION_ID]) for path, value in entries],
        complete="DBGetTreeComplete",
    )


@answers("DBPut")
def write_entry(request: Request) -> None:
    """Write an entry."""
    if _is_complete(request, ending=""):
        request.world.database.put(request.get("Family"), request.get("Key"), request.get("Val"))
        request.succeed("Updated database successfully")


@answers("DBDel")
def delete_entry(request: Request) -> None:
    """Delete an entry."""
    if not _is_complete(request, ending="."):
        return
    if request.world.database.delete(request.get("Family"), request.get("Key")):
        request.succeed("Key deleted successfully")
    else:
        request.fail("Database entry could not be deleted")


@answers("DBDelTree")
def delete_tree(request: Request) -> None:
    """Delete a family, or a part of it."""
    family = request.get("Family")
    if not family:
        request.fail("No family specified.")
    elif request.world.database.delete_tree(family, request.get("Key")):
        request.succeed("Key tree deleted successfully")
    else:
        request.fail("Database entry not found")


def _is_complete(request: Request, *, ending: str) -> bool:
    """Refuse an action without family or key; some end what they say with a full stop."""
    for header, name in (("Family", "family"), ("Key", "key")):
        if not request.get(header):
            request.fail(f"No {name} specified{ending}")
            return False
    return True
