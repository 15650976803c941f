"""Asterisk's own database: families of keys with values."""

from __future__ import annotations

from typing import Any

from amictl.errors import InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.readings.database import read_database_entry
from amictl.pbx.readings.raw import read_items
from amictl.services.access import Actor, require_whole_pbx
from amictl.services.access.pbxes import find_pbx
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.store.permissions import Permission


class AstdbService:
    """What can be done with the database of a PBX.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def read(
        self,
        actor: Actor,
        family: str | None = None,
        key: str | None = None,
        *,
        limit: int,
        pbx_name: str | None = None,
        raw: bool = False,
    ) -> dict[str, Any]:
        """Return one entry, those of a family, or all.

        Args:
            actor: Needs ``utilities.read``.
            family: A family; None means all.
            key: A key of that family; None means all.
            limit: Most entries to return.
            pbx_name: The PBX; None means the default one.
            raw: Whether to add the AMI messages.

        Raises:
            PermissionDenied: The actor may not use that PBX, or is limited to some queues.
            NotFound: There is no such PBX or entry.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        if family is not None and key is not None:
            with translate_refusal("not found", _no_entry(pbx, family, key)):
                reply = self._execution.read(pbx, make_action("DBGet", family=family, key=key))
        else:
            reply = self._execution.read(pbx, make_action("DBGetTree", family=family))
        entries = read_items(reply.items[:limit], read_database_entry, raw=raw)
        return {"pbx": pbx.name, "entries": entries, "truncated": len(reply.items) > limit}

    def put(
        self, actor: Actor, family: str, key: str, value: str, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Write an entry.

        Args:
            actor: Needs ``utilities.write``.
            family: Its family.
            key: Its key.
            value: Its value, which may be empty.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not use that PBX, or is limited to some queues.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        action = make_action("DBPut", family=family, key=key, value=value)
        reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return {"pbx": pbx.name, "family": family, "key": key, "value": value, "message": reply.message}

    def delete(
        self,
        actor: Actor,
        family: str,
        key: str | None = None,
        *,
        tree: bool = False,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Delete an entry, or with ``tree`` what is below a key or a family.

        Args:
            actor: Needs ``utilities.write``.
            family: Its family.
            key: Its key; only a tree can do without.
            tree: Whether everything below goes.
            pbx_name: The PBX; None means the default one.

        Raises:
            InvalidInput: There is neither a key nor ``tree``.
            PermissionDenied: The actor may not use that PBX, or is limited to some queues.
            NotFound: There is no such PBX or entry.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        missing = _no_entry(pbx, family, key)
        if tree:
            action, words = make_action("DBDelTree", family=family, key=key), "not found"
        elif key is None:
            raise InvalidInput.of("key", "Give a key, or tree=1 to delete the whole family.")
        else:
            action, words = make_action("DBDel", family=family, key=key), "could not be deleted"
        with translate_refusal(words, missing):
            reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return {"pbx": pbx.name, "family": family, "key": key, "tree": tree, "message": reply.message}


def _no_entry(pbx: Pbx, family: str, key: str | None) -> NotFound:
    """Return the error for what the database does not have."""
    what = f"family {family}" if key is None else f"entry {family}/{key}"
    return NotFound(f"There is no {what} in the database of {pbx.name}.")
