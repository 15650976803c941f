"""People who answer calls of queues."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from amictl.pbx.models.queues import MemberCall


class AgentState(StrEnum):
    """What a person does; where more than one is true, the first of these counts.

    ``in_call`` is said only where there is a call, a queue's or any other; ``busy`` of a device that says it
    is in use, busy or on hold while no call of it is known: do-not-disturb, or a call that the PBX does not
    see. ``wrapup`` is said of a rest whose end is known, ``after_call`` while nobody knows whether a queue
    lets the person rest, and ``ready`` only of who is free and rests in no queue.
    """

    IN_CALL = "in_call"
    RINGING = "ringing"
    PAUSED = "paused"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    WRAPUP = "wrapup"
    AFTER_CALL = "after_call"
    READY = "ready"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AgentQueue:
    """A person's place in one queue; the fields are those of `QueueMember`.

    Args:
        queue: The queue.
        interface: What it dials.
        penalty: Lower is called first.
        paused: Whether it gives the person no calls.
        paused_reason: Why.
        paused_at: Since when.
        in_call: Whether the person is in a call of it.
        calls_taken: Its calls that the person finished.
        last_call_at: When the last of them ended.
        membership: ``static``, ``dynamic`` or ``realtime``.
        state_interface: The device whose state counts.
    """

    queue: str
    interface: str
    penalty: int | None
    paused: bool | None
    paused_reason: str | None
    paused_at: float | None
    in_call: bool | None
    calls_taken: int | None
    last_call_at: float | None
    membership: str | None
    state_interface: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """One person in all queues.

    Args:
        agent: The key: the name, or the device where names lack or collide; see `amictl.pbx.agent_identity`.
        name: The name; None where Asterisk has none.
        interfaces: What the queues dial, sorted.
        state_interface: The device whose state counts; the first, where there are several.
        device_state: Its state in Asterisk's words; the busiest, where there are several.
        state: What the person does.
        since: Since when; None where that was so before we looked.
        paused: ``all``, ``some`` or ``none`` of the queues.
        paused_reason: Why, of the latest pause.
        paused_at: Since when, of the latest pause.
        queues: The person's places, sorted by queue.
        in_call_with: The caller, in a call of a queue; see `QueueMember`.
        calls_taken: Finished calls of all queues; None where no queue tells.
        last_call_at: When the last of them ended.
        wrapup_until: Until when the person rests after the last call, as far as that is known; see
            `amictl.pbx.queue_rests`.
    """

    agent: str
    name: str | None
    interfaces: tuple[str, ...]
    state_interface: str | None
    device_state: str | None
    state: AgentState
    since: float | None
    paused: str
    paused_reason: str | None
    paused_at: float | None
    queues: tuple[AgentQueue, ...]
    in_call_with: MemberCall | None
    calls_taken: int | None
    last_call_at: float | None
    wrapup_until: float | None
