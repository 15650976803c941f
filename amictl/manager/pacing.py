"""When the next list may be asked for, and which; no I/O."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Pace:
    """Keeps the time spent on asking for lists below a share of all time, by a pause after each list.

    Args:
        share: The most of all time that may be spent on asking, such as 0.01.
        now: Monotonic time; the first list comes after a pause too.
        gap: Seconds between two lists that nobody waits for.
    """

    def __init__(self, share: float, now: float, gap: float) -> None:
        self.gap = gap
        self._per_second = (1.0 - share) / share
        self._asked_at: float | None = None
        self._ended_at = now
        self._free_at = now

    def wait_time(self, now: float, *, wanted: bool) -> float:
        """Return the seconds until a list may be asked for; infinite while one is on its way.

        Args:
            now: Monotonic time.
            wanted: Whether somebody waits for it, so that only the share matters.
        """
        if self._asked_at is not None:
            return float("inf")
        due_at = self._free_at if wanted else max(self._free_at, self._ended_at + self.gap)
        return max(due_at - now, 0.0)

    def begin(self, now: float) -> None:
        """Note that a list is being asked for."""
        self._asked_at = now

    def end(self, now: float) -> float:
        """Note that all of it is there; return the seconds that it took."""
        took = now - (self._asked_at if self._asked_at is not None else now)
        self._asked_at = None
        self._ended_at = now
        self._free_at = now + took * self._per_second
        return took

    def put_off(self, now: float, seconds: float) -> None:
        """Ask later: the PBX has other things to do."""
        self._free_at = max(self._free_at, now + seconds)


@dataclass(slots=True)
class _Turn:
    looked_at: float
    doubtful: bool = False
    hurried: bool = False


class ListSchedule(Generic[Key]):
    """Chooses the next list to compare: the one compared longest ago, but hurried or doubtful ones before.

    Every other turn goes by age alone, so that doubts that do not end keep no list from its turn.

    Args:
        settle: Seconds after which comparing a doubtful list again says something new.
    """

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._turns: dict[Key, _Turn] = {}
        self._doubt_was_last = False

    def __len__(self) -> int:
        return len(self._turns)

    def __contains__(self, key: Key) -> bool:
        return key in self._turns

    def keep(self, keys: Iterable[Key]) -> None:
        """Schedule these lists and no others; new ones come first."""
        self._turns = {key: self._turns.get(key, _Turn(float("-inf"))) for key in keys}

    def next(self, now: float) -> Key | None:
        """Return the list to compare now, which then is no longer hurried; None when there is no list.

        Args:
            now: Monotonic time.
        """
        doubtful = [
            key
            for key, turn in self._turns.items()
            if turn.hurried or (turn.doubtful and now - turn.looked_at >= self._settle)
        ]
        self._doubt_was_last = bool(doubtful) and not self._doubt_was_last
        candidates = doubtful if self._doubt_was_last else self._turns
        chosen = min(candidates, key=lambda key: self._turns[key].looked_at, default=None)
        if chosen is not None:
            self._turns[chosen].hurried = False
        return chosen

    @property
    def hurried(self) -> bool:
        """Whether some list is to be compared before its turn."""
        return any(turn.hurried for turn in self._turns.values())

    def hurry(self, key: Key) -> None:
        """Have a list compared before its turn."""
        if key in self._turns:
            self._turns[key].hurried = True

    def note(self, key: Key, now: float, *, doubtful: bool) -> None:
        """Note that a list was compared.

        Args:
            key: The list.
            now: Monotonic time.
            doubtful: Whether it should be compared again soon.
        """
        if key in self._turns:
            self._turns[key] = _Turn(now, doubtful, self._turns[key].hurried)
