"""Tells tables that hold a channel's name or numbers, or count channels, what changed of it.

Events of parking lots and conferences come through threads of their own: what they tell of a channel may be
older than what is known of it already, and then the channel is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Final

from amictl.pbx.changes import CHANNELS, CONFERENCES, NO_CHANGES, PARKING, Change, Changes
from amictl.pbx.conferences import ConferenceTable
from amictl.pbx.endpoints import EndpointTable
from amictl.pbx.models import Channel, Conference
from amictl.pbx.parking import ParkingTable
from amictl.protocol import Message

_read_name: Final = attrgetter("channel", "linked_id", "caller_id_num", "caller_id_name")
"""What a party of a conference tells of its channel."""


class ChannelWatch:
    """Follows the channels on behalf of the tables of endpoints, parking lots and conferences.

    Args:
        channels: The channels of the same PBX by unique ID.
        endpoints: Counts each endpoint's channels.
        parking: Holds what its parked channels are called.
        conferences: Holds what its parties are called.
    """

    events: frozenset[str] = frozenset()

    def __init__(
        self,
        channels: Mapping[str, Channel],
        endpoints: EndpointTable,
        parking: ParkingTable,
        conferences: ConferenceTable,
    ) -> None:
        self._channels = channels
        self._endpoints = endpoints
        self._parking = parking
        self._conferences = conferences

    def follow(self, _message: Message | None, changes: Changes) -> Changes:
        """Take what one event or list changed of channels, and of who is parked or in a conference."""
        told: list[Change] = []
        for change in changes:
            if change.topic == CHANNELS:
                told += self._follow_channel(change)
            elif change.topic == PARKING and change.key in self._channels:
                told += self._parking.follow_channel(self._channels[change.key])
            elif change.topic == CONFERENCES and isinstance(change.value, Conference):
                told += self._correct_parties(change.value)
        return told or NO_CHANGES

    def _follow_channel(self, change: Change) -> Changes:
        channel = change.value
        if isinstance(channel, Channel):
            return (
                *self._endpoints.follow_channel(channel),
                *self._parking.follow_channel(channel),
                *self._conferences.follow_channel(channel),
            )
        return (
            *self._endpoints.forget_channel(change.key),
            *self._parking.hang_up(change.key),
            *self._conferences.hang_up(change.key),
        )

    def _correct_parties(self, room: Conference) -> Changes:
        told: list[Change] = []
        for party in room.parties:
            channel = self._channels.get(party.unique_id)
            if channel is not None and _read_name(party) != _read_name(channel):
                told += self._conferences.follow_channel(channel)
        return told
