"""Actions of call queues and agents."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Named, Parameter, ReplyKind
from amictl.pbx.catalogue.parameters import MAX_INTEGER, boolean, changes, integer, reads, text

_MAX_QUEUE: Final = 79  # Asterisk apps/app_queue.c keeps names of 80 bytes with NUL


def _queue(*, required: bool = False) -> Parameter:
    return text("Queue", required=required, limit=_MAX_QUEUE, means=Named.QUEUE)


def _column(header: str, *, name: str = "", required: bool = False) -> Parameter:
    return text(header, name=name, required=required, pattern=r"[^|]+", hint="a text without |")


_QUEUE: Final = _queue(required=True)
_ANY_QUEUE: Final = _queue()
_INTERFACE: Final = text("Interface", required=True, limit=_MAX_QUEUE, means=Named.MEMBER)
_CALLER: Final = text("Caller", name="channel", required=True, means=Named.CHANNEL)
_PART: Final = ("yes", "no")

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "QueueStatus",
        "List queues with their members and waiting callers.",
        _ANY_QUEUE,
        text("Member", means=Named.MEMBER),
        reply=ReplyKind.LIST,
        module="app_queue",
    ),
    reads(
        "QueueSummary",
        "List queues with their numbers of members and callers.",
        _ANY_QUEUE,
        reply=ReplyKind.LIST,
        module="app_queue",
    ),
    reads("QueueRule", "Show the penalty rules.", text("Rule"), module="app_queue"),
    changes(
        "QueueAdd",
        "Make an interface a member of a queue.",
        _QUEUE,
        _INTERFACE,
        integer("Penalty"),
        boolean("Paused"),
        text("Reason", limit=79, since=("20.12.0", "21.7.0", "22.2.0"), may_be_empty=True),
        text("MemberName", limit=79),
        text("StateInterface", limit=79),
        integer("Wrapuptime", name="wrapup_time", unit="s", since=("16.3.0", "17.0.0")),
        rights="agent",
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueueRemove",
        "Take a member that was added at run time out of a queue.",
        _QUEUE,
        _INTERFACE,
        rights="agent",
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueuePause",
        "Keep a member from getting calls, or let it get them again, in one queue or all.",
        _INTERFACE,
        boolean("Paused", required=True),
        _ANY_QUEUE,
        text("Reason", limit=79, may_be_empty=True),
        rights="agent",
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueuePenalty",
        "Set how late a member is called, in one queue or all.",
        _INTERFACE,
        integer("Penalty", required=True),
        _ANY_QUEUE,
        rights="agent",
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueueMemberRingInUse",
        "Set whether a member is called while it talks, in one queue or all.",
        _INTERFACE,
        boolean("RingInUse", required=True, words=_PART),
        _ANY_QUEUE,
        rights="agent",
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueueReload",
        "Read the configuration of queues again: all of it, or the parts that are asked for.",
        _ANY_QUEUE,
        boolean("Members", words=_PART),
        boolean("Rules", words=_PART),
        boolean("Parameters", words=_PART),
        module="app_queue",
        touches="queues queue_settings",
    ),
    changes(
        "QueueReset", "Set the counters of queues to zero.", _ANY_QUEUE, module="app_queue", touches="queues"
    ),
    changes(
        "QueueLog",
        "Write an entry of your own into the queue log.",
        _column("Queue", required=True),
        _column("Event", required=True),
        _column("Uniqueid", name="unique_id"),
        _column("Interface"),
        text("Message", may_be_empty=True),
        rights="agent",
        module="app_queue",
    ),
    changes(
        "QueueChangePriorityCaller",
        "Give a waiting caller another priority.",
        _QUEUE,
        _CALLER,
        integer("Priority", required=True, minimum=-MAX_INTEGER),
        boolean("Immediate", words=_PART, since=("18.20.0", "20.5.0", "21.0.0")),
        module="app_queue",
        touches="queues",
    ),
    changes(
        "QueueWithdrawCaller",
        "Send a waiting caller back to the dialplan.",
        _QUEUE,
        _CALLER,
        text("WithdrawInfo", may_be_empty=True),
        since=("16.25.0", "18.11.0", "19.3.0"),
        module="app_queue",
        touches="queues",
    ),
    reads(
        "Agents",
        "List the agents of the agent pool.",
        rights="agent",
        reply=ReplyKind.LIST,
        module="app_agent_pool",
    ),
    changes(
        "AgentLogoff",
        "Log an agent of the agent pool off.",
        text("Agent", required=True),
        boolean("Soft"),
        rights="agent",
        module="app_agent_pool",
        touches="channels",
    ),
)
