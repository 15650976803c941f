"""Parking: the lots of ``res_parking.conf``, and the calls that wait in their spaces."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.causes import Cause
from amictl.demo.configuration import Section, is_true, read_configuration, to_integer
from amictl.demo.extensions import Step
from amictl.demo.playing import spoken_seconds
from amictl.demo.text import Headers

if TYPE_CHECKING:
    from amictl.demo.bridges import Bridge
    from amictl.demo.channels import Channel
    from amictl.demo.world import World

_REGISTRAR: Final = "res_parking"
_COMEBACK_CONTEXT: Final = "park-dial"
_DEFAULT: Final = "default"
_REQUEST: Final = "parking"  # the fact of a channel that is about to be parked
_BITS: Final = 1 << 64


@dataclass(frozen=True, slots=True)
class LotSettings:
    """What ``res_parking.conf`` says of a lot; the defaults are Asterisk's.

    Args:
        name: The section's name.
        extension: Where calls are parked by dialling; empty makes no extensions at all.
        first: The number of the first space; ``last`` that of the last.
        context: Where the extensions of the spaces are.
        seconds: How long a call waits, 0 for ever.
        comes_back_to_origin: Whether who parked it is called then, in ``park-dial``; else the dialplan of
            ``comeback_context`` decides.
        comeback_seconds: How long they are called.
        finds_next: Whether spaces are taken in turn, and not the first that is free.
        has_hints: Whether the spaces have hints.
        is_exclusive: Whether the extension parks in this lot only.
        music_class: What those who wait hear.
        caller_features: What who takes a call back may do, in the letters of Dial's options; when the call
            comes back, what who parked it may do.
        callee_features: The same for who was parked.
    """

    name: str
    extension: str = "700"
    first: int = 701
    last: int = 750
    context: str = "parkedcalls"
    seconds: int = 45
    comes_back_to_origin: bool = True
    comeback_context: str = "parkedcallstimeout"
    comeback_seconds: int = 30
    finds_next: bool = False
    has_hints: bool = False
    is_exclusive: bool = False
    music_class: str = ""
    caller_features: str = ""
    callee_features: str = ""

    @classmethod
    def read(cls, section: Section) -> LotSettings:
        """Read a lot's section."""
        first, _, last = section.get("parkpos", "701-750").partition("-")
        return cls(
            section.name,
            section.get("parkext", "" if section.name != _DEFAULT else "700"),
            to_integer(first),
            to_integer(last),
            section.get("context", "parkedcalls"),
            to_integer(section.get("parkingtime", "45")),
            is_true(section.get("comebacktoorigin", "yes")),
            section.get("comebackcontext", "parkedcallstimeout"),
            to_integer(section.get("comebackdialtime", "30")),
            section.get("findslot", "first").lower() == "next",
            is_true(section.get("parkinghints")),
            is_true(section.get("parkext_exclusive")),
            section.get("parkedmusicclass"),
            _read_features(section, "caller"),
            _read_features(section, "callee"),
        )


def _read_features(section: Section, whose: str) -> str:
    names = (
        ("parkedcalltransfers", "t"),
        ("parkedcallreparking", "k"),
        ("parkedcallhangup", "h"),
        ("parkedcallrecording", "x"),
    )
    return "".join(letter for name, letter in names if section.get(name).lower() in {whose, "both"})


@dataclass(frozen=True, slots=True)
class ParkRequest:
    """What is known of a channel that is about to come into a lot ("park entry data").

    Args:
        dial_string: Of who parks it, where a transfer says so.
        parker: The name of the channel that parks it, which may be the parked one.
        is_random: Whether the space is drawn.
        seconds: How long it may wait; None is the lot's time.
        comeback: Where it goes afterwards; empty is the lot's way.
        music_class: What it hears; empty is the lot's.
        hears_ringing: Whether it hears ringing and no music.
    """

    dial_string: str
    parker: str
    is_random: bool = False
    seconds: int | None = None
    comeback: str = ""
    music_class: str = ""
    hears_ringing: bool = False


