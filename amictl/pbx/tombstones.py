"""Remembers what is gone, so that a late event does not bring it back."""

from __future__ import annotations

from collections import deque
from typing import Final

# Asterisk's late events follow within milliseconds; this many hang-ups are minutes on the largest PBX.
REMEMBERED: Final = 4096


class Tombstones:
    """A bounded set of keys; the oldest are forgotten first.

    Args:
        size: How many keys are kept.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._keys: set[str] = set()
        self._order: deque[str] = deque()
        self._size = size

    def add(self, key: str) -> None:
        """Remember a key."""
        if key in self._keys:
            return
        self._keys.add(key)
        self._order.append(key)
        if len(self._order) > self._size:
            self._keys.discard(self._order.popleft())

    def discard(self, key: str) -> None:
        """Let a key come back that was thought to be gone."""
        self._keys.discard(key)

    def __contains__(self, key: str) -> bool:
        return key in self._keys
