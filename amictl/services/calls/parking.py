"""Parking calls, and telling which are parked where."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from amictl.errors import ActionRefused, AmictlError, Conflict, InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.changes import PARKING
from amictl.pbx.readings.parking import read_parking_lot
from amictl.pbx.readings.raw import attach_raw, read_items
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.parking.table import read_parked_calls
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.services.access import Actor, open_gate
from amictl.services.access.live_channels import describe_done, find_channel
from amictl.services.access.pbxes import find_pbx, read_topic, require_live_picture
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission

_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class ParkPlan:
    """How to park a call.

    Args:
        channel: The channel to park: a name or unique ID.
        parking_lot: The lot; the channel's own when left out.
        timeout: Milliseconds until the call comes back; the lot's own when left out.
        timeout_channel: Who is called then: the name or unique ID of the channel that it talks to now.
        announce_channel: Who hears the number of the space: a name or unique ID.
    """

    channel: str
    parking_lot: str | None = None
    timeout: int | None = None
    timeout_channel: str | None = None
    announce_channel: str | None = None


class ParkingService:
    """What can be done with parking lots.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        sleep: Waits for some seconds.
    """

    def __init__(
        self, registry: Registry, execution: Execution, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._registry = registry
        self._execution = execution
        self._sleep = sleep

    def park(self, actor: Actor, plan: ParkPlan, pbx_name: str | None = None) -> dict[str, Any]:
        """Park a channel, and tell in which space it is as soon as the PBX knows.

        Args:
            actor: Needs ``calls.control``.
            plan: What to park, where.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not these.
            NotFound: There is no such PBX, channel or parking lot.
            InvalidInput: The channel is to be announced to, or to come back to, itself.
            Conflict: The call is parked already.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        parkee = find_channel(pbx, actor, "channel", plan.channel)
        timeout_channel = self._find_other(pbx, actor, "timeout_channel", plan.timeout_channel, parkee)
        announce_channel = self._find_other(pbx, actor, "announce_channel", plan.announce_channel, parkee)
        if plan.parking_lot is not None:
            self._require_lot(pbx, plan.parking_lot)
        if self._find_parked(pbx, parkee) is not None:
            raise Conflict("The channel is parked already.")
        if announce_channel is not None:
            self._require_alive(pbx, announce_channel)
        action = make_action(
            "Park",
            channel=parkee.channel,
            parking_lot=plan.parking_lot,
            timeout=plan.timeout,
            timeout_channel=timeout_channel.channel if timeout_channel else None,
            announce_channel=announce_channel.channel if announce_channel else None,
        )
        reply = self._execution.write(
            actor, pbx, action, permission=Permission.CALLS_CONTROL, channel=parkee.channel
        )
        found = self._await_parked(pbx, parkee)
        parked = {} if found is None else open_gate(pbx, actor).write(found)
        return describe_done(
            pbx,
            parkee,
            reply,
            lot=parked.get("lot"),
            space=parked.get("space"),
            timeout_at=parked.get("timeout_at"),
        )

    def list_parked(
        self, actor: Actor, parking_lot: str | None = None, *, raw: bool = False, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return the parked calls that the actor may see from the live picture, and how fresh it is.

        Args:
            actor: Needs ``live.read``.
            parking_lot: Of one lot; of all when left out. The PBX is asked whether there is a lot in which
                nothing is parked.
            raw: Whether each has the AMI message beside it; then the PBX is asked for them.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or parking lot.
            PbxError: The PBX was not reached yet; or could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, values = read_topic(pbx, PARKING, ParkedCall)
        gate = open_gate(pbx, actor)
        calls = [call for call in values.values() if parking_lot in {None, call.lot}]
        if parking_lot is not None and not calls:
            self._require_lot(pbx, parking_lot)
        if raw:
            items = self._execution.read(pbx, make_action("ParkedCalls", parking_lot=parking_lot)).items
            known = {call.unique_id: call for call in calls}
            listed = read_parked_calls(items, known, pbx.picture.now())
            told = [(item, listed.get(item.get("ParkeeUniqueid", ""))) for item in items]
            seen = [
                attach_raw(gate.write(call), raw, item) for item, call in told if call and gate.sees(call)
            ]
            return {**source._asdict(), "parked_calls": seen}
        return {**source._asdict(), "parked_calls": [gate.write(call) for call in filter(gate.sees, calls)]}

    def list_lots(self, actor: Actor, *, raw: bool = False, pbx_name: str | None = None) -> dict[str, Any]:
        """Return the parking lots; of those, where queues are limited, that a call of theirs is parked in.

        Args:
            actor: Needs ``live.read``.
            raw: Whether each has the AMI message beside it.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        items, gate = self._execution.read(pbx, make_action("Parkinglots")).items, open_gate(pbx, actor)
        if not gate.is_open:
            lots = {call.lot for call in pbx.picture.parked_calls() if gate.see(call)}
            items = [item for item in items if item.get("Name") in lots]
        return {"pbx": pbx.name, "parking_lots": read_items(items, read_parking_lot, raw=raw)}

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
                self._sleep(_LOOK_SECONDS)
            try:
                found = self._find_parked(pbx, parkee)
            except AmictlError:
                return None  # the call was parked: only the number of its space stays unknown
            if found is not None:
                return found
        return None
