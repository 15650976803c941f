"""Tells tables that hold a channel's name or numbers, or count channels, what changed of it."""

from __future__ import annotations

from amictl.pbx.changes import CHANNELS, NO_CHANGES, Change, Changes
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.table import ConferenceTable
from amictl.pbx.topics.endpoints.table import EndpointTable
from amictl.pbx.topics.parking.table import ParkingTable
from amictl.protocol import Message


class ChannelWatch:
    """Follows the channels on behalf of the tables of endpoints, parking lots and conferences.

    Args:
        endpoints: Counts each endpoint's channels.
        parking: Holds what its parked channels are called.
        conferences: Holds what its parties are called.
    """

    events: frozenset[str] = frozenset()

    def __init__(self, endpoints: EndpointTable, parking: ParkingTable, conferences: ConferenceTable) -> None:
        self._endpoints = endpoints
        self._parking = parking
        self._conferences = conferences

    def follow(self, _message: Message | None, changes: Changes) -> Changes:
        """Take what one event or list changed of channels."""
        told: Changes = NO_CHANGES
        for change in changes:
            if change.topic == CHANNELS and (more := self._tell(change)):
                told = (*told, *more)
        return told

    def _tell(self, change: Change) -> Changes:
        channel = change.value
        if isinstance(channel, Channel):
            told = self._endpoints.follow_channel(channel)
            if change.key in self._parking.by_id:
                told = (*told, *self._parking.follow_channel(channel))
            if self._conferences.by_name:
                told = (*told, *self._conferences.follow_channel(channel))
            return told
        return (
            *self._endpoints.forget_channel(change.key),
            *self._parking.hang_up(change.key),
            *self._conferences.hang_up(change.key),
        )
