"""What concerns the PBX itself and the links to it."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.value import About
from amictl.services.access import Actor
from amictl.services.access.pbxes import choose_default, list_visible
from amictl.services.pbx_service import PictureService
from amictl.services.results import Performed


class Pong(Performed, frozen=True):
    """A sign of life of a PBX."""

    round_trip_ms: Annotated[float, About("Milliseconds between question and answer")]


class UtilityService(PictureService):
    """What can be asked of a PBX as a whole."""

    def ping(self, actor: Actor, pbx_name: str | None = None) -> Pong:
        """Ask the PBX for a sign of life, by ``live.read``."""
        pbx = self._find_pbx(actor, pbx_name)
        return Pong(pbx.name, "Pong", round(pbx.manager.ping() * 1000, 3))

    def list_pbxes(self, actor: Actor) -> list[str]:
        """Return the names of the PBXes that the actor may see."""
        return list_visible(self._registry, actor)

    def default_pbx(self, actor: Actor) -> str | None:
        """Return the PBX that a request without a name means."""
        return choose_default(self._registry, actor)
