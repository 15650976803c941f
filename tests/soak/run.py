"""A soak: calls of all kinds, cuts of the link at random moments, and a judge after each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from tests.asterisk.server import AsteriskServer, await_condition
from tests.faults.fault_proxy import FaultProxy
from tests.soak.call_storm import CallStorm
from tests.soak.judge import Judge, Verdict
from tests.soak.link_cutter import LinkCutter
from tests.soak.subjects import Subject

_LINK_SECONDS = 30.0
_LAST_CALL_SECONDS = 60.0

Tell = Callable[[str], None]
MakeSubject = Callable[[AsteriskServer, FaultProxy, Sequence[str]], AbstractContextManager[Subject]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much.

    Args:
        calls: How many calls.
        cuts: How often the link is cut.
        rate: Calls a second.
        seed: Makes the choices repeatable.
    """

    calls: int
    cuts: int
    rate: float
    seed: int = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a soak showed.

    Args:
        verdict: What the judge found.
        placed: Calls of each kind.
        heard: Events that tell what became of them.
        cuts: Cuts of each kind.
        epochs: How many sessions the subject had.
    """

    verdict: Verdict
    placed: Counter[str]
    heard: Counter[str]
    cuts: Counter[str]
    epochs: int


def soak(
    pbx: AsteriskServer, plan: Plan, subject_of: MakeSubject, topics: Sequence[str], tell: Tell
) -> Outcome:
    """Make the calls and the cuts, and judge.

    Args:
        pbx: An Asterisk for this alone.
        plan: How much.
        subject_of: Makes what is judged, linked through a proxy.
        topics: Of which topics it is judged.
        tell: Hears how it goes on.
    """
    with (
        FaultProxy(pbx.host, pbx.ami_port) as proxy,
        subject_of(pbx, proxy, topics) as subject,
        Judge(pbx, subject, topics) as judge,
    ):
        await_condition(lambda: subject.is_fresh, _LINK_SECONDS, "the first link")
        cutter = LinkCutter(proxy, lambda: subject.is_fresh, plan.seed)
        epochs = {subject.epoch}
        with CallStorm(pbx, calls=plan.calls, rate=plan.rate, seed=plan.seed) as storm:
            for number, call in enumerate(_draw_moments(plan), start=1):
                storm.await_count(call, timeout=10 * plan.calls / plan.rate)
                judge.check(f"before cut {number}")
                before = subject.epoch
                kind = cutter.cut()
                await_condition(partial(_has_begun_anew, subject, before), _LINK_SECONDS, "a new session")
                epochs.add(subject.epoch)
                judge.check(f"after cut {number} ({kind}), call {storm.count}")
                tell(f"call {storm.count}, cut {number} ({kind}): {judge.summary()}")
            storm.await_count(plan.calls, timeout=10 * plan.calls / plan.rate)
            judge.check("after the last call was placed")
            storm.await_end(_LAST_CALL_SECONDS)
        judge.await_agreement("when all calls were over")
        return Outcome(judge.verdict, storm.placed, storm.heard, cutter.made, len(epochs))


def _has_begun_anew(subject: Subject, before: str | None) -> bool:
    return subject.is_fresh and subject.epoch != before


def _draw_moments(plan: Plan) -> Iterator[int]:
    """Yield after which calls the link is cut: at random, but in every part of the run."""
    draw = random.Random(plan.seed)  # noqa: S311 - it draws moments, not secrets
    share = plan.calls / (plan.cuts + 1)
    for number in range(plan.cuts):
        yield int((number + draw.uniform(0.3, 1.0)) * share)
