"""What the routes take and answer that move calls, park them, or act on one channel."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, cast

from pydantic import Field, PlainValidator, StrictBool, StrictInt, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from amictl.pbx.topics.parking.value import ParkedCall
from amictl.services.schemas import Answer, LiveAnswer, PbxAnswer, Performed, RawMessage, Shown, Time
from amictl.web.api.calls.calls_schemas import ChannelName
from amictl.web.api.fields import Fields, PbxName, ReadQuery, Short, Text, match_pattern

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,78}")  # AST_MAX_EXTENSION less NUL
_LAST_PRIORITY = 99999
_DIGITS = re.compile(r"[0-9A-Da-d*#]{1,32}")
_DIALLED = re.compile(r"[0-9A-Da-d*#]{1,79}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+(?:; ?[a-z0-9-]+=[A-Za-z0-9._-]+)*")
_LONGEST_TONE = 1000  # milliseconds: a tone holds up the PBX's AMI session
_LONGEST_CALL = 86_400  # seconds

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


class ChannelBody(Fields):
    """A write about one channel."""

    channel: ChannelName
    pbx: PbxName | None = None


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


class DtmfBody(ChannelBody):
    """Tones to send to a channel."""

    digits: Annotated[
        Text,
        match_pattern(_DIGITS, "Use 1 to 32 of 0-9, *, #, A-D, a-d"),
        Field(description="Sent one after the other"),
    ]
    duration: (
        Annotated[StrictInt, Field(ge=20, le=_LONGEST_TONE, description="Milliseconds of each")] | None
    ) = None
    receive: Annotated[StrictBool, Field(description="Pretend that the channel sent them")] = False


class MuteBody(ChannelBody):
    """A channel to silence, or to hear again."""

    direction: Annotated[
        Literal["in", "out", "all"], Field(description="What it says; what it hears; both")
    ] = "all"
    state: Annotated[Literal["on", "off"], Field(description="on is silent")]


class TimeoutBody(ChannelBody):
    """A time limit for a channel."""

    timeout: Annotated[
        StrictInt, Field(ge=0, le=_LONGEST_CALL, description="Seconds from now; 0 takes the limit away")
    ]


class TextBody(ChannelBody):
    """A text to show on the device behind a channel."""

    message: Annotated[Text, Field(description="One line")]
    content_type: (
        Annotated[
            Short,
            match_pattern(_MEDIA_TYPE, "Use a media type such as text/plain"),
            Field(description="Its media type, where the PBX knows the header"),
        ]
        | None
    ) = None


class ParkedQuery(ReadQuery):
    """The parked calls, of all lots or of one."""

    parking_lot: Annotated[Text, Field(description="All of them when left out")] | None = None


class ChannelDone(Performed):
    """A write about one channel that the PBX carried out."""

    channel: str
    unique_id: str


class Redirected(ChannelDone):
    """A channel that was sent elsewhere."""

    extra_channel: str | None


class Transferred(ChannelDone):
    """A transfer that the PBX made, or began."""

    exten: str
    context: str | None


class Bridged(Performed):
    """Two channels that were connected."""

    channel1: str
    unique_id1: str
    channel2: str
    unique_id2: str


class Parked(ChannelDone):
    """A call that was parked."""

    lot: str | None
    space: Annotated[
        str | None, Field(description="Null when the PBX did not tell within a second, or the call has ended")
    ]
    timeout_at: Annotated[Time | None, Field(description="When it comes back by itself")]


class DigitsSent(ChannelDone):
    """Tones that were sent."""

    digits_sent: int
    receive: bool


class Muted(ChannelDone):
    """A channel whose audio was silenced, or is heard again."""

    direction: Literal["in", "out", "all"]
    state: Literal["on", "off"]


class TimeLimited(ChannelDone):
    """A channel with a time limit; 0 is without one."""

    timeout: int


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
