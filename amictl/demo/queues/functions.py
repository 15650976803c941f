"""The dialplan's functions of queues (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amictl.demo.arguments import split_arguments
from amictl.demo.channels import Channel
from amictl.demo.configuration import to_integer
from amictl.demo.functions import reads, writes
from amictl.demo.queues.members import Member
from amictl.demo.queues.queue import CallQueue

if TYPE_CHECKING:
    from amictl.demo.world import World


def describe_queue(queue: CallQueue) -> list[tuple[str, str]]:
    """Return the variables that tell of a queue."""
    settings, counters = queue.settings, queue.counters
    return [
        ("QUEUENAME", queue.name),
        ("QUEUEMAX", str(settings.max_length)),
        ("QUEUESTRATEGY", settings.strategy.value),
        ("QUEUECALLS", str(len(queue.entries))),
        ("QUEUEHOLDTIME", str(counters.hold_time)),
        ("QUEUETALKTIME", str(counters.talk_time)),
        ("QUEUECOMPLETED", str(counters.completed)),
        ("QUEUEABANDONED", str(counters.abandoned)),
        ("QUEUESRVLEVEL", str(settings.service_level)),
        ("QUEUESRVLEVELPERF", counters.service_level_performance),
    ]


def describe_member(member: Member) -> list[tuple[str, str]]:
    """Return the variables that tell of a member."""
    return [
        ("MEMBERINTERFACE", member.interface),
        ("MEMBERNAME", member.name),
        ("MEMBERCALLS", str(member.calls)),
        ("MEMBERLASTCALL", str(member.last_call)),
        ("MEMBERPENALTY", str(member.penalty)),
        ("MEMBERDYNAMIC", str(int(member.is_dynamic))),
        ("MEMBERREALTIME", "0"),
    ]


@reads("QUEUE_VARIABLES")
def set_variables(world: World, channel: Channel | None, arguments: str) -> str:
    """Set the variables of a queue on the channel, where the queue's settings say so; 0 then, else -1."""
    queue = world.queues.get(arguments)
    if queue is None or channel is None or not queue.settings.set_queue_variables:
        return "-1"
    for name, value in describe_queue(queue)[1:]:
        channel.set_variable(name, value)
    return "0"


@reads("QUEUE_EXISTS")
def exists(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """Tell whether there is a queue."""
    return str(int(world.queues.get(arguments) is not None))


@reads("QUEUE_WAITING_COUNT")
def count_waiting(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """Count the callers of a queue."""
    queue = world.queues.get(arguments)
    return str(len(queue.entries) if queue else 0)


@reads("QUEUE_MEMBER_LIST")
def list_members(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """List the interfaces of a queue."""
    queue = world.queues.get(arguments)
    return ",".join(member.interface for member in queue.members) if queue else ""


@reads("QUEUE_GET_CHANNEL")
def get_channel(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """Return the channel at a position of a queue, the first one where none is given."""
    name, position = split_arguments(arguments, 2)
    queue = world.queues.get(name)
    wanted = to_integer(position) if position else 1
    found = [entry.channel.name for entry in queue.entries if entry.position == wanted] if queue else []
    return found[0] if found else ""


@reads("QUEUE_MEMBER_COUNT")
def count_members(world: World, channel: Channel | None, arguments: str) -> str:
    """Count the members whose devices can be reached."""
    return read_member(world, channel, f"{arguments},logged")


@reads("QUEUE_MEMBER")
def read_member(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """Count members by ``logged``, ``free``, ``ready`` or ``count``, or tell what one of them has."""
    name, option, interface = split_arguments(arguments, 3)
    if not name or not option:
        return ""
    queue = world.queues.get(name)
    return str(_measure(world, queue, option.lower(), interface) if queue else 0)


def _measure(world: World, queue: CallQueue, option: str, interface: str) -> int:
    members = list(queue.members)
    if option == "logged":
        return sum(member.is_reachable for member in members)
    if option == "free":
        return sum(member.is_idle and not member.paused for member in members)
    if option == "ready":
        now = world.now()
        return sum(member.is_idle and queue.is_available(member, now) for member in members)
    if option == "count":
        return len(members)
    member = queue.members.get(interface)
    values = (
        {
            "penalty": member.penalty,
            "paused": member.paused,
            "ringinuse": member.ring_in_use,
            "ignorebusy": member.ring_in_use,
        }
        if member
        else {}
    )
    return int(values.get(option, 0))


@writes("QUEUE_MEMBER")
def write_member(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    """Change ``penalty``, ``paused`` or ``ringinuse`` of a member in a queue, or in all."""
    name, option, interface = split_arguments(arguments, 3)
    number = to_integer(value)
    match option.lower():
        case "penalty":
            world.memberships.set_penalty(name, interface, number)
        case "paused":
            world.memberships.pause(name, interface, paused=number > 0)
        case "ringinuse" | "ignorebusy":
            world.memberships.set_ring_in_use(name, interface, ring_in_use=number > 0)


@reads("QUEUE_MEMBER_PENALTY")
def read_penalty(world: World, channel: Channel | None, arguments: str) -> str:  # noqa: ARG001
    """Return the penalty of a member; empty where there is none."""
    name, interface = split_arguments(arguments, 2)
    queue = world.queues.get(name)
    member = queue.members.get(interface) if queue else None
    return str(member.penalty) if member else ""


@writes("QUEUE_MEMBER_PENALTY")
def write_penalty(world: World, channel: Channel | None, arguments: str, value: str) -> None:  # noqa: ARG001
    """Change the penalty of a member in a queue, or in all."""
    name, interface = split_arguments(arguments, 2)
    if interface:
        world.memberships.set_penalty(name, interface, to_integer(value))
