"""The days of a PBX's queues: they outlive AMI sessions, and by what is stored of them also processes.

Which events begin and end a wait (Asterisk apps/app_queue.c, measured on 22.10 and 16.28): a caller who
comes in makes ``QueueCallerJoin``; one who cannot come in (``joinempty``, a full queue) none at all. Hanging
up, the dialplan's time limit, ``leavewhenempty``, a redirect and ``QueueWithdrawCaller`` all make
``QueueCallerAbandon`` and then ``QueueCallerLeave``. An answer makes ``QueueCallerLeave`` and then
``AgentConnect``. A key makes ``QueueCallerLeave`` alone: only what the caller's channel does next tells that
nobody answered. ``AgentDump`` and ``AgentRingNoAnswer`` end nothing. ``AgentComplete`` ends an answered call,
with the reason ``transfer`` where one ended it.

What was missed while nobody listened is found at the first list of the next session (`find_gap`) and counted
on the day of that list; of callers who were known before, on the day on which they joined. Callers who came
and left by a key meanwhile are known to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.queues.days.book import DayBook, StoredQueueDay
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.day import DayRecord, Outcome
from amictl.pbx.topics.queues.days.gaps import close_gap
from amictl.pbx.topics.queues.days.value import QueueDay
from amictl.pbx.topics.queues.days.watch import (
    AsteriskCounters,
    CountedCaller,
    QueueWatch,
    Waiting,
)
from amictl.pbx.topics.queues.successors import find_stays

# How long after a list an event may still come of what the list tells. An answer is known to be one of those
# by the member whom the list shows in a call, and one who gave up by being neither listed nor told to have
# joined since; one whose joining was told after the list is not, so that is believed for less: people do come
# and give up within a second, and events are late by milliseconds.
_LATE_FOR_SURE: Final = 5.0
_LATE_PERHAPS: Final = 0.25

_UPTIME_ERROR: Final = 1.0  # seconds by which a moment that a PBX's whole seconds tell may be off, either way


class QueueDays:
    """Counts each call of each queue once; one writer.

    Args:
        calendar: Tells days.
        stored: What an earlier process stored: of each queue the newest day, and any others.

    Attributes:
        book: The days.
        heard: Whether the events come by which days are counted. Without them it is as if there were no link:
            nothing is counted, what Asterisk's counters grow by meanwhile is missed, and today is not known.
    """

    def __init__(self, calendar: Calendar | None = None, stored: Iterable[StoredQueueDay] = ()) -> None:
        self.book = DayBook(calendar or Calendar(), stored)
        self.heard = True
        self._moving_on: dict[str, str] = {}
        self._gap_from: float | None = None
        self._listed = False
        self._restarted = False
        self._booted_at: float | None = None
        self._listed_callers: set[str] = set()
        # Whether an event came that must be from after the session's first list, and with it all later ones.
        self._past_list = False

    # Sessions.

    def begin_session(self) -> None:
        """Expect lists of a new session; what happened since the last moment that was heard may be missed."""
        if self._listed or self._gap_from is None:
            self._gap_from = self.book.watched_until
            self._restarted = False
        self._listed = self._past_list = False
        self._listed_callers.clear()

    def watch(self, at: float) -> None:
        """Note that everything was heard until now."""
        if self._listed and self.heard:
            self.book.watched_until = at

    def today(self, queue: str, at: float) -> QueueDay | None:
        """Return the present day of a queue; None for one that is not known."""
        return self.book.today(queue, at) if self.heard else None

    def is_new_day(self, at: float) -> bool:
        """Return whether a day began since `today` was last asked for."""
        return self.heard and self.book.is_new_day(at)

    def note_boot(self, booted_at: float) -> None:
        """Take when Asterisk began to run.

        Args:
            booted_at: As its ``FullyBooted`` event tells by ``Uptime``, in whole seconds. Of an Asterisk that
                began in the last two seconds of an earlier amictl nobody knows whether it began after them.
        """
        before, self._booted_at = self._booted_at, booted_at
        is_another = before is None or booted_at - before >= 2 * _UPTIME_ERROR
        if self._gap_from is not None and is_another and booted_at > self._gap_from - _UPTIME_ERROR:
            self._restarted = True

    def take_list(
        self, queue: str, counters: AsteriskCounters, callers: Mapping[str, float], at: float
    ) -> dict[str, str]:
        """Take one queue of a ``QueueStatus`` list.

        Args:
            queue: Its name.
            counters: What Asterisk counts.
            callers: Who waits: unique IDs, and when each joined.
            at: The time.

        Returns:
            Callers who go on with the stays of others, and of whom; see `replace`.
        """
        if not self.heard:
            return {}
        watch = self._watch_of(queue, at)
        stays = self._continue_stays(watch, callers)
        gone = watch.waiting.keys() - callers.keys()
        if self._listed:
            for unique_id in gone:
                self.leave(queue, unique_id, at)
        else:
            for unique_id in gone:
                self._moving_on.pop(unique_id, None)
            close_gap(self.book, watch, counters, gone, at, since=self._gap_from, restarted=self._restarted)
            self._listed_callers.update(callers)
        for unique_id, joined_at in callers.items():
            self.join(queue, unique_id, joined_at)
        self.note_counters(queue, counters)
        return stays

    def end_list(self, queues: Iterable[str], at: float) -> None:
        """Take the end of a ``QueueStatus`` list.

        Args:
            queues: The queues that it told.
            at: The time.
        """
        if not self.heard:
            return
        for queue in self.book.watches.keys() - set(queues):
            watch = self.book.watches[queue]
            for unique_id in list(watch.waiting):
                self.leave(queue, unique_id, at)
                self.move_on(unique_id)
        self._listed = True
        self.book.watched_until = at

    # Events.

    def join(self, queue: str, unique_id: str, at: float) -> None:
        """Count a caller who joined, unless that was known."""
        watch = self._watch_of(queue, at)
        known = watch.waiting.get(unique_id)
        if known is not None and known.left_at is None:
            return
        if known is not None:
            self.move_on(unique_id)
        watch.outcomes.pop(unique_id, None)
        watch.waiting[unique_id] = Waiting(at)
        self.book.change(watch, self.book.calendar.day_of(at), DayRecord.offer)

    def replace(self, queue: str, before: str, after: str) -> None:
        """Let another channel go on with the stay of one that waits, or ended without a word of the queue.

        Args:
            queue: The queue.
            before: Unique ID of the channel that is replaced.
            after: That of the other one.
        """
        watch = self.book.watches.get(queue)
        begun = self._take_begun(watch, before) if watch else None
        if watch is None or begun is None:
            return
        self.move_on(after)
        if after in watch.waiting:  # a list told of it first
            day = self.book.calendar.day_of(begun.joined_at)
            self.book.change(watch, day, lambda record: record.offer(-1))
        watch.outcomes.pop(after, None)
        watch.waiting[after] = begun
        if before in self._listed_callers:
            self._listed_callers.add(after)
        self.book.note_change(watch)

    def joined_at(self, queue: str, unique_id: str) -> float | None:
        """Return when a waiting caller joined; None for one who does not wait."""
        watch = self.book.watches.get(queue)
        waiting = watch.waiting.get(unique_id) if watch else None
        return waiting.joined_at if waiting else None

    def leave(self, queue: str, unique_id: str, at: float) -> None:
        """Take a caller out of the queue, of whom it is not known yet whether a member answered."""
        self._note_end(unique_id)
        watch = self.book.watches.get(queue)
        known = watch.waiting.get(unique_id) if watch else None
        if watch is not None and known is not None and known.left_at is None:
            watch.waiting[unique_id] = replace(known, left_at=at)
            self._moving_on[unique_id] = queue

    def move_on(self, unique_id: str) -> str | None:
        """Take that a caller's channel does something else, or is gone: if it had left a queue, unanswered.

        Returns:
            The queue that it had left, if it had.
        """
        queue = self._moving_on.pop(unique_id, None)
        if queue is None:
            return None
        watch = self.book.watches[queue]
        known = watch.waiting.pop(unique_id)
        day = self.book.calendar.day_of(known.joined_at)
        waited = max(0.0, (known.left_at or known.joined_at) - known.joined_at)
        self.book.change(watch, day, lambda record: record.end_wait(Outcome.LEFT, waited, 0))
        watch.remember(unique_id, CountedCaller(day, Outcome.LEFT, seen=True))
        return queue

    def abandon(self, queue: str, unique_id: str, waited: float | None, level: int, at: float) -> bool:
        """Count a caller who left unanswered.

        Args:
            queue: The queue.
            unique_id: The caller.
            waited: Seconds waited, as Asterisk tells; None where only the clock can.
            level: The queue's service level in seconds.
            at: The time.

        Returns:
            Whether the latest list's counters have this caller already.
        """
        watch = self._watch_of(queue, at)
        known = watch.waiting.get(unique_id)
        unheard = waited is None
        if waited is None:
            if known is None:
                return False
            waited = max(0.0, at - known.joined_at)
        self._continue_unheard(watch, unique_id, at - waited)
        listed, late = self._find_late_abandon(watch, unique_id, waited, at)
        day = self._end_wait(watch, unique_id, Outcome.ABANDONED, waited, level, at=at, late=late)
        if unheard and known is not None:
            in_level = waited <= level
            ended = CountedCaller(day, Outcome.ABANDONED, True, known.joined_at, in_level)
            watch.remember(unique_id, ended)
        self._note_end(unique_id)
        if not self._listed and watch.counters is not None:
            watch.counters = replace(watch.counters, abandoned=watch.counters.abandoned + 1)
        return listed

    def connect(
        self, queue: str, unique_id: str, waited: float, level: int, at: float, *, listed: bool
    ) -> None:
        """Count a caller whom a member answered.

        Args:
            queue: The queue.
            unique_id: The caller.
            waited: Seconds waited.
            level: The queue's service level in seconds.
            at: The time.
            listed: Whether the list shows the member in a call that no event told yet.
        """
        watch = self._watch_of(queue, at)
        self._continue_unheard(watch, unique_id, at - waited)
        late = None
        if listed:
            _, late = self._find_late(watch, unique_id, Outcome.ANSWERED, waited, at, within=_LATE_FOR_SURE)
        day = self._end_wait(watch, unique_id, Outcome.ANSWERED, waited, level, at=at, late=late)
        watch.talking[unique_id] = day
        if not self._listed and watch.counters is not None:
            watch.counters = replace(watch.counters, in_call=watch.counters.in_call + 1)

    def complete(self, queue: str, unique_id: str, talked: float, at: float, *, transferred: bool) -> None:
        """Count an answered call that ended.

        Args:
            queue: The queue.
            unique_id: The caller.
            talked: Seconds that it lasted.
            at: The time.
            transferred: Whether a transfer ended it.
        """
        watch = self._watch_of(queue, at)
        day = watch.talking.pop(unique_id, None) or self.book.calendar.day_of(at)
        self.book.change(watch, day, lambda record: record.end_talk(talked, transferred=transferred))

    def transfer(self, queue: str, unique_id: str, at: float) -> None:
        """Count an answered call as transferred that goes on for app_queue.

        Args:
            queue: The queue.
            unique_id: The caller.
            at: The time.
        """
        watch = self._watch_of(queue, at)
        day = watch.talking.get(unique_id) or self.book.calendar.day_of(at)
        self.book.change(watch, day, DayRecord.transfer)

    def note_counters(self, queue: str, counters: AsteriskCounters) -> None:
        """Take what Asterisk's counters must be now."""
        watch = self.book.watches.get(queue)
        if watch is not None and watch.counters != counters:
            watch.counters = counters
            self.book.note_change(watch)

    # Inner workings.

    def _continue_stays(self, watch: QueueWatch, callers: Mapping[str, float]) -> dict[str, str]:
        """Find listed callers who go on with the stays of others; return those by the listed ones."""
        unknown = {each: joined_at for each, joined_at in callers.items() if each not in watch.waiting}
        if not unknown:
            return {}
        begun = {each: at for each, at in watch.begun_stays().items() if each not in callers}
        stays = find_stays(begun, unknown)
        for after, before in stays.items():
            self.replace(watch.queue, before, after)
        return stays

    def _continue_unheard(self, watch: QueueWatch, unique_id: str, joined_at: float) -> None:
        """Let a caller who is told of before the first list go on with the stay that began at that moment."""
        if self._listed or unique_id in watch.waiting or unique_id in watch.outcomes:
            return
        for before in find_stays(watch.begun_stays(), {unique_id: joined_at}).values():
            self.replace(watch.queue, before, unique_id)

    def _take_begun(self, watch: QueueWatch, unique_id: str) -> Waiting | None:
        """Take out a stay that another channel goes on with; its end, if one was counted, was none."""
        waiting = watch.waiting.get(unique_id)
        if waiting is not None:
            return watch.waiting.pop(unique_id) if waiting.left_at is None else None
        ended = watch.outcomes.get(unique_id)
        if ended is None or ended.joined_at is None:
            return None
        self._take_back(watch, watch.outcomes.pop(unique_id))
        return Waiting(ended.joined_at)

    def _take_back(self, watch: QueueWatch, counted: CountedCaller) -> None:
        """Undo how a caller was counted."""
        self.book.change(
            watch,
            counted.day,
            lambda record: record.take_back(counted.outcome, seen=counted.seen, in_level=counted.in_level),
        )

    def _note_end(self, unique_id: str) -> None:
        """Take the end of a wait, which for a caller of the first list can only be after that list."""
        self._past_list = self._past_list or unique_id in self._listed_callers

    def _find_late_abandon(
        self, watch: QueueWatch, unique_id: str, waited: float, at: float
    ) -> tuple[bool, date | None]:
        """Find a caller who gave up among those whom a list counted; return as `_find_late` does.

        Asterisk counts the caller before it takes it out of the queue, both under the lock under which it
        lists: whom neither a list nor an event since has told as waiting is among those whom the list counts.
        Events come in the order in which they happened, so that one from after the list ends all doubt.
        """
        known = watch.waiting.get(unique_id)
        if known is None:
            return self._find_late(watch, unique_id, Outcome.ABANDONED, waited, at, within=_LATE_FOR_SURE)
        if unique_id in self._listed_callers or self._past_list:
            return False, None
        return self._find_late(watch, unique_id, Outcome.ABANDONED, waited, at, within=_LATE_PERHAPS)

    def _find_late(
        self, watch: QueueWatch, unique_id: str, outcome: Outcome, waited: float, at: float, *, within: float
    ) -> tuple[bool, date | None]:
        """Take a caller out of those whom a list counted without their names.

        A known caller who joined at the same moment is this one, under another channel. If another one was
        taken for this one, that one ended as what is left over, or left otherwise.

        Returns:
            Whether the list counted the caller, and the day of a count without a name that was the caller's.
        """
        if watch.unseen is None or at - watch.unseen.at > within or unique_id in watch.outcomes:
            return False, None
        if unique_id not in watch.waiting and watch.rename_ended(unique_id, at - waited):
            return True, None
        day = watch.take_unseen(outcome)
        if day is not None:
            return True, day
        other = next((each for each, calls in watch.unseen.left.items() if calls), None)
        mistaken = self._recount(watch, outcome, other or Outcome.LEFT)
        if mistaken and other:
            day = watch.take_unseen(other)
            self.book.change(watch, watch.unseen.day, lambda record: record.exchange(other, outcome))
        return mistaken, day

    def _end_wait(
        self,
        watch: QueueWatch,
        unique_id: str,
        outcome: Outcome,
        waited: float,
        level: int,
        *,
        at: float,
        late: date | None,
    ) -> date:
        """Count the end of a wait once, whatever was counted of it before; return the caller's day."""
        known = watch.waiting.pop(unique_id, None)
        self._moving_on.pop(unique_id, None)
        counted = watch.outcomes.pop(unique_id, None)
        if known is not None:
            day = self.book.calendar.day_of(known.joined_at)
            if late is not None:
                self.book.change(watch, late, lambda record: record.take_back(outcome, seen=False).offer(-1))
        elif counted is not None:
            day = counted.day
            self._take_back(watch, counted)
            self._exchange(watch, counted, outcome)
        elif late is not None:
            day = late
            self.book.change(watch, day, lambda record: record.take_back(outcome, seen=False))
        else:
            day = self.book.calendar.day_of(at - waited)
            self.book.change(watch, day, DayRecord.offer)
        self.book.change(watch, day, lambda record: record.end_wait(outcome, waited, level))
        return day

    def _exchange(self, watch: QueueWatch, counted: CountedCaller, outcome: Outcome) -> None:
        """Let another call of the gap be what a caller was counted as, and turns out not to have been."""
        if counted.seen or counted.outcome is outcome:
            return
        self._recount(watch, outcome, counted.outcome)

    def _recount(self, watch: QueueWatch, taken: Outcome, given: Outcome) -> bool:
        """Count one call of the gap otherwise; return whether there was one that was counted so."""
        day = watch.take_unseen_other(taken, given)
        if day is not None:
            self.book.change(watch, day, lambda record: record.exchange(taken, given))
        return day is not None

    def _watch_of(self, queue: str, at: float) -> QueueWatch:
        watch = self.book.watches.get(queue)
        if watch is None:
            # A queue that is new on a PBX that is not: its counters began at zero.
            known = self._listed or self._gap_from is not None
            watch = QueueWatch(queue, at, AsteriskCounters() if known else None)
            self.book.watches[queue] = watch
            self.book.change(watch, self.book.calendar.day_of(at), lambda record: record)
        return watch
