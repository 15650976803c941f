"""What the routes of channels, bridges and variables take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictStr
from pydantic_core import PydanticCustomError

from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.value import Channel
from amictl.services.requests import ChannelName, Fields, Long, PbxName, PbxQuery, ReadQuery, Text
from amictl.services.schemas import Answer, Item, LiveAnswer, PbxAnswer, Performed, Shown

_LONGEST_VALUE = 900  # bytes; a line of AMI holds 1022 with the header's name


def _check_value(text: str) -> str:
    """Return a variable's value when AMI carries it as it is."""
    if len(text.encode("utf-8", "surrogatepass")) > _LONGEST_VALUE:
        raise PydanticCustomError("text_size", f"Use at most {_LONGEST_VALUE} bytes of UTF-8")
    if text.startswith((" ", "\t")):
        raise PydanticCustomError("leading_blank", "Begin with no blank: AMI drops those")
    return text


VariableOrFunction = Annotated[
    Long, Field(description="A variable's name, or a function with its arguments, such as CALLERID(num)")
]
Owner = Annotated[
    ChannelName, Field(description="A channel's name or unique ID; left out, it is a global one")
]


class StatusQuery(PbxQuery):
    """A read of all channels, or of one by name or unique ID."""

    channel: Text | None = None


class GetvarQuery(ReadQuery):
    """A variable to read."""

    variable: VariableOrFunction
    channel: Owner | None = None


class SetvarBody(Fields):
    """A variable to set."""

    variable: VariableOrFunction
    value: Annotated[
        StrictStr,
        AfterValidator(_check_value),
        Field(max_length=_LONGEST_VALUE, description="The new value; an empty one removes a variable"),
    ]
    channel: Owner | None = None
    pbx: PbxName | None = None


class Counts(Answer):
    """How much is going on."""

    channels: int
    bridges: int
    queues: int
    callers_waiting: int


class Channels(LiveAnswer):
    """All channels of a PBX."""

    channels: list[Shown[Channel]]


class Status(Channels):
    """What is going on."""

    counts: Counts


class OneChannel(LiveAnswer):
    """One channel of a PBX."""

    channel: Shown[Channel]


class Bridges(LiveAnswer):
    """All bridges of a PBX."""

    bridges: list[Shown[Bridge]]


class Variable(PbxAnswer, Item):
    """The value of a variable."""

    channel: Annotated[str | None, Field(description="Null where it belongs to no channel")]
    unique_id: str | None
    variable: str
    value: Annotated[
        str | None, Field(description="Null when it is empty; Asterisk does not tell unset apart")
    ]


class VariableSet(Performed):
    """A variable that was set."""

    channel: Annotated[str | None, Field(description="Null where it belongs to no channel")]
    unique_id: str | None
    variable: str
    value: Annotated[str | None, Field(description="Null when it was removed")]
