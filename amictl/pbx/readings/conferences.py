"""What the PBX tells of conferences and who takes part in them."""

from __future__ import annotations

from amictl.pbx.readings.raw import Reading
from amictl.pbx.values import read_int, read_text, read_truth
from amictl.protocol import Message


def read_conference(message: Message) -> Reading:
    """Return a ``ConfbridgeListRooms`` event.

    ``muted`` tells whether an admin silenced all but the admins.
    """
    return {
        "conference": message.get("Conference", ""),
        "participant_count": read_int(message.get("Parties")),
        "marked_count": read_int(message.get("Marked")),
        "locked": read_truth(message.get("Locked")),
        "muted": read_truth(message.get("Muted")),
    }


def read_participant(message: Message) -> Reading:
    """Return a ``ConfbridgeList`` event; ``duration`` is seconds since the channel was answered."""
    return {
        "channel": message.get("Channel", ""),
        "unique_id": message.get("Uniqueid", ""),
        "linked_id": read_text(message.get("Linkedid")),
        "caller_id_num": read_text(message.get("CallerIDNum")),
        "caller_id_name": read_text(message.get_unescaped("CallerIDName")),
        "admin": read_truth(message.get("Admin")),
        "muted": read_truth(message.get("Muted")),
        "talking": read_truth(message.get("Talking")),
        "marked": read_truth(message.get("MarkedUser")),
        "waiting": read_truth(message.get("Waiting")),
        "wait_marked": read_truth(message.get("WaitMarked")),
        "end_marked": read_truth(message.get("EndMarked")),
        "duration": read_int(message.get("AnsweredTime")),
    }
