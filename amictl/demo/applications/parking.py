"""Applications that park calls and take them back (Asterisk res/parking/parking_applications.c)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import split_arguments
from amictl.demo.channels import Channel
from amictl.demo.configuration import to_integer
from amictl.demo.playing import sound_seconds
from amictl.demo.transfers import show_each_other
from amictl.demo.waiting import pause

Steps = Generator[simpy.Event, Any, bool | None]


@application("Park")
def park(channel: Channel, data: str) -> Steps:
    """Wait in a parking lot until somebody takes the call, or for its time."""
    channel.answer()
    was_transferred = bool(channel.variables.get("BLINDTRANSFER"))
    lot = channel.world.parking.prepare(channel, data)
    if lot is None:
        if not was_transferred:
            yield from pause(channel, sound_seconds("pbx-parkingfailed"))
        return None
    yield from lot.bridge.join(channel)
    return channel.leaves


@application("ParkedCall")
def parked_call(channel: Channel, data: str) -> Steps:
    """Take a call out of its space and talk to it."""
    name, space, _ = split_arguments(data, 3)
    channel.answer()
    lot = channel.world.parking.lot_of(channel, name)
    wanted = to_integer(space) if space else None
    user = lot.take(wanted, channel) if lot is not None and wanted != 0 else None
    if lot is None or user is None:
        yield from pause(channel, sound_seconds("pbx-invalidpark"))
        return False
    parkee = user.channel
    bridge = channel.world.bridges.create(methods=_Retrieval(parkee, channel))
    parkee.facts["retrieved"] = user
    lot.bridge.move(parkee, bridge)
    channel.features += lot.settings.caller_features
    yield from bridge.join(channel)
    return False


@dataclass(frozen=True, slots=True)
class _Retrieval:
    """What the bridge of a call that was taken back does: both see whom they talk to.

    Args:
        parkee: Who was parked.
        retriever: Who took it back.
    """

    parkee: Channel
    retriever: Channel

    def push(self, channel: Channel, swaps: Channel | None) -> None:
        """Do nothing."""

    def joined(self, channel: Channel) -> None:
        """Let the two see each other when the second one is there."""
        if channel is self.retriever and not self.parkee.hung_up:
            show_each_other(self.parkee, self.retriever)

    def pull(self, channel: Channel) -> None:
        """Do nothing."""
