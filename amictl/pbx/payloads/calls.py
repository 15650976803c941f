"""Calls as JSON."""

from __future__ import annotations

from amictl.pbx.models import Call, Channel, JourneyStep
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def call_payload(call: Call) -> Payload:
    """Return a value of the topic ``calls``."""
    return {
        "linked_id": call.linked_id,
        "state": call.state.value,
        "started_at": format_time(call.started_at),
        "answered_at": format_time(call.answered_at),
        "caller": _party_payload(call.caller),
        "callee": _party_payload(call.callee),
        "queue": call.queue,
        "member": call.member,
        "conference": call.conference,
        "parking_lot": call.parking_lot,
        "legs": [_leg_payload(leg, call) for leg in call.legs],
        "local_channels": call.local_channels,
        "wait_started_at": format_time(call.waiting.since),
        "waited_seconds": round(call.waiting.seconds, 3),
        "talk_started_at": format_time(call.talking.since),
        "talked_seconds": round(call.talking.seconds, 3),
        "held_since": format_time(call.holding.since),
        "held_seconds": round(call.holding.seconds, 3),
        "hold_count": call.holding.count,
        "journey": [_step_payload(step) for step in call.journey],
    }


def _party_payload(channel: Channel | None) -> Payload | None:
    if channel is None:
        return None
    return {
        "number": channel.caller_id_num,
        "name": channel.caller_id_name,
        "channel": channel.channel,
        "unique_id": channel.unique_id,
    }


def _leg_payload(leg: Channel, call: Call) -> Payload:
    return {
        "unique_id": leg.unique_id,
        "channel": leg.channel,
        "state": leg.state,
        "role": _role(leg, call),
        "caller_id_num": leg.caller_id_num,
        "caller_id_name": leg.caller_id_name,
        "connected_line_num": leg.connected_line_num,
        "connected_line_name": leg.connected_line_name,
        "bridge_id": leg.bridge_id,
        "application": leg.application,
        "created_at": format_time(leg.created_at),
        "answered_at": format_time(leg.answered_at),
        "on_hold": leg.on_hold,
        "held_since": format_time(leg.held_since),
    }


def _role(leg: Channel, call: Call) -> str:
    if leg is call.caller:
        return "caller"
    return "callee" if leg is call.callee else "other"


def _step_payload(step: JourneyStep) -> Payload:
    return {"at": format_time(step.at), "kind": step.kind, **dict(step.facts)}
