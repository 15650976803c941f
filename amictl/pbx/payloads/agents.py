"""The topic ``agents``."""

from __future__ import annotations

from amictl.pbx.models import Agent, AgentQueue
from amictl.pbx.payloads.queues import member_call_payload
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def agent_payload(agent: Agent) -> Payload:
    """Return a value of the topic ``agents``."""
    return {
        "agent": agent.agent,
        "name": agent.name,
        "interfaces": list(agent.interfaces),
        "state_interface": agent.state_interface,
        "device_state": agent.device_state,
        "state": agent.state.value,
        "since": format_time(agent.since),
        "paused": agent.paused,
        "paused_reason": agent.paused_reason,
        "paused_at": format_time(agent.paused_at),
        "queues": [_place_payload(place) for place in agent.queues],
        "in_call_with": member_call_payload(agent.in_call_with),
        "calls_taken": agent.calls_taken,
        "last_call_at": format_time(agent.last_call_at),
        "wrapup_until": format_time(agent.wrapup_until),
    }


def _place_payload(place: AgentQueue) -> Payload:
    return {
        "queue": place.queue,
        "interface": place.interface,
        "penalty": place.penalty,
        "paused": place.paused,
        "paused_reason": place.paused_reason,
        "paused_at": format_time(place.paused_at),
        "in_call": place.in_call,
        "calls_taken": place.calls_taken,
        "last_call_at": format_time(place.last_call_at),
        "membership": place.membership,
    }
