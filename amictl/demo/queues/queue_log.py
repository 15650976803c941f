"""The queue log, kept in memory in the format of Asterisk's own file (main/logger.c, ``ast_queue_log``)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple


class LogEntry(NamedTuple):
    """One line: ``time|call|queue|agent|event|data…``.

    Attributes:
        time: Unix seconds.
        call: The unique ID of the caller's channel, ``NONE`` or ``MANAGER``.
        agent: The member's name, ``NONE``, or an interface where app_queue writes that.
        data: What the event has to say, separated by ``|``.
    """

    time: int
    call: str
    queue: str
    agent: str
    event: str
    data: str

    def __str__(self) -> str:
        """Return the line as it stands in Asterisk's file."""
        return "|".join(map(str, self))


class QueueLog:
    """The latest lines of the queue log.

    Args:
        now: Tells the time in Unix seconds.
        limit: How many lines are kept.
    """

    def __init__(self, now: Callable[[], float], limit: int = 100_000) -> None:
        self._now = now
        self._entries: deque[LogEntry] = deque(maxlen=limit)

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def write(self, queue: str, call: str, agent: str, event: str, *data: object) -> None:
        """Add a line; each of ``data`` is one of its columns."""
        text = "|".join(map(str, data))
        self._entries.append(LogEntry(int(self._now()), call, queue, agent, event, text))

    def text(self) -> str:
        """Return all lines as the file would have them."""
        return "".join(f"{entry}\n" for entry in self._entries)
