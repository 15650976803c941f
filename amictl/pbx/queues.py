"""The queues of one PBX, kept by events.

Limits, all for want of an event (Asterisk apps/app_queue.c): a queue that a reload adds or drops, its
parameters after a reload, counters set to zero (``QueueReset``), and callers moved by priority show
only with the next list; so does the order of callers who left and came back right before a list. An
unknown queue that an event names comes to be with unknown parameters. A caller who gave up within the
milliseconds before the list may be counted twice, since no event tells whether the list's counters hold
it already, and so may a call that began and ended in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from amictl.pbx.changes import NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.models import Queue, QueueCaller, QueueMember
from amictl.pbx.queue_record import Counters, OpenCall, QueueRecord
from amictl.pbx.values import (
    read_device_state,
    read_epoch,
    read_flag,
    read_float,
    read_int,
    read_text,
)
from amictl.protocol import Message

# app_queue.c writes this, without brackets, into a QueueEntry whose caller did not give a number or name.
_NO_CALLER_ID: Final = "unknown"
# How long after a list events from before it may still come; Asterisk's take milliseconds.
_LATE_SECONDS: Final = 5.0


class QueueTable:
    """The queues by name.

    Args:
        clock: Tells the time in seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.by_name: dict[str, Queue] = {}
        self._records: dict[str, QueueRecord] = {}
        self._waiting: dict[str, str] = {}
        self._joined: set[str] = set()
        self._settled_at = 0.0
        self._clock = clock

    def add_caller(self, message: Message) -> Changes:
        """Take a ``QueueCallerJoin`` event; a caller who is listed already keeps the listed place."""
        record = self._record_of(message)
        unique_id = message.get("Uniqueid")
        if record is None or not unique_id:
            return NO_CHANGES
        self._joined.add(unique_id)
        if record.find_caller(unique_id):
            return NO_CHANGES
        record.insert_caller(
            QueueCaller(
                position=read_int(message.get("Position")) or len(record.callers) + 1,
                channel=message.get("Channel", ""),
                unique_id=unique_id,
                caller_id_num=read_text(message.get("CallerIDNum")),
                caller_id_name=read_text(message.get_unescaped("CallerIDName")),
                joined_at=self._clock(),
                priority=None,
            )
        )
        self._waiting[unique_id] = record.queue
        return self._publish(record)

    def remove_caller(self, message: Message) -> Changes:
        """Take a ``QueueCallerLeave`` event."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        return self._remove_caller(record, message.get("Uniqueid", ""))

    def bridge_caller(self, unique_id: str) -> Changes:
        """Take out a caller whose channel entered a bridge while it still waited.

        The action ``Bridge`` on a waiting caller makes app_queue count it as abandoned without any event.
        """
        if unique_id not in self._waiting or self._may_be_older(unique_id):
            return NO_CHANGES
        return self._take_caller(unique_id)

    def hang_up_caller(self, unique_id: str) -> Changes:
        """Take out a caller whose channel is gone."""
        return self._take_caller(unique_id) if unique_id in self._waiting else NO_CHANGES

    def update_caller_id(self, message: Message) -> Changes:
        """Take a ``NewCallerid`` event of a channel that may be waiting."""
        unique_id = message.get("Uniqueid", "")
        record = self._records.get(self._waiting.get(unique_id, ""))
        if record is None:
            return NO_CHANGES
        record.change_caller(
            unique_id,
            caller_id_num=read_text(message.get("CallerIDNum")),
            caller_id_name=read_text(message.get_unescaped("CallerIDName")),
        )
        return self._publish(record)

    def rename_caller(self, unique_id: str, channel: str) -> Changes:
        """Give a waiting channel its new name after a masquerade."""
        record = self._records.get(self._waiting.get(unique_id, ""))
        if record is None:
            return NO_CHANGES
        record.change_caller(unique_id, channel=channel)
        return self._publish(record)

    def put_member(self, message: Message) -> Changes:
        """Take an event that tells all of a member (``QueueMemberAdded``, ``…Status``, ``…Pause``, …)."""
        record = self._record_of(message)
        interface = message.get("Interface")
        if record is None or not interface:
            return NO_CHANGES
        member = _read_member(message, interface, message.get("MemberName"))
        now = self._clock()
        record.put_member(member, now, may_be_older=now < self._settled_at)
        return self._publish(record)

    def remove_member(self, message: Message) -> Changes:
        """Take a ``QueueMemberRemoved`` event."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        record.members.pop(message.get("Interface", ""), None)
        return self._publish(record)

    def count_abandoned(self, message: Message) -> Changes:
        """Take a ``QueueCallerAbandon`` event, which comes before that caller's leave."""
        record = self._record_of(message)
        if record is None or record.find_caller(message.get("Uniqueid", "")) is None:
            return NO_CHANGES
        record.counters.count_abandoned()
        return self._publish(record)

    def connect_call(self, message: Message) -> Changes:
        """Take an ``AgentConnect`` event: a member answered."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        waited = read_int(message.get("HoldTime")) or 0
        caller = message.get("Uniqueid", "")
        record.connect_call(message.get("Interface", ""), caller, waited, self._clock())
        return self._publish(record)

    def complete_call(self, message: Message) -> Changes:
        """Take an ``AgentComplete`` event: an answered call ended."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        waited = read_int(message.get("HoldTime")) or 0
        talked = read_int(message.get("TalkTime")) or 0
        caller = message.get("Uniqueid", "")
        record.complete_call(message.get("Interface", ""), caller, waited, talked, self._clock())
        return self._publish(record)

    def load(self, items: Iterable[Message]) -> Changes:
        """Make the table equal to a ``QueueStatus`` list.

        Args:
            items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        """
        now = self._clock()
        self._settled_at = now + _LATE_SECONDS
        before = self._records
        self._records = {}
        for item in items:
            name = item.get("Queue")
            if name:
                _load_item(self._records, item, before.get(name), now)
        self._waiting = {}
        self._joined.clear()
        changes: list[Change] = []
        for record in self._records.values():
            self._waiting.update((caller.unique_id, record.queue) for caller in record.callers)
            changes += self._publish(record)
        for name in self.by_name.keys() - self._records.keys():
            del self.by_name[name]
            changes.append(Change(QUEUES, "del", name))
        return changes

    def correct(self, name: str, queue: Queue | None) -> Changes:
        """Make one queue what lists proved it to be; None for one that is gone."""
        waited = [unique_id for unique_id, where in self._waiting.items() if where == name]
        for unique_id in waited:
            del self._waiting[unique_id]
        if queue is None:
            self._records.pop(name, None)
            return (Change(QUEUES, "del", name),) if self.by_name.pop(name, None) else NO_CHANGES
        record = self._records.setdefault(name, QueueRecord(name))
        record.correct(queue)
        self._waiting.update((caller.unique_id, name) for caller in record.callers)
        return self._publish(record)

    def _take_caller(self, unique_id: str) -> Changes:
        record = self._records[self._waiting[unique_id]]
        if not self._may_be_older(unique_id):
            record.counters.count_abandoned()
        return self._remove_caller(record, unique_id)

    def _may_be_older(self, unique_id: str) -> bool:
        """Tell whether an event may be from before the joining of a caller whom the list told."""
        return unique_id not in self._joined and self._clock() < self._settled_at

    def _remove_caller(self, record: QueueRecord, unique_id: str) -> Changes:
        self._waiting.pop(unique_id, None)
        self._joined.discard(unique_id)
        record.remove_caller(unique_id)
        return self._publish(record)

    def _record_of(self, message: Message) -> QueueRecord | None:
        name = message.get("Queue")
        if not name:
            return None
        record = self._records.get(name)
        if record is None:
            record = self._records[name] = QueueRecord(name)
        return record

    def _publish(self, record: QueueRecord) -> Changes:
        queue = record.freeze()
        if self.by_name.get(record.queue) == queue:
            return NO_CHANGES
        self.by_name[record.queue] = queue
        return (Change(QUEUES, "put", record.queue, queue),)