@dataclass(slots=True, eq=False)
class ParkedUser:
    """A call in a space.

    Args:
        lot: Which lot.
        channel: Who waits.
        space: Where.
        seconds: For how long at most, 0 for ever.
        dial_string: How who parked it is called back.
        started_at: When it came, in Unix seconds.
        comeback: Where it goes afterwards; empty is the lot's way.

    Attributes:
        event: What its leaving will be told as.
        retriever: The headers of who took it back.
    """

    lot: Lot
    channel: Channel
    space: int
    seconds: int
    dial_string: str
    started_at: float
    comeback: str = ""
    event: str = "ParkedCallGiveUp"
    retriever: Headers = ()

    def headers(self) -> Headers:
        """Return all headers of its events ("Asterisk res/parking/parking_manager.c")."""
        began, now = int(self.started_at), int(self.channel.world.now())
        left = (
            began + self.seconds - now
        ) % _BITS  # unsigned there: what waits for ever has a large number left
        return (
            *self.channel.fresh_headers("Parkee"),
            *self.retriever,
            ("ParkerDialString", self.dial_string),
            ("Parkinglot", self.lot.settings.name),
            ("ParkingSpace", str(self.space)),
            ("ParkingTimeout", str(left)),
            ("ParkingDuration", str(now - began)),
        )

    def tell(self, event: str) -> None:
        """Send one of its events."""
        self.channel.world.emit(event, self.headers())


@dataclass(slots=True, eq=False)
class Lot:
    """One parking lot.

    Args:
        world: The world.
        settings: What the file says of it.

    Attributes:
        users: Who waits, by space, in the order of spaces.
    """

    world: World
    settings: LotSettings
    users: dict[int, ParkedUser] = field(default_factory=dict)
    _bridge: Bridge | None = None
    _next_space: int = 0

    @property
    def bridge(self) -> Bridge:
        """The bridge of those who wait, made when the first one comes."""
        if self._bridge is None:
            self._bridge = self.world.bridges.create(
                "parking", "holding_bridge", "Parking", name=self.settings.name, dissolves=False, methods=self
            )
        return self._bridge

    def user_of(self, channel: Channel) -> ParkedUser | None:
        """Return the space of a channel."""
        return next((user for user in self.users.values() if user.channel is channel), None)

    def find_space(self, request: ParkRequest, channel: Channel) -> int | None:
        """Return the space for a channel ("Asterisk res/parking/parking_controller.c").

        Returns:
            None where all are taken, or where PARKINGEXTEN is no number.
        """
        settings = self.settings
        target = self._next_space or settings.first if settings.finds_next else settings.first
        wanted = channel.variables.get("PARKINGEXTEN", "")
        if request.is_random:
            target = self.world.random.randint(settings.first, settings.last)
        elif wanted:
            if to_integer(wanted) <= 0:
                return None
            if settings.first <= to_integer(wanted) <= settings.last:
                target = to_integer(wanted)
        spaces = (*range(target, settings.last + 1), *range(settings.first, target))
        return next((space for space in spaces if space not in self.users), None)

    def device(self, space: int) -> str:
        """Return the device that shows whether a space is taken."""
        return f"park:{space}@{self.settings.context}"

    def take(self, space: int | None, retriever: Channel) -> ParkedUser | None:
        """Take a call back.

        Args:
            space: Which; None takes the first.
            retriever: Who takes it.

        Returns:
            The call; None where the space is empty.
        """
        number = next(iter(self.users), None) if space is None else space
        user = self.users.pop(number, None) if number is not None else None
        if user is not None:
            user.event = "UnParkedCall"
            user.retriever = retriever.fresh_headers("Retriever")
        return user

    # What its bridge does as channels come and go

    def push(self, channel: Channel, swaps: Channel | None) -> None:
        """Give who comes a space, or the space of who went ("bridge_parking_push")."""
        swapped = self.user_of(swaps) if swaps is not None else None
        if swapped is not None:
            swapped.channel = channel
            swapped.tell("ParkedCallSwap")
            return
        request: ParkRequest = channel.facts.pop(_REQUEST)
        space = self.find_space(request, channel)
        if space is None:
            raise LookupError(f"{self.settings.name} is full, which was to be looked at before")
        settings = self.settings
        self._next_space = settings.first + (space + 1 - settings.first) % (
            settings.last - settings.first + 1
        )
        seconds = settings.seconds if request.seconds is None else request.seconds
        dial_string = request.dial_string or dial_string_of(request.parker)
        user = ParkedUser(self, channel, space, seconds, dial_string, self.world.now(), request.comeback)
        self.users = dict(sorted({**self.users, space: user}.items()))
        channel.facts["parked music"] = None if request.hears_ringing else request.music_class
        user.tell("ParkedCall")
        if seconds:
            self.world.later(seconds, lambda: self._time_out(user))
        self.world.devices.changed(self.device(space))

    def joined(self, channel: Channel) -> None:
        """Let who waits hear music."""
        music_class = channel.facts.pop("parked music", "")
        if music_class is not None:
            channel.start_music(music_class or self.settings.music_class)

    def pull(self, channel: Channel) -> None:
        """Tell why who leaves does so ("bridge_parking_pull")."""
        user = self.user_of(channel) or channel.facts.pop("retrieved", None)
        if user is None:
            return
        self.users.pop(user.space, None)
        channel.stop_music()
        user.tell(user.event)
        if user.event != "ParkedCallGiveUp":
            channel.features += self.settings.callee_features
        self.world.devices.changed(self.device(user.space))

    def _time_out(self, user: ParkedUser) -> None:
        """Send a call back that waited for too long ("parking_duration_callback")."""
        if self.users.get(user.space) is not user or user.channel.is_ending:
            return
        channel, settings = user.channel, self.settings
        user.event = "ParkedCallTimeOut"
        flat = user.dial_string.replace("/", "_")
        told = (
            ("PARKING_SPACE", str(user.space)), ("PARKEDLOT", settings.name), ("PARKER", user.dial_string),
            ("PARKER_FLAT", flat), ("BRIDGE_FEATURES", settings.caller_features),
        )  # fmt: skip
        for name, value in told:
            channel.set_variable(name, value)
        extensions = self.world.dialplan.extensions
        step = Step("Dial", f"{user.dial_string},{settings.comeback_seconds}")
        extensions.add(_COMEBACK_CONTEXT, flat, 1, step, registrar=_REGISTRAR)
        channel.go_to(*self._comeback(user, flat))

    def _comeback(self, user: ParkedUser, flat: str) -> tuple[str, str, int]:
        """Return where a call goes that nobody took back ("comeback_goto")."""
        channel, settings = user.channel, self.settings
        extensions = self.world.dialplan.extensions
        if user.comeback:
            *place, priority = user.comeback.split(",")
            exten = place[-1] if place else channel.exten
            return place[-2] if len(place) > 1 else channel.context, exten, to_integer(priority) or 1
        if settings.comes_back_to_origin:
            return _COMEBACK_CONTEXT, flat, 1
        for exten in (flat, "s"):
            if extensions.find(settings.comeback_context, exten) is not None:
                return settings.comeback_context, exten, 1
        return "default", "s", 1


