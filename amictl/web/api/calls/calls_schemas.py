"""What the routes of calls take and answer."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.pbx.topics.originations import value as originations
from amictl.services.requests import (
    ChannelName,
    DialString,
    Fields,
    Long,
    PbxName,
    QueryFlag,
    Short,
    Text,
    VariableName,
)
from amictl.services.schemas import Answer, PbxAnswer, Performed, answer_of

_MAX_VARIABLES = 64  # Asterisk main/manager.c: pairs that one Originate may set
_MAX_HANGUPS = 100

Timeout = Annotated[StrictInt, Field(ge=1000, le=3_600_000, description="Milliseconds that it may ring")]
PriorityNumber = Annotated[StrictInt, Field(ge=1, le=99999)]


class OriginateQuery(Fields):
    """Whether the answer waits for the outcome."""

    wait: Annotated[
        QueryFlag, Field(description="1 answers with the outcome, after at most the ring timeout and 6 s")
    ] = False


class OriginateBody(Fields):
    """A call to start: to an extension in a context, or to an application."""

    channel: Annotated[DialString, Field(description="What to dial first")]
    exten: Annotated[Short, Field(description="The extension that it is connected to")] | None = None
    context: Annotated[Short, Field(description="The extension's context")] | None = None
    priority: Annotated[PriorityNumber, Field(description="1 when left out")] | None = None
    timeout: Timeout = 30_000
    caller_id: Annotated[Text, Field(description='What the channel shows: "Name" <number>')] | None = None
    variables: Annotated[
        dict[VariableName, Annotated[StrictStr, Field(max_length=900)]],
        Field(max_length=_MAX_VARIABLES, description="Channel variables by name"),
    ] = Field(default_factory=dict)
    application: Annotated[Short, Field(description="Instead of an extension, from a list")] | None = None
    data: Annotated[Long, Field(description="The application's arguments")] | None = None
    account: Annotated[Short, Field(description="The account that the call is billed to")] | None = None
    early_media: Annotated[StrictBool, Field(description="Connect before it is answered")] = False
    pbx: PbxName | None = None

    @model_validator(mode="after")
    def check_destination(self) -> Self:
        """Check that exactly one kind of destination is given, whole."""
        extension = (self.exten, self.context)
        if self.application is not None:
            if any(part is not None for part in (*extension, self.priority)):
                raise PydanticCustomError(
                    "destination", "Give either application, or exten with context; not both"
                )
        elif None in extension:
            raise PydanticCustomError("destination", "Give exten and context, or application")
        elif self.data is not None:
            raise PydanticCustomError("destination", "The field data belongs to application")
        return self


class HangupBody(Fields):
    """One channel to hang up, or several."""

    channel: ChannelName | None = None
    channels: (
        Annotated[
            list[Text],
            Field(
                min_length=1, max_length=_MAX_HANGUPS, description="Several; each gets a result of its own"
            ),
        ]
        | None
    ) = None
    cause: Annotated[StrictInt, Field(ge=1, le=127, description="The Q.850 cause")] | None = None
    pbx: PbxName | None = None

    @model_validator(mode="after")
    def check_channels(self) -> Self:
        """Check that either one channel or a list is given."""
        if (self.channel is None) == (self.channels is None):
            raise PydanticCustomError("channels", "Give channel or channels")
        return self


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
        Literal["listen", "whisper", "barge"],
        Field(description="Hear both; be heard by that channel too; be heard by both"),
    ] = "listen"
    timeout: Timeout = 30_000
    caller_id: Annotated[Text, Field(description='What the endpoint shows: "Name" <number>')] | None = None
    pbx: PbxName | None = None


class Originated(Performed):
    """A call that the PBX was told to make."""

    action_id: Annotated[str, Field(description="Asks for the outcome; the key in the topic actions")]
    channel_id: Annotated[str, Field(description="The unique ID that the new channel gets")]


class SpyOrdered(Originated):
    """A supervisor who is being called."""

    channel: Annotated[str, Field(description="The channel that is heard")]
    unique_id: Annotated[str, Field(description="The unique ID of that channel")]
    mode: Literal["listen", "whisper", "barge"]


Origination = answer_of(originations.Origination, PbxAnswer)


class HangupProblem(Answer):
    """Why a channel was not hung up."""

    code: str
    detail: str
    ami: Annotated[str | None, Field(description="The PBX's own words")]


class HangupResult(Answer):
    """What became of one of several channels."""

    channel: str
    unique_id: str | None = None
    success: bool
    message: str | None = None
    error: HangupProblem | None = None


class HungUp(PbxAnswer):
    """One channel that was hung up, or the results for several."""

    channel: str | None = None
    unique_id: str | None = None
    message: str | None = None
    hung_up: Annotated[int | None, Field(description="How many of several")] = None
    results: list[HangupResult] | None = None
