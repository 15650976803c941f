"""What the PBX tells of parking lots and parked calls."""

from __future__ import annotations

from amictl.pbx.readings.raw import Reading
from amictl.pbx.values import read_int, read_seconds, read_text
from amictl.protocol import Message


def read_parked_call(message: Message) -> Reading:
    """Return a ``ParkedCall`` event; durations are seconds.

    ``timeout`` is what is left; null where the call may stay for ever.
    """
    return {
        "parking_lot": read_text(message.get("Parkinglot")),
        "parking_space": read_text(message.get("ParkingSpace")),
        "channel": message.get("ParkeeChannel", ""),
        "unique_id": message.get("ParkeeUniqueid", ""),
        "linked_id": read_text(message.get("ParkeeLinkedid")),
        "caller_id_num": read_text(message.get("ParkeeCallerIDNum")),
        "caller_id_name": read_text(message.get_unescaped("ParkeeCallerIDName")),
        "connected_line_num": read_text(message.get("ParkeeConnectedLineNum")),
        "connected_line_name": read_text(message.get_unescaped("ParkeeConnectedLineName")),
        "parker": read_text(message.get("ParkerDialString")),
        "duration": read_seconds(message.get("ParkingDuration")),
        "timeout": _read_time_left(message.get("ParkingTimeout")),
    }


def read_parking_lot(message: Message) -> Reading:
    """Return a ``Parkinglot`` event; the timeout is seconds, null where calls stay for ever."""
    return {
        "parking_lot": message.get("Name", ""),
        "start_space": read_int(message.get("StartSpace")),
        "stop_space": read_int(message.get("StopSpace")),
        "timeout": read_int(message.get("Timeout")) or None,
    }


def _read_time_left(text: str | None) -> int | None:
    """Return the seconds that are left; Asterisk counts below zero where there is no limit.

    It prints them without a sign, as 2^64 less some seconds (Asterisk res/parking/parking_manager.c,
    parked_call_payload_from_parked_user and manager_build_parked_call_string).
    """
    return read_seconds(text) or None
