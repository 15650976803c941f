"""How fast the protocol reads a recorded stream, beside two limits and beside three other clients.

What is required is a share of the regular expression: the same engine does the same work, so the share is
alike on all machines. That of ``split`` is not: how fast `bytes.split` is depends on how Python was compiled
and on the memory, and the regular expressions of the same Python hardly do.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from amictl.protocol import AmiConnection, Message
from bench.other_clients import make_tasks
from bench.recording import cut, load_recording
from bench.rows import Row, median_ratio, one_core, time_interleaved

_NAMES_OF_EXPRESSION: Final = 0.65
_HEADERS_OF_EXPRESSION: Final = 0.15
_HEADERS_OF_FASTEST_CLIENT: Final = 1.4
_ROUNDS: Final = 9
_BANNER: Final = b"Asterisk Call Manager/11.0.0\r\n"
_END: Final = b"\r\n\r\n"
_ENDS_AND_NAMES: Final = re.compile(rb"\n(?:\r\n|\n)(?:(?=Event: (.*))|)")


def measure_parser() -> list[Row]:
    """Measure framing with names, and all headers, on one core."""
    stream = load_recording()
    portions = cut(stream)
    others = make_tasks(stream)
    limits = {"split": lambda: stream.split(_END), "expression": lambda: _ENDS_AND_NAMES.split(stream)}
    ours = {
        "names": lambda: _read_names(portions),
        "headers": lambda: _read_headers(portions),
        "pairs": lambda: _read_pairs(portions),
        "dict": lambda: _read_dicts(portions),
    }
    _check_that_all_read_alike({**ours, **others})
    with one_core():
        seconds = time_interleaved({**limits, **ours, **others}, _ROUNDS)
    return _make_rows(stream.count(_END), seconds, list(others))


def _make_rows(messages: int, seconds: Mapping[str, list[float]], others: list[str]) -> list[Row]:
    def row(name: str, key: str, required: float | None = None, beside: str = "split") -> Row:
        ratio = median_ratio(seconds[beside], seconds[key])
        rate = messages / statistics.median(seconds[key])
        words = f"at least {required:.2f} of {beside}" if required else f"of {beside}"
        return Row(name, rate, "messages/s", ratio, words, ratio >= required if required else None)

    fastest = min(others, key=lambda name: statistics.median(seconds[name]))
    return [
        row("parser: a limit, split on the whole", "split"),
        row("parser: a limit, a regular expression on the whole", "expression"),
        row("parser: names only", "names"),
        row("parser: names only", "names", _NAMES_OF_EXPRESSION, "expression"),
        row("parser: full headers", "headers"),
        row("parser: full headers", "headers", _HEADERS_OF_EXPRESSION, "expression"),
        row("parser: full headers", "headers", _HEADERS_OF_FASTEST_CLIENT, beside=fastest),
        row("parser: full headers as a list of pairs", "pairs"),
        row("parser: full headers as a dict", "dict"),
        *(row(f"parser: {name}", name) for name in others),
    ]


def _check_that_all_read_alike(tasks: Mapping[str, Callable[[], int]]) -> None:
    """See that nobody is fast by leaving messages out; fragments are counted differently."""
    counts = {name: task() for name, task in tasks.items()}
    if min(counts.values()) < 0.99 * max(counts.values()):
        raise RuntimeError(f"The parsers do not read the same stream: {counts}")


# Each of these has a loop of its own: a call more for each message would be a seventh of the names' time.


def _read_names(portions: list[bytes]) -> int:
    return sum(len([message.name for message in batch]) for batch in _receive(portions))


def _read_headers(portions: list[bytes]) -> int:
    """Decode all headers of every message and look one up, as those do who use a message."""
    return sum(len([message.get("Privilege") for message in batch]) for batch in _receive(portions))


def _read_pairs(portions: list[bytes]) -> int:
    return sum(len([message.headers for message in batch]) for batch in _receive(portions))


def _read_dicts(portions: list[bytes]) -> int:
    return sum(len([message.to_dict() for message in batch]) for batch in _receive(portions))


def _receive(portions: list[bytes]) -> Iterator[list[Message]]:
    connection = AmiConnection()
    connection.receive_data(_BANNER)
    return map(connection.receive_data, portions)
