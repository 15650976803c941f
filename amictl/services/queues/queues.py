"""Reading queues, and changing who answers their calls."""

from __future__ import annotations

from typing import Any

from amictl.errors import Conflict, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.catalogue import CATALOGUE, is_new_enough, parse_version
from amictl.pbx.changes import QUEUES
from amictl.pbx.readings.queues import read_penalty_rules, read_queue_summary
from amictl.pbx.readings.raw import attach_raw, read_items
from amictl.pbx.topics.queues.value import Queue, QueueMember
from amictl.protocol import Action
from amictl.services.access import Actor, open_gate, require_scope, require_whole_pbx
from amictl.services.access.pbxes import find_pbx, read_topic, require_live_picture
from amictl.services.execution.execution import Execution
from amictl.services.execution.refusals import translate_refusal
from amictl.services.queues.live_queues import find_member, find_queue, find_queues_of, no_queue
from amictl.store.permissions import Permission


class QueueService:
    """Reads of queues, and their members.

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
        pbx = find_pbx(self._registry, actor, pbx_name, queue)
        source, queues = read_topic(pbx, QUEUES, Queue)
        wanted = queues if queue is None else queues.keys() & {queue}
        shown = open_gate(pbx, actor).show_all(queues[name] for name in wanted)
        if queue is not None and not shown:
            raise no_queue(pbx, queue)
        return {**source._asdict(), "queues": shown}

    def summarize(
        self, actor: Actor, queue: str | None = None, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Ask the PBX for the numbers of each queue in the actor's scope, or of the one that is asked for.

        Args:
            actor: Needs ``live.read``.
            queue: A queue's name; None means all.
            pbx_name: The PBX; None means the default one.
            raw: Whether to add the AMI messages.

        Raises:
            PermissionDenied: The actor may not read that PBX or queue.
            NotFound: There is no such PBX or queue.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name, queue)
        reply = self._execution.read(pbx, make_action("QueueSummary", queue=queue))
        gate = open_gate(pbx, actor)
        seen = [item for item in reply.items if gate.sees_queue(item.get("Queue", ""))]
        if queue is not None and not seen:
            raise no_queue(pbx, queue)
        return {"pbx": pbx.name, "queues": read_items(seen, read_queue_summary, raw=raw)}

    def list_rules(
        self, actor: Actor, rule: str | None = None, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Ask the PBX for its penalty rules, or for one.

        Args:
            actor: Needs ``live.read``, and a role without limits to queues: no rule tells whose it is.
            rule: A rule's name; None means all.
            pbx_name: The PBX; None means the default one.
            raw: Whether to add the AMI message, one for all rules.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or rule.
            PbxError: The PBX could not be asked, or did not answer.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        reply = self._execution.read(pbx, make_action("QueueRule", rule=rule))
        rules = read_penalty_rules(reply.response)
        if rule is not None and not rules:
            raise NotFound(f"There is no such penalty rule (rule) on {pbx.name}.")
        return attach_raw({"pbx": pbx.name, "rules": rules}, raw, reply.response)

    def add_member(
        self,
        actor: Actor,
        queue: str,
        interface: str,
        *,
        member_name: str | None = None,
        penalty: int | None = None,
        paused: bool | None = None,
        reason: str | None = None,
        state_interface: str | None = None,
        wrapup_time: int | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Make an interface a member of a queue.

        Args:
            actor: Needs ``queues.manage`` in that queue.
            queue: The queue.
            interface: What is called, such as ``PJSIP/100``.
            member_name: Its name for people.
            penalty: How late it is called.
            paused: Whether it begins paused.
            reason: Why it is paused.
            state_interface: The device whose state is the member's.
            wrapup_time: Seconds of rest after a call.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue.
            NotFound: There is no such PBX or queue.
            Conflict: It is a member already.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_live(actor, pbx_name, queue)
        known = find_queue(pbx, queue)
        conflict = Conflict(f"{interface} is a member of the queue {queue} already.")
        if any(member.interface == interface for member in known.members):
            raise conflict
        knows_reason = _knows_reason_of_add(pbx)
        action = make_action(
            "QueueAdd",
            queue=queue,
            interface=interface,
            penalty=penalty,
            paused=paused,
            reason=reason if knows_reason else None,
            member_name=member_name,
            state_interface=state_interface,
            wrapup_time=wrapup_time,
        )
        with (
            translate_refusal("already there", conflict),
            translate_refusal("no such queue", no_queue(pbx, queue)),
        ):
            message = self._write(actor, pbx, action, queue, interface)
        if paused and reason and not knows_reason:
            pause = make_action("QueuePause", interface=interface, paused=True, queue=queue, reason=reason)
            self._write(actor, pbx, pause, queue, interface)
        return {
            "pbx": pbx.name,
            "queue": queue,
            "interface": interface,
            "member_name": member_name,
            "penalty": penalty or 0,
            "paused": bool(paused),
            "reason": reason if paused else None,
            "message": message,
        }

    def remove_member(
        self, actor: Actor, queue: str, interface: str, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Take a member that was added at run time out of a queue.

        Args:
            actor: Needs ``queues.manage`` in that queue.
            queue: The queue.
            interface: The member's interface.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue.
            NotFound: There is no such PBX, queue or member.
            Conflict: The member stands in the PBX's configuration.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_live(actor, pbx_name, queue)
        member: QueueMember = find_member(find_queue(pbx, queue), interface)
        conflict = Conflict(
            f"{interface} stands in the PBX's configuration of the queue {queue}: pause it instead, "
            "or change the configuration."
        )
        if member.membership == "static":
            raise conflict
        gone = NotFound(f"{interface} (interface) is no member of the queue {queue}.")
        with translate_refusal("not dynamic", conflict), translate_refusal("not there", gone):
            action = make_action("QueueRemove", queue=queue, interface=interface)
            message = self._write(actor, pbx, action, queue, interface)
        return {"pbx": pbx.name, "queue": queue, "interface": interface, "message": message}

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
        pbx = self._find_member_in(actor, pbx_name, interface, queue)
        action = make_action("QueuePause", interface=interface, paused=paused, queue=queue, reason=reason)
        message = self._write(actor, pbx, action, queue, interface)
        return {
            "pbx": pbx.name,
            "queue": queue,
            "interface": interface,
            "paused": paused,
            "reason": reason,
            "message": message,
        }

    def set_penalty(
        self,
        actor: Actor,
        interface: str,
        penalty: int,
        *,
        queue: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Set how late a member is called, in one queue or in all of the member's.

        Args:
            actor: Needs ``queues.manage``, in every queue that this touches.
            interface: The member's interface.
            penalty: From 0; higher ones are called later.
            queue: The queue; None means all queues that the member is in.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue, or not all of them.
            NotFound: There is no such PBX, queue or member.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_member_in(actor, pbx_name, interface, queue)
        action = make_action("QueuePenalty", interface=interface, penalty=penalty, queue=queue)
        message = self._write(actor, pbx, action, queue, interface)
        return {
            "pbx": pbx.name,
            "queue": queue,
            "interface": interface,
            "penalty": penalty,
            "message": message,
        }

    def set_ring_in_use(
        self,
        actor: Actor,
        interface: str,
        *,
        ring_in_use: bool,
        queue: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Set whether a member is called while it talks, in one queue or in all of the member's.

        Args:
            actor: Needs ``queues.manage``, in every queue that this touches.
            interface: The member's interface.
            ring_in_use: Whether it is called then.
            queue: The queue; None means all queues that the member is in.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not manage that queue, or not all of them.
            NotFound: There is no such PBX, queue or member.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._find_member_in(actor, pbx_name, interface, queue)
        action = make_action(
            "QueueMemberRingInUse", interface=interface, ring_in_use=ring_in_use, queue=queue
        )
        message = self._write(actor, pbx, action, queue, interface)
        return {
            "pbx": pbx.name,
            "queue": queue,
            "interface": interface,
            "ring_in_use": ring_in_use,
            "message": message,
        }

    def _find_live(self, actor: Actor, pbx_name: str | None, queue: str | None) -> Pbx:
        """Return the PBX of a write, whose picture tells the present."""
        pbx = find_pbx(self._registry, actor, pbx_name, queue)
        require_live_picture(pbx)
        return pbx

    def _find_member_in(self, actor: Actor, pbx_name: str | None, interface: str, queue: str | None) -> Pbx:
        """Return the PBX of a member, when the actor may manage each queue that a change of it touches."""
        pbx = self._find_live(actor, pbx_name, queue)
        for touched in find_queues_of(pbx, interface, queue):
            require_scope(actor, pbx.name, touched)
        return pbx

    def _write(self, actor: Actor, pbx: Pbx, action: Action, queue: str | None, interface: str) -> str:
        """Carry out an action on a member, and return the PBX's words."""
        reply = self._execution.write(
            actor, pbx, action, permission=Permission.QUEUES_MANAGE, queue=queue, interface=interface
        )
        return reply.message


def _knows_reason_of_add(pbx: Pbx) -> bool:
    """Return whether the PBX takes the reason of a pause when a member is added."""
    parameter = CATALOGUE["queueadd"].find("reason")
    return parameter is not None and is_new_enough(
        parse_version(pbx.picture.link.asterisk_version), parameter.since
    )
