"""The topic ``queues``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action
from amictl.pbx.changes import NO_CHANGES, QUEUES, Changes
from amictl.pbx.lists import InnerRows, ListCheck, Rows, SnapshotStep, Steps, Tables, load_into
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.lists import read_listed_queues
from amictl.pbx.topics.queues.table import QueueTable
from amictl.pbx.topics.queues.value import MemberCall, Queue
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec
from amictl.protocol import Message, Reply

# A queue member whose state is that of a hint (Asterisk app_queue.c); looked for in bytes, as lists are long.
_HINT: Final = b"\nStateInterface: hint:"
# What amictl shows for a byte that is no UTF-8; a name with it cannot be sent back as it came.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_MEMBERS: Final = InnerRows(
    "member",
    "interface",
    Rows(
        fields=(
            "name",
            "state_interface",
            "membership",
            "penalty",
            "status",
            "in_call",
            "paused",
            "paused_reason",
            "paused_at",
            "logged_in_at",
            "wrapup_time",
        ),
        # AgentComplete does not tell the second in which app_queue.c counts the call.
        near={"last_call_at": 2.0},
        counters=("calls_taken",),
    ),
)
_CALLERS: Final = InnerRows(
    "caller",
    "unique_id",
    Rows(fields=("position", "channel", "caller_id_num", "caller_id_name")),
    order="position",
)
_CHECK: Final = ListCheck(
    QUEUES,
    Rows(
        fields=("strategy", "max", "weight", "service_level"),
        # app_queue.c averages whole seconds, which it measures a moment before or after its events; an error
        # of a second never grows beyond two by its formula.
        near={"hold_time": 2.0, "talk_time": 2.0, "service_level_perf": 0.2},
        counters=("completed", "abandoned"),
        inner={"members": _MEMBERS, "callers": _CALLERS},
    ),
    read_listed_queues,
)


def ask_for_queue(queue: str) -> Steps:
    """Return what asks for one queue; for all of them where its name cannot be sent back as it came.

    Args:
        queue: Its name; empty for all.
    """
    if not queue or _REPLACEMENT in queue:
        return (QUEUE_LIST,)
    try:
        action = make_action("QueueStatus", queue=queue)
    except InvalidInput:
        return (QUEUE_LIST,)
    return (SnapshotStep(action, lambda tables, items: tables.load_queue(queue, items), part_of=QUEUE_LIST),)


def ask_for_member(interface: str, queue: str = "") -> Steps:
    """Return what asks for a member, in one queue or all; for the whole queue where that cannot be sent.

    Args:
        interface: What is dialled.
        queue: The queue; empty for all.
    """
    if _REPLACEMENT in interface + queue:
        return ask_for_queue(queue)
    try:
        action = make_action("QueueStatus", queue=queue or None, member=interface)
    except InvalidInput:
        return ask_for_queue(queue)

    def load(table: QueueTable, items: Iterable[Message]) -> Changes:
        return table.load_member(interface, items)

    return (SnapshotStep(action, load_into(QueueTable, load), part_of=QUEUE_LIST),)


def _follow_queues(reply: Reply) -> Steps:
    """Ask what hints are made of, where a member's state is a hint's."""
    if not any(_HINT in item.frame for item in reply.items):
        return ()
    hints = make_action("ExtensionStateList")
    return (SnapshotStep(hints, lambda tables, items: tables.load_hints(items), optional=True),)


def _load_queue_names(tables: Tables, items: Iterable[Message]) -> Changes:
    tables.of(QueueTable).note_names(items)
    return NO_CHANGES


QUEUE_LIST: Final = SnapshotStep(
    make_action("QueueStatus"),
    lambda tables, items: tables.load_queues(items),
    check=_CHECK,
    then=_follow_queues,
)
QUEUE_NAMES: Final = SnapshotStep(make_action("QueueSummary"), _load_queue_names, optional=True)
"""Which queues there are: what no event tells after ``queue reload`` at the PBX's console, told shortly."""

WRAPUP_TIMES: Final = SnapshotStep(
    make_action("GetConfig", filename="queues.conf"),
    load_into(QueueTable, QueueTable.load_wrapup_times),
    optional=True,
)


def _keep(session: SessionParts) -> Kept:
    table = QueueTable(session.clock, session.lasting(QueueDays), session.earlier(QueueTable), session.doubts)
    return Kept(table, table.by_name, table.correct)


def _see(queue: Queue, sight: Sight) -> Queue | None:
    """Return a queue without the callers whom its members talk to, where those went on elsewhere."""
    if not sight.sees_queue(queue.queue):
        return None
    if all(sees_talk(sight, member.in_call_with) for member in queue.members):
        return queue
    members = tuple(
        member if sees_talk(sight, member.in_call_with) else replace(member, in_call_with=None)
        for member in queue.members
    )
    return replace(queue, members=members)


def sees_talk(sight: Sight, talk: MemberCall | None) -> bool:
    """Return whether the caller whom a member talks to is seen."""
    return talk is None or sight.sees_channel(talk.unique_id, talk.linked_id)


TOPIC: Final = TopicSpec(
    QUEUES,
    Queue,
    1024,
    _see,
    events={
        "agent": (
            "QueueCallerJoin",
            "QueueCallerLeave",
            "QueueCallerAbandon",
            "QueueMemberAdded",
            "QueueMemberRemoved",
            "QueueMemberStatus",
            "QueueMemberPause",
            "QueueMemberPenalty",
            "QueueMemberRinginuse",
            "AgentConnect",
            "AgentComplete",
        )
    },
    keep=_keep,
    lists=(QUEUE_LIST, WRAPUP_TIMES),
    ask=ask_for_queue,
)
