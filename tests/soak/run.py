"""A soak: calls of all kinds, cuts of the link at random moments, and a judge after each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from tests.asterisk.server import AsteriskServer, await_condition
from tests.faults.fault_proxy import FaultProxy
from tests.patience import PATIENCE
from tests.soak.call_kinds import KINDS
from tests.soak.call_storm import CallStorm
from tests.soak.counted_twice import split_counted_twice
from tests.soak.judge import Judge
from tests.soak.link_cutter import LinkCutter
from tests.soak.phones import Phones
from tests.soak.subjects import Subject

_SHOWN_FINDINGS = 20
# What no run is without, however short.
_WANTED = frozenset(
    {
        *("AgentConnect", "AgentComplete", "AgentRingNoAnswer", "QueueCallerAbandon", "QueueMemberPause"),
        *("ParkedCall", "UnParkedCall", "ParkedCallGiveUp", "ParkedCallTimeOut", "ConfbridgeJoin"),
        *("BlindTransfer", "AttendedTransfer", "ConfbridgeMute", "Hold", "Unhold"),
    }
)

Tell = Callable[[str], None]
MakeSubject = Callable[[AsteriskServer, FaultProxy], AbstractContextManager[Subject]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much.

    Args:
        calls: How many calls; one in twenty comes from a phone.
        cuts: How often the link is cut.
        rate: Calls a second.
        seed: Makes the choices repeatable.
    """

    calls: int
    cuts: int
    rate: float
    seed: int = 4

    @property
    def phone_calls(self) -> int:
        """How many of the calls come from phones, over SIP."""
        return max(2, self.calls // 20)

    @property
    def storm_calls(self) -> int:
        """How many do not."""
        return self.calls - self.phone_calls

    @property
    def seconds(self) -> float:
        """How long it takes to place all calls, when nothing is waited for."""
        return self.calls / self.rate

    @property
    def patience(self) -> float:
        """How long may be waited for a call to be placed."""
        return 60.0 + 5 * self.seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a soak showed.

    Args:
        findings: What was wrong; empty when all is well.
        counted_twice: What Asterisk 16 got wrong, as its events prove; see `tests.soak.counted_twice`.
        summary: What was compared, in one line.
        placed: Calls of each kind.
        heard: Events that tell what became of them.
        cuts: Cuts of each kind.
        sessions: How many sessions were judged.
    """

    findings: Sequence[str]
    counted_twice: Sequence[str]
    summary: str
    placed: Mapping[str, int]
    heard: Mapping[str, int]
    cuts: Mapping[str, int]
    sessions: int

    def tell_findings(self) -> str:
        """Return the first findings, with what is known of each."""
        return "\n\n".join([f"{len(self.findings)} findings", *self.findings[:_SHOWN_FINDINGS]])

    def missing_kinds(self) -> set[str]:
        """Return what a soak is for and did not happen in this one."""
        return (_WANTED - self.heard.keys()) | ({kind.name for kind in KINDS} - self.placed.keys())


def soak(pbx: AsteriskServer, plan: Plan, subject_of: MakeSubject, tell: Tell) -> Outcome:
    """Make the calls and the cuts, and judge.

    Args:
        pbx: An Asterisk for this alone.
        plan: How much.
        subject_of: Makes what is judged, linked through a proxy.
        tell: Hears how it goes on.
    """
    with (
        FaultProxy(pbx.host, pbx.ami_port) as proxy,
        subject_of(pbx, proxy) as subject,
        Judge(pbx, subject) as judge,
    ):
        await_condition(lambda: subject.is_fresh, PATIENCE, "the first link")
        cutter = LinkCutter(proxy, lambda: subject.is_fresh, plan.seed)
        sessions = {subject.epoch}
        with (
            CallStorm(pbx, calls=plan.storm_calls, rate=plan.rate, seed=plan.seed) as storm,
            Phones(pbx, calls=plan.phone_calls, seconds=plan.seconds) as phones,
        ):
            for number, call in enumerate(_draw_moments(plan), start=1):
                storm.await_count(call, plan.patience)
                judge.check(f"before cut {number}")
                before = subject.epoch
                kind = cutter.cut()
                await_condition(partial(_has_begun_anew, subject, before), PATIENCE, "a new session")
                sessions.add(subject.epoch)
                judge.check(f"after cut {number} ({kind}), call {storm.count}")
                tell(f"call {storm.count}, cut {number} ({kind}): {judge.summary()}")
            storm.await_count(plan.storm_calls, plan.patience)
            judge.check("after the last call was placed")
            phones.finish()
            storm.await_end(PATIENCE)
        judge.await_agreement("when all calls were over")
        counted_twice, findings = split_counted_twice(judge.verdict.findings, judge.record)
        if pbx.major != 16:
            counted_twice, findings = [], judge.verdict.findings
        outcome = Outcome(
            findings=[finding.text for finding in findings],
            counted_twice=[finding.text for finding in counted_twice],
            summary=judge.summary(),
            placed=storm.placed,
            heard=storm.heard,
            cuts=cutter.made,
            sessions=len(sessions),
        )
        tell(f"{plan.calls} calls, {plan.cuts} cuts: {outcome.summary}")
        tell(f"{len(outcome.counted_twice)} of the findings are calls that the PBX counted twice")
        tell(", ".join(f"{count} x {name}" for name, count in sorted(outcome.heard.items())))
        return outcome


def _has_begun_anew(subject: Subject, before: str | None) -> bool:
    return subject.is_fresh and subject.epoch != before


def _draw_moments(plan: Plan) -> Iterator[int]:
    """Yield after which calls the link is cut: at random, but in every part of the run."""
    draw = random.Random(plan.seed)  # noqa: S311 - it draws moments, not secrets
    share = plan.storm_calls / (plan.cuts + 1)
    for number in range(plan.cuts):
        yield int((number + draw.uniform(0.3, 1.0)) * share)
