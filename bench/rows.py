"""What a measurement tells, and how it is taken on a machine that others use too."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        name: What was measured.
        figure: The measured value; None where it could not be measured.
        unit: Of the figure.
        ratio: The figure beside what it is compared with, where it is.
        required: What must hold, in words; empty where nothing must.
        passed: Whether it held; None where nothing must.
        detail: What else belongs to the figure, in words.
    """

    name: str
    figure: float | None
    unit: str
    ratio: float | None = None
    required: str = ""
    passed: bool | None = None
    detail: str = ""


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core meanwhile, so that it is not moved between caches."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def time_interleaved(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run every task once a round and return the CPU seconds of each run, by task.

    A round shares its disturbances, so ratios are taken within rounds; CPU time leaves out what other
    processes took. The first round, which warms caches, is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            began = time.thread_time()
            task()
            if number:
                seconds[name].append(time.thread_time() - began)
    return seconds


def median_ratio(reference: list[float], seconds: list[float]) -> float:
    """Return how fast a task is beside the reference: the median of the rounds' ratios."""
    return statistics.median(theirs / own for theirs, own in zip(reference, seconds, strict=True))
