"""Routes that read queues."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amictl.pbx.topics.queues.value import Queue
from amictl.services.access import Actor
from amictl.services.requests import PbxQuery, QueueName, ReadQuery, Short, Text
from amictl.services.schemas import Answer, Item, LiveAnswer, PbxAnswer, RawMessage, Shown
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import FROM_PICTURE, Data, Routes

routes = Routes("queues", "/api/ami/queue")


class QueueStatusQuery(PbxQuery):
    """A read of all queues, or of one by name."""

    queue: Annotated[Text | None, Field(description="One queue; all when left out")] = None


class QueueSummaryQuery(ReadQuery):
    """A read of the numbers of all queues, or of one."""

    queue: Annotated[QueueName | None, Field(description="One queue; all when left out")] = None


class QueueRulesQuery(ReadQuery):
    """A read of all penalty rules, or of one."""

    rule: Annotated[Short | None, Field(description="One rule; all when left out")] = None


class Queues(LiveAnswer):
    """Queues with their callers and members."""

    queues: list[Shown[Queue]]


class QueueSummary(Item):
    """The numbers of a queue; times are seconds."""

    queue: str
    logged_in: Annotated[int | None, Field(description="Members that are there")]
    available: Annotated[int | None, Field(description="Members that could take a call")]
    callers: int | None
    hold_time: int | None
    talk_time: int | None
    longest_hold_time: int | None


class QueueSummaries(PbxAnswer):
    """The numbers of queues."""

    queues: list[QueueSummary]


class PenaltyStep(Answer):
    """What a caller's penalties become after some waiting; a relative one changes the one before."""

    after: Annotated[int | None, Field(description="Seconds of waiting")]
    max_penalty: int | None
    max_penalty_relative: bool | None
    min_penalty: int | None
    min_penalty_relative: bool | None
    raise_penalty: int | None
    raise_penalty_relative: bool | None


class PenaltyRule(Answer):
    """A penalty rule."""

    rule: str
    steps: list[PenaltyStep]


class PenaltyRules(PbxAnswer):
    """Penalty rules."""

    rules: list[PenaltyRule]
    raw: RawMessage | None = None


@routes.get("/status/", Permission.LIVE_READ, data=Queues, errors=FROM_PICTURE)
def show_queues(services: UseCases, actor: Actor, query: QueueStatusQuery) -> Data:
    """Queues with their callers and members."""
    return services.queues.show_status(actor, query.queue, query.pbx)


@routes.get("/summary/", Permission.LIVE_READ, data=QueueSummaries)
def summarize_queues(services: UseCases, actor: Actor, query: QueueSummaryQuery) -> Data:
    """The numbers of queues, as the PBX counts them now."""
    return services.queues.summarize(actor, query.queue, query.pbx, raw=query.raw)


@routes.get("/rules/", Permission.LIVE_READ, data=PenaltyRules)
def list_rules(services: UseCases, actor: Actor, query: QueueRulesQuery) -> Data:
    """Penalty rules."""
    return services.queues.list_rules(actor, query.rule, query.pbx, raw=query.raw)
