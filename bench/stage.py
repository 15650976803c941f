"""One measured step: a contestant is played events at a rate, and its clients tell what reached them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import orjson

from bench.contestants import Contestant, Starter
from bench.processes import Helper, read_schedule
from bench.socket_clients import Report

_SLOWER: Final = 1.05  # times the time that the player should take
_LATE_MS: Final = 250.0
_GROWTH_MS: Final = 40.0  # a batch interval more or less says nothing


@dataclass(frozen=True, slots=True)
class Step:
    """What was measured at one rate.

    Args:
        rate: Events a second that the player was to send.
        clients: How many clients there were.
        report: What they saw.
        paced: Whether the player could keep its pace: the server read as fast as it was written to.
        load: Share of one core that the server used while it was played to.
        disturbed: Share of that time in which it could have run, and other processes did.
        cpu: Seconds of processor time that it used until the last delivery.
    """

    rate: float
    clients: int
    report: Report
    paced: bool
    load: float
    disturbed: float
    cpu: float

    @property
    def held(self) -> bool:
        """Whether the server holds this rate.

        Every client got every event once, in order and without a gap; 99 of 100 deliveries took at most
        250 ms; the player was never held up; and the backlog does not grow: the median delay of the step's
        last third is at most 40 ms above that of the third before.
        """
        report = self.report
        if report.p99 is None or report.growth is None:
            return False
        in_time = report.p99 <= _LATE_MS and report.growth <= _GROWTH_MS
        return report.complete and self.paced and in_time

    @property
    def deliveries_a_cpu_second(self) -> float:
        """How many deliveries the server makes of a second of processor time."""
        return self.report.delivered / self.cpu if self.cpu else 0.0

    def __str__(self) -> str:
        report = self.report
        return (
            f"{self.rate:,.0f} events/s to {self.clients}: {'held' if self.held else 'NOT held'}, "
            f"p50 {report.p50} ms, p99 {report.p99} ms, growth {report.growth} ms, "
            f"{self.load:.0%} of the core (others {self.disturbed:.0%}), {report.delivered:,} delivered in "
            f"{report.seconds:.1f} s, {report.faults} faults, {report.resets} resets, "
            f"{report.closed} closed, {report.bytes / 1e6:,.0f} MB, clients' own load {report.load:.0%}"
        )


class Stage:
    """A contestant with connected clients; after a step that broke it, the next one begins with a new one.

    Args:
        start: Starts the contestant.
        recording: What it is played.
        clients: How many clients listen.
    """

    def __init__(self, start: Starter, recording: Path, clients: int) -> None:
        self._start = start
        self._recording = recording
        self._clients = clients
        self._running = ExitStack()
        self._contestant: Contestant | None = None
        self._listeners: Helper | None = None
        self._next = 0

    def __enter__(self) -> Self:
        """Return the stage; what it needs is started by its first step."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End all processes."""
        self._close()

    def play(self, rate: float, seconds: float) -> Step:
        """Play events and return what was measured.

        Args:
            rate: Events a second.
            seconds: How long.
        """
        contestant, listeners = self._open()
        count = int(rate * seconds)
        step = {"first": self._next, "count": count}
        listeners.ask({**step, "seconds": seconds})
        before = read_schedule(contestant.pid)
        took = contestant.player.ask({**step, "rate": rate})
        played = read_schedule(contestant.pid)
        report = Report(**listeners.hear())
        cpu = read_schedule(contestant.pid).ran - before.ran
        self._next += count
        if not report.complete:
            self._close()
        return Step(
            rate,
            self._clients,
            report,
            paced=took <= seconds * _SLOWER,
            load=(played.ran - before.ran) / took,
            disturbed=(played.waited - before.waited) / took,
            cpu=cpu,
        )

    def _open(self) -> tuple[Contestant, Helper]:
        if self._contestant is None or self._listeners is None:
            self._next = 0
            contestant = self._running.enter_context(self._start(self._recording))
            options = orjson.dumps(asdict(contestant.options)).decode()
            arguments = (str(self._clients), contestant.url, options)
            self._listeners = self._running.enter_context(Helper.module("bench.socket_clients", *arguments))
            self._listeners.hear()
            self._contestant = contestant
        return self._contestant, self._listeners

    def _close(self) -> None:
        self._contestant = self._listeners = None
        self._running.close()
