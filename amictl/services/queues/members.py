"""Changing who answers a queue's calls."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import Conflict, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.catalogue import CATALOGUE, is_new_enough, parse_version
from amictl.protocol import Action
from amictl.services.access import Actor, require_scope
from amictl.services.execution.execution import translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.queues.live_queues import find_member, find_queue, find_queues_of, no_queue
from amictl.services.requests import MAX_INT, Fields, Interface, PbxName, QueueName, Short
from amictl.services.results import Performed

Penalty = Annotated[
    StrictInt, Field(ge=0, le=MAX_INT, description="Members with higher ones are called later")
]


class QueueRemoveBody(Fields):
    """A member to take out of a queue."""

    queue: QueueName
    interface: Interface
    pbx: PbxName | None = None


class MemberRemoved(Performed, frozen=True):
    """A member that was taken out."""

    queue: str
    interface: str


class QueueAddBody(Fields):
    """A member to add to a queue."""

    queue: QueueName
    interface: Interface
    member_name: Annotated[Short | None, Field(description="A name for people")] = None
    penalty: Penalty | None = None
    paused: Annotated[StrictBool | None, Field(description="Whether it begins paused")] = None
    reason: Annotated[Short | None, Field(description="Why it begins paused")] = None
    state_interface: Annotated[
        Short | None, Field(description="The device whose state counts; the interface when left out")
    ] = None
    wrapup_time: (
        Annotated[StrictInt, Field(ge=0, le=MAX_INT, description="Seconds of rest after a call")] | None
    ) = None
    pbx: PbxName | None = None

    @model_validator(mode="after")
    def check_reason(self) -> Self:
        """Check that a reason is one for a pause."""
        if self.reason is not None and not self.paused:
            raise PydanticCustomError("reason", "The field reason belongs to paused: true")
        return self


class MemberAdded(Performed, frozen=True):
    """A member that was added."""

    queue: str
    interface: str
    member_name: str | None
    penalty: int
    paused: bool
    reason: str | None


class MemberBody(Fields):
    """A member, in one queue or in all of its queues."""

    queue: Annotated[QueueName | None, Field(description="All of the member's when left out")] = None
    interface: Interface
    pbx: PbxName | None = None


class MemberChanged(Performed, frozen=True):
    """A member that was changed, in one queue or in all of its queues."""

    queue: str | None
    interface: str


class QueuePauseBody(MemberBody):
    """A queue member to pause or unpause."""

    paused: StrictBool
    reason: Annotated[Short | None, Field(description="Why, for the reports")] = None


class MemberPaused(MemberChanged, frozen=True):
    """A member that was paused or unpaused."""

    paused: bool
    reason: str | None


class QueuePenaltyBody(MemberBody):
    """How late a member is called."""

    penalty: Penalty


class MemberPenalty(MemberChanged, frozen=True):
    """A member with its new penalty."""

    penalty: int


class QueueRingInUseBody(MemberBody):
    """Whether a member is called while it talks."""

    ring_in_use: StrictBool


class MemberRingInUse(MemberChanged, frozen=True):
    """A member that is called while it talks, or not."""

    ring_in_use: bool


class QueueMemberService(PbxService):
    """Changes members, by ``queues.manage`` in every queue that this touches."""

    def add(self, actor: Actor, asked: QueueAddBody) -> MemberAdded:
        """Make an interface a member of a queue.

        Raises:
            Conflict: It is a member already.
        """
        pbx = self._find_live_pbx(actor, asked.pbx, asked.queue)
        known = find_queue(pbx, asked.queue)
        conflict = Conflict(f"{asked.interface} is a member of the queue {asked.queue} already.")
        if any(member.interface == asked.interface for member in known.members):
            raise conflict
        knows_reason = _knows_reason_of_add(pbx)
        action = make_action(
            "QueueAdd",
            queue=asked.queue,
            interface=asked.interface,
            penalty=asked.penalty,
            paused=asked.paused,
            reason=asked.reason if knows_reason else None,
            member_name=asked.member_name,
            state_interface=asked.state_interface,
            wrapup_time=asked.wrapup_time,
        )
        with (
            translate_refusal("already there", conflict),
            translate_refusal("no such queue", no_queue(pbx, asked.queue)),
        ):
            message = self._write(actor, pbx, action, asked)
        if asked.reason and not knows_reason:
            pause = make_action(
                "QueuePause", interface=asked.interface, paused=True, queue=asked.queue, reason=asked.reason
            )
            self._write(actor, pbx, pause, asked)
        return MemberAdded(
            pbx.name,
            message,
            asked.queue,
            asked.interface,
            member_name=asked.member_name,
            penalty=asked.penalty or 0,
            paused=bool(asked.paused),
            reason=asked.reason,
        )

    def remove(self, actor: Actor, asked: QueueRemoveBody) -> MemberRemoved:
        """Take a member that was added at run time out of a queue.

        Raises:
            Conflict: The member stands in the PBX's configuration.
        """
        pbx = self._find_live_pbx(actor, asked.pbx, asked.queue)
        member = find_member(find_queue(pbx, asked.queue), asked.interface)
        conflict = Conflict(
            f"{asked.interface} stands in the PBX's configuration of the queue {asked.queue}: pause it"
            " instead, or change the configuration."
        )
        if member.membership == "static":
            raise conflict
        gone = NotFound(f"{asked.interface} (interface) is no member of the queue {asked.queue}.")
        with translate_refusal("not dynamic", conflict), translate_refusal("not there", gone):
            action = make_action("QueueRemove", queue=asked.queue, interface=asked.interface)
            message = self._write(actor, pbx, action, asked)
        return MemberRemoved(pbx.name, message, asked.queue, asked.interface)

    def pause(self, actor: Actor, asked: QueuePauseBody) -> MemberPaused:
        """Pause or unpause a member, in one queue or in all of the member's."""
        pbx = self._find_pbx_of(actor, asked)
        action = make_action(
            "QueuePause",
            interface=asked.interface,
            paused=asked.paused,
            queue=asked.queue,
            reason=asked.reason,
        )
        message = self._write(actor, pbx, action, asked)
        return MemberPaused(pbx.name, message, asked.queue, asked.interface, asked.paused, asked.reason)

    def set_penalty(self, actor: Actor, asked: QueuePenaltyBody) -> MemberPenalty:
        """Set how late a member is called, in one queue or in all of the member's."""
        pbx = self._find_pbx_of(actor, asked)
        action = make_action(
            "QueuePenalty", interface=asked.interface, penalty=asked.penalty, queue=asked.queue
        )
        message = self._write(actor, pbx, action, asked)
        return MemberPenalty(pbx.name, message, asked.queue, asked.interface, asked.penalty)

    def set_ring_in_use(self, actor: Actor, asked: QueueRingInUseBody) -> MemberRingInUse:
        """Set whether a member is called while it talks, in one queue or in all of the member's."""
        pbx = self._find_pbx_of(actor, asked)
        action = make_action(
            "QueueMemberRingInUse",
            interface=asked.interface,
            ring_in_use=asked.ring_in_use,
            queue=asked.queue,
        )
        message = self._write(actor, pbx, action, asked)
        return MemberRingInUse(pbx.name, message, asked.queue, asked.interface, asked.ring_in_use)

    def _find_pbx_of(self, actor: Actor, asked: MemberBody) -> Pbx:
        """Return the PBX of a member, when the actor may manage each queue that a change of it touches."""
        pbx = self._find_live_pbx(actor, asked.pbx, asked.queue)
        for touched in find_queues_of(pbx, asked.interface, asked.queue):
            require_scope(actor, pbx.name, touched)
        return pbx

    def _write(
        self, actor: Actor, pbx: Pbx, action: Action, asked: QueueAddBody | QueueRemoveBody | MemberBody
    ) -> str:
        """Carry out an action on a member, and return the PBX's words."""
        return self._manage(actor, pbx, action, asked.queue, interface=asked.interface)


def _knows_reason_of_add(pbx: Pbx) -> bool:
    """Return whether the PBX takes the reason of a pause when a member is added."""
    parameter = CATALOGUE["queueadd"].find("reason")
    return parameter is not None and is_new_enough(
        parse_version(pbx.picture.link.asterisk_version), parameter.since
    )
