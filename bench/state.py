"""How fast one link's events become changes of the live picture, and what each topic's tables take of it.

What is required is a share of the rate at which the fastest other client merely parses the same stream.
"""

from __future__ import annotations

import signal
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import amictl.pbx
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Message, MessageBuffer, Reply
from bench.other_clients import make_tasks
from bench.recording import cut, load_recording
from bench.rows import Row, median_ratio, one_core, time_interleaved

_PEER: Final = "basicami"
_APPLIED_OF_PEER: Final = 0.5
_ROUNDS: Final = 5
_PROFILED_ROUNDS: Final = 8
_EVERY: Final = 0.0005  # seconds of processor time between two looks
_DOMAIN: Final = Path(amictl.pbx.__file__).parent
_SMALLEST: Final = 0.01  # of all looks; less is no row


def measure_state() -> Iterator[Row]:
    """Measure the way from received bytes to changes on one core: framing, parsing, applying, logging."""
    stream = load_recording()
    portions = cut(stream)
    tasks = {
        "frame": lambda: _frame(portions),
        "apply": lambda: _apply(portions),
        "log": lambda: _log(portions),
        _PEER: make_tasks(stream)[_PEER],
    }
    with one_core():
        seconds = time_interleaved(tasks, _ROUNDS)
        looks = _look_into(lambda: _apply(portions))
    events = _frame(portions)
    taken = {name: statistics.median(seconds[name]) for name in tasks}
    ratios = {name: median_ratio(seconds[_PEER], seconds[name]) for name in tasks}
    required, passed = f"at least {_APPLIED_OF_PEER:.2f} of {_PEER}", ratios["apply"] >= _APPLIED_OF_PEER
    yield Row(f"state: {_PEER}, parsed only", events / taken[_PEER], "events/s")
    yield Row("state: framed only", events / taken["frame"], "events/s", ratios["frame"])
    yield Row(
        "state: applied, all topics", events / taken["apply"], "events/s", ratios["apply"], required, passed
    )
    yield Row("state: applied and logged, as the link does", events / taken["log"], "events/s", ratios["log"])
    for name, count in looks.most_common():
        share = count / looks.total()
        if share >= _SMALLEST:
            microseconds = share * taken["apply"] * 1e6 / events
            yield Row(f"state: of that in {name}", microseconds, "µs an event", detail=f"{share:.0%}")


def _frame(portions: list[bytes]) -> int:
    return sum(1 for _ in _read(portions))


def _apply(portions: list[bytes]) -> None:
    state = PbxState()
    state.load_channels(())
    state.settle()
    for message in _read(portions):
        state.apply(message)


def _log(portions: list[bytes]) -> None:
    picture = LivePicture("main")
    picture.begin_session("bench")
    for step in SNAPSHOT_STEPS:
        picture.load_step(step, Reply("1", Message(b"Response: Success")))
    picture.complete_snapshot()
    for message in _read(portions):
        picture.apply_event(message)


def _read(portions: list[bytes]) -> Iterator[Message]:
    buffer = MessageBuffer()
    for portion in portions:
        yield from buffer.feed(portion)


def _look_into(task: Callable[[], object]) -> Counter[str]:
    """Return how often each part was seen at work; of nested parts the outermost counts."""
    looks: Counter[str] = Counter()
    with _looking(looks):
        for _ in range(_PROFILED_ROUNDS):
            task()
    return looks


@contextmanager
def _looking(looks: Counter[str]) -> Iterator[None]:
    """Look at short intervals where the program is."""

    def look(_number: int, frame: FrameType | None) -> None:
        looks[_name_part(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _name_part(frame: FrameType | None) -> str:
    """Return the topic that was entered first, with all that it calls; else the picture around the topics."""
    part = "framing"
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_DOMAIN):
            folder, *inside = path.relative_to(_DOMAIN).parts
            part = inside[0] if folder == "topics" else "picture" if part == "framing" else part
        frame = frame.f_back
    return part
