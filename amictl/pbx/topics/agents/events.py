"""Events of queue calls that came without the headers of queue and member.

They are about silent members (see `amictl.pbx.topics.queues.silent_members`). They name the channels of
caller and member, and that is enough: the caller waits in a queue or has just left it, and the member's
channel is named after what was dialled.
"""

from __future__ import annotations

from typing import Final

from amictl.pbx.topics.queues.table import QueueTable
from amictl.protocol import Message

AGENT_EVENTS: Final = frozenset({"AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer"})


def complete_agent_event(message: Message, queues: QueueTable, now: float) -> Message:
    """Return an event with the headers that it lacks, as far as they follow from its channels.

    Args:
        message: One of `AGENT_EVENTS`.
        queues: What is known of queues.
        now: When it came.
    """
    if message.get("Queue"):
        return message
    stay = queues.find_stay(message.get("Uniqueid", ""), message.get("DestChannel", ""))
    if stay is None:
        return message
    headers = {"Queue": stay.queue, "HoldTime": str(int(stay.waited))}
    if stay.member is not None:
        headers |= {"Interface": stay.member.interface, "MemberName": stay.member.name or ""}
    if stay.answered_at is not None:
        headers["TalkTime"] = str(max(0, int(now - stay.answered_at)))
    lines = "".join(f"\r\n{name}: {value}" for name, value in headers.items())
    return Message(message.raw + lines.encode(), message.name)
