"""Legs that the PBX itself calls: for Dial, queues, originated calls and transfers alike."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from amictl.demo.causes import Cause
from amictl.demo.channels import NOBODY, Channel, Party, State
from amictl.demo.mailbox import Mailbox

if TYPE_CHECKING:
    from amictl.demo.world import World


class Sign(Enum):
    """What a leg does while somebody waits for it."""

    RINGING = auto()
    PROGRESS = auto()
    ANSWER = auto()
    BUSY = auto()
    CONGESTION = auto()
    GONE = auto()  # it ended: the channel's cause says why
    CALLER = auto()  # whoever waits was nudged: the message's leg is None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a mailbox that waits for legs.

    Args:
        sign: What happened.
        leg: To whom; None for the one who waits.
    """

    sign: Sign
    leg: Leg | None = None


@dataclass(slots=True, eq=False)
class Leg:
    """A channel that the PBX calls, until it is answered or ends.

    Args:
        channel: The leg; not called yet.
        interface: What was dialled, ``PJSIP/1001``.
    """

    channel: Channel
    interface: str
    mailbox: Mailbox[Heard] | None = None

    @property
    def dialled(self) -> str:
        """What stands after the technology: DialBegin's ``DialString``."""
        return self.interface.partition("/")[2]

    def prepare(self, requester: Channel) -> None:
        """Give the leg what Dial gives it of its caller ("Asterisk apps/app_dial.c", dial_exec_full)."""
        channel = self.channel
        with channel.staged():
            channel.set_variable("DIALEDPEERNUMBER", self.dialled)
            if not channel.caller.number:
                channel.caller = Party(requester.exten, channel.caller.name or requester.connected.name)
            elif not channel.caller.name and requester.connected.name:
                channel.caller = Party(channel.caller.number, requester.connected.name)
            self._take_from(requester, "AppDial")

    def prepare_for_queue(self, requester: Channel) -> None:
        """Give the leg what a queue gives it of its caller ("Asterisk apps/app_queue.c", ring_entry).

        Nothing of it is published before the leg rings but the caller ID of a leg that had none.
        """
        channel = self.channel
        channel.application, channel.data = "AppQueue", "(Outgoing Line)"
        if not channel.caller.number:
            dialled = Party(requester.dialed_number or requester.exten, channel.caller.name)
            channel.set_caller(requester.connected if requester.connected.number else dialled)
            channel.facts["takes_no_name"] = True
        self._take_from(requester, "AppQueue")
        channel.set_variable("DIALEDPEERNUMBER", self.dialled)

    def _take_from(self, requester: Channel, application: str) -> None:
        channel = self.channel
        inherit_variables(requester, channel)
        channel.application, channel.data = application, "(Outgoing Line)"
        channel.connected = requester.caller
        channel.music_class = channel.music_class or requester.music_class
        channel.exten = requester.exten

    def call(self, mailbox: Mailbox[Heard]) -> bool:
        """Ring it; what it does comes into the mailbox.

        Returns:
            Whether it could be called: a Local channel without such an extension ends at once.
        """
        self.mailbox = mailbox
        self.channel.leg = self
        return self.channel.world.lines.call(self)

    # What its phone or its other half lets happen

    def ringing(self) -> None:
        """It rings."""
        if self._is_open:
            self.channel.set_state(State.RINGING)
            self._tell(Sign.RINGING)

    def progress(self) -> None:
        """It plays something before it is answered."""
        if self._is_open:
            self._tell(Sign.PROGRESS)

    def answered(self) -> None:
        """It is up; whoever waits takes it over."""
        if self._is_open:
            self.channel.set_state(State.UP)
            self._tell(Sign.ANSWER)

    def refused(self, cause: int = Cause.BUSY, tech_cause: int = 0) -> None:
        """It will not be answered: busy, declined, unreachable.

        Args:
            cause: Why.
            tech_cause: The SIP response of a phone that says so; a Local channel's far half gives none.
        """
        if not self._is_open:
            return
        if tech_cause:
            self.channel.far_end_hung_up(cause, tech_cause)
            return
        self.channel.hangup_cause = cause
        self._tell(
            Sign.BUSY if cause == Cause.BUSY else Sign.CONGESTION if cause == Cause.CONGESTION else Sign.GONE
        )

    def ended(self) -> None:
        """It was hung up before anybody took it."""
        if self._is_open:
            self._tell(Sign.GONE)

    def release(self) -> None:
        """Wait for it no longer: somebody took it, or it ends."""
        self.mailbox = None
        self.channel.leg = None

    def cancel(self, cause: int | None = None) -> None:
        """End a leg that is not wanted any more.

        Args:
            cause: Why; None leaves the cause that it has.
        """
        if cause is not None:
            self.channel.hangup_cause = cause
        self.release()
        self.channel.end()

    @property
    def _is_open(self) -> bool:
        return self.mailbox is not None and not self.channel.hung_up

    def _tell(self, sign: Sign) -> None:
        if self.mailbox is not None:
            self.mailbox.put(Heard(sign, self))


