"""From the AMI socket to WebSocket clients: delays, load and saturation, amictl beside others in one run.

All that is required is a ratio to the floor or to a peer, so it holds on a slow machine as on a fast one.

``python -m bench.delivery NAME CLIENTS RATE…`` plays rates to one of ``CONTESTANTS`` and prints the steps.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from amictl.realtime.publisher import BATCH_INTERVAL
from bench.contestants import Starter, amictl, node, node_problem, one_emit, plain_sockets
from bench.processes import on_cores, other_cores
from bench.recording import find_recording
from bench.rows import Row
from bench.stage import Stage, Step

AMICTL: Final = "amictl"
UNCOMPRESSED: Final = "uncompressed"
ONE_EMIT: Final = "one-emit"
NODE: Final = "node"
FLOOR: Final = "floor"
CONTESTANTS: Final[Mapping[str, Starter]] = {
    FLOOR: plain_sockets,  # the first, since others are held against it
    AMICTL: amictl(),
    UNCOMPRESSED: amictl(deflate=False),
    ONE_EMIT: one_emit,
    NODE: node,
}
_TITLES: Final[Mapping[str, str]] = {
    AMICTL: "amictl",
    UNCOMPRESSED: "amictl, not compressed",
    ONE_EMIT: "one emit an event",
    NODE: "Node, one emit an event",
    FLOOR: "floor, plain sockets",
}
_CLIENTS: Final = (1, 50, 200)
_MANY: Final = 200
_RATES: Final = (500, 2000, 5000)  # events a second
_EVERYDAY_RATE: Final = 500
_REQUIRED_RATE: Final = 2000
_SECONDS: Final = 2.0
_FASTER: Final = 1.5
_REFINEMENTS: Final = 2
_HIGHEST_RATE: Final = 60_000  # more than one core can read
_COLLAPSED: Final = 2 * _SECONDS  # a step that takes longer to arrive
_ATTEMPTS: Final = 2  # more at what is required, since a neighbour may disturb one
_DISTURBED: Final = 0.1  # of the time; worth to be told
_DELAY: Final = 1.5
_LOAD_OF_FLOOR: Final = 5.0
_TIMES_OF_PEERS: Final = 12.0
_TIMES_OF_NODE_BY_CPU: Final = 20.0


@dataclass(slots=True)
class Findings:
    """All steps of one contestant with one number of clients.

    Args:
        steps: In the order in which they were played.
    """

    steps: list[Step] = field(default_factory=list)

    @property
    def saturation(self) -> float:
        """The highest rate in events a second that was held; 0 where none was."""
        return max((step.rate for step in self.steps if step.held), default=0.0)

    @property
    def deliveries(self) -> float:
        """Deliveries a second at saturation."""
        return max((step.rate * step.clients for step in self.steps if step.held), default=0.0)

    @property
    def most_deliveries(self) -> float:
        """The most deliveries of any second of any step, held or not: what can be said best of a peer."""
        return max(self.deliveries, max((float(step.report.busiest) for step in self.steps), default=0.0))

    @property
    def deliveries_a_cpu_second(self) -> float:
        """The best of all steps; unlike a rate it does not suffer from what else the machine does."""
        return max((step.deliveries_a_cpu_second for step in self.steps), default=0.0)

    @property
    def disturbed(self) -> float:
        """Share of the time in which others had the server's core though it could have run."""
        return statistics.fmean(step.disturbed for step in self.steps)

    def at(self, rate: float) -> Step | None:
        """Return the best step at a rate, if there was one."""
        steps = [step for step in self.steps if step.rate == rate]
        return min(steps, key=lambda step: (not step.held, step.report.p99 or 0.0), default=None)


def measure_delivery() -> Iterator[Row]:
    """Measure all contestants with 1, 50 and 200 clients, and hold amictl against what is required."""
    problem = node_problem()
    if problem:
        yield Row(f"{_TITLES[NODE]}: left out", None, "", detail=problem)
    found: dict[tuple[str, int], Findings] = {}
    with on_cores(other_cores()):
        for clients in _CLIENTS:
            for name in CONTESTANTS:
                if (name == NODE and problem) or (name == UNCOMPRESSED and clients != _MANY):
                    continue
                floor = found.get((FLOOR, clients))
                findings = found[name, clients] = explore(name, clients, floor)
                yield from _describe(name, clients, findings, floor)
    yield from _describe_growth(found)
    yield from _compare(found)


def explore(name: str, clients: int, floor: Findings | None) -> Findings:
    """Play the fixed rates to a contestant, then look for its saturation.

    Saturation is the highest rate that is held (`Step.held`). From the highest fixed rate that was held on,
    the rate grows by half until two in a row are not held, since one failure may be a neighbour's noise; then
    the gap above the highest held rate is halved twice. The floor has none: it takes more than is offered.

    Args:
        name: Of the contestant.
        clients: How many clients listen.
        floor: What was measured of the floor with as many; None while that is being measured.
    """
    findings = Findings()
    with Stage(CONTESTANTS[name], find_recording(), clients) as stage:

        def play(rate: float) -> bool:
            findings.steps.append(stage.play(rate, _SECONDS))
            return findings.steps[-1].held

        for rate in _RATES:
            play(rate)
            if findings.steps[-1].report.seconds > _COLLAPSED:
                break
        if (name, clients) == (AMICTL, _MANY) and floor is not None:
            for _ in range(_ATTEMPTS):
                if is_as_required(findings, floor):
                    break
                play(_REQUIRED_RATE)
        if name != FLOOR:
            _look_for_saturation(findings, play)
    return findings