def read_listed_queues(items: Iterable[Message], _known: Mapping[str, Queue], now: float) -> dict[str, Queue]:
    """Return the queues of a list by name, as far as the list tells them.

    Args:
        items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        now: When the list was made.
    """
    records: dict[str, QueueRecord] = {}
    for item in items:
        if item.get("Queue"):
            _load_item(records, item, None, now)
    return {name: record.freeze() for name, record in records.items()}


def _load_item(records: dict[str, QueueRecord], item: Message, known: QueueRecord | None, now: float) -> None:
    name = item.get("Queue", "")
    if item.name == "QueueParams":
        records[name] = _read_params(item, name)
        return
    record = records.get(name)
    if record is None:
        return
    if item.name == "QueueMember":
        _load_member(item, record, known)
    elif item.name == "QueueEntry":
        record.callers.append(_read_entry(item, known, now))


def _read_params(item: Message, name: str) -> QueueRecord:
    completed = read_int(item.get("Completed"))
    percent = read_float(item.get("ServicelevelPerf")) or 0.0
    return QueueRecord(
        queue=name,
        strategy=read_text(item.get("Strategy")),
        max=read_int(item.get("Max")),
        weight=read_int(item.get("Weight")),
        service_level=read_int(item.get("ServiceLevel")),
        counters=Counters(
            completed=completed,
            abandoned=read_int(item.get("Abandoned")),
            completed_in_level=round(percent * (completed or 0) / 100.0),
            hold_time=read_int(item.get("Holdtime")),
            talk_time=read_int(item.get("TalkTime")),
        ),
    )


