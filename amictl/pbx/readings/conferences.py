"""What the PBX tells of conferences and who takes part in them."""

from __future__ import annotations

from collections.abc import Mapping

from amictl.pbx.ami_values import read_int, read_truth
from amictl.pbx.payloads import value_payload
from amictl.pbx.readings.raw import Reading
from amictl.pbx.topics.conferences.lists import read_party
from amictl.pbx.topics.conferences.value import ConferenceParty
from amictl.protocol import Message


def read_conference(message: Message) -> Reading:
    """Return a ``ConfbridgeListRooms`` event.

    ``muted`` tells whether an admin silenced all but the admins.
    """
    return {
        "conference": message.get("Conference", ""),
        "party_count": read_int(message.get("Parties")),
        "marked_count": read_int(message.get("Marked")),
        "locked": read_truth(message.get("Locked")),
        "muted": read_truth(message.get("Muted")),
    }


def read_listed_party(message: Message, known: Mapping[str, ConferenceParty]) -> Reading:
    """Return a ``ConfbridgeList`` event as the topic has a party, and what only lists tell.

    Args:
        message: The event; its ``AnsweredTime`` is seconds since the channel was answered.
        known: The parties that the picture has by unique ID.
    """
    return {
        **value_payload(read_party(message, known)),
        "wait_marked": read_truth(message.get("WaitMarked")),
        "end_marked": read_truth(message.get("EndMarked")),
        "duration": read_int(message.get("AnsweredTime")),
    }
