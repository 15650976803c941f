"""Reading calls from the live picture."""

from __future__ import annotations

from typing import Any

from amictl.errors import NotFound
from amictl.manager import Registry
from amictl.pbx.changes import CALLS
from amictl.services.access import Actor, open_gate
from amictl.services.access.pbxes import find_pbx, read_topic


class LiveCallService:
    """Reads of calls; none of them asks the PBX.

    Args:
        registry: The PBXes.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def list_calls(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return the calls of a PBX that the actor may see, and how fresh they are.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, calls = read_topic(pbx, CALLS)
        return {**source, "calls": open_gate(pbx, actor).show_all(calls.values())}

    def show_call(self, actor: Actor, linked_id: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Return one call.

        Args:
            actor: Needs ``live.read``.
            linked_id: The call's linked ID.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or call, or the call is out of the actor's scope.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, calls = read_topic(pbx, CALLS)
        found = calls.get(linked_id)
        shown = None if found is None else open_gate(pbx, actor).show(found)
        if shown is None:
            raise NotFound(f"There is no such call on {pbx.name}; it may have ended.")
        return {**source, "call": shown}
