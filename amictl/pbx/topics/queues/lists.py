"""Reads ``QueueStatus`` lists and the events that tell all of a queue member."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_int, read_percentage, read_seconds, read_text
from amictl.pbx.faults import Sparing
from amictl.pbx.reader import reader_of
from amictl.pbx.topics.queues.open_calls import OpenCall
from amictl.pbx.topics.queues.record import Counters, QueueRecord, count_in_level
from amictl.pbx.topics.queues.value import Queue, QueueCaller, QueueMember
from amictl.protocol import Message

# app_queue.c writes this, without brackets, into a QueueEntry whose caller did not give a number or name.
_NO_CALLER_ID: Final = "unknown"

_read_told: Final = reader_of(QueueMember)


@dataclass(frozen=True, slots=True)
class KnownQueue:
    """What is known of a queue when a list of it comes.

    Args:
        members: Its members as they were.
        callers: Who waited, by unique ID.
        calls: Answered calls that go on, by the caller's channel.
        heard: The latest call of each member, as far as this session's events told it.
        remembered: The same as an earlier session knew it.
        same_session: Whether everything was heard since.
    """

    members: Mapping[str, QueueMember] = field(default_factory=dict)
    callers: Mapping[str, QueueCaller] = field(default_factory=dict)
    calls: Mapping[str, OpenCall] = field(default_factory=dict)
    heard: Mapping[str, OpenCall] = field(default_factory=dict)
    remembered: Mapping[str, OpenCall] = field(default_factory=dict)
    same_session: bool = False

    @classmethod
    def of_session(cls, record: QueueRecord) -> KnownQueue:
        """Return what this session knows, which had a list before."""
        callers = {caller.unique_id: caller for caller in record.callers}
        return cls(record.members, callers, record.calls, heard=record.open_calls, same_session=True)

    @classmethod
    def of_earlier(cls, earlier: QueueRecord, record: QueueRecord) -> KnownQueue:
        """Return what an earlier session knew, with what events told since this one began."""
        callers = {caller.unique_id: caller for caller in earlier.callers}
        calls = earlier.calls | record.calls
        return cls(earlier.members, callers, calls, record.open_calls, earlier.open_calls)

    def find_call(self, member: QueueMember) -> OpenCall | None:
        """Return the call that a listed member is in; None where that is not known."""
        if not member.in_call:
            return None
        call = self.heard.get(member.interface)
        before = self.members.get(member.interface)
        if call is None and before is not None and before.calls_taken == member.calls_taken:
            return self.remembered.get(member.interface)
        return call


_UNKNOWN: Final = KnownQueue()


def read_listed_queues(items: Iterable[Message], known: Mapping[str, Queue], now: float) -> dict[str, Queue]:
    """Return the queues of a list by name, as far as the list tells them.

    Args:
        items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        known: The queues as they are.
        now: When the list was made.
    """
    records = read_queue_list(items, lambda name: _know(known.get(name)), now)
    return {
        name: record.freeze(queue.today if (queue := known.get(name)) else None)
        for name, record in records.items()
    }


def read_queue_list(
    items: Iterable[Message], find_known: Callable[[str], KnownQueue], now: float
) -> dict[str, QueueRecord]:
    """Return a record of each queue of a list, with what is known and no list tells.

    Args:
        items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        find_known: Returns what is known of a queue.
        now: When the list was made.
    """
    records: dict[str, QueueRecord] = {}
    known = _UNKNOWN
    for item in items:
        name = item.get("Queue")
        with Sparing(item):
            if name and item.name == "QueueParams":
                known = find_known(name)
                records[name] = _read_params(item, name)
                records[name].calls.update(known.calls)
            elif name in records:
                _load_item(records[name], item, known, now)
    return records


def read_member(
    message: Message, interface: str, name: str | None, before: QueueMember | None, changed_at: float | None
) -> QueueMember:
    """Read a member from an event or an item of a list; both have the same headers but two.

    Args:
        message: The event.
        interface: What is dialled.
        name: Name for people.
        before: The member as it was, for what no header tells.
        changed_at: Since when the device state is what it is, if it was another.
    """
    told = _read_told(message, interface=interface, name=read_text(name))
    paused, ring_in_use = told.paused, told.ring_in_use
    status_since, in_call_with, handed_over = None, None, False
    if before is not None:
        status_since = before.status_since if before.status == told.status else changed_at
        in_call_with, handed_over = before.in_call_with, before.handed_over
        ring_in_use = before.ring_in_use if ring_in_use is None else ring_in_use
    return replace(
        told,
        paused_reason=told.paused_reason if paused else None,
        paused_at=told.paused_at if paused else None,
        ring_in_use=ring_in_use,
        status_since=status_since,
        in_call_with=in_call_with,
        handed_over=handed_over,
    )


def _load_item(record: QueueRecord, item: Message, known: KnownQueue, now: float) -> None:
    if item.name == "QueueMember":
        _load_member(item, record, known, now)
    elif item.name == "QueueEntry":
        record.callers.append(_read_entry(item, known, now))


def _read_params(item: Message, name: str) -> QueueRecord:
    completed = read_int(item.get("Completed"))
    percent = read_percentage(item.get("ServicelevelPerf"))
    return QueueRecord(
        queue=name,
        strategy=read_text(item.get("Strategy")),
        max=read_int(item.get("Max")),
        weight=read_int(item.get("Weight")),
        service_level=read_int(item.get("ServiceLevel")),
        counters=Counters(
            completed=completed,
            abandoned=read_int(item.get("Abandoned")),
            completed_in_level=count_in_level(percent, completed),
            hold_time=read_seconds(item.get("Holdtime")),
            talk_time=read_seconds(item.get("TalkTime")),
        ),
    )


def _load_member(item: Message, record: QueueRecord, known: KnownQueue, now: float) -> None:
    interface = item.get("Location")
    if not interface:
        return
    before = known.members.get(interface)
    changed_at = now if known.same_session else None
    member = read_member(item, interface, item.get("Name"), before, changed_at)
    call = known.find_call(member)
    if not known.same_session:
        member = replace(member, in_call_with=call.talk if call else None)
    record.members[interface] = member
    if member.in_call:
        record.open_calls[interface] = call or OpenCall(interface=interface)


def _know(queue: Queue | None) -> KnownQueue:
    """Return what a queue's value tells."""
    if queue is None:
        return _UNKNOWN
    members = {member.interface: member for member in queue.members}
    callers = {caller.unique_id: caller for caller in queue.callers}
    return KnownQueue(members, callers, same_session=True)


def _read_entry(item: Message, known: KnownQueue, now: float) -> QueueCaller:
    unique_id = item.get("Uniqueid", "")
    earlier = known.callers.get(unique_id)
    return QueueCaller(
        position=read_int(item.get("Position")) or 0,
        channel=item.get("Channel", ""),
        unique_id=unique_id,
        caller_id_num=_read_entry_caller_id(item.get("CallerIDNum")),
        caller_id_name=_read_entry_caller_id(item.get("CallerIDName")),
        joined_at=earlier.joined_at if earlier else now - (read_seconds(item.get("Wait")) or 0),
        priority=read_int(item.get("Priority")),
    )


def _read_entry_caller_id(value: str | None) -> str | None:
    return None if value == _NO_CALLER_ID else read_text(value)
