"""The queues of one PBX, kept by events.

Limits, all for want of an event (Asterisk apps/app_queue.c): a queue that a reload adds or drops, its
parameters after a reload, counters set to zero (``QueueReset``), and callers moved by priority show
only with the next list; so does the order of callers who left and came back right before a list. An
unknown queue that an event names comes to be with unknown parameters, and is asked for. A caller who gave
up within the milliseconds before the list may be counted twice, since no event tells whether the list's
counters hold it already, and so may a call that began and ended in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from amictl.pbx.ami_values import read_int, read_seconds, read_text
from amictl.pbx.changes import NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.topics.channels.local_halves import read_departure, second_half_of
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.lists import KnownQueue, read_member, read_queue_list
from amictl.pbx.topics.queues.open_calls import CallEnd
from amictl.pbx.topics.queues.partners import Partners
from amictl.pbx.topics.queues.record import QueueRecord
from amictl.pbx.topics.queues.rests import QueueRests
from amictl.pbx.topics.queues.silent_members import SilentMembers
from amictl.pbx.topics.queues.stays import Stay, find_member_of, read_stay
from amictl.pbx.topics.queues.successors import find_successor
from amictl.pbx.topics.queues.value import MemberCall, Membership, Queue, QueueCaller, QueueMember
from amictl.protocol import Message

# How long after a list events from before it may still come; Asterisk's take milliseconds.
_LATE_SECONDS: Final = 5.0
# Of so many queues that came or went, all are asked for instead.
_MOST_ASKED: Final = 10


class _Talk(NamedTuple):
    """An answered caller's talk.

    Args:
        queue: The queue.
        interface: The member.
        heard: Whether an event told of the answer.
        half: The second half of the Local channel by which the member was called; empty where there is none.
        parted: Whether that half left who was behind it, so that they talk no more.
        transferred: Whether a transfer did that.
    """

    queue: str
    interface: str
    heard: bool
    half: str = ""
    parted: bool = False
    transferred: bool = False


class QueueTable:
    """The queues by name.

    Args:
        clock: Tells the time in seconds since 1970.
        days: The queues' days, which outlive this table.
        earlier: The table of an earlier session, for what no list tells; let go of after the first list.
        doubts: Where queues are noted that only a list can tell.

    Attributes:
        counting: Whether events count for the days. Those of a session's beginning come twice (see
            `PbxState.load_channels`), and count only the second time.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        days: QueueDays,
        earlier: QueueTable | None = None,
        doubts: Doubts | None = None,
    ) -> None:
        self.by_name: dict[str, Queue] = {}
        self._counting = False
        self._records: dict[str, QueueRecord] = {}
        self._waiting: dict[str, str] = {}
        self._talking: dict[str, _Talk] = {}
        self._caller_of_half: dict[str, str] = {}
        self._replaced: list[tuple[str, str]] = []
        self._joined: set[str] = set()
        # Who has left a queue, and does nothing else yet: a member may have answered.
        self._left: dict[str, Stay] = {}
        self.rests: QueueRests = earlier.rests if earlier else QueueRests()
        self.rests.forget_file()
        self._settled_at = 0.0
        self._settled: dict[str, float] = {}
        self._doubts = doubts or Doubts()
        self.silent = SilentMembers(self._doubts)
        self._clock = clock
        self._days = days
        self._earlier = earlier
        self._listed = self._remembering = False
        self._answered_before: Mapping[str, _Talk] = {}

    @property
    def counting(self) -> bool:
        """Whether events count for the days."""
        return self._counting and self._days.heard

    @counting.setter
    def counting(self, counting: bool) -> None:
        self._counting = counting

    def add_caller(self, message: Message) -> Changes:
        """Take a ``QueueCallerJoin`` event; a caller who is listed already keeps the listed place."""
        record = self._record_of(message)
        unique_id = message.get("Uniqueid")
        if record is None or not unique_id:
            return NO_CHANGES
        now = self._clock()
        if self.counting:
            self._days.join(record.queue, unique_id, now)
        self._joined.add(unique_id)
        if record.find_caller(unique_id):
            return self._publish(record)
        record.insert_caller(
            QueueCaller(
                position=read_int(message.get("Position")) or len(record.callers) + 1,
                channel=message.get("Channel", ""),
                unique_id=unique_id,
                caller_id_num=read_text(message.get("CallerIDNum")),
                caller_id_name=read_text(message.get_unescaped("CallerIDName")),
                joined_at=now,
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
        unique_id = message.get("Uniqueid", "")
        caller = record.find_caller(unique_id)
        if caller is not None:
            self._left[unique_id] = Stay(record.queue, max(0.0, self._clock() - caller.joined_at))
        if self.counting:
            self._days.leave(record.queue, unique_id, self._clock())
        return self._remove_caller(record, unique_id)

    def replace_caller(self, unique_id: str, successor: Channel) -> Changes:
        """Let another channel go on with the stay of one that waits.

        Args:
            unique_id: The channel that is replaced; it may be one that does not wait.
            successor: The other one.
        """
        record = self._records.get(self._waiting.pop(unique_id, ""))
        if record is None:
            return NO_CHANGES
        after = successor.unique_id
        if self.counting:
            self._days.replace(record.queue, unique_id, after)
        self._joined.discard(unique_id)
        self._joined.add(after)
        self._waiting[after] = record.queue
        self._replaced.append((unique_id, after))
        record.replace_caller(unique_id, successor)
        return self._publish(record)

    def take_replaced(self) -> Sequence[tuple[str, str]]:
        """Return the unique IDs of waiting channels that were replaced, and of those that replaced them."""
        if not self._replaced:
            return ()
        replaced, self._replaced = self._replaced, []
        return replaced

    def find_successor(self, unique_id: str, channels: Mapping[str, Channel]) -> Channel | None:
        """Return the channel that goes on with the stay of one that hangs up; None where there is none.

        Args:
            unique_id: The channel that hangs up; whoever left the queue does not wait any more.
            channels: All channels.
        """
        queue = self._waiting.get(unique_id)
        return find_successor(channels, unique_id, queue, self._waiting) if queue else None

    def bridge_caller(self, unique_id: str) -> Changes:
        """Take out a caller whose channel entered a bridge while it still waited.

        The action ``Bridge`` on a waiting caller makes app_queue count it as abandoned without any event.
        """
        if unique_id not in self._waiting or self._may_be_older(unique_id):
            return NO_CHANGES
        return self._take_caller(unique_id)

    def hang_up_caller(self, unique_id: str) -> Changes:
        """Take out a caller whose channel is gone, and end the call that it was in."""
        ended = self._end_talk(unique_id) if unique_id in self._talking else NO_CHANGES
        left = self._take_caller(unique_id) if unique_id in self._waiting else NO_CHANGES
        return (*ended, *left, *self.move_on(unique_id))

    def move_on(self, unique_id: str) -> Changes:
        """Take that a caller's channel is gone or runs another application: no member will answer it now."""
        self._left.pop(unique_id, None)
        queue = self._days.move_on(unique_id) if self.counting else None
        record = self._records.get(queue) if queue else None
        return self._publish(record) if record else NO_CHANGES

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

    def call_member(self, message: Message) -> Changes:
        """Take an ``AgentCalled`` event: a member is rung, so that its rest is over.

        It is told with the caller's ID of this moment, which a waiting channel may have got without an event.
        """
        updated = self.update_caller_id(message)
        record = self._records.get(message.get("Queue", ""))
        member = record.members.get(message.get("Interface", "")) if record else None
        if record is None or member is None:
            return updated
        self.rests.note_ring(record.queue, member, self._clock())
        return (*updated, *self._publish(record))

    def load_wrapup_times(self, items: Iterable[Message]) -> Changes:
        """Take what ``queues.conf`` says of wrap-up times.

        Args:
            items: The response to ``GetConfig``.
        """
        self.rests.load(items)
        return [change for record in self._records.values() for change in self._publish(record)]

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
        now = self._clock()
        before = record.members.get(interface)
        member = read_member(message, interface, message.get("MemberName"), before, now)
        record.put_member(member, now, may_be_older=self._is_settling(now, record.queue))
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
        unique_id = message.get("Uniqueid")
        if record is None or not unique_id:
            return NO_CHANGES
        waited = read_seconds(message.get("HoldTime"))
        listed = self.counting and self._count_abandoned(record, unique_id, waited)
        if not listed and record.find_caller(unique_id) is not None:
            record.counters.count_abandoned()
        return self._publish(record)

    def connect_call(self, message: Message) -> Changes:
        """Take an ``AgentConnect`` event: a member answered."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        caller, interface = message.get("Uniqueid", ""), message.get("Interface", "")
        waited, now = read_seconds(message.get("HoldTime")) or 0, self._clock()
        call = MemberCall(
            number=read_text(message.get("CallerIDNum")),
            name=read_text(message.get_unescaped("CallerIDName")),
            unique_id=caller,
            linked_id=read_text(message.get("Linkedid")),
            since=now,
        )
        if self.counting:
            known = record.open_calls.get(interface)
            listed = known is not None and known.caller is None
            level = record.service_level or 0
            self._days.connect(record.queue, caller, waited, level, now, listed=listed)
        record.connect_call(interface, call, waited)
        half = second_half_of(message.get("DestChannel", ""))
        self._begin_talk(caller, _Talk(record.queue, interface, heard=True, half=half))
        return self._publish(record)

    def part_half(self, message: Message) -> Changes:
        """Take an event that may take the second half of a member's Local channel away from who is behind it.

        Args:
            message: See `read_departure`; a transfer counts as one of the queue's calls, once.
        """
        caller = self._caller_of_half.get(read_departure(message), "")
        talk = self._talking.get(caller)
        record = self._records.get(talk.queue) if talk else None
        if talk is None or record is None:
            return NO_CHANGES
        transferred = message.name != "BridgeLeave"
        if transferred and not talk.transferred:
            record.hand_over(talk.interface, is_over=False)
            if self.counting:
                self._days.transfer(record.queue, caller, self._clock())
        record.end_talk(talk.interface, caller)
        self._talking[caller] = talk._replace(parted=True, transferred=talk.transferred or transferred)
        return self._publish(record)

    def take_out_local(self, message: Message) -> Changes:
        """Take a ``LocalOptimizationBegin`` event: the halves go, and who is behind them talks on."""
        caller = self._caller_of_half.pop(message.get("LocalTwoChannel", ""), None)
        if caller in self._talking:
            self._talking[caller] = self._talking[caller]._replace(half="")
        return NO_CHANGES

    def complete_call(self, message: Message) -> Changes:
        """Take an ``AgentComplete`` event: an answered call ended."""
        record = self._record_of(message)
        if record is None:
            return NO_CHANGES
        now = self._clock()
        waited = read_seconds(message.get("HoldTime")) or 0
        talked = read_seconds(message.get("TalkTime")) or 0
        caller = message.get("Uniqueid", "")
        talk = self._pop_talk(caller, record)
        if self.counting:
            transferred = message.get("Reason") == "transfer" and not (talk and talk.transferred)
            self._days.complete(record.queue, caller, talked, now, transferred=transferred)
        end = CallEnd(now, waited, talked, heard=talk is not None and talk.heard)
        interface = message.get("Interface", "")
        record.complete_call(interface, caller, end)
        self.rests.note_end(Membership(record.queue, interface), now)
        return self._publish(record)

    def find_stay(self, unique_id: str, member_channel: str) -> Stay | None:
        """Return where a caller waits, has just left or talks, and the member whose channel is named.

        Args:
            unique_id: The caller.
            member_channel: Name of the member's channel.
        """
        talk, left = self._talking.get(unique_id), self._left.get(unique_id)
        queue = talk.queue if talk else left.queue if left else self._waiting.get(unique_id, "")
        record = self._records.get(queue)
        if record is None:
            return None
        member = record.members.get(talk.interface) if talk else find_member_of(record, member_channel)
        return read_stay(record, unique_id, member, left, self._clock())

    def follow_device(self, message: Message) -> Changes:
        """Take a ``DeviceStateChange`` event, for members of whom nothing else tells."""
        changed = self.silent.follow(message, self._records, self._clock())
        return [change for record in changed for change in self._publish(record)]

    def note_boot(self, message: Message) -> Changes:
        """Take a ``FullyBooted`` event, which tells for how long Asterisk has been running."""
        uptime = read_seconds(message.get("Uptime"))
        if uptime is not None:
            self._days.note_boot(self._clock() - uptime)
        return NO_CHANGES

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
        self._settled_at = now + _LATE_SECONDS
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
        self._settled[name] = now + _LATE_SECONDS
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
                record.put_member(member, now, may_be_older=self._is_settling(now, name))
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
            if caller not in self._talking:
                self._begin_talk(caller, self._answered_before[caller])
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
            calls = [call for call in found if not self._has_parted(call.unique_id)]
            heard = self._talking.keys() | record.calls.keys()
            unheard = [call for call in calls if call.unique_id not in heard]
            if unheard and record.members[interface].in_call_with is not None:
                record.answer_unheard(interface, unheard[-1], self._clock())
            elif not calls or record.members[interface].in_call_with is not None:
                continue
            call = (unheard or calls)[-1]
            record.begin_talk(interface, call)
            self._talking[call.unique_id] = _Talk(record.queue, interface, heard=False)
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

    def find_answered(self) -> Mapping[str, _Talk]:
        """Return the answered callers who did not hang up since, with whom they talk."""
        return self._talking

    def find_record(self, name: str) -> QueueRecord | None:
        """Return what is known of a queue and not part of its value, too."""
        return self._records.get(name)

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

    def _count_abandoned(self, record: QueueRecord, unique_id: str, waited: float | None) -> bool:
        """Count for the day; return whether the latest list's counters have this caller already."""
        level = record.service_level or 0
        return self._days.abandon(record.queue, unique_id, waited, level, self._clock())

    def _begin_talk(self, caller: str, talk: _Talk) -> None:
        self._talking[caller] = talk
        if talk.half:
            self._caller_of_half[talk.half] = caller

    def _pop_talk(self, caller: str, record: QueueRecord) -> _Talk | None:
        talk = self._talking.pop(caller, None)
        if talk is not None:
            self._caller_of_half.pop(talk.half, None)
            if talk.transferred:
                record.hand_over(talk.interface, is_over=True)
        return talk

    def _has_parted(self, caller: str) -> bool:
        return caller in self._talking and self._talking[caller].parted

    def _end_talk(self, unique_id: str) -> Changes:
        talk = self._talking[unique_id]
        record = self._records.get(talk.queue)
        self._pop_talk(unique_id, record or QueueRecord(talk.queue))
        if record is None:
            return NO_CHANGES
        record.end_talk(talk.interface, unique_id)
        record.hang_up(unique_id)
        return self._publish(record)

    def _take_caller(self, unique_id: str) -> Changes:
        record = self._records[self._waiting[unique_id]]
        if self.counting:
            self._count_abandoned(record, unique_id, None)
        if not self._may_be_older(unique_id):
            record.counters.count_abandoned()
        return self._remove_caller(record, unique_id)

    def _may_be_older(self, unique_id: str) -> bool:
        """Tell whether an event may be from before the joining of a caller whom the list told."""
        queue = self._waiting.get(unique_id, "")
        return unique_id not in self._joined and self._is_settling(self._clock(), queue)

    def _is_settling(self, now: float, queue: str) -> bool:
        """Tell whether events from before the list may still come, though the clock be set back meanwhile."""
        settled_at = max(self._settled_at, self._settled.get(queue, 0.0))
        return 0.0 < settled_at - now <= _LATE_SECONDS

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
            if self._listed:
                self._doubts.note(QUEUES, name)
        return record

    def _publish(self, record: QueueRecord) -> Changes:
        counters = record.asterisk_counters
        if self.counting and counters is not None:
            self._days.note_counters(record.queue, counters)
        today = self._days.today(record.queue, self._clock())
        queue = record.freeze(today, self.rests.told(record.queue), self.rests.at_most(record.queue))
        if self.by_name.get(record.queue) == queue:
            return NO_CHANGES
        self.by_name[record.queue] = queue
        return (Change(QUEUES, "put", record.queue, queue),)
