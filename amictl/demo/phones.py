"""Telephones and the carrier's trunk, and what people do with them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from amictl.demo.causes import Cause
from amictl.demo.channels import NOBODY, Channel, Party, State
from amictl.demo.configuration import Section, read_configuration, to_integer
from amictl.demo.functions import parse_caller_id
from amictl.demo.holding import hold_others, release_others
from amictl.demo.outgoing import Leg
from amictl.demo.transfers import connect_calls, transfer_by_phone

if TYPE_CHECKING:
    from amictl.demo.world import World

CARRIER: Final = "carrier"
_RINGS_AFTER: Final = 0.05  # seconds between an INVITE and its 180
_PBX_ADDRESS: Final = "127.0.0.1"
_CANCELLED: Final = 487
BUSY_HERE: Final = 486
DECLINED: Final = 603
# Asterisk res/res_pjsip.c, ast_sip_hangup_sip2cause.
_CAUSES: Final = MappingProxyType({
    401: 21, 403: 21, 404: 1, 408: 18, 410: 22, 480: 19, 484: 28, 486: 17, 487: 127, 488: 58, 500: 38,
    503: 34, 600: 17, 603: 21,
})  # fmt: skip


@dataclass(slots=True, eq=False)
class Phone:
    """An endpoint of ``pjsip.conf`` and whoever sits at it.

    Args:
        world: Its world.
        number: The endpoint's name.
        party: Whom the PBX says it is.
        context: Where in the dialplan its calls begin.
        language: Of its prompts.
        busy_at: With how many calls its device is busy; 0 is never.
        is_plugged_in: Whether it is registered.

    Attributes:
        on_ring: Called with the channel of each leg that begins to ring it; its person may answer later.
    """

    world: World
    number: str
    party: Party
    context: str
    language: str = "en"
    busy_at: int = 0
    is_plugged_in: bool = False
    on_ring: Callable[[Channel], None] | None = None

    @property
    def device(self) -> str:
        """Its device, ``PJSIP/1001``."""
        return f"PJSIP/{self.number}"

    @property
    def name(self) -> str:
        """Who sits at it."""
        return self.party.name

    @property
    def channels(self) -> list[Channel]:
        """Its channels, oldest first."""
        return list(self.world.channels.of_device(self.device))

    def dial(self, exten: str, caller: Party | None = None) -> Channel | None:
        """Dial a number.

        Args:
            exten: The number.
            caller: Who calls, for a trunk that brings in others' calls.

        Returns:
            The channel, which goes through the dialplan; None where the PBX knows no such number (404).
        """
        world = self.world
        if world.dialplan.extensions.find(self.context, exten) is None:
            return None
        channel = world.channels.create(
            "PJSIP",
            self.number,
            context=self.context,
            exten=exten,
            caller=caller or self.party,
            state=State.RING,
            language=self.language,
        )
        world.processed_calls += 1
        channel.call_id = world.lines.new_call_id()
        channel.dialed_number = exten
        channel.set_variable("SIPDOMAIN", _PBX_ADDRESS)
        world.dialplan.start(channel)
        return channel

    def answer(self, channel: Channel) -> None:
        """Pick up a leg that rings."""
        if channel.leg is not None:
            channel.leg.answered()

    def refuse(self, channel: Channel, response: int = BUSY_HERE) -> None:
        """Decline a leg that rings.

        Args:
            channel: The leg.
            response: What it says: 486 is busy, 603 declines, 404 has no such number.
        """
        if channel.leg is not None:
            channel.leg.refused(_CAUSES.get(response, Cause.INTERWORKING), response)

    def hold(self, channel: Channel) -> None:
        """Put the other party on hold: it hears music."""
        if channel.holds or channel.hung_up:
            return
        channel.tell("Hold", ("MusicClass", channel.music_class or "default"))
        if channel.bridge is not None and channel.bridge.type == "basic":
            channel.bridge.name_peers()
        hold_others(channel)

    def resume(self, channel: Channel) -> None:
        """Take the other party back."""
        if not channel.holds or channel.hung_up:
            return
        channel.tell("Unhold")
        if channel.bridge is not None and channel.bridge.type == "basic":
            channel.bridge.name_peers()
        release_others(channel)

    def hang_up(self, channel: Channel) -> None:
        """Put the receiver down: a call ends, one that it makes is given up, one that rings is declined."""
        if channel.leg is not None:
            self.refuse(channel, DECLINED)
        elif channel.state == State.UP:
            self.world.phones.tell_quality(channel)
            channel.far_end_hung_up()
        else:
            channel.far_end_hung_up(Cause.INTERWORKING, _CANCELLED)

    def press(self, channel: Channel, digits: str) -> None:
        """Press digits, one after the other: for the other party, an application, or as a feature code."""
        self.world.features.press(channel, digits)

    def transfer(self, channel: Channel, exten: str) -> bool:
        """Send the other party to a number, by the phone's own key (REFER).

        Returns:
            Whether the PBX did so.
        """
        return transfer_by_phone(channel, exten)

    def transfer_attended(self, channel: Channel, consulted: Channel) -> bool:
        """Connect the other party of one call with that of another, by the phone's own key (REFER, Replaces).

        Args:
            channel: The phone's first call, usually on hold.
            consulted: Its second call.

        Returns:
            Whether the PBX did so.
        """
        return connect_calls(channel, consulted)

    def plug_in(self) -> None:
        """Register."""
        self._set_plugged(is_plugged_in=True)

    def unplug(self) -> None:
        """Let the registration go; calls go on."""
        self._set_plugged(is_plugged_in=False)

    def _set_plugged(self, *, is_plugged_in: bool) -> None:
        if self.is_plugged_in == is_plugged_in:
            return
        self.is_plugged_in = is_plugged_in
        for notice in self.world.phones.on_plug:
            notice(self)
        self.world.devices.changed(self.device)


@dataclass(slots=True)
class Phones:
    """All endpoints of ``pjsip.conf``.

    Args:
        world: The world.
        path: The file.
        registered: The phones that are registered from the start.

    Attributes:
        on_plug: Called with a phone whose registration came or went.
    """

    world: World
    path: Path
    registered: Collection[str] = ()
    on_plug: list[Callable[[Phone], None]] = field(default_factory=list)
    _phones: dict[str, Phone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reachable = {
            section.name
            for section in read_configuration(self.path)
            if section.get("type") == "aor" and section.all("contact")
        }
        for section in read_configuration(self.path):
            if section.get("type") == "endpoint":
                is_plugged_in = section.get("aors") in reachable or section.name in self.registered
                self._read(section, is_plugged_in=is_plugged_in)
        self.world.devices.set_base("PJSIP", self._base_state)

    def begin(self) -> None:
        """Note the states that the phones have at the start."""
        for phone in self._phones.values():
            self.world.devices.begin(phone.device)

    @property
    def carrier(self) -> Phone:
        """The trunk: calls from outside come in by it, and those to outside ring it."""
        return self._phones[CARRIER]

    def get(self, number: str) -> Phone | None:
        """Return the phone of this number, or the carrier's trunk by its name."""
        return self._phones.get(number)

    def all(self) -> list[Phone]:
        """Return all phones, the carrier's trunk not among them."""
        return [phone for phone in self._phones.values() if phone.number != CARRIER]

    def of(self, channel: Channel) -> Phone | None:
        """Return the phone that a channel belongs to."""
        return self._phones.get(channel.device.partition("/")[2]) if channel.technology == "PJSIP" else None

    def context_of(self, channel: Channel) -> str:
        """Return the context in which a channel's phone dials."""
        phone = self.of(channel)
        return phone.context if phone else channel.context

    def add(self, number: str, name: str, *, like: str = "1001") -> Phone:
        """Make a phone beyond those of the file, registered like none yet, with a hint like theirs.

        Args:
            number: Its number.
            name: Who sits at it.
            like: The phone whose settings it has.
        """
        model = self._phones[like]
        phone = Phone(self.world, number, Party(number, name), model.context, model.language, model.busy_at)
        self._phones[number] = phone
        self.world.dialplan.extensions.add_hint("hints", number, phone.device)
        self.world.devices.hints_changed()
        return phone

    def busy_at(self, device: str) -> int:
        """Return with how many calls a device is busy; 0 is never."""
        phone = self._phones.get(device.partition("/")[2])
        return phone.busy_at if phone else 0

    def ring(self, leg: Leg) -> None:
        """Let a leg's phone ring, in the moment that an INVITE takes."""
        phone = self.of(leg.channel)

        def begin() -> None:
            if leg.mailbox is None or phone is None:
                return
            leg.ringing()
            if phone.on_ring is not None:
                phone.on_ring(leg.channel)

        self.world.later(_RINGS_AFTER, begin)

    def tell_quality(self, channel: Channel) -> None:
        """Set the variables in which PJSIP leaves what it knows of a call's sound, where there was any."""
        if channel.technology != "PJSIP" or channel.answered_at is None or "rtp_told" in channel.facts:
            return
        channel.facts["rtp_told"] = True
        bridge = channel.bridge
        is_pair = bridge is not None and bridge.number_of_channels == 2
        peers = bridge.others(channel) if bridge is not None and is_pair else []
        if bridge is not None and bridge.is_merged:
            peers = []  # as seen on Asterisk 22
        for name, value in _quality(self.world.random.getrandbits(31)):
            channel.set_variable(name, value)
            for peer in peers:
                peer.set_variable(f"{name}BRIDGED", value)

    def _read(self, section: Section, *, is_plugged_in: bool) -> None:
        caller = section.get("callerid")
        self._phones[section.name] = Phone(
            self.world,
            section.name,
            parse_caller_id(caller) if caller else NOBODY,
            section.get("context", "default"),
            section.get("language", "en"),
            to_integer(section.get("device_state_busy_at")),
            is_plugged_in,
        )

    def _base_state(self, device: str) -> str:
        phone = self._phones.get(device.partition("/")[2])
        if phone is None:
            return "INVALID"
        return "NOT_INUSE" if phone.is_plugged_in else "UNAVAILABLE"


def _quality(source: int) -> list[tuple[str, str]]:
    """Return what Asterisk says of a call's sound (main/rtp_engine.c, ast_rtp_instance_set_stats_vars)."""

    def figures(unit: str, pad: str, *kinds: str) -> str:
        names = [f"{how}{kind}{unit}" for kind in kinds for how in ("min", "max", "avg", "stdev")]
        return pad.join(f"{name}=000.000000;" for name in names)

    return [
        ("RTPAUDIOQOS", (
            f"ssrc={source};themssrc=0;lp=0;rxjitter=0.000000;rxcount=0;txjitter=0.000000;txcount=0;rlp=0;"
            "rtt=0.000000;rxmes=0.000000;txmes=0.000000"
        )),
        ("RTPAUDIOQOSJITTER", figures("jitter", "", "rx", "tx")),
        ("RTPAUDIOQOSLOSS", figures("lost", "  ", "rx", "tx") + "  "),
        ("RTPAUDIOQOSRTT", figures("rtt", "     ", "") + "     "),
        ("RTPAUDIOQOSMES", figures("mes", "   ", "rx", "tx") + "   "),
    ]  # fmt: skip
