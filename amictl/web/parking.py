"""Routes of parking lots."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.parking import ParkingService, ParkPlan
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.call_control import (
    ParkBody,
    Parked,
    ParkedCalls,
    ParkedQuery,
    ParkingLots,
)
from amictl.web.schemas.common import ReadQuery
from amictl.web.visitors import current_actor

_TAG = "calls"


def make_parking_blueprint(parking: ParkingService) -> Blueprint:
    """Return the routes ``park/``, ``parked/`` and ``parkinglots/``."""
    blueprint = Blueprint("parking", __name__, url_prefix="/api/ami")

    @blueprint.post("/park/")
    @describe(
        "Park a call",
        permission=Permission.CALLS_CONTROL,
        details="The answer tells the space. Without timeout_channel the other party is left alone.",
        tag=_TAG,
        body=ParkBody,
        data=Parked,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"channel": "PJSIP/100-0000001a", "parking_lot": "default", "timeout": 45000},
    )
    def park_channel() -> Response:
        body = read_body(ParkBody)
        plan = ParkPlan(**body.model_dump(exclude={"pbx"}))
        return answer_success(parking.park(current_actor(), plan, body.pbx))

    @blueprint.get("/parked/")
    @describe(
        "The parked calls",
        permission=Permission.LIVE_READ,
        details="From the live picture; with raw the PBX is asked for its messages.",
        tag=_TAG,
        query=ParkedQuery,
        data=ParkedCalls,
    )
    def list_parked() -> Response:
        query = read_query(ParkedQuery)
        return answer_success(
            parking.list_parked(current_actor(), query.parking_lot, raw=query.raw, pbx_name=query.pbx)
        )

    @blueprint.get("/parkinglots/")
    @describe(
        "The parking lots", permission=Permission.LIVE_READ, tag=_TAG, query=ReadQuery, data=ParkingLots
    )
    def list_lots() -> Response:
        query = read_query(ReadQuery)
        return answer_success(parking.list_lots(current_actor(), raw=query.raw, pbx_name=query.pbx))

    return blueprint
