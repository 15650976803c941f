"""Bridges: where channels hear each other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import simpy

from amictl.demo.causes import Cause
from amictl.demo.channels import Channel
from amictl.demo.text import UNKNOWN, Headers

if TYPE_CHECKING:
    from amictl.demo.world import World


@dataclass(frozen=True, slots=True)
class Transfer:
    """How somebody in a bridge was handed over.

    Args:
        is_attended: Whether the one who handed over had talked to the target before.
        exten: Where a blind transfer went, with ``context``.
        destination: What became of an attended one, as the queue log has it: ``BRIDGE|id``, ``APP|name``
            or ``LINK|channel|channel``.
    """

    is_attended: bool
    context: str = ""
    exten: str = ""
    destination: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Bridge:
    """One bridge and its channels.

    Args:
        world: Where it is.
        unique_id: As in AMI.
        type: ``basic`` for two who talk; ``base``, ``parking``, ``holding`` for others.
        technology: How it mixes, ``simple_bridge``, ``softmix`` or ``holding_bridge``.
        creator: The application that made it, where it says so (``ConfBridge``, ``Parking``).
        name: The conference's or lot's name.
        dissolves: Whether it ends when one of two leaves, and by itself when it is empty.

    Attributes:
        channels: Who is in it, in the order of their coming.
        on_leave: Called with who left by themselves; true keeps the bridge from dissolving.
        on_transfer: Called when one of them was handed over, after the event that tells of it.
    """

    world: World
    unique_id: str
    type: str = "basic"
    technology: str = "simple_bridge"
    creator: str = ""
    name: str = ""
    video_source_mode: str = "none"
    dissolves: bool = True
    channels: list[Channel] = field(default_factory=list)
    on_transfer: list[Callable[[Transfer], None]] = field(default_factory=list)
    is_destroyed: bool = False
    on_leave: Callable[[Channel], bool] | None = None
    _exits: dict[str, simpy.Event] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Bridge({self.unique_id}, {self.channels})"

    def headers(self, prefix: str = "") -> Headers:
        """Return the headers that describe it ("Asterisk main/manager_bridges.c")."""
        return (
            (f"{prefix}BridgeUniqueid", self.unique_id),
            (f"{prefix}BridgeType", self.type),
            (f"{prefix}BridgeTechnology", self.technology),
            (f"{prefix}BridgeCreator", self.creator or UNKNOWN),
            (f"{prefix}BridgeName", self.name or UNKNOWN),
            (f"{prefix}BridgeNumChannels", str(len(self.channels))),
            (f"{prefix}BridgeVideoSourceMode", self.video_source_mode),
        )

    def join(self, channel: Channel) -> Generator[simpy.Event, Any, None]:
        """Stay in the bridge until the channel ends, goes elsewhere, is put out, or the bridge dissolves.

        Returns normally in each case: the channel says what it wants now (`Channel.is_ending`).
        """
        self.enter(channel)
        try:
            while channel.bridge is not None and not channel.is_ending:
                yield channel.bridge.parting(channel)
        except simpy.Interrupt:
            pass
        if channel.bridge is not None:
            channel.bridge.leave(channel)
            # Those who were put out by this go first, as their threads do on a real one as a rule.
            try:
                yield self.world.env.timeout(0)
            except simpy.Interrupt:
                return

    def parting(self, channel: Channel) -> simpy.Event:
        """Return what happens when somebody puts the channel out, or moves it to another bridge."""
        return self._exits[channel.unique_id]

    def enter(
        self,
        channel: Channel,
        *,
        swaps: Channel | None = None,
        before_peers: Callable[[], None] | None = None,
    ) -> None:
        """Let a channel in.

        Args:
            channel: Who comes.
            swaps: Whose place it takes.
            before_peers: Done when BridgeEnter is told, and before BRIDGEPEER is.
        """
        self._exits[channel.unique_id] = self.world.env.event()
        self.channels.append(channel)
        channel.bridge = self
        self._link_calls()
        channel.publish()
        swapped = (("SwapUniqueid", swaps.unique_id),) if swaps else ()
        self.world.emit("BridgeEnter", self.headers(), channel.headers(), swapped)
        for variable in ("BLINDTRANSFER", "ATTENDEDTRANSFER"):
            channel.drop_variable(variable)
        if before_peers is not None:
            before_peers()
        if self.type == "basic":
            self.name_peers()

    def leave(self, channel: Channel) -> None:
        """Let a channel out, and dissolve the bridge where one of two is left."""
        self.take_out(channel)
        if self.on_leave is not None and self.on_leave(channel):
            return
        if self.dissolves and len(self.channels) <= 1:
            for other in list(self.channels):
                other.hangup_cause = other.hangup_cause or channel.hangup_cause or Cause.NORMAL
                self.kick(other)
            if not self.channels:
                self.destroy()

    def kick(self, channel: Channel) -> None:
        """Put a channel out: it goes on with what it did before it came, or ends."""
        self.take_out(channel)
        if self.dissolves and not self.channels:
            self.destroy()

    def move(
        self,
        channel: Channel,
        target: Bridge,
        *,
        keeps_peers: bool = False,
        after: Callable[[], None] | None = None,
    ) -> None:
        """Take a channel over into another bridge, without its process noticing.

        Args:
            channel: Who moves.
            target: Where to.
            keeps_peers: Whether BRIDGEPEER stays as it is until it is in the other one.
            after: Done when it is there, before BRIDGEPEER is told.
        """
        self.take_out(channel, keeps_peers=keeps_peers)
        target.enter(channel, before_peers=after)

    def tell_transfer(self, transfer: Transfer) -> None:
        """Tell those who wait for it that somebody in it was handed over."""
        for hear in self.on_transfer:
            hear(transfer)

    def dissolve(self) -> None:
        """Put all channels out, and end the bridge."""
        for channel in list(self.channels):
            channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
            self.take_out(channel)
        self.destroy()

    def destroy(self) -> None:
        """End the bridge, which must be empty."""
        if not self.is_destroyed:
            self.is_destroyed = True
            self.world.emit("BridgeDestroy", self.headers())
            self.world.bridges.forget(self)

    def others(self, channel: Channel) -> list[Channel]:
        """Return who is in it besides."""
        return [other for other in self.channels if other is not channel]

    def name_peers(self) -> None:
        """Set BRIDGEPEER of two who talk ("Asterisk main/bridge.c", set_bridge_peer_vars_2party)."""
        if len(self.channels) != 2:
            return
        one, two = self.channels
        for channel, peer in ((one, two), (two, one)):
            channel.set_variable("BRIDGEPEER", peer.name)
            if peer.call_id:
                channel.set_variable("BRIDGEPVTCALLID", peer.call_id)
            else:
                channel.drop_variable("BRIDGEPVTCALLID")

    def forget_peer(self, channel: Channel) -> None:
        """Empty BRIDGEPEER of a channel, where it is set."""
        for name in ("BRIDGEPEER", "BRIDGEPVTCALLID"):
            channel.drop_variable(name)

    def take_out(self, channel: Channel, *, keeps_peers: bool = False) -> None:
        """Let a channel out and leave the others as they are.

        Args:
            channel: Who goes.
            keeps_peers: Whether BRIDGEPEER stays as it is.
        """
        if self.type == "basic" and not keeps_peers:
            for member in (channel, *self.others(channel)):
                self.forget_peer(member)
        self.channels.remove(channel)
        exit_ = self._exits.pop(channel.unique_id)
        if not exit_.triggered:
            exit_.succeed()
        channel.bridge = None
        channel.publish()
        channel.stop_music()
        self.world.emit("BridgeLeave", self.headers(), channel.headers())

    def _link_calls(self) -> None:
        """Give all the linked ID of the oldest ("Asterisk main/channel.c", ast_channel_set_linkgroup)."""
        oldest = min((channel.linked_id for channel in self.channels), key=_age)
        for channel in self.channels:
            if channel.linked_id != oldest:
                channel.linked_id = oldest
                channel.publish()


def _age(linked_id: str) -> tuple[int, str]:
    _, _, number = linked_id.rpartition(".")
    return (int(number), "") if number.isdigit() else (0, linked_id)


class Bridges:
    """All bridges of the world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._bridges: dict[str, Bridge] = {}

    def get(self, unique_id: str) -> Bridge | None:
        """Return the bridge of this ID."""
        return self._bridges.get(unique_id)

    def all(self) -> list[Bridge]:
        """Return all bridges, oldest first."""
        return list(self._bridges.values())

    def create(
        self,
        type: str = "basic",  # noqa: A002 - AMI's own name
        technology: str = "simple_bridge",
        creator: str = "",
        *,
        name: str = "",
        video_source_mode: str = "none",
        dissolves: bool = True,
    ) -> Bridge:
        """Make a bridge and tell so; arguments as for `Bridge`."""
        unique_id = str(uuid.UUID(int=self._world.random.getrandbits(128), version=4))
        bridge = Bridge(self._world, unique_id, type, technology, creator, name, video_source_mode, dissolves)
        self._bridges[unique_id] = bridge
        self._world.emit("BridgeCreate", bridge.headers())
        return bridge

    def forget(self, bridge: Bridge) -> None:
        """Take a bridge that ended out of the table."""
        self._bridges.pop(bridge.unique_id, None)

    def connect(
        self, caller: Channel, callee: Channel, bridge: Bridge | None = None
    ) -> Generator[simpy.Event, Any, Bridge]:
        """Let two talk until one leaves; the callee ends then, or goes where it was sent to.

        Args:
            caller: Whose process this is (Asterisk: ast_bridge_call).
            callee: Its peer, which has no process yet.
            bridge: Where; None makes one.
        """
        bridge = bridge or self.create()
        callee.process = self._world.env.process(self.stay(callee, bridge))
        # The callee's process begins by itself, after this one waits: let it go first.
        yield self._world.env.timeout(0)
        if bridge.is_destroyed or caller.is_ending:
            callee.nudge()
            return bridge
        yield from bridge.join(caller)
        return bridge

    def stay(self, channel: Channel, bridge: Bridge) -> Generator[simpy.Event, Any, None]:
        """Hold a channel without a dialplan of its own in a bridge, and end it afterwards."""
        yield from bridge.join(channel)
        if channel.leaves:
            yield from self._world.dialplan.run(channel)
        else:
            channel.end()
