"""Comparing the live picture with the PBX's own lists, a little at a time, for as long as a session lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, TypeVar

import structlog

from amictl.errors import AmictlError
from amictl.manager.link_metrics import LinkMetrics
from amictl.manager.pacing import ListSchedule, Pace
from amictl.manager.pending import PendingAction
from amictl.manager.refresh_queue import RefreshQueue, RefreshRequest
from amictl.manager.session import Session
from amictl.manager.timings import LinkTimings
from amictl.pbx.lists import ListCheck, SnapshotStep
from amictl.pbx.picture.drift import Difference, compare
from amictl.pbx.picture.hearing import Hearing
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.refresh_triggers import find_doubted_steps
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.picture.unconfirmed_drift import UnconfirmedDrift
from amictl.pbx.topics.links.value import ListCheckup
from amictl.pbx.topics.queues.topic import QUEUE_NAMES
from amictl.protocol import Action, Message, Reply

log = structlog.get_logger(__name__)
Part = TypeVar("Part")

# How many items or values are worked on before others get their turn: about a millisecond.
_SLICE: Final = 100
# Seconds until it is looked at again whether the PBX has time for lists.
_BUSY_WAIT: Final = 0.2
# Seconds between two lists that nobody waits for, however many there are.
_SHORTEST_GAP: Final = 0.02
# Seconds after which what cannot be compared is loaded again.
_RELOAD: Final = 300.0
_MOST_LOADED: Final = 2000


@dataclass(frozen=True, slots=True)
class _Received:
    """A list that was received.

    Args:
        step: What was asked.
        reply: The list.
        values: The picture's values at the list's place in the stream; None for a list that was loaded there.
        at: When it was received, on the PBX's clock.
        ended_at: The same moment on the monotonic clock.
    """

    step: SnapshotStep
    reply: Reply
    values: dict[str, Any] | None
    at: float
    ended_at: float


class Reconciler:
    """Asks for one list at a time and compares it with the picture as it was at the list's end in the stream.

    The reader only copies the picture's values there; all work is done in the supervisor's thread, in slices
    between which others run. What is proved to differ (see `UnconfirmedDrift`) is mended in the picture.
    Lists that events or our own actions called for are loaded instead, by the reader, as at login, at a pace
    of their own; so is, every few seconds, the list of which queues there are.

    Args:
        session: The live session.
        picture: The picture that is compared.
        can_ask: Returns whether this user may send the action of a given name to this PBX.
        timings: The shares and intervals of lists.
        refresh_queue: The lists that events and our own actions called for.
        hearing: Told of each drift.
        metrics: Counts the lists.
        attention: Set when a list was received.
    """

    def __init__(
        self,
        session: Session,
        picture: LivePicture,
        can_ask: Callable[[str], bool],
        *,
        timings: LinkTimings,
        refresh_queue: RefreshQueue,
        hearing: Hearing,
        metrics: LinkMetrics,
        attention: Event,
    ) -> None:
        self._session = session
        self._picture = picture
        self._can_ask = can_ask
        self._timings = timings
        self._refresh_queue = refresh_queue
        self._hearing = hearing
        self._metrics = metrics
        self._attention = attention
        self._began_at = time.monotonic()
        self._roots = self._find_comparable(SNAPSHOT_STEPS)
        self._loaded_roots = tuple(step for step in SNAPSHOT_STEPS if step.check is None)
        self._steps = self._roots
        self._children: dict[Action, dict[Action, SnapshotStep]] = {}
        self._loaded_at: dict[Action, float] = {}
        self._schedule: ListSchedule[Action] = ListSchedule(timings.reconcile_settle)
        self._pace = Pace(timings.reconcile_share, self._began_at, timings.reconcile_interval)
        self._refresh_pace = Pace(timings.refresh_share, self._began_at, timings.refresh_gap)
        self._queue_names_pace = Pace(timings.reconcile_share, self._began_at, timings.queue_names_interval)
        self._asking: Pace | None = None
        self._unconfirmed: dict[Action, UnconfirmedDrift] = {}
        self._received: _Received | None = None
        metrics.checkups = {name: each for name, each in metrics.checkups.items() if can_ask(name)}
        self._plan()

    def find_agreement(self, topic: str, since: float) -> float | None:
        """Return until when all lists of a topic agreed with it; None where none of them is compared.

        Args:
            topic: A topic.
            since: When they were loaded, for those that were not compared yet; times are monotonic.
        """
        steps = [action for action, step in self._steps.items() if step.check and step.check.topic == topic]
        times = [self._unconfirmed[action].agreed_at for action in steps if action in self._unconfirmed]
        if any(action in self._roots and action not in self._unconfirmed for action in steps):
            times.append(None)
        return min((since if at is None else at for at in times), default=None)

    def wait_time(self, now: float) -> float:
        """Return the seconds until something may have to be done.

        Args:
            now: Monotonic time.
        """
        if self._received is not None:
            return 0.0
        if self._asking is not None:
            return float("inf")
        return min(self._refresh_time(now), self._turn_time(now), self._queue_names_time(now))

    def _refresh_time(self, now: float) -> float:
        """Return the seconds until a requested list may be asked for."""
        return max(self._refresh_queue.wait_time(now), self._refresh_pace.wait_time(now, wanted=False))

    def _turn_time(self, now: float) -> float:
        """Return the seconds until the next list may be compared."""
        return self._pace.wait_time(now, wanted=self._schedule.hurried) if self._steps else float("inf")

    def _queue_names_time(self, now: float) -> float:
        """Return the seconds until the list of queue names may be asked for."""
        can_ask = self._can_ask(QUEUE_NAMES.name)
        return self._queue_names_pace.wait_time(now, wanted=False) if can_ask else float("inf")

    def work(self, now: float, *, may_ask: bool) -> None:
        """Use the list that was received, or ask for the next one when it is time.

        Args:
            now: Monotonic time.
            may_ask: Whether the PBX answers as fast as ever, and its events are read as fast as they come.
        """
        received, self._received = self._received, None
        if received is not None:
            try:
                self._take(received)
            except Exception:  # the picture is as it was; a defect here must not end the link
                log.exception(
                    "ami list could not be compared", pbx=self._picture.pbx, ami_list=received.step.name
                )
                self._schedule.note(received.step.action, received.ended_at, doubtful=False)
        elif self.wait_time(now) == 0.0:
            if not may_ask:
                self._put_off(now, self._pace, self._refresh_pace, self._queue_names_pace)
            elif self._refresh_time(now) == 0.0:
                self._ask_requested(now)
            elif self._session.pending_count:
                self._put_off(now, self._pace, self._queue_names_pace)
            else:
                self._ask_next(now)

    def _put_off(self, now: float, *paces: Pace) -> None:
        for pace in paces:
            pace.put_off(now, _BUSY_WAIT)

    def _ask_next(self, now: float) -> None:
        """Ask for the list of queue names, or for the list whose turn it is."""
        if self._queue_names_time(now) == 0.0:
            self._ask(QUEUE_NAMES, now, self._queue_names_pace)
        elif (action := self._schedule.next(now)) is not None:
            self._ask(self._steps[action], now, self._pace, compare=True)

    def _ask_requested(self, now: float) -> None:
        """Ask for the list requested first; one that may not be loaded is compared before its turn."""
        while (request := self._refresh_queue.take(now)) is not None:
            if self._can_ask(request.step.name) and not request.step.racy:
                self._ask(request.step, now, self._refresh_pace, request=request)
                return
            self._schedule.hurry(request.step.action)
            request.settle(None)

    def _ask(
        self,
        step: SnapshotStep,
        now: float,
        pace: Pace,
        *,
        compare: bool = False,
        request: RefreshRequest | None = None,
    ) -> None:
        """Ask for a list; at its end the reader loads it, or copies the picture's values for a comparison."""
        check = step.check

        def keep(reply: Reply) -> None:
            ended_at = time.monotonic()
            values: dict[str, Any] | None = None
            try:
                if compare and check is not None:
                    values = self._picture.copy_values(check.topic)
                else:
                    for doubt in self._picture.load_step(step, reply):
                        for each in find_doubted_steps(doubt):
                            self._refresh_queue.add(each)
            finally:
                self._received = _Received(step, reply, values, self._picture.now(), ended_at)
                if request is not None:
                    request.settle(reply)
                self._attention.set()

        self._asking = pace
        pace.begin(now)
        try:
            self._session.submit(PendingAction(step.action, keep), self._timings.stale_after, always=True)
        except AmictlError as failure:
            self._asking = None
            pace.end(now)
            if request is not None:
                request.settle(None)
            log.info("ami list not asked for", pbx=self._picture.pbx, ami_list=step.name, why=failure.detail)

    def _take(self, received: _Received) -> None:
        """Compare a list that was not loaded, and request the lists that it calls for."""
        pace, self._asking = self._asking or self._pace, None
        seconds = pace.end(received.ended_at)
        step, check, values = received.step, received.step.check, received.values
        if check is None or values is None:
            self._note_loaded(step.action, received.ended_at)
            for follow_up in step.follow_ups(received.reply):
                self._refresh_queue.add(follow_up)
            return
        doubtful = False
        if received.reply.success:
            doubtful = self._check(check, values, received, seconds)
            self._follow(step, received)
        self._schedule.note(step.action, received.ended_at, doubtful=doubtful)

    def _check(self, check: ListCheck, values: dict[str, Any], received: _Received, seconds: float) -> bool:
        """Compare a list and mend what is proved; return whether differences are left that are not."""
        name, action = received.step.name, received.step.action
        differences = self._compare(check, values, received)
        unconfirmed = self._unconfirmed.setdefault(action, UnconfirmedDrift(self._timings.reconcile_settle))
        mended = self._picture.mend(check, unconfirmed.judge(differences, received.ended_at))
        unconfirmed.clear(mended)
        self._hearing.note_drifts(difference.kind for difference in mended)
        checkup = ListCheckup(time.time(), seconds, len(received.reply.items), len(differences))
        self._metrics.count_list(name, checkup)
        self._tell(name, mended)
        return bool(unconfirmed)

    def _follow(self, step: SnapshotStep, received: _Received) -> None:
        """Schedule the lists that a list calls for; load now and then those that cannot be compared."""
        follow_ups = step.follow_ups(received.reply)
        children = self._find_comparable(follow_ups)
        for each in (step, *follow_ups, *self._loaded_roots):
            every = each.reload_every or (_RELOAD if each.check is None else float("inf"))
            if received.ended_at - self._loaded_at.get(each.action, self._began_at) >= every:
                self._refresh_queue.add(each)
        if children or step.action in self._children:
            self._children[step.action] = children
            self._plan()

    def _find_comparable(self, steps: Iterable[SnapshotStep]) -> dict[Action, SnapshotStep]:
        """Return the lists that can be asked for and compared."""
        return {step.action: step for step in steps if step.check is not None and self._can_ask(step.name)}

    def _note_loaded(self, action: Action, now: float) -> None:
        """Remember when a list was loaded, for the latest lists only: conferences come and go."""
        self._loaded_at.pop(action, None)
        self._loaded_at[action] = now
        if len(self._loaded_at) > _MOST_LOADED:
            del self._loaded_at[next(iter(self._loaded_at))]

    def _plan(self) -> None:
        """Schedule every list, and forget what was known of lists that are gone."""
        planned: dict[Action, SnapshotStep] = {}
        generation = self._roots
        while generation:
            planned |= generation
            generation = {
                action: step
                for parent in generation
                for action, step in self._children.get(parent, {}).items()
            }
        self._steps = planned
        self._schedule.keep(planned)
        self._children = {parent: found for parent, found in self._children.items() if parent in planned}
        self._unconfirmed = {
            action: found for action, found in self._unconfirmed.items() if action in planned
        }
        self._pace.gap = max(self._timings.reconcile_interval / max(len(planned), 1), _SHORTEST_GAP)

    def _compare(self, check: ListCheck, values: dict[str, Any], received: _Received) -> list[Difference]:
        """Return the differences between a list and the picture as it was at the list's end."""
        ours = check.pick(values)
        items = received.reply.items
        unseen = set(ours)
        differences: list[Difference] = []
        for part in _cut(items, _SLICE) if check.itemwise else (items,):
            told = check.read(_in_slices(part), ours, received.at)
            unseen.difference_update(told)
            differences += _compare_in_slices(check, told, ours, told)
        differences += _compare_in_slices(check, unseen, ours, {})
        return differences

    def _tell(self, name: str, mended: Sequence[Difference]) -> None:
        """Log each drift: an event was lost or misread, or Asterisk sent none."""
        for difference in mended:
            log.warning(
                "live picture drifted and was mended",
                pbx=self._picture.pbx,
                ami_list=name,
                kind=difference.kind,
                key=difference.place.key,
                row=difference.place.row or None,
            )


def _compare_in_slices(
    check: ListCheck, keys: Iterable[str], ours: Mapping[str, Any], told: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield the differences, and let others run now and then."""
    for part in _cut(list(keys), _SLICE):
        yield from compare(check, part, ours, told)
        time.sleep(0)


def _cut(items: Sequence[Part], size: int) -> Iterator[Sequence[Part]]:
    """Yield items in parts of a size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _in_slices(messages: Sequence[Message]) -> Iterator[Message]:
    """Yield messages, forget what was parsed of each, and let others run now and then."""
    for number, message in enumerate(messages, start=1):
        yield message
        message.forget()
        if number % _SLICE == 0:
            time.sleep(0)
