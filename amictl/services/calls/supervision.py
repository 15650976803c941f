"""Listening in: a supervisor's endpoint is called into ``ChanSpy`` on a channel that really talks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import Field

from amictl.errors import ActionRefused, Conflict, InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import SpyMode, make_action, new_channel_id, spy
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.events.queue_homes import device_of
from amictl.pbx.value import About
from amictl.services.access import Actor, Gate, open_gate
from amictl.services.calls.originations import CallOrder, Originated, OriginationService
from amictl.services.execution.execution import Execution
from amictl.services.pbx_service import PbxService
from amictl.services.requests import DialString, Fields, PbxName, RingTime, Text
from amictl.store.permissions import Permission

_SPYING: Final = "chanspy"
_LOCAL: Final = "Local/"
_HINT: Final = "hint:"
_STATE_ONLY: Final = ("Custom:", "MWI:", "Queue:", "Confbridge:", "Meetme:", "Calendar:", "park:")
_MOST_HOPS: Final = 8


class SpyBody(Fields):
    """A supervisor to call into a conversation."""

    spyer: Annotated[DialString, Field(description="The supervisor's endpoint")]
    channel: Annotated[
        Text,
        Field(
            description="A live channel, or somebody who talks: a queue member's interface, a device, a hint"
        ),
    ]
    mode: Annotated[
        SpyMode,
        Field(description="Hear both; be heard by that channel too; be heard by both"),
    ] = "listen"
    timeout: RingTime = 30_000
    caller_id: Annotated[Text, Field(description='What the endpoint shows: "Name" <number>')] | None = None
    pbx: PbxName | None = None


class SpyOrdered(Originated, frozen=True):
    """A supervisor who is being called."""

    channel: Annotated[str, About("The channel that is heard")]
    unique_id: Annotated[str, About("The unique ID of that channel")]
    mode: SpyMode


class SupervisionService(PbxService):
    """Lets supervisors listen, whisper and barge in, by ``calls.spy``.

    Args:
        registry: The PBXes.
        execution: Asks the PBX about hints.
        originations: Orders calls and follows them.
    """

    def __init__(self, registry: Registry, execution: Execution, originations: OriginationService) -> None:
        super().__init__(registry, execution)
        self._originations = originations

    def spy(self, actor: Actor, asked: SpyBody) -> SpyOrdered:
        """Call a supervisor into a conversation; the supervisor's call ends with it.

        Raises:
            InvalidInput: The supervisor takes part in that call already.
            NotFound: There is no such channel, or the member talks to nobody.
            Conflict: The member talks on several channels, or the channel is one that spies itself.
        """
        pbx = self._find_live_pbx(actor, asked.pbx)
        gate = open_gate(pbx, actor)
        target = self._find_target(pbx, gate, asked.channel)
        gate.require_channel(target)
        _refuse_own_call(pbx.picture, target, asked.spyer)
        self._refuse_supervisor(pbx, target)
        channel_id = new_channel_id()
        action = spy(
            asked.spyer,
            target.unique_id,
            asked.mode,
            timeout=asked.timeout,
            caller_id=asked.caller_id,
            channel_id=channel_id,
        )
        order = CallOrder(asked.spyer, channel_id, asked.timeout, application="ChanSpy")
        ordered = self._originations.order(actor, pbx, action, order, Permission.CALLS_SPY)
        told = ordered.told
        return SpyOrdered(
            pbx=told.pbx,
            message=told.message,
            action_id=told.action_id,
            channel_id=told.channel_id,
            channel=target.channel,
            unique_id=target.unique_id,
            mode=asked.mode,
        )

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
