"""Callers who wait in queues: their priority, their leaving, and their way to another queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from amictl.errors import Conflict, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.topics.queues.value import Queue, QueueCaller
from amictl.protocol import Action, Reply
from amictl.services.access import Actor, require_scope
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.dialplan import require_extension
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.services.execution.refreshing import refresh_queues
from amictl.services.queues.live_queues import find_caller, find_queue
from amictl.services.queues.places import DialplanPlace, find_queue_place
from amictl.store.permissions import Permission

_JOIN_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.02


class QueueCallerService:
    """What can be done for a caller who waits.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        sleep: Waits some seconds between two looks at the live picture.
    """

    def __init__(
        self, registry: Registry, execution: Execution, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._registry = registry
        self._execution = execution
        self._sleep = sleep

    def set_priority(
        self,
        actor: Actor,
        channel: str,
        priority: int,
        *,
        queue: str | None = None,
        immediate: bool = True,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Give a waiting caller another priority.

        Args:
            actor: Needs ``queues.manage`` in the caller's queue.
            channel: The name or unique ID of the caller's channel.
            priority: Higher ones are served first.
            queue: Where the caller waits; None means wherever that is.
            immediate: Whether the caller changes position now; PBXs before 18.20 never do it.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue.
            NotFound: There is no such PBX or queue, or no such caller waits.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, waiting, caller = self._find_caller(actor, channel, queue, pbx_name)
        action = make_action(
            "QueueChangePriorityCaller",
            queue=waiting.queue,
            channel=caller.channel,
            priority=priority,
            immediate=immediate or None,
        )
        reply = self._write(actor, pbx, action, waiting.queue, caller)
        refresh_queues(pbx, waiting.queue)
        return {
            **_describe(pbx, waiting, caller),
            "priority": priority,
            "position": _position_of(pbx, waiting.queue, caller),
            "message": reply.message,
        }

    def withdraw(
        self,
        actor: Actor,
        channel: str,
        *,
        queue: str | None = None,
        info: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Send a waiting caller back to the dialplan, to go on after its ``Queue``.

        The PBX does it when it next looks at that caller, which may be after a member has been rung in vain.

        Args:
            actor: Needs ``queues.manage`` in the caller's queue.
            channel: The name or unique ID of the caller's channel.
            queue: Where the caller waits; None means wherever that is.
            info: What the dialplan finds in ``QUEUE_WITHDRAW_INFO``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue.
            NotFound: There is no such PBX or queue, or no such caller waits.
            Conflict: The caller is being withdrawn already.
            PbxError: The PBX cannot do it, could not be asked, or refused.
        """
        pbx, waiting, caller = self._find_caller(actor, channel, queue, pbx_name)
        action = make_action(
            "QueueWithdrawCaller", queue=waiting.queue, channel=caller.channel, withdraw_info=info
        )
        with translate_refusal("already", Conflict("This caller is being withdrawn already.")):
            reply = self._write(actor, pbx, action, waiting.queue, caller)
        return {**_describe(pbx, waiting, caller), "info": info, "message": reply.message}

    def move(
        self,
        actor: Actor,
        channel: str,
        to_queue: str,
        *,
        queue: str | None = None,
        place: DialplanPlace | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Move a waiting caller to another queue, behind those who wait there with the same priority.

        AMI has no action for it. The caller is redirected to a place in the dialplan that runs ``Queue`` for
        the other queue: the given one, or one that the PBX's dialplan turns out to have. The first queue
        counts the caller as abandoned.

        Args:
            actor: Needs ``queues.manage`` in both queues.
            channel: The name or unique ID of the caller's channel.
            to_queue: Where the caller shall wait.
            queue: Where the caller waits now; None means wherever that is.
            place: A place that leads to the other queue; None means one that is found.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage both queues.
            NotFound: There is no such PBX, queue or place, or no such caller waits.
            Conflict: The caller waits there already, there is no room, or nothing in the dialplan leads
                there.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, waiting, caller = self._find_caller(actor, channel, queue, pbx_name)
        require_scope(actor, pbx.name, to_queue)
        target = find_queue(pbx, to_queue)
        _check_room(waiting, target)
        chosen = self._choose_place(pbx, caller, to_queue, place)
        self._keep_priority(actor, pbx, waiting, caller)
        action = make_action(
            "Redirect",
            channel=caller.channel,
            exten=chosen.exten,
            context=chosen.context,
            priority=chosen.priority,
        )
        gone = NotFound("This caller has just left the queue.")
        with translate_refusal("channel does not exist", gone):
            reply = self._write(actor, pbx, action, waiting.queue, caller)
        position = self._await_joining(pbx, to_queue, caller)
        return {
            **_describe(pbx, waiting, caller),
            "to_queue": to_queue,
            "exten": chosen.exten,
            "context": chosen.context,
            "priority": chosen.priority,
            "joined": position is not None,
            "position": position,
            "message": reply.message,
        }

    def _find_caller(
        self, actor: Actor, channel: str, queue: str | None, pbx_name: str | None
    ) -> tuple[Pbx, Queue, QueueCaller]:
        """Return a caller whom the actor may manage, with PBX and queue."""
        pbx = find_pbx(self._registry, actor, pbx_name, queue)
        require_live_picture(pbx)
        waiting, caller = find_caller(pbx, channel, queue)
        require_scope(actor, pbx.name, waiting.queue)
        return pbx, waiting, caller

    def _write(self, actor: Actor, pbx: Pbx, action: Action, queue: str, caller: QueueCaller) -> Reply:
        """Carry out an action on a caller who may leave at any moment."""
        gone = NotFound("This caller has just left the queue.")
        with translate_refusal("no such caller", gone):
            return self._execution.write(
                actor, pbx, action, permission=Permission.QUEUES_MANAGE, queue=queue, channel=caller.channel
            )

    def _keep_priority(self, actor: Actor, pbx: Pbx, waiting: Queue, caller: QueueCaller) -> None:
        """Let the next ``Queue`` find the priority that the caller has now (app_queue.c, QUEUE_PRIO)."""
        if caller.priority:
            action = make_action(
                "Setvar", variable="QUEUE_PRIO", value=str(caller.priority), channel=caller.channel
            )
            self._write(actor, pbx, action, waiting.queue, caller)

    def _choose_place(
        self, pbx: Pbx, caller: QueueCaller, to_queue: str, place: DialplanPlace | None
    ) -> DialplanPlace:
        """Return the given place if it is there, or one that leads to the queue, best near the caller's."""
        if place is not None:
            require_extension(self._execution, pbx, place.exten, place.context)
            return place
        channel = pbx.picture.find_channel(caller.unique_id)
        own_context = None if channel is None else channel.context
        return find_queue_place(self._execution, pbx, to_queue, own_context)

    def _await_joining(self, pbx: Pbx, to_queue: str, caller: QueueCaller) -> int | None:
        """Return the caller's position in the other queue, once the picture shows it there."""
        for _ in range(round(_JOIN_SECONDS / _LOOK_SECONDS)):
            position = _position_of(pbx, to_queue, caller)
            if position is not None or pbx.picture.find_channel(caller.unique_id) is None:
                return position
            self._sleep(_LOOK_SECONDS)
        return None


def _check_room(waiting: Queue, target: Queue) -> None:
    """Check that a caller can be moved from one queue to the other.

    Raises:
        Conflict: They are the same, or the other one is full.
    """
    if waiting.queue == target.queue:
        raise Conflict(f"The caller waits in the queue {target.queue} already.")
    if target.max and len(target.callers) >= target.max:
        raise Conflict(f"The queue {target.queue} is full: it takes {target.max} callers.")


def _position_of(pbx: Pbx, queue: str, caller: QueueCaller) -> int | None:
    """Return where a caller waits in a queue, or None when it does not."""
    found = pbx.picture.find_queue(queue)
    positions = (
        (each.position for each in found.callers if each.unique_id == caller.unique_id) if found else ()
    )
    return next(iter(positions), None)


def _describe(pbx: Pbx, waiting: Queue, caller: QueueCaller) -> dict[str, Any]:
    """Return what every answer about a caller begins with."""
    return {
        "pbx": pbx.name,
        "queue": waiting.queue,
        "channel": caller.channel,
        "unique_id": caller.unique_id,
    }
