"""The queues of one PBX, kept by events.

Limits, all for want of an event (Asterisk apps/app_queue.c): a queue that a reload adds or drops, its
parameters after a reload, counters set to zero (``QueueReset``), and callers moved by priority show
only with the next list; so does the order of callers who left and came back right before a list. An
unknown queue that an event names comes to be with unknown parameters, and is asked for. A caller who gave
up within the milliseconds before the list may be counted twice, since no event tells whether the list's
counters hold it already, and so may a call that began and ended in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from amictl.pbx.changes import NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.events import LATE_SECONDS, QueueEvents
from amictl.pbx.topics.queues.lists import KnownQueue, read_member, read_queue_list
from amictl.pbx.topics.queues.partners import Partners
from amictl.pbx.topics.queues.record import QueueRecord
from amictl.pbx.topics.queues.rests import QueueRests
from amictl.pbx.topics.queues.stays import Talk
from amictl.pbx.topics.queues.value import Queue, QueueMember
from amictl.protocol import Message

# Of so many queues that came or went, all are asked for instead.
_MOST_ASKED: Final = 10


class QueueTable(QueueEvents):
    """The queues by name, kept by events and lists.

    Args:
        clock: Tells the time in seconds since 1970.
        days: The queues' days, which outlive this table.
        earlier: The table of an earlier session, for what no list tells; let go of after the first list.
        doubts: Where queues are noted that only a list can tell.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        days: QueueDays,
        earlier: QueueTable | None = None,
        doubts: Doubts | None = None,
    ) -> None:
        super().__init__(clock, days, earlier.rests if earlier else QueueRests(), doubts or Doubts())
        self.rests.forget_file()
        self._earlier = earlier
        self._remembering = False
        self._answered_before: Mapping[str, Talk] = {}

    def load_wrapup_times(self, items: Iterable[Message]) -> Changes:
        """Take what ``queues.conf`` says of wrap-up times.

        Args:
            items: The response to ``GetConfig``.
        """
        self.rests.load(items)
        return [change for record in self._records.values() for change in self._publish(record)]

    def begin_day(self, now: float) -> Changes:
        """Tell of a new day, if one began; for the moment at which nothing else happens.

        Args:
            now: The time.
        """
        return self.publish_all() if self._days.is_new_day(now) else NO_CHANGES

    def publish_all(self) -> Changes:
        """Tell each queue anew, with its day."""
        return [change for record in self._records.values() for change in self._publish(record)]

    def load(self, items: Iterable[Message]) -> Changes:
        """Make the table equal to a ``QueueStatus`` list.

        Args:
            items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        """
        now = self._clock()
        self._settled_at = now + LATE_SECONDS
        self._settled.clear()
        self._records = read_queue_list(items, self._find_known, now)
        self._answered_before = self._earlier.find_answered() if self._earlier else {}
        self._remembering, self._earlier, self._listed = not self._listed, None, True
        self._waiting = {}
        self._joined.clear()
        changes: list[Change] = []
        for record in self._records.values():
            self._take_listed(record, now)
            changes += self._publish(record)
        self._days.end_list(self._records, now)
        self.silent.keep(self._records)
        for name in self.by_name.keys() - self._records.keys():
            del self.by_name[name]
            changes.append(Change(QUEUES, "del", name))
        return changes

    def load_queue(self, name: str, items: Iterable[Message]) -> Changes:
        """Make one queue equal to a ``QueueStatus`` list of it alone; one that the list lacks is gone.

        Args:
            name: The queue.
            items: As for `load`.
        """
        now = self._clock()
        record = read_queue_list(items, self._find_known, now).get(name)
        if record is None:
            return self.correct(name, None)
        self._settled[name] = now + LATE_SECONDS
        self._waiting = {caller: queue for caller, queue in self._waiting.items() if queue != name}
        self._records[name] = record
        self._take_listed(record, now)
        return self._publish(record)

    def load_member(self, interface: str, items: Iterable[Message]) -> Changes:
        """Make one member, in each queue of a list, what a ``QueueStatus`` list of that member alone tells.

        Args:
            interface: What is dialled.
            items: As for `load`; queues that do not list the member do not have it.
        """
        now = self._clock()
        listed: dict[str, QueueMember | None] = {}
        for item in items:
            record = self._record_of(item)
            if record is not None and item.name == "QueueParams":
                listed[record.queue] = None
            elif record is not None and item.name == "QueueMember" and item.get("Location") == interface:
                before = record.members.get(interface)
                listed[record.queue] = read_member(item, interface, item.get("Name"), before, now)
        changes: list[Change] = []
        for name, member in listed.items():
            record = self._records[name]
            if member is not None:
                if not record.put_member(member, now, may_be_older=self._is_settling(now, name)):
                    self._ask_for(name)
            else:
                record.members.pop(interface, None)
            changes += self._publish(record)
        return changes

    def note_names(self, items: Iterable[Message]) -> None:
        """Take a ``QueueSummary`` list: ask for queues that came, and for those that went.

        Args:
            items: ``QueueSummary`` events.
        """
        listed = {name for item in items if (name := item.get("Queue"))}
        changed = listed ^ self._records.keys() if self._listed else set()
        for name in changed if len(changed) <= _MOST_ASKED else ("",):
            self._doubts.note(QUEUES, name)

    def find_partners(self, channels: Mapping[str, Channel]) -> Changes:
        """Find whom those members talk to whose calls were answered before we looked.

        Where an earlier session knew a member's call, another one is the latest: it was answered when nobody
        listened.

        Args:
            channels: All channels, as the lists of the same moment tell them.
        """
        for caller in self._answered_before.keys() & channels.keys():
            if caller not in self._talks.by_caller:
                self._talks.begin(caller, self._answered_before[caller])
        self._answered_before = {}
        doubtful = [
            (record, member.interface)
            for record in self._records.values()
            for member in record.members.values()
            if member.in_call and (member.in_call_with is None or self._remembering)
        ]
        partners = Partners(channels.values() if doubtful else ())
        changes: list[Change] = []
        for record, interface in doubtful:
            found = partners.find(record.queue, interface)
            calls = [call for call in found if not self._talks.has_parted(call.unique_id)]
            heard = self._talks.by_caller.keys() | record.calls.keys()
            unheard = [call for call in calls if call.unique_id not in heard]
            if unheard and record.members[interface].in_call_with is not None:
                record.answer_unheard(interface, unheard[-1], self._clock())
            elif not calls or record.members[interface].in_call_with is not None:
                continue
            call = (unheard or calls)[-1]
            record.begin_talk(interface, call)
            self._talks.begin(call.unique_id, Talk(record.queue, interface, heard=False))
            changes += self._publish(record)
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
        self._take_listed(record, self._clock())
        return self._publish(record)

    def find_answered(self) -> Mapping[str, Talk]:
        """Return the answered callers who did not hang up since, with whom they talk."""
        return self._talks.by_caller

    def _find_known(self, name: str) -> KnownQueue:
        record = self._records.get(name) or QueueRecord(name)
        if self._listed:
            return KnownQueue.of_session(record)
        earlier = self._earlier.find_record(name) if self._earlier else None
        return KnownQueue.of_earlier(earlier or QueueRecord(name), record)

    def _take_listed(self, record: QueueRecord, now: float) -> None:
        """Let a listed queue's callers be found, and its day know of them."""
        self.silent.take(record.queue, record.members.values())
        callers = {caller.unique_id: caller.joined_at for caller in record.callers}
        self._waiting.update(dict.fromkeys(callers, record.queue))
        if (counters := record.asterisk_counters) is None:
            return
        for after, before in self._days.take_list(record.queue, counters, callers, now).items():
            self._replaced.append((before, after))
            record.change_caller(after, joined_at=self._days.joined_at(record.queue, after))
