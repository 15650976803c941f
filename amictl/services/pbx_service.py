"""What all services of PBXes have in common, and what holds for all of their methods.

A method takes first who asks, its ``actor``. What its docstring says the actor needs was checked by its
route; which PBXes, queues and calls the actor may touch is checked here. ``pbx_name`` and a request's ``pbx``
are the PBX's short name, and None means the default one. A channel is named by its name or unique ID.

Every method may raise:
    PermissionDenied: The PBX, the queue or the call is out of the actor's scope.
    NotFound: There is no such PBX, or not what is named on it.

One that reads the live picture, or needs it to find something:
    LinkDown: The PBX was not reached yet; or, where something is to be changed, its link is not up.

One that asks the PBX:
    PbxError: It could not be asked, refused, or did not answer.
"""

from __future__ import annotations

from typing import Any

from amictl.manager import Pbx, Registry
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Action, Reply
from amictl.services.access import Actor, require_whole_pbx
from amictl.services.access.live_channels import find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.execution import Execution
from amictl.services.requests import ChannelBody
from amictl.store.permissions import Permission


class PictureService:
    """A service that only reads live pictures.

    Args:
        registry: The PBXes.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def _find_pbx(self, actor: Actor, name: str | None, queue: str | None = None) -> Pbx:
        """Return the PBX that is meant, where the actor may see it and the queue."""
        return find_pbx(self._registry, actor, name, queue)

    def _find_whole_pbx(self, actor: Actor, name: str | None) -> Pbx:
        """Return the PBX that is meant, for what whoever is limited to queues is refused."""
        pbx = self._find_pbx(actor, name)
        require_whole_pbx(actor)
        return pbx

    def _find_live_pbx(self, actor: Actor, name: str | None, queue: str | None = None) -> Pbx:
        """Return the PBX that is meant, whose picture tells the present."""
        pbx = self._find_pbx(actor, name, queue)
        require_live_picture(pbx)
        return pbx


class PbxService(PictureService):
    """A service that asks PBXes.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        super().__init__(registry)
        self._execution = execution

    def _find_channel(self, actor: Actor, asked: ChannelBody) -> tuple[Pbx, Channel]:
        """Return the PBX and the live channel that a request is about."""
        pbx = self._find_live_pbx(actor, asked.pbx)
        return pbx, find_channel(pbx, actor, "channel", asked.channel)

    def _control(
        self,
        actor: Actor,
        pbx: Pbx,
        channel: Channel,
        action: Action,
        permission: Permission = Permission.CALLS_CONTROL,
        **facts: Any,  # noqa: ANN401 - log values
    ) -> Reply:
        """Carry out an action on a channel; facts are what else its log line says."""
        return self._execution.write(
            actor, pbx, action, permission=permission, channel=channel.channel, **facts
        )

    def _manage(self, actor: Actor, pbx: Pbx, action: Action, queue: str | None, **facts: Any) -> str:  # noqa: ANN401 - log values
        """Carry out an action on a queue, or all, by ``queues.manage``, and return the PBX's words."""
        permission = Permission.QUEUES_MANAGE
        return self._execution.write(actor, pbx, action, permission=permission, queue=queue, **facts).message
