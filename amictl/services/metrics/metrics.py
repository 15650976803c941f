"""The metrics for Prometheus: links, the live picture, clients, actions, and the call centre itself.

Everything is read when it is asked for, from where it is counted; nothing is counted here. Names and
units follow Prometheus' "Metric and label naming".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from amictl.manager import Pbx, Registry
from amictl.pbx.ami_values import DEVICE_STATES
from amictl.pbx.topics.links.value import LinkState
from amictl.services.access import Actor, Gate, open_gate
from amictl.services.execution.action_metrics import ActionMetrics
from amictl.services.metrics.queue_metrics import queue_families

_PBX: Final = ("pbx",)


@dataclass(frozen=True, slots=True)
class DeliveryMetricsReading:
    """The delivery to clients at one moment; counts only grow while the process lives.

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
        batch_items: The histogram of items in a batch.
    """

    clients: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    batches: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    items: int = 0
    encoded_bytes: int = 0
    sent_bytes: int = 0
    resets: int = 0
    suspended: int = 0
    queued_bytes: int = 0
    batch_items: Metric | None = None


class MetricsService:
    """Reads all metrics for an actor, who sees the PBXes and queues of its scope.

    Args:
        registry: The PBXes.
        actions: Counts what became of actions.
        read_realtime: Returns what was counted of the delivery to clients.
    """

    def __init__(
        self, registry: Registry, actions: ActionMetrics, read_realtime: Callable[[], DeliveryMetricsReading]
    ) -> None:
        self._registry = registry
        self._actions = actions
        self._read_realtime = read_realtime

    def collect(self, actor: Actor) -> list[Metric]:
        """Return all metrics that an actor may see.

        Args:
            actor: Needs ``live.read``.
        """
        pbxes = [pbx for pbx in self._registry.all() if actor.may_see_pbx(pbx.name)]
        return [
            *_link_families(pbxes),
            *_stream_families(pbxes),
            *_truth_families(pbxes),
            *_picture_families(pbxes, actor),
            *queue_families(pbxes, actor),
            *_client_families(self._read_realtime()),
            *self._actions.read({pbx.name for pbx in pbxes}),
        ]


def _link_families(pbxes: Iterable[Pbx]) -> Iterator[Metric]:
    state = GaugeMetricFamily("amictl_link_state", "1 for the state of the link.", labels=("pbx", "state"))
    fresh = GaugeMetricFamily(
        "amictl_picture_fresh", "1 while the live picture is whole and proved fresh.", labels=_PBX
    )
    age = GaugeMetricFamily(
        "amictl_picture_age_seconds", "For how long the picture has not been proved fresh.", labels=_PBX
    )
    trip = GaugeMetricFamily("amictl_link_round_trip_seconds", "What the last keepalive took.", labels=_PBX)
    for pbx in pbxes:
        link = pbx.picture.link
        for each in LinkState:
            state.add_metric((pbx.name, each.value), float(link.state is each))
        fresh.add_metric((pbx.name,), float(pbx.picture.loaded and pbx.picture.age() == 0.0))
        age.add_metric((pbx.name,), pbx.picture.age())
        if link.round_trip is not None:
            trip.add_metric((pbx.name,), link.round_trip)
    yield from (state, fresh, age, trip)


def _stream_families(pbxes: Iterable[Pbx]) -> Iterator[Metric]:
    events = CounterMetricFamily("amictl_ami_events", "Events received.", labels=("pbx", "event"))
    totals = {
        "bytes_received": CounterMetricFamily("amictl_ami_received_bytes", "Bytes received.", labels=_PBX),
        "fragments": CounterMetricFamily(
            "amictl_ami_fragments", "Pieces without a first header, dropped.", labels=_PBX
        ),
        "oversized": CounterMetricFamily(
            "amictl_ami_oversized_messages", "Messages too large to keep, dropped.", labels=_PBX
        ),
        "failed_deliveries": CounterMetricFamily(
            "amictl_ami_failed_deliveries", "Messages that a defect kept from being used.", labels=_PBX
        ),
        "unclaimed_responses": CounterMetricFamily(
            "amictl_ami_unclaimed_responses", "Responses that nobody waited for any more.", labels=_PBX
        ),
        "parse_seconds": CounterMetricFamily("amictl_ami_parse_seconds", "Time in framing.", labels=_PBX),
        "apply_seconds": CounterMetricFamily(
            "amictl_ami_apply_seconds", "Time in replies and in the live picture.", labels=_PBX
        ),
        "connects": CounterMetricFamily("amictl_link_sessions", "AMI sessions that were made.", labels=_PBX),
    }
    faults = CounterMetricFamily(
        "amictl_ami_faults", "What the PBX sent and could not be used, by kind.", labels=("pbx", "kind")
    )
    pending = GaugeMetricFamily("amictl_ami_pending_actions", "Actions without their answer.", labels=_PBX)
    for pbx in pbxes:
        metrics = pbx.manager.metrics
        for event, count in metrics.events.items():
            events.add_metric((pbx.name, event), count)
        for name, family in totals.items():
            family.add_metric((pbx.name,), getattr(metrics, name))
        for kind, count in metrics.faults.items():
            faults.add_metric((pbx.name, kind), count)
        pending.add_metric((pbx.name,), metrics.pending_actions)
    yield from (events, *totals.values(), faults, pending)


def _truth_families(pbxes: Iterable[Pbx]) -> Iterator[Metric]:
    labels = ("pbx", "list")
    asked = CounterMetricFamily("amictl_reconciliation_lists", "Lists compared.", labels=labels)
    seconds = CounterMetricFamily("amictl_reconciliation_seconds", "Time asking for lists.", labels=labels)
    drifts = CounterMetricFamily(
        "amictl_picture_drifts", "Differences between picture and PBX, mended.", labels=("pbx", "kind")
    )
    shed = CounterMetricFamily("amictl_events_shed", "Raw events given up in a flood.", labels=_PBX)
    for pbx in pbxes:
        for name, metrics in pbx.manager.metrics.lists.items():
            asked.add_metric((pbx.name, name), metrics.asked)
            seconds.add_metric((pbx.name, name), metrics.seconds)
        for kind, count in pbx.picture.drifts.items():
            drifts.add_metric((pbx.name, kind), count)
        shed.add_metric((pbx.name,), pbx.picture.shed)
    yield from (asked, seconds, drifts, shed)


def _picture_families(pbxes: Iterable[Pbx], actor: Actor) -> Iterator[Metric]:
    """Yield how many values the pictures hold that the actor sees."""
    channels = GaugeMetricFamily("amictl_channels", "Channels by state.", labels=("pbx", "state"))
    values = GaugeMetricFamily("amictl_topic_values", "Values that a topic holds.", labels=("pbx", "topic"))
    endpoints = GaugeMetricFamily(
        "amictl_endpoints", "Endpoints by device state.", labels=("pbx", "technology", "state")
    )
    for pbx in pbxes:
        gate = open_gate(pbx, actor)
        seen = [channel for channel in pbx.picture.channels() if gate.sees(channel)]
        states = Counter(channel.state or "Unknown" for channel in seen)
        for state, count in states.items():
            channels.add_metric((pbx.name, state), count)
        for topic, count in _count_values(pbx, gate).items():
            limit = pbx.picture.find_limit(topic)
            if limit is None or limit.known:
                values.add_metric((pbx.name, topic), count)
        kinds = Counter(
            (endpoint.technology, endpoint.device_state or DEVICE_STATES[0])
            for endpoint in pbx.picture.endpoints()
            if gate.sees(endpoint)
        )
        for (technology, state), count in kinds.items():
            endpoints.add_metric((pbx.name, technology, state), count)
    yield from (channels, values, endpoints)


def _count_values(pbx: Pbx, gate: Gate) -> Mapping[str, int]:
    """Return for each topic how many values the audience sees."""
    sizes = pbx.picture.sizes()
    if gate.is_open:
        return sizes
    return {topic: sum(map(gate.sees, pbx.picture.read(topic).values.values())) for topic in sizes}


def _client_families(metrics: DeliveryMetricsReading) -> Iterator[Metric]:
    clients = GaugeMetricFamily("amictl_clients", "Connected clients.", labels=("transport",))
    for transport, count in metrics.clients.items():
        clients.add_metric((transport,), count)
    batches = CounterMetricFamily("amictl_batches", "Batches made.", labels=("topic",))
    for topic, count in metrics.batches.items():
        batches.add_metric((topic,), count)
    yield from (clients, batches)
    yield CounterMetricFamily("amictl_batched_items", "Changes and events in batches.", metrics.items)
    yield CounterMetricFamily(
        "amictl_encoded_bytes", "Bytes of batches, each encoding counted once.", metrics.encoded_bytes
    )
    yield CounterMetricFamily("amictl_sent_bytes", "Bytes handed to sockets.", metrics.sent_bytes)
    yield CounterMetricFamily("amictl_client_resets", "Topics that clients began anew.", metrics.resets)
    yield CounterMetricFamily(
        "amictl_client_suspensions", "Slow clients taken off their topics.", metrics.suspended
    )
    yield GaugeMetricFamily("amictl_queued_bytes", "Bytes that wait for clients.", metrics.queued_bytes)
    if metrics.batch_items is not None:
        yield metrics.batch_items
