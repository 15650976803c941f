"""Which of a member's calls ended, and whether app_queue counts it.

app_queue.c knows a member to be in a call by the second in which it began (``member->starttime``), which
each further call overwrites. A call that ends counts if it began in that second, whichever call it is. Events
carry no times, so seconds are known from when events came, a moment late, and from ``TalkTime``, which is the
difference of two such seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amictl.pbx.models import MemberCall

# How late an event may come on a machine that is not busy; the second that it is about may be the one before.
_LATE_SECONDS: Final = 0.03
# How far the begin of a call, as its length in whole seconds tells it, is from when it was answered.
_BEGIN_TOLERANCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that a member answered.

    Args:
        caller: Unique ID of the caller's channel; None for a call from before the list.
        waited: Seconds that the caller waited; None likewise.
        since: When it was answered; None likewise.
        interface: The member.
        talk: What readers see of it; None likewise.
        hung_up: Whether the caller's channel is gone, so that the call's end is about to be told.
    """

    caller: str | None = None
    waited: int | None = None
    since: float | None = None
    interface: str = ""
    talk: MemberCall | None = None
    hung_up: bool = False

    @property
    def talks_to(self) -> str | None:
        """Unique ID of the caller's channel, as far as events or lists tell it."""
        return self.talk.unique_id if self.caller is None and self.talk else self.caller


@dataclass(frozen=True, slots=True)
class CallEnd:
    """What ``AgentComplete`` tells of a call that ended.

    Args:
        at: When the event came.
        waited: Seconds that the caller had waited.
        talked: Seconds that they talked, as app_queue.c measures them.
        heard: Whether the call is known to have begun, though it may have been taken for one that ended.
    """

    at: float
    waited: int
    talked: int
    heard: bool = False

    @property
    def began_at(self) -> float:
        """About when the call was answered."""
        return self.at - self.talked

    def find(self, calls: Iterable[OpenCall]) -> OpenCall | None:
        """Return the call that ended, of those that may have.

        Where both sides hang up at once the event names no channel; a caller's channel may also have been
        replaced by another (a masquerade, an optimised Local channel).
        """
        nearest = min(calls, key=self._miss, default=None)
        return nearest if nearest is not None and self._miss(nearest)[-1] <= _BEGIN_TOLERANCE else None

    def counts(self, current: OpenCall, ended: OpenCall | None) -> bool:
        """Tell whether app_queue counts the call.

        Args:
            current: The call by which it knows the member to be in one.
            ended: The call that ended; None for one that is not among those that go on.
        """
        if ended is None and self.heard:
            ended = OpenCall(since=self.began_at)
        if current.since is None or ended is None or ended.since is None:
            return current.since is None and (ended is None or ended.since is None)
        if current.caller == ended.caller:
            return True
        possible = _seconds(ended.since) & self._seconds() or {int(ended.since)}
        return int(current.since) == max(possible)

    def _seconds(self) -> set[int]:
        """Return the seconds in which the call may have begun."""
        return {second - self.talked for second in _seconds(self.at)}

    def _miss(self, call: OpenCall) -> tuple[int, bool, float]:
        since = call.since or 0.0
        off = 0 if _seconds(since) & self._seconds() else abs(int(since) - int(self.began_at))
        return off, not call.hung_up, abs(since - self.began_at)


def _seconds(at: float) -> set[int]:
    """Return the seconds in which something may have happened that was told at a time."""
    return {int(at), int(at - _LATE_SECONDS)}
