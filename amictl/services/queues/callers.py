"""Callers who wait in queues: their priority, their leaving, and their way to another queue."""

from __future__ import annotations

import time
from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import Conflict, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.topics.queues.value import Queue, QueueCaller
from amictl.pbx.value import About
from amictl.protocol import Action
from amictl.services.access import Actor, require_scope
from amictl.services.execution.dialplan import require_extension
from amictl.services.execution.execution import translate_refusal
from amictl.services.execution.refreshing import refresh_queues
from amictl.services.pbx_service import PbxService
from amictl.services.queues.live_queues import find_caller, find_queue
from amictl.services.queues.places import DialplanPlace, find_queue_place
from amictl.services.requests import MAX_INT, Fields, Long, PbxName, QueueName, Short, Text
from amictl.services.results import Performed

_JOIN_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.02


class CallerBody(Fields):
    """A waiting caller."""

    channel: Annotated[Text, Field(description="The name or unique ID of a waiting caller's channel")]
    queue: Annotated[QueueName | None, Field(description="Where the caller waits")] = None
    pbx: PbxName | None = None


class CallerChanged(Performed, frozen=True):
    """A waiting caller."""

    queue: str
    channel: str
    unique_id: str


class CallerPriorityBody(CallerBody):
    """Another priority for a waiting caller."""

    priority: Annotated[StrictInt, Field(ge=-MAX_INT, le=MAX_INT, description="Higher ones are served first")]
    immediate: Annotated[
        StrictBool, Field(description="Whether to change position now; PBXs before 18.20 never do")
    ] = True


class CallerPriority(CallerChanged, frozen=True):
    """A waiting caller with a new priority."""

    priority: int
    position: Annotated[int | None, About("Where the caller waits now")]


class CallerWithdrawBody(CallerBody):
    """A waiting caller to send back to the dialplan."""

    info: Annotated[Long | None, Field(description="What the dialplan finds in QUEUE_WITHDRAW_INFO")] = None


class CallerWithdrawn(CallerChanged, frozen=True):
    """A caller whom the PBX sends back to the dialplan."""

    info: str | None


class CallerMoveBody(CallerBody):
    """A waiting caller to move to another queue."""

    to_queue: Annotated[Short, Field(description="The queue where the caller shall wait")]
    queue: Annotated[QueueName | None, Field(description="Where the caller waits now")] = None
    exten: Annotated[
        Short | None,
        Field(description="An extension that leads to the other queue; one is looked for when left out"),
    ] = None
    context: Annotated[Short | None, Field(description="That extension's context")] = None
    priority: (
        Annotated[StrictInt, Field(ge=1, le=99999, description="Where to begin there; 1 when left out")]
        | None
    ) = None

    @model_validator(mode="after")
    def check_place(self) -> Self:
        """Check that a place in the dialplan is given whole, or not at all."""
        if (self.exten is None) != (self.context is None):
            raise PydanticCustomError("place", "Give exten and context together")
        if self.priority is not None and self.exten is None:
            raise PydanticCustomError("place", "The field priority belongs to exten and context")
        return self

    @property
    def place(self) -> DialplanPlace | None:
        """The place that leads to the other queue, where one is given."""
        if self.exten is None or self.context is None:
            return None
        return DialplanPlace(self.context, self.exten, self.priority or 1)


class CallerMoved(CallerChanged, frozen=True):
    """A caller on the way to another queue."""

    to_queue: str
    exten: str
    context: str
    priority: int
    joined: Annotated[bool, About("Whether the caller was seen to wait there within 3 seconds")]
    position: Annotated[int | None, About("Where the caller waits there")]


