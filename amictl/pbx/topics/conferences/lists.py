"""What Asterisk's lists tell of conferences: who is in, what is locked, what is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_truth
from amictl.pbx.faults import read_each
from amictl.pbx.reader import reader_of
from amictl.pbx.topics.conferences.value import Conference, ConferenceParty
from amictl.protocol import Message

Conferences = Mapping[str, Conference]

read_told_party: Final = reader_of(ConferenceParty)
"""Reads a party as any message tells it."""

_RECORDER: Final = re.compile(r"CBRec/(.+)-[0-9a-f]{8}")  # apps/confbridge/conf_chan_record.c
_LONGEST_VALUE: Final = 1000  # main/manager.c, action_getvar, cuts values at 1023 bytes


def read_rooms(items: Iterable[Message], known: Conferences, _now: float) -> dict[str, Conference]:
    """Return the conferences of a ``ConfbridgeListRooms`` list, with the parties that are known.

    Args:
        items: ``ConfbridgeListRooms`` events.
        known: The conferences that the picture has.
        _now: The PBX's time.
    """
    rooms = {}
    for item in items:
        name = item.get("Conference")
        if name:
            locked, muted = read_truth(item.get("Locked")), read_truth(item.get("Muted"))
            rooms[name] = replace(known.get(name) or Conference(name), locked=locked, muted=muted)
    return rooms


def read_parties(
    conference: str, items: Iterable[Message], known: Conferences, _now: float = 0.0
) -> dict[str, Conference]:
    """Return one conference with the parties of its ``ConfbridgeList`` list.

    Args:
        conference: Its name.
        items: ``ConfbridgeList`` events.
        known: The conferences that the picture has; they know who joined when.
        _now: The PBX's time.
    """
    room = known.get(conference) or Conference(conference)
    earlier = {party.unique_id: party for party in room.parties}
    parties = (party for _, party in read_each(items, lambda item: read_party(item, earlier)))
    return {conference: replace(room, parties=tuple(party for party in parties if party.unique_id))}


def read_recorded(items: Iterable[Message], known: Conferences) -> dict[str, Conference]:
    """Return the conferences with whether each is recorded.

    Args:
        items: The response to ``Getvar`` of ``CHANNELS(^CBRec/)``; the channels that record are internal, so
            that no other list and no event has them.
        known: The conferences that the picture has.
    """
    value = "".join(item.get("Value", "") for item in items)
    if len(value) >= _LONGEST_VALUE:
        return {}  # cut off: who is missing in it is not known
    recorded = {found[1] for name in value.split() if (found := _RECORDER.fullmatch(name))}
    return {name: replace(room, recording=name in recorded) for name, room in known.items()}


def read_party(item: Message, earlier: Mapping[str, ConferenceParty]) -> ConferenceParty:
    """Return a party of a list.

    Args:
        item: A ``ConfbridgeList`` event.
        earlier: The parties that the picture has by unique ID; they know when they joined.
    """
    known = earlier.get(item.get("Uniqueid", ""))
    return read_told_party(item, joined_at=known.joined_at if known else None)
