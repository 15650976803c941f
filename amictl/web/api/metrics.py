"""``/metrics``: everything that is measured, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes


class _Collected(Collector):
    """Gives metrics that were read already.

    Args:
        metrics: What was read.
    """

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._metrics


routes = Routes("metrics", "")


@routes.get("/metrics", Permission.LIVE_READ, errors=(), produces=("text/plain",), envelope=False)
def show_metrics(services: UseCases, actor: Actor) -> Response:
    """All measures, for Prometheus.

    Queues and PBXes are those of the token's scope. Prometheus sends the token by its setting
    `authorization: {credentials: …}`.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(services.metrics.collect(actor)))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
