"""Who is rung next: the strategies of app_queue, as its metrics (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from amictl.demo.queues.members import Member
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.settings import Strategy

if TYPE_CHECKING:
    from amictl.demo.channels import Channel

_PENALTY_STEP: Final = 1_000_000  # one penalty more counts more than all the rest
_NEXT_ROUND: Final = 1_000  # added for members whose turn is in the next round
_LONG_AGO: Final = 1_000_000


@dataclass(slots=True, eq=False)
class Attempt:
    """A member that may be called for a caller.

    Attributes:
        metric: The lowest is called first.
        channel: The call to the member, while there is one.
        is_open: It is being called, or may still be.
    """

    member: Member
    metric: int
    channel: Channel | None = None
    is_open: bool = True


def rank_members(queue: CallQueue, entry: Entry, now: float, random: Random) -> list[Attempt]:
    """Return the members that a caller accepts, each with its metric.

    They stand in the order in which app_queue goes through them, which is the reverse of that in which it
    has its members: of two with one metric, the later member is called first.
    """
    uses_penalty = len(queue.members) > queue.settings.penalty_members_limit
    attempts: list[Attempt] = []
    for place, member in enumerate(queue.members):
        penalty: int | None = member.penalty
        if uses_penalty:
            penalty = entry.penalties.judge(member.penalty)
            if penalty is None:
                continue
        ranking = _Ranking(queue, entry, int(now), random)
        metric = ranking.measure(member, place, penalty or 0)
        if uses_penalty and queue.settings.strategy is not Strategy.WEIGHTED_RANDOM:
            metric += (penalty or 0) * _PENALTY_STEP
        attempts.append(Attempt(member, metric))
    attempts.reverse()
    return attempts


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Measures members by the strategy of their queue, without their penalty."""

    queue: CallQueue
    entry: Entry
    now: int
    random: Random

    def measure(self, member: Member, place: int, penalty: int) -> int:
        match self.queue.settings.strategy:
            case Strategy.RING_ALL:
                metric = 0
            case Strategy.LINEAR:
                metric = self._measure_linear(place)
            case Strategy.ROUND_ROBIN_MEMORY | Strategy.ROUND_ROBIN_ORDERED:
                metric = self._measure_round(member.position)
            case Strategy.RANDOM:
                metric = self.random.randrange(1000)
            case Strategy.WEIGHTED_RANDOM:
                metric = self.random.randrange((1 + penalty) * 1000)
            case Strategy.FEWEST_CALLS:
                metric = member.calls
            case Strategy.LEAST_RECENT:
                metric = _LONG_AGO - (self.now - member.last_call) if member.last_call else 0
        return metric

    def _measure_linear(self, place: int) -> int:
        if place > self.entry.linear_position:
            self.entry.linear_wrapped = True
        return place + (_NEXT_ROUND if place < self.entry.linear_position else 0)

    def _measure_round(self, position: int) -> int:
        if position > self.queue.round_position:
            self.queue.round_wrapped = True
        return position + (_NEXT_ROUND if position < self.queue.round_position else 0)


def choose_next(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the member to be called next, or None where all were tried."""
    left = (attempt for attempt in attempts if attempt.is_open and attempt.channel is None)
    return min(left, key=lambda attempt: attempt.metric, default=None)


def choose_all(attempts: Sequence[Attempt], best: Attempt) -> list[Attempt]:
    """Return all that are as good as the best: whom ringall calls at once."""
    return [
        attempt
        for attempt in attempts
        if attempt.is_open and attempt.channel is None and attempt.metric <= best.metric
    ]


def remember_turn(queue: CallQueue, entry: Entry, attempts: Sequence[Attempt]) -> None:
    """Keep whose turn it is after members were called, where the strategy keeps that."""
    best = choose_next(attempts)
    if queue.settings.strategy.is_round_robin:
        queue.round_position = _next_position(best, queue.round_position, wrapped=queue.round_wrapped)
        queue.round_wrapped = False
    elif queue.settings.strategy is Strategy.LINEAR:
        entry.linear_position = _next_position(best, entry.linear_position, wrapped=entry.linear_wrapped)
        entry.linear_wrapped = False


def _next_position(best: Attempt | None, before: int, *, wrapped: bool) -> int:
    if best is not None:
        return best.metric % _NEXT_ROUND
    return 0 if wrapped else before + 1
