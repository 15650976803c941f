"""The live picture of one PBX: one writer, any number of readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import structlog

from amictl.pbx.changes import PBX, Change
from amictl.pbx.doubts import Doubt
from amictl.pbx.lists import ListCheck, SnapshotStep
from amictl.pbx.picture.drift import Difference, mend, still_holds
from amictl.pbx.picture.readable import ReadablePicture
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.originations.table import RESPONSE_EVENT
from amictl.pbx.topics.originations.value import Origination
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.protocol import Message, Reply

log = structlog.get_logger(__name__)
T = TypeVar("T")

_WITHOUT_SESSION: Final = (LinkState.STOPPED, LinkState.RECONNECTING, LinkState.BAD_CREDENTIALS)


class LivePicture(ReadablePicture):
    """Everything that is known of one PBX, and how fresh it is; one manager writes, any number read."""

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
            self._logbook.await_epoch()

    def load_step(self, step: SnapshotStep, reply: Reply) -> tuple[Doubt, ...]:
        """Take one list; call it in the order of the stream, between the events around it.

        Outside of `begin_session` … `complete_snapshot` it corrects the live picture, and readers get
        the differences as changes.

        Args:
            step: Which list.
            reply: The list.

        Returns:
            What is in doubt now, to be asked for.
        """
        with self._lock:
            if self._loading is not None:
                step.load(self._loading, reply)
                return self._loading.doubts.take()
            changes = step.load(self._state, reply)
            self._logbook.append(changes)
            doubts = self._state.doubts.take()
        if changes:
            self._tell()
        return doubts

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
            self._logbook.begin_epoch(self._loading_epoch, self._state.values)
            self._loaded = True
        self._tell()

    def apply_event(self, message: Message) -> tuple[Doubt, ...]:
        """Apply one event of the session's stream, and log it.

        Args:
            message: The event.

        Returns:
            What is in doubt now, to be asked for.
        """
        with self._lock:
            logbook = self._logbook
            if self._loading is not None:
                self._loading.apply(message)
            elif changes := self._state.apply(message):
                logbook.append(changes)
            logbook.events.take(message, self.pbx_clock.now())
            originations, now = self._originations, self._clock()
            if message.name == RESPONSE_EVENT:
                logbook.append(originations.apply(message, now))
            if now >= originations.due_at:
                logbook.append(originations.expire(now))
            doubts = (self._loading or self._state).doubts.take()
        self._tell()
        return doubts

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

    def count_skipped_events(self, count: int) -> None:
        """Count raw events that did not even come here; called before the overload is over.

        Args:
            count: How many.
        """
        with self._lock:
            self._logbook.events.count_skipped(count)

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

    def hear_queue_days(self, *, heard: bool) -> None:
        """Take whether the events come by which the days of queues are counted; without, none is told.

        Args:
            heard: Whether they do. That they do again shows with the next picture.
        """
        if heard == self.hears_queue_days:
            return
        with self._lock:
            self._queue_days.heard = heard
            if self._loading is None:
                self._logbook.append(self._state.show_days())
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

    def give_up_origination(self, action_id: str, why: str) -> None:
        """Tell that the PBX took an order, and will not tell its outcome to this link.

        Args:
            action_id: The order.
            why: In a sentence.
        """
        with self._lock:
            self._logbook.append(self._originations.give_up(action_id, why, self._clock()))
        self._tell()

    def find_origination(self, action_id: str) -> Origination | None:
        """Return an ordered call with what is known of its outcome, or None."""
        with self._lock:
            self._logbook.append(self._originations.expire(self._clock()))
            return self._originations.get(action_id)

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
