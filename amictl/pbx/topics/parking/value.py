"""Parked calls."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.ami_values import read_name
from amictl.pbx.value import About, Time, Value


class ParkedCall(Value, frozen=True):
    """A channel that is parked."""

    unique_id: Annotated[str, About("The parked channel's unique ID; the key", "ParkeeUniqueid")]
    channel: Annotated[str, About("Its name", "ParkeeChannel")]
    linked_id: Annotated[str | None, About("The linked ID of its call", "ParkeeLinkedid")]
    caller_id_num: Annotated[str | None, About("Number of the party that is parked", "ParkeeCallerIDNum")]
    caller_id_name: Annotated[str | None, About("That party's name", "ParkeeCallerIDName", read_name)]
    connected_line_num: Annotated[
        str | None,
        About(
            "Number of the party that it last talked to, as the channel knows it", "ParkeeConnectedLineNum"
        ),
    ]
    connected_line_name: Annotated[
        str | None, About("That party's name", "ParkeeConnectedLineName", read_name)
    ]
    lot: Annotated[str | None, About("The parking lot", "Parkinglot")]
    space: Annotated[
        str | None,
        About("The space in the lot, which is also the extension that takes the call back", "ParkingSpace"),
    ]
    parked_by: Annotated[
        str | None,
        About("What is dialled to reach who parked it, PJSIP/100; not a channel's name", "ParkerDialString"),
    ]
    parked_at: Annotated[Time, About("Since when; a list tells whole seconds")]
    timeout_at: Annotated[Time | None, About("When it comes back by itself; null for never")]
