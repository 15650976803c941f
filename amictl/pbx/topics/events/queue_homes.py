"""Which queue each call belongs to, now and at each place in the stream of events that is still kept.

A call belongs to the queue that it is in, or was in last; one that was never in a queue belongs to none. A
channel belongs to its call, a device to the queues that have it as a member and to the calls of its channels.
What ended is remembered for as long as events may tell of it, and what moved on keeps its past: an event
belongs to what its channels belonged to when it came, whenever it is read.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from amictl.pbx.changes import AGENTS, CALLS, CHANNELS, Changes
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import Value

NOW: Final = 2**63
"""A place behind all events."""

# More than an event log has hang-ups, so that whatever it tells of is known.
_ENDED_REMEMBERED: Final = 8192
NO_QUEUES: Final = frozenset[str]()

Item = TypeVar("Item")


def home_of(call: Call) -> str | None:
    """Return the queue that a call is in, or was in last; None for one that never was in any."""
    if call.queue is not None:
        return call.queue
    for step in reversed(call.journey):
        if step.kind == "queue_entered":
            return step.queue
    return None


def device_of(channel: str) -> str:
    """Return what a channel is a channel of, by its name: ``PJSIP/100`` of ``PJSIP/100-0000001a``."""
    return channel.rpartition("-")[0]


class _Trail(Struct, Generic[Item], gc=False):
    """What something belonged to, one after the other.

    Args:
        last: What it belongs to now.
        past: Since which event it belonged to what; the last one too.
        ended: Whether it is gone.
        name: A channel's name.
    """

    last: Item
    past: tuple[tuple[int, Item], ...] = ()
    ended: bool = False
    name: str = ""

    def put(self, value: Item, seq: int, oldest: int) -> None:
        """Note what it belongs to from an event on; what was before the oldest one is forgotten."""
        kept = [(since, each) for since, each in self.past if since < seq]
        while len(kept) > 1 and kept[1][0] <= oldest:
            del kept[0]
        self.past = (*kept, (seq, value))
        self.last = value

    def at(self, seq: int) -> Item | None:
        """Return what it belonged to when an event came; None for what was not known then."""
        for since, value in reversed(self.past):
            if since <= seq:
                return value
        return None


def _follow(trails: dict[str, _Trail[Item]], key: str, value: Item, seq: int, oldest: int) -> _Trail[Item]:
    """Note what something belongs to from an event on, and return its trail."""
    trail = trails.get(key)
    if trail is None:
        trail = trails[key] = _Trail(value)
    trail.ended = False
    if not trail.past or trail.last != value:
        trail.put(value, seq, oldest)
    return trail


class QueueHomes:
    """The queues that calls, channels and devices of one PBX belong to.

    Its owner holds a lock around all that writes, and around `calls_of` and `devices_of`.
    """

    def __init__(self) -> None:
        self._calls: dict[str, _Trail[frozenset[str]]] = {}
        self._channels: dict[str, _Trail[str]] = {}
        self._devices: dict[str, _Trail[frozenset[str]]] = {}
        self._alone: dict[str, frozenset[str]] = {}
        self._joined: set[str] = set()
        self._names: dict[str, str] = {}
        self._using: dict[str, set[str]] = {}
        self._places: dict[str, frozenset[tuple[str, str]]] = {}
        self._memberships: dict[str, Counter[str]] = {}
        self._ended: deque[tuple[dict[str, Any], str]] = deque()
        self._blind_since: int | None = None
        self._blind: list[tuple[int, int]] = []
        self._takers = {CHANNELS: self._take_channel, CALLS: self._take_call, AGENTS: self._take_agent}

    # What happens on the PBX.

    def take(self, changes: Changes, seq: int, oldest: int) -> None:
        """Take what one event or list changed.

        Args:
            changes: What changed.
            seq: The number of the event that told it, or of the next one.
            oldest: The number of the oldest event that is kept.
        """
        for change in changes:
            take = self._takers.get(change.topic)
            if take is not None:
                take(change.key, change.value, seq, oldest)

    def begin_session(self, seq: int) -> None:
        """Know nothing of the events from now on, until the new session's picture is whole.

        Args:
            seq: The number of the next event.
        """
        if self._blind_since is None:
            self._blind_since = seq

    def complete_session(self, values: Mapping[str, Mapping[str, Value]], seq: int, oldest: int) -> None:
        """Take the new session's picture.

        Args:
            values: The values of each topic by their keys.
            seq: The number of the next event.
            oldest: The number of the oldest event that is kept.
        """
        if self._blind_since is not None:
            kept = (blind for blind in self._blind if blind[1] > oldest)
            self._blind = [*kept, (self._blind_since, seq)]
            self._blind_since = None
        for topic, known in (
            (CHANNELS, self._channels),
            (CALLS, self._calls),
            (AGENTS, self._places),
        ):
            take = self._takers[topic]
            for key in known.keys() - values[topic].keys():
                take(key, None, seq, oldest)
            for key, value in values[topic].items():
                take(key, value, seq, oldest)

    # What belongs where. Values of a trail are replaced as a whole, so that readers need no lock.

    def is_blind(self, seq: int) -> bool:
        """Return whether nothing was known when an event came, since a session's lists were on their way."""
        if self._blind_since is not None and self._blind_since <= seq:
            return True
        return any(since <= seq < until for since, until in self._blind)

    def of_call(self, linked_id: str, seq: int = NOW) -> frozenset[str] | None:
        """Return the queue of a call, if it has one; None for a call that is not known.

        Args:
            linked_id: The call.
            seq: When the event of that number came.
        """
        trail = self._calls.get(linked_id)
        return None if trail is None else trail.at(seq)

    def of_channel(self, unique_id: str, seq: int = NOW) -> frozenset[str] | None:
        """Return the queue of a channel's call, if it has one; None for a channel that is not known."""
        trail = self._channels.get(unique_id)
        linked_id = None if trail is None else trail.at(seq)
        return None if linked_id is None else self.of_call(linked_id, seq)

    def of_device(self, device: str, seq: int = NOW) -> frozenset[str]:
        """Return the queues of a device: of its memberships, and of the calls of its channels.

        Args:
            device: Its name, ``PJSIP/100``.
            seq: When the event of that number came.
        """
        trail = self._devices.get(device)
        queues = (trail.at(seq) if trail else None) or NO_QUEUES
        channels = tuple(self._using.get(device, ()))
        return queues.union(*((self.of_channel(each, seq) or NO_QUEUES) for each in channels))

    def find_channel(self, name_or_unique_id: str) -> str | None:
        """Return the unique ID of a channel that is there, or was, by its name or unique ID."""
        if name_or_unique_id in self._channels:
            return name_or_unique_id
        return self._names.get(name_or_unique_id)

    def calls_of(self, queues: frozenset[str]) -> frozenset[str]:
        """Return the linked IDs of the calls that belong to some queues now, or did at their end."""
        return frozenset(key for key, trail in self._calls.items() if not queues.isdisjoint(trail.last))

    def devices_of(self, queues: frozenset[str]) -> frozenset[str]:
        """Return the devices that are members of some queues, or have channels of their calls."""
        calls = self.calls_of(queues)
        members = (key for key, trail in self._devices.items() if not queues.isdisjoint(trail.last))
        alive = (trail for trail in self._channels.values() if not trail.ended)
        return frozenset(members).union(device_of(trail.name) for trail in alive if trail.last in calls)

    def _take_channel(self, unique_id: str, channel: Any, seq: int, oldest: int) -> None:  # noqa: ANN401 - a model
        trail = self._channels.get(unique_id)
        if not isinstance(channel, Channel):
            if trail is not None and not trail.ended:
                self._stop_using(trail.name, unique_id)
                self._end(self._channels, unique_id)
            return
        linked_id = channel.linked_id or unique_id
        # Nine changes in ten end here.
        if trail and trail.last == linked_id and trail.name == channel.channel and not trail.ended:
            return
        if trail is not None and trail.name != channel.channel:
            self._stop_using(trail.name, unique_id)
            self._forget_name(trail.name, unique_id)
        if trail is not None and trail.last != linked_id:
            self._inherit(linked_id, trail.last, seq, oldest)
        trail = _follow(self._channels, unique_id, linked_id, seq, oldest)
        trail.name = channel.channel
        self._names[channel.channel] = unique_id
        self._using.setdefault(device_of(channel.channel), set()).add(unique_id)

    def _inherit(self, linked_id: str, earlier: str, seq: int, oldest: int) -> None:
        """Give a call without a queue that of another one, which it is being joined with.

        Where both have one, the journey of both tells which was entered later.
        """
        self._joined.add(linked_id)
        if not self.of_call(linked_id):
            _follow(self._calls, linked_id, self.of_call(earlier) or NO_QUEUES, seq, oldest)

    def _take_call(self, linked_id: str, call: Any, seq: int, oldest: int) -> None:  # noqa: ANN401 - a model
        if not isinstance(call, Call):
            self._joined.discard(linked_id)
            self._end(self._calls, linked_id)
            return
        queues = self.of_call(linked_id) or NO_QUEUES
        if call.queue is not None or linked_id in self._joined or not queues:
            self._joined.discard(linked_id)
            home = home_of(call)
            # Of a call that was there before we looked, no journey tells through which queue it came.
            queues = queues if home is None else self._only(home)
        _follow(self._calls, linked_id, queues, seq, oldest)

    def _only(self, queue: str) -> frozenset[str]:
        """Return the set of one queue, the same for all of its calls."""
        return self._alone.setdefault(queue, frozenset((queue,)))

    def _take_agent(self, key: str, agent: Any, seq: int, oldest: int) -> None:  # noqa: ANN401 - a model
        places = frozenset(_read_places(agent)) if isinstance(agent, Agent) else frozenset()
        before = self._places.get(key, frozenset())
        if places == before:
            return
        for sign, changed in ((-1, before - places), (1, places - before)):
            for device, queue in changed:
                self._memberships.setdefault(device, Counter())[queue] += sign
        self._places[key] = places
        if not places:
            del self._places[key]
        for device in {device for device, _ in places ^ before}:
            queues = +self._memberships[device]
            self._memberships[device] = queues
            _follow(self._devices, device, frozenset(queues), seq, oldest)
            if not queues:
                del self._memberships[device]
                self._end(self._devices, device)

    def _stop_using(self, name: str, unique_id: str) -> None:
        device = device_of(name)
        using = self._using.get(device)
        if using is not None:
            using.discard(unique_id)
            if not using:
                del self._using[device]

    def _forget_name(self, name: str, unique_id: str) -> None:
        if self._names.get(name) == unique_id:
            del self._names[name]

    def _end(self, trails: dict[str, _Trail[Any]], key: str) -> None:
        """Remember what ended for a while, and forget what ended long ago."""
        trail = trails.get(key)
        if trail is None or trail.ended:
            return
        trail.ended = True
        self._ended.append((trails, key))
        while len(self._ended) > _ENDED_REMEMBERED:
            earlier, oldest = self._ended.popleft()
            gone = earlier.get(oldest)
            if gone is not None and gone.ended:
                del earlier[oldest]
                self._forget_name(gone.name, oldest)


def _read_places(agent: Agent) -> Iterable[tuple[str, str]]:
    """Return the devices of a person's places, each with its queue."""
    for place in agent.queues:
        for device in {place.interface, place.state_interface or place.interface}:
            yield device.removesuffix("/n"), place.queue
