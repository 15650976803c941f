"""Starting and ending calls."""

from __future__ import annotations

from typing import Annotated, Self

from msgspec import UNSET, UnsetType
from msgspec.structs import astuple
from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import AmictlError, PbxError
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action, new_channel_id, originate
from amictl.pbx.value import About
from amictl.services.access import Actor, require_application, require_harmless_variable
from amictl.services.access.live_channels import done_to, find_channel
from amictl.services.access.pbxes import require_live_picture
from amictl.services.calls.originations import CallOrder, Ordered, OriginationService
from amictl.services.execution.execution import Execution
from amictl.services.pbx_service import PbxService
from amictl.services.requests import (
    ChannelName,
    DialString,
    Fields,
    Long,
    PbxName,
    RingTime,
    Short,
    Text,
    VariableName,
)
from amictl.services.results import ChannelDone, PbxResult, Result
from amictl.store.permissions import Permission

_MAX_VARIABLES = 64  # Asterisk main/manager.c: pairs that one Originate may set
_MAX_HANGUPS = 100

PriorityNumber = Annotated[StrictInt, Field(ge=1, le=99999)]


class OriginateBody(Fields):
    """A call to start: to an extension in a context, or to an application."""

    channel: Annotated[DialString, Field(description="What to dial first")]
    exten: Annotated[Short, Field(description="The extension that it is connected to")] | None = None
    context: Annotated[Short, Field(description="The extension's context")] | None = None
    priority: Annotated[PriorityNumber, Field(description="1 when left out")] | None = None
    timeout: RingTime = 30_000
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


class HangupProblem(Result, frozen=True):
    """Why a channel was not hung up."""

    code: str
    detail: str
    ami: Annotated[str | None, About("The PBX's own words")]


class HangupResult(Result, frozen=True):
    """What became of one of several channels."""

    channel: str
    success: bool
    unique_id: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    error: HangupProblem | UnsetType = UNSET


class HungUp(PbxResult, frozen=True):
    """One channel that was hung up, or the results for several."""

    message: str | UnsetType = UNSET
    channel: str | UnsetType = UNSET
    unique_id: str | UnsetType = UNSET
    hung_up: Annotated[int | UnsetType, About("How many of several")] = UNSET
    results: tuple[HangupResult, ...] | UnsetType = UNSET


class CallService(PbxService):
    """Starting and ending calls.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        originations: Orders calls and follows them.
    """

    def __init__(self, registry: Registry, execution: Execution, originations: OriginationService) -> None:
        super().__init__(registry, execution)
        self._originations = originations

    def originate(self, actor: Actor, asked: OriginateBody) -> Ordered:
        """Start a call; the answer tells that the PBX took the order, not that somebody answered.

        Raises:
            PermissionDenied: The actor may not set one of the variables.
            InvalidInput: The application is not one that a call may be originated to.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        if asked.application is not None:
            require_application(asked.application)
        for variable in asked.variables:
            require_harmless_variable(actor, variable)
        channel_id = new_channel_id()
        action = originate(
            asked.channel,
            exten=asked.exten,
            context=asked.context,
            priority=asked.priority or (None if asked.exten is None else 1),
            timeout=asked.timeout,
            caller_id=asked.caller_id,
            variables=asked.variables,
            application=asked.application,
            data=asked.data,
            account=asked.account,
            early_media=asked.early_media,
            channel_id=channel_id,
        )
        order = CallOrder(
            asked.channel, channel_id, asked.timeout, asked.exten, asked.context, asked.application
        )
        return self._originations.order(actor, pbx, action, order, Permission.CALLS_ORIGINATE)

    def hang_up(self, actor: Actor, asked: HangupBody) -> HungUp:
        """End one channel that the live picture has, or several, one after the other.

        Each of several has a result of its own, where one alone raises what is wrong.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        if asked.channels is None:
            done = self._hang_up(actor, pbx, "channel", asked.channel or "", asked.cause)
            return HungUp(*astuple(done))
        results = tuple(
            self._try_hang_up(actor, pbx, f"channels.{index}", channel, asked.cause)
            for index, channel in enumerate(asked.channels)
        )
        return HungUp(pbx.name, hung_up=sum(each.success for each in results), results=results)

    def _try_hang_up(
        self, actor: Actor, pbx: Pbx, field_name: str, channel: str, cause: int | None
    ) -> HangupResult:
        """Return the result of one of several."""
        try:
            done = self._hang_up(actor, pbx, field_name, channel, cause)
        except AmictlError as error:
            words = error.ami if isinstance(error, PbxError) else None
            return HangupResult(channel, False, error=HangupProblem(error.code, error.detail, words))
        return HangupResult(done.channel, True, done.unique_id, done.message)

    def _hang_up(
        self, actor: Actor, pbx: Pbx, field_name: str, channel: str, cause: int | None
    ) -> ChannelDone:
        """End one channel."""
        require_live_picture(pbx)
        found = find_channel(pbx, actor, field_name, channel)
        action = make_action("Hangup", channel=found.channel, cause=cause)
        return ChannelDone(*done_to(pbx, found, self._control(actor, pbx, found, action, cause=cause)))
