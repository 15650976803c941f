"""Cuts the link between amictl and a PBX, each time in another way and at another moment."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from tests.asterisk.server import await_condition
from tests.faults.fault_proxy import FaultProxy
from tests.patience import PATIENCE

# From the first byte after the login to well behind the last list of a hundred channels.
_SNAPSHOT_BYTES: Final = 150_000
_MESSAGE_BYTES: Final = 900


class LinkCutter:
    """Cuts what passes through a proxy.

    Args:
        proxy: Between amictl and the PBX.
        is_fresh: Whether amictl calls its picture fresh: the link is up and answers.
        seed: Makes the choice of cuts repeatable.

    Attributes:
        made: How many cuts of each kind were made.
    """

    def __init__(self, proxy: FaultProxy, is_fresh: Callable[[], bool], seed: int) -> None:
        self.made: Counter[str] = Counter()
        self._proxy = proxy
        self._is_fresh = is_fresh
        self._random = random.Random(seed)  # noqa: S311 - it draws cuts, not secrets
        self._kinds: dict[str, Callable[[], None]] = {
            "close": proxy.cut,
            "reset": proxy.reset,
            "frozen, then closed": self._freeze,
            "in the middle of a message": self._cut_message,
            "in the middle of the snapshot": self._cut_snapshot,
        }
        self._order: list[str] = []

    def cut(self) -> str:
        """Cut the link and return how; it is down, in its last moments, or coming back to be cut again."""
        if not self._order:
            self._order = self._random.sample(list(self._kinds), len(self._kinds))
        kind = self._order.pop()
        self._kinds[kind]()
        self.made[kind] += 1
        return kind

    def _freeze(self) -> None:
        """Let nothing through until amictl doubts the link, then close it."""
        self._proxy.freeze()
        await_condition(lambda: not self._is_fresh(), PATIENCE, "doubt about a frozen link")
        self._proxy.cut()
        self._proxy.thaw()

    def _cut_message(self) -> None:
        self._proxy.cut_after(self._random.randint(1, _MESSAGE_BYTES))

    def _cut_snapshot(self) -> None:
        self._proxy.cut_next_after(self._random.randint(1, _SNAPSHOT_BYTES))
        self._proxy.cut()
