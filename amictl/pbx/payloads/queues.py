"""The topics ``queues`` and ``queue:<name>``."""

from __future__ import annotations

from amictl.pbx.models import Queue, QueueCaller, QueueMember
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topics import Payload


def queue_payload(queue: Queue) -> Payload:
    """Return a value of the topics ``queues`` and ``queue:<name>``."""
    return {
        "queue": queue.queue,
        "strategy": queue.strategy,
        "max": queue.max,
        "weight": queue.weight,
        "callers": [_caller_payload(caller) for caller in queue.callers],
        "members": [_member_payload(member) for member in queue.members],
        "completed": queue.completed,
        "abandoned": queue.abandoned,
        "hold_time": queue.hold_time,
        "talk_time": queue.talk_time,
        "service_level": queue.service_level,
        "service_level_perf": queue.service_level_perf,
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


def _member_payload(member: QueueMember) -> Payload:
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
    }
