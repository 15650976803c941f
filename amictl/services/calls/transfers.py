"""Moving calls: redirect, bridge, transfers."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, cast

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import Conflict, InvalidInput
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.topics.channels.value import Channel
from amictl.services.access import Actor
from amictl.services.access.live_channels import channels_of_call, done_to, find_channel, words_of
from amictl.services.execution.dialplan import require_extension
from amictl.services.pbx_service import PbxService
from amictl.services.requests import ChannelBody, ChannelName, Fields, PbxName, Short, Text, match_pattern
from amictl.services.results import ChannelDone, Performed

Tone = Literal["no", "channel1", "channel2", "both"]
_TONES: dict[Tone, Literal["no", "Channel1", "Channel2", "Both"]] = {
    "no": "no",
    "channel1": "Channel1",
    "channel2": "Channel2",
    "both": "Both",
}
_HOLDING = "holding"  # the bridges of parking lots and waiting rooms
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,78}")  # AST_MAX_EXTENSION less NUL
_LAST_PRIORITY = 99999
_DIALLED = re.compile(r"[0-9A-Da-d*#]{1,79}")

Exten = Annotated[Short, Field(description="An extension of the dialplan")]
Context = Annotated[Short, Field(description="The extension's context")]


def _check_priority(value: object) -> int | str:
    """Return a priority; a union of types would name its error after the types instead of the field."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LAST_PRIORITY
    if is_number or (isinstance(value, str) and _LABEL.fullmatch(value)):
        return cast("int | str", value)
    raise PydanticCustomError("priority", f"Use a number from 1 to {_LAST_PRIORITY}, or a label")


Priority = Annotated[
    int | str,
    PlainValidator(_check_priority),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": _LAST_PRIORITY},
                {"type": "string", "pattern": f"^{_LABEL.pattern}$"},
            ]
        }
    ),
    Field(description="A number from 1, or a label"),
]


class RedirectBody(ChannelBody):
    """A channel, and another one with it, to send to a place in the dialplan."""

    exten: Exten
    context: Context
    priority: Priority = 1
    extra_channel: Annotated[Text, Field(description="A second channel to move at once")] | None = None
    extra_exten: Annotated[Short, Field(description="Where it goes, if elsewhere")] | None = None
    extra_context: Context | None = None
    extra_priority: Priority | None = None

    @model_validator(mode="after")
    def check_extra(self) -> Self:
        """Check that the second channel's place is whole, and that there is a second channel."""
        place = (self.extra_exten, self.extra_context)
        if self.extra_channel is None and any(part is not None for part in (*place, self.extra_priority)):
            raise PydanticCustomError("extra_channel", "Give extra_channel with its extra_ fields")
        if any(part is not None for part in (*place, self.extra_priority)) and None in place:
            raise PydanticCustomError("extra_place", "Give extra_exten and extra_context, or neither")
        return self


class Redirected(ChannelDone, frozen=True):
    """A channel that was sent elsewhere."""

    extra_channel: str | None


class BridgeBody(Fields):
    """Two channels to connect to each other."""

    channel1: ChannelName
    channel2: ChannelName
    tone: Annotated[Tone, Field(description="Who hears a tone before")] = "no"
    pbx: PbxName | None = None


class Bridged(Performed, frozen=True):
    """Two channels that were connected."""

    channel1: str
    unique_id1: str
    channel2: str
    unique_id2: str


class BlindTransferBody(ChannelBody):
    """A channel whose other party goes to an extension."""

    exten: Exten
    context: Annotated[Short, Field(description="The channel's own when left out")] | None = None


class AttendedTransferBody(ChannelBody):
    """A channel that dials somebody to talk to before the transfer."""

    exten: Annotated[
        Short,
        match_pattern(_DIALLED, "Use digits, *, # and A to D: they are dialled"),
        Field(description="The digits that the channel dials"),
    ]
    context: Annotated[Short, Field(description="The PBX's own choice when left out")] | None = None


class Transferred(ChannelDone, frozen=True):
    """A transfer that the PBX made, or began."""

    exten: str
    context: str | None


