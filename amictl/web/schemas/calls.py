"""What the routes of calls take and give."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.web.schemas.answers import Performed
from amictl.web.schemas.common import DialString, Fields, Long, PbxName, Short, Text, VariableName

_MAX_VARIABLES = 64  # Asterisk main/manager.c: pairs that one Originate may set


class OriginateBody(Fields):
    """A call to start: to an extension in a context, or to an application."""

    channel: DialString
    exten: Short | None = None
    context: Short | None = None
    priority: Annotated[StrictInt, Field(ge=1, le=99999)] | None = None
    timeout: Annotated[StrictInt, Field(ge=1000, le=3_600_000)] = 30_000
    caller_id: Text | None = None
    variables: Annotated[
        dict[VariableName, Annotated[StrictStr, Field(max_length=900)]],
        Field(default_factory=dict, max_length=_MAX_VARIABLES),
    ]
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


class Originated(Performed):
    """A call that was ordered, and not yet answered."""

    action_id: Annotated[str, Field(description="The event OriginateResponse carries it as ActionID")]
    channel_id: Annotated[str, Field(description="The unique ID that the new channel will have")]


class HungUp(Performed):
    """A channel that was hung up."""

    channel: str
    unique_id: str
