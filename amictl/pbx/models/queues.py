"""Queues with their callers and members."""

from __future__ import annotations

from amictl.pbx.models.queue_days import QueueDay
from amictl.pbx.models.value import Value


class QueueCaller(Value, frozen=True):
    """Somebody who waits in a queue.

    Args:
        position: 1 is next.
        channel: Name of the caller's channel.
        unique_id: That channel's unique ID.
        caller_id_num: The caller's number.
        caller_id_name: The caller's name.
        joined_at: When the caller joined.
        priority: Priority in the queue; None where no event told it.
    """

    position: int
    channel: str
    unique_id: str
    caller_id_num: str | None
    caller_id_name: str | None
    joined_at: float
    priority: int | None


class MemberCall(Value, frozen=True):
    """Whom a member talks to, after answering a call of the queue.

    Args:
        number: The caller's number.
        name: The caller's name.
        unique_id: Unique ID of the caller's channel.
        linked_id: The whole call's.
        since: When the member answered; None where nobody saw it.
    """

    number: str | None
    name: str | None
    unique_id: str
    linked_id: str | None
    since: float | None


class QueueMember(Value, frozen=True):
    """Somebody who answers a queue's calls.

    Args:
        interface: What is dialled, such as ``PJSIP/100``; the key within the queue.
        name: Name for people.
        state_interface: The device whose state counts.
        membership: ``static``, ``dynamic`` or ``realtime``.
        penalty: Lower is called first.
        status: The device state's words; see `amictl.pbx.values.DEVICE_STATES`.
        in_call: Whether the member is in a call of this queue.
        paused: Whether the member takes no calls.
        paused_reason: Why.
        paused_at: Since when, on the PBX's clock; None when not paused.
        calls_taken: Calls of this queue that the member finished.
        last_call_at: When the last of them ended, on the PBX's clock.
        logged_in_at: When the member joined, on the PBX's clock.
        ring_in_use: Whether the member is called while in use; None until an event told it.
        wrapup_time: Seconds of rest after a call, of the member's own; 0 leaves that to the queue.
        status_since: When the device state was seen to change last; None where it was not.
        in_call_with: Whom the member talks to.
        handed_over: Whether the caller of the call in which app_queue sees the member talks to somebody else:
            whoever is behind the member's Local channel handed the call over.
    """

    interface: str
    name: str | None
    state_interface: str | None
    membership: str | None
    penalty: int | None
    status: str | None
    in_call: bool | None
    paused: bool | None
    paused_reason: str | None
    paused_at: float | None
    calls_taken: int | None
    last_call_at: float | None
    logged_in_at: float | None
    ring_in_use: bool | None
    wrapup_time: int | None
    status_since: float | None = None
    in_call_with: MemberCall | None = None
    handed_over: bool = False


class Queue(Value, frozen=True):
    """One queue with its callers and members.

    Args:
        queue: Its name; the key.
        strategy: How members are chosen.
        max: Most callers that may wait; 0 is no limit.
        weight: Priority against other queues with the same members.
        callers: Who waits, in order.
        members: Who answers, in the order in which they became known.
        completed: Calls finished since Asterisk's counters were reset.
        abandoned: Callers who left unanswered since then.
        hold_time: Moving average of seconds waited.
        talk_time: Moving average of seconds talked.
        service_level: Seconds within which a call should be answered.
        service_level_perf: Percentage of completed calls that were.
        today: What happened today; it outlives every restart.
        wrapup_time: Seconds for which members rest after a call who have no time of their own; None where no
            configuration tells.
        rest_at_most: Seconds after a call at which Asterisk rang a member again; None where it did not yet.
    """

    queue: str
    strategy: str | None
    max: int | None
    weight: int | None
    callers: tuple[QueueCaller, ...]
    members: tuple[QueueMember, ...]
    completed: int | None
    abandoned: int | None
    hold_time: int | None
    talk_time: int | None
    service_level: int | None
    service_level_perf: float | None
    today: QueueDay | None = None
    wrapup_time: int | None = None
    rest_at_most: float | None = None

    @property
    def longest_wait_since(self) -> float | None:
        """When the one joined who waits for the longest time; None while nobody waits."""
        return min((caller.joined_at for caller in self.callers), default=None)
