"""The calls of one PBX: its channels grouped by linked ID, and what each group went through.

A call is there while a channel with its linked ID is. Its legs, its state and its queue follow from channels,
bridges and queues alone, so that they are the same whether lists or events told of those. Its journey and its
clocks need events: of a call that was there before we looked they tell what came since.

Asterisk gives a channel another linked ID when a bridge joins two calls (``ast_bridge_channel``, the oldest
wins; ``BridgeEnter`` and the ``VarSet`` of ``BRIDGEPEER`` tell it). The call that it goes to then takes over
what the other one went through; channels that stay behind, as the second half of a Local channel does, keep
the other call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from amictl.pbx.changes import BRIDGES, CALLS, CHANNELS, NO_CHANGES, Change, Changes
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.events import STEPS
from amictl.pbx.topics.calls.queue_waits import QueueWaits
from amictl.pbx.topics.calls.record import CallRecord, is_local
from amictl.pbx.topics.calls.value import Call, JourneyStep
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.successors import QUEUE
from amictl.protocol import Message

_read_party: Final = attrgetter(
    "channel", "state", "caller_id_num", "caller_id_name", "bridge_id", "on_hold", "waiting_since"
)
"""What a call without legs shows of its Local channels."""

_read_folded: Final = attrgetter("channel", "state", "bridge_id", "waiting_since")
"""What a call with legs needs of its Local channels."""


MOST_ENDED: Final = 200
"""How many calls that ended are remembered, for whoever looks at one while it ends."""


class CallTable:
    """The calls by linked ID.

    Args:
        clock: Tells the time in seconds since 1970.
        bridges: The bridges of the same PBX by bridge ID.
        waits: Who waits in which queue; follows before this table.
        remembered: Records of an earlier session of the same PBX, for what no list tells.
        take_replaced: Returns the unique IDs of waiting channels that were replaced, and of their successors.
        ended: The last calls of an earlier session that ended, by linked ID.
    """

    events: frozenset[str] = frozenset(STEPS)

    def __init__(
        self,
        clock: Callable[[], float],
        bridges: Mapping[str, Bridge],
        waits: QueueWaits,
        remembered: Mapping[str, CallRecord],
        take_replaced: Callable[[], Sequence[tuple[str, str]]],
        *,
        ended: Mapping[str, Call] = MappingProxyType({}),
    ) -> None:
        self.by_id: dict[str, Call] = {}
        self.ended: dict[str, Call] = dict(ended)
        self._clock = clock
        self._bridges = bridges
        self._waits = waits
        self.records: dict[str, CallRecord] = {}
        self._linked_ids: dict[str, str] = {}
        self._remembered = remembered
        self._take_replaced = take_replaced

    def follow(self, message: Message | None, changes: Changes) -> Changes:
        """Take what one event or one list changed in channels and bridges, and the event itself."""
        touched: dict[str, bool] = {}
        for before, after in self._take_replaced():
            self._continue_wait(before, after, touched)
        for change in changes:
            if change.topic == CHANNELS:
                self._take_channel(change, message, touched)
            elif change.topic == BRIDGES and isinstance(change.value, Bridge):
                self._take_bridge(change.value, message, touched)
        if message is None:
            self._remembered = {}
        elif message.name in STEPS:
            self._take_step(message, touched)
        if not touched:
            return NO_CHANGES
        now = self._clock()
        told: list[Change] = []
        for linked_id, surely in touched.items():
            published = self._publish(linked_id, now, surely=surely)
            if published is not None:
                told.append(published)
        return told

    def _take_channel(self, change: Change, message: Message | None, touched: dict[str, bool]) -> None:
        unique_id = change.key
        before = self._linked_ids.get(unique_id)
        if not isinstance(change.value, Channel):
            if before is not None:
                self._end_channel(unique_id, before, message)
                touched[before] = True
            return
        channel = change.value
        linked_id = channel.linked_id or unique_id
        if before == linked_id:
            record = self.records[linked_id]
            known = record.put(channel)
            if known is None or self._note_difference(record, known, channel):
                # What a folded channel does may make no difference to the call.
                touched[linked_id] = touched.get(linked_id, False) or unique_id in record.legs
            return
        self._linked_ids[unique_id] = linked_id
        record = self.records.get(linked_id) or self._begin(linked_id, channel, message)
        if before is not None:
            self._move(unique_id, self.records[before], record)
            touched[before] = True
        record.put(channel)
        touched[linked_id] = True

    def _begin(self, linked_id: str, channel: Channel, message: Message | None) -> CallRecord:
        """Make the record of a call that was not known."""
        record = self.records[linked_id] = CallRecord(linked_id)
        earlier = self._remembered.get(linked_id)
        if earlier is not None:
            record.continue_from(earlier)
            record.note(JourneyStep(self._clock(), "events_missed"))
        elif message is None or message.name != "Newchannel":
            record.note(JourneyStep(self._clock(), "joined_late"))
        else:
            record.note(JourneyStep(channel.created_at, "started", channel=channel.channel))
        return record

    def _move(self, unique_id: str, source: CallRecord, target: CallRecord) -> None:
        """Take a channel, and what its call went through, to another call."""
        known = source.linked_id in target.absorbed
        target.absorb(source)
        if not known:
            target.note(JourneyStep(self._clock(), "merged", linked_id=source.linked_id))
        source.remove(unique_id)

    def _continue_wait(self, before: str, after: str, touched: dict[str, bool]) -> None:
        """Take what a waiting channel's call went through to the call of the channel that replaced it."""
        source = self.records.get(self._linked_ids.get(before, ""))
        target = self.records.get(self._linked_ids.get(after, ""))
        if source is not None and target is not None and source is not target:
            target.absorb(source, still_waits=True)
            target.note(JourneyStep(self._clock(), "merged", linked_id=source.linked_id))
            touched[target.linked_id] = True

    def _note_difference(self, record: CallRecord, known: Channel, channel: Channel) -> bool:
        """Take what changed in a channel into the journey, and return whether the call shows it."""
        folded = is_local(channel)
        if known.on_hold is not channel.on_hold and not (folded and record.legs):
            if channel.on_hold:
                record.note(JourneyStep(self._clock(), "held", by=channel.channel))
            elif known.on_hold:
                record.note(JourneyStep(self._clock(), "resumed", by=channel.channel))
        if not folded:
            return _differs_as_leg(known, channel) or _differs_in_queue(known, channel)
        read = _read_folded if record.legs else _read_party
        return read(known) != read(channel) or _differs_in_queue(known, channel)

    def _end_channel(self, unique_id: str, linked_id: str, message: Message | None) -> None:
        del self._linked_ids[unique_id]
        record = self.records[linked_id]
        leg, how = record.legs.get(unique_id), record.endings.get(unique_id)
        record.remove(unique_id)
        if leg is not None and message is not None:
            record.note(
                JourneyStep(
                    self._clock(),
                    "leg_ended",
                    channel=leg.channel,
                    how=how,
                    cause=message.get("Cause-txt"),
                    number=leg.caller_id_num,
                    name=leg.caller_id_name,
                )
            )

    def _take_bridge(self, bridge: Bridge, message: Message | None, touched: dict[str, bool]) -> None:
        """Look again at calls whose channels were listed before anything told what their bridge is."""
        told = (message.get("Uniqueid", ""),) if message and message.name == "BridgeEnter" else ()
        for unique_id in bridge.channels if message is None else told:
            linked_id = self._linked_ids.get(unique_id)
            if linked_id is not None:
                touched.setdefault(linked_id, False)

    def _take_step(self, message: Message, touched: dict[str, bool]) -> None:
        headers, note = STEPS[message.name]
        for header in headers:
            linked_id = self._linked_ids.get(message.get(header, ""))
            if linked_id is not None:
                record = self.records[linked_id]
                before = record.journey, record.connection, record.parted
                note(record, message, self._clock())
                if before != (record.journey, record.connection, record.parted):
                    touched[linked_id] = True
                return

    def _publish(self, linked_id: str, now: float, *, surely: bool) -> Change | None:
        """Make the call as it is now.

        Args:
            linked_id: The call.
            now: The time.
            surely: Whether it differs from what it was, so that nobody has to look.
        """
        record = self.records[linked_id]
        if not record.legs and not record.local_channels:
            del self.records[linked_id]
            gone = self.by_id.pop(linked_id, None)
            if gone is None:
                return None
            if not any(linked_id in other.absorbed for other in self.records.values()):
                self._remember(record.end(gone, now))
            return Change(CALLS, "del", linked_id)
        call = record.freeze(now, self._bridges, self._waits)
        if not surely and self.by_id.get(linked_id) == call:
            return None
        self.by_id[linked_id] = call
        return Change(CALLS, "put", linked_id, call)

    def _remember(self, call: Call) -> None:
        """Keep a call that ended, and forget the oldest of too many."""
        self.ended[call.linked_id] = call
        if len(self.ended) > MOST_ENDED:
            del self.ended[next(iter(self.ended))]


def _differs_as_leg(known: Channel, channel: Channel) -> bool:
    """Return whether what a call shows of a leg changed; contexts and priorities change too often to tell."""
    return (  # what changes most comes first: this runs for every third event
        known.application != channel.application
        or known.state != channel.state
        or known.caller_id_num != channel.caller_id_num
        or known.connected_line_num != channel.connected_line_num
        or known.bridge_id != channel.bridge_id
        or known.caller_id_name != channel.caller_id_name
        or known.connected_line_name != channel.connected_line_name
        or known.channel != channel.channel
        or known.answered_at != channel.answered_at
        or known.on_hold != channel.on_hold
        or known.waiting_since != channel.waiting_since
    )


def _differs_in_queue(known: Channel, channel: Channel) -> bool:
    """Return whether a channel began or ended to run ``Queue``, or runs it for another queue."""
    if known.application != QUEUE != channel.application:
        return False
    return (known.application, known.application_data) != (channel.application, channel.application_data)
