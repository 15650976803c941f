"""What is counted of the way to the clients, and of actions: read as one frozen value when asked for."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from amictl.pbx.catalogue import CATALOGUE

ACTION_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of how long actions take, in seconds; above the last is one bucket more."""

BATCH_ITEMS: Final = (1, 2, 5, 10, 25, 50, 100, 250, 1000)
"""Upper bounds of the histogram of how many items batches hold; above the last is one bucket more."""

_OTHER_ACTION: Final = "other"


@dataclass(frozen=True, slots=True)
class HistogramReading:
    """A histogram at one moment.

    Args:
        bounds: The upper bounds of the buckets but the last, which has none.
        counts: How many values each bucket holds; not cumulative; one more than bounds.
        total: The sum of all values.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float


class Histogram:
    """Counts values by their size; callers see to it that one thread observes at a time.

    Args:
        bounds: Upper bounds of the buckets, ascending.
    """

    __slots__ = ("_bounds", "_counts", "_total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._total += value

    def read(self) -> HistogramReading:
        """Return what was counted so far."""
        return HistogramReading(self._bounds, tuple(self._counts), self._total)


@dataclass(frozen=True, slots=True)
class RealtimeMeasures:
    """The way to the clients at one moment; counts only grow while the process lives.

    Args:
        clients: How many are connected, by how: ``socketio_websocket``, ``socketio_polling``, ``websocket``.
        batches: How many batches were made, by topic; ``queue:<name>`` counts as ``queue``, ``event:<Name>``
            as ``event``.
        items: How many changes and events they held.
        encoded_bytes: How many bytes they had, each encoding counted once.
        sent_bytes: How many bytes were handed to sockets.
        resets: How often a client was told to begin a topic anew.
        suspended: How often a slow client was taken off its topics.
        queued_bytes: How much waits for clients now, shared bytes counted for each of them.
        batch_items: The histogram of items in a batch, by ``BATCH_ITEMS``.
    """

    clients: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    batches: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    items: int = 0
    encoded_bytes: int = 0
    sent_bytes: int = 0
    resets: int = 0
    suspended: int = 0
    queued_bytes: int = 0
    batch_items: HistogramReading | None = None


class ActionTally:
    """Counts what became of the actions that were executed for somebody; any thread may note one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, str, str]] = Counter()
        self._seconds: dict[str, Histogram] = {}

    def note(self, pbx: str, action: str, outcome: str, seconds: float) -> None:
        """Count one action.

        Args:
            pbx: Where.
            action: The AMI action's name; one that the catalogue does not know counts as ``other``, so that
                callers cannot make names.
            outcome: ``done``, or the code of the error.
            seconds: How long it took.
        """
        known = CATALOGUE.get(action.lower())
        name = _OTHER_ACTION if known is None else known.name
        with self._lock:
            self._outcomes[pbx, name, outcome] += 1
            histogram = self._seconds.get(pbx)
            if histogram is None:
                histogram = self._seconds[pbx] = Histogram(ACTION_SECONDS)
            histogram.observe(seconds)

    def outcomes(self) -> dict[tuple[str, str, str], int]:
        """Return how often each (PBX, action, outcome) was counted."""
        with self._lock:
            return dict(self._outcomes)

    def seconds(self) -> dict[str, HistogramReading]:
        """Return how long actions took, by PBX."""
        with self._lock:
            return {pbx: histogram.read() for pbx, histogram in self._seconds.items()}
