"""Ordered calls."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from amictl.pbx.value import About, Time, Value, shown


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
    """A call that somebody ordered here, and what became of it; its times are on amictl's own clock."""

    action_id: Annotated[str, About("The ActionID of the order; the key")]
    channel_id: Annotated[str, About("The unique ID that the new channel gets")]
    channel: Annotated[str, About("What is called, PJSIP/100")]
    exten: Annotated[str | None, About("The extension that it is connected to")]
    context: Annotated[str | None, About("The context of the extension")]
    application: Annotated[str | None, About("The application that it is connected to, if no extension")]
    requested_by: Annotated[str, About("Who ordered it")]
    requested_at: Annotated[Time, About("When")]
    expires_at: Annotated[
        Time, About("When an outcome that did not come is no longer waited for", shown=False)
    ]
    state: Annotated[OriginationState, About("What became of it; link_lost and timed_out: nobody knows")] = (
        OriginationState.PENDING
    )
    reason: Annotated[int | None, About("Asterisk's Reason code, where it gave one")] = None
    detail: Annotated[str | None, About("What happened, for a person")] = None
    settled_at: Annotated[Time | None, About("When the outcome was known")] = None

    @shown()
    def action(self) -> Annotated[Literal["originate"], About("What was ordered")]:
        """Return what was ordered."""
        return "originate"