class TransferService(PbxService):
    """Sends channels to other places, and connects them to each other, by ``calls.control``."""

    def redirect(self, actor: Actor, asked: RedirectBody) -> Redirected:
        """Send a channel, and another one with it, to a place in the dialplan.

        Raises:
            InvalidInput: Both are one channel.
            NotFound: There is no such channel, context or extension.
        """
        pbx, found = self._find_channel(actor, asked)
        extra = None
        if asked.extra_channel is not None:
            extra = find_channel(pbx, actor, "extra_channel", asked.extra_channel)
            if extra.unique_id == found.unique_id:
                raise InvalidInput.of("extra_channel", "Name another channel than in the field channel.")
        extra_channel = extra.channel if extra else None
        extra_priority = asked.extra_priority
        require_extension(self._execution, pbx, asked.exten, asked.context)
        if asked.extra_exten is not None and asked.extra_context is not None:
            fields = ("extra_exten", "extra_context")
            require_extension(self._execution, pbx, asked.extra_exten, asked.extra_context, fields)
            extra_priority = extra_priority or 1
        action = make_action(
            "Redirect",
            channel=found.channel,
            exten=asked.exten,
            context=asked.context,
            priority=asked.priority,
            extra_channel=extra_channel,
            extra_exten=asked.extra_exten,
            extra_context=asked.extra_context,
            extra_priority=extra_priority,
        )
        reply = self._control(actor, pbx, found, action)
        return Redirected(*done_to(pbx, found, reply), extra_channel)

    def bridge(self, actor: Actor, asked: BridgeBody) -> Bridged:
        """Connect two channels to each other, out of whatever they do now.

        Raises:
            InvalidInput: Both are one channel.
            Conflict: They talk to each other already.
        """
        pbx = self._find_live_pbx(actor, asked.pbx)
        first = find_channel(pbx, actor, "channel1", asked.channel1)
        second = find_channel(pbx, actor, "channel2", asked.channel2)
        if first.unique_id == second.unique_id:
            raise InvalidInput.of("channel2", "Name another channel than in the field channel1.")
        if first.bridge_id is not None and first.bridge_id == second.bridge_id:
            raise Conflict("The two channels are in one bridge already.")
        action = make_action(
            "Bridge", channel1=first.channel, channel2=second.channel, tone=_TONES[asked.tone]
        )
        words = words_of(self._control(actor, pbx, first, action))
        return Bridged(pbx.name, words, first.channel, first.unique_id, second.channel, second.unique_id)

    def transfer_blind(self, actor: Actor, asked: BlindTransferBody) -> Transferred:
        """Send whoever talks to a channel to an extension; the channel itself is hung up.

        Raises:
            NotFound: There is no such channel, context or extension.
            Conflict: The channel talks to nobody.
        """
        pbx, found = self._find_channel(actor, asked)
        _require_bridged(found)
        context = asked.context or found.context or ""
        require_extension(self._execution, pbx, asked.exten, context)
        action = make_action("BlindTransfer", channel=found.channel, exten=asked.exten, context=context)
        reply = self._control(actor, pbx, found, action)
        return Transferred(*done_to(pbx, found, reply), asked.exten, context)

    def transfer_attended(self, actor: Actor, asked: AttendedTransferBody) -> Transferred:
        """Let a channel dial an extension, to talk to it first; whoever it talks to now waits on hold.

        Asterisk plays the feature code of attended transfers and the digits into the channel; it refuses
        where there is no feature code. It acts on them only where the call allows transfers (``Dial`` or
        ``Queue`` with ``t`` or ``T``); elsewhere the other party hears tones, and no answer of the PBX tells.

        Raises:
            NotFound: There is no such channel, context or extension.
            Conflict: The channel talks to nobody, or is in the middle of such a transfer.
        """
        pbx, found = self._find_channel(actor, asked)
        _require_bridged(found)
        if _is_consulting(pbx, found):
            raise Conflict("The channel is in the middle of an attended transfer; cancel it first.")
        if asked.context is not None:
            require_extension(self._execution, pbx, asked.exten, asked.context)
        action = make_action("Atxfer", channel=found.channel, exten=asked.exten, context=asked.context)
        reply = self._control(actor, pbx, found, action)
        return Transferred(*done_to(pbx, found, reply), asked.exten, asked.context)

    def cancel_transfer(self, actor: Actor, asked: ChannelBody) -> ChannelDone:
        """Give up an attended transfer: the channel comes back to whoever waits on hold.

        Raises:
            Conflict: No transfer is under way: the other party would hear the tones of the feature code.
        """
        pbx, found = self._find_channel(actor, asked)
        if not _is_consulting(pbx, found):
            raise Conflict("The channel is not in the middle of an attended transfer.")
        reply = self._control(actor, pbx, found, make_action("CancelAtxfer", channel=found.channel))
        return ChannelDone(*done_to(pbx, found, reply))


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
