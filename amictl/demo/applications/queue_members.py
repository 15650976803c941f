"""Applications by which the dialplan changes who is a member of a queue (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from collections.abc import Generator
from types import MappingProxyType
from typing import Any, Final

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.channels import Channel
from amictl.demo.configuration import to_integer
from amictl.demo.queues.queues import Result
from amictl.demo.queues.settings import MemberSettings

Steps = Generator[simpy.Event, Any, bool | None]

_ADDED: Final = MappingProxyType(
    {Result.DONE: "ADDED", Result.EXISTS: "MEMBERALREADY", Result.NO_SUCH_QUEUE: "NOSUCHQUEUE"}
)
_REMOVED: Final = MappingProxyType(
    {
        Result.DONE: "REMOVED",
        Result.NO_SUCH_MEMBER: "NOTINQUEUE",
        Result.NO_SUCH_QUEUE: "NOSUCHQUEUE",
        Result.NOT_DYNAMIC: "NOTDYNAMIC",
    }
)


@application("AddQueueMember")
def add_queue_member(channel: Channel, data: str) -> Steps:
    """Make an interface a member of a queue, the channel's own where none is given."""
    if not data:
        return False
    name, interface, penalty, options, member_name, state_interface, wrap_up_time = split_arguments(data, 7)
    interface = interface or channel.device
    given = parse_options(options)
    is_paused = "p" in given
    world = channel.world
    settings = MemberSettings(
        interface=interface,
        name=member_name,
        state_interface=state_interface,
        penalty=max(0, to_integer(penalty)),
        wrap_up_time=max(0, to_integer(wrap_up_time)),
        paused=is_paused,
    )
    result = world.memberships.add(name, settings, given.get("r", "") if is_paused else "")
    if result is Result.DONE:
        agent = member_name if world.queues.general.log_member_name_as_agent else ""
        world.queues.log.write(
            name, channel.unique_id, agent or interface, "ADDMEMBER", "PAUSED" if is_paused else ""
        )
    channel.set_variable("AQMSTATUS", _ADDED[result])
    return None
    yield


@application("RemoveQueueMember")
def remove_queue_member(channel: Channel, data: str) -> Steps:
    """Take a dynamic member out of a queue, the channel's own interface where none is given."""
    if not data:
        return False
    name, interface = split_arguments(data, 2)
    interface = interface or channel.device
    memberships = channel.world.memberships
    agent = memberships.log_name(name, interface)
    result = memberships.remove(name, interface)
    if result is Result.DONE:
        channel.world.queues.log.write(name, channel.unique_id, agent, "REMOVEMEMBER", "")
    channel.set_variable("RQMSTATUS", _REMOVED[result])
    return None
    yield


@application("PauseQueueMember")
def pause_queue_member(channel: Channel, data: str) -> Steps:
    """Keep a member from getting calls, in one queue or in all."""
    return _pause(channel, data, paused=True)
    yield


@application("UnpauseQueueMember")
def unpause_queue_member(channel: Channel, data: str) -> Steps:
    """Let a member get calls again, in one queue or in all."""
    return _pause(channel, data, paused=False)
    yield


def _pause(channel: Channel, data: str, *, paused: bool) -> bool:
    name, interface, _, reason = split_arguments(data, 4)
    if not interface:
        return False
    is_found = channel.world.memberships.pause(name, interface, paused=paused, reason=reason)
    variable, done = ("PQMSTATUS", "PAUSED") if paused else ("UPQMSTATUS", "UNPAUSED")
    channel.set_variable(variable, done if is_found else "NOTFOUND")
    return True


@application("QueueLog")
def write_queue_log(channel: Channel, data: str) -> Steps:
    """Write a line of one's own into the queue log."""
    name, call, agent, event, more = split_arguments(data, 5)
    if not (name and call and agent and event):
        return False
    channel.world.queues.log.write(name, call, agent, event, more)
    return None
    yield