class QueueCallerService(PbxService):
    """What can be done for a caller who waits, by ``queues.manage`` in the caller's queue."""

    def set_priority(self, actor: Actor, asked: CallerPriorityBody) -> CallerPriority:
        """Give a waiting caller another priority."""
        pbx, waiting, caller = self._find_caller(actor, asked)
        action = make_action(
            "QueueChangePriorityCaller",
            queue=waiting.queue,
            channel=caller.channel,
            priority=asked.priority,
            immediate=asked.immediate or None,
        )
        message = self._write(actor, pbx, action, waiting, caller)
        refresh_queues(pbx, waiting.queue)
        position = _position_of(pbx, waiting.queue, caller)
        return CallerPriority(*_changed(pbx, message, waiting, caller), asked.priority, position)

    def withdraw(self, actor: Actor, asked: CallerWithdrawBody) -> CallerWithdrawn:
        """Send a waiting caller back to the dialplan, to go on after its ``Queue``.

        The PBX does it when it next looks at that caller, which may be after a member has been rung in vain.

        Raises:
            Conflict: The caller is being withdrawn already.
        """
        pbx, waiting, caller = self._find_caller(actor, asked)
        action = make_action(
            "QueueWithdrawCaller", queue=waiting.queue, channel=caller.channel, withdraw_info=asked.info
        )
        with translate_refusal("already", Conflict("This caller is being withdrawn already.")):
            message = self._write(actor, pbx, action, waiting, caller)
        return CallerWithdrawn(*_changed(pbx, message, waiting, caller), asked.info)

    def move(self, actor: Actor, asked: CallerMoveBody) -> CallerMoved:
        """Move a waiting caller to another queue, behind those who wait there with the same priority.

        AMI has no action for it. The caller is redirected to a place in the dialplan that runs ``Queue`` for
        the other queue: the given one, or one that the PBX's dialplan turns out to have. The first queue
        counts the caller as abandoned. The actor must be allowed to manage both queues.

        Raises:
            Conflict: The caller waits there already, there is no room, or nothing in the dialplan leads
                there.
        """
        pbx, waiting, caller = self._find_caller(actor, asked)
        require_scope(actor, pbx.name, asked.to_queue)
        target = find_queue(pbx, asked.to_queue)
        _check_room(waiting, target)
        place = self._choose_place(pbx, caller, asked)
        self._keep_priority(actor, pbx, waiting, caller)
        action = make_action(
            "Redirect",
            channel=caller.channel,
            exten=place.exten,
            context=place.context,
            priority=place.priority,
        )
        gone = NotFound("This caller has just left the queue.")
        with translate_refusal("channel does not exist", gone):
            message = self._write(actor, pbx, action, waiting, caller)
        position = _await_joining(pbx, asked.to_queue, caller)
        return CallerMoved(
            *_changed(pbx, message, waiting, caller),
            to_queue=asked.to_queue,
            exten=place.exten,
            context=place.context,
            priority=place.priority,
            joined=position is not None,
            position=position,
        )

    def _find_caller(self, actor: Actor, asked: CallerBody) -> tuple[Pbx, Queue, QueueCaller]:
        """Return a caller whom the actor may manage, with PBX and queue."""
        pbx = self._find_live_pbx(actor, asked.pbx, asked.queue)
        waiting, caller = find_caller(pbx, asked.channel, asked.queue)
        require_scope(actor, pbx.name, waiting.queue)
        return pbx, waiting, caller

    def _write(self, actor: Actor, pbx: Pbx, action: Action, waiting: Queue, caller: QueueCaller) -> str:
        """Carry out an action on a caller who may leave at any moment, and return the PBX's words."""
        gone = NotFound("This caller has just left the queue.")
        with translate_refusal("no such caller", gone):
            return self._manage(actor, pbx, action, waiting.queue, channel=caller.channel)

    def _keep_priority(self, actor: Actor, pbx: Pbx, waiting: Queue, caller: QueueCaller) -> None:
        """Let the next ``Queue`` find the priority that the caller has now (app_queue.c, QUEUE_PRIO)."""
        if caller.priority:
            action = make_action(
                "Setvar", variable="QUEUE_PRIO", value=str(caller.priority), channel=caller.channel
            )
            self._write(actor, pbx, action, waiting, caller)

    def _choose_place(self, pbx: Pbx, caller: QueueCaller, asked: CallerMoveBody) -> DialplanPlace:
        """Return the given place if it is there, or one that leads to the queue, best near the caller's."""
        if asked.place is not None:
            require_extension(self._execution, pbx, asked.place.exten, asked.place.context)
            return asked.place
        channel = pbx.picture.find_channel(caller.unique_id)
        own_context = None if channel is None else channel.context
        return find_queue_place(self._execution, pbx, asked.to_queue, own_context)


def _await_joining(pbx: Pbx, to_queue: str, caller: QueueCaller) -> int | None:
    """Return the caller's position in the other queue, once the picture shows it there."""
    for _ in range(round(_JOIN_SECONDS / _LOOK_SECONDS)):
        position = _position_of(pbx, to_queue, caller)
        if position is not None or pbx.picture.find_channel(caller.unique_id) is None:
            return position
        time.sleep(_LOOK_SECONDS)
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


def _changed(pbx: Pbx, message: str, waiting: Queue, caller: QueueCaller) -> tuple[str, str, str, str, str]:
    """Return what a `CallerChanged` begins with."""
    return pbx.name, message, waiting.queue, caller.channel, caller.unique_id
