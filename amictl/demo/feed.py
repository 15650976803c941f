"""All events in the order in which they happened; each session keeps its own place in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from amictl.demo.rights import read_privilege
from amictl.demo.world import DemoEvent


class _FeedEntry:
    """One event, and the one after it once there is one (Asterisk main/manager.c, ``struct eventqent``)."""

    __slots__ = ("event", "mask", "next")

    def __init__(self, event: DemoEvent | None, mask: int) -> None:
        self.event = event
        self.mask = mask
        self.next: _FeedEntry | None = None


class Place:
    """Where a session is in the feed; what it has read is forgotten once nobody else is behind it.

    Args:
        entry: The last event that it has.
    """

    __slots__ = ("_entry",)

    def __init__(self, entry: _FeedEntry) -> None:
        self._entry = entry

    @property
    def is_behind(self) -> bool:
        """Whether there is an event that was not read."""
        return self._entry.next is not None

    def read(self) -> Iterator[tuple[DemoEvent, int]]:
        """Yield each event that was not read yet, with the mask of its classes."""
        while (following := self._entry.next) is not None:
            self._entry = following
            if following.event is not None:
                yield following.event, following.mask

    def skip(self) -> None:
        """Leave out what was not read."""
        while (following := self._entry.next) is not None:
            self._entry = following


class EventFeed:
    """The events of a world, kept only for as long as a session has not read them.

    `append` is called under the world's lock and costs the same however many sessions there are, but for
    waking those that sleep.
    """

    def __init__(self) -> None:
        self._last = _FeedEntry(None, 0)
        self._wakes: tuple[Callable[[], None], ...] = ()

    def append(self, event: DemoEvent) -> None:
        """Add an event, and wake whoever waits for one."""
        entry = _FeedEntry(event, read_privilege(event.privilege))
        self._last.next = entry
        self._last = entry
        for wake in self._wakes:
            wake()

    def join(self, wake: Callable[[], None]) -> Place:
        """Return the place behind all events so far.

        Args:
            wake: Called at each event from now on; must be cheap.
        """
        self._wakes = (*self._wakes, wake)
        return Place(self._last)

    def leave(self, wake: Callable[[], None]) -> None:
        """Wake somebody no more."""
        self._wakes = tuple(each for each in self._wakes if each != wake)
