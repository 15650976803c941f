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
from amictl.manager.pacing import Pace, Rota
from amictl.manager.pending import PendingAction
from amictl.manager.refresh_queue import RefreshQueue, Wish
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
# Seconds after which it is looked again whether the PBX has time for us.
_BUSY_WAIT: Final = 0.2
# Seconds between two lists that nobody waits for, however many there are.
_SHORTEST_GAP: Final = 0.02
# Seconds after which what cannot be compared is loaded again.
_RELOAD: Final = 300.0
_MOST_LOADED: Final = 2000


@dataclass(frozen=True, slots=True)
class _Heard:
    """A list that has come.

    Args:
        step: What was asked.
        reply: The list.
        values: What the picture was at the list's place in the stream; None for one that was loaded there.
        at: When that was, on the PBX's clock.
        ended_at: Likewise, on the monotonic clock.
    """

    step: SnapshotStep
    reply: Reply
    values: dict[str, Any] | None
    at: float
    ended_at: float


class Reconciler:
    """Asks for one list at a time and compares it with what the picture was at its end in the stream.

    The reader only copies the picture's values there; all work is done in the supervisor's thread, in slices
    between which others run. What is proved to differ (see `UnconfirmedDrift`) is mended in the picture.
    Lists that events or our own actions called for are loaded instead, by the reader, as at login, at a pace
    of their own; so is, every few seconds, the list of which queues there are.

    Args:
        session: Live.
        picture: What is compared.
        can_ask: Tells of an action's name whether this user may send it to this PBX.
        timings: The shares and intervals of lists.
        wishes: The lists that are wanted.
        hearing: Told of each drift.
        meter: Where lists are counted.
        attention: Set when a list has come.
    """

    def __init__(
        self,
        session: Session,
        picture: LivePicture,
        can_ask: Callable[[str], bool],
        *,
        timings: LinkTimings,
        wishes: RefreshQueue,
        hearing: Hearing,
        meter: LinkMetrics,
        attention: Event,
    ) -> None:
        self._session = session
        self._picture = picture
        self._can_ask = can_ask
        self._timings = timings
        self._wishes = wishes
        self._hearing = hearing
        self._meter = meter
        self._attention = attention
        self._began_at = time.monotonic()
        self._roots = self._find_comparable(SNAPSHOT_STEPS)
        self._loaded_roots = tuple(step for step in SNAPSHOT_STEPS if step.check is None)
        self._steps = self._roots
        self._children: dict[Action, dict[Action, SnapshotStep]] = {}
        self._loaded_at: dict[Action, float] = {}
        self._rota: Rota[Action] = Rota(timings.reconcile_settle)
        self._pace = Pace(timings.reconcile_share, self._began_at, timings.reconcile_interval)
        self._wish_pace = Pace(timings.wish_share, self._began_at, timings.wish_gap)
        self._watch_pace = Pace(timings.reconcile_share, self._began_at, timings.watch_interval)
        self._asking: Pace | None = None
        self._suspects: dict[Action, UnconfirmedDrift] = {}
        self._heard: _Heard | None = None
        meter.checkups = {name: each for name, each in meter.checkups.items() if can_ask(name)}
        self._plan()

    def find_agreement(self, topic: str, since: float) -> float | None:
        """Return as of when all lists of a topic agreed with it; None for a topic of which none is compared.

        Args:
            topic: A topic.
            since: When they were loaded, for those that were not compared yet; times are monotonic.
        """
        steps = [action for action, step in self._steps.items() if step.check and step.check.topic == topic]
        times = [self._suspects[action].agreed_at for action in steps if action in self._suspects]
        if any(action in self._roots and action not in self._suspects for action in steps):
            times.append(None)
        return min((since if at is None else at for at in times), default=None)

    def wait_time(self, now: float) -> float:
        """Return the seconds until something may have to be done.

        Args:
            now: Monotonic time.
        """
        if self._heard is not None:
            return 0.0
        if self._asking is not None:
            return float("inf")
        return min(self._wish_time(now), self._turn_time(now), self._watch_time(now))

    def _wish_time(self, now: float) -> float:
        """Return the seconds until a list may be asked for that is wanted."""
        return max(self._wishes.wait_time(now), self._wish_pace.wait_time(now, wanted=False))

    def _turn_time(self, now: float) -> float:
        """Return the seconds until the next list may be compared."""
        return self._pace.wait_time(now, wanted=self._rota.hurried) if self._steps else float("inf")

    def _watch_time(self, now: float) -> float:
        """Return the seconds until it may be asked which queues there are."""
        can_ask = self._can_ask(QUEUE_NAMES.name)
        return self._watch_pace.wait_time(now, wanted=False) if can_ask else float("inf")

    def work(self, now: float, *, welcome: bool) -> None:
        """Take the list that has come, or ask for the next one when it is time.

        Args:
            now: Monotonic time.
            welcome: Whether the PBX answers as fast as ever, and we keep up with what it sends.
        """
        heard, self._heard = self._heard, None
        if heard is not None:
            try:
                self._take(heard)
            except Exception:  # the picture is as it was; a defect here must not end the link
                log.exception(
                    "ami list could not be compared", pbx=self._picture.pbx, ami_list=heard.step.name
                )
                self._rota.note(heard.step.action, heard.ended_at, doubtful=False)
        elif self.wait_time(now) == 0.0:
            if not welcome:
                self._put_off(now, self._pace, self._wish_pace, self._watch_pace)
            elif self._wish_time(now) == 0.0:
                self._ask_wished(now)
            elif self._session.pending_count:
                self._put_off(now, self._pace, self._watch_pace)
            else:
                self._ask_next(now)

    def _put_off(self, now: float, *paces: Pace) -> None:
        for pace in paces:
            pace.put_off(now, _BUSY_WAIT)

    def _ask_next(self, now: float) -> None:
        """Ask which queues there are, or for the list whose turn it is."""
        if self._watch_time(now) == 0.0:
            self._ask(QUEUE_NAMES, now, self._watch_pace)
        elif (action := self._rota.next(now)) is not None:
            self._ask(self._steps[action], now, self._pace, compare=True)

    def _ask_wished(self, now: float) -> None:
        """Ask for the list that was wanted first; one that may not be loaded is compared before its turn."""
        while (wish := self._wishes.take(now)) is not None:
            if self._can_ask(wish.step.name) and not wish.step.racy:
                self._ask(wish.step, now, self._wish_pace, wish=wish)
                return
            self._rota.hurry(wish.step.action)
            wish.settle(None)

    def _ask(
        self, step: SnapshotStep, now: float, pace: Pace, *, compare: bool = False, wish: Wish | None = None
    ) -> None:
        """Ask for a list, which the reader loads or keeps for a comparison."""
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
                            self._wishes.add(each)
            finally:
                self._heard = _Heard(step, reply, values, self._picture.now(), ended_at)
                if wish is not None:
                    wish.settle(reply)
                self._attention.set()

        self._asking = pace
        pace.begin(now)
        try:
            self._session.submit(PendingAction(step.action, keep), self._timings.stale_after, always=True)
        except AmictlError as failure:
            self._asking = None
            pace.end(now)
            if wish is not None:
                wish.settle(None)
            log.info("ami list not asked for", pbx=self._picture.pbx, ami_list=step.name, why=failure.detail)

    def _take(self, heard: _Heard) -> None:
        """Use a list: compare it where it was not loaded, and see what else it calls for."""
        pace, self._asking = self._asking or self._pace, None
        seconds = pace.end(heard.ended_at)
        step, check, values = heard.step, heard.step.check, heard.values
        if check is None or values is None:
            self._note_loaded(step.action, heard.ended_at)
            for follow_up in step.follow_ups(heard.reply):
                self._wishes.add(follow_up)
            return
        doubtful = False
        if heard.reply.success:
            doubtful = self._check(check, values, heard, seconds)
            self._follow(step, heard)
        self._rota.note(step.action, heard.ended_at, doubtful=doubtful)

    def _check(self, check: ListCheck, values: dict[str, Any], heard: _Heard, seconds: float) -> bool:
        """Compare a list and mend what is proved; return whether there are doubts left."""
        name, action = heard.step.name, heard.step.action
        differences = self._compare(check, values, heard)
        suspects = self._suspects.setdefault(action, UnconfirmedDrift(self._timings.reconcile_settle))
        mended = self._picture.mend(check, suspects.judge(differences, heard.ended_at))
        suspects.clear(mended)
        self._hearing.note_drifts(difference.kind for difference in mended)
        checkup = ListCheckup(time.time(), seconds, len(heard.reply.items), len(differences))
        self._meter.count_list(name, checkup)
        self._tell(name, mended)
        return bool(suspects)

    def _follow(self, step: SnapshotStep, heard: _Heard) -> None:
        """Compare the lists that a list calls for too; load those that cannot be compared now and then."""
        follow_ups = step.follow_ups(heard.reply)
        children = self._find_comparable(follow_ups)
        for each in (step, *follow_ups, *self._loaded_roots):
            every = each.reload_every or (_RELOAD if each.check is None else float("inf"))
            if heard.ended_at - self._loaded_at.get(each.action, self._began_at) >= every:
                self._wishes.add(each)
        if children or step.action in self._children:
            self._children[step.action] = children
            self._plan()

    def _find_comparable(self, steps: Iterable[SnapshotStep]) -> dict[Action, SnapshotStep]:
        """Return the lists that can be asked for and compared."""
        return {step.action: step for step in steps if step.check is not None and self._can_ask(step.name)}

    def _note_loaded(self, action: Action, now: float) -> None:
        """Remember when a list was loaded; of conferences that come and go the latest ones only."""
        self._loaded_at.pop(action, None)
        self._loaded_at[action] = now
        if len(self._loaded_at) > _MOST_LOADED:
            del self._loaded_at[next(iter(self._loaded_at))]

    def _plan(self) -> None:
        """Give every list its turn; forget what was known of lists that are gone."""
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
        self._rota.keep(planned)
        self._children = {parent: found for parent, found in self._children.items() if parent in planned}
        self._suspects = {action: found for action, found in self._suspects.items() if action in planned}
        self._pace.gap = max(self._timings.reconcile_interval / max(len(planned), 1), _SHORTEST_GAP)

    def _compare(self, check: ListCheck, values: dict[str, Any], heard: _Heard) -> list[Difference]:
        """Return what differs between a list and the picture as it was there."""
        ours = check.pick(values)
        items = heard.reply.items
        unseen = set(ours)
        differences: list[Difference] = []
        for part in _cut(items, _SLICE) if check.itemwise else (items,):
            told = check.read(_in_slices(part), ours, heard.at)
            unseen.difference_update(told)
            differences += _compare_in_slices(check, told, ours, told)
        differences += _compare_in_slices(check, unseen, ours, {})
        return differences

    def _tell(self, name: str, mended: Sequence[Difference]) -> None:
        """Leave a trace of each drift: something is wrong with events, or Asterisk told of it with none."""
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
    """Yield what differs, and let others run now and then."""
    for part in _cut(list(keys), _SLICE):
        yield from compare(check, part, ours, told)
        time.sleep(0)


def _cut(items: Sequence[Part], size: int) -> Iterator[Sequence[Part]]:
    """Yield items in parts of a size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _in_slices(messages: Sequence[Message]) -> Iterator[Message]:
    """Yield messages, and let others run now and then; what was parsed of each is let go."""
    for number, message in enumerate(messages, start=1):
        yield message
        message.forget()
        if number % _SLICE == 0:
            time.sleep(0)
