"""One queue while it changes: its callers in order, its members and its counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.days.value import QueueDay
from amictl.pbx.topics.queues.days.watch import AsteriskCounters
from amictl.pbx.topics.queues.open_calls import CallEnd, OpenCall
from amictl.pbx.topics.queues.value import MemberCall, Queue, QueueCaller, QueueMember

# app_queue.c tells AgentConnect a moment before it sets starttime: until then a member event has InCall 0.
_CONNECT_SECONDS: Final = 2.0
# Calls of a queue whose end was not told yet; the end of a call can get lost with a malformed event.
_MOST_CALLS: Final = 4096


@dataclass(slots=True)
class Counters:
    """What a queue counts; None until the PBX told it.

    Args:
        completed: Calls finished.
        abandoned: Callers who left unanswered.
        completed_in_level: Finished calls that were answered within the service level; None where the PBX
            told something impossible.
        hold_time: Moving average of seconds waited.
        talk_time: Moving average of seconds talked.
    """

    completed: int | None = None
    abandoned: int | None = None
    completed_in_level: int | None = 0
    hold_time: int | None = None
    talk_time: int | None = None

    def count_answered(self, waited: int) -> None:
        """Take a call that a member answered (app_queue.c, recalc_holdtime)."""
        if self.hold_time is None:
            return
        first = not self.completed and not self.abandoned
        self.hold_time = waited if first else _average(self.hold_time, waited)

    def count_completed(self) -> None:
        """Take a call that ended after it was answered (app_queue.c, update_queue)."""
        if self.completed is not None:
            self.completed += 1

    def time_completed(self, talked: int, *, in_level: bool) -> None:
        """Take the times of a call that was counted.

        Args:
            talked: Seconds that they talked.
            in_level: Whether it was answered within the service level.
        """
        if self.talk_time is None:
            return
        if self.completed_in_level is not None:
            self.completed_in_level += in_level
        self.talk_time = talked if self.completed == 1 else _average(self.talk_time, talked)

    def count_abandoned(self) -> None:
        """Take a caller who left unanswered (app_queue.c, record_abandoned)."""
        if self.abandoned is not None:
            self.abandoned += 1

    @property
    def service_level_perf(self) -> float | None:
        """Percentage of completed calls answered within the service level, to one digit."""
        if self.completed is None or self.completed_in_level is None:
            return None
        return round(100.0 * self.completed_in_level / self.completed, 1) if self.completed else 0.0


@dataclass(slots=True)
class QueueRecord:
    """One queue; `freeze` gives the value that readers see.

    ``open_calls`` mirrors ``member.starttime`` of app_queue.c, by which it counts a call once: either when
    the member's device becomes idle or when the call ends, whichever is first. A list tells it as ``InCall``,
    under the same lock as the counters, so a call that the list counts is not counted again. Of a call that
    began before the list only its end tells the times: until then it is one of the ``untimed_calls``.

    A member may answer several calls at once (``ringinuse``, or after a transfer with a Local channel).
    Then ``starttime`` is that of the latest, and a call counts at its end only if it is what ``starttime``
    says, to the second: hence ``calls``, all that go on, by the caller's channel.
    """

    queue: str
    strategy: str | None = None
    max: int | None = None
    weight: int | None = None
    service_level: int | None = None
    counters: Counters = field(default_factory=Counters)
    callers: list[QueueCaller] = field(default_factory=list)
    members: dict[str, QueueMember] = field(default_factory=dict)
    open_calls: dict[str, OpenCall] = field(default_factory=dict)
    untimed_calls: set[str] = field(default_factory=set)
    calls: dict[str, OpenCall] = field(default_factory=dict)

    def freeze(
        self,
        today: QueueDay | None = None,
        wrapup_time: int | None = None,
        rest_at_most: float | None = None,
    ) -> Queue:
        """Return the queue as it is now.

        Args:
            today: Its day.
            wrapup_time: What its configuration tells of its members' rest.
            rest_at_most: What Asterisk's doing tells of it.
        """
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
            today=today,
            wrapup_time=wrapup_time,
            rest_at_most=rest_at_most,
        )

    @property
    def asterisk_counters(self) -> AsteriskCounters | None:
        """What app_queue counts, as far as days need it; None until a list told it."""
        completed, abandoned = self.counters.completed, self.counters.abandoned
        if completed is None or abandoned is None:
            return None
        return AsteriskCounters(completed, abandoned, len(self.open_calls))

    def correct(self, queue: Queue) -> None:
        """Make the record what lists proved the queue to be."""
        self.strategy, self.max, self.weight = queue.strategy, queue.max, queue.weight
        self.service_level = queue.service_level
        self.callers = list(queue.callers)
        self.members = {member.interface: member for member in queue.members}
        counters = self.counters
        counters.completed, counters.abandoned = queue.completed, queue.abandoned
        counters.hold_time, counters.talk_time = queue.hold_time, queue.talk_time
        if queue.service_level_perf != counters.service_level_perf:
            counters.completed_in_level = count_in_level(queue.service_level_perf, queue.completed)
        talking = {member.interface for member in queue.members if member.in_call}
        self.open_calls = {each: self.open_calls.get(each, OpenCall()) for each in talking}
        self._renumber()

    def put_member(self, member: QueueMember, now: float, *, may_be_older: bool) -> bool:
        """Take all of a member as an event tells it, which may count the member's call.

        Args:
            member: What the event tells.
            now: The time.
            may_be_older: Whether the event may be from before the list.

        Returns:
            Whether the member has as many calls as were counted. app_queue counts a call for the member and
            for the queue at once, so that otherwise the queue's counters, which no event tells, are wrong.
        """
        before = self.members.get(member.interface)
        self.members[member.interface] = member
        if before is None:
            return True
        uncounted = (member.calls_taken or 0) - (before.calls_taken or 0)
        call = self.open_calls.get(member.interface)
        if call is None or member.in_call:
            return uncounted == 0
        if uncounted > 0:
            self._count_early(member.interface, call, now)
            return uncounted == 1 and not self._is_at_level(call.waited)
        if call.since is not None and now - call.since < _CONNECT_SECONDS:
            self.members[member.interface] = replace(member, in_call=True)
        elif not may_be_older:
            del self.open_calls[member.interface]
        return uncounted == 0

    def connect_call(self, interface: str, call: MemberCall, waited: int) -> None:
        """Take a call that a member answered.

        Args:
            interface: The member.
            call: Whom the member talks to, and since when.
            waited: Seconds that the caller waited.
        """
        known = self.open_calls.get(interface)
        if known is None or known.caller is not None:
            self.counters.count_answered(waited)
        answered = OpenCall(call.unique_id, waited, call.since, interface, call)
        self.open_calls[interface] = self.calls[call.unique_id or interface] = answered
        if len(self.calls) > _MOST_CALLS:
            del self.calls[next(iter(self.calls))]
        member = self.members.get(interface)
        if member is not None:
            self.members[interface] = replace(member, in_call=True, in_call_with=call, handed_over=False)

    def answer_unheard(self, interface: str, call: MemberCall, now: float) -> None:
        """Take a call that a member answered after the one that was known, and of which no event told.

        Args:
            interface: The member.
            call: Whom the member talks to.
            now: The time.
        """
        known = self.open_calls.get(interface)
        between = (known.latest, now) if known is not None and known.latest else None
        unheard = OpenCall(interface=interface, talk=call, between=between)
        self.open_calls[interface] = self.calls[call.unique_id] = unheard

    def begin_talk(self, interface: str, call: MemberCall) -> None:
        """Tell whom a member talks to, who was not known yet.

        Args:
            interface: The member.
            call: Whom.
        """
        self.members[interface] = replace(self.members[interface], in_call_with=call)

    def end_talk(self, interface: str, caller: str) -> None:
        """Tell that a member talks no more to a caller.

        Args:
            interface: The member.
            caller: Unique ID of the caller's channel.
        """
        member = self.members.get(interface)
        if member is not None and member.in_call_with and member.in_call_with.unique_id == caller:
            self.members[interface] = replace(member, in_call_with=None)

    def hand_over(self, interface: str, *, is_over: bool) -> None:
        """Tell whether the caller of a member's call talks to somebody else.

        Args:
            interface: The member.
            is_over: Whether that ended.
        """
        member = self.members.get(interface)
        if member is not None and member.handed_over is is_over:
            self.members[interface] = replace(member, handed_over=not is_over)

    def hang_up(self, caller: str) -> None:
        """Take that an answered caller's channel is gone.

        Args:
            caller: Unique ID of the channel.
        """
        call = self.calls.get(caller)
        if call is not None:
            self.calls[caller] = replace(call, hung_up=True)

    def complete_call(self, interface: str, caller: str, end: CallEnd) -> bool:
        """Take an answered call that ended.

        Args:
            interface: The member who answered it.
            caller: Unique ID of the caller's channel; empty where the event names none.
            end: What the event tells of it.

        Returns:
            Whether it is certain how app_queue counted the call: for another one than the latest that was
            heard to be answered it depends on the second in which each began.
        """
        ended = self._find_call(interface, caller, end)
        who = ended.talks_to if ended else caller
        if who is not None:
            self.calls.pop(who or interface, None)
            self.end_talk(interface, who)
        certain = True
        if interface in self.untimed_calls:
            certain = not self._is_at_level(end.waited)
            self.untimed_calls.discard(interface)
            self.counters.time_completed(end.talked, in_level=self._is_in_level(end.waited))
        current = self.open_calls.get(interface)
        if current is None:
            return certain
        certain = current.caller is not None and ended is not None and ended.caller == current.caller
        if not end.counts(current, ended):
            return certain
        del self.open_calls[interface]
        self.counters.count_completed()
        self.counters.time_completed(end.talked, in_level=self._is_in_level(end.waited))
        member = self.members.get(interface)
        if member is not None:
            taken = None if member.calls_taken is None else member.calls_taken + 1
            call = member.in_call_with if ended else None
            self.members[interface] = replace(
                member, in_call=False, calls_taken=taken, last_call_at=float(int(end.at)), in_call_with=call
            )
        return certain and not self._is_at_level(end.waited)

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

    def replace_caller(self, unique_id: str, channel: Channel) -> None:
        """Let another channel go on with the stay of a caller, unless it is known to.

        Args:
            unique_id: The caller's channel.
            channel: The other one.
        """
        begun = self.find_caller(unique_id)
        if begun is None:
            return
        if self.find_caller(channel.unique_id):
            self.remove_caller(unique_id)
            self.change_caller(channel.unique_id, joined_at=begun.joined_at)
            return
        self.change_caller(
            unique_id,
            channel=channel.channel,
            unique_id=channel.unique_id,
            caller_id_num=channel.caller_id_num,
            caller_id_name=channel.caller_id_name,
        )

    def change_caller(self, known_as: str, /, **fields: str | float | None) -> None:
        """Give a caller new values of some of its fields."""
        self.callers = [
            replace(caller, **fields) if caller.unique_id == known_as else caller for caller in self.callers
        ]

    def _find_call(self, interface: str, caller: str, end: CallEnd) -> OpenCall | None:
        """Return the call that ended; None for one from before the list."""
        call = self.calls.get(caller or interface)
        if call is not None and call.interface == interface:
            return call
        return end.find(each for each in self.calls.values() if each.interface == interface)

    def _count_early(self, interface: str, call: OpenCall, now: float) -> None:
        """Count a call whose member became free before the call's end is told."""
        del self.open_calls[interface]
        if call.caller is not None:
            self.end_talk(interface, call.caller)
        self.counters.count_completed()
        if call.since is None or call.waited is None:
            self.untimed_calls.add(interface)
        else:
            self.counters.time_completed(int(now - call.since), in_level=self._is_in_level(call.waited))

    def _is_in_level(self, waited: int) -> bool:
        return waited <= (self.service_level or 0)

    def _is_at_level(self, waited: int | None) -> bool:
        """Tell whether app_queue, which looks a moment before it tells, may have had a wait in the level."""
        return waited == (self.service_level or 0) + 1

    def _renumber(self) -> None:
        for position, caller in enumerate(self.callers, start=1):
            if caller.position != position:
                self.callers[position - 1] = replace(caller, position=position)


def count_in_level(percentage: float | None, completed: int | None) -> int | None:
    """Return how many calls were answered within the service level; None where no share of them is told.

    Args:
        percentage: Which share of them.
        completed: Of how many; None is none yet.
    """
    return None if percentage is None else round(percentage * (completed or 0) / 100.0)


def _average(old: int, new: int) -> int:
    # app_queue.c: an exponential average in whole seconds, where the old one counts three times.
    return (old * 3 + new) >> 2
