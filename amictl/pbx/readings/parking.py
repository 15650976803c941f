"""What the PBX tells of parking lots."""

from __future__ import annotations

from amictl.pbx.ami_values import read_int
from amictl.pbx.readings.raw import Reading
from amictl.protocol import Message


def read_parking_lot(message: Message) -> Reading:
    """Return a ``Parkinglot`` event; the timeout is seconds, null where calls stay for ever."""
    return {
        "lot": message.get("Name", ""),
        "start_space": read_int(message.get("StartSpace")),
        "stop_space": read_int(message.get("StopSpace")),
        "timeout": read_int(message.get("Timeout")) or None,
    }
