"""Routes that read channels and bridges."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.channels.channels import Bridges, Channels, OneChannel, Status, StatusQuery
from amictl.services.requests import PbxQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import FROM_PICTURE, Routes

routes = Routes("channels")


@routes.get("/channels/", Permission.LIVE_READ, errors=FROM_PICTURE)
def list_channels(services: UseCases, actor: Actor, query: PbxQuery) -> Channels:
    """All channels."""
    return services.channels.list_channels(actor, query.pbx)


@routes.get(
    "/channels/<path:channel>/",
    Permission.LIVE_READ,
    errors=FROM_PICTURE,
    path={"channel": "The channel's name or unique ID"},
)
def show_channel(services: UseCases, actor: Actor, query: PbxQuery, channel: str) -> OneChannel:
    """One channel.

    Write the name as it is, PJSIP/100-0000001a, or with %2F for the slash.
    """
    return services.channels.show_channel(actor, channel, query.pbx)


@routes.get("/bridges/", Permission.LIVE_READ, errors=FROM_PICTURE)
def list_bridges(services: UseCases, actor: Actor, query: PbxQuery) -> Bridges:
    """All bridges."""
    return services.channels.list_bridges(actor, query.pbx)


@routes.get("/status/", Permission.LIVE_READ, errors=FROM_PICTURE)
def show_status(services: UseCases, actor: Actor, query: StatusQuery) -> Status:
    """What is going on: counts and channels."""
    return services.channels.show_status(actor, query)
