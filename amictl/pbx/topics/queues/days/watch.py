"""What must be remembered of a queue to count each of its calls once, and to see what was missed.

Measured on Asterisk 22.10 and 16.28 (apps/app_queue.c): a queue's ``Completed`` grows when an answered call
ends and its member's ``InCall`` goes, so the sum of both grows by one for each answered call. ``queue reset
stats`` sets counters and ``InCall`` to zero without an event, and calls that go on then are never counted;
a restart and an unloaded module do likewise, of course. ``queue reload`` and ``module reload app_queue.so``
leave them alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.queues.days.day import Outcome
from amictl.pbx.topics.queues.successors import find_stays
from amictl.pbx.value import Value

# How many callers whose wait is over may still turn out to have been answered.
_MOST_OUTCOMES: Final = 512


class AsteriskCounters(Value, frozen=True):
    """What app_queue counts of one queue.

    Args:
        completed: Answered calls that ended.
        abandoned: Callers who left unanswered.
        in_call: Members who are in a call of this queue.
    """

    completed: int = 0
    abandoned: int = 0
    in_call: int = 0

    @property
    def answered(self) -> int:
        """Calls that were answered since the counters began."""
        return self.completed + self.in_call


class Gap(Value, frozen=True):
    """What Asterisk's counters tell of a time in which nobody listened.

    Args:
        answered: Calls that were answered in it.
        abandoned: Callers who left unanswered in it.
        reset: Whether the counters began anew in it: what was before that is not known.
    """

    answered: int
    abandoned: int
    reset: bool


def find_gap(before: AsteriskCounters, after: AsteriskCounters, *, restarted: bool) -> Gap:
    """Return what happened between two looks at a queue.

    Args:
        before: The counters when the last event was heard.
        after: Those of the next list.
        restarted: Whether Asterisk is known to have begun anew in between.
    """
    if restarted or after.completed < before.completed or after.abandoned < before.abandoned:
        return Gap(after.answered, after.abandoned, reset=True)
    # A member's second call at once hides the first from the counters, so the sum can fall by one.
    answered = max(0, after.answered - before.answered)
    return Gap(answered, after.abandoned - before.abandoned, reset=False)


class Waiting(Value, frozen=True):
    """A caller whose wait is not over, or not known to be.

    Args:
        joined_at: When the caller joined.
        left_at: When the caller left the queue without word of an answer; None while waiting.
    """

    joined_at: float
    left_at: float | None = None


class CountedCaller(Value, frozen=True):
    """How a caller was counted, of whom an event may still tell more.

    Args:
        day: The day on which the caller counts.
        outcome: As what.
        seen: Whether with its times.
        joined_at: When the caller joined, where the stay ended unheard, or the channel without a word of the
            queue: another channel may have gone on with the stay.
        in_level: Whether the caller counts as one whose wait ended within the service level.
    """

    day: date
    outcome: Outcome
    seen: bool
    joined_at: float | None = None
    in_level: bool = False


@dataclass(slots=True)
class Unseen:
    """Calls that were counted from a list, of callers whom no event named yet.

    Asterisk's events lag behind its lists by milliseconds: an event that comes right after a list may be of
    a call that the list's counters have already.

    Args:
        day: The day on which they were counted.
        at: When the list came.
        left: How many of each outcome.
    """

    day: date
    at: float
    left: dict[Outcome, int]


@dataclass(slots=True)
class QueueWatch:
    """One queue while it is followed.

    Args:
        queue: Its name.
        since: When it was first seen.
        counters: Asterisk's counters as of the last event; None before the first list.
        waiting: Callers whose wait is not over, by unique ID.
        talking: The day of each answered call that goes on, by the caller's unique ID.
        outcomes: Callers of whom more may come to be known.
        unseen: Calls that a list told and no event yet.
        newest: The newest day with a record.
    """

    queue: str
    since: float
    counters: AsteriskCounters | None = None
    waiting: dict[str, Waiting] = field(default_factory=dict)
    talking: dict[str, date] = field(default_factory=dict)
    outcomes: OrderedDict[str, CountedCaller] = field(default_factory=OrderedDict)
    unseen: Unseen | None = None
    newest: date | None = None

    def begun_stays(self) -> dict[str, float]:
        """Return when those joined whose stay another channel may go on with, by unique ID."""
        ended = {each: counted.joined_at for each, counted in self.outcomes.items()}
        waiting = {each: stay.joined_at for each, stay in self.waiting.items() if stay.left_at is None}
        return {each: at for each, at in {**ended, **waiting}.items() if at is not None}

    def remember(self, unique_id: str, counted: CountedCaller) -> None:
        """Remember how a caller was counted; the oldest are forgotten."""
        self.outcomes[unique_id] = counted
        if len(self.outcomes) > _MOST_OUTCOMES:
            self.outcomes.popitem(last=False)

    def rename_ended(self, unique_id: str, joined_at: float) -> bool:
        """Let a caller be the one whose stay began at the same moment and ended unheard.

        Args:
            unique_id: The caller.
            joined_at: When the caller joined.

        Returns:
            Whether there was such a stay.
        """
        ended = {each: at for each, at in self.begun_stays().items() if each in self.outcomes}
        before = find_stays(ended, {unique_id: joined_at}).get(unique_id)
        if before is not None:
            self.remember(unique_id, self.outcomes.pop(before))
        return before is not None

    def take_unseen(self, outcome: Outcome) -> date | None:
        """Take one call out of those that a list told, because an event tells of it now.

        Args:
            outcome: How the event says that it ended.

        Returns:
            The day on which the call was counted, or None where it was not.
        """
        unseen = self.unseen
        if unseen is None or not unseen.left[outcome]:
            return None
        unseen.left[outcome] -= 1
        return unseen.day

    def take_unseen_other(self, outcome: Outcome, given: Outcome) -> date | None:
        """Find a call that a list told as ended in one way, and remember it as one that ended in another.

        Args:
            outcome: As what it was counted.
            given: As what it is counted now.

        Returns:
            The day on which it counts, or None where there is none.
        """
        if self.unseen is not None and self.unseen.left[outcome]:
            self.unseen.left[outcome] -= 1
            self.unseen.left[given] += 1
            return self.unseen.day
        for unique_id, counted in self.outcomes.items():
            if counted.outcome is outcome and not counted.seen:
                self.outcomes[unique_id] = replace(counted, outcome=given)
                return counted.day
        return None

    def forget_talks(self, oldest: date) -> None:
        """Forget calls whose end was never told.

        Args:
            oldest: The day from which on they are kept.
        """
        self.talking = {caller: day for caller, day in self.talking.items() if day >= oldest}
