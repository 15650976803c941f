"""The lists that are to be loaded soon."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from amictl.pbx.lists import SnapshotStep
from amictl.protocol import Action, Reply

_MOST: Final = 1000
# Instead of this many parts of one list, the whole of it is loaded.
_MOST_PARTS: Final = 10


@dataclass(slots=True, eq=False)
class RefreshRequest:
    """The request to load one list, and its reply once it has come.

    Args:
        step: The list.
        due_at: When it may be asked for, on the monotonic clock, in seconds.
    """

    step: SnapshotStep
    due_at: float
    reply: Reply | None = None
    _settled: threading.Event = field(default_factory=threading.Event)
    _parts: list[RefreshRequest] = field(default_factory=list)

    def include(self, part: RefreshRequest) -> None:
        """Settle another request, for a part of this list, together with this one."""
        self._parts.append(part)

    def settle(self, reply: Reply | None) -> None:
        """Give the reply to all who wait for this request.

        Args:
            reply: The list, which was loaded; None when it will not be.
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
    """The requests of events and of our own actions for lists, one for each list; safe from any thread."""

    def __init__(self) -> None:
        self._requests: dict[Action, RefreshRequest] = {}
        self._taken: RefreshRequest | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, step: SnapshotStep, due_at: float = 0.0) -> RefreshRequest:
        """Return the request for a list: a new one, or the one that waits already.

        Requests for many parts of one list become a request for the whole of it.

        Args:
            step: The list.
            due_at: When it may be asked for, on the monotonic clock; an earlier time of a request stays.
        """
        with self._lock:
            whole = step.part_of
            if whole is not None and (
                whole.action in self._requests or self._count_parts(whole) >= _MOST_PARTS
            ):
                step = whole
            request = self._requests.get(step.action) or RefreshRequest(step, due_at)
            request.due_at = min(request.due_at, due_at)
            if step.then is not None:
                request.step = step  # the same list, and what it calls for
            self._merge_parts(step, request)
            if len(self._requests) < _MOST:
                self._requests[step.action] = request
            else:
                request.settle(None)
            return request

    def wait_time(self, now: float) -> float:
        """Return the seconds until a list is due; infinite when none is requested.

        Args:
            now: Monotonic time.
        """
        with self._lock:
            due_at = min((request.due_at for request in self._requests.values()), default=float("inf"))
        return max(due_at - now, 0.0)

    def take(self, now: float) -> RefreshRequest | None:
        """Take out the oldest of the requests that are due and return it; None without any.

        Args:
            now: Monotonic time.
        """
        with self._lock:
            due = (action for action, request in self._requests.items() if request.due_at <= now)
            action = next(due, None)
            self._taken = None if action is None else self._requests.pop(action)
            return self._taken

    def clear(self) -> None:
        """Give up all requests and the one taken last: the session ended, or all lists are about to load."""
        with self._lock:
            requests = [*self._requests.values(), *([self._taken] if self._taken else ())]
            self._requests, self._taken = {}, None
        for request in requests:
            request.settle(request.reply)

    def _count_parts(self, whole: SnapshotStep) -> int:
        return sum(request.step.part_of is whole for request in self._requests.values())

    def _merge_parts(self, step: SnapshotStep, request: RefreshRequest) -> None:
        """Take out the requests for parts of a list, and settle them with the request for the whole."""
        for action, part in list(self._requests.items()):
            if part.step.part_of is step:
                del self._requests[action]
                request.due_at = min(request.due_at, part.due_at)
                request.include(part)