def is_as_required(findings: Findings, floor: Findings) -> bool:
    """Return whether the required rate was held as it must be, at least once.

    Args:
        findings: What was measured of amictl.
        floor: What was measured of the floor in the same run, with as many clients.
    """
    least = floor.at(_REQUIRED_RATE)
    return least is not None and any(
        step.held and _delay_beside(step, least) <= _DELAY and step.load <= _LOAD_OF_FLOOR * least.load
        for step in findings.steps
        if step.rate == _REQUIRED_RATE
    )


def _delay_beside(step: Step, other: Step) -> float:
    """Return a step's p99 beside one batch interval and another's; infinite where nothing was delivered."""
    own, theirs = step.report.p99, other.report.p99
    return own / (BATCH_INTERVAL * 1000 + theirs) if own and theirs else float("inf")


def _look_for_saturation(findings: Findings, play: Callable[[float], bool]) -> None:
    rate = findings.saturation or _RATES[0] / 2
    failures = 0
    while failures < 2 and rate * _FASTER <= _HIGHEST_RATE:
        rate *= _FASTER
        failures = 0 if play(rate) else failures + 1
    for _ in range(_REFINEMENTS):
        held = findings.saturation
        above = min((step.rate for step in findings.steps if step.rate > held), default=held)
        if held:
            play((held * above) ** 0.5)


def _describe(name: str, clients: int, findings: Findings, floor: Findings | None) -> Iterator[Row]:
    """Return the rows of one contestant with one number of clients."""
    to = f"{_TITLES[name]}, to {clients}"
    for rate in _RATES:
        step = findings.at(rate)
        if step is None:
            continue
        least = floor.at(rate) if floor else None
        ratio = _delay_beside(step, least) if least else None
        detail = _describe_step(step, least)
        required, passed = "", None
        if floor is not None and (name, clients, rate) == (AMICTL, _MANY, _REQUIRED_RATE):
            required = f"at most {_DELAY} of a batch and floor, {_LOAD_OF_FLOOR:.0f} of its core, no gap"
            passed = is_as_required(findings, floor)
        yield Row(f"{to}: p99 at {rate:,}/s", step.report.p99, "ms", ratio, required, passed, detail)
    detail = f"{findings.deliveries_a_cpu_second:,.0f} deliveries a CPU second"
    if name == FLOOR:
        yield Row(f"{to}: at {_RATES[-1]:,}/s", findings.most_deliveries, "deliveries/s", detail=detail)
        return
    detail = f"{findings.most_deliveries:,.0f} deliveries/s at most, {detail}"
    if findings.disturbed > _DISTURBED:
        detail += f", others took {findings.disturbed:.0%}"
    yield Row(f"{to}: saturation", findings.saturation, "events/s", detail=detail)


def _describe_step(step: Step, least: Step | None) -> str:
    words = [f"p50 {step.report.p50} ms", f"{step.load:.1%} of the core"]
    if least is not None and least.load:
        words[-1] += f", {step.load / least.load:.1f} of floor's"
    if not step.held:
        words.append("not held" if step.report.complete else "not held, not all delivered")
    if step.disturbed > _DISTURBED:
        words.append(f"others took {step.disturbed:.0%}")
    return ", ".join(words)


def _describe_growth(found: Mapping[tuple[str, int], Findings]) -> Iterator[Row]:
    """Return how amictl's work grows with its clients, beside the work for the fewest."""
    fewest = None
    for clients in _CLIENTS:
        step = found[AMICTL, clients].at(_REQUIRED_RATE)
        if step is not None:
            fewest = fewest or step
            name = f"{_TITLES[AMICTL]}, to {clients}: processor at {_REQUIRED_RATE:,}/s"
            detail = f"{step.report.delivered / fewest.report.delivered:.0f} times the deliveries"
            yield Row(name, step.load * 100, "% of a core", step.load / fewest.load, detail=detail)


def _compare(found: Mapping[tuple[str, int], Findings]) -> Iterable[Row]:
    """Return the rows of amictl beside the peers: saturation beside their best second, and processor time."""
    for name, clients, required, by_cpu in (
        (ONE_EMIT, _MANY, _TIMES_OF_PEERS, _TIMES_OF_PEERS),
        (NODE, _MANY, _TIMES_OF_PEERS, _TIMES_OF_NODE_BY_CPU),
        (NODE, 1, 1.0, 1.0),
    ):
        peer = found.get((name, clients))
        if peer is None:
            continue
        own = found[AMICTL, clients]
        beside = f"beside {_TITLES[name]}, to {clients}"
        for what, read, times in (
            ("saturation", (own.deliveries, peer.most_deliveries), required),
            ("a CPU second", (own.deliveries_a_cpu_second, peer.deliveries_a_cpu_second), by_cpu),
        ):
            ratio = read[0] / read[1]
            words = f"at least {times:.0f} times"
            yield Row(f"{what} {beside}", read[0], "deliveries", ratio, words, ratio >= times)
    own_step, peer = found[AMICTL, 1].at(_EVERYDAY_RATE), found.get((NODE, 1))
    peer_step = peer.at(_EVERYDAY_RATE) if peer else None
    if own_step and peer_step:
        ratio = own_step.load / peer_step.load
        title = f"processor at {_EVERYDAY_RATE}/s beside {_TITLES[NODE]}, to 1"
        yield Row(title, own_step.load * 100, "% of a core", ratio, "at most 1.00", ratio <= 1.0)


if __name__ == "__main__":
    with (
        on_cores(other_cores()),
        Stage(CONTESTANTS[sys.argv[1]], find_recording(), int(sys.argv[2])) as one_stage,
    ):
        for each in map(float, sys.argv[3:]):
            sys.stdout.write(f"{one_stage.play(each, _SECONDS)}\n")
            sys.stdout.flush()
