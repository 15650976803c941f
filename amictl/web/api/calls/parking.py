"""Routes of parking lots."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.parking import ParkPlan
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.calls.control_schemas import ParkBody, Parked, ParkedCalls, ParkedQuery, ParkingLots
from amictl.web.contract import Data, Routes

routes = Routes("parking", tag="calls")


@routes.post(
    "/park/",
    Permission.CALLS_CONTROL,
    data=Parked,
    example={"channel": "PJSIP/100-0000001a", "parking_lot": "default", "timeout": 45000},
)
def park_channel(services: UseCases, actor: Actor, body: ParkBody) -> Data:
    """Park a call.

    The answer tells the space. Without timeout_channel the other party is left alone.
    """
    plan = ParkPlan(**body.model_dump(exclude={"pbx"}))
    return services.parking.park(actor, plan, body.pbx)


@routes.get("/parked/", Permission.LIVE_READ, data=ParkedCalls)
def list_parked(services: UseCases, actor: Actor, query: ParkedQuery) -> Data:
    """The parked calls.

    From the live picture; with raw the PBX is asked for its messages.
    """
    return services.parking.list_parked(actor, query.parking_lot, raw=query.raw, pbx_name=query.pbx)


@routes.get("/parkinglots/", Permission.LIVE_READ, data=ParkingLots)
def list_lots(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """The parking lots."""
    return services.parking.list_lots(actor, raw=query.raw, pbx_name=query.pbx)
