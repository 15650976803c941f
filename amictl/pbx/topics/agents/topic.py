"""The topic ``agents``: how it is kept and shown."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from amictl.pbx.changes import AGENTS, QUEUES
from amictl.pbx.topics.agents.table import AgentTable, limit_agent
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.queues.topic import sees_talk
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec


def _keep(session: SessionParts) -> Kept:
    earlier = session.earlier(AgentTable)
    table = AgentTable(session.clock, earlier.by_key if earlier else {})
    return Kept(table, table.by_key, followers=(table,))


def _see(agent: Agent, sight: Sight) -> Agent | None:
    """Return a person with the queues that are seen."""
    seen = limit_agent(agent, sight.queues)
    if seen is None or sees_talk(sight, seen.in_call_with):
        return seen
    return replace(seen, in_call_with=None)


TOPIC: Final = TopicSpec(AGENTS, Agent, 2048, _see, follows=(QUEUES,), keep=_keep)
