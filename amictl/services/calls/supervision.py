"""Listening in: a supervisor's endpoint is called into ``ChanSpy`` on a channel that really talks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amictl.errors import ActionRefused, Conflict, InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import SpyMode, make_action, new_channel_id, spy
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.events.queue_homes import device_of
from amictl.services.access import Actor, Gate, open_gate
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.calls.originations import CallOrder, Ordered, OriginationService
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission

_SPYING: Final = "chanspy"
_LOCAL: Final = "Local/"
_HINT: Final = "hint:"
_STATE_ONLY: Final = ("Custom:", "MWI:", "Queue:", "Confbridge:", "Meetme:", "Calendar:", "park:")
_MOST_HOPS: Final = 8


@dataclass(frozen=True, slots=True)
class SpyPlan:
    """Whom to let hear what.

    Args:
        spyer: The supervisor's endpoint, ``technology/resource``.
        channel: A live channel's name or unique ID, or somebody who talks: a queue member's interface, a
            device (``PJSIP/100``) or a hint (``hint:100@default``).
        mode: ``listen`` only, ``whisper`` to that channel, or ``barge`` in.
        timeout: Milliseconds that the supervisor's endpoint may ring.
        caller_id: What it shows.
    """

    spyer: str
    channel: str
    mode: SpyMode = "listen"
    timeout: int = 30_000
    caller_id: str | None = None


@dataclass(frozen=True, slots=True)
class Spying:
    """An order to spy.

    Args:
        ordered: The call to the supervisor.
        target: The channel that is heard.
    """

    ordered: Ordered
    target: Channel


class SupervisionService:
    """Lets supervisors listen, whisper and barge in.

    Args:
        registry: The PBXes.
        execution: Asks the PBX about hints.
        originations: Orders calls and follows them.
    """

    def __init__(self, registry: Registry, execution: Execution, originations: OriginationService) -> None:
        self._registry = registry
        self._execution = execution
        self._originations = originations

    def spy(self, actor: Actor, plan: SpyPlan, pbx_name: str | None = None) -> Spying:
        """Call a supervisor into a conversation; the supervisor's call ends with it.

        Args:
            actor: Needs ``calls.spy``.
            plan: Whom to let hear what.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not spy there, or not on this call.
            InvalidInput: The supervisor takes part in that call already.
            NotFound: There is no such PBX or channel, or the member talks to nobody.
            Conflict: The member talks on several channels, or the channel is one that spies itself.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        gate = open_gate(pbx, actor)
        target = self._find_target(pbx, gate, plan.channel)
        gate.require_channel(target)
        _refuse_own_call(pbx.picture, target, plan.spyer)
        self._refuse_supervisor(pbx, target)
        channel_id = new_channel_id()
        action = spy(
            plan.spyer,
            target.unique_id,
            plan.mode,
            timeout=plan.timeout,
            caller_id=plan.caller_id,
            channel_id=channel_id,
        )
        order = CallOrder(plan.spyer, channel_id, plan.timeout, application="ChanSpy")
        ordered = self._originations.order(actor, pbx, action, order, Permission.CALLS_SPY)
        return Spying(ordered, target)

    def _find_target(self, pbx: Pbx, gate: Gate, name: str) -> Channel:
        """Return the live channel that a name means; of those of a member, one that is seen."""
        if name.startswith("/"):
            raise InvalidInput.of("channel", "Name one channel; a regular expression is not taken.")
        found = pbx.picture.find_channel(name)
        if found is not None:
            return found
        channels = self._find_channels(pbx, name)
        return _choose_talking(pbx, [each for each in channels if gate.see(each)] or channels[:1])

    def _refuse_supervisor(self, pbx: Pbx, target: Channel) -> None:
        """Refuse a channel that spies itself; only the PBX knows what an originated channel runs."""
        try:
            items = self._execution.read(pbx, make_action("Status", channel=target.unique_id)).items
        except ActionRefused:
            raise NotFound(f"channel: the channel on {pbx.name} has ended.") from None
        if any((item.get("Application") or "").lower() == _SPYING for item in items):
            raise Conflict("channel: this channel is a supervisor who listens.")

    def _find_channels(self, pbx: Pbx, interface: str) -> list[Channel]:
        """Return the channels of a queue member, device or hint.

        A member behind ``Local/…`` talks on the device that the Local channel's dialplan called, if it called
        one; where the Local channel has gone out of the call, its state interface tells the device.
        """
        channels = self._channels_of_device(pbx, interface)
        if channels:
            return channels
        members = (member for queue in pbx.picture.queues() for member in queue.members)
        devices = {member.state_interface for member in members if member.interface == interface}
        for device in sorted(device for device in devices if device and device != interface):
            channels += self._channels_of_device(pbx, device)
        return channels

    def _channels_of_device(self, pbx: Pbx, device: str) -> list[Channel]:
        """Return the channels of one device or hint."""
        if device.lower().startswith(_HINT):
            devices = self._devices_of_hint(pbx, device[len(_HINT) :])
            return [channel for each in devices for channel in self._channels_of_device(pbx, each)]
        if device.startswith(_STATE_ONLY):
            return []
        prefix = device.partition("/n")[0] if device.startswith(_LOCAL) else device
        found = [each for each in pbx.picture.channels() if device_of(each.channel) == prefix]
        if not device.startswith(_LOCAL):
            return found
        return [_follow_local(pbx.picture, each) for each in found if each.channel.endswith(";1")]

    def _devices_of_hint(self, pbx: Pbx, hint: str) -> list[str]:
        """Return the devices of ``exten@context``."""
        exten, _, context = hint.partition("@")
        try:
            reply = self._execution.read(
                pbx, make_action("ExtensionState", exten=exten, context=context or "default")
            )
        except ActionRefused:
            return []
        return [device for device in (reply.get("Hint") or "").partition(",")[0].split("&") if device]


