"""What a big call centre costs: memory, the answer to a subscription, and an event, and how they grow."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from amictl.pbx.picture.live import LivePicture
from amictl.protocol import Message
from bench.ami_player import QUEUE_CALL
from bench.call_centre import CallCentre
from bench.contestants import Contestant, amictl
from bench.processes import Memory, on_cores, other_cores, read_memory
from bench.rows import Row, one_core
from bench.socket_clients import Client

_BY_CHANNELS: Final = tuple(CallCentre(channels, 50, 500) for channels in (100, 1000, 10_000))
_BY_QUEUES: Final = tuple(CallCentre(1000, queues, 10 * queues) for queues in (5, 50, 500))
_ALL: Final = CallCentre(10_000, 500, 5000)
_MOST_MEGABYTES: Final = 150.0
_BATCH_MS: Final = 40.0  # what a client may wait for anyway
_TIMES_TO_SUBSCRIBE: Final = 5.0
_TIMES_AN_EVENT: Final = 2.0
_SETTLING: Final = 10.0  # seconds; a view that nobody wants is dropped, and a list compared, within these
_LOOK: Final = 0.2  # seconds
_EVENTS: Final = 500  # of each kind
_PORTION: Final = 50  # events that are timed at once; a neighbour disturbs some of the portions


@dataclass(frozen=True, slots=True)
class Subscription:
    """How long one client waited for the whole of a topic.

    Args:
        ms: From the request to the answer.
        encoding_ms: What Python's own ``json`` takes on this machine to write the same answer.
    """

    ms: float
    encoding_ms: float

    @property
    def ratio(self) -> float:
        """The waiting time beside a batch interval and the encoding."""
        return self.ms / (_BATCH_MS + self.encoding_ms)


@dataclass(frozen=True, slots=True)
class Costs:
    """What one size costs.

    Args:
        megabytes: Resident memory of the process once it has settled after two clients have subscribed.
        meanwhile_megabytes: The most until then, while snapshots are sent and a list is compared.
        peak_megabytes: The most that it ever had; at a first start that is for the first password's hash.
        channels: From the request for channels to the whole answer.
        queues: The same for queues.
        event_us: Processor time of an event of the kind that takes the longest: parsed, applied, logged.
        event: Which kind that is, and the mean of all kinds, in words.
    """

    megabytes: float
    meanwhile_megabytes: float
    peak_megabytes: float
    channels: Subscription
    queues: Subscription
    event_us: float
    event: str


def measure_size() -> Iterator[Row]:
    """Measure call centres that grow in channels, then in queues, and the biggest of both."""
    known: dict[CallCentre, Costs] = {}
    for axis in (_BY_CHANNELS, _BY_QUEUES, (_BY_CHANNELS[0], _ALL)):
        smallest, *bigger = axis
        for call_centre in axis:
            if call_centre not in known:
                known[call_centre] = measure_costs(call_centre)
        if axis[-1] is not _ALL:
            yield from _describe(smallest, known[smallest], None)
        for call_centre in bigger:
            yield from _describe(call_centre, known[call_centre], known[smallest])


def measure_costs(call_centre: CallCentre) -> Costs:
    """Load a call centre of some size over AMI into a real amictl, and into a picture in this process.

    Args:
        call_centre: The size.
    """
    with on_cores(other_cores()), amictl(call_centre=call_centre)(QUEUE_CALL) as contestant:
        channels, queues = (_time_subscription(contestant, topic) for topic in ("channels", "queues"))
        seen = list(_watch_memory(contestant.pid))
    microseconds = _time_events(call_centre)
    longest, slowest = max((taken, name) for name, taken in microseconds.items())
    mean = sum(microseconds.values()) / len(microseconds)
    words = f"{slowest}; all kinds {mean:.0f} µs"
    return Costs(
        megabytes=min(memory.resident for memory in seen),
        meanwhile_megabytes=max(memory.resident for memory in seen),
        peak_megabytes=seen[-1].peak,
        channels=channels,
        queues=queues,
        event_us=longest,
        event=words,
    )


def _watch_memory(pid: int) -> Iterator[Memory]:
    """Yield a process's memory again and again until it has had time to settle."""
    until = time.monotonic() + _SETTLING
    while time.monotonic() < until:
        yield read_memory(pid)
        time.sleep(_LOOK)


def _time_subscription(contestant: Contestant, topic: str) -> Subscription:
    """Let a client of its own subscribe to a topic."""
    client = Client(contestant.url, replace(contestant.options, topics=[topic]))
    client.sock.close()
    began = time.thread_time()
    json.dumps(client.answer)
    return Subscription(client.subscribed_after * 1000, (time.thread_time() - began) * 1000)


def _time_events(call_centre: CallCentre) -> dict[str, float]:
    """Return the microseconds of processor time that an event of each kind takes."""
    picture, events = call_centre.picture(), call_centre.events(_EVENTS)
    taken = {}
    gc.collect()
    gc.freeze()  # as amictl does: the collector would look at all that the bench has
    with one_core():
        for name, alike in events.items():
            taken[name] = statistics.median(_time_portions(picture, alike)) * 1e6
    return taken


def _time_portions(picture: LivePicture, events: list[Message]) -> Iterator[float]:
    """Yield the seconds of processor time that an event takes on average, for each of several portions."""
    for start in range(0, len(events), _PORTION):
        portion = events[start : start + _PORTION]
        began = time.thread_time()
        for event in portion:
            picture.apply_event(event)
        yield (time.thread_time() - began) / len(portion)


def _describe(call_centre: CallCentre, costs: Costs, smallest: Costs | None) -> Iterator[Row]:
    """Return the rows of one size; ratios of memory and events are to the smallest one of its axis."""
    name = f"{call_centre.channels:,} channels, {call_centre.queues} queues"
    is_required = call_centre in {_BY_CHANNELS[-1], _BY_QUEUES[-1]}
    growth = costs.megabytes / smallest.megabytes if smallest else None
    memory = f"meanwhile {costs.meanwhile_megabytes:.0f} MB, peak {costs.peak_megabytes:.0f} MB"
    fits = costs.megabytes <= _MOST_MEGABYTES
    times = costs.event_us / smallest.event_us if smallest else None
    flat = f"{_TIMES_AN_EVENT:.0f} times that of the smallest"
    is_flat = times is None or times <= _TIMES_AN_EVENT
    rows = (
        Row("memory", costs.megabytes, "MB", growth, f"{_MOST_MEGABYTES:.0f} MB", fits, memory),
        _describe_subscription("channels", costs.channels),
        _describe_subscription("queues", costs.queues),
        Row("slowest event", costs.event_us, "µs", times, flat, is_flat, costs.event),
    )
    for row in rows:
        required, passed = (f"at most {row.required}", row.passed) if is_required else ("", None)
        yield replace(row, name=f"{name}: {row.name}", required=required, passed=passed)


def _describe_subscription(topic: str, subscription: Subscription) -> Row:
    """Return the row of a subscription; its ratio is to a batch interval and the encoding."""
    in_time = subscription.ratio <= _TIMES_TO_SUBSCRIBE
    required = f"{_TIMES_TO_SUBSCRIBE:.0f} times a batch and json"
    detail = f"json {subscription.encoding_ms:.1f} ms"
    name = f"subscribe to {topic}"
    return Row(name, subscription.ms, "ms", subscription.ratio, required, in_time, detail)
