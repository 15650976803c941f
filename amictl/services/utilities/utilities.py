"""What concerns the PBX itself and the links to it."""

from __future__ import annotations

from typing import Any

from amictl.manager import Registry
from amictl.services.access import Actor
from amictl.services.access.pbxes import choose_default, find_pbx, list_visible


class UtilityService:
    """What can be asked of a PBX as a whole.

    Args:
        registry: The PBXes.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def ping(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Ask the PBX for a sign of life.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not use that PBX.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        seconds = pbx.manager.ping()
        return {"pbx": pbx.name, "round_trip_ms": round(seconds * 1000, 3), "message": "Pong"}

    def list_pbxes(self, actor: Actor) -> list[str]:
        """Return the names of the PBXes that the actor may see."""
        return list_visible(self._registry, actor)

    def default_pbx(self, actor: Actor) -> str | None:
        """Return the PBX that a request without a name means."""
        return choose_default(self._registry, actor)
