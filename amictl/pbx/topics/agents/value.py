"""People who answer calls of queues."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from amictl.pbx.topics.queues.value import MemberCall
from amictl.pbx.value import About, Time, Value


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


class AgentQueue(Value, frozen=True):
    """A person's place in one queue; the fields are those of a queue's member."""

    queue: Annotated[str, About("The queue")]
    interface: Annotated[str, About("What it dials")]
    penalty: Annotated[int | None, About("Lower is called first")]
    paused: Annotated[bool | None, About("Whether it gives the person no calls")]
    paused_reason: Annotated[str | None, About("Why")]
    paused_at: Annotated[Time | None, About("Since when")]
    in_call: Annotated[bool | None, About("Whether the person is in a call of it")]
    calls_taken: Annotated[int | None, About("Its calls that the person finished")]
    last_call_at: Annotated[Time | None, About("When the last of them ended")]
    membership: Annotated[str | None, About("static, dynamic or realtime")]
    state_interface: Annotated[str | None, About("The device whose state counts", shown=False)] = None


class Agent(Value, frozen=True):
    """A person in all queues."""

    # See `amictl.pbx.topics.agents.identity`.
    agent: Annotated[str, About("The key: the name, or the device where names lack or collide")]
    name: Annotated[str | None, About("The name; null where Asterisk has none")]
    interfaces: Annotated[tuple[str, ...], About("What the queues dial, sorted")]
    state_interface: Annotated[
        str | None, About("The device whose state counts; the first, where there are several")
    ]
    device_state: Annotated[
        str | None, About("Its state in Asterisk's words; the busiest, where there are several")
    ]
    state: Annotated[AgentState, About("What the person does")]
    since: Annotated[Time | None, About("Since when; null where that was so before we looked")]
    paused: Annotated[str, About("Of how many of the queues", words=("all", "some", "none"))]
    paused_reason: Annotated[str | None, About("Why, of the latest pause")]
    paused_at: Annotated[Time | None, About("Since when, of the latest pause")]
    queues: Annotated[tuple[AgentQueue, ...], About("The person's places, sorted by queue")]
    in_call_with: Annotated[MemberCall | None, About("The caller, in a call of a queue")]
    calls_taken: Annotated[int | None, About("Finished calls of all queues; null where no queue tells")]
    last_call_at: Annotated[Time | None, About("When the last of them ended")]
    # See `amictl.pbx.topics.queues.rests`.
    wrapup_until: Annotated[
        Time | None, About("Until when the person rests after the last call, as far as that is known")
    ]
