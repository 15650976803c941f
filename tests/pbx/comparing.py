"""What must not depend on when somebody began to look at a PBX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import to_builtins

from amictl.pbx.changes import AGENTS, BRIDGES, CALLS, CHANNELS, CONFERENCES, PARKING, QUEUES
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.calls.value import Call, CallState
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.queues.value import Queue

COUNTERS = ("completed", "abandoned", "hold_time", "talk_time", "service_level_perf")
# What a list cannot tell, or tells only to the second.
UNTOLD_BY_LISTS = (
    *("created_at", "state_since", "answered_at", "bridged_at", "on_hold", "held_since", "waiting_since"),
    *("joined_at", "last_call_at", "ring_in_use", "parked_at", "timeout_at", "started_at", "recording"),
)
# What only events tell of a queue's member, and only lists of a conference's party.
UNTOLD = ("status_since", "in_call_with", "handed_over", "marked", "waiting")

Values = Mapping[str, Mapping[str, Any]]


@dataclass
class Doubt:
    """What a list and events of the same milliseconds cannot tell together.

    Args:
        uncounted: Queues whose counters may differ.
        unordered: Queues whose callers may come in another order.
        handed_over: Members whose calls went on without them, which nothing tells a later reader.
    """

    uncounted: set[str] = field(default_factory=set)
    unordered: set[str] = field(default_factory=set)
    handed_over: set[str] = field(default_factory=set)


def comparable(values: Values, doubt: Doubt) -> dict[str, Any]:
    """Return each value without what depends on when its reader began to look.

    Args:
        values: Models by key, by topic.
        doubt: What cannot be told.
    """
    told: dict[str, Any] = {}
    for topic in (CHANNELS, BRIDGES):
        told |= {f"{topic} {key}": _strip(to_builtins(value)) for key, value in values[topic].items()}
    told |= {f"queue {queue.queue}": _compare_queue(queue, doubt) for queue in values[QUEUES].values()}
    told |= {f"parked {key}": _compare_parked(parked) for key, parked in values[PARKING].items()}
    told |= {f"conference {key}": _compare_room(room) for key, room in values[CONFERENCES].items()}
    told |= {f"call {key}": _compare_call(call) for key, call in values[CALLS].items()}
    told |= {f"agent {key}": _compare_agent(agent, doubt) for key, agent in values[AGENTS].items()}
    return told


def _compare_queue(queue: Queue, doubt: Doubt) -> dict[str, Any]:
    fields = to_builtins(queue)
    del fields["today"]  # it tells how much was missed, too
    fields["members"] = {member["interface"]: _strip(member) for member in fields["members"]}
    # A caller's priority comes with lists only.
    fields["callers"] = [_strip(caller) | {"priority": None} for caller in fields["callers"]]
    if queue.queue in doubt.uncounted:
        fields |= dict.fromkeys(COUNTERS)
    if queue.queue in doubt.unordered:
        callers = [caller | {"position": None} for caller in fields["callers"]]
        fields["callers"] = sorted(callers, key=lambda caller: caller["unique_id"])
    return fields


def _compare_parked(parked: ParkedCall) -> dict[str, Any]:
    return _strip(to_builtins(parked))


def _compare_room(room: Conference) -> dict[str, Any]:
    fields = _strip(to_builtins(room))
    fields["parties"] = {party["unique_id"]: _strip(party) for party in fields["parties"]}
    return fields


def _compare_call(call: Call) -> dict[str, Any]:
    # Who began to look in the middle of a hold does not know of it.
    state = CallState.TALKING if call.state is CallState.HELD else call.state
    return {
        "state": state,
        "queue": call.queue if call.member is None else None,
        "conference": call.conference,
        "parking_lot": call.parking_lot,
        "caller": call.caller and call.caller.unique_id,
        "callee": call.callee and call.callee.unique_id,
        "legs": [leg.unique_id for leg in call.legs],
        "local_channels": call.local_channels,
    }


def _compare_agent(agent: Agent, doubt: Doubt) -> dict[str, Any]:
    return {
        "device_state": agent.device_state,
        "paused": agent.paused,
        "paused_reason": agent.paused_reason,
        "state": None if doubt.handed_over.intersection(agent.interfaces) else agent.state,
        "interfaces": agent.interfaces,
        "calls_taken": None if doubt.uncounted else agent.calls_taken,
        "queues": [_strip(to_builtins(place)) for place in agent.queues],
    }


def _strip(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in (*UNTOLD_BY_LISTS, *UNTOLD)}
