"""Reading and setting variables: of a channel, or of the whole PBX."""

from __future__ import annotations

from typing import Any, Final

from amictl.errors import InvalidInput, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import WRITABLE_FUNCTIONS, make_action
from amictl.pbx.ami_values import read_text
from amictl.pbx.readings.raw import attach_raw
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Message
from amictl.services.access import Actor, require, require_harmless_variable, require_whole_pbx
from amictl.services.access.live_channels import find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.store.permissions import Permission

# What these tell belongs to the channel; all other functions tell of something else on the PBX.
_CHANNEL_FUNCTIONS: Final = WRITABLE_FUNCTIONS


class VariableService:
    """Reads and sets variables, and what safe functions of the dialplan stand for.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def read(
        self,
        actor: Actor,
        variable: str,
        channel: str | None = None,
        *,
        raw: bool = False,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Return the value of a variable or function; Asterisk does not tell unset from empty.

        Args:
            actor: Needs ``channels.variables``; for what belongs to no channel also ``utilities.read`` and a
                role without limits to queues, also where a channel would have the value of a global variable.
            variable: A variable's name, or one of the functions that only tell something.
            channel: A channel's name or unique ID; None means a global variable.
            raw: Whether to add the AMI message.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that, there.
            InvalidInput: The function is not one that may be read, or needs a channel.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        function = _function_of(variable)
        if channel is None or (function is not None and function not in _CHANNEL_FUNCTIONS):
            _require_for_all(actor, pbx, Permission.UTILITIES_READ)
        found = _find_owner(pbx, actor, channel, function)
        action = make_action("Getvar", variable=variable, channel=None if found is None else found.channel)
        with translate_refusal("no such channel", _gone(pbx)):
            response = self._execution.read(pbx, action).response
        if found is not None and function is None:
            self._refuse_global(actor, pbx, variable, response)
        reading = {**_describe(pbx, found, variable), "value": read_text(response.get("Value"))}
        return attach_raw(reading, raw, response)

    def set(
        self,
        actor: Actor,
        variable: str,
        value: str,
        channel: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Set a variable, or what a function stands for.

        Args:
            actor: Needs ``channels.variables``; for a global variable also ``utilities.write`` and a role
                without limits to queues: the whole dialplan may depend on it.
            variable: A variable's name, or one of the functions that change only the channel.
            value: The new value; an empty one removes a variable.
            channel: A channel's name or unique ID; None means a global variable.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not set that, there.
            InvalidInput: The function is not one that may be set, or needs a channel.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        if channel is None:
            _require_for_all(actor, pbx, Permission.UTILITIES_WRITE)
        require_harmless_variable(actor, variable)
        found = _find_owner(pbx, actor, channel, _function_of(variable))
        name = None if found is None else found.channel
        action = make_action("Setvar", variable=variable, value=value, channel=name)
        with translate_refusal("no such channel", _gone(pbx)):
            reply = self._execution.write(
                actor,
                pbx,
                action,
                permission=Permission.CHANNELS_VARIABLES,
                channel=name,
                variable=variable,
            )
        return {**_describe(pbx, found, variable), "value": read_text(value), "message": reply.message}

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


def _describe(pbx: Pbx, channel: Channel | None, variable: str) -> dict[str, Any]:
    """Return what both answers begin with."""
    return {
        "pbx": pbx.name,
        "channel": None if channel is None else channel.channel,
        "unique_id": None if channel is None else channel.unique_id,
        "variable": variable,
    }


def _gone(pbx: Pbx) -> NotFound:
    return NotFound(f"channel: the channel on {pbx.name} has ended.")
