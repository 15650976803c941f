"""Parked calls."""

from __future__ import annotations

from amictl.pbx.models.value import Value


class ParkedCall(Value, frozen=True):
    """One channel that is parked.

    Args:
        unique_id: The parked channel's unique ID; the key.
        channel: Its name.
        linked_id: The linked ID of its call.
        caller_id_num: Number of the party that is parked.
        caller_id_name: That party's name.
        connected_line_num: Number of the party that it last talked to, as the channel knows it.
        connected_line_name: That party's name.
        lot: The parking lot.
        space: The space in the lot, which is also the extension that takes the call back.
        parked_by: What is dialled to reach who parked it, ``PJSIP/100``; not a channel's name.
        parked_at: Since when, on the PBX's clock; a list tells whole seconds.
        timeout_at: When it comes back by itself, on the PBX's clock; None for never.
    """

    unique_id: str
    channel: str
    linked_id: str | None
    caller_id_num: str | None
    caller_id_name: str | None
    connected_line_num: str | None
    connected_line_name: str | None
    lot: str | None
    space: str | None
    parked_by: str | None
    parked_at: float
    timeout_at: float | None
