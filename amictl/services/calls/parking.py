"""Parking calls, and telling which are parked where."""

from __future__ import annotations

import time
from typing import Annotated, Final

from msgspec import UNSET
from pydantic import Field, StrictInt

from amictl.errors import ActionRefused, AmictlError, Conflict, InvalidInput, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_int
from amictl.pbx.readings.raw import Raw, show_raw
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.parking import topic as parking_topic
from amictl.pbx.topics.parking.table import read_parked_calls
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.value import About, Time, Written
from amictl.protocol import Message
from amictl.services.access import Actor, open_gate
from amictl.services.access.live_channels import done_to, find_channel
from amictl.services.access.pbxes import read_topic
from amictl.services.pbx_service import PbxService
from amictl.services.requests import ChannelBody, ReadQuery, Text
from amictl.services.results import ChannelDone, LiveResult, PbxResult, Result

_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1


class ParkBody(ChannelBody):
    """A channel to park."""

    parking_lot: Annotated[Text, Field(description="The channel's own when left out")] | None = None
    timeout: (
        Annotated[
            StrictInt,
            Field(ge=1000, le=86_400_000, description="Milliseconds until it comes back, cut to seconds"),
        ]
        | None
    ) = None
    timeout_channel: (
        Annotated[Text, Field(description="Who is called then: the channel that it talks to now")] | None
    ) = None
    announce_channel: Annotated[Text, Field(description="Who hears the number of the space")] | None = None


class Parked(ChannelDone, frozen=True):
    """A call that was parked."""

    lot: str | None
    space: Annotated[
        str | None, About("Null when the PBX did not tell within a second, or the call has ended")
    ]
    timeout_at: Annotated[Time | None, About("When it comes back by itself")]


class ParkedQuery(ReadQuery):
    """The parked calls, of all lots or of one."""

    parking_lot: Annotated[Text, Field(description="All of them when left out")] | None = None


class ParkedCalls(LiveResult, frozen=True):
    """The parked calls."""

    parked_calls: tuple[Written[ParkedCall], ...]


class ParkingLot(Result, frozen=True):
    """A parking lot."""

    lot: str
    start_space: int | None
    stop_space: int | None
    timeout: Annotated[int | None, About("Seconds; null is without limit")]
    raw: Raw = UNSET


class ParkingLots(PbxResult, frozen=True):
    """The parking lots."""

    parking_lots: tuple[ParkingLot, ...]


