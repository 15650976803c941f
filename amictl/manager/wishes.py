"""Lists that somebody wants to be loaded soon."""

from __future__ import annotations

from typing import Final

from amictl.pbx import SnapshotStep
from amictl.protocol import Action

_MOST: Final = 1000


class Wishes:
    """The steps that events called for, each once; the reader adds, the supervisor takes."""

    def __init__(self) -> None:
        self._steps: dict[Action, SnapshotStep] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: SnapshotStep) -> None:
        """Want a list; one that is wanted already, or one too many, changes nothing."""
        if len(self._steps) < _MOST:
            self._steps.setdefault(step.action(), step)

    def take(self) -> SnapshotStep | None:
        """Return the list that was wanted first, and want it no more."""
        try:
            return self._steps.pop(next(iter(self._steps)))
        except (StopIteration, KeyError):
            return None

    def clear(self) -> None:
        """Want nothing: everything is about to be loaded."""
        self._steps.clear()