def _load_member(item: Message, record: QueueRecord, known: QueueRecord | None) -> None:
    interface = item.get("Location")
    if not interface:
        return
    member = _read_member(item, interface, item.get("Name"))
    earlier = known.members.get(interface) if known else None
    if earlier is not None:
        member = replace(member, ring_in_use=earlier.ring_in_use)
    record.members[interface] = member
    if member.in_call:
        call = known.open_calls.get(interface) if known else None
        record.open_calls[interface] = call or OpenCall()


def _read_member(message: Message, interface: str, name: str | None) -> QueueMember:
    get = message.get
    paused = read_flag(get("Paused"))
    return QueueMember(
        interface=interface,
        name=read_text(name),
        state_interface=read_text(get("StateInterface")),
        membership=read_text(get("Membership")),
        penalty=read_int(get("Penalty")),
        status=read_device_state(get("Status")),
        in_call=read_flag(get("InCall")),
        paused=paused,
        paused_reason=read_text(get("PausedReason")) if paused else None,
        paused_at=read_epoch(get("LastPause")) if paused else None,
        calls_taken=read_int(get("CallsTaken")),
        last_call_at=read_epoch(get("LastCall")),
        logged_in_at=read_epoch(get("LoginTime")),
        ring_in_use=read_flag(get("Ringinuse")),
        wrapup_time=read_int(get("Wrapuptime")),
    )


def _read_entry(item: Message, known: QueueRecord | None, now: float) -> QueueCaller:
    unique_id = item.get("Uniqueid", "")
    earlier = known.find_caller(unique_id) if known else None
    return QueueCaller(
        position=read_int(item.get("Position")) or 0,
        channel=item.get("Channel", ""),
        unique_id=unique_id,
        caller_id_num=_read_entry_caller_id(item.get("CallerIDNum")),
        caller_id_name=_read_entry_caller_id(item.get("CallerIDName")),
        joined_at=earlier.joined_at if earlier else now - (read_int(item.get("Wait")) or 0),
        priority=read_int(item.get("Priority")),
    )


def _read_entry_caller_id(value: str | None) -> str | None:
    return None if value == _NO_CALLER_ID else read_text(value)