class Parking:
    """All parking lots.

    Args:
        world: The world.
        path: ``res_parking.conf``.

    Attributes:
        is_dynamic: What ``parkeddynamic`` says; the demo makes no lots by itself.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        configuration = read_configuration(path)
        self.is_dynamic = is_true(configuration.section("general").get("parkeddynamic"))
        sections = [section for section in configuration if section.name != "general"]
        settings = [LotSettings.read(section) for section in sections]
        if all(each.name != _DEFAULT for each in settings):
            settings.insert(0, LotSettings(_DEFAULT))
        self._lots = {each.name: Lot(world, each) for each in settings}
        for lot in self._lots.values():
            self._add_extensions(lot)
        world.devices.set_base("park", self._space_state)
        world.devices.hints_changed()
        world.features.add("parkcall", self._park_by_code)

    def get(self, name: str) -> Lot | None:
        """Return the lot of a name."""
        return self._lots.get(name)

    def all(self) -> list[Lot]:
        """Return all lots."""
        return list(self._lots.values())

    def lot_of(self, channel: Channel, name: str = "") -> Lot | None:
        """Return the lot of a name, or without one that in which a channel parks.

        Args:
            channel: Whose variable PARKINGLOT counts.
            name: The lot's name.
        """
        return self._lots.get(name or channel.variables.get("PARKINGLOT") or _DEFAULT)

    def prepare(self, channel: Channel, data: str = "", *, parker: Channel | None = None) -> Lot | None:
        """Get ready to park a channel ("park_application_setup").

        Args:
            channel: Who is parked.
            data: As for the application Park: the lot and options.
            parker: Who parks it; None is the channel itself.

        Returns:
            The lot, with room for it; None where there is none, or no room.
        """
        name, option_text, _ = split_arguments(data, 3)
        lot = self.lot_of(parker or channel, name)
        if lot is None:
            return None
        options = parse_options(option_text)
        transfers = (channel.variables.get(each, "") for each in ("ATTENDEDTRANSFER", "BLINDTRANSFER"))
        transferer = next(filter(None, transfers), "")
        request = ParkRequest(
            dial_string_of(transferer),
            (parker or channel).name,
            "R" in options,
            to_integer(options["t"]) if options.get("t") else None,
            options.get("c", ""),
            options.get("m", ""),
            "r" in options,
        )
        if lot.find_space(request, channel) is None:
            return None
        channel.facts[_REQUEST] = request
        return lot

    def park_other(self, parker: Channel, channel: Channel, data: str = "") -> bool:
        """Park whom a channel talks to; the parker hears the space and is hung up.

        Args:
            parker: Who parks.
            channel: Who is parked, in the same bridge.
            data: As for the application Park.

        Returns:
            Whether it was parked.
        """
        bridge = channel.bridge
        if bridge is None or bridge is not parker.bridge:
            return False
        lot = self.prepare(channel, data, parker=parker)
        if lot is None:
            return False
        target = lot.bridge
        channel.set_variable("BLINDTRANSFER", parker.name)
        bridge.dissolves = False  # the parker stays to hear the space
        bridge.move(channel, target, keeps_peers=True)
        bridge.dissolves = True
        user = lot.user_of(channel)
        seconds = spoken_seconds(str(user.space)) if user else 0.0
        self._world.later(seconds, lambda: self._let_go(parker, bridge))
        return True

    def find_parking_data(self, context: str, exten: str) -> str | None:
        """Return the data of the application Park at an extension that parks, or None."""
        step = self._world.dialplan.extensions.step(context, exten, 1)
        return step.data if step is not None and step.application.lower() == "park" else None

    def _let_go(self, parker: Channel, bridge: Bridge) -> None:
        if not parker.hung_up and parker.bridge is bridge:
            parker.hangup_cause = parker.hangup_cause or Cause.NORMAL
            bridge.kick(parker)

    def _park_by_code(self, channel: Channel) -> None:
        """Park the other party: its code for that was pressed."""
        others = channel.bridge.others(channel) if channel.bridge is not None else []
        lot = self.lot_of(channel)
        if len(others) == 1 and lot is not None and lot.settings.extension:
            data = self.find_parking_data(lot.settings.context, lot.settings.extension)
            self.park_other(channel, others[0], data or "")

    def _add_extensions(self, lot: Lot) -> None:
        settings, extensions = lot.settings, self._world.dialplan.extensions
        if not settings.extension:
            return
        registrar = f"{_REGISTRAR}/{settings.name}"
        context = settings.context
        extensions.context(context, registrar)
        parks_in = settings.name if settings.is_exclusive else ""
        extensions.add(context, settings.extension, 1, Step("Park", parks_in), registrar=_REGISTRAR)
        for space in range(settings.first, settings.last + 1):
            step = Step("ParkedCall", f"{settings.name},{space}")
            extensions.add(context, str(space), 1, step, registrar=registrar)
            if settings.has_hints:
                extensions.add_hint(context, str(space), lot.device(space), registrar=registrar)

    def _space_state(self, device: str) -> str:
        space, _, context = device.removeprefix("park:").partition("@")
        number = to_integer(space)
        lots = [lot for lot in self._lots.values() if lot.settings.context == context]
        if any(number in lot.users for lot in lots):
            return "INUSE"
        exists = any(lot.settings.first <= number <= lot.settings.last for lot in lots)
        return "NOT_INUSE" if exists else "INVALID"


def dial_string_of(channel_name: str) -> str:
    """Return how a channel's phone is called: the channel's name without its number."""
    return channel_name.rpartition("-")[0]
