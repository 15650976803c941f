"""Bridges: where channels hear each other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import simpy

from amictl.demo.causes import Cause, SoftHangup
from amictl.demo.channels import Channel
from amictl.demo.local_optimization import watch_local_channels
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


PULLED_INTO: Final = "pulled into"
"""The fact of a channel that is to leave its application for a bridge."""

# Asterisk main/bridge.c, MAX_BRIDGEPEER_CHANS: BRIDGEPEER names ten others at most.
_MOST_PEERS: Final = 11


class BridgeMethods(Protocol):
    """What a kind of bridge does besides as channels come and go (Asterisk: ast_bridge_methods)."""

    def push(self, channel: Channel, swaps: Channel | None) -> None:
        """Do what precedes a channel's BridgeEnter.

        Args:
            channel: Who comes.
            swaps: Whose place it takes.
        """

    def joined(self, channel: Channel) -> None:
        """Do what follows when it is in."""

    def pull(self, channel: Channel) -> None:
        """Do what precedes a channel's BridgeLeave."""


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
        methods: What its kind does besides.

    Attributes:
        channels: Who is in it, in the order of their coming.
        keeps_caller: Whether an attended transfer leaves its caller where it is.
        is_merged: Whether another bridge was merged into it.
        on_leave: Called with who left by themselves; true keeps the bridge from dissolving.
        on_transfer: Called when one of them was handed over, after the event that tells of it.
        unseen: Names of channels that are in it and of which the AMI tells nothing else: those before the
            others (who announce) and, in ``unseen_last``, those after them (who record).
        video_source: The unique ID of the channel that all see, where one was chosen.
    """

    world: World
    unique_id: str
    type: str = "basic"
    technology: str = "simple_bridge"
    creator: str = ""
    name: str = ""
    video_source_mode: str = "none"
    dissolves: bool = True
    methods: BridgeMethods | None = None
    channels: list[Channel] = field(default_factory=list)
    on_transfer: list[Callable[[Transfer], None]] = field(default_factory=list)
    is_destroyed: bool = False
    is_merged: bool = False
    keeps_caller: bool = False
    on_leave: Callable[[Channel], bool] | None = None
    unseen: list[str] = field(default_factory=list)
    unseen_last: list[str] = field(default_factory=list)
    video_source: str = ""
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
            (f"{prefix}BridgeNumChannels", str(self.number_of_channels)),
            (f"{prefix}BridgeVideoSourceMode", self.video_source_mode),
            *(((f"{prefix}BridgeVideoSource", self.video_source),) if self.video_source else ()),
        )

    @property
    def number_of_channels(self) -> int:
        """How many channels are in it, those included that nobody sees."""
        return len(self.unseen) + len(self.channels) + len(self.unseen_last)

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
        if channel.bridge is None and channel.after_bridge is not None and not channel.is_ending:
            channel.context, channel.exten, channel.priority = channel.after_bridge
            channel.softhangup |= SoftHangup.ASYNC_GOTO
        channel.after_bridge = None
        if channel.bridge is not None:
            if channel.is_ending:
                channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
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
        if self.methods is not None:
            self.methods.push(channel, swaps)
        self._exits[channel.unique_id] = self.world.env.event()
        self.channels.append(channel)
        channel.bridge = self
        if self.type == "basic":
            self._link_calls()
        channel.publish()
        swapped = (("SwapUniqueid", swaps.unique_id),) if swaps else ()
        self.world.emit("BridgeEnter", self.headers(), channel.headers(), swapped)
        for variable in ("BLINDTRANSFER", "ATTENDEDTRANSFER"):
            channel.drop_variable(variable)
        if before_peers is not None:
            before_peers()
        self.name_peers()
        if self.methods is not None:
            self.methods.joined(channel)
        if self.type == "basic" and len(self.channels) == 2:
            watch_local_channels(self)

    def leave(self, channel: Channel) -> None:
        """Let a channel out, and dissolve the bridge where one of two is left."""
        channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
        if self.on_leave is None:
            self.take_out(channel)
        else:
            self.forget_peer(channel)
            self.take_out(channel, keeps_peers=True)
            if self.on_leave(channel):
                return
        self.dissolve_lonely(channel.hangup_cause)

    def put_out(self, channel: Channel) -> None:
        """Put a channel out as AMI's BridgeKick does, and dissolve the bridge where one of two is left."""
        channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
        self.take_out(channel)
        self.dissolve_lonely(channel.hangup_cause)

    def dissolve_lonely(self, cause: int) -> None:
        """End the bridge where only one of two is left, who ends with this cause unless there is another."""
        if self.dissolves and len(self.channels) <= 1:
            for other in list(self.channels):
                other.hangup_cause = other.hangup_cause or cause or Cause.NORMAL
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

    def pull_in(self, channel: Channel) -> None:
        """Take a channel out of whatever it does ("Asterisk main/bridge.c", ast_bridge_add_channel).

        Whom it talked to is put out of their bridge. A channel that ran an application without a bridge ends
        when it leaves this one, unless it is sent elsewhere.
        """
        old = channel.bridge
        if old is None:
            channel.facts[PULLED_INTO] = self
            channel.nudge()
            return
        old.move(channel, self, keeps_peers=True)
        old.dissolve_lonely(channel.hangup_cause)

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
        """Set BRIDGEPEER of all to who else is there ("Asterisk main/bridge.c", set_bridge_peer_vars)."""
        if self.technology == "holding_bridge":
            for channel in self.channels:
                self.forget_peer(channel)
        elif self.unseen or self.unseen_last or len(self.channels) > 2:
            self._name_many()
        elif len(self.channels) == 2:
            self._name_two()

    def _name_two(self) -> None:
        one, two = self.channels
        for channel, peer in ((one, two), (two, one)):
            channel.set_variable("BRIDGEPEER", peer.name)
            if peer.call_id:
                channel.set_variable("BRIDGEPVTCALLID", peer.call_id)
            else:
                channel.drop_variable("BRIDGEPVTCALLID")

    def _name_many(self) -> None:
        names = [*self.unseen, *(channel.name for channel in self.channels), *self.unseen_last]
        if len(names) < 2:
            return
        for channel in self.channels:
            others = [name for name in names[:_MOST_PEERS] if name != channel.name]
            channel.set_variable("BRIDGEPEER", ",".join(others))
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
        if self.methods is not None:
            self.methods.pull(channel)
        if self.type == "basic" and not keeps_peers:
            # While somebody watches who leaves, the others stay together with who is to come.
            others = self.others(channel) if self.on_leave is None else []
            for member in (channel, *others):
                self.forget_peer(member)
        elif self.technology == "softmix":
            self.forget_peer(channel)
        self.channels.remove(channel)
        exit_ = self._exits.pop(channel.unique_id)
        if not exit_.triggered:
            exit_.succeed()
        channel.bridge = None
        # A parked call that times out is sent elsewhere by its own thread, which tells so after it left.
        is_late = self.type == "parking" and channel.leaves
        if not is_late:
            channel.publish()
        channel.stop_music()
        self.world.emit("BridgeLeave", self.headers(), channel.headers())
        if is_late:
            channel.publish()
        if self.technology == "softmix":
            self.name_peers()

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

    Attributes:
        suspended: The technologies that new bridges may not use.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._bridges: dict[str, Bridge] = {}
        self.suspended: set[str] = set()

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
        methods: BridgeMethods | None = None,
    ) -> Bridge:
        """Make a bridge and tell so; arguments as for `Bridge`."""
        unique_id = str(uuid.UUID(int=self._world.random.getrandbits(128), version=4))
        bridge = Bridge(
            self._world, unique_id, type, technology, creator, name, video_source_mode, dissolves, methods
        )
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
