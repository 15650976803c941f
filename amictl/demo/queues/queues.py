"""The table of queues, their callers, and the devices of their members."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from amictl.demo.queues.members import DEVICE_STATES, FREE, INVALID, NOT_IN_USE, Member, cut_text, fold_hash
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.queue_log import QueueLog
from amictl.demo.queues.rules import RuleList
from amictl.demo.queues.settings import GeneralSettings, MemberSettings

if TYPE_CHECKING:
    from amictl.demo.world import World

_QUEUE_BUCKETS: Final = 53  # Asterisk apps/app_queue.c, MAX_QUEUE_BUCKETS
# Asterisk apps/app_queue.c, extensionstate2devicestate; all others are invalid.
_OF_EXTENSION: Final = MappingProxyType({0: 1, 1: 2, 2: 3, 4: 5, 8: 6, 9: 7, 16: 8, 17: 2})


class Result(Enum):
    """How a change ended (Asterisk apps/app_queue.c, RES_…)."""

    DONE = auto()
    EXISTS = auto()
    NO_SUCH_MEMBER = auto()
    NO_SUCH_QUEUE = auto()
    NOT_DYNAMIC = auto()
    NO_SUCH_CALLER = auto()


class Queues:
    """All queues of the PBX.

    Args:
        world: Whose clock, devices and events they use.

    Attributes:
        log: The queue log.
        general: The general settings.
        rules: The penalty rules, in the order of the file.
        pending: Interfaces, in lower case, that are being called though their devices do not show it yet.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._queues: dict[str, CallQueue] = {}
        self._ordered: tuple[CallQueue, ...] | None = ()
        self._by_device: dict[str, list[tuple[CallQueue, Member]]] = {}
        self.log = QueueLog(world.now)
        self.general = GeneralSettings()
        self.rules: list[RuleList] = []
        self.pending: set[str] = set()
        self.log.write("NONE", "NONE", "NONE", "QUEUESTART", "")

    def __iter__(self) -> Iterator[CallQueue]:
        if self._ordered is None:
            queues = list(self._queues.values())
            queues.sort(key=lambda queue: fold_hash(queue.name) % _QUEUE_BUCKETS)
            self._ordered = tuple(queues)
        return iter(self._ordered)

    def __len__(self) -> int:
        return len(self._queues)

    def get(self, name: str) -> CallQueue | None:
        """Return the queue of a name, in any case."""
        return self._queues.get(name.lower())

    def named(self, name: str) -> list[CallQueue]:
        """Return the queue of a name, or all of them for an empty one."""
        if not name:
            return list(self)
        queue = self.get(name)
        return [queue] if queue else []

    def of_member(self, interface: str, *, besides: CallQueue) -> list[CallQueue]:
        """Return the other queues of which an interface is a member."""
        return [queue for queue in self if queue is not besides and queue.members.get(interface)]

    def find_rules(self, name: str) -> RuleList | None:
        """Return the penalty rules of a name, in any case."""
        return next((rule for rule in self.rules if rule.name.lower() == name.lower()), None)

    def add(self, queue: CallQueue) -> None:
        """Add a queue."""
        self._queues[queue.name.lower()] = queue
        self._ordered = None

    def drop(self, queue: CallQueue) -> None:
        """Take a queue out; who waits in it stays until leaving."""
        queue.is_dead = True
        del self._queues[queue.name.lower()]
        self._ordered = None
        for member in queue.members:
            self._forget_device(queue, member)

    # Members

    def make_member(self, settings: MemberSettings) -> Member:
        """Return a member that logs in now, and is in no queue yet."""
        now = int(self._world.now())
        member = Member(
            interface=settings.interface,
            name=cut_text(settings.name or settings.interface),
            state_interface=settings.state_interface or settings.interface,
            penalty=settings.penalty,
            paused=settings.paused,
            ring_in_use=settings.ring_in_use,
            wrap_up_time=settings.wrap_up_time,
            logged_in=now,
            last_pause=now if settings.paused else 0,
        )
        member.status = self.device_status(member)
        return member

    def link(self, queue: CallQueue, member: Member) -> None:
        """Put a member into a queue (Asterisk ``member_add_to_queue``)."""
        queue.members.add(member)
        self._watch_device(queue, member)
        self.show_pause(queue, member)

    def replace(self, queue: CallQueue, before: Member, member: Member) -> None:
        """Put a member in place of one of the same interface."""
        self._forget_device(queue, before)
        queue.members.replace(member)
        self._watch_device(queue, member)

    def unlink(self, queue: CallQueue, member: Member) -> None:
        """Take a member out of a queue."""
        self.pending.discard(member.interface.lower())
        self._forget_device(queue, member)
        queue.members.remove(member)

    def tell(self, event: str, queue: CallQueue, member: Member) -> None:
        """Send an event about a member."""
        self._world.emit(event, member.headers(queue.name))

    # Devices

    def device_status(self, member: Member) -> int:
        """Return the state of a member's device or hint now, as a number of ``DEVICE_STATES``."""
        devices = self._world.devices
        if member.hint is None:
            return DEVICE_STATES.index(devices.state(member.device))
        shown = devices.extension_state(*member.hint)
        return _OF_EXTENSION.get(shown[0], INVALID) if shown else INVALID

    def is_device_free(self, member: Member) -> bool:
        """Tell whether a member's device is idle in this very moment, or nobody knows."""
        return self.device_status(member) in FREE

    def hear_device(self, device: str, state: str) -> None:
        """Take note of the state of a device (Asterisk ``device_state_cb``)."""
        status = DEVICE_STATES.index(state)
        concerned: dict[CallQueue, None] = {}
        for queue, member in self._by_device.get(device.lower(), ()):
            if member.hint is not None:
                self._update_status(queue, member, self.device_status(member))
            elif queue not in concerned:  # Asterisk looks for one member of each queue
                concerned[queue] = None
                self._update_status(queue, member, status)
        for queue in concerned:
            now = self._world.now()
            is_any_free = any(queue.is_available(member, now) for member in queue.members)
            self.show_availability(queue, is_available=is_any_free)

    def show_availability(self, queue: CallQueue, *, is_available: bool) -> None:
        """Set the device that lights a lamp while no member is available."""
        self._world.devices.change(f"Queue:{queue.name}_avail", "NOT_INUSE" if is_available else "INUSE")

    def show_pause(self, queue: CallQueue, member: Member, *, is_gone: bool = False) -> None:
        """Set the device that lights a lamp while a member is paused."""
        is_lit = member.paused and not is_gone
        self._world.devices.change(
            f"Queue:{queue.name}_pause_{member.interface}", "INUSE" if is_lit else "NOT_INUSE"
        )

    def _update_status(self, queue: CallQueue, member: Member, status: int) -> None:
        if member.status == status:
            return
        if status == NOT_IN_USE:
            self.complete_call(queue, member, member.started, in_level=member.is_within_level)
        member.status = status
        self.pending.discard(member.interface.lower())
        self.tell("QueueMemberStatus", queue, member)

    def _watch_device(self, queue: CallQueue, member: Member) -> None:
        for device in self._devices_of(member):
            self._by_device.setdefault(device, []).append((queue, member))

    def _forget_device(self, queue: CallQueue, member: Member) -> None:
        for watched in self._by_device.values():
            if (queue, member) in watched:
                watched.remove((queue, member))

    def _devices_of(self, member: Member) -> set[str]:
        if member.hint is None:
            return {member.device.lower()}
        found = self._world.dialplan.extensions.hint(*member.hint)
        return set(found[1].hint.lower().partition(",")[0].split("&")) if found else set()

    # Callers

    def enter(self, queue: CallQueue, entry: Entry, wanted_position: int = 0) -> None:
        """Let a caller join."""
        queue.join(entry, wanted_position)
        if len(queue.entries) == 1:
            self._world.devices.change(f"Queue:{queue.name}", "RINGING")
        self._world.emit("QueueCallerJoin", entry.channel.headers(), _place(queue, entry))

    def leave(self, queue: CallQueue, entry: Entry) -> None:
        """Let a caller go, if it is still there."""
        if queue.leave(entry):
            if not queue.entries:
                self._world.devices.change(f"Queue:{queue.name}", "NOT_INUSE")
            self._world.emit("QueueCallerLeave", entry.channel.headers(), _place(queue, entry))
            entry.channel.set_variable("QUEUEPOSITION", str(entry.position))

    def find_caller(self, name: str, channel: str) -> tuple[CallQueue, Entry] | Result:
        """Return a queue and the caller in it whose channel has that very name, or what is not there."""
        queue = self.get(name)
        if queue is None:
            return Result.NO_SUCH_QUEUE
        for entry in queue.entries:
            if entry.channel.name == channel:
                return queue, entry
        return Result.NO_SUCH_CALLER

    def complete_call(self, queue: CallQueue, member: Member, started: int, *, in_level: bool) -> None:
        """Count a call as over, once: the first who notices counts it (Asterisk ``update_queue``).

        Args:
            queue: Whose call it was.
            member: Who had it.
            started: When that call began; another call of the member is left alone.
            in_level: Whether it was answered within the service level.
        """
        if not started or member.started != started:
            return
        now = int(self._world.now())
        member.started = 0
        members = [member]
        if self.general.shared_last_call:
            found = (each.members.get(member.interface) for each in self)
            members = [each for each in found if each is not None]
        for each in members:
            each.last_call = now
            each.is_within_level = False
            each.calls += 1
            each.last_queue = queue
        self.pending.discard(member.interface.lower())
        if members:
            queue.counters.complete(now - started, in_level=in_level)


def _place(queue: CallQueue, entry: Entry) -> list[tuple[str, str]]:
    return [
        ("Queue", queue.name),
        ("Position", str(entry.position)),
        ("Count", str(len(queue.entries))),
    ]
