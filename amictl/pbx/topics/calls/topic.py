"""The topic ``calls``: how it is kept and shown."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from amictl.pbx.changes import BRIDGES, CALLS, CHANNELS, QUEUES
from amictl.pbx.topics.bridges.table import BridgeTable
from amictl.pbx.topics.calls.queue_waits import QueueWaits
from amictl.pbx.topics.calls.table import CallTable
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.queues.table import QueueTable
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec


def _keep(session: SessionParts) -> Kept:
    earlier = session.earlier(CallTable)
    waits = QueueWaits(session.of(ChannelTable))
    table = CallTable(
        session.clock,
        session.of(BridgeTable).by_id,
        waits,
        earlier.records if earlier else {},
        session.of(QueueTable).take_replaced,
        ended=earlier.ended if earlier else {},
    )
    return Kept(table, table.by_id, followers=(waits, table))


def _see(call: Call, sight: Sight) -> Call | None:
    """Return a call without what it went through in other queues."""
    if not sight.sees_call(call.linked_id):
        return None
    journey = tuple(step for step in call.journey if step.queue is None or sight.sees_queue(step.queue))
    return call if len(journey) == len(call.journey) else replace(call, journey=journey)


TOPIC: Final = TopicSpec(
    CALLS,
    Call,
    4096,
    _see,
    events={
        "call": ("DialBegin", "DialEnd", "AttendedTransfer", "BlindTransfer", "LocalOptimizationBegin"),
        "agent": ("AgentRingNoAnswer",),
    },
    follows=(CHANNELS, BRIDGES, QUEUES),
    keep=_keep,
)
