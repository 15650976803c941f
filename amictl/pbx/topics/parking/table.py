"""The parked calls of one PBX, kept by events.

What is told when (Asterisk res/parking/parking_bridge.c, parking_manager.c; seen on 16 and 22):

- ``ParkedCall`` and ``ParkedCallSwap`` (another channel took the parked one's place) come after the list has
  the call, ``ParkedCallTimeOut`` and ``ParkedCallGiveUp`` before the list has lost it: so for a moment a list
  can tell a call that has left, never the other way round.
- These events come through a thread of their own: the parked channel's ``Hangup`` may overtake them.
- Durations are whole seconds; below zero they are told as 2^64 minus something: no time limit, or just over.
- Numbers and names of the parked party change with its channel, without an event of the parking lot; what
  an event of the lot tells of them may be older than what is known of the channel.
- A lot that a reload drops while calls are parked in it keeps them until they leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_seconds
from amictl.pbx.changes import NO_CHANGES, PARKING, Change, Changes
from amictl.pbx.expiring_keys import ExpiringKeys
from amictl.pbx.faults import read_each
from amictl.pbx.reader import reader_of
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.protocol import Message

_read: Final = reader_of(ParkedCall)


class ParkingTable:
    """The parked calls by the unique ID of the parked channel.

    Args:
        clock: Tells the PBX's time in seconds since 1970.
        channels: The channels.
    """

    def __init__(self, clock: Callable[[], float], channels: ChannelTable) -> None:
        self.by_id: dict[str, ParkedCall] = {}
        self._clock = clock
        self._channels = channels.by_id
        self._is_gone = channels.has_departed
        self._left = ExpiringKeys(clock)

    def handlers(self) -> dict[str, Callable[[Message], Changes]]:
        """Return what takes each event, by its name."""
        return {
            "ParkedCall": self.park,
            "ParkedCallSwap": self.swap,
            "UnParkedCall": self.leave,
            "ParkedCallTimeOut": self.leave,
            "ParkedCallGiveUp": self.leave,
        }

    def park(self, message: Message) -> Changes:
        """Take a ``ParkedCall`` event."""
        parked = read_parked_call(message, self.by_id, self._clock())
        if parked is None or self._is_gone(parked.unique_id):
            return NO_CHANGES
        self._left.discard(parked.unique_id)
        return self._put(parked)

    def swap(self, message: Message) -> Changes:
        """Take a ``ParkedCallSwap`` event: the channel takes the place of another in the same space."""
        parked = read_parked_call(message, self.by_id, self._clock())
        if parked is None:
            return NO_CHANGES
        replaced = [
            known.unique_id
            for known in self.by_id.values()
            if (known.lot, known.space) == (parked.lot, parked.space) and known.unique_id != parked.unique_id
        ]
        left = [change for unique_id in replaced for change in self.remove(unique_id)]
        return (*left, *self.park(message))

    def leave(self, message: Message) -> Changes:
        """Take an ``UnParkedCall``, ``ParkedCallTimeOut`` or ``ParkedCallGiveUp`` event."""
        return self.remove(message.get("ParkeeUniqueid", ""))

    def remove(self, unique_id: str) -> Changes:
        """Take out a call that is parked no more."""
        self._left.add(unique_id)
        return self._forget(unique_id)

    def hang_up(self, unique_id: str) -> Changes:
        """Take out a call whose channel is gone."""
        return self._forget(unique_id)

    def follow_channel(self, channel: Channel) -> Changes:
        """Take over the name and the numbers of a channel that changed."""
        known = self.by_id.get(channel.unique_id)
        return NO_CHANGES if known is None else self._put(known)

    def load(self, items: Iterable[Message]) -> Changes:
        """Make the table equal to a ``ParkedCalls`` list.

        Args:
            items: ``ParkedCall`` events.
        """
        listed = read_parked_calls(items, self.by_id, self._clock())
        changes: list[Change] = []
        for unique_id in self.by_id.keys() - listed.keys():
            changes += self._forget(unique_id)
        for unique_id, parked in listed.items():
            if unique_id not in self._left and not self._is_gone(unique_id):
                changes += self._put(parked)
        return changes

    def correct(self, unique_id: str, parked: ParkedCall | None) -> Changes:
        """Make one parked call what lists proved it to be; None for one that is not parked."""
        return self._forget(unique_id) if parked is None else self._put(parked)

    def _forget(self, unique_id: str) -> Changes:
        if self.by_id.pop(unique_id, None) is None:
            return NO_CHANGES
        return (Change(PARKING, "del", unique_id),)

    def _put(self, parked: ParkedCall) -> Changes:
        channel = self._channels.get(parked.unique_id)
        if channel is not None:
            parked = _name_after(parked, channel)
        if self.by_id.get(parked.unique_id) == parked:
            return NO_CHANGES
        self.by_id[parked.unique_id] = parked
        return (Change(PARKING, "put", parked.unique_id, parked),)


def read_parked_calls(
    items: Iterable[Message], known: Mapping[str, ParkedCall], now: float
) -> dict[str, ParkedCall]:
    """Return the parked calls that a list tells, by unique ID.

    Args:
        items: ``ParkedCall`` events.
        known: The parked calls that the picture has; they know more exactly since when.
        now: The PBX's time.
    """
    calls = (call for _, call in read_each(items, lambda item: read_parked_call(item, known, now)))
    return {call.unique_id: call for call in calls if call is not None}


def read_parked_call(message: Message, known: Mapping[str, ParkedCall], now: float) -> ParkedCall | None:
    """Return the call of an event of a parking lot, or None when the event names no channel.

    Args:
        message: A ``ParkedCall`` event or item, or one with the same headers.
        known: The parked calls that the picture has; they know more exactly since when.
        now: The PBX's time.
    """
    parked_at, timeout_at = _read_times(message, now)
    parked = _read(message, parked_at=parked_at, timeout_at=timeout_at)
    earlier = known.get(parked.unique_id)
    if earlier is not None and (earlier.lot, earlier.space) == (parked.lot, parked.space):
        parked = replace(parked, parked_at=earlier.parked_at, timeout_at=earlier.timeout_at)
    return parked if parked.unique_id else None


def _name_after(parked: ParkedCall, channel: Channel) -> ParkedCall:
    """Return a parked call with the name and the numbers of its channel."""
    return replace(
        parked,
        channel=channel.channel,
        linked_id=channel.linked_id,
        caller_id_num=channel.caller_id_num,
        caller_id_name=channel.caller_id_name,
        connected_line_num=channel.connected_line_num,
        connected_line_name=channel.connected_line_name,
    )


def _read_times(message: Message, now: float) -> tuple[float, float | None]:
    """Return since when a call is parked and when it comes back.

    Nothing is left to a call in its last second, and to one without a limit as it comes.
    """
    duration = read_seconds(message.get("ParkingDuration")) or 0
    left = read_seconds(message.get("ParkingTimeout"))
    has_end = left is not None and left + duration > 0
    return now - duration, now + (left or 0) if has_end else None
