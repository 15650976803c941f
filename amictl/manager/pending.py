"""The actions of one session that wait for their replies."""

from __future__ import annotations

import threading
from collections.abc import Callable

from amictl.errors import RateLimited
from amictl.protocol import Action, Reply


class PendingAction:
    """One action on its way: who waits for it, and what came of it.

    Args:
        action: What was asked.
        on_reply: Called by the reader, in stream order, before the waiter wakes; it must be cheap and must
            not wait.
    """

    __slots__ = ("_settled", "action", "on_reply", "reply")

    def __init__(self, action: Action, on_reply: Callable[[Reply], None] | None = None) -> None:
        self.action = action
        self.on_reply = on_reply
        self.reply: Reply | None = None
        self._settled = threading.Event()

    @property
    def settled(self) -> bool:
        """Whether the reply, or the end of the session, has come."""
        return self._settled.is_set()

    def wait(self, timeout: float) -> bool:
        """Return whether the reply, or the end of the session, came within ``timeout`` seconds."""
        return self._settled.wait(max(timeout, 0))

    def settle(self, reply: Reply | None) -> None:
        """Wake the waiter with its reply, or with None when the session has ended."""
        self.reply = reply
        self._settled.set()


class PendingActions:
    """The bounded table of pending actions by ActionID; its owner holds the lock.

    Args:
        limit: How many actions may wait at once.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[str, PendingAction] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def check_room(self) -> None:
        """Refuse another action while too many wait.

        Raises:
            RateLimited: The table is full; nothing was sent.
        """
        if len(self._entries) >= self._limit:
            raise RateLimited(
                f"{self._limit} actions wait for the PBX's answers already; nothing was sent.",
                retry_after=1.0,
            )

    def add(self, action_id: str, entry: PendingAction) -> None:
        """Register an action before its bytes leave, so that no reply can be too early."""
        self._entries[action_id] = entry

    def __contains__(self, action_id: str | None) -> bool:
        return action_id in self._entries

    def take(self, action_id: str) -> PendingAction | None:
        """Remove and return an action; None when nobody waits for it any more."""
        return self._entries.pop(action_id, None)

    def take_all(self) -> list[PendingAction]:
        """Empty the table and return what was in it."""
        entries = list(self._entries.values())
        self._entries.clear()
        return entries
