"""Ordered calls."""

from __future__ import annotations

from enum import StrEnum

from amictl.pbx.models.value import Value


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


class Origination(Value, frozen=True):
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
