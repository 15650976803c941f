"""The live picture of one PBX: one writer, any number of readers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

import structlog

from amictl.pbx.changes import ACTIONS, EVENTS, PBX, Change, Model
from amictl.pbx.drift import Difference, ListCheck, mend, still_holds
from amictl.pbx.event_log import EVENT_LOG_SIZE
from amictl.pbx.logbook import Logbook, split_topic
from amictl.pbx.models import (
    Agent,
    Bridge,
    Call,
    Channel,
    Conference,
    Endpoint,
    LinkState,
    LinkStatus,
    Origination,
    ParkedCall,
    Queue,
)
from amictl.pbx.originations import RESPONSE_EVENT, OriginationTable
from amictl.pbx.pbx_clock import PbxClock
from amictl.pbx.queue_days import QueueDays
from amictl.pbx.snapshot import SnapshotStep
from amictl.pbx.state import PbxState
from amictl.pbx.topic_reads import TopicReplay, TopicSnapshot
from amictl.protocol import Message, Reply

log = structlog.get_logger(__name__)
T = TypeVar("T")

_EVENTS_IN_SNAPSHOT: Final = 100
_WITHOUT_SESSION: Final = (LinkState.STOPPED, LinkState.RECONNECTING, LinkState.BAD_CREDENTIALS)


class LivePicture:
    """Everything that is known of one PBX, and how fresh it is.

    One manager writes; readers may be native or green threads. The lock is held for microseconds, never
    across I/O, and readers serialise outside of it.

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

    # Writer side: that PBX's manager only.

    def begin_session(self, epoch: str) -> None:
        """Start a new picture beside the old one, which stays readable until the new one is whole.

        Args:
            epoch: Names the new AMI session; never used before.
        """
        with self._lock:
            self._queue_days.begin_session()
            self._loading = PbxState(
                clock=self.pbx_clock.now, earlier=self._state, queue_days=self._queue_days
            )
            self._loading_epoch = epoch

    def load_step(self, step: SnapshotStep, reply: Reply) -> None:
        """Take one list; call it in the order of the stream, between the events around it.

        Outside of `begin_session` … `complete_snapshot` it corrects the live picture, and readers get
        the differences as changes.

        Args:
            step: Which list.
            reply: The list.
        """
        with self._lock:
            if self._loading is not None:
                step.load(self._loading, reply)
                return
            changes = step.load(self._state, reply)
            self._logbook.append(changes)
        if changes:
            self._tell()

    def copy_values(self, topic: str) -> dict[str, Any]:
        """Return the values of a topic by their keys, as they are at this place in the stream."""
        with self._lock:
            return dict(self._state.values[topic])

    def mend(self, check: ListCheck, differences: Sequence[Difference]) -> list[Difference]:
        """Take away what lists proved to be wrong, as changes, and count each drift by its kind.

        Args:
            check: How the differences were found.
            differences: What is proved.

        Returns:
            Those that are mended; the picture has moved on where others were.
        """
        by_key: dict[str, list[Difference]] = {}
        for difference in differences:
            by_key.setdefault(difference.place.key, []).append(difference)
        mended: list[Difference] = []
        with self._lock:
            if self._loading is None:
                for key, found in by_key.items():
                    mended += self._mend_value(check, key, found)
            self._drifts.update(difference.kind for difference in mended)
        if mended:
            self._tell()
        return mended

    def complete_snapshot(self) -> None:
        """Make the new picture the one that is read: a new epoch, so every reader starts again."""
        with self._lock:
            if self._loading is None:
                return
            self._state, self._loading = self._loading, None
            self._state.settle()
            self._logbook.begin_epoch(self._loading_epoch)
            self._loaded = True
        self._tell()

    def apply_event(self, message: Message) -> None:
        """Apply one event of the session's stream, and log it.

        Args:
            message: The event.
        """
        with self._lock:
            if self._loading is not None:
                self._loading.apply(message)
            else:
                self._logbook.append(self._state.apply(message))
            self._logbook.events.take(message, self.pbx_clock.now())
            now = self._clock()
            if message.name == RESPONSE_EVENT:
                self._logbook.append(self._originations.apply(message, now))
            self._logbook.append(self._originations.expire(now))
        self._tell()

    def set_overloaded(self, overloaded: bool) -> None:
        """Give up raw events while they come faster than they can be read, and never anything else.

        Args:
            overloaded: Whether they do. At the end readers of events find a gap, and begin anew.
        """
        events = self._logbook.events
        with self._lock:
            if overloaded:
                events.start_shedding()
            cut = not overloaded and events.stop_shedding()
        if cut:
            self._tell()

    def count_unsent_events(self, first: int, last: int) -> None:
        """Count raw events that were gone from the log before they could be sent.

        Args:
            first: The cursor before them.
            last: The cursor after them.
        """
        with self._lock:
            self._logbook.events.count_unsent(first, last)

    def set_link(self, status: LinkStatus) -> None:
        """Tell where the link stands; its topic's epoch outlives sessions."""
        with self._lock:
            if status == self._link:
                return
            self._link = status
            self._logbook.append([Change(PBX, "put", self.pbx, status)])
            self._pass_time()
            now = self._clock()
            if status.state in _WITHOUT_SESSION:
                self._logbook.append(self._originations.lose_all(now))
            self._logbook.append(self._originations.expire(now))
        self._tell()

    def use_queue_days(self, use: Callable[[QueueDays], T]) -> T:
        """Return what a function makes of the queues' days; it must take microseconds, and no other lock."""
        with self._lock:
            return use(self._queue_days)

    # Whoever orders calls.

    def begin_origination(self, origination: Origination) -> threading.Event:
        """Follow a call that is about to be ordered, in the topic ``actions``.

        Args:
            origination: The order; not sent yet, so that its outcome cannot be too early.

        Returns:
            What is set once the outcome is known, or known to be unknown.
        """
        with self._lock:
            self._logbook.append(self._originations.begin(origination))
            settled = self._originations.watch(origination.action_id)
        self._tell()
        return settled or threading.Event()

    def refuse_origination(self, action_id: str, detail: str) -> None:
        """Tell that an order was refused, or never sent.

        Args:
            action_id: The order.
            detail: Why.
        """
        with self._lock:
            self._logbook.append(self._originations.refuse(action_id, detail, self._clock()))
        self._tell()

    def lose_origination(self, action_id: str) -> None:
        """Tell that the link died while an order was being sent."""
        with self._lock:
            self._logbook.append(self._originations.lose(action_id, self._clock()))
        self._tell()

    def find_origination(self, action_id: str) -> Origination | None:
        """Return an ordered call with what is known of its outcome, or None."""
        with self._lock:
            self._logbook.append(self._originations.expire(self._clock()))
            return self._originations.get(action_id)

    # Reader side.

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

    def now(self) -> float:
        """Return the PBX's time in seconds since 1970."""
        return self.pbx_clock.now()

    @property
    def shed(self) -> int:
        """How many raw events were given up, because more came than could be read or sent."""
        return self._logbook.events.shed

    @property
    def loaded(self) -> bool:
        """Whether there is a picture at all, fresh or stale."""
        return self._loaded

    def age(self) -> float:
        """Return for how many seconds the picture has not been proved fresh; 0 while it is."""
        link = self._link
        if link.state is LinkState.CONNECTED and not link.stale:
            return 0.0
        proved_at = link.since if link.last_received is None else link.last_received
        return max(0.0, self._clock() - proved_at)

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

    def agents(self) -> tuple[Agent, ...]:
        """Return the people of all queues."""
        with self._lock:
            return tuple(self._state.agents.by_key.values())

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

    def find(self, topic: str, key: str) -> Model | None:
        """Return one value of a topic by its key, or None."""
        with self._lock:
            return self._values_of(topic).get(key)

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

    def _mend_value(self, check: ListCheck, key: str, found: Sequence[Difference]) -> list[Difference]:
        value = self._state.values[check.topic].get(key)
        valid = [difference for difference in found if still_holds(check, value, difference)]
        if valid:
            self._logbook.append(self._state.correct(check.topic, key, mend(check, value, valid)))
        return valid

    def _pass_time(self) -> None:
        """Let days begin though nothing happens, and note until when everything was heard."""
        now = self.pbx_clock.now()
        if self._link.state is LinkState.CONNECTED and not self._link.stale:
            self._queue_days.watch(now)
        if self._loading is None:
            self._logbook.append(self._state.pass_time(now))

    def _tell(self) -> None:
        if self.on_change is None:
            return
        try:
            self.on_change(self.pbx)
        except Exception:  # a listener's defect is no reason to think that the picture misses something
            log.exception("a listener of the live picture failed", pbx=self.pbx)

    def _values_of(self, name: str) -> Mapping[str, Model]:
        if name == ACTIONS:
            return self._originations.all()
        if name == PBX:
            return {self.pbx: self._link}
        return self._state.values.get(name, {})


def _pick(values: Mapping[str, Model], key: str) -> dict[str, Model]:
    return {key: values[key]} if key in values else {}
