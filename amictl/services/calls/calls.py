"""Starting and ending calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from amictl.errors import AmictlError, PbxError
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action, new_channel_id, originate
from amictl.services.access import Actor, require_application, require_harmless_variable
from amictl.services.access.live_channels import describe_done, find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.calls.originations import CallOrder, Ordered, OriginationService
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call to start.

    Args:
        channel: What to dial first, ``technology/resource``.
        exten: The extension to connect it to, with ``context`` and ``priority``.
        context: The dialplan context of the extension.
        priority: The priority there; None means 1.
        timeout: Milliseconds that the channel may ring.
        caller_id: What the channel shows, ``"Name" <number>``.
        variables: Channel variables by name.
        application: An application to connect the channel to, instead of an extension.
        data: That application's arguments.
        account: The account that the call is billed to.
        early_media: Whether to connect before the channel is answered.
    """

    channel: str
    exten: str | None = None
    context: str | None = None
    priority: int | None = None
    timeout: int = 30_000
    caller_id: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    application: str | None = None
    data: str | None = None
    account: str | None = None
    early_media: bool = False


class CallService:
    """Starting and ending calls.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        originations: Orders calls and follows them.
    """

    def __init__(self, registry: Registry, execution: Execution, originations: OriginationService) -> None:
        self._registry = registry
        self._execution = execution
        self._originations = originations

    def originate(self, actor: Actor, plan: CallPlan, pbx_name: str | None = None) -> Ordered:
        """Start a call; the answer tells that the PBX took the order, not that somebody answered.

        Args:
            actor: Needs ``calls.originate``.
            plan: The call.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not start calls there, or not set one of the variables.
            InvalidInput: The application is not one that a call may be originated to.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        if plan.application is not None:
            require_application(plan.application)
        for variable in plan.variables:
            require_harmless_variable(actor, variable)
        channel_id = new_channel_id()
        action = originate(
            plan.channel,
            exten=plan.exten,
            context=plan.context,
            priority=plan.priority or (None if plan.exten is None else 1),
            timeout=plan.timeout,
            caller_id=plan.caller_id,
            variables=plan.variables,
            application=plan.application,
            data=plan.data,
            account=plan.account,
            early_media=plan.early_media,
            channel_id=channel_id,
        )
        order = CallOrder(plan.channel, channel_id, plan.timeout, plan.exten, plan.context, plan.application)
        return self._originations.order(actor, pbx, action, order, Permission.CALLS_ORIGINATE)

    def hang_up(
        self, actor: Actor, channel: str, cause: int | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """End one channel that the live picture has.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            cause: The Q.850 cause to give; None means the PBX's own.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            InvalidInput: The name is a regular expression.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        return self._hang_up(actor, pbx, "channel", channel, cause)

    def hang_up_all(
        self, actor: Actor, channels: Sequence[str], cause: int | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """End several channels, one after the other; each has a result of its own.

        Args:
            actor: Needs ``calls.control``.
            channels: Names or unique IDs.
            cause: The Q.850 cause to give; None means the PBX's own.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there.
            NotFound: There is no such PBX.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        results = [
            self._try_hang_up(actor, pbx, f"channels.{index}", channel, cause)
            for index, channel in enumerate(channels)
        ]
        return {
            "pbx": pbx.name,
            "hung_up": sum(result["success"] for result in results),
            "results": results,
        }

    def _try_hang_up(
        self, actor: Actor, pbx: Pbx, field_name: str, channel: str, cause: int | None
    ) -> dict[str, Any]:
        """Return the result of one of several."""
        try:
            done = self._hang_up(actor, pbx, field_name, channel, cause)
        except AmictlError as error:
            words = error.ami if isinstance(error, PbxError) else None
            problem = {"code": error.code, "detail": error.detail, "ami": words}
            return {"channel": channel, "success": False, "error": problem}
        return {
            "channel": done["channel"],
            "unique_id": done["unique_id"],
            "success": True,
            "message": done["message"],
        }

    def _hang_up(
        self, actor: Actor, pbx: Pbx, field_name: str, channel: str, cause: int | None
    ) -> dict[str, Any]:
        """End one channel."""
        require_live_picture(pbx)
        found = find_channel(pbx, actor, field_name, channel)
        reply = self._execution.write(
            actor,
            pbx,
            make_action("Hangup", channel=found.channel, cause=cause),
            permission=Permission.CALLS_CONTROL,
            channel=found.channel,
            cause=cause,
        )
        return describe_done(pbx, found, reply)