class ParkingService(PbxService):
    """What can be done with parking lots."""

    def park(self, actor: Actor, asked: ParkBody) -> Parked:
        """Park a channel, and tell in which space it is as soon as the PBX knows.

        Raises:
            NotFound: There is no such channel or parking lot.
            InvalidInput: The channel is to be announced to, or to come back to, itself.
            Conflict: The call is parked already.
        """
        pbx, parkee = self._find_channel(actor, asked)
        timeout_channel = self._find_other(pbx, actor, "timeout_channel", asked.timeout_channel, parkee)
        announce_channel = self._find_other(pbx, actor, "announce_channel", asked.announce_channel, parkee)
        if asked.parking_lot is not None:
            self._require_lot(pbx, asked.parking_lot)
        if self._find_parked(pbx, parkee) is not None:
            raise Conflict("The channel is parked already.")
        if announce_channel is not None:
            self._require_alive(pbx, announce_channel)
        action = make_action(
            "Park",
            channel=parkee.channel,
            parking_lot=asked.parking_lot,
            timeout=asked.timeout,
            timeout_channel=timeout_channel.channel if timeout_channel else None,
            announce_channel=announce_channel.channel if announce_channel else None,
        )
        done = done_to(pbx, parkee, self._control(actor, pbx, parkee, action))
        parked = self._await_parked(pbx, parkee)
        if parked is None:
            return Parked(*done, lot=None, space=None, timeout_at=None)
        return Parked(*done, parked.lot, parked.space, parked.timeout_at)

    def list_parked(self, actor: Actor, asked: ParkedQuery) -> ParkedCalls:
        """Return the parked calls that the actor may see from the live picture, and how fresh it is.

        With ``raw`` the PBX is asked for its messages; and whether there is a lot in which nothing is parked.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        source, values = read_topic(pbx, parking_topic.TOPIC)
        gate = open_gate(pbx, actor)
        calls = [call for call in values.values() if asked.parking_lot in {None, call.lot}]
        if asked.parking_lot is not None and not calls:
            self._require_lot(pbx, asked.parking_lot)
        if not asked.raw:
            return ParkedCalls(*source, gate.show_all(calls))
        items = self._execution.read(pbx, make_action("ParkedCalls", parking_lot=asked.parking_lot)).items
        known = {call.unique_id: call for call in calls}
        listed = read_parked_calls(items, known, pbx.picture.now())
        told = ((item, listed.get(item.get("ParkeeUniqueid", ""))) for item in items)
        seen = tuple(gate.write(call, item) for item, call in told if call and gate.sees(call))
        return ParkedCalls(*source, seen)

    def list_lots(self, actor: Actor, asked: ReadQuery) -> ParkingLots:
        """Return the parking lots; of those, where queues are limited, that a call of theirs is parked in."""
        pbx = self._find_pbx(actor, asked.pbx)
        items, gate = self._execution.read(pbx, make_action("Parkinglots")).items, open_gate(pbx, actor)
        if not gate.is_open:
            lots = {call.lot for call in pbx.picture.parked_calls() if gate.see(call)}
            items = [item for item in items if item.get("Name") in lots]
        return ParkingLots(pbx.name, tuple(_read_lot(item, asked.raw) for item in items))

    def _find_other(
        self, pbx: Pbx, actor: Actor, field: str, name: str | None, parkee: Channel
    ) -> Channel | None:
        """Return another channel than the one that is parked, or None."""
        if name is None:
            return None
        found = find_channel(pbx, actor, field, name)
        if found.unique_id == parkee.unique_id:
            raise InvalidInput.of(field, "Name another channel than in the field channel.")
        return found

    def _require_lot(self, pbx: Pbx, parking_lot: str) -> None:
        """Check that a parking lot exists."""
        lots = [item.get("Name") for item in self._execution.read(pbx, make_action("Parkinglots")).items]
        if parking_lot not in lots:
            raise NotFound(f"parking_lot: there is no such parking lot on {pbx.name}.")

    def _require_alive(self, pbx: Pbx, channel: Channel) -> None:
        """Ask the PBX itself whether the channel that hears the announcement is still there.

        ``Park`` with an ``AnnounceChannel`` that is gone crashes Asterisk (res/parking/parking_manager.c,
        manager_park, looks at the wrong variable; seen on 16.28), so the picture alone is too old for this.
        """
        try:
            self._execution.read(pbx, make_action("Status", channel=channel.unique_id))
        except ActionRefused:
            raise NotFound(f"announce_channel: the channel on {pbx.name} has ended.") from None

    def _find_parked(self, pbx: Pbx, parkee: Channel) -> ParkedCall | None:
        """Return where a channel is parked, or None."""
        items = self._execution.read(pbx, make_action("ParkedCalls")).items
        return read_parked_calls(items, {}, pbx.picture.now()).get(parkee.unique_id)

    def _await_parked(self, pbx: Pbx, parkee: Channel) -> ParkedCall | None:
        """Return where a channel was parked; a moment may pass, and the call may end before."""
        for look in range(_LOOKS):
            if look:
                time.sleep(_LOOK_SECONDS)
            try:
                found = self._find_parked(pbx, parkee)
            except AmictlError:
                return None  # the call was parked: only the number of its space stays unknown
            if found is not None:
                return found
        return None


def _read_lot(item: Message, raw: bool) -> ParkingLot:
    """Return what a ``Parkinglot`` event tells."""
    return ParkingLot(
        lot=item.get("Name", ""),
        start_space=read_int(item.get("StartSpace")),
        stop_space=read_int(item.get("StopSpace")),
        timeout=read_int(item.get("Timeout")) or None,
        raw=show_raw(raw, item),
    )
