"""What the live picture is made of; all values, never changed in place.

Times are seconds since 1970 as floats. None means that Asterisk did not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """Where the link to a PBX stands."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    AUTHENTICATING = "authenticating"
    SYNCHRONIZING = "synchronizing"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    BAD_CREDENTIALS = "bad_credentials"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The state of the link to one PBX, as its manager last told it.

    Args:
        pbx: The PBX's short name.
        state: Where the link stands.
        since: When it came to this state.
        stale: Whether the picture can no longer be trusted to be fresh.
        retry_at: When the next attempt to connect is due.
        detail: One sentence for a person, without secrets.
        asterisk_version: What the PBX calls itself.
        epoch: The epoch of the live session.
        round_trip: Seconds that the last keepalive took.
        last_received: When the PBX last sent anything.
        address: ``host:port`` of the AMI listener.
    """

    pbx: str
    state: LinkState
    since: float
    stale: bool = False
    retry_at: float | None = None
    detail: str | None = None
    asterisk_version: str | None = None
    epoch: str | None = None
    round_trip: float | None = None
    last_received: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of the PBX.

    Args:
        unique_id: Asterisk's Uniqueid; the channel's key.
        channel: Its name, such as ``PJSIP/100-00000001``; a masquerade may change it.
        linked_id: The Uniqueid of the channel that the whole call began with.
        state: Asterisk's words: ``Down``, ``Ring``, ``Ringing``, ``Up``, ``Busy``, …
        caller_id_num: Number of the party on this channel.
        caller_id_name: That party's name, unescaped.
        connected_line_num: Number of the party at the other end.
        connected_line_name: That party's name, unescaped.
        context: Where in the dialplan the channel is.
        exten: Extension there.
        priority: Priority there.
        application: The application that runs.
        application_data: The arguments that it got.
        account_code: The account that the call is billed to.
        language: Language of prompts.
        bridge_id: The bridge that the channel is in.
        created_at: When it came to be, on our clock.
        answered_at: When it became ``Up``; None when it is not, or was so before we looked.
        on_hold: Whether the party put the other on hold; None when it came to be before we looked.
    """

    unique_id: str
    channel: str
    linked_id: str | None
    state: str | None
    caller_id_num: str | None
    caller_id_name: str | None
    connected_line_num: str | None
    connected_line_name: str | None
    context: str | None
    exten: str | None
    priority: int | None
    application: str | None
    application_data: str | None
    account_code: str | None
    language: str | None
    bridge_id: str | None
    created_at: float
    answered_at: float | None
    on_hold: bool | None


class OriginationState(StrEnum):
    """What became of a call that was ordered."""

    PENDING = "pending"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CONGESTION = "congestion"
    FAILED = "failed"
    LINK_LOST = "link_lost"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Origination:
    """A call that somebody ordered here, and its outcome.

    Args:
        action_id: The ActionID of the order; the key.
        channel_id: The unique ID that the new channel gets.
        channel: What is called, ``PJSIP/100``.
        exten: The extension that it is connected to.
        context: The context of the extension.
        application: The application that it is connected to, instead of an extension.
        requested_by: Who ordered it.
        requested_at: When.
        expires_at: When an outcome that did not come is no longer waited for.
        state: What became of it; ``link_lost`` and ``timed_out`` mean that nobody knows.
        reason: Asterisk's Reason code; see `amictl.pbx.originations.REASONS`.
        detail: One sentence for a person.
        settled_at: When the outcome was known.
    """

    action_id: str
    channel_id: str
    channel: str
    exten: str | None
    context: str | None
    application: str | None
    requested_by: str
    requested_at: float
    expires_at: float
    state: OriginationState = OriginationState.PENDING
    reason: int | None = None
    detail: str | None = None
    settled_at: float | None = None


@dataclass(frozen=True, slots=True)
class Bridge:
    """One bridge: what connects channels.

    Args:
        bridge_id: Asterisk's BridgeUniqueid; the bridge's key.
        type: ``basic``, ``base``, ``holding``, …
        technology: ``simple_bridge``, ``softmix``, ``native_rtp``, …
        name: The name that its creator gave it (the room of a conference).
        creator: What made it, such as ``ConfBridge``.
        channels: Unique IDs of the channels in it, sorted.
    """

    bridge_id: str
    type: str | None
    technology: str | None
    name: str | None
    creator: str | None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueCaller:
    """Somebody who waits in a queue.

    Args:
        position: 1 is next.
        channel: Name of the caller's channel.
        unique_id: That channel's unique ID.
        caller_id_num: The caller's number.
        caller_id_name: The caller's name.
        joined_at: When the caller joined, on our clock.
        priority: Priority in the queue; None where no event told it.
    """

    position: int
    channel: str
    unique_id: str
    caller_id_num: str | None
    caller_id_name: str | None
    joined_at: float
    priority: int | None


@dataclass(frozen=True, slots=True)
class QueueMember:
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
        wrapup_time: Seconds of rest after a call.
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


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue with its callers and members.

    Args:
        queue: Its name; the key.
        strategy: How members are chosen.
        max: Most callers that may wait; 0 is no limit.
        weight: Priority against other queues with the same members.
        callers: Who waits, in order.
        members: Who answers, in the order in which they became known.
        completed: Calls finished since the counters were reset.
        abandoned: Callers who left unanswered since then.
        hold_time: Moving average of seconds waited.
        talk_time: Moving average of seconds talked.
        service_level: Seconds within which a call should be answered.
        service_level_perf: Percentage of completed calls that were.
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
