"""What is counted of the delivery to clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from prometheus_client import Histogram
from prometheus_client.metrics_core import Metric

from amictl.services.execution.action_metrics import read_metric

_BATCH_ITEMS: Final = (1, 2, 5, 10, 25, 50, 100, 250, 1000)
"""Upper bounds of the histogram of how many items batches hold; above the last is one bucket more."""


class DeliveryMetrics:
    """Counts what the fan-out sends; almost all of it is noted by the publisher's thread.

    Attributes:
        items: How many changes and events there were.
        encoded_bytes: How many bytes messages had, each encoding counted once.
        sent_bytes: How many bytes were handed to clients.
        resets: How often a client was sent ``reset`` for a topic.
    """

    def __init__(self) -> None:
        self.items = 0
        self.encoded_bytes = 0
        self.sent_bytes = 0
        self.resets = 0
        self._batches: Counter[str] = Counter()
        self._batch_items = Histogram(
            "amictl_batch_items", "Items in one batch.", buckets=_BATCH_ITEMS, registry=None
        )

    @property
    def batches(self) -> Mapping[str, int]:
        """How many batches there were by topic, those of one queue or one event together."""
        return MappingProxyType(dict(self._batches))

    @property
    def batch_items(self) -> Metric:
        """How many items batches had."""
        return read_metric(self._batch_items)

    def note_message(self, name: str, topic: str, content: Mapping[str, Any], clients: int) -> None:
        """Count a message to some clients.

        Args:
            name: ``changes``, ``ami_events`` or ``reset``.
            topic: What it is about.
            content: What it carries.
            clients: How many it was meant for.
        """
        if name == "reset":
            self.resets += clients
            return
        items = len(content["changes"] if name == "changes" else content["events"])
        self.items += items
        self._batches[topic.partition(":")[0]] += 1
        self._batch_items.observe(items)
