"""Transfers: a call is handed over without a word, or after asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from amictl.demo.bridges import Transfer
from amictl.demo.causes import Cause, SoftHangup
from amictl.demo.channels import Channel
from amictl.demo.holding import hold_others, release_others
from amictl.demo.mailbox import Mailbox
from amictl.demo.outgoing import Heard, Leg, Sign
from amictl.demo.text import Headers

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    import simpy

    from amictl.demo.bridges import Bridge
    from amictl.demo.world import World

_PBX: Final = "127.0.0.1"


def transfer_blind(
    channel: Channel, exten: str, context: str, *, variables: Headers = (), is_external: bool = True
) -> str:
    """Send whoever talks to a channel to an extension ("Asterisk main/bridge.c", ast_bridge_transfer_blind).

    Args:
        channel: The transferer.
        exten: Where to, with ``context``.
        context: See there.
        variables: Set on who is transferred.
        is_external: Whether a phone or a console orders it, and not the PBX's own code.

    Returns:
        ``Success``, or the result that AMI has words for: ``Invalid`` or ``Fail``.
    """
    bridge, world = channel.bridge, channel.world
    if bridge is None or bridge.type != "basic" or len(bridge.channels) != 2:
        return "Invalid"
    (other,) = bridge.others(channel)
    channel.tell("Unhold")
    if channel.holds:
        release_others(channel)
    parking_data = world.parking.find_parking_data(context, exten)
    if parking_data is None:
        other.set_variable("BLINDTRANSFER", channel.name)
        channel.set_variable("BLINDTRANSFER", other.name)
    for name, value in variables:
        other.set_variable(name, value)
    if parking_data is None:
        bridge.forget_peer(channel)
    place = (("IsExternal", "Yes" if is_external else "No"), ("Context", context), ("Extension", exten))
    world.emit(
        "BlindTransfer", (("Result", "Success"),), channel.headers("Transferer"), other.headers("Transferee"),
        bridge.headers(), place,
    )  # fmt: skip
    bridge.tell_transfer(Transfer(is_attended=False, context=context, exten=exten))
    if parking_data is not None:
        world.parking.park_other(channel, other, parking_data)
        return "Success"
    bridge.forget_peer(other)
    channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
    bridge.dissolves = False
    bridge.kick(channel)
    bridge.dissolves = True
    other.go_to(context, exten, 1)
    return "Success"


def transfer_by_phone(channel: Channel, exten: str) -> bool:
    """Send the other party to a number in the phone's own context, by its REFER.

    Returns:
        Whether it was possible.
    """
    context = channel.world.phones.context_of(channel)
    variables = (
        ("SIPTRANSFER", "yes"),
        ("SIPREFERRINGCONTEXT", context),
        ("__SIPREFERREDBYHDR", f"<sip:{channel.caller.number}@{_PBX}>"),
        ("SIPREFERTOHDR", f"sip:{exten}@{_PBX}"),
    )
    return transfer_blind(channel, exten, context, variables=variables) == "Success"


def connect_calls(channel: Channel, consulted: Channel) -> bool:
    """Connect the other parties of two calls of one phone (Asterisk: ast_bridge_transfer_attended).

    Args:
        channel: The first call's channel.
        consulted: The second call's, which the first one's party replaces.

    Returns:
        Whether both talked to somebody.
    """
    first, second = channel.bridge, consulted.bridge
    if first is None or second is None or first is second:
        return False
    if len(first.channels) != 2 or len(second.channels) != 2:
        return False
    (transferee,), (target,) = first.others(channel), second.others(consulted)
    told = AttendedHandover(channel, first, consulted, second, transferee, target)
    for each in (channel, consulted):
        each.tell("Unhold")
    release_others(channel)
    transferee.set_variable("ATTENDEDTRANSFER", channel.name)
    channel.set_variable("ATTENDEDTRANSFER", transferee.name)
    # Asterisk main/bridge.c, two_bridge_attended_transfer: one party takes the place of the transferer who is
    # with the other; app_queue keeps its caller in the bridge of its own.
    if first.keeps_caller:
        leaving, kept, mover, place, gone = second, first, target, channel, consulted
    else:
        leaving, kept, mover, place, gone = first, second, transferee, consulted, channel
    first.dissolves = second.dissolves = False
    leaving.take_out(mover, keeps_peers=True)
    kept.forget_peer(place)
    kept.take_out(place, keeps_peers=True)
    kept.enter(mover, swaps=place)
    kept.dissolves = True
    show_each_other(transferee, target)
    leaving.forget_peer(gone)
    for each in (place, gone):
        each.hangup_cause = each.hangup_cause or Cause.NORMAL
    consulted.soft_hang_up(SoftHangup.DEVICE)
    leaving.take_out(gone)
    told.tell(destination=kept)
    leaving.destroy()
    return True


def show_each_other(one: Channel, two: Channel) -> None:
    """Let two who were brought together see each other's number and name."""
    one.set_connected(two.caller)
    two.set_connected(one.caller)


