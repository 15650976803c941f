"""What readers see of a live picture: its values, its topics, and how fresh it is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from amictl.pbx.changes import ACTIONS, EVENTS, PBX
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.logbook import Logbook, split_topic
from amictl.pbx.picture.reads import TopicReplay, TopicSnapshot
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.events.log import EVENT_LOG_SIZE
from amictl.pbx.topics.events.queue_homes import QueueHomes
from amictl.pbx.topics.links.value import LinkState, LinkStatus, TopicLimit
from amictl.pbx.topics.originations.table import OriginationTable
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.value import Membership, Queue
from amictl.pbx.value import Value

_EVENTS_IN_SNAPSHOT: Final = 100


class ReadablePicture:
    """The reader side of a `LivePicture`; readers may be native or green threads.

    The lock is held for microseconds, never across I/O, and readers serialise outside of it.

    Args:
        pbx: The PBX's short name.
        clock: Tells our time in seconds since 1970: that of the link and of ordered calls.
        pbx_clock: Tells the PBX's time: that of everything else. None is ours until the PBX told its own.
        queue_days: The days of its queues, as an earlier process left them.
        event_log_size: How many events are kept.
    """

    def __init__(
        self,
        pbx: str,
        *,
        clock: Callable[[], float] = time.time,
        pbx_clock: PbxClock | None = None,
        queue_days: QueueDays | None = None,
        event_log_size: int = EVENT_LOG_SIZE,
    ) -> None:
        self.pbx = pbx
        self.on_change: Callable[[str], None] | None = None
        self.pbx_clock = pbx_clock or PbxClock(clock)
        self._clock = clock
        self._drifts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._link = LinkStatus(pbx, LinkState.STOPPED, clock())
        self._originations = OriginationTable()
        self._queue_days = queue_days or QueueDays()
        self._state = PbxState(clock=self.pbx_clock.now, queue_days=self._queue_days)
        self._loading: PbxState | None = None
        self._loading_epoch = ""
        self._loaded = False
        self._logbook = Logbook(pbx, event_log_size)

    @property
    def link(self) -> LinkStatus:
        """Where the link stands."""
        return self._link

    @property
    def epoch(self) -> str | None:
        """The epoch of the picture that is read; None before the first is whole."""
        return self._logbook.epoch or None

    @property
    def drifts(self) -> Mapping[str, int]:
        """How often the picture was found to be wrong and mended, by kind of difference."""
        with self._lock:
            return MappingProxyType(dict(self._drifts))

    @property
    def hears_queue_days(self) -> bool:
        """Whether the events come by which the days of queues are counted."""
        return self._queue_days.heard

    def now(self) -> float:
        """Return the PBX's time in seconds since 1970."""
        return self.pbx_clock.now()

    @property
    def overloaded(self) -> bool:
        """Whether raw events are being given up at this moment."""
        return self._logbook.events.shedding

    @property
    def shed(self) -> int:
        """How many raw events were given up, because more came than could be read or sent."""
        return self._logbook.events.shed

    @property
    def loaded(self) -> bool:
        """Whether there is a picture at all, fresh or stale."""
        return self._loaded

    def age(self, *topics: str) -> float:
        """Return for how many seconds topics have not been proved fresh; 0 while they are.

        Args:
            topics: The topics; all when none is named. One that events do not feed is as old as the lists
                that last agreed with it.
        """
        link, now = self._link, self._clock()
        is_fresh = link.state is LinkState.CONNECTED and not link.stale
        proved_at = now if is_fresh else link.since if link.last_received is None else link.last_received
        for topic, limit in link.limits.items():
            if limit.as_of is not None and (not topics or topic in topics):
                proved_at = min(proved_at, limit.as_of)
        return max(0.0, now - proved_at)

    def find_limit(self, topic: str) -> TopicLimit | None:
        """Return why a topic does not follow the PBX by itself, or None where it does.

        Args:
            topic: As for `read`; raises what that raises.
        """
        return self._link.limits.get(split_topic(topic)[0])

    def channels(self) -> tuple[Channel, ...]:
        """Return all channels."""
        with self._lock:
            return tuple(self._state.channels.by_id.values())

    def bridges(self) -> tuple[Bridge, ...]:
        """Return all bridges."""
        with self._lock:
            return tuple(self._state.bridges.by_id.values())

    def queues(self) -> tuple[Queue, ...]:
        """Return all queues."""
        with self._lock:
            return tuple(self._state.queues.by_name.values())

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return all endpoints."""
        with self._lock:
            return tuple(self._state.endpoints.by_key.values())

    def parked_calls(self) -> tuple[ParkedCall, ...]:
        """Return all parked calls."""
        with self._lock:
            return tuple(self._state.parking.by_id.values())

    def conferences(self) -> tuple[Conference, ...]:
        """Return all conferences."""
        with self._lock:
            return tuple(self._state.conferences.by_name.values())

    def calls(self) -> tuple[Call, ...]:
        """Return all calls."""
        with self._lock:
            return tuple(self._state.calls.by_id.values())

    def find_ended_call(self, linked_id: str) -> Call | None:
        """Return one of the last calls that ended, by its linked ID, or None."""
        with self._lock:
            return self._state.calls.ended.get(linked_id)

    def agents(self) -> tuple[Agent, ...]:
        """Return the people of all queues."""
        with self._lock:
            return tuple(self._state.agents.by_key.values())

    def silent_members(self) -> tuple[Membership, ...]:
        """Return the members of queues of whom the PBX sends no event (see `SilentMembers`)."""
        with self._lock:
            return self._state.queues.silent.places()

    def find_channel(self, name_or_unique_id: str) -> Channel | None:
        """Return the channel with a unique ID or a name, or None."""
        with self._lock:
            found = self._state.channels.by_id.get(name_or_unique_id)
        if found is not None:
            return found
        return next((channel for channel in self.channels() if channel.channel == name_or_unique_id), None)

    def find_queue(self, name: str) -> Queue | None:
        """Return a queue by its name, or None."""
        with self._lock:
            return self._state.queues.by_name.get(name)

    def sizes(self) -> dict[str, int]:
        """Return how many values each topic of a session holds."""
        with self._lock:
            return {topic: len(values) for topic, values in self._state.values.items()}

    @property
    def homes(self) -> QueueHomes:
        """Which queue calls, channels and devices belong to; only what needs no lock may be asked of it."""
        return self._logbook.homes

    def calls_of(self, queues: frozenset[str]) -> frozenset[str]:
        """Return the linked IDs of the calls that belong to some queues."""
        with self._lock:
            return self._logbook.homes.calls_of(queues)

    def devices_of(self, queues: frozenset[str]) -> frozenset[str]:
        """Return the devices that belong to some queues, or to the calls of those."""
        with self._lock:
            return self._logbook.homes.devices_of(queues)

    def count_changes(self) -> int:
        """Return how many changes of all topics were logged since the epoch began."""
        with self._lock:
            return self._logbook.count_changes()

    def position(self, topic: str) -> tuple[str, int]:
        """Return epoch and cursor of a topic at this moment; arguments and errors as for `read`."""
        name, _ = split_topic(topic)
        with self._lock:
            return self._logbook.position(name)

    def read(self, topic: str) -> TopicSnapshot:
        """Return a topic as it is at this moment.

        Args:
            topic: ``pbx``, ``channels``, ``bridges``, ``queues``, ``queue:<name>``, ``actions``,
                ``events`` or ``event:<Name>``. Of events the snapshot holds the last 100, keyed by their
                ``seq``.

        Raises:
            NotFound: There is no such topic.
        """
        name, key = split_topic(topic)
        with self._lock:
            epoch, seq = self._logbook.position(name)
            events = self._logbook.events.last(_EVENTS_IN_SNAPSHOT, key) if name == EVENTS else ()
            values = dict(self._values_of(name)) if key is None else _pick(self._values_of(name), key)
        return TopicSnapshot(epoch, seq, values, tuple(event for _, event in events))

    def since(self, topic: str, epoch: str, seq: int) -> TopicReplay | None:
        """Return what came after a cursor.

        Args:
            topic: As for `read`.
            epoch: The cursor's epoch.
            seq: The cursor.

        Returns:
            None when there is a gap: take a snapshot.

        Raises:
            NotFound: There is no such topic.
        """
        name, key = split_topic(topic)
        with self._lock:
            return self._logbook.since(name, key, epoch, seq)

    def _values_of(self, name: str) -> Mapping[str, Value]:
        if name == ACTIONS:
            return self._originations.all()
        if name == PBX:
            return {self.pbx: self._link}
        return self._state.values.get(name, {})


def _pick(values: Mapping[str, Value], key: str) -> dict[str, Value]:
    return {key: values[key]} if key in values else {}
