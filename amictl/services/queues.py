"""Reading queues from the live picture, and pausing their members."""

from __future__ import annotations

from typing import Any

from amictl.errors import NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx import actions
from amictl.services.access import Actor, require
from amictl.services.execution import Execution
from amictl.services.pbxes import describe_freshness, find_pbx, require_live_picture
from amictl.store.permissions import Permission


class QueueService:
    """What can be done with queues.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def show_status(
        self, actor: Actor, queue: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return the queues in the actor's scope, or the one that is asked for.

        Args:
            actor: Needs ``live.read``.
            queue: A queue's name; None means all.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX or queue.
            NotFound: There is no such PBX or queue.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name, queue)
        status = describe_freshness(pbx, "queues")
        queues = pbx.picture.read("queues").snapshot
        if queue is not None:
            if queue not in queues:
                raise _no_queue(pbx)
            return {**status, "queues": [queues[queue]]}
        return {**status, "queues": [each for name, each in queues.items() if actor.may_see_queue(name)]}

    def pause_member(
        self,
        actor: Actor,
        interface: str,
        *,
        paused: bool,
        queue: str | None = None,
        reason: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Pause or unpause a member, in one queue or in all of the member's.

        Args:
            actor: Needs ``queues.manage``, in every queue that this touches.
            interface: The member's interface, such as ``PJSIP/100``.
            paused: Whether the member shall take no calls.
            queue: The queue; None means all queues that the member is in.
            reason: Why, for the reports.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue, or not all of them.
            NotFound: There is no such PBX, queue or member.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, Permission.QUEUES_MANAGE, pbx_name, queue)
        require_live_picture(pbx)
        for touched in _find_queues_of(pbx, interface, queue):
            require(actor, Permission.QUEUES_MANAGE, pbx.name, touched)
        action = actions.queue_pause(interface, paused, queue, reason)
        reply = self._execution.write(
            actor,
            pbx,
            action,
            permission=Permission.QUEUES_MANAGE,
            queue=queue,
            interface=interface,
            paused=paused,
        )
        return {
            "pbx": pbx.name,
            "queue": queue,
            "interface": interface,
            "paused": paused,
            "reason": reason,
            "message": reply.message,
        }


def _find_queues_of(pbx: Pbx, interface: str, queue: str | None) -> list[str]:
    """Return the names of the queues that a pause touches.

    Raises:
        NotFound: There is no such queue, or the member is in none.
    """
    if queue is None:
        names = [
            each.queue for each in pbx.picture.queues() if any(m.interface == interface for m in each.members)
        ]
        if not names:
            raise NotFound(f"No queue of {pbx.name} has such a member (interface).")
        return names
    found = pbx.picture.find_queue(queue)
    if found is None:
        raise _no_queue(pbx)
    if not any(member.interface == interface for member in found.members):
        raise NotFound("The queue has no such member (interface).")
    return [queue]


def _no_queue(pbx: Pbx) -> NotFound:
    """Return the error for a queue that the picture does not have."""
    return NotFound(f"There is no such queue on {pbx.name}.")
