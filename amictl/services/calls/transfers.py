"""Moving calls: redirect, bridge, transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from amictl.errors import Conflict, InvalidInput
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Action
from amictl.services.access import Actor
from amictl.services.access.live_channels import channels_of_call, describe_done, find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.dialplan import require_extension
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission

Tone = Literal["no", "channel1", "channel2", "both"]
_TONES: dict[Tone, Literal["no", "Channel1", "Channel2", "Both"]] = {
    "no": "no",
    "channel1": "Channel1",
    "channel2": "Channel2",
    "both": "Both",
}
_HOLDING = "holding"  # the bridges of parking lots and waiting rooms


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the dialplan.

    Args:
        exten: The extension.
        context: Its context.
        priority: A number from 1, or a label.
    """

    exten: str
    context: str
    priority: int | str = 1


class TransferService:
    """Sends channels to other places, and connects them to each other.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def redirect(
        self,
        actor: Actor,
        channel: str,
        place: Place,
        *,
        extra_channel: str | None = None,
        extra_place: Place | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Send a channel, and another one with it, to a place in the dialplan.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            place: Where it goes.
            extra_channel: The other one's, usually the first one's peer, so that neither is left alone.
            extra_place: Where the other one goes; the same place when left out.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not these.
            InvalidInput: Both are one channel.
            NotFound: There is no such PBX, channel, context or extension.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, pbx_name)
        found = find_channel(pbx, actor, "channel", channel)
        extra = None if extra_channel is None else find_channel(pbx, actor, "extra_channel", extra_channel)
        if extra is not None and extra.unique_id == found.unique_id:
            raise InvalidInput.of("extra_channel", "Name another channel than in the field channel.")
        require_extension(self._execution, pbx, place.exten, place.context)
        if extra_place is not None:
            require_extension(
                self._execution, pbx, extra_place.exten, extra_place.context, ("extra_exten", "extra_context")
            )
        action = make_action(
            "Redirect",
            channel=found.channel,
            exten=place.exten,
            context=place.context,
            priority=place.priority,
            extra_channel=extra.channel if extra else None,
            extra_exten=extra_place.exten if extra_place else None,
            extra_context=extra_place.context if extra_place else None,
            extra_priority=extra_place.priority if extra_place else None,
        )
        return self._control(actor, pbx, action, found, extra_channel=extra.channel if extra else None)

    def bridge(
        self, actor: Actor, channel1: str, channel2: str, tone: Tone = "no", pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Connect two channels to each other, out of whatever they do now.

        Args:
            actor: Needs ``calls.control``.
            channel1: A channel's name or unique ID.
            channel2: Another one's.
            tone: Who hears a tone before.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not these.
            InvalidInput: Both are one channel.
            NotFound: There is no such PBX or channel.
            Conflict: They talk to each other already.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, pbx_name)
        first = find_channel(pbx, actor, "channel1", channel1)
        second = find_channel(pbx, actor, "channel2", channel2)
        if first.unique_id == second.unique_id:
            raise InvalidInput.of("channel2", "Name another channel than in the field channel1.")
        if first.bridge_id is not None and first.bridge_id == second.bridge_id:
            raise Conflict("The two channels are in one bridge already.")
        action = make_action("Bridge", channel1=first.channel, channel2=second.channel, tone=_TONES[tone])
        done = self._control(actor, pbx, action, first)
        return {
            "pbx": pbx.name,
            "channel1": first.channel,
            "unique_id1": first.unique_id,
            "channel2": second.channel,
            "unique_id2": second.unique_id,
            "message": done["message"],
        }

    def transfer_blind(
        self, actor: Actor, channel: str, exten: str, context: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Send whoever talks to a channel to an extension; the channel itself is hung up.

        Args:
            actor: Needs ``calls.control``.
            channel: Who transfers: a channel's name or unique ID.
            exten: The extension.
            context: Its context; the channel's own when left out.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX, channel, context or extension.
            Conflict: The channel talks to nobody.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, pbx_name)
        found = find_channel(pbx, actor, "channel", channel)
        _require_bridged(found)
        target = context or found.context or ""
        require_extension(self._execution, pbx, exten, target)
        return self._control(
            actor,
            pbx,
            make_action("BlindTransfer", channel=found.channel, exten=exten, context=target),
            found,
            exten=exten,
            context=target,
        )

    def transfer_attended(
        self, actor: Actor, channel: str, exten: str, context: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Let a channel dial an extension, to talk to it first; whoever it talks to now waits on hold.

        Asterisk plays the feature code of attended transfers and the digits into the channel. It acts on them
        only where the call allows transfers (``Dial`` or ``Queue`` with ``t`` or ``T``); elsewhere the other
        party hears tones, and no answer of the PBX tells.

        Args:
            actor: Needs ``calls.control``.
            channel: Who transfers: a channel's name or unique ID.
            exten: The digits to dial.
            context: Their context; the PBX's own choice when left out.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX, channel, context or extension.
            Conflict: The channel talks to nobody, or is in the middle of such a transfer.
            PbxError: The PBX could not be asked, or refused; it does so without a feature code.
        """
        pbx = self._begin(actor, pbx_name)
        found = find_channel(pbx, actor, "channel", channel)
        _require_bridged(found)
        if _is_consulting(pbx, found):
            raise Conflict("The channel is in the middle of an attended transfer; cancel it first.")
        if context is not None:
            require_extension(self._execution, pbx, exten, context)
        return self._control(
            actor,
            pbx,
            make_action("Atxfer", channel=found.channel, exten=exten, context=context),
            found,
            exten=exten,
            context=context,
        )

    def cancel_transfer(self, actor: Actor, channel: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Give up an attended transfer: the channel comes back to whoever waits on hold.

        Args:
            actor: Needs ``calls.control``.
            channel: Who transfers: a channel's name or unique ID.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX or channel.
            Conflict: No transfer is under way: the other party would hear the tones of the feature code.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, pbx_name)
        found = find_channel(pbx, actor, "channel", channel)
        if not _is_consulting(pbx, found):
            raise Conflict("The channel is not in the middle of an attended transfer.")
        return self._control(actor, pbx, make_action("CancelAtxfer", channel=found.channel), found)

    def _begin(self, actor: Actor, pbx_name: str | None) -> Pbx:
        """Return the PBX, whose picture is live."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        return pbx

    def _control(
        self,
        actor: Actor,
        pbx: Pbx,
        action: Action,
        channel: Channel,
        **more: Any,  # noqa: ANN401 - JSON
    ) -> dict[str, Any]:
        """Do it and describe it."""
        reply = self._execution.write(
            actor, pbx, action, permission=Permission.CALLS_CONTROL, channel=channel.channel
        )
        return describe_done(pbx, channel, reply, **more)


def _require_bridged(channel: Channel) -> None:
    """Refuse a transfer by a channel that is in no bridge."""
    if channel.bridge_id is None:
        raise Conflict("The channel talks to nobody now, so there is nobody to transfer.")


def _is_consulting(pbx: Pbx, channel: Channel) -> bool:
    """Return whether a channel left somebody of its call in another bridge: on hold, during a transfer."""
    if channel.bridge_id is None:
        return False
    others = {each.bridge_id for each in channels_of_call(pbx.picture, channel)} - {None, channel.bridge_id}
    return any(
        bridge.bridge_id in others and bridge.type != _HOLDING and len(bridge.channels) == 1
        for bridge in pbx.picture.bridges()
    )
