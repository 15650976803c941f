"""Queues as a whole: their configuration, their counters and their log."""

from __future__ import annotations

from typing import Any

from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.services.access import Actor, require_every_queue
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.execution import Execution
from amictl.services.execution.refreshing import refresh_queues
from amictl.services.queues.live_queues import find_queue
from amictl.store.permissions import Permission


class QueueUpkeepService:
    """What can be done with a whole queue.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def reload(
        self,
        actor: Actor,
        queue: str | None = None,
        *,
        members: bool | None = None,
        rules: bool | None = None,
        parameters: bool | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Let the PBX read the configuration of queues again, and the live picture follow.

        Asterisk says that it succeeded whatever the queue's name, so the picture is asked afterwards.

        Args:
            actor: Needs ``queues.manage`` in that queue; the rules and all queues need a role without limits.
            queue: One queue, also one that is new in the configuration; None means all.
            members: Whether to read the members.
            rules: Whether to read the penalty rules, which all queues share.
            parameters: Whether to read everything else; all of it when no part is asked for.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue, or not all.
            NotFound: There is no such PBX, or no such queue even now.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_live(actor, pbx_name, queue)
        if rules:
            require_every_queue(actor)
        if queue is not None and not (members or rules or parameters):
            members = parameters = True
        action = make_action("QueueReload", queue=queue, members=members, rules=rules, parameters=parameters)
        reply = self._execution.write(actor, pbx, action, permission=Permission.QUEUES_MANAGE, queue=queue)
        refreshed = refresh_queues(pbx, queue)
        if queue is not None and refreshed:
            find_queue(pbx, queue)
        return {"pbx": pbx.name, "queue": queue, "refreshed": refreshed, "message": reply.message}

    def reset(self, actor: Actor, queue: str | None = None, pbx_name: str | None = None) -> dict[str, Any]:
        """Set the counters of a queue, or of all, to zero.

        Args:
            actor: Needs ``queues.manage`` in that queue, or a role without limits.
            queue: One queue; None means all.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue, or not all.
            NotFound: There is no such PBX or queue.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_live(actor, pbx_name, queue)
        if queue is not None:
            find_queue(pbx, queue)
        action = make_action("QueueReset", queue=queue)
        reply = self._execution.write(actor, pbx, action, permission=Permission.QUEUES_MANAGE, queue=queue)
        return {
            "pbx": pbx.name,
            "queue": queue,
            "refreshed": refresh_queues(pbx, queue),
            "message": reply.message,
        }

    def log_event(
        self,
        actor: Actor,
        queue: str,
        event: str,
        *,
        unique_id: str | None = None,
        interface: str | None = None,
        message: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Write an entry into the queue log, for those who make reports from it.

        Args:
            actor: Needs ``queues.manage`` in that queue.
            queue: The queue that it is about.
            event: Its kind, such as ``NOTE``.
            unique_id: A channel's unique ID.
            interface: A member.
            message: Further columns, with ``|`` between.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue.
            NotFound: There is no such PBX or queue.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_live(actor, pbx_name, queue)
        find_queue(pbx, queue)
        action = make_action(
            "QueueLog", queue=queue, event=event, unique_id=unique_id, interface=interface, message=message
        )
        reply = self._execution.write(actor, pbx, action, permission=Permission.QUEUES_MANAGE, queue=queue)
        return {"pbx": pbx.name, "queue": queue, "event": event, "message": reply.message}

    def _find_live(self, actor: Actor, pbx_name: str | None, queue: str | None) -> Pbx:
        """Return the PBX of a write, whose picture tells the present."""
        pbx = find_pbx(self._registry, actor, pbx_name, queue)
        if queue is None:
            require_every_queue(actor)
        require_live_picture(pbx)
        return pbx
