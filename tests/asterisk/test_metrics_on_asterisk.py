"""``/metrics`` of an amictl on a real Asterisk: the metrics are what the PBX itself says."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.asterisk.calls import place_call, waiting_callers
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until


def read_value(console: Console, name: str, **labels: str) -> float | None:
    """Return one sample, or None where there is none."""
    answer = console.visit.get("/metrics")
    assert answer.status_code == 200, answer.text
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == name and sample.labels == {"pbx": "main", **labels}:
                return sample.value
    return None


def test_a_caller_who_waits_and_gives_up_moves_the_metrics_of_the_queue(console: Console) -> None:
    queue = {"queue": "nobody"}
    before = read_value(console, "amictl_queue_today_abandoned", **queue) or 0
    joined = read_value(console, "amictl_ami_events_total", event="QueueCallerJoin") or 0
    place_call(console.pbx, "303", caller="2105")  # stays for five seconds
    assert wait_until(lambda: read_value(console, "amictl_queue_callers_waiting", **queue) == 1)
    assert waiting_callers(console.pbx, "nobody") == 1
    assert read_value(console, "amictl_ami_events_total", event="QueueCallerJoin") == joined + 1

    assert wait_until(lambda: read_value(console, "amictl_queue_callers_waiting", **queue) == 0)
    assert waiting_callers(console.pbx, "nobody") == 0
    assert read_value(console, "amictl_queue_today_abandoned", **queue) == before + 1


def test_the_link_and_the_stream_are_measured(console: Console) -> None:
    assert read_value(console, "amictl_link_state", state="connected") == 1
    assert read_value(console, "amictl_picture_fresh") == 1
    for name in (
        "amictl_ami_received_bytes_total",
        "amictl_ami_parse_seconds_total",
        "amictl_link_sessions_total",
    ):
        assert (read_value(console, name) or 0) > 0, name
    assert read_value(console, "amictl_ami_failed_deliveries_total") == 0
