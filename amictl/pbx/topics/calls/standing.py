"""Where a call stands, told by its channels alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec import Struct

from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.queue_waits import QueueWaits
from amictl.pbx.topics.calls.value import CallState
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.successors import QUEUE, queue_run_by

_UP: Final = "Up"
_PARKING: Final = "Parking"
_CONFERENCE: Final = "ConfBridge"
# Where a channel alone hears music or a tone (Asterisk bridges/bridge_holding.c): nobody talks there.
_HOLDING: Final = "holding_bridge"
TALKING_STATES: Final = frozenset({CallState.TALKING, CallState.HELD, CallState.CONFERENCE})
"""Where parties are connected."""


class Standing(Struct, gc=False):
    """What the channels of a call tell together, one after the other.

    Args:
        queue: The queue that one waits in, or whose application runs on one.
        conference: The conference that one is in.
        parking_lot: The lot that one is parked in.
        waiting_since: When the first of those who wait joined their queue.
        held: Whether one holds another.
        held_since: Since when, where that is known.
        bridged: Whether one is in a bridge where people talk.
        ringing: Whether one is not answered.
    """

    queue: str | None = None
    conference: str | None = None
    parking_lot: str | None = None
    waiting_since: float | None = None
    held: bool = False
    held_since: float | None = None
    bridged: bool = False
    ringing: bool = False

    def add(
        self,
        channels: Iterable[Channel],
        bridges: Mapping[str, Bridge],
        waits: QueueWaits,
        parted: Collection[str],
    ) -> None:
        """Take channels.

        Args:
            channels: The channels.
            bridges: The bridges by bridge ID.
            waits: Who waits in which queue.
            parted: Unique IDs of those that do not talk where the queue is whose application runs on them.
        """
        for channel in channels:  # this runs for every other event, and mostly finds nothing
            if channel.state != _UP:
                self.ringing = True
            if channel.bridge_id:
                self._add_bridge(bridges.get(channel.bridge_id))
            if channel.waiting_since is not None:
                self.queue = waits.queue_of(channel.unique_id)
                self.waiting_since = earliest(self.waiting_since, channel.waiting_since)
            elif self.queue is None and channel.application == QUEUE and channel.unique_id not in parted:
                self.queue = queue_run_by(channel)

    def add_hold(self, channel: Channel) -> None:
        """Take a party that holds another."""
        self.held = True
        self.held_since = earliest(self.held_since, channel.held_since)

    @property
    def state(self) -> CallState:
        """Where the call stands."""
        if self.parking_lot is not None:
            return CallState.PARKED
        if self.conference is not None:
            return CallState.CONFERENCE
        if self.waiting_since is not None:
            return CallState.QUEUED
        if self.bridged:
            return CallState.HELD if self.held else CallState.TALKING
        return CallState.RINGING if self.ringing else CallState.IVR

    def _add_bridge(self, bridge: Bridge | None) -> None:
        if bridge is None:
            self.bridged = True
        elif bridge.creator == _CONFERENCE:
            self.conference = bridge.name or ""
        elif bridge.creator == _PARKING:
            self.parking_lot = bridge.name or ""
        elif bridge.technology != _HOLDING:
            self.bridged = True


def earliest(one: float | None, other: float | None) -> float | None:
    """Return the first of two times, or the one that is known."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
