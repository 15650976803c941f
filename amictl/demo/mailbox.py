"""What one process of the world hears from others while it waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any, Generic, TypeVar

import simpy

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Messages for one process, which takes them one after the other.

    Args:
        env: The world's clock.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._messages: deque[T] = deque()
        self._arrival: simpy.Event | None = None

    def put(self, message: T) -> None:
        """Leave a message, from any process or action."""
        self._messages.append(message)
        if self._arrival is not None and not self._arrival.triggered:
            self._arrival.succeed()

    def take(self, until: float | None = None) -> Generator[simpy.Event, Any, T | None]:
        """Wait for the next message.

        Args:
            until: The world's time (``env.now``) at which to give up; None waits for ever.

        Returns:
            The message; None when none came in time.
        """
        if not self._messages:
            self._arrival = self._env.event()
            if until is None:
                yield self._arrival
            elif until > self._env.now:
                yield self._arrival | self._env.timeout(until - self._env.now)
        return self._messages.popleft() if self._messages else None

    def poll(self) -> T | None:
        """Return the next message if there is one already."""
        return self._messages.popleft() if self._messages else None
