"""The topics ``queues`` and ``queue:<name>``."""

from __future__ import annotations

from amictl.pbx.models import MemberCall, MissedPeriod, Queue, QueueCaller, QueueDay, QueueMember
from amictl.pbx.payloads.times import format_time
from amictl.pbx.queue_rests import Rest, find_rest
from amictl.pbx.topic_log import Payload


def queue_payload(queue: Queue) -> Payload:
    """Return a value of the topics ``queues`` and ``queue:<name>``."""
    return {
        "queue": queue.queue,
        "strategy": queue.strategy,
        "max": queue.max,
        "weight": queue.weight,
        "callers": [_caller_payload(caller) for caller in queue.callers],
        "members": [_member_payload(member, find_rest(queue, member)) for member in queue.members],
        "completed": queue.completed,
        "abandoned": queue.abandoned,
        "hold_time": queue.hold_time,
        "talk_time": queue.talk_time,
        "service_level": queue.service_level,
        "service_level_perf": queue.service_level_perf,
        "wrapup_time": queue.wrapup_time,
        "longest_wait_since": format_time(queue.longest_wait_since),
        "today": None if queue.today is None else _day_payload(queue.today),
    }


def member_call_payload(call: MemberCall | None) -> Payload | None:
    """Return whom somebody talks to; None for nobody."""
    if call is None:
        return None
    return {
        "number": call.number,
        "name": call.name,
        "unique_id": call.unique_id,
        "linked_id": call.linked_id,
        "since": format_time(call.since),
    }


def _day_payload(day: QueueDay) -> Payload:
    return {
        "day": day.day.isoformat(),
        "since": format_time(day.since),
        "offered": day.offered,
        "answered": day.answered,
        "abandoned": day.abandoned,
        "left": day.left,
        "waiting": day.waiting,
        "transferred": day.transferred,
        "answered_in_level": day.answered_in_level,
        "abandoned_in_level": day.abandoned_in_level,
        "service_level_perf": day.service_level_perf,
        "asa": day.asa,
        "longest_wait": day.longest_wait,
        "average_talk": day.average_talk,
        "complete": day.complete,
        "missed": [_missed_payload(period) for period in day.missed],
    }


def _missed_payload(period: MissedPeriod) -> Payload:
    return {
        "from": format_time(period.begin),
        "to": format_time(period.end),
        "reason": period.reason.value,
        "answered": period.answered,
        "abandoned": period.abandoned,
        "left": period.left,
    }


def _caller_payload(caller: QueueCaller) -> Payload:
    return {
        "position": caller.position,
        "channel": caller.channel,
        "unique_id": caller.unique_id,
        "caller_id_num": caller.caller_id_num,
        "caller_id_name": caller.caller_id_name,
        "joined_at": format_time(caller.joined_at),
        "priority": caller.priority,
    }


def _member_payload(member: QueueMember, rest: Rest | None) -> Payload:
    until = None if rest is None else format_time(rest.until)
    known = rest is not None and rest.known
    return {
        "interface": member.interface,
        "name": member.name,
        "state_interface": member.state_interface,
        "membership": member.membership,
        "penalty": member.penalty,
        "status": member.status,
        "in_call": member.in_call,
        "paused": member.paused,
        "paused_reason": member.paused_reason,
        "paused_at": format_time(member.paused_at),
        "calls_taken": member.calls_taken,
        "last_call_at": format_time(member.last_call_at),
        "logged_in_at": format_time(member.logged_in_at),
        "ring_in_use": member.ring_in_use,
        "wrapup_time": member.wrapup_time,
        "wrapup_until": until if known else None,
        "after_call_until": None if known else until,
        "status_since": format_time(member.status_since),
        "in_call_with": member_call_payload(member.in_call_with),
    }
