"""Actions of queues, with app_queue's own words (Asterisk apps/app_queue.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, ListItem, Request
from amictl.demo.configuration import is_false, is_true, to_integer
from amictl.demo.queues.loading import ALL_PARTS, Parts
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.queues import Result
from amictl.demo.queues.settings import MemberSettings
from amictl.demo.text import Headers, encode
from amictl.errors import ConfigurationError

_NUMBER: Final = re.compile(r"\s*[+-]?\d+")

_ADDED: Final = MappingProxyType(
    {
        Result.EXISTS: "Unable to add interface: Already there",
        Result.NO_SUCH_QUEUE: "Unable to add interface to queue: No such queue",
    }
)
_REMOVED: Final = MappingProxyType(
    {
        Result.NO_SUCH_MEMBER: "Unable to remove interface: Not there",
        Result.NO_SUCH_QUEUE: "Unable to remove interface from queue: No such queue",
        Result.NOT_DYNAMIC: "Member not dynamic",
    }
)
_MOVED: Final = MappingProxyType(
    {
        Result.NO_SUCH_QUEUE: "Unable to change priority caller on queue: No such queue",
        Result.NO_SUCH_CALLER: "Unable to change priority caller on queue: No such caller",
    }
)
_WITHDRAWN: Final = MappingProxyType(
    {
        Result.NO_SUCH_QUEUE: "Unable to request withdraw from queue: No such queue",
        Result.NO_SUCH_CALLER: "Unable to request withdraw from queue: No such caller",
    }
)


@answers("QueueStatus")
def list_queues(request: Request) -> None:
    """List queues, their members and their callers."""
    items = [
        item
        for queue in request.world.queues.named(request.get("Queue"))
        for item in _describe(request, queue)
    ]
    request.list("Queue status will follow", items, complete="QueueStatusComplete")


def _describe(request: Request, queue: CallQueue) -> Iterator[ListItem]:
    yield "QueueParams", (_queue_headers(queue), ACTION_ID)
    wanted = request.get("Member")
    for member in queue.members:
        if not wanted or wanted in {member.interface, member.name}:
            yield "QueueMember", (member.list_headers(queue.name), ACTION_ID)
    now = int(request.world.now())
    for entry in queue.entries:
        yield "QueueEntry", (_entry_headers(queue, entry, now), ACTION_ID)


def _queue_headers(queue: CallQueue) -> Headers:
    settings, counters = queue.settings, queue.counters
    return [
        ("Queue", queue.name),
        ("Max", str(settings.max_length)),
        ("Strategy", settings.strategy.value),
        ("Calls", str(len(queue.entries))),
        ("Holdtime", str(counters.hold_time)),
        ("TalkTime", str(counters.talk_time)),
        ("Completed", str(counters.completed)),
        ("Abandoned", str(counters.abandoned)),
        ("ServiceLevel", str(settings.service_level)),
        ("ServicelevelPerf", counters.service_level_performance),
        ("ServicelevelPerf2", counters.service_level_performance_2),
        ("Weight", str(settings.weight)),
    ]


def _entry_headers(queue: CallQueue, entry: Entry, now: int) -> Headers:
    channel = entry.channel
    return [
        ("Queue", queue.name),
        ("Position", str(entry.position)),
        ("Channel", channel.name),
        ("Uniqueid", channel.unique_id),
        ("CallerIDNum", channel.caller.number or "unknown"),
        ("CallerIDName", channel.caller.name or "unknown"),
        ("ConnectedLineNum", channel.connected.number or "unknown"),
        ("ConnectedLineName", channel.connected.name or "unknown"),
        ("Wait", str(now - entry.started)),
        ("Priority", str(entry.priority)),
    ]


@answers("QueueSummary")
def summarize_queues(request: Request) -> None:
    """List queues with their numbers of members and callers."""
    now = int(request.world.now())
    items = [
        ("QueueSummary", (_summary_headers(queue, now), ACTION_ID))
        for queue in request.world.queues.named(request.get("Queue"))
    ]
    request.list("Queue summary will follow", items, complete="QueueSummaryComplete")


def _summary_headers(queue: CallQueue, now: int) -> Headers:
    reachable = [member for member in queue.members if member.is_reachable]
    available = sum(member.is_free and not member.paused for member in reachable)
    return [
        ("Queue", queue.name),
        ("LoggedIn", str(len(reachable))),
        ("Available", str(available)),
        ("Callers", str(len(queue.entries))),
        ("HoldTime", str(queue.counters.hold_time)),
        ("TalkTime", str(queue.counters.talk_time)),
        ("LongestHoldTime", str(max((now - entry.started for entry in queue.entries), default=0))),
    ]


@answers("QueueRule")
def show_rules(request: Request) -> None:
    """Show the penalty rules, in an answer that ends with two empty lines."""
    headers = [("Response", "Success")]
    if request.action_id:
        headers.append(("ActionID", request.action_id))
    wanted = request.get("Rule").lower()
    for rule_list in request.world.queues.rules:
        if not wanted or wanted == rule_list.name.lower():
            headers.append(("RuleList", rule_list.name))
            headers += [("Rule", str(rule)) for rule in rule_list.rules]
    request.finish(encode(headers) + b"\r\n\r\n")


@answers("QueueAdd")
def add_member(request: Request) -> None:
    """Make an interface a member of a queue."""
    queue, interface = request.get("Queue"), request.get("Interface")
    for name, value in (("Queue", queue), ("Interface", interface)):
        if not value:
            request.fail(f"'{name}' not specified.")
            return
    paused = is_true(request.get("Paused"))
    member_name = request.get("MemberName")
    settings = MemberSettings(
        interface=interface,
        name=member_name,
        state_interface=request.get("StateInterface"),
        penalty=max(0, to_integer(request.get("Penalty"))),
        wrap_up_time=max(0, to_integer(request.get("Wrapuptime"))),
        paused=paused,
    )
    result = request.world.memberships.add(queue, settings, request.get("Reason"))
    if result is not Result.DONE:
        request.fail(_ADDED[result])
        return
    queues = request.world.queues
    agent = member_name if member_name and queues.general.log_member_name_as_agent else interface
    queues.log.write(queue, "MANAGER", agent, "ADDMEMBER", "PAUSED" if paused else "")
    request.succeed("Added interface to queue")


@answers("QueueRemove")
def remove_member(request: Request) -> None:
    """Take a member that was added at run time out of a queue."""
    queue, interface = request.get("Queue"), request.get("Interface")
    if not queue or not interface:
        request.fail("Need 'Queue' and 'Interface' parameters.")
        return
    memberships = request.world.memberships
    agent = memberships.log_name(queue, interface)
    result = memberships.remove(queue, interface)
    if result is not Result.DONE:
        request.fail(_REMOVED[result])
        return
    request.world.queues.log.write(queue, "MANAGER", agent, "REMOVEMEMBER", "")
    request.succeed("Removed interface from queue")


@answers("QueuePause")
def pause_member(request: Request) -> None:
    """Keep a member from getting calls, or let it get them again."""
    interface, paused_text = request.get("Interface"), request.get("Paused")
    if not interface or not paused_text:
        request.fail("Need 'Interface' and 'Paused' parameters.")
        return
    paused = is_true(paused_text)
    done = request.world.memberships.pause(
        request.get("Queue"), interface, paused=paused, reason=request.get("Reason")
    )
    if done:
        request.succeed(f"Interface {'paused' if paused else 'unpaused'} successfully")
    else:
        request.fail("Interface not found")


@answers("QueuePenalty")
def set_penalty(request: Request) -> None:
    """Set how late a member is called."""
    interface, penalty = request.get("Interface"), request.get("Penalty")
    if not interface or not penalty:
        request.fail("Need 'Interface' and 'Penalty' parameters.")
        return
    memberships = request.world.memberships
    if memberships.set_penalty(request.get("Queue"), interface, to_integer(penalty)):
        request.succeed("Interface penalty set successfully")
    else:
        request.fail("Invalid interface, queuename or penalty")


@answers("QueueMemberRingInUse")
def set_ring_in_use(request: Request) -> None:
    """Set whether a member is called while it talks."""
    interface, ring_in_use = request.get("Interface"), request.get("RingInUse")
    if not interface or not ring_in_use:
        request.fail("Need 'Interface' and 'RingInUse' parameters.")
    elif not is_true(ring_in_use) and not is_false(ring_in_use):
        request.fail("'RingInUse' parameter must be a truth value (yes/no, on/off, 0/1, etc)")
    elif request.world.memberships.set_ring_in_use(
        request.get("Queue"), interface, ring_in_use=is_true(ring_in_use)
    ):
        request.succeed("Interface ringinuse set successfully")
    else:
        request.fail("Invalid interface, queuename, or ringinuse value\n")


@answers("QueueReload")
def reload_queues(request: Request) -> None:
    """Read the configuration again: all of it, or the parts that are asked for."""
    asked = Parts(0)
    for header, part in (
        ("Members", Parts.MEMBERS),
        ("Rules", Parts.RULES),
        ("Parameters", Parts.PARAMETERS),
    ):
        if request.get(header).lower() == "yes":
            asked |= part
    try:
        request.world.queue_loader.load(asked or ALL_PARTS, request.get("Queue"))
    except ConfigurationError:
        request.fail("Error encountered while reloading queue")
    else:
        request.succeed("Queue reloaded successfully")


@answers("QueueReset")
def reset_queues(request: Request) -> None:
    """Set the counters of queues to zero; Asterisk is content with a queue that it does not know."""
    for queue in request.world.queues.named(request.get("Queue")):
        queue.reset()
    request.succeed("Queue stats reset successfully")


@answers("QueueLog")
def write_log(request: Request) -> None:
    """Write an entry into the queue log; the queue need not exist."""
    queue, event = request.get("Queue"), request.get("Event")
    if not queue or not event:
        request.fail("Need 'Queue' and 'Event' parameters.")
        return
    request.world.queues.log.write(
        queue, request.get("Uniqueid") or "NONE", request.get("Interface"), event, request.get("Message")
    )
    request.succeed("Event added successfully")


@answers("QueueChangePriorityCaller")
def change_priority(request: Request) -> None:
    """Give a waiting caller another priority, and another place if that is to be at once."""
    priority = request.get("Priority")
    if not _names_caller(request):
        return
    if not priority:
        request.fail("'Priority' not specified.")
        return
    if not _NUMBER.match(priority):
        request.fail("'Priority' need integer.")
        return
    found = request.world.queues.find_caller(request.get("Queue"), request.get("Caller"))
    if isinstance(found, Result):
        request.fail(_MOVED[found])
        return
    queue, entry = found
    queue.change_priority(entry, to_integer(priority), at_once=is_true(request.get("Immediate")))
    request.succeed("Priority change for caller on queue")


@answers("QueueWithdrawCaller")
def withdraw_caller(request: Request) -> None:
    """Send a waiting caller back to the dialplan, at its next step."""
    if not _names_caller(request):
        return
    found = request.world.queues.find_caller(request.get("Queue"), request.get("Caller"))
    if isinstance(found, Result):
        request.fail(_WITHDRAWN[found])
        return
    _, entry = found
    if entry.is_withdrawn:
        request.fail("Unable to request withdraw from queue: Already requested")
        return
    entry.is_withdrawn = True
    entry.withdraw_info = request.get("WithdrawInfo")
    request.succeed("Withdraw requested successfully")


def _names_caller(request: Request) -> bool:
    """Return whether queue and caller are named; answers the request where one is not."""
    for name in ("Queue", "Caller"):
        if not request.get(name):
            request.fail(f"'{name}' not specified.")
            return False
    return True