@dataclass(slots=True)
class AttendedHandover:
    """What AttendedTransfer tells; taken as it is before anybody moves.

    Args:
        channel: The transferer's first channel.
        first: The bridge it was in.
        consulted: The transferer's second channel; the same one where the PBX's own code made the transfer.
        second: That one's bridge.
        transferee: Who is transferred.
        target: Whom to.
    """

    channel: Channel
    first: Bridge
    consulted: Channel
    second: Bridge
    transferee: Channel
    target: Channel
    taken: list[Headers] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.take()

    def take(self) -> None:
        """Note how all are now."""
        self.taken = [
            self.channel.headers("OrigTransferer"),
            self.first.headers("Orig"),
            self.consulted.headers("SecondTransferer"),
            self.second.headers("Second"),
            self.transferee.headers("Transferee"),
            self.target.headers("TransferTarget"),
        ]

    def tell(self, destination: Bridge) -> None:
        """Send the event."""
        ending = (
            ("IsExternal", "No"),
            ("DestType", "Bridge"),
            ("DestBridgeUniqueid", destination.unique_id),
        )
        self.channel.world.emit("AttendedTransfer", (("Result", "Success"),), *self.taken, ending)
        for bridge in (self.first, self.second):
            bridge.tell_transfer(Transfer(is_attended=True, destination=f"BRIDGE|{destination.unique_id}"))


