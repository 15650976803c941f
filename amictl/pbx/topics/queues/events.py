"""What events change in the queues of one PBX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from amictl.pbx.ami_values import read_int, read_seconds, read_text
from amictl.pbx.changes import NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.topics.channels.local_halves import read_departure, second_half_of
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.lists import read_member
from amictl.pbx.topics.queues.open_calls import CallEnd
from amictl.pbx.topics.queues.record import QueueRecord
from amictl.pbx.topics.queues.rests import QueueRests
from amictl.pbx.topics.queues.silent_members import SilentMembers
from amictl.pbx.topics.queues.stays import Stay, Talk, Talks, find_member_of, read_stay
from amictl.pbx.topics.queues.successors import find_successor
from amictl.pbx.topics.queues.value import MemberCall, Membership, Queue, QueueCaller
from amictl.protocol import Message

# How long after a list events from before it may still come; Asterisk's take milliseconds.
LATE_SECONDS: Final = 5.0


class QueueEvents:
    """What is known of queues, as far as events change it.

    Args:
        clock: Tells the time in seconds since 1970.
        days: The queues' days, which outlive this table.
        rests: The wrap-up times of members.
        doubts: Where queues are noted that only a list can tell.

    Attributes:
        counting: Whether events count for the days. Those of a session's beginning come twice (see
            `PbxState.load_channels`), and count only the second time.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        days: QueueDays,
        rests: QueueRests,
        doubts: Doubts,
    ) -> None:
        self.by_name: dict[str, Queue] = {}
        self._counting = False
        self._records: dict[str, QueueRecord] = {}
        self._waiting: dict[str, str] = {}
        self._talks = Talks()
        self._replaced: list[tuple[str, str]] = []
        self._joined: set[str] = set()
        # Who has left a queue, and does nothing else yet: a member may have answered.
        self._left: dict[str, Stay] = {}
        self.rests = rests
        self._settled_at = 0.0
        self._settled: dict[str, float] = {}
        self._doubts = doubts
        self.silent = SilentMembers(self._doubts)
        self._clock = clock
        self._days = days
        self._listed = False

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
        ended = self._end_talk(unique_id) if unique_id in self._talks.by_caller else NO_CHANGES
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
        if not record.put_member(member, now, may_be_older=self._is_settling(now, record.queue)):
            self._ask_for(record.queue)
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
        self._talks.begin(caller, Talk(record.queue, interface, heard=True, half=half))
        return self._publish(record)

    def part_half(self, message: Message) -> Changes:
        """Take an event that may take the second half of a member's Local channel away from who is behind it.

        Args:
            message: See `read_departure`; a transfer counts as one of the queue's calls, once.
        """
        caller = self._talks.caller_of_half.get(read_departure(message), "")
        talk = self._talks.by_caller.get(caller)
        record = self._records.get(talk.queue) if talk else None
        if talk is None or record is None:
            return NO_CHANGES
        transferred = message.name != "BridgeLeave"
        if transferred and not talk.transferred:
            record.hand_over(talk.interface, is_over=False)
            if self.counting:
                self._days.transfer(record.queue, caller, self._clock())
        record.end_talk(talk.interface, caller)
        self._talks.by_caller[caller] = talk._replace(
            parted=True, transferred=talk.transferred or transferred
        )
        return self._publish(record)

    def take_out_local(self, message: Message) -> Changes:
        """Take a ``LocalOptimizationBegin`` event: the halves go, and who is behind them talks on."""
        self._talks.forget_half(message.get("LocalTwoChannel", ""))
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
        if not record.complete_call(interface, caller, end):
            self._ask_for(record.queue)
        self.rests.note_end(Membership(record.queue, interface), now)
        return self._publish(record)

    def find_stay(self, unique_id: str, member_channel: str) -> Stay | None:
        """Return where a caller waits, has just left or talks, and the member whose channel is named.

        Args:
            unique_id: The caller.
            member_channel: Name of the member's channel.
        """
        talk, left = self._talks.by_caller.get(unique_id), self._left.get(unique_id)
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

    def find_record(self, name: str) -> QueueRecord | None:
        """Return what is known of a queue and not part of its value, too."""
        return self._records.get(name)

    def _count_abandoned(self, record: QueueRecord, unique_id: str, waited: float | None) -> bool:
        """Count for the day; return whether the latest list's counters have this caller already."""
        level = record.service_level or 0
        return self._days.abandon(record.queue, unique_id, waited, level, self._clock())

    def _pop_talk(self, caller: str, record: QueueRecord) -> Talk | None:
        talk = self._talks.end(caller)
        if talk is not None and talk.transferred:
            record.hand_over(talk.interface, is_over=True)
        return talk

    def _end_talk(self, unique_id: str) -> Changes:
        talk = self._talks.by_caller[unique_id]
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
        return 0.0 < settled_at - now <= LATE_SECONDS

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
            self._ask_for(name)
        return record

    def _ask_for(self, name: str) -> None:
        """Let a queue be asked for, unless the list of all is still to come."""
        if self._listed:
            self._doubts.note(QUEUES, name)

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
