"""Routes of parking lots."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.parking import ParkBody, Parked, ParkedCalls, ParkedQuery, ParkingLots
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("parking", tag="calls")


@routes.post(
    "/park/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "parking_lot": "default", "timeout": 45000},
)
def park_channel(services: UseCases, actor: Actor, body: ParkBody) -> Parked:
    """Park a call.

    The answer tells the space. Without timeout_channel the other party is left alone.
    """
    return services.parking.park(actor, body)


@routes.get("/parked/", Permission.LIVE_READ)
def list_parked(services: UseCases, actor: Actor, query: ParkedQuery) -> ParkedCalls:
    """The parked calls.

    From the live picture; with raw the PBX is asked for its messages.
    """
    return services.parking.list_parked(actor, query)


@routes.get("/parkinglots/", Permission.LIVE_READ)
def list_lots(services: UseCases, actor: Actor, query: ReadQuery) -> ParkingLots:
    """The parking lots."""
    return services.parking.list_lots(actor, query)
