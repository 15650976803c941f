"""The picture of one PBX as one AMI session tells it: lists first, then events."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, cast

from msgspec.structs import replace

from amictl.pbx.changes import BRIDGES, CHANNELS, NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.picture.channel_watch import ChannelWatch
from amictl.pbx.picture.topics import SPECS
from amictl.pbx.topics.agents.events import AGENT_EVENTS, complete_agent_event
from amictl.pbx.topics.agents.table import AgentTable
from amictl.pbx.topics.bridges.table import BridgeTable
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.table import CallTable
from amictl.pbx.topics.channels.table import DEST, ChannelTable
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.table import ConferenceTable
from amictl.pbx.topics.endpoints.table import EndpointTable
from amictl.pbx.topics.parking.table import ParkingTable
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.successors import read_replacement
from amictl.pbx.topics.queues.table import QueueTable
from amictl.pbx.topics.spec import Handler, Kept
from amictl.pbx.value import Value
from amictl.protocol import Message

T = TypeVar("T")

_BRIDGE_PEER: Final = b"\nVariable: BRIDGEPEER\r"
# A bound for memory; a session's first list comes within a second.
_MOST_EARLY_EVENTS: Final = 50_000
# Events that only carry a channel's snapshot, as ``Channel…`` (manager_channels.c).
_SNAPSHOT_EVENTS: Final = (
    "NewConnectedLine",
    "NewAccountCode",
    "HangupRequest",
    "SoftHangupRequest",
)
# Events that carry two: the caller's as ``Channel…``, if there is a caller, and ``DestChannel…``.
_DIAL_EVENTS: Final = ("DialBegin", "DialEnd")
# Events that carry the whole of a queue member (app_queue.c, queue_member_blob_create).
_MEMBER_EVENTS: Final = (
    "QueueMemberAdded",
    "QueueMemberStatus",
    "QueueMemberPause",
    "QueueMemberPenalty",
    "QueueMemberRinginuse",
)


class PbxState:
    """The tables of one AMI session; one writer.

    Base tables change by events and lists; followers by what changed in the base tables. Followers begin
    with the whole of the base tables once the first list of channels is there, so that an event that comes
    to be applied twice (see `load_channels`) reaches them once.

    Lists and events may overlap in any way that one AMI session produces: an event about something
    that a list already tells is applied again without harm, and the picture is right as soon as the
    last event from before the list has come.

    Args:
        clock: Tells the time in seconds since 1970.
        earlier: The state of the session before, for what no list tells; not kept.
        queue_days: The days of the queues, which outlive sessions.

    Attributes:
        clock: Tells the time.
        values: The values of each topic by their keys; changed in place.
        doubts: What only a list can tell, as events and lists showed.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        earlier: PbxState | None = None,
        queue_days: QueueDays | None = None,
    ) -> None:
        self.clock = clock
        self.doubts = Doubts()
        self._lasting: dict[type, Any] = {QueueDays: queue_days or QueueDays()}
        self._tables: dict[type, Any] = {}
        kept = self._make_tables(earlier)
        self.channels = self.of(ChannelTable)
        self.bridges = self.of(BridgeTable)
        self.endpoints = self.of(EndpointTable)
        self.parking = self.of(ParkingTable)
        self.conferences = self.of(ConferenceTable)
        self.queues = self.of(QueueTable)
        self.calls = self.of(CallTable)
        self.agents = self.of(AgentTable)
        self.values: Mapping[str, Mapping[str, Value]] = {name: each.values for name, each in kept.items()}
        self._correctors: Mapping[str, Callable[[str, Any], Changes]] = {
            **{name: each.correct for name, each in kept.items() if each.correct is not None},
            CHANNELS: self._correct_channel,
            BRIDGES: self._correct_bridge,
        }
        watch = ChannelWatch(self.endpoints, self.parking, self.conferences)
        followers = (watch, *(follower for each in kept.values() for follower in each.followers))
        self._follow_each = tuple(follower.follow for follower in followers)
        self._handlers = _join((*(each.handlers for each in kept.values()), self._make_handlers()))
        self._followed = frozenset[str]().union(*(follower.events for follower in followers))
        for name in self._followed:
            self._handlers.setdefault(name, _change_nothing)
        self._early: deque[Message] | None = deque(maxlen=_MOST_EARLY_EVENTS)

    def _make_tables(self, earlier: PbxState | None) -> dict[str, Kept]:
        """Make the tables in the topics' order: each may be made of those before it."""
        self._earlier = earlier
        made: dict[str, Kept] = {}
        for spec in SPECS.values():
            if spec.keep is not None:
                made[spec.name] = kept = spec.keep(self)
                self._tables[type(kept.table)] = kept.table
        self._earlier = None
        return made

    def of(self, kind: type[T]) -> T:
        """Return the table of a kind."""
        return cast("T", self._tables[kind])

    def lasting(self, kind: type[T]) -> T:
        """Return what outlives sessions, of a kind."""
        return cast("T", self._lasting[kind])

    def earlier(self, kind: type[T]) -> T | None:
        """Return the table of a kind of the session before, while the tables of this one are made."""
        return None if self._earlier is None else self._earlier.of(kind)

    def apply(self, message: Message) -> Changes:
        """Apply one event; no I/O, no wait.

        Args:
            message: The event; one that nobody uses costs one look-up by name.

        Returns:
            What really changed, in order.
        """
        name = message.name
        handler = self._handlers.get(name)
        if handler is None:
            return NO_CHANGES
        if self._early is not None:
            self._early.append(message)
        if name in AGENT_EVENTS:
            message = complete_agent_event(message, self.queues, self.clock())
        changes = handler(message)
        # Two events in three change nothing that anybody follows.
        if self._early is not None or not (changes or name in self._followed):
            return changes
        return self._follow(message, changes)

    def load_channels(self, items: Iterable[Message]) -> Changes:
        """Take a ``CoreShowChannels`` list, and after the first one all events since the session began.

        Those of channels that only the list made known could not be applied before, and the list may be
        behind them (see `ChannelTable.load`); where it is ahead, what it told comes again as events.

        Args:
            items: ``CoreShowChannel`` events.
        """
        loaded = self.channels.load(items)
        if self._early is None:
            return self._follow(None, loaded)
        early, self._early = self._early, None
        self.queues.counting = True
        changes = [*loaded, *self._follow(None, self._all_values())]
        for message in early:
            changes += self.apply(message)
        return changes

    def load_bridges(self, items: Iterable[Message]) -> Changes:
        """Take a ``BridgeList``; the channels must have been loaded.

        Args:
            items: ``BridgeListItem`` events.
        """
        return self._follow(None, self.bridges.load(items, self.channels.by_id))

    def load_queues(self, items: Iterable[Message]) -> Changes:
        """Take a ``QueueStatus`` list.

        Args:
            items: ``QueueParams``, ``QueueMember`` and ``QueueEntry`` events.
        """
        return self._follow_queues(self.queues.load(items))

    def load_hints(self, items: Iterable[Message]) -> Changes:
        """Take an ``ExtensionStateList``.

        Args:
            items: ``ExtensionStatus`` events.
        """
        return self.take_list(self.agents.load_hints(items))

    def load_queue(self, queue: str, items: Iterable[Message]) -> Changes:
        """Take a ``QueueStatus`` list of one queue.

        Args:
            queue: Its name.
            items: As for `load_queues`.
        """
        return self._follow_queues(self.queues.load_queue(queue, items))

    def _follow_queues(self, loaded: Changes) -> Changes:
        return self._follow(None, (*loaded, *self.queues.find_partners(self.channels.by_id)))

    def correct(self, topic: str, key: str, value: Any) -> Changes:  # noqa: ANN401 - any model
        """Make one value of a base table what lists proved it to be.

        Args:
            topic: The table's topic.
            key: The value's key.
            value: The right value; None for one that is gone.
        """
        return self._follow(None, self._correctors[topic](key, value))

    def take_list(self, changes: Changes) -> Changes:
        """Return what a list changed in one table, with what follows from it in others.

        Args:
            changes: What the table's ``load`` returned.
        """
        return self._follow(None, changes)

    def settle(self) -> None:
        """Let go of what only the beginning of a session needs."""
        self.channels.forget_earlier_session()
        self.endpoints.forget_earlier_session()
        self._early = None
        self.agents.forget_earlier_session()
        self.queues.counting = True

    def show_days(self) -> Changes:
        """Return what changes because days of queues are counted no more."""
        return self._follow(None, self.queues.publish_all())

    def pass_time(self, now: float) -> Changes:
        """Take that time passes, for what changes by that alone: a day that begins, a rest that ends.

        Args:
            now: The time.
        """
        return (*self._follow(None, self.queues.begin_day(now)), *self.agents.pass_time(now))

    def _follow(self, message: Message | None, changes: Changes) -> Changes:
        for follow in self._follow_each:
            if told := follow(message, changes):
                changes = (*changes, *told)
        return changes

    def _all_values(self) -> Changes:
        return [
            Change(topic, "put", key, value)
            for topic, values in self.values.items()
            for key, value in values.items()
        ]

    def _make_handlers(self) -> dict[str, Handler]:
        """Return what takes the events that concern several tables, beside what each topic does by itself."""
        channels, bridges, queues = self.channels, self.bridges, self.queues
        return {
            **dict.fromkeys(_SNAPSHOT_EVENTS, channels.update),
            **dict.fromkeys(_DIAL_EVENTS, self._update_both),
            **dict.fromkeys(_MEMBER_EVENTS, queues.put_member),
            "Newchannel": channels.create,
            "Newstate": channels.update_living,
            "VarSet": self._set_variable,
            "Newexten": self._run_application,
            "NewCallerid": lambda message: (*channels.update(message), *queues.update_caller_id(message)),
            "Rename": self._rename_channel,
            "AttendedTransfer": lambda message: (*self._replace_leg(message), *queues.part_half(message)),
            "BlindTransfer": queues.part_half,
            "LocalOptimizationBegin": queues.take_out_local,
            "Hangup": self._hang_up,
            "Hold": lambda message: channels.set_hold(message, on_hold=True),
            "Unhold": lambda message: channels.set_hold(message, on_hold=False),
            "BridgeCreate": bridges.update,
            "BridgeEnter": self._enter_bridge,
            "BridgeLeave": self._leave_bridge,
            "BridgeDestroy": lambda message: bridges.remove(message.get("BridgeUniqueid", "")),
            "QueueCallerJoin": queues.add_caller,
            "QueueCallerLeave": queues.remove_caller,
            "QueueCallerAbandon": queues.count_abandoned,
            "QueueMemberRemoved": queues.remove_member,
            "AgentCalled": queues.call_member,
            "AgentConnect": queues.connect_call,
            "AgentComplete": queues.complete_call,
            "FullyBooted": queues.note_boot,
            "DeviceStateChange": self._follow_device,
        }

    def _correct_channel(self, unique_id: str, channel: Channel | None) -> Changes:
        known = self.channels.by_id.get(unique_id)
        before, after = known.bridge_id if known else None, channel.bridge_id if channel else None
        moved = before != after
        return (
            *(self.bridges.leave(before, unique_id) if moved else NO_CHANGES),
            *self.channels.correct(unique_id, channel),
            *(self.bridges.include(after, unique_id) if moved else NO_CHANGES),
        )

    def _correct_bridge(self, bridge_id: str, bridge: Bridge | None) -> Changes:
        if bridge is not None:
            inside = (each.unique_id for each in self.channels.by_id.values() if each.bridge_id == bridge_id)
            bridge = replace(bridge, channels=tuple(sorted(inside)))
        return self.bridges.correct(bridge_id, bridge)

    def _update_both(self, message: Message) -> Changes:
        return (*self.channels.update(message), *self.channels.update(message, DEST))

    def _run_application(self, message: Message) -> Changes:
        updated = self.channels.update_application(message)
        moved = self.queues.move_on(message.get("Uniqueid", ""))
        return (*updated, *moved) if moved else updated

    def _rename_channel(self, message: Message) -> Changes:
        unique_id, name = message.get("Uniqueid", ""), message.get("Newname")
        if not name:
            return NO_CHANGES
        return (*self.channels.rename(unique_id, name), *self.queues.rename_caller(unique_id, name))

    def _replace_leg(self, message: Message) -> Changes:
        replacement = read_replacement(message)
        if replacement is None:
            return NO_CHANGES
        if not {replacement.before, replacement.after} <= self.channels.by_id.keys():
            self.doubts.note(QUEUES, "")  # one was gone before the lists came: they tell who waits now
        successor = self.channels.by_id.get(replacement.after)
        return self.queues.replace_caller(replacement.before, successor) if successor else NO_CHANGES

    def _hang_up(self, message: Message) -> Changes:
        unique_id = message.get("Uniqueid", "")
        known = self.channels.by_id.get(unique_id)
        left = self.bridges.leave(known.bridge_id, unique_id) if known else NO_CHANGES
        successor = self.queues.find_successor(unique_id, self.channels.by_id)
        return (
            *left,
            *(self.queues.replace_caller(unique_id, successor) if successor else NO_CHANGES),
            *self.queues.hang_up_caller(unique_id),
            *self.parking.hang_up(unique_id),
            *self.conferences.hang_up(unique_id),
            *self.channels.remove(unique_id),
        )

    def _follow_device(self, message: Message) -> Changes:
        return self.queues.follow_device(message) if self.queues.silent else NO_CHANGES

    def _set_variable(self, message: Message) -> Changes:
        # Every other event is one of these, so the bytes are looked at before a header is parsed.
        return self.channels.set_linked_id(message) if _BRIDGE_PEER in message.frame else NO_CHANGES

    def _enter_bridge(self, message: Message) -> Changes:
        unique_id, bridge_id = message.get("Uniqueid", ""), message.get("BridgeUniqueid")
        updated = self.channels.update_living(message)
        known = self.channels.by_id.get(unique_id)
        if known is None:
            return self.bridges.update(message)
        # Asterisk sends the leave first; this heals the picture where it did not.
        moved = known.bridge_id is not None and known.bridge_id != bridge_id
        left = self.bridges.leave(known.bridge_id, unique_id) if moved else NO_CHANGES
        return (
            *left,
            *self.queues.bridge_caller(unique_id),
            *self.bridges.enter(message, unique_id),
            *updated,
            *self.channels.set_bridge(unique_id, bridge_id),
        )

    def _leave_bridge(self, message: Message) -> Changes:
        unique_id, bridge_id = message.get("Uniqueid", ""), message.get("BridgeUniqueid")
        known = self.channels.by_id.get(unique_id)
        inside = known is not None and known.bridge_id == bridge_id
        return (
            *self.queues.part_half(message),
            *self.bridges.leave(bridge_id, unique_id),
            *self.channels.update(message),
            *(self.channels.set_bridge(unique_id, None) if inside else NO_CHANGES),
        )


def _change_nothing(_message: Message) -> Changes:
    return NO_CHANGES


def _join(parts: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    """Return the handlers of all parts; of an event that several take, one after the other."""
    joined: dict[str, Handler] = {}
    for part in parts:
        for name, handler in part.items():
            joined[name] = _take_both(joined[name], handler) if name in joined else handler
    return joined


def _take_both(first: Handler, second: Handler) -> Handler:
    return lambda message: (*first(message), *second(message))
