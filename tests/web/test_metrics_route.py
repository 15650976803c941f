"""``/metrics``: what Prometheus reads, who may, and that every name is documented."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from amictl.errors import ActionRefused
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action, Reply
from tests.application import Application, Browser, make_message

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


def read_metrics(visitor: Browser) -> list[Sample]:
    answer = visitor.get("/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    return [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]


def value_of(samples: list[Sample], name: str, **labels: str) -> float | None:
    found = [sample.value for sample in samples if sample.name == name and sample.labels == labels]
    assert len(found) <= 1, (name, labels)
    return found[0] if found else None


def test_the_call_centre_shows_as_metrics(application: Application) -> None:
    samples = read_metrics(application.log_in())
    support = {"pbx": "main", "queue": "support"}
    assert value_of(samples, "amictl_queue_callers_waiting", **support) == 1
    assert value_of(samples, "amictl_queue_callers_waiting", pbx="main", queue="sales") == 0
    waited = value_of(samples, "amictl_queue_longest_wait_seconds", **support)
    assert waited is not None
    assert waited >= 3
    assert value_of(samples, "amictl_channels", pbx="main", state="Up") == 1
    assert value_of(samples, "amictl_topic_values", pbx="main", topic="queues") == 2


def test_a_call_that_waits_and_is_given_up_counts_today(application: Application) -> None:
    support = {"pbx": "main", "queue": "support"}
    before = value_of(read_metrics(application.log_in()), "amictl_queue_today_abandoned", **support) or 0
    caller = {"Queue": "support", "Uniqueid": "9.1", "Channel": "PJSIP/9-1", "Position": "2", "Count": "2"}
    for event in ("QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave"):
        application.picture.apply_event(make_message(Event=event, **caller))
    samples = read_metrics(application.log_in())
    assert value_of(samples, "amictl_queue_today_abandoned", **support) == before + 1


def test_the_link_shows_its_one_state_and_whether_the_picture_is_fresh(application: Application) -> None:
    samples = read_metrics(application.log_in())
    states = {
        sample.labels["state"]: sample.value for sample in samples if sample.name == "amictl_link_state"
    }
    assert states == {state.value: float(state is LinkState.CONNECTED) for state in LinkState}
    assert value_of(samples, "amictl_picture_fresh", pbx="main") == 1
    application.set_link(stale=True)
    assert value_of(read_metrics(application.log_in()), "amictl_picture_fresh", pbx="main") == 0


def test_actions_are_counted_by_outcome_and_timed(application: Application) -> None:
    admin = application.log_in()
    pause = {"queue": "support", "interface": "PJSIP/100", "paused": True}
    assert admin.post("/api/ami/queue/pause/", pause).status_code == 200

    def refuse(action: Action) -> Reply:
        raise ActionRefused(f"PBX main refused {action.name}: no.", ami="no")

    application.manager.answer = refuse
    assert admin.post("/api/ami/queue/pause/", pause).status_code == 502
    samples = read_metrics(admin)
    for outcome in ("done", "action_refused"):
        labels = {"pbx": "main", "action": "QueuePause", "outcome": outcome}
        assert value_of(samples, "amictl_actions_total", **labels) == 1
    assert value_of(samples, "amictl_action_seconds_count", pbx="main") == 2
    assert value_of(samples, "amictl_action_seconds_bucket", pbx="main", le="+Inf") == 2


def test_names_that_callers_invent_do_not_become_metrics(application: Application) -> None:
    metrics = application.services.execution.metrics
    for number in range(100):
        metrics.note("main", f"Invented{number}", "action_unsupported", 0.001)
    samples = read_metrics(application.log_in())
    names = {sample.labels["action"] for sample in samples if sample.name == "amictl_actions_total"}
    assert names == {"other"}


def test_a_role_sees_the_queues_and_pbxes_of_its_scope(application: Application) -> None:
    application.make_role("limited", "live.read", queue_scope=frozenset({"sales"}))
    application.make_user("lena", "limited")
    samples = read_metrics(application.log_in("lena"))
    assert {sample.labels["queue"] for sample in samples if "queue" in sample.labels} == {"sales"}
    assert not [sample for sample in samples if sample.name == "amictl_agents"]
    application.make_role("elsewhere", "live.read", pbx_scope=frozenset({"other"}))
    application.make_user("otto", "elsewhere")
    samples = read_metrics(application.log_in("otto"))
    assert not [sample for sample in samples if "pbx" in sample.labels]


def test_metrics_need_the_permission_to_read_the_picture(application: Application) -> None:
    application.make_role("nobody", "audit.read")
    application.make_user("nora", "nobody")
    assert application.log_in("nora").get("/metrics").status_code == 403


def test_a_token_reads_metrics_as_prometheus_sends_it(application: Application) -> None:
    assert read_metrics(application.call_api(application.make_token()))


def test_every_metric_is_documented_and_every_documented_one_exists(application: Application) -> None:
    caller = {"Queue": "support", "Uniqueid": "9.1", "Channel": "PJSIP/9-1", "Position": "2", "Count": "2"}
    application.picture.apply_event(make_message(Event="QueueCallerJoin", **caller))
    admin = application.log_in()
    text = admin.get("/metrics").text
    exposed = {family.name for family in text_string_to_metric_families(text)}
    documented = set(re.findall(r"^\| `(amictl_\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    ours = {name for name in exposed if name.startswith("amictl_")}
    assert {name.removesuffix("_total") for name in documented} == ours
