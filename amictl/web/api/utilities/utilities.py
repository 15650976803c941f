"""Routes about the PBX itself."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.utilities.utilities_schemas import Pong
from amictl.web.contract import Data, Routes

routes = Routes("utilities")


@routes.get("/ping/", Permission.LIVE_READ, data=Pong)
def ping_pbx(services: UseCases, actor: Actor, query: PbxQuery) -> Data:
    """Ask the PBX for a sign of life."""
    return services.utilities.ping(actor, query.pbx)