def inherit_variables(parent: Channel, child: Channel) -> None:
    """Copy the variables that legs inherit: ``__X`` for ever, ``_X`` once ("Asterisk main/channel.c")."""
    for name, value in parent.variables.items():
        if name.startswith("__"):
            child.set_variable(name, value)
        elif name.startswith("_"):
            child.set_variable(name[1:], value)


class Lines:
    """Makes legs for dial strings, and rings them.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._optimizations = 0

    def next_optimization(self) -> int:
        """Return the number of the next Local channel that leaves its call."""
        self._optimizations += 1
        return self._optimizations - 1

    def request(
        self, interface: str, requester: Channel | None = None, *, unique_id: str = "", other_id: str = ""
    ) -> Leg | Cause:
        """Make the leg that a dial string means.

        Args:
            interface: ``PJSIP/1001``, ``PJSIP/number@carrier``, ``Local/exten@context/n``.
            requester: For whom; its call is the leg's too.
            unique_id: What the leg's unique ID shall be.
            other_id: The same for the far half of a Local channel.

        Returns:
            The leg, or why there is none.
        """
        technology, _, resource = interface.partition("/")
        linked_id = requester.linked_id if requester else None
        if technology == "PJSIP":
            return self._request_phone(interface, resource, linked_id, requester, unique_id)
        if technology == "Local":
            return self._request_local(interface, resource, linked_id, requester, (unique_id, other_id))
        return Cause.NO_ROUTE

    def call(self, leg: Leg) -> bool:
        """Ring a leg; false where it could not be called, and has ended."""
        if leg.channel.technology == "Local":
            return self._call_local(leg)
        self._world.phones.ring(leg)
        return True

    def _request_phone(
        self, interface: str, resource: str, linked_id: str | None, requester: Channel | None, unique_id: str
    ) -> Leg | Cause:
        number, at, trunk = resource.partition("@")
        phone = self._world.phones.get(trunk if at else number)
        if phone is None or not phone.is_plugged_in:
            return Cause.NO_ROUTE
        channel = self._world.channels.create(
            "PJSIP",
            phone.number,
            context=phone.context,
            exten="s",
            caller=phone.party,
            linked_id=linked_id,
            language=phone.language,
            unique_id=unique_id,
        )
        channel.dialed_number, channel.is_outgoing = number, True
        # The calling dialogue of a phone has the caller's own call ID, as res_pjsip makes one for each leg.
        channel.call_id = self.new_call_id()
        if requester is not None:
            channel.account = channel.account or requester.account
        return Leg(channel, interface)

    def new_call_id(self) -> str:
        """Return the ID of a new SIP dialogue."""
        return str(uuid.UUID(int=self._world.random.getrandbits(128), version=4))

    def _request_local(
        self,
        interface: str,
        resource: str,
        linked_id: str | None,
        requester: Channel | None,
        unique_ids: tuple[str, str],
    ) -> Leg | Cause:
        place, _, options = resource.partition("/")
        exten, _, context = place.partition("@")
        context = context or "default"
        language = requester.language if requester else "en"
        create = self._world.channels.create
        one = create(
            "Local", f"{exten}@{context}", context=context, exten=exten, linked_id=linked_id,
            language=language, unique_id=unique_ids[0], suffix=";1",
        )  # fmt: skip
        two = create(
            "Local", f"{exten}@{context}", context=context, exten=exten, linked_id=one.linked_id,
            language=language, unique_id=unique_ids[1], suffix=";2", state=State.RING,
        )  # fmt: skip
        one.peer_half, two.peer_half = two, one
        for half in (one, two):
            half.facts["may_optimize"] = "n" not in options
        return Leg(one, interface)

    def _call_local(self, leg: Leg) -> bool:
        """Let the far half begin its dialplan ("Asterisk main/core_local.c", local_call)."""
        one = leg.channel
        two = one.peer_half
        if two is None:
            return False
        if self._world.dialplan.extensions.find(two.context, two.exten) is None:
            one.peer_half = two.peer_half = None
            two.end()
            leg.cancel()
            return False
        for name, value in reversed(list(one.variables.items())):
            two.set_variable(name, value)
        with two.staged():
            two.connected = one.caller
            two.caller = one.connected if one.connected != NOBODY else two.caller
            two.music_class = one.music_class
        optimizes = "Yes" if one.facts.get("may_optimize") else "No"
        told = (("Context", two.context), ("Exten", two.exten), ("LocalOptimization", optimizes))
        self._world.emit("LocalBridge", one.headers("LocalOne"), two.headers("LocalTwo"), told)
        # The other half begins after whoever called the near one has done with it.
        self._world.later(0, lambda: self._world.dialplan.start(two))
        return True
