"""Changes of who takes the calls of a queue and how, with what app_queue tells and writes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from amictl.demo.queues.members import Member, cut_text
from amictl.demo.queues.persistence import dump_members, parse_members
from amictl.demo.queues.queue import CallQueue
from amictl.demo.queues.queues import Queues, Result
from amictl.demo.queues.settings import MemberSettings

if TYPE_CHECKING:
    from amictl.demo.world import World

_FAMILY: Final = "Queue/PersistentMembers"  # of the database


class Memberships:
    """What the AMI and the dialplan do to members.

    Args:
        world: Whose clock and database are used.
        queues: The queues.
    """

    def __init__(self, world: World, queues: Queues) -> None:
        self._world = world
        self._queues = queues

    def add(self, name: str, settings: MemberSettings, reason: str = "", *, keep: bool = True) -> Result:
        """Make an interface a member (Asterisk ``add_to_queue``); its ``ring_in_use`` is the queue's.

        Args:
            name: The queue.
            settings: The member.
            reason: Why it is paused.
            keep: Write it into the database where members are persistent.
        """
        queue = self._queues.get(name)
        if queue is None:
            return Result.NO_SUCH_QUEUE
        if queue.members.get(settings.interface):
            return Result.EXISTS
        member = self._queues.make_member(settings)
        member.ring_in_use = queue.settings.ring_in_use
        member.is_dynamic = True
        member.reason = cut_text(reason)
        self._queues.link(queue, member)
        self._queues.tell("QueueMemberAdded", queue, member)
        if queue.is_available(member, self._world.now()):
            self._queues.show_availability(queue, is_available=True)
        if keep:
            self._keep(queue)
        return Result.DONE

    def remove(self, name: str, interface: str) -> Result:
        """Take a dynamic member out of a queue (Asterisk ``remove_from_queue``)."""
        queue = self._queues.get(name)
        if queue is None:
            return Result.NO_SUCH_QUEUE
        member = queue.members.get(interface)
        if member is None:
            return Result.NO_SUCH_MEMBER
        if not member.is_dynamic:
            return Result.NOT_DYNAMIC
        self._queues.tell("QueueMemberRemoved", queue, member)
        self._queues.show_pause(queue, member, is_gone=True)
        if member.position < queue.round_position:
            queue.round_position -= 1
        self._queues.unlink(queue, member)
        self._keep(queue)
        if not queue.available_members(self._world.now()):
            self._queues.show_availability(queue, is_available=False)
        return Result.DONE

    def pause(self, name: str, interface: str, *, paused: bool, reason: str = "") -> bool:
        """Pause or unpause a member in a queue, or in all for an empty name; False where there is none."""
        found = False
        for queue in self._queues.named(name):
            member = queue.members.get(interface)
            if member is None:
                continue
            if not found and not name:
                event = "PAUSEALL" if paused else "UNPAUSEALL"
                self._queues.log.write("NONE", "NONE", member.name, event, reason)
            found = True
            self._pause(queue, member, paused=paused, reason=reason)
        return found

    def set_penalty(self, name: str, interface: str, penalty: int) -> bool:
        """Give a member another penalty in a queue, or in all; False where there is none or it is below 0."""
        if penalty < 0 and not self._queues.general.negative_penalty_invalid:
            return False

        def change(queue: CallQueue, member: Member) -> None:
            member.penalty = penalty
            self._queues.log.write(queue.name, "NONE", interface, "PENALTY", penalty)
            self._queues.tell("QueueMemberPenalty", queue, member)

        return self._change(name, interface, change)

    def set_ring_in_use(self, name: str, interface: str, *, ring_in_use: bool) -> bool:
        """Say whether a member is called while it talks, in a queue or in all; False where there is none."""

        def change(queue: CallQueue, member: Member) -> None:
            member.ring_in_use = ring_in_use
            self._queues.log.write(queue.name, "NONE", member.interface, "RINGINUSE", int(ring_in_use))
            self._queues.tell("QueueMemberRinginuse", queue, member)

        return self._change(name, interface, change)

    def restore(self) -> None:
        """Add the members that the database kept, as app_queue does when it starts."""
        if self._queues.general.persistent_members:
            for path, text in self._world.database.tree(_FAMILY):
                for member, reason in parse_members(text):
                    self.add(path.rpartition("/")[2], member, reason, keep=False)

    def log_name(self, name: str, interface: str) -> str:
        """Return what the queue log calls a member: by its name where the settings say so."""
        queue = self._queues.get(name)
        member = queue.members.get(interface) if queue else None
        if member is None or not self._queues.general.log_member_name_as_agent:
            return interface
        return member.name or interface

    def _pause(self, queue: CallQueue, member: Member, *, paused: bool, reason: str) -> None:
        """Asterisk ``set_queue_member_pause``: who is unpaused has a reason for the length of the event."""
        log = self._queues.log
        is_paused_anew = paused and member.paused and member.reason != reason
        if is_paused_anew and self._queues.general.log_unpause_on_reason_change:
            log.write(queue.name, "NONE", member.name, "UNPAUSE", "Auto-Unpause")
        member.paused = paused
        if paused:
            member.last_pause = int(self._world.now())
        member.reason = cut_text(reason) if paused else ""
        self._queues.show_pause(queue, member)
        self._keep(queue)
        now = self._world.now()
        if queue.is_available(member, now):
            self._queues.show_availability(queue, is_available=True)
        elif not queue.available_members(now):
            self._queues.show_availability(queue, is_available=False)
        member.reason = cut_text(reason)
        log.write(queue.name, "NONE", member.name, "PAUSE" if paused else "UNPAUSE", member.reason)
        self._queues.tell("QueueMemberPause", queue, member)
        if not paused:
            member.reason = ""

    def _change(self, name: str, interface: str, change: Callable[[CallQueue, Member], None]) -> bool:
        found = False
        for queue in self._queues.named(name):
            member = queue.members.get(interface)
            if member is not None:
                found = True
                change(queue, member)
        return found

    def _keep(self, queue: CallQueue) -> None:
        if not self._queues.general.persistent_members:
            return
        text = dump_members(member for member in queue.members if member.is_dynamic)
        if text:
            self._world.database.put(_FAMILY, queue.name, text)
        else:
            self._world.database.delete(_FAMILY, queue.name)
