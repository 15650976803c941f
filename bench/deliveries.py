"""What clients were sent: each distinct batch is read once, and each client's copy held against its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

_BINS: Final = 4000  # a second: delays are counted in steps of 0.25 ms
_LARGE: Final = 4096  # bytes; a hash over more costs more than a comparison
_START: Final = 160  # bytes of a large payload that tell it from others almost always


class Batch:
    """One message of a server: the events in it, and when it reached whom.

    Attributes:
        payload: The bytes as they came.
        first: Number of its first event; None where it holds no event of the player.
        last: Number of its last event.
        count: How many events of the player it holds.
        in_order: Whether they are numbered without a gap.
        seq: The server's cursor after the batch, where the server has one.
        prev_seq: The cursor that a client must have reached before it.
        is_reset: Whether it tells the client to begin anew.
        sent_at: When the player sent each event, in seconds of the monotonic clock.
        arrivals: When it reached each client.
    """

    __slots__ = (
        "arrivals",
        "count",
        "first",
        "in_order",
        "is_reset",
        "last",
        "payload",
        "prev_seq",
        "sent_at",
        "seq",
    )

    def __init__(self, payload: bytes, text: bytes) -> None:
        """Read a message ``42["name", {…}]``."""
        name, content = orjson.loads(text[2:])
        marks = [mark for mark in map(_read_mark, _find_events(content)) if mark is not None]
        numbers = [number for number, _ in marks]
        self.payload = payload
        self.first = numbers[0] if numbers else None
        self.last = numbers[-1] if numbers else -1
        self.count = len(numbers)
        self.in_order = not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        self.is_reset = name == "reset"
        self.seq: int | None = content.get("seq") if "prev_seq" in content else None
        self.prev_seq: int | None = content.get("prev_seq")
        self.sent_at = [sent_at for _, sent_at in marks]
        self.arrivals: list[float] = []


class Progress:
    """How far one client has come, and what was wrong on the way.

    Attributes:
        next: Number of the event that must come next.
        cursor: The server's cursor after the last batch; None before the first one.
        faults: How often an event was missing, came twice or came too late, or a cursor showed a gap.
    """

    __slots__ = ("cursor", "faults", "next")

    def __init__(self) -> None:
        self.next = 0
        self.cursor: int | None = None
        self.faults = 0

    def begin(self, first: int) -> None:
        """Expect a step whose events are numbered from ``first``."""
        self.next = first
        self.faults = 0

    def take(self, batch: Batch) -> None:
        """Check a batch against what came before."""
        if batch.prev_seq is not None:
            if self.cursor is not None and batch.prev_seq > self.cursor:
                self.faults += 1
            self.cursor = batch.seq
        if batch.first is not None:
            if batch.first != self.next or not batch.in_order:
                self.faults += 1
            self.next = batch.last + 1


class Batches:
    """The distinct batches of one step; the same bytes are read once, however many clients they reach.

    Args:
        clients: How many clients there are; what has reached all of them is no longer looked for.
    """

    def __init__(self, clients: int) -> None:
        self._clients = clients
        self._known: dict[bytes, Batch] = {}
        self._counted: list[Batch] = []

    def find(self, payload: bytes) -> Batch | None:
        """Return the batch with these bytes, if one has come already."""
        batch = self._known.get(payload if len(payload) < _LARGE else payload[:_START])
        if batch is not None and batch.payload == payload:
            return batch
        return None

    def add(self, payload: bytes, text: bytes) -> Batch:
        """Read a batch that is new.

        Args:
            payload: The bytes as they came.
            text: The message in them.
        """
        batch = Batch(payload, text)
        self._known[payload if len(payload) < _LARGE else payload[:_START]] = batch
        self._counted.append(batch)
        if len(self._known) > 4 * _BINS:
            self._forget_arrived()
        return batch

    def take_delays(self, first: int, count: int) -> list[Counter[int]]:
        """Return how often each delay was seen, by thirds of the step, and begin anew.

        Args:
            first: Number of the step's first event.
            count: How many events it has.
        """
        thirds: list[Counter[int]] = [Counter(), Counter(), Counter()]
        for batch in self._counted:
            if batch.first is not None:
                third = thirds[max(0, min(2, (batch.first - first) * 3 // count))]
                _count_delays(batch, third)
        self._counted, self._known = [], {}
        return thirds

    def _forget_arrived(self) -> None:
        self._known = {
            key: batch for key, batch in self._known.items() if len(batch.arrivals) < self._clients
        }


def percentile(delays: Mapping[int, int], part: float) -> float | None:
    """Return a percentile of counted delays in milliseconds (nearest rank), or None where there is none.

    Args:
        delays: How often each delay was seen, by steps of 0.25 ms.
        part: 0.5 is the median, 1 the highest.
    """
    rank = part * sum(delays.values())
    seen = 0
    for steps in sorted(delays):
        seen += delays[steps]
        if seen >= rank:
            return steps * 1000 / _BINS
    return None


def _count_delays(batch: Batch, delays: Counter[int]) -> None:
    """Count each event's delay to each client; both ends are rounded to bins, so that it costs little."""
    sent = Counter(round(sent_at * _BINS) for sent_at in batch.sent_at)
    arrived = Counter(round(arrival * _BINS) for arrival in batch.arrivals)
    for arrival, clients in arrived.items():
        for sent_at, events in sent.items():
            delays[arrival - sent_at] += clients * events


def _find_events(content: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Return the events' headers, in whatever form a server sends them."""
    if "events" in content:
        return [event["data"] for event in content["events"]]
    return [content.get("data", content)]


def _read_mark(headers: Mapping[str, Any]) -> tuple[int, float] | None:
    """Return what the player wrote into an event: its number, and when it was sent."""
    number = headers.get("BenchNumber") or headers.get("benchnumber")
    if number is None:
        return None
    return int(number), float(headers.get("BenchAt") or headers["benchat"])
