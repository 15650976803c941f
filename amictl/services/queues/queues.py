"""Reading queues."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET
from pydantic import Field

from amictl.errors import NotFound
from amictl.pbx.actions import make_action
from amictl.pbx.readings.queues import PenaltyRule, QueueSummary, read_penalty_rules, read_queue_summary
from amictl.pbx.readings.raw import Raw, show_raw
from amictl.pbx.topics.queues import topic as queues_topic
from amictl.pbx.topics.queues.value import Queue
from amictl.pbx.value import Written
from amictl.services.access import Actor, open_gate, require_whole_pbx
from amictl.services.access.pbxes import read_topic
from amictl.services.pbx_service import PbxService
from amictl.services.queues.live_queues import no_queue
from amictl.services.requests import PbxQuery, QueueName, ReadQuery, Short, Text
from amictl.services.results import LiveResult, PbxResult


class QueueStatusQuery(PbxQuery):
    """A read of all queues, or of one by name."""

    queue: Annotated[Text | None, Field(description="One queue; all when left out")] = None


class Queues(LiveResult, frozen=True):
    """Queues with their callers and members."""

    queues: tuple[Written[Queue], ...]


class QueueSummaryQuery(ReadQuery):
    """A read of the numbers of all queues, or of one."""

    queue: Annotated[QueueName | None, Field(description="One queue; all when left out")] = None


class QueueSummaries(PbxResult, frozen=True):
    """The numbers of queues."""

    queues: tuple[QueueSummary, ...]


class QueueRulesQuery(ReadQuery):
    """A read of all penalty rules, or of one."""

    rule: Annotated[Short | None, Field(description="One rule; all when left out")] = None


class PenaltyRules(PbxResult, frozen=True):
    """Penalty rules."""

    rules: tuple[PenaltyRule, ...]
    raw: Raw = UNSET


class QueueService(PbxService):
    """Reads of queues, by ``live.read``."""

    def show_status(self, actor: Actor, asked: QueueStatusQuery) -> Queues:
        """Return the queues in the actor's scope, or the one that is asked for, from the live picture."""
        pbx = self._find_pbx(actor, asked.pbx, asked.queue)
        source, queues = read_topic(pbx, queues_topic.TOPIC)
        wanted = queues if asked.queue is None else queues.keys() & {asked.queue}
        shown = open_gate(pbx, actor).show_all(queues[name] for name in wanted)
        if asked.queue is not None and not shown:
            raise no_queue(pbx, asked.queue)
        return Queues(*source, shown)

    def summarize(self, actor: Actor, asked: QueueSummaryQuery) -> QueueSummaries:
        """Ask the PBX for the numbers of each queue in the actor's scope, or of the one that is asked for."""
        pbx = self._find_pbx(actor, asked.pbx, asked.queue)
        reply = self._execution.read(pbx, make_action("QueueSummary", queue=asked.queue))
        gate = open_gate(pbx, actor)
        seen = [item for item in reply.items if gate.sees_queue(item.get("Queue", ""))]
        if asked.queue is not None and not seen:
            raise no_queue(pbx, asked.queue)
        return QueueSummaries(pbx.name, tuple(read_queue_summary(item, raw=asked.raw) for item in seen))

    def list_rules(self, actor: Actor, asked: QueueRulesQuery) -> PenaltyRules:
        """Ask the PBX for its penalty rules, or for one.

        It needs a role without limits to queues: no rule tells whose it is.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        require_whole_pbx(actor)
        reply = self._execution.read(pbx, make_action("QueueRule", rule=asked.rule))
        rules = read_penalty_rules(reply.response)
        if asked.rule is not None and not rules:
            raise NotFound(f"There is no such penalty rule (rule) on {pbx.name}.")
        return PenaltyRules(pbx.name, rules, show_raw(asked.raw, reply.response))