class Consultation:
    """An attended transfer by the PBX's own feature code ("Asterisk main/bridge_basic.c").

    The transferer asks the target in a bridge of their own, over a Local channel; when the transferer hangs
    up, the target's side comes into the first bridge. A target that is not reached, hangs up, or is given up
    by ``atxferabort``, lets the transferer go back.

    Args:
        channel: The transferer, in a bridge of two.
        exten: Whom to ask, with ``context``.
        context: See there.
    """

    def __init__(self, channel: Channel, exten: str, context: str) -> None:
        self._channel = channel
        self._world: World = channel.world
        bridge = channel.bridge
        if bridge is None:
            raise ValueError(f"{channel.name} is in no bridge")
        self._first = bridge
        (self._transferee,) = bridge.others(channel)
        self._place = f"Local/{exten}@{context}"
        self._second: Bridge | None = None
        self._target: Channel | None = None
        self._is_over = False

    def begin(self) -> bool:
        """Call the target.

        Returns:
            Whether there is such an extension; else nothing was done.
        """
        leg = self._world.lines.request(self._place, self._channel)
        if not isinstance(leg, Leg):
            return False
        self._target = target = leg.channel
        for name in ("TRANSFERERNAME", "ATTENDEDTRANSFER"):
            target.set_variable(name, self._channel.name)
        self._second = second = self._world.bridges.create()
        second.on_leave = self._left_second
        self._first.on_leave = self._left_first
        target.connected = self._channel.caller
        mailbox: Mailbox[Heard] = Mailbox(self._world.env)
        # The transferer is there before the target's side does anything.
        self._world.later(0, self._go_over)
        leg.call(mailbox)
        target.process = self._world.env.process(self._hold_target(target, second))
        self._world.env.process(self._watch(mailbox))
        self._channel.facts["consultation"] = self
        return True

    def abort(self) -> None:
        """Give the target up and go back to the transferee."""
        if self._target is not None and not self._is_over:
            self._go_back()

    def _hold_target(self, target: Channel, second: Bridge) -> Generator[simpy.Event, Any, None]:
        yield from second.join(target)
        if target.leaves:
            yield from self._world.dialplan.run(target)
        else:
            target.end()

    def _watch(self, mailbox: Mailbox[Heard]) -> Generator[simpy.Event, Any, None]:
        """Tell what becomes of the leg to the target."""
        while True:
            heard = yield from mailbox.take()
            if heard is None or heard.leg is None:
                return
            leg = heard.leg
            dest = leg.channel.fresh_headers("Dest")
            if heard.sign is Sign.RINGING:
                self._world.emit("DialState", dest, (("DialStatus", "RINGING"),))
            elif heard.sign is Sign.ANSWER:
                leg.release()
                self._world.emit("DialEnd", dest, (("DialStatus", "ANSWER"),))
                if leg.channel.bridge is not None:
                    leg.channel.bridge.name_peers()
                return
            elif heard.sign is not Sign.PROGRESS:
                leg.release()
                leg.channel.nudge()
                return

    def _go_over(self) -> None:
        """Let the transferer come to the target."""
        channel, second, target = self._channel, self._second, self._target
        if second is None or target is None or self._is_over or channel.bridge is not self._first:
            return
        self._first.dissolves = False
        self._first.move(channel, second, keeps_peers=True)
        channel.set_connected(target.caller)

    def _left_second(self, who: Channel) -> bool:
        """Take note that somebody left the bridge of the consultation.

        Returns:
            Whether it was seen to, so that the bridge does not dissolve by itself.
        """
        if self._is_over:
            return False
        if who is self._channel:
            self._complete()
        else:
            self._go_back()
        return True

    def _left_first(self, who: Channel) -> bool:
        """Take note that the transferee hung up meanwhile: the transferer and the target talk on."""
        if self._is_over or who is not self._transferee:
            return False
        self._is_over = True
        if self._second is not None:
            self._second.on_leave = None
        self._first.destroy()
        return True

    def _complete(self) -> None:
        """Bring the target to the transferee: the transferer hung up."""
        second, target = self._second, self._target
        if second is None or target is None:
            return
        self._is_over = True
        self._channel.facts.pop("consultation", None)
        first, transferee = self._first, self._transferee
        self._world.emit("BridgeMerge", first.headers("To"), second.headers("From"))
        told = AttendedHandover(self._channel, first, self._channel, second, transferee, target)
        second.dissolves = False
        first.is_merged = True
        second.move(target, first, keeps_peers=True, after=lambda: release_others_of(first, self._channel))
        told.take()
        transferee.set_connected(target.caller)
        told.taken[4] = transferee.headers("Transferee")
        told.tell(destination=first)
        target.set_connected(transferee.caller)
        first.on_leave, first.dissolves = None, True
        second.destroy()

    def _go_back(self) -> None:
        """Bring the transferer back to the transferee: the target is not there, or was given up."""
        second, target, channel = self._second, self._target, self._channel
        if second is None or target is None:
            return
        self._is_over = True
        channel.facts.pop("consultation", None)
        if channel.bridge is second:
            second.dissolves = False
            second.move(channel, self._first, keeps_peers=True)
        self._first.on_leave, self._first.dissolves = None, True
        if target.bridge is second:
            target.hangup_cause = target.hangup_cause or Cause.NORMAL
            second.kick(target)
        second.destroy()
        channel.tell("Unhold")
        release_others(channel)


def release_others_of(bridge: Bridge, holder: Channel) -> None:
    """End the hold of those in a bridge that somebody who is not in it any more put on hold."""
    holder.holds = False
    for channel in [each for each in bridge.channels if each.is_held]:
        channel.stop_music()
        channel.hold(is_held=False)


def hold_for_transfer(channel: Channel) -> None:
    """Put the other party on hold while somebody dials whom to transfer it to."""
    channel.tell("Hold")
    hold_others(channel)


def release_after_transfer(channel: Channel) -> None:
    """Take the other party back: nothing came of the transfer."""
    channel.tell("Unhold")
    release_others(channel)
