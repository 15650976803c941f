"""What differed between the live picture and lists so far, and what of it is proved to be a drift.

A list and the events around it never meet exactly: what differs now may agree as soon as the next event has
come, or the next list. So a difference is a suspect first. It is proved when later lists of the same kind
see it in the same way: the next one where nothing touched the value in between; a fourth one in a row where
events did, since a value that changes often may be seen in the middle of a change twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amictl.pbx.picture.drift import Difference, DifferenceKey

_LOOKS: Final = 2
_LOOKS_OF_TOUCHED: Final = 4


@dataclass(frozen=True, slots=True)
class _Suspect:
    difference: Difference
    since: float
    looks: int
    touched: bool
    agreed_at: float | None

    def is_proved(self, now: float, settle: float) -> bool:
        looks = _LOOKS_OF_TOUCHED if self.touched else _LOOKS
        return self.looks >= looks and now - self.since >= settle


class UnconfirmedDrift:
    """The differences of one kind of list that are not proved yet.

    Args:
        settle: Seconds for which a difference must last; longer than any event or cache is late.
    """

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._suspects: dict[DifferenceKey, _Suspect] = {}
        self._looked_at: float | None = None

    def __len__(self) -> int:
        return len(self._suspects)

    @property
    def agreed_at(self) -> float | None:
        """As of when nothing differed that is not mended; None when that was at no look yet."""
        times = [suspect.agreed_at for suspect in self._suspects.values()]
        return None if None in times else min((at for at in times if at is not None), default=self._looked_at)

    def judge(self, differences: Iterable[Difference], now: float) -> list[Difference]:
        """Take all that the latest list shows; what it no longer shows is forgiven.

        Args:
            differences: What differs.
            now: When the list was taken, on a clock that never steps.

        Returns:
            What is proved; it stays a suspect until it is mended or agrees.
        """
        before, self._suspects = self._suspects, {}
        for difference in differences:
            self._suspects[difference.place] = _look_again(
                before.get(difference.place), difference, now, self._looked_at
            )
        self._looked_at = now
        suspects = self._suspects.values()
        return [suspect.difference for suspect in suspects if suspect.is_proved(now, self._settle)]

    def clear(self, mended: Iterable[Difference]) -> None:
        """Forget what was mended."""
        for difference in mended:
            self._suspects.pop(difference.place, None)


def _look_again(
    known: _Suspect | None, difference: Difference, now: float, looked_at: float | None
) -> _Suspect:
    agreed_at = looked_at if known is None else known.agreed_at
    if known is None or known.difference.way != difference.way:
        return _Suspect(difference, now, 1, touched=False, agreed_at=agreed_at)
    before = known.difference
    came_and_went = difference.fault == "missing" and before.told != difference.told
    touched = known.touched or came_and_went or before.holder is not difference.holder
    return _Suspect(difference, known.since, known.looks + 1, touched, agreed_at)
