"""Actions of parking lots (Asterisk res/parking/parking_manager.c)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, ListItem, Request
from amictl.demo.channels import Channel
from amictl.demo.parking import Lot

_INTEGER = re.compile(r"\s*([+-]?\d+)")


@answers("Park")
def park(request: Request) -> None:
    """Park a channel, for whoever it talks to or without anybody."""
    name, text = request.get("Channel"), request.get("Timeout")
    if not name:
        request.fail("Channel not specified")
        return
    milliseconds = _INTEGER.match(text)
    if text and (milliseconds is None or int(milliseconds[1]) < 0):
        request.fail("Invalid Timeout value.")
        return
    channel = request.world.channels.get(name)
    if channel is None:
        request.fail(f"Channel does not exist: {name}")
        return
    seconds = None if milliseconds is None else int(milliseconds[1]) and max(1, int(milliseconds[1]) // 1000)
    parker = request.get("TimeoutChannel") or request.get("Channel2")
    if parker:
        channel.set_variable("BLINDTRANSFER", parker)
        channel.drop_variable("ATTENDEDTRANSFER")
    if request.get("ParkingSpace"):
        channel.set_variable("PARKINGEXTEN", request.get("ParkingSpace"))
    lot_name = request.get("Parkinglot")
    data = lot_name if seconds is None else f"{lot_name},t({seconds})"
    peer = _peer(channel)
    if peer is not None and peer.name == parker:
        request.succeed("Park successful\n")
        request.world.parking.park_other(peer, channel, data)
        return
    lot = request.world.parking.prepare(channel, data)
    if lot is None:
        request.fail("Park action failed\n")
        return
    lot.bridge.pull_in(channel)
    request.succeed("Park successful\n")


def _peer(channel: Channel) -> Channel | None:
    """Return the other one of two in a bridge (Asterisk: ast_channel_bridge_peer)."""
    others = channel.bridge.others(channel) if channel.bridge is not None else []
    return others[0] if len(others) == 1 else None


@answers("Parkinglots")
def list_lots(request: Request) -> None:
    """List the lots."""
    items: list[ListItem] = [
        (
            "Parkinglot",
            [
                (
                    ("Name", lot.settings.name),
                    ("StartSpace", str(lot.settings.first)),
                    ("StopSpace", str(lot.settings.last)),
                    ("Timeout", str(lot.settings.seconds)),
                )
            ],
        )
        for lot in request.world.parking.all()
    ]
    request.list("Parking lots will follow", items, complete="ParkinglotsComplete")


@answers("ParkedCalls")
def list_calls(request: Request) -> None:
    """List who waits, in one lot or in all."""
    name = request.get("ParkingLot")
    lots: list[Lot] = request.world.parking.all()
    if name:
        lot = request.world.parking.get(name)
        if lot is None:
            request.fail("Requested parking lot could not be found.")
            return
        lots = [lot]
    items = list(_calls(lots))
    request.list(
        "Parked calls will follow", items, complete="ParkedCallsComplete", extra=(("Total", str(len(items))),)
    )


def _calls(lots: Iterable[Lot]) -> Iterable[ListItem]:
    for lot in lots:
        for user in lot.users.values():
            yield "ParkedCall", [user.headers(), ACTION_ID]
