"""How fast one link's events become changes of the live state."""

from __future__ import annotations

import statistics
from typing import Final

from amictl.pbx import PbxState
from amictl.protocol import MessageBuffer
from bench.recording import cut, load_recording
from bench.rows import Row, one_core, time_interleaved

_EVENTS_A_SECOND: Final = 50_000
_ROUNDS: Final = 5


def measure_state() -> list[Row]:
    """Measure the way from received bytes to changes on one core: framing, lazy parsing, applying."""
    stream = load_recording()
    portions = cut(stream)
    with one_core():
        seconds = time_interleaved({"apply": lambda: _apply(portions)}, _ROUNDS)
    rate = _apply(portions) / statistics.median(seconds["apply"])
    passed = rate >= _EVENTS_A_SECOND
    return [
        Row("state: events applied", rate, "events/s", None, f"at least {_EVENTS_A_SECOND:,}", passed),
    ]


def _apply(portions: list[bytes]) -> int:
    buffer, state = MessageBuffer(), PbxState()
    count = 0
    for portion in portions:
        for message in buffer.feed(portion):
            state.apply(message)
            count += 1
    return count
