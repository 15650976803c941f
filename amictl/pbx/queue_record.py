"""One queue while it changes: its callers in order, its members and its counters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from amictl.pbx.models import Queue, QueueCaller, QueueMember


@dataclass(slots=True)
class Counters:
    """What a queue counts; None until the PBX told it.

    Args:
        completed: Calls finished.
        abandoned: Callers who left unanswered.
        completed_in_level: Finished calls that were answered within the service level.
        hold_time: Moving average of seconds waited.
        talk_time: Moving average of seconds talked.
    """

    completed: int | None = None
    abandoned: int | None = None
    completed_in_level: int = 0
    hold_time: int | None = None
    talk_time: int | None = None

    def count_answered(self, waited: int) -> None:
        """Take a call that a member answered (app_queue.c, recalc_holdtime)."""
        if self.hold_time is None:
            return
        first = not self.completed and not self.abandoned
        self.hold_time = waited if first else _average(self.hold_time, waited)

    def count_completed(self, talked: int, *, in_level: bool) -> None:
        """Take a call that ended after it was answered (app_queue.c, update_queue)."""
        if self.completed is None or self.talk_time is None:
            return
        self.completed += 1
        self.completed_in_level += in_level
        self.talk_time = talked if self.completed == 1 else _average(self.talk_time, talked)

    def count_abandoned(self) -> None:
        """Take a caller who left unanswered (app_queue.c, record_abandoned)."""
        if self.abandoned is not None:
            self.abandoned += 1

    @property
    def service_level_perf(self) -> float | None:
        """Percentage of completed calls answered within the service level, to one digit."""
        if self.completed is None:
            return None
        return round(100.0 * self.completed_in_level / self.completed, 1) if self.completed else 0.0


@dataclass(slots=True)
class QueueRecord:
    """One queue; `freeze` gives the value that readers see.

    ``listed_in_call`` holds, until the first event about a member's call, whether the last list had that
    member in a call: it tells a call that the list's counters hold already from one that they do not.
    """

    queue: str
    strategy: str | None = None
    max: int | None = None
    weight: int | None = None
    service_level: int | None = None
    counters: Counters = field(default_factory=Counters)
    callers: list[QueueCaller] = field(default_factory=list)
    members: dict[str, QueueMember] = field(default_factory=dict)
    listed_in_call: dict[str, bool] = field(default_factory=dict)

    def freeze(self) -> Queue:
        """Return the queue as it is now."""
        counters = self.counters
        return Queue(
            queue=self.queue,
            strategy=self.strategy,
            max=self.max,
            weight=self.weight,
            callers=tuple(self.callers),
            members=tuple(self.members.values()),
            completed=counters.completed,
            abandoned=counters.abandoned,
            hold_time=counters.hold_time,
            talk_time=counters.talk_time,
            service_level=self.service_level,
            service_level_perf=counters.service_level_perf,
        )

    def connect_call(self, interface: str, waited: int) -> None:
        """Take a call that a member answered.

        Args:
            interface: The member.
            waited: Seconds that the caller waited.
        """
        if not self.listed_in_call.pop(interface, False):
            self.counters.count_answered(waited)
        member = self.members.get(interface)
        if member is not None:
            self.members[interface] = replace(member, in_call=True)

    def complete_call(self, interface: str, waited: int, talked: int, now: float) -> None:
        """Take an answered call that ended.

        Args:
            interface: The member who answered it.
            waited: Seconds that the caller waited.
            talked: Seconds that they talked.
            now: The time.
        """
        if self.listed_in_call.pop(interface, True) is False:
            return
        self.counters.count_completed(talked, in_level=waited <= (self.service_level or 0))
        member = self.members.get(interface)
        # A member who is not in a call any more was told to be free by an event that counted the call.
        if member is not None and member.in_call:
            taken = None if member.calls_taken is None else member.calls_taken + 1
            self.members[interface] = replace(
                member, in_call=False, calls_taken=taken, last_call_at=float(int(now))
            )

    def find_caller(self, unique_id: str) -> QueueCaller | None:
        """Return the caller with a channel's unique ID."""
        return next((caller for caller in self.callers if caller.unique_id == unique_id), None)

    def insert_caller(self, caller: QueueCaller) -> None:
        """Put a caller at its position; those behind move up by one."""
        self.callers.insert(max(caller.position, 1) - 1, caller)
        self._renumber()

    def remove_caller(self, unique_id: str) -> None:
        """Take a caller out; those behind move down by one."""
        self.callers = [caller for caller in self.callers if caller.unique_id != unique_id]
        self._renumber()

    def rename_caller(self, unique_id: str, channel: str) -> None:
        """Give a caller's channel its new name."""
        self.callers = [
            replace(caller, channel=channel) if caller.unique_id == unique_id else caller
            for caller in self.callers
        ]

    def _renumber(self) -> None:
        for position, caller in enumerate(self.callers, start=1):
            if caller.position != position:
                self.callers[position - 1] = replace(caller, position=position)


def _average(old: int, new: int) -> int:
    # app_queue.c: an exponential average in whole seconds, where the old one counts three times.
    return (old * 3 + new) >> 2
