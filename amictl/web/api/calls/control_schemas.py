"""What the routes take and answer that move calls, park them, or act on one channel."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, cast

from pydantic import Field, PlainValidator, StrictInt, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from amictl.pbx.topics.parking.value import ParkedCall
from amictl.services.requests import (
    ChannelBody,
    ChannelName,
    Fields,
    PbxName,
    ReadQuery,
    Short,
    Text,
    match_pattern,
)
from amictl.services.schemas import Answer, LiveAnswer, PbxAnswer, Performed, RawMessage, Shown, Time

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


class BridgeBody(Fields):
    """Two channels to connect to each other."""

    channel1: ChannelName
    channel2: ChannelName
    tone: Annotated[
        Literal["no", "channel1", "channel2", "both"], Field(description="Who hears a tone before")
    ] = "no"
    pbx: PbxName | None = None


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


class ParkedQuery(ReadQuery):
    """The parked calls, of all lots or of one."""

    parking_lot: Annotated[Text, Field(description="All of them when left out")] | None = None


class _ChannelDone(Performed):
    channel: str
    unique_id: str


class Redirected(_ChannelDone):
    """A channel that was sent elsewhere."""

    extra_channel: str | None


class Transferred(_ChannelDone):
    """A transfer that the PBX made, or began."""

    exten: str
    context: str | None


class Bridged(Performed):
    """Two channels that were connected."""

    channel1: str
    unique_id1: str
    channel2: str
    unique_id2: str


class Parked(_ChannelDone):
    """A call that was parked."""

    lot: str | None
    space: Annotated[
        str | None, Field(description="Null when the PBX did not tell within a second, or the call has ended")
    ]
    timeout_at: Annotated[Time | None, Field(description="When it comes back by itself")]


class ParkedCalls(LiveAnswer):
    """The parked calls."""

    parked_calls: list[Shown[ParkedCall]]


class ParkingLot(Answer):
    """A parking lot."""

    lot: str
    start_space: int | None
    stop_space: int | None
    timeout: Annotated[int | None, Field(description="Seconds; null is without limit")]
    raw: RawMessage | None = None


class ParkingLots(PbxAnswer):
    """The parking lots."""

    parking_lots: list[ParkingLot]
