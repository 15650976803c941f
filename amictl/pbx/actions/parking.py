"""Builders of parking lots."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def park(
    channel: str,
    *,
    parking_lot: str | None = None,
    parking_space: str | None = None,
    timeout: int | None = None,
    timeout_channel: str | None = None,
    announce_channel: str | None = None,
) -> Action:
    """Park a channel.

    Args:
        channel: Its name or unique ID.
        parking_lot: The lot; the channel's own when left out.
        parking_space: The space to use; older PBXs choose one themselves.
        timeout: Milliseconds, which Asterisk cuts to whole seconds; 0 never ends.
        timeout_channel: Who is called when the time is over, by name.
        announce_channel: Who hears the space's number, by name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "Park",
        channel=channel,
        parking_lot=parking_lot,
        parking_space=parking_space,
        timeout=timeout,
        timeout_channel=timeout_channel,
        announce_channel=announce_channel,
    )


def parked_calls(parking_lot: str | None = None) -> Action:
    """Ask for the parked calls.

    Args:
        parking_lot: Of one lot; of all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ParkedCalls", parking_lot=parking_lot)


def parkinglots() -> Action:
    """Ask for the parking lots."""
    return build("Parkinglots")
