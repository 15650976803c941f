"""Parking calls, and telling which are parked where."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from amictl.errors import ActionRefused, AmictlError, Conflict, InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx import Channel, actions
from amictl.pbx.changes import PARKING
from amictl.pbx.models import ParkedCall
from amictl.pbx.readings.parking import read_parked_call, read_parking_lot
from amictl.pbx.readings.raw import read_items
from amictl.protocol import Message
from amictl.services.access import Actor, Gate, open_gate
from amictl.services.execution import Execution
from amictl.services.live_channels import describe_done, find_channel
from amictl.services.pbxes import find_pbx, read_topic, require_live_picture
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
        pbx = find_pbx(self._registry, actor, Permission.CALLS_CONTROL, pbx_name)
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
        action = actions.park(
            parkee.channel,
            parking_lot=plan.parking_lot,
            timeout=plan.timeout,
            timeout_channel=timeout_channel.channel if timeout_channel else None,
            announce_channel=announce_channel.channel if announce_channel else None,
        )
        reply = self._execution.write(
            actor, pbx, action, permission=Permission.CALLS_CONTROL, channel=parkee.channel
        )
        parked = self._await_parked(pbx, parkee) or {}
        return describe_done(
            pbx,
            parkee,
            reply,
            parking_lot=parked.get("parking_lot"),
            parking_space=parked.get("parking_space"),
            timeout=parked.get("timeout"),
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
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        source, values = read_topic(pbx, PARKING)
        gate = open_gate(pbx, actor)
        parked = [call for call in values.values() if isinstance(call, ParkedCall)]
        calls = [call for call in parked if parking_lot in {None, call.lot}]
        if parking_lot is not None and not calls:
            self._require_lot(pbx, parking_lot)
        if raw:
            items = self._execution.read(pbx, actions.parked_calls(parking_lot)).items
            seen = [item for item in items if _sees_parkee(gate, item)]
            return {**source, "parked_calls": read_items(seen, read_parked_call, raw=raw)}
        now, shown = pbx.picture.now(), filter(gate.sees, calls)
        return {**source, "parked_calls": [_show_parked_call(call, now) for call in shown]}

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
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        items, gate = self._execution.read(pbx, actions.parkinglots()).items, open_gate(pbx, actor)
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
        lots = [item.get("Name") for item in self._execution.read(pbx, actions.parkinglots()).items]
        if parking_lot not in lots:
            raise NotFound(f"parking_lot: there is no such parking lot on {pbx.name}.")

    def _require_alive(self, pbx: Pbx, channel: Channel) -> None:
        """Ask the PBX itself whether the channel that hears the announcement is still there.

        ``Park`` with an ``AnnounceChannel`` that is gone crashes Asterisk (res/parking/parking_manager.c,
        manager_park, looks at the wrong variable; seen on 16.28), so the picture alone is too old for this.
        """
        try:
            self._execution.read(pbx, actions.status(channel.unique_id))
        except ActionRefused:
            raise NotFound(f"announce_channel: the channel on {pbx.name} has ended.") from None

    def _find_parked(self, pbx: Pbx, parkee: Channel) -> dict[str, Any] | None:
        """Return where a channel is parked, or None."""
        items = self._execution.read(pbx, actions.parked_calls()).items
        readings = (read_parked_call(item) for item in items)
        return next((each for each in readings if each["unique_id"] == parkee.unique_id), None)

    def _await_parked(self, pbx: Pbx, parkee: Channel) -> dict[str, Any] | None:
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


def _sees_parkee(gate: Gate, item: Message) -> bool:
    """Return whether a parked call of a list is seen."""
    return gate.sees_channel(item.get("ParkeeUniqueid"), item.get("ParkeeLinkedid"))


def _show_parked_call(call: ParkedCall, now: float) -> dict[str, Any]:
    """Return a parked call of the picture as `read_parked_call` returns one of a list."""
    return {
        "parking_lot": call.lot,
        "parking_space": call.space,
        "channel": call.channel,
        "unique_id": call.unique_id,
        "linked_id": call.linked_id,
        "caller_id_num": call.caller_id_num,
        "caller_id_name": call.caller_id_name,
        "connected_line_num": call.connected_line_num,
        "connected_line_name": call.connected_line_name,
        "parker": call.parked_by,
        "duration": max(0, int(now - call.parked_at)),
        "timeout": None if call.timeout_at is None else max(0, int(call.timeout_at - now)),
    }
