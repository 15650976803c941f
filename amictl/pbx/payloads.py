"""The only serialiser of the picture: values to JSON-ready dictionaries with the API's field names.

Times are ISO 8601 in UTC with milliseconds and ``Z``; what Asterisk does not know is null.
"""

from __future__ import annotations

from datetime import UTC, datetime

from amictl.pbx.changes import Change, Model
from amictl.pbx.models import Bridge, Channel, LinkStatus, Origination, Queue, QueueCaller, QueueMember
from amictl.pbx.topics import Payload
from amictl.protocol import Message


def format_time(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 text.

    Args:
        seconds: Seconds since 1970.
    """
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def channel_payload(channel: Channel) -> Payload:
    """Return a value of the topic ``channels``."""
    return {
        "channel": channel.channel,
        "unique_id": channel.unique_id,
        "linked_id": channel.linked_id,
        "state": channel.state,
        "caller_id_num": channel.caller_id_num,
        "caller_id_name": channel.caller_id_name,
        "connected_line_num": channel.connected_line_num,
        "connected_line_name": channel.connected_line_name,
        "context": channel.context,
        "exten": channel.exten,
        "priority": channel.priority,
        "application": channel.application,
        "application_data": channel.application_data,
        "account_code": channel.account_code,
        "language": channel.language,
        "bridge_id": channel.bridge_id,
        "created_at": format_time(channel.created_at),
        "answered_at": format_time(channel.answered_at),
        "on_hold": channel.on_hold,
    }


def bridge_payload(bridge: Bridge) -> Payload:
    """Return a value of the topic ``bridges``."""
    return {
        "bridge_id": bridge.bridge_id,
        "type": bridge.type,
        "technology": bridge.technology,
        "name": bridge.name,
        "creator": bridge.creator,
        "channels": list(bridge.channels),
    }


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


def link_payload(link: LinkStatus) -> Payload:
    """Return a value of the topic ``pbx``."""
    return {
        "pbx": link.pbx,
        "state": link.state.value,
        "since": format_time(link.since),
        "stale": link.stale,
        "retry_at": format_time(link.retry_at),
        "detail": link.detail,
        "asterisk_version": link.asterisk_version,
        "epoch": link.epoch,
        "round_trip_ms": None if link.round_trip is None else round(link.round_trip * 1000.0, 3),
        "last_received": format_time(link.last_received),
        "address": link.address,
    }


def origination_payload(origination: Origination) -> Payload:
    """Return a value of the topic ``actions``."""
    return {
        "action_id": origination.action_id,
        "action": "originate",
        "channel_id": origination.channel_id,
        "channel": origination.channel,
        "exten": origination.exten,
        "context": origination.context,
        "application": origination.application,
        "requested_by": origination.requested_by,
        "requested_at": format_time(origination.requested_at),
        "state": origination.state.value,
        "reason": origination.reason,
        "detail": origination.detail,
        "settled_at": format_time(origination.settled_at),
    }


def event_payload(message: Message, seq: int, at: float) -> Payload:
    """Return one AMI event as the topic ``events`` has it.

    Args:
        message: The event.
        seq: Its number.
        at: When it was received.
    """
    return {
        "type": "ami_event",
        "event": message.name,
        "data": message.to_dict(),
        "at": format_time(at),
        "seq": seq,
    }


def model_payload(model: Model) -> Payload:
    """Return the payload of any value that a topic has."""
    if isinstance(model, Channel):
        return channel_payload(model)
    if isinstance(model, Queue):
        return queue_payload(model)
    if isinstance(model, Bridge):
        return bridge_payload(model)
    if isinstance(model, Origination):
        return origination_payload(model)
    return link_payload(model)


def change_payload(change: Change) -> Payload:
    """Return one change as a batch has it."""
    if change.value is None:
        return {"op": change.op, "key": change.key}
    return {"op": change.op, "key": change.key, "value": model_payload(change.value)}


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
