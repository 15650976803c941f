"""Comparing the live picture with the PBX's own lists, a little at a time, for as long as a session lives."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Final

import structlog

from amictl.errors import AmictlError
from amictl.manager.measures import LinkMeter
from amictl.manager.pacing import Pace, Rota
from amictl.manager.pending import PendingAction
from amictl.manager.session import Session
from amictl.manager.timings import LinkTimings
from amictl.pbx import LivePicture, SnapshotStep
from amictl.pbx.drift import Difference, ListCheck, compare
from amictl.pbx.models.links import ListCheckup
from amictl.pbx.suspects import Suspects
from amictl.protocol import Action, Message, Reply

log = structlog.get_logger(__name__)

# How many items or values are worked on before others get their turn: about a millisecond.
_SLICE: Final = 100
# Seconds after which it is looked again whether the PBX has time for us.
_BUSY_WAIT: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Heard:
    """A list, and what the picture was at its place in the stream."""

    step: SnapshotStep
    reply: Reply
    values: dict[str, Any]
    at: float
    ended_at: float


class Reconciler:
    """Asks for one list at a time and compares it with what the picture was at its end in the stream.

    The reader only copies the picture's values there; all work is done in the supervisor's thread, in slices
    between which others run. What is proved to differ (see `Suspects`) is mended in the picture as a change.

    Args:
        session: Live.
        picture: What is compared.
        steps: The lists that this user may ask this PBX for; those without a check are left out.
        timings: ``reconcile_share``, ``reconcile_interval`` and ``reconcile_settle``.
        meter: Where lists are counted.
        attention: Set when a list has come.
    """

    def __init__(
        self,
        session: Session,
        picture: LivePicture,
        steps: Iterable[SnapshotStep],
        *,
        timings: LinkTimings,
        meter: LinkMeter,
        attention: Event,
    ) -> None:
        self._session = session
        self._picture = picture
        self._timings = timings
        self._meter = meter
        self._attention = attention
        self._steps = {step.action(): step for step in steps if step.check is not None}
        self._rota: Rota[Action] = Rota(timings.reconcile_settle)
        self._rota.keep(self._steps)
        gap = timings.reconcile_interval / max(len(self._steps), 1)
        self._pace = Pace(timings.reconcile_share, gap, time.monotonic())
        self._suspects: dict[Action, Suspects] = {}
        self._heard: _Heard | None = None
        self.checkups: dict[str, ListCheckup] = {}

    def wait_time(self, now: float) -> float:
        """Return the seconds until something may have to be done.

        Args:
            now: Monotonic time.
        """
        if self._heard is not None:
            return 0.0
        return self._pace.wait_time(now) if self._steps else float("inf")

    def work(self, now: float, *, welcome: bool) -> None:
        """Compare the list that has come, or ask for the next one when it is time.

        Args:
            now: Monotonic time.
            welcome: Whether the PBX answers as fast as ever.
        """
        heard, self._heard = self._heard, None
        if heard is not None:
            self._take(heard)
        elif self._steps and self._pace.is_due(now):
            if welcome and not self._session.pending_count:
                self._ask(now)
            else:
                self._pace.put_off(now, _BUSY_WAIT)

    def _ask(self, now: float) -> None:
        """Ask for the list whose turn it is."""
        action = self._rota.next(now)
        if action is None:
            return
        step = self._steps[action]

        def keep(reply: Reply) -> None:
            check = step.check
            values = self._picture.copy_values(check.topic) if check and reply.success else {}
            self._heard = _Heard(step, reply, values, self._picture.now(), time.monotonic())
            self._attention.set()

        self._pace.begin(now)
        try:
            self._session.submit(PendingAction(action, keep), self._timings.stale_after, always=True)
        except AmictlError as failure:
            self._pace.end(now)
            log.info("ami list not asked for", pbx=self._picture.pbx, ami_list=step.name, why=failure.detail)

    def _take(self, heard: _Heard) -> None:
        """Compare a list, mend what is proved, and note when to look again."""
        seconds = self._pace.end(heard.ended_at)
        action, check = heard.step.action(), heard.step.check
        if check is None or not heard.reply.success:
            self._rota.note(action, heard.ended_at, doubtful=False)
            return
        items = len(heard.reply.items)
        differences = self._compare(check, heard)
        suspects = self._suspects.setdefault(action, Suspects(self._timings.reconcile_settle))
        mended = self._picture.mend(check, suspects.judge(differences, heard.ended_at))
        suspects.clear(mended)
        self._rota.note(action, heard.ended_at, doubtful=bool(suspects))
        self._meter.count_list(heard.step.name, seconds, len(differences))
        self.checkups[heard.step.name] = ListCheckup(time.time(), seconds, items, len(differences))
        self._tell(heard.step.name, mended)

    def _compare(self, check: ListCheck, heard: _Heard) -> list[Difference]:
        """Return what differs between a list and the picture as it was there."""
        ours = check.pick(heard.values)
        told = check.read(_in_slices(heard.reply.items), ours, heard.at)
        keys = list(ours.keys() | told.keys())
        differences: list[Difference] = []
        for start in range(0, len(keys), _SLICE):
            differences += compare(check, keys[start : start + _SLICE], ours, told)
            time.sleep(0)
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


def _in_slices(messages: tuple[Message, ...]) -> Iterator[Message]:
    """Yield messages, and let others run now and then; what was yielded is not held on to."""
    for number, message in enumerate(messages, start=1):
        yield message
        if number % _SLICE == 0:
            time.sleep(0)
