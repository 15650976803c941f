"""The calls that were ordered through one PBX's link, and what became of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_int
from amictl.pbx.changes import ACTIONS, NO_CHANGES, Change, Changes
from amictl.pbx.topics.originations.value import Origination, OriginationState
from amictl.protocol import Message

RESPONSE_EVENT: Final = "OriginateResponse"
REASONS: Final[Mapping[int, tuple[OriginationState, str]]] = MappingProxyType({
    0: (
        OriginationState.FAILED,
        "The channel could not be called: no such destination, not reachable, or it ended the call.",
    ),
    1: (OriginationState.FAILED, "The call ended before anybody answered."),
    3: (OriginationState.NO_ANSWER, "Nobody answered in time."),
    4: (OriginationState.ANSWERED, "The call was answered."),
    5: (OriginationState.BUSY, "The destination is busy."),
    8: (OriginationState.CONGESTION, "The destination declined, or cannot be reached now: congestion."),
})  # fmt: skip
"""What Asterisk's Reason of a call that failed means ("Asterisk main/pbx.c", pbx_dial_reason; the codes are
AST_CONTROL_* of include/asterisk/frame.h). Measured on 22.10 and 16.28: an endpoint that is unknown or not
registered, a missing extension, and a callee that hangs up while it rings are all 0.
"""

_UNTOLD: Final = "Asterisk gave a reason that is not known here."
_LOST: Final = "The link to the PBX was lost before it told the outcome; the call may have been made."
_UNHEARD: Final = "The PBX took the order, and does not tell amictl what becomes of it."
_TIMED_OUT: Final = "The PBX did not tell the outcome in time; the call may have been made."
_KEPT_SECONDS: Final = 3600.0
_MOST_KEPT: Final = 1000


@dataclass(slots=True)
class _Entry:
    origination: Origination
    settled: threading.Event = field(default_factory=threading.Event)


class OriginationTable:
    """The ordered calls by ActionID; its owner holds a lock around every method.

    They outlive AMI sessions: the event with the outcome reaches the next session too, should the link come
    back before the call was answered.

    Args:
        most: How many are kept.
        kept_seconds: For how long, from when they were ordered.
    """

    def __init__(self, most: int = _MOST_KEPT, kept_seconds: float = _KEPT_SECONDS) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._most = most
        self._kept_seconds = kept_seconds
        self.due_at = float("inf")

    def get(self, action_id: str) -> Origination | None:
        """Return one of them, or None."""
        entry = self._entries.get(action_id)
        return entry.origination if entry else None

    def all(self) -> dict[str, Origination]:
        """Return all that are kept, oldest first."""
        return {action_id: entry.origination for action_id, entry in self._entries.items()}

    def begin(self, origination: Origination) -> Changes:
        """Take an order that is about to be sent."""
        changes: list[Change] = []
        while len(self._entries) >= self._most:
            changes.append(self._forget(next(iter(self._entries))))
        self._entries[origination.action_id] = _Entry(origination)
        self.due_at = min(self.due_at, origination.expires_at)
        changes.append(_put(origination))
        return changes

    def watch(self, action_id: str) -> threading.Event | None:
        """Return what is set when the outcome is known, or None for an order that is not kept."""
        entry = self._entries.get(action_id)
        return entry.settled if entry else None

    def apply(self, message: Message, now: float) -> Changes:
        """Take an ``OriginateResponse``; those of other clients' orders are not ours to tell.

        Args:
            message: The event.
            now: Seconds since 1970.
        """
        entry = self._entries.get(message.action_id or "")
        if entry is None:
            return NO_CHANGES
        reason = read_int(message.get("Reason"))
        state, detail = read_outcome(message.get("Response"), reason)
        return self._settle(entry, state, reason, detail, now)

    def refuse(self, action_id: str, detail: str, now: float) -> Changes:
        """Take that the PBX refused the order, or that it was never sent."""
        return self._end(action_id, OriginationState.FAILED, detail, now)

    def lose(self, action_id: str, now: float) -> Changes:
        """Take that the link died while the order was sent."""
        return self._end(action_id, OriginationState.LINK_LOST, _LOST, now)

    def give_up(self, action_id: str, why: str, now: float) -> Changes:
        """Take that the PBX will not tell the outcome; should it do so after all, that counts."""
        return self._end(action_id, OriginationState.TIMED_OUT, f"{_UNHEARD} {why}", now)

    def lose_all(self, now: float) -> Changes:
        """Take that the link died: whatever has no outcome may never get one."""
        pending = [key for key, entry in self._entries.items() if not entry.settled.is_set()]
        return [change for action_id in pending for change in self.lose(action_id, now)]

    def expire(self, now: float) -> Changes:
        """Settle what took too long, and forget what is old.

        Args:
            now: Seconds since 1970.
        """
        if now < self.due_at:
            return NO_CHANGES
        changes: list[Change] = []
        for action_id, entry in list(self._entries.items()):
            if entry.origination.requested_at + self._kept_seconds <= now and entry.settled.is_set():
                changes.append(self._forget(action_id))
            elif entry.origination.expires_at <= now:
                changes += self._end(action_id, OriginationState.TIMED_OUT, _TIMED_OUT, now)
        self.due_at = min((self._due_of(entry) for entry in self._entries.values()), default=float("inf"))
        return changes

    def _due_of(self, entry: _Entry) -> float:
        if entry.settled.is_set():
            return entry.origination.requested_at + self._kept_seconds
        return entry.origination.expires_at

    def _end(self, action_id: str, state: OriginationState, detail: str, now: float) -> Changes:
        entry = self._entries.get(action_id)
        if entry is None or entry.settled.is_set():
            return NO_CHANGES
        return self._settle(entry, state, None, detail, now)

    def _settle(
        self, entry: _Entry, state: OriginationState, reason: int | None, detail: str, now: float
    ) -> Changes:
        entry.origination = replace(
            entry.origination, state=state, reason=reason, detail=detail, settled_at=now
        )
        entry.settled.set()
        self.due_at = min(self.due_at, self._due_of(entry))
        return (_put(entry.origination),)

    def _forget(self, action_id: str) -> Change:
        entry = self._entries.pop(action_id)
        entry.settled.set()
        return Change(ACTIONS, "del", action_id)


def read_outcome(response: str | None, reason: int | None) -> tuple[OriginationState, str]:
    """Return what an ``OriginateResponse`` says.

    Args:
        response: ``Success`` or ``Failure``.
        reason: Asterisk's code.
    """
    if (response or "").lower() == "success":
        return REASONS[4]
    state, detail = REASONS.get(reason if reason is not None else -1, (OriginationState.FAILED, _UNTOLD))
    # The channel was answered, and could not be connected ("Asterisk main/pbx.c", pbx_outgoing_attempt).
    if state is OriginationState.ANSWERED:
        return OriginationState.FAILED, "The channel answered and could not be connected to its destination."
    return state, detail


def _put(origination: Origination) -> Change:
    return Change(ACTIONS, "put", origination.action_id, origination)
