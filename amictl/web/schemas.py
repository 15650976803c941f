"""What programs and the console may send, field by field."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

_PBX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_DIAL_STRING = re.compile(r"[A-Za-z][A-Za-z0-9_]*/.+")
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*")
_MAX_VARIABLES = 64  # Asterisk main/manager.c: pairs that one Originate may set


def _limit_bytes(most: int) -> AfterValidator:
    """Return a validator: a header's line is limited in bytes ("Asterisk manager.c"), not in characters."""

    def check_size(text: str) -> str:
        if not text or len(text.encode("utf-8", "surrogatepass")) > most:
            raise PydanticCustomError("text_size", f"Use 1 to {most} bytes of UTF-8")
        return text

    return AfterValidator(check_size)


def _match(pattern: re.Pattern[str], advice: str) -> AfterValidator:
    """Return a validator that tells what to write instead."""

    def check_pattern(text: str) -> str:
        if not pattern.fullmatch(text):
            raise PydanticCustomError("text_pattern", advice)
        return text

    return AfterValidator(check_pattern)


Short = Annotated[
    StrictStr, _limit_bytes(79)
]  # AST_MAX_CONTEXT, AST_MAX_EXTENSION, AST_MAX_ACCOUNT_CODE less NUL
Text = Annotated[StrictStr, _limit_bytes(255)]  # where Asterisk cuts a channel's name and caller ID
Long = Annotated[StrictStr, _limit_bytes(900)]  # a line holds 1022 bytes, its header's name included
PbxName = Annotated[StrictStr, _match(_PBX, "Use the short name of a PBX, such as main")]
DialString = Annotated[
    Text, _match(_DIAL_STRING, "Write technology, slash, resource, such as PJSIP/100 or Local/200@default")
]
VariableName = Annotated[
    Short, _match(_VARIABLE, "Use letters, digits and underscores; dialplan functions cannot be set here")
]


class Fields(BaseModel):
    """The base of all requests: unknown fields are refused, values are never bent to fit."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OriginateBody(Fields):
    """A call to start: to an extension in a context, or to an application."""

    channel: DialString
    exten: Short | None = None
    context: Short | None = None
    priority: Annotated[StrictInt, Field(ge=1, le=99999)] | None = None
    timeout: Annotated[StrictInt, Field(ge=1000, le=3_600_000)] = 30_000
    caller_id: Text | None = None
    variables: Annotated[
        dict[VariableName, Annotated[StrictStr, Field(max_length=900)]], Field(max_length=_MAX_VARIABLES)
    ] = {}
    application: Short | None = None
    data: Long | None = None
    account: Short | None = None
    early_media: StrictBool = False
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
    """A channel to hang up."""

    channel: Text
    cause: Annotated[StrictInt, Field(ge=1, le=127)] | None = None
    pbx: PbxName | None = None


class QueuePauseBody(Fields):
    """A queue member to pause or unpause."""

    queue: Text | None = None
    interface: Text
    paused: StrictBool
    reason: Text | None = None
    pbx: PbxName | None = None


class PbxQuery(Fields):
    """A read of one PBX."""

    pbx: PbxName | None = None


class StatusQuery(PbxQuery):
    """A read of all channels, or of one by name or unique ID."""

    channel: Text | None = None


class QueueStatusQuery(PbxQuery):
    """A read of all queues, or of one by name."""

    queue: Text | None = None
