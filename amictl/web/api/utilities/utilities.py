"""Routes about the PBX itself."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.services.utilities.utilities import Pong
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("utilities")


@routes.get("/ping/", Permission.LIVE_READ)
def ping_pbx(services: UseCases, actor: Actor, query: PbxQuery) -> Pong:
    """Ask the PBX for a sign of life."""
    return services.utilities.ping(actor, query.pbx)
