"""The call centre's own figures: who waits, for how long, and what the agents do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from amictl.manager import Pbx
from amictl.pbx.topics.queues.value import Queue, QueueMember
from amictl.services.access import Actor

_QUEUE: Final = ("pbx", "queue")
_UNREACHABLE: Final = frozenset({"unavailable", "invalid", "unknown"})
MEMBER_STATES: Final = (
    "ready", "ringing", "in_call", "busy", "wrapup", "after_call", "paused", "unavailable",
)  # fmt: skip
"""The states of a queue's member."""


@dataclass(frozen=True, slots=True)
class _TodayMetric:
    """A figure of the day.

    Args:
        name: The metric's name after ``amictl_queue_today_``.
        words: What it says.
        field: The field of ``QueueDay``.
        scale: What the field is multiplied by.
    """

    name: str
    words: str
    field: str
    scale: float = 1.0


_TODAY: Final = (
    _TodayMetric("offered", "Callers who joined the queue today.", "offered"),
    _TodayMetric("answered", "Callers who were answered today.", "answered"),
    _TodayMetric("abandoned", "Callers who gave up today.", "abandoned"),
    _TodayMetric(
        "service_level_ratio",
        "Share of today's calls answered within the service level.",
        "service_level_perf",
        0.01,
    ),
    _TodayMetric("answer_seconds", "Average seconds to answer of today's answered calls.", "asa"),
    _TodayMetric("longest_wait_seconds", "The longest wait of today.", "longest_wait"),
    _TodayMetric("complete", "0 where events of today were missed.", "complete"),
)


def queue_families(pbxes: Iterable[Pbx], actor: Actor) -> Iterator[Metric]:
    """Yield the metrics of the queues and agents that an actor may see.

    Args:
        pbxes: The PBXes in the actor's scope.
        actor: Whose queues; agents are counted for those who see every queue.
    """
    waiting = GaugeMetricFamily("amictl_queue_callers_waiting", "Callers who wait.", labels=_QUEUE)
    longest = GaugeMetricFamily(
        "amictl_queue_longest_wait_seconds", "How long the first of them has waited.", labels=_QUEUE
    )
    members = GaugeMetricFamily("amictl_queue_members", "Members by what they do.", labels=(*_QUEUE, "state"))
    agents = GaugeMetricFamily("amictl_agents", "Agents by what they do.", labels=("pbx", "state"))
    today = [
        GaugeMetricFamily(f"amictl_queue_today_{metric.name}", metric.words, labels=_QUEUE)
        for metric in _TODAY
    ]
    for pbx in pbxes:
        now = pbx.picture.now()
        for queue in pbx.picture.queues():
            if not actor.may_see_queue(queue.queue):
                continue
            labels = (pbx.name, queue.queue)
            waiting.add_metric(labels, len(queue.callers))
            longest.add_metric(labels, _longest_wait(queue, now))
            states = Counter(member_state(queue, member, now) for member in queue.members)
            for state in MEMBER_STATES:
                members.add_metric((*labels, state), states[state])
            for metric, family in zip(_TODAY, today, strict=True):
                value = None if queue.today is None else getattr(queue.today, metric.field)
                if value is not None:
                    family.add_metric(labels, value * metric.scale)
        if actor.queue_scope is None:
            for state, count in Counter(agent.state for agent in pbx.picture.agents()).items():
                agents.add_metric((pbx.name, state), count)
    yield from (waiting, longest, members, *today, agents)


def member_state(queue: Queue, member: QueueMember, now: float) -> str:
    """Return the state of a queue's member, one of ``MEMBER_STATES``.

    Args:
        queue: The queue.
        member: The member.
        now: The PBX's time.
    """
    if member.status is None or member.status in _UNREACHABLE:
        return "unavailable"
    if member.paused:
        return "paused"
    if member.in_call:
        return "in_call"
    if member.status.startswith("ring"):
        return "ringing"
    return _find_idle_state(queue, member, now) if member.status == "not in use" else "busy"


def _find_idle_state(queue: Queue, member: QueueMember, now: float) -> str:
    rest = queue.find_rest(member)
    if rest is None or rest.until <= now:
        return "ready"
    return "wrapup" if rest.known else "after_call"


def _longest_wait(queue: Queue, now: float) -> float:
    return max((max(0.0, now - caller.joined_at) for caller in queue.callers), default=0.0)
