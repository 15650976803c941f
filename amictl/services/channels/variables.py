"""Reading and setting variables: of a channel, or of the whole PBX."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET
from pydantic import AfterValidator, Field, StrictStr
from pydantic_core import PydanticCustomError

from amictl.errors import InvalidInput, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import WRITABLE_FUNCTIONS, make_action
from amictl.pbx.ami_values import read_text
from amictl.pbx.readings.raw import Raw, show_raw
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import About
from amictl.protocol import Message
from amictl.services.access import Actor, require, require_harmless_variable, require_whole_pbx
from amictl.services.access.live_channels import find_channel
from amictl.services.access.pbxes import require_live_picture
from amictl.services.execution.execution import translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.requests import ChannelName, Fields, Long, PbxName, ReadQuery
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission

# What these tell belongs to the channel; all other functions tell of something else on the PBX.
_CHANNEL_FUNCTIONS: Final = WRITABLE_FUNCTIONS


_LONGEST_VALUE: Final = 900  # bytes; a line of AMI holds 1022 with the header's name


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


class GetvarQuery(ReadQuery):
    """A variable to read."""

    variable: VariableOrFunction
    channel: Owner | None = None


class Variable(PbxResult, frozen=True):
    """The value of a variable."""

    channel: Annotated[str | None, About("Null where it belongs to no channel")]
    unique_id: str | None
    variable: str
    value: Annotated[str | None, About("Null when it is empty; Asterisk does not tell unset apart")]
    raw: Raw = UNSET


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


class VariableSet(Performed, frozen=True):
    """A variable that was set."""

    channel: Annotated[str | None, About("Null where it belongs to no channel")]
    unique_id: str | None
    variable: str
    value: Annotated[str | None, About("Null when it was removed")]


class VariableService(PbxService):
    """Reads and sets variables, and what safe functions of the dialplan stand for.

    The permission ``channels.variables`` is for what belongs to a channel.
    """

    def read(self, actor: Actor, asked: GetvarQuery) -> Variable:
        """Return the value of a variable or function; Asterisk does not tell unset from empty.

        Args:
            actor: Needs for what belongs to no channel also ``utilities.read`` and a role without limits to
                queues, also where a channel would have the value of a global variable.
            asked: Of functions those that only tell something.

        Raises:
            InvalidInput: The function is not one that may be read, or needs a channel.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        function = _function_of(asked.variable)
        if asked.channel is None or (function is not None and function not in _CHANNEL_FUNCTIONS):
            _require_for_all(actor, pbx, Permission.UTILITIES_READ)
        found = _find_owner(pbx, actor, asked.channel, function)
        name, unique_id = _name(found)
        with translate_refusal("no such channel", _gone(pbx)):
            action = make_action("Getvar", variable=asked.variable, channel=name)
            response = self._execution.read(pbx, action).response
        if found is not None and function is None:
            self._refuse_global(actor, pbx, asked.variable, response)
        value = read_text(response.get("Value"))
        return Variable(pbx.name, name, unique_id, asked.variable, value, show_raw(asked.raw, response))

    def set(self, actor: Actor, asked: SetvarBody) -> VariableSet:
        """Set a variable, or what a function stands for.

        Args:
            actor: Needs for a global variable also ``utilities.write`` and a role without limits to queues:
                the whole dialplan may depend on it.
            asked: Of functions those that change only the channel.

        Raises:
            InvalidInput: The function is not one that may be set, or needs a channel.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        if asked.channel is None:
            _require_for_all(actor, pbx, Permission.UTILITIES_WRITE)
        require_harmless_variable(actor, asked.variable)
        name, unique_id = _name(_find_owner(pbx, actor, asked.channel, _function_of(asked.variable)))
        with translate_refusal("no such channel", _gone(pbx)):
            reply = self._execution.write(
                actor,
                pbx,
                make_action("Setvar", variable=asked.variable, value=asked.value, channel=name),
                permission=Permission.CHANNELS_VARIABLES,
                channel=name,
                variable=asked.variable,
            )
        return VariableSet(pbx.name, reply.message, name, unique_id, asked.variable, read_text(asked.value))

    def _refuse_global(self, actor: Actor, pbx: Pbx, variable: str, response: Message) -> None:
        """Refuse a global variable in place of a channel's: Asterisk gives it where the channel has none."""
        value = response.get("Value")
        if actor.queue_scope is None or not value:
            return
        if self._execution.read(pbx, make_action("Getvar", variable=variable)).response.get("Value") == value:
            require_whole_pbx(actor)


def _function_of(variable: str) -> str | None:
    """Return the name of the function that is meant, or None for a plain variable."""
    name, bracket, _ = variable.partition("(")
    return name.upper() if bracket else None


def _require_for_all(actor: Actor, pbx: Pbx, permission: Permission) -> None:
    """Check what is needed for things that belong to no channel."""
    require(actor, permission, pbx.name)
    require_whole_pbx(actor)


def _find_owner(pbx: Pbx, actor: Actor, channel: str | None, function: str | None) -> Channel | None:
    """Return the channel that a variable is one of, or None for a global one."""
    if channel is not None:
        require_live_picture(pbx)
        return find_channel(pbx, actor, "channel", channel)
    if function in _CHANNEL_FUNCTIONS:
        raise InvalidInput.of("channel", f"{function} belongs to a channel: name one.")
    return None


def _name(channel: Channel | None) -> tuple[str | None, str | None]:
    """Return the name and the unique ID of a channel, if there is one."""
    return (None, None) if channel is None else (channel.channel, channel.unique_id)


def _gone(pbx: Pbx) -> NotFound:
    return NotFound(f"channel: the channel on {pbx.name} has ended.")
