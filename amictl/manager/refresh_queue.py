"""Lists that somebody wants to be loaded soon."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from amictl.pbx.lists import SnapshotStep
from amictl.protocol import Action, Reply

_MOST: Final = 1000
# Of so many parts of one list, the whole of it is wanted instead.
_MOST_PARTS: Final = 10


@dataclass(slots=True, eq=False)
class Wish:
    """One list that is wanted, and what came of it.

    Args:
        step: The list.
        due_at: When it may be asked for, on the monotonic clock, in seconds.
    """

    step: SnapshotStep
    due_at: float
    reply: Reply | None = None
    _settled: threading.Event = field(default_factory=threading.Event)
    _parts: list[Wish] = field(default_factory=list)

    def include(self, part: Wish) -> None:
        """Let whoever waits for a part wait for this list instead."""
        self._parts.append(part)

    def settle(self, reply: Reply | None) -> None:
        """Wake whoever waits.

        Args:
            reply: The list, which was loaded; None when it will not come.
        """
        self.reply = reply
        self._settled.set()
        for part in self._parts:
            part.settle(reply)

    def wait(self, timeout: float) -> bool:
        """Return whether it was settled in time.

        Args:
            timeout: Seconds.
        """
        return self._settled.wait(timeout)


class RefreshQueue:
    """The lists that events and our own actions called for, each once, from any thread."""

    def __init__(self) -> None:
        self._wishes: dict[Action, Wish] = {}
        self._taken: Wish | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._wishes)

    def add(self, step: SnapshotStep, due_at: float = 0.0) -> Wish:
        """Want a list, and return the wish; one that is wanted already is wanted once.

        Many parts of one list become a wish for the whole of it.

        Args:
            step: The list.
            due_at: When it may be asked for, on the monotonic clock; sooner where it was wanted sooner.
        """
        with self._lock:
            whole = step.part_of
            if whole is not None and (
                whole.action in self._wishes or self._count_parts(whole) >= _MOST_PARTS
            ):
                step = whole
            wish = self._wishes.get(step.action) or Wish(step, due_at)
            wish.due_at = min(wish.due_at, due_at)
            if step.then is not None:
                wish.step = step  # the same list, and what it calls for
            self._merge_parts(step, wish)
            if len(self._wishes) < _MOST:
                self._wishes[step.action] = wish
            else:
                wish.settle(None)
            return wish

    def wait_time(self, now: float) -> float:
        """Return the seconds until a list is due; infinite when none is wanted.

        Args:
            now: Monotonic time.
        """
        with self._lock:
            due_at = min((wish.due_at for wish in self._wishes.values()), default=float("inf"))
        return max(due_at - now, 0.0)

    def take(self, now: float) -> Wish | None:
        """Return the wish that came first of those that are due, and want it no more.

        Args:
            now: Monotonic time.
        """
        with self._lock:
            due = (action for action, wish in self._wishes.items() if wish.due_at <= now)
            action = next(due, None)
            self._taken = None if action is None else self._wishes.pop(action)
            return self._taken

    def clear(self) -> None:
        """Want nothing, nor what is on its way: the session ended, or everything is about to be loaded."""
        with self._lock:
            wishes = [*self._wishes.values(), *([self._taken] if self._taken else ())]
            self._wishes, self._taken = {}, None
        for wish in wishes:
            wish.settle(wish.reply)

    def _count_parts(self, whole: SnapshotStep) -> int:
        return sum(wish.step.part_of is whole for wish in self._wishes.values())

    def _merge_parts(self, step: SnapshotStep, wish: Wish) -> None:
        """Let a whole list stand for the parts of it that are wanted."""
        for action, part in list(self._wishes.items()):
            if part.step.part_of is step:
                del self._wishes[action]
                wish.due_at = min(wish.due_at, part.due_at)
                wish.include(part)
