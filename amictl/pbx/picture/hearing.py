"""Which events and lists feed each topic, and what a session that does not get them cannot tell.

A session lacks events for one of three reasons: its AMI user lacks their read class (where the PBX does not
tell, no class is counted on before one of its events came); an ``eventfilter`` of that user keeps them away;
or they do not come, whatever the reason, while lists show again and again what they would have told. The last
is believed only of a kind of event of which not one came since the session began, so that no lost event, no
flood and no idle PBX looks like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from amictl.pbx.changes import (
    ACTIONS,
    AGENTS,
    BRIDGES,
    CALLS,
    CHANNELS,
    CONFERENCES,
    ENDPOINTS,
    EVENTS,
    PARKING,
    QUEUES,
)
from amictl.pbx.picture.snapshot import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import TopicLimit

_DRIFTS: Final = 3
_LOOKS: Final = 2

CLASSES_OF_EVENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "system": ("ContactStatus", "PeerStatus"),
    "call": (
        "Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "NewAccountCode", "Rename", "Hangup",
        "Hold", "Unhold", "DialBegin", "DialEnd", "AttendedTransfer", "BlindTransfer",
        "LocalOptimizationBegin",
        "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy",
        "ParkedCall", "ParkedCallGiveUp", "ParkedCallSwap", "ParkedCallTimeOut", "UnParkedCall",
        "ConfbridgeStart", "ConfbridgeEnd", "ConfbridgeJoin", "ConfbridgeLeave", "ConfbridgeMute",
        "ConfbridgeUnmute", "ConfbridgeTalking", "ConfbridgeRecord", "ConfbridgeStopRecord",
        "DeviceStateChange", "OriginateResponse",
    ),
    "agent": (
        "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon",
        "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberStatus", "QueueMemberPause",
        "QueueMemberPenalty", "QueueMemberRinginuse",
        "AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer",
    ),
    "dialplan": ("Newexten", "VarSet"),
})  # fmt: skip
"""The events that the topics need, by the read class that each belongs to ("Asterisk main/manager.c",
process_events, compares it with the user's). It is the event's ``Privilege`` on Asterisk 16.28 and 22.10.
"""

CLASS_OF_EVENT: Final[Mapping[str, str]] = MappingProxyType(
    {event: name for name, events in CLASSES_OF_EVENTS.items() for event in events}
)

# Events that feed no topic, and prove that the user has their class.
_FURTHER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "system": ("FullyBooted", "Reload", "Load", "Unload"),
    "call": ("HangupRequest", "SoftHangupRequest", "ExtensionStatus", "LocalBridge", "DialState"),
})  # fmt: skip

DAY_EVENTS: Final = frozenset(
    {"QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect", "AgentComplete"}
)
"""What the days of queues are counted by."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a topic is made of.

    Args:
        events: The events of which each tells a change that no other event tells.
        follows: The topics whose values it is made of, or found in.
    """

    events: frozenset[str] = frozenset()
    follows: tuple[str, ...] = ()


def _named(*beginnings: str, of: str) -> frozenset[str]:
    """Return the events of a class whose names begin in one of these ways."""
    return frozenset(event for event in CLASSES_OF_EVENTS[of] if event.startswith(beginnings))


SOURCES: Final[Mapping[str, Source]] = MappingProxyType({
    CHANNELS: Source(
        _named("New", "Rename", "Hangup", "Hold", "Unhold", "BridgeEnter", "BridgeLeave", of="call")
        | frozenset(CLASSES_OF_EVENTS["dialplan"])
    ),
    BRIDGES: Source(_named("Bridge", of="call")),
    QUEUES: Source(frozenset(CLASSES_OF_EVENTS["agent"]) - {"AgentCalled", "AgentRingNoAnswer"}),
    ENDPOINTS: Source(frozenset(CLASSES_OF_EVENTS["system"]) | {"DeviceStateChange"}),
    PARKING: Source(_named("Parked", "UnParked", of="call")),
    CONFERENCES: Source(_named("Confbridge", of="call")),
    CALLS: Source(
        _named("Dial", "AttendedTransfer", "BlindTransfer", "LocalOptimization", of="call")
        | {"AgentRingNoAnswer"},
        (CHANNELS, BRIDGES, QUEUES),
    ),
    AGENTS: Source(follows=(QUEUES,)),
    ACTIONS: Source(frozenset({"OriginateResponse"})),
})  # fmt: skip
"""What feeds each topic but ``pbx`` and ``events``."""

_LISTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    topic: frozenset(
        step.name
        for step in SNAPSHOT_STEPS
        if step.check and step.check.complete and step.check.topic == topic
    )
    for topic in SOURCES
})  # fmt: skip

# The events of which one comes whenever something happens that a list would otherwise find to be a drift of
# this kind. Left out is what Asterisk also changes without an event: by a reload, a database, a reset.
_TOLD_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "channels.missing": ("Newchannel",),
    "channels.extra": ("Hangup",),
    "channels.changed:state": ("Newstate",),
    "channels.changed:bridge_id": ("BridgeEnter", "BridgeLeave"),
    "channels.changed:exten": ("Newexten",),
    "channels.changed:priority": ("Newexten",),
    "bridges.missing": ("BridgeCreate",),
    "bridges.extra": ("BridgeDestroy",),
    "queues.caller.missing": ("QueueCallerJoin",),
    "queues.caller.extra": ("QueueCallerLeave",),
    "queues.member.changed:status": ("QueueMemberStatus",),
    "queues.member.changed:paused": ("QueueMemberPause",),
    "queues.member.changed:penalty": ("QueueMemberPenalty",),
    "parking.missing": ("ParkedCall",),
    "parking.extra": ("UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp"),
    "conferences.party.missing": ("ConfbridgeJoin",),
    "conferences.party.extra": ("ConfbridgeLeave",),
    "conferences.missing": ("ConfbridgeStart",),
    "conferences.extra": ("ConfbridgeEnd",),
    "endpoints.changed:device_state": ("DeviceStateChange",),
    "endpoints.contact.changed:status": ("ContactStatus",),
    "endpoints.changed:reachable": ("PeerStatus",),
})  # fmt: skip


class Hearing:
    """What one AMI session does not hear.

    Args:
        has_come: Tells of an event's name whether one came in this session.

    Attributes:
        unlisted: Why lists cannot be had, by their actions' names.
    """

    def __init__(self, has_come: Callable[[str], bool]) -> None:
        self._has_come = has_come
        self._told = True
        self._lacking_classes: tuple[str, ...] = ()
        self._filtered: frozenset[str] = frozenset()
        self.unlisted: Mapping[str, str] = {}
        self._drifts: Counter[tuple[str, ...]] = Counter()
        self._looks: Counter[tuple[str, ...]] = Counter()

    def learn(self, lacking_classes: Iterable[str] | None, filtered: Iterable[str]) -> None:
        """Take what the PBX tells of the AMI user.

        Args:
            lacking_classes: Read classes that it lacks; None when the PBX does not tell.
            filtered: Names of events that its filters keep away.
        """
        self._told = lacking_classes is not None
        self._lacking_classes = tuple(lacking_classes or ())
        self._filtered = frozenset(filtered)

    def note_drifts(self, kinds: Iterable[str]) -> None:
        """Take what one comparison proved to be wrong.

        Args:
            kinds: The kind of each drift.
        """
        found = Counter(_TOLD_BY[kind] for kind in kinds if kind in _TOLD_BY)
        self._drifts.update(found)
        self._looks.update(found.keys())

    @property
    def hears_days(self) -> bool:
        """Whether the events come by which the days of queues are counted."""
        return not DAY_EVENTS & self._find_unheard()

    def describe(self) -> list[str]:
        """Return sentences on the events that do not come for another reason than a missing class."""
        return list(self._explain(self._find_filtered(), self._find_missed()))

    def find_limits(self, agreed_at: Callable[[str], float | None]) -> dict[str, TopicLimit]:
        """Return why topics do not follow the PBX by themselves; nothing of those that do.

        Args:
            agreed_at: Returns as of when lists and a topic agree, in seconds since 1970; None for a topic of
                which no list is compared.
        """
        limits = {}
        for topic in SOURCES:
            if details := list(self._explain_topic(topic)):
                times = [agreed_at(each) for each in SOURCES[topic].follows or (topic,)]
                known = not self._lists_lacking(topic)
                as_of = min((at for at in times if at is not None), default=None)
                limits[topic] = TopicLimit(" ".join(details), known, as_of if known else None)
        if details := [*_explain_classes(self._lacking_classes), *self.describe()]:
            limits[EVENTS] = TopicLimit(" ".join(details), known=True)
        return limits

    def _explain_topic(self, topic: str) -> Iterator[str]:
        events = _events_of(topic)
        yield from (self.unlisted[name] for name in self._lists_lacking(topic))
        yield from _explain_classes(
            name for name in self._lacking_classes if events.intersection(CLASSES_OF_EVENTS.get(name, ()))
        )
        unproved = [name for name in self._find_unproved() if events.intersection(CLASSES_OF_EVENTS[name])]
        if unproved:
            words = _name_classes(unproved)
            yield f"Nobody tells whether the AMI user has the read {words}: no such event came yet."
        missed = {names: count for names, count in self._find_missed().items() if events.intersection(names)}
        yield from self._explain(self._find_filtered() & events, missed)

    def _lists_lacking(self, topic: str) -> list[str]:
        """Return the lists without which a topic is not known, of those that cannot be had."""
        topics = (topic, *(each for each in SOURCES[topic].follows if each == CHANNELS))
        return [name for each in topics for name in sorted(_LISTS[each]) if name in self.unlisted]

    def _find_unheard(self) -> frozenset[str]:
        names = (*self._lacking_classes, *self._find_unproved())
        lacking = (CLASSES_OF_EVENTS.get(name, ()) for name in names)
        missed = self._find_missed()
        return self._find_filtered().union(*lacking, *missed)

    def _find_unproved(self) -> list[str]:
        """Return the classes of which nobody knows whether the user has them."""
        if self._told:
            return []
        proofs = {name: (*events, *_FURTHER.get(name, ())) for name, events in CLASSES_OF_EVENTS.items()}
        return [name for name, events in proofs.items() if not any(map(self._has_come, events))]

    def _find_filtered(self) -> frozenset[str]:
        """Return what filters keep away; the file may say so and the session, which is older, not."""
        return frozenset(name for name in self._filtered if not self._has_come(name))

    def _find_missed(self) -> dict[tuple[str, ...], int]:
        """Return the kinds of events that lists show not to come, with how often they would have told."""
        return {
            names: count
            for names, count in self._drifts.items()
            if count >= _DRIFTS and self._looks[names] >= _LOOKS and not any(map(self._has_come, names))
        }

    def _explain(self, filtered: Iterable[str], missed: Mapping[tuple[str, ...], int]) -> Iterator[str]:
        filtered = frozenset(filtered)
        if filtered:
            yield f"An eventfilter of the AMI user keeps these events away: {', '.join(sorted(filtered))}."
        shown = [
            f"{'/'.join(names)} ({count} times)"
            for names, count in sorted(missed.items())
            if not filtered.intersection(names)
        ]
        if shown:
            yield (
                "These events do not come, though lists show what they would have told: "
                f"{', '.join(shown)}. Look for eventfilter in manager.conf."
            )


def _events_of(topic: str) -> frozenset[str]:
    source = SOURCES[topic]
    return source.events.union(*(SOURCES[each].events for each in source.follows))


def _explain_classes(names: Iterable[str]) -> Iterator[str]:
    lacking = list(names)
    if lacking:
        yield f"The AMI user lacks the read {_name_classes(lacking)}."


def _name_classes(names: list[str]) -> str:
    return f"{'class' if len(names) == 1 else 'classes'} {', '.join(names)}"
