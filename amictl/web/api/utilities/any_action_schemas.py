"""What the routes of AMI actions by their names take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from amictl.services.requests import Fields, PbxName, PbxQuery, QueryFlag, Short
from amictl.services.schemas import Answer, PbxAnswer, Performed

_MAX_PARAMETERS = 126  # Asterisk main/manager.c: 128 headers, Action and ActionID among them

Scalar = StrictStr | StrictInt | StrictFloat | StrictBool | None
Value = Scalar | list[Scalar] | dict[str, Scalar]
AmiMessage = dict[str, str | list[str]]


class ActionsQuery(PbxQuery):
    """Which actions to list."""

    family: Annotated[Short | None, Field(description="Only those of one family, such as queues")] = None
    available: Annotated[
        QueryFlag | None, Field(description="Only what this PBX does for amictl (1), or does not (0)")
    ] = None


class ActionBody(Fields):
    """An AMI action by its name."""

    action: Annotated[Short, Field(description="Its name in AMI, such as QueueStatus")]
    parameters: Annotated[
        dict[Short, Value],
        Field(max_length=_MAX_PARAMETERS, description="By the names of actions/, or by AMI's own"),
    ] = Field(default_factory=dict)
    timeout: Annotated[
        StrictInt, Field(ge=1, le=60, description="Seconds to wait for the whole answer; 10 when left out")
    ] = 10
    pbx: PbxName | None = None


class ActionParameter(Answer):
    """What an action takes."""

    name: str
    header: Annotated[str, Field(description="Its name in AMI")]
    type: str
    required: bool
    choices: list[str] | None
    minimum: float | None
    maximum: float | None
    max_bytes: int | None
    unit: str | None
    must_be: str | None
    repeatable: bool
    numbered: bool
    since: list[str]
    refusal: Annotated[str | None, Field(description="Why it cannot be given")]


class KnownAction(Answer):
    """An AMI action, and whether this PBX does it for amictl."""

    action: str
    family: str
    purpose: str
    parameters: list[ActionParameter]
    rules: list[str]
    other_headers: Annotated[bool, Field(description="Whether it takes headers of any name")]
    rights: Annotated[list[str], Field(description="The AMI user needs any of these write classes")]
    changes_pbx: bool
    reply: str | None
    since: Annotated[list[str], Field(description="The first release of each major version")]
    until: Annotated[int | None, Field(description="The last major version")]
    module: str | None
    refusal: Annotated[str | None, Field(description="Why it cannot be sent by name")]
    available: bool
    reason: Annotated[str | None, Field(description="Why it is not available")]


class KnownActions(PbxAnswer):
    """Every AMI action that there is."""

    actions: list[KnownAction]


class ActionDone(Performed):
    """What the PBX said, without passwords."""

    action: str
    response: Annotated[AmiMessage, Field(description="The response, as the PBX sent it")]
    output: Annotated[list[str], Field(description="The lines that a command printed")]
    items: Annotated[list[AmiMessage], Field(description="What a list holds, as the PBX sent it")]
    complete: Annotated[
        AmiMessage | None, Field(description="The event that ends a list, or that is all of an answer")
    ]
    truncated: Annotated[bool, Field(description="Whether the answer was too long to be shown as a whole")]
