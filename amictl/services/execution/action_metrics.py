"""What is counted of the actions that are executed."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import Metric

from amictl.pbx.catalogue import CATALOGUE

ACTION_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of how long actions take, in seconds; above the last is one bucket more."""

_OTHER_ACTION: Final = "other"


def read_metric(counted: Counter | Histogram, pbxes: Container[str] | None = None) -> Metric:
    """Return the present samples of a metric, without the times at which the counting began.

    Args:
        counted: A metric of ours.
        pbxes: The PBXes that somebody may see; None for a metric that is not of PBXes.
    """
    (metric,) = counted.collect()
    metric.samples = [
        each
        for each in metric.samples
        if not each.name.endswith("_created") and (pbxes is None or each.labels["pbx"] in pbxes)
    ]
    return metric


class ActionMetrics:
    """Counts what became of the actions that were executed for somebody; any thread may note one."""

    def __init__(self) -> None:
        labels = ("pbx", "action", "outcome")
        self._outcomes = Counter("amictl_actions", "Actions executed for somebody.", labels, registry=None)
        self._seconds = Histogram(
            "amictl_action_seconds", "How long actions took.", ("pbx",), buckets=ACTION_SECONDS, registry=None
        )

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
        self._outcomes.labels(pbx, _OTHER_ACTION if known is None else known.name, outcome).inc()
        self._seconds.labels(pbx).observe(seconds)

    def read(self, pbxes: Container[str]) -> list[Metric]:
        """Return the outcomes and times of the actions on some PBXes."""
        return [read_metric(each, pbxes) for each in (self._outcomes, self._seconds)]
