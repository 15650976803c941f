"""Builders of call queues and agents."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def queue_status(queue: str | None = None, member: str | None = None) -> Action:
    """Ask for queues with their members and waiting callers.

    Args:
        queue: One queue; all when left out.
        member: Only this member, by interface or name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueStatus", queue=queue, member=member)


def queue_summary(queue: str | None = None) -> Action:
    """Ask for queues with their numbers of members and callers.

    Args:
        queue: One queue; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueSummary", queue=queue)


def queue_rule(rule: str | None = None) -> Action:
    """Ask for the penalty rules.

    Args:
        rule: One rule; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueRule", rule=rule)


def queue_add(
    queue: str,
    interface: str,
    *,
    penalty: int | None = None,
    paused: bool | None = None,
    reason: str | None = None,
    member_name: str | None = None,
    state_interface: str | None = None,
    wrapup_time: int | None = None,
) -> Action:
    """Make an interface a member of a queue.

    Args:
        queue: The queue.
        interface: What is called, such as ``PJSIP/100``.
        penalty: How late it is called, from 0.
        paused: Whether it begins paused.
        reason: Why it is paused; older PBXs ignore it.
        member_name: Its name for people.
        state_interface: The device whose state is the member's; the interface when left out.
        wrapup_time: Seconds of rest after a call.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "QueueAdd",
        queue=queue,
        interface=interface,
        penalty=penalty,
        paused=paused,
        reason=reason,
        member_name=member_name,
        state_interface=state_interface,
        wrapup_time=wrapup_time,
    )


def queue_remove(queue: str, interface: str) -> Action:
    """Take a member that was added at run time out of a queue.

    Args:
        queue: The queue.
        interface: The member's interface.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueRemove", queue=queue, interface=interface)


def queue_pause(interface: str, paused: bool, queue: str | None = None, reason: str | None = None) -> Action:
    """Pause a queue member, or let it take calls again.

    Args:
        interface: The member, such as ``PJSIP/100``.
        paused: Whether it shall be paused.
        queue: One queue; all of the member's when left out.
        reason: Why, for reports.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueuePause", interface=interface, paused=paused, queue=queue, reason=reason)


def queue_penalty(interface: str, penalty: int, queue: str | None = None) -> Action:
    """Set how late a member is called.

    Args:
        interface: The member.
        penalty: From 0; higher ones are called later.
        queue: One queue; all of the member's when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueuePenalty", interface=interface, penalty=penalty, queue=queue)


def queue_member_ring_in_use(interface: str, ring_in_use: bool, queue: str | None = None) -> Action:
    """Set whether a member is called while it talks.

    Args:
        interface: The member.
        ring_in_use: Whether it is.
        queue: One queue; all of the member's when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueMemberRingInUse", interface=interface, ring_in_use=ring_in_use, queue=queue)


def queue_reload(
    queue: str | None = None,
    *,
    members: bool | None = None,
    rules: bool | None = None,
    parameters: bool | None = None,
) -> Action:
    """Read the configuration of queues again; all of it when no part is asked for.

    Args:
        queue: One queue; all when left out.
        members: Whether to read the members.
        rules: Whether to read the penalty rules.
        parameters: Whether to read everything else.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueReload", queue=queue, members=members, rules=rules, parameters=parameters)


def queue_reset(queue: str | None = None) -> Action:
    """Set the counters of queues to zero.

    Args:
        queue: One queue; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueReset", queue=queue)


def queue_log(
    queue: str,
    event: str,
    *,
    unique_id: str | None = None,
    interface: str | None = None,
    message: str | None = None,
) -> Action:
    """Write an entry into the queue log.

    Args:
        queue: The queue it is about.
        event: Its kind, such as ``NOTE``.
        unique_id: A channel's unique ID.
        interface: A member.
        message: Further columns, with ``|`` between.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "QueueLog", queue=queue, event=event, unique_id=unique_id, interface=interface, message=message
    )


def queue_change_priority_caller(
    queue: str, channel: str, priority: int, *, immediate: bool | None = None
) -> Action:
    """Give a waiting caller another priority.

    Args:
        queue: The queue.
        channel: The caller's channel, by its name.
        priority: Higher ones are served first.
        immediate: Whether the caller changes position now; older PBXs never do it.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "QueueChangePriorityCaller", queue=queue, channel=channel, priority=priority, immediate=immediate
    )


def queue_withdraw_caller(queue: str, channel: str, withdraw_info: str | None = None) -> Action:
    """Send a waiting caller back to the dialplan.

    Args:
        queue: The queue.
        channel: The caller's channel, by its name.
        withdraw_info: What the dialplan finds in ``QUEUE_WITHDRAW_INFO``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("QueueWithdrawCaller", queue=queue, channel=channel, withdraw_info=withdraw_info)


def agents() -> Action:
    """Ask for the agents of the agent pool."""
    return build("Agents")


def agent_logoff(agent: str, *, soft: bool | None = None) -> Action:
    """Log an agent of the agent pool off.

    Args:
        agent: Its ID.
        soft: Whether a call that it has may end first.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("AgentLogoff", agent=agent, soft=soft)