def _follow_local(picture: LivePicture, first: Channel) -> Channel:
    """Return the channel of whoever is behind a Local channel: its other half's peer, and so on."""
    current = first
    for _ in range(_MOST_HOPS):
        half = picture.find_channel(current.channel.removesuffix(";1") + ";2")
        beyond = _others_in_bridge(picture, half) if half is not None else []
        if len(beyond) != 1:
            return current
        if not beyond[0].channel.startswith(_LOCAL):
            return beyond[0]
        current = beyond[0]
    return current


def _others_in_bridge(picture: LivePicture, channel: Channel) -> list[Channel]:
    """Return who is in the bridge of a channel, besides it."""
    if channel.bridge_id is None:
        return []
    return [
        each
        for each in picture.channels()
        if each.bridge_id == channel.bridge_id and each.unique_id != channel.unique_id
    ]


def _choose_talking(pbx: Pbx, channels: Iterable[Channel]) -> Channel:
    """Return the one channel that talks."""
    unique = {channel.unique_id: channel for channel in channels}
    talking = [each for each in unique.values() if each.state == "Up" and each.bridge_id is not None]
    if len(talking) > 1:
        talking = [each for each in talking if not each.on_hold] or talking
    if not talking:
        raise NotFound(
            f"channel: no such channel on {pbx.name}, and no member or device of this name that talks now."
        )
    if len(talking) > 1:
        names = ", ".join(sorted(each.channel for each in talking))
        raise Conflict(f"channel: several channels talk there; name one of them: {names}.")
    return talking[0]


def _refuse_own_call(picture: LivePicture, target: Channel, spyer: str) -> None:
    """Refuse that a supervisor hears a call that the supervisor takes part in."""
    own = spyer.partition("/n")[0] if spyer.startswith(_LOCAL) else spyer
    if any(device_of(each.channel) == own for each in (target, *_others_in_bridge(picture, target))):
        raise InvalidInput.of("spyer", "This endpoint takes part in that call itself.")
