"""Reads of parking lots; ``Park`` is among the calls."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import reads, text

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads("Parkinglots", "List the parking lots.", rights="call", reply=ReplyKind.LIST, module="res_parking"),
    reads(
        "ParkedCalls",
        "List the parked calls.",
        text("ParkingLot", name="parking_lot"),
        rights="call",
        reply=ReplyKind.LIST,
        module="res_parking",
    ),
)
