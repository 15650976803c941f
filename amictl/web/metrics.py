"""``/metrics``: everything that is measured, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response

from amictl.services.metrics import MetricsService
from amictl.store.permissions import Permission
from amictl.web.contract import describe
from amictl.web.visitors import current_actor


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


def make_metrics_blueprint(metrics: MetricsService) -> Blueprint:
    """Return the route ``/metrics``.

    Args:
        metrics: Reads the measures.
    """
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    @describe(
        "All measures, for Prometheus",
        permission=Permission.LIVE_READ,
        details="Queues and PBXes are those of the token's scope. Prometheus sends the token by its setting "
        "`authorization: {credentials: …}`.",
        errors=(),
        produces=("text/plain",),
        envelope=False,
    )
    def show_metrics() -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(metrics.collect(current_actor())))
        ProcessCollector(registry=registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint
