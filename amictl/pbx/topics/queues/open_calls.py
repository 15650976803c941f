"""Which of a member's calls ended, and whether app_queue counts it.

app_queue.c knows a member to be in a call by the second in which it began (``member->starttime``), which
each further call overwrites. A call that ends counts if it began in that second, whichever call it is. Events
carry no times, so seconds are known from when events came, a moment late, and from ``TalkTime``, which is the
difference of two such seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from amictl.pbx.topics.queues.value import MemberCall
from amictl.pbx.value import Value

# How late an event may come; the second that it is about may be the one before. Ordinarily it is by a few
# milliseconds, and on a machine that is very busy by more.
_LATE_SECONDS: Final = 0.03
_LATEST_SECONDS: Final = 0.3


class OpenCall(Value, frozen=True):
    """A call that a member answered.

    Args:
        caller: Unique ID of the caller's channel; None for a call from before the list.
        waited: Seconds that the caller waited; None likewise.
        since: When it was answered; None likewise.
        interface: The member.
        talk: What readers see of it; None likewise.
        hung_up: Whether the caller's channel is gone, so that the call's end is about to be told.
        between: Of a call that was answered while nobody listened: after what and before what.
    """

    caller: str | None = None
    waited: int | None = None
    since: float | None = None
    interface: str = ""
    talk: MemberCall | None = None
    hung_up: bool = False
    between: tuple[float, float] | None = None

    @property
    def latest(self) -> float:
        """When it was answered at the latest; 0 where nothing is known of that."""
        return self.since or (self.between[1] if self.between else 0.0)

    def seconds(self, late: float) -> set[int]:
        """Return the seconds in which it may have been answered.

        Args:
            late: By how much the event may have come late.
        """
        if self.since is not None:
            return _seconds(self.since, late)
        return set(range(int(self.between[0] - late), int(self.between[1]) + 1)) if self.between else set()

    @property
    def talks_to(self) -> str | None:
        """Unique ID of the caller's channel, as far as events or lists tell it."""
        return self.talk.unique_id if self.caller is None and self.talk else self.caller


class CallEnd(Value, frozen=True):
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
        possible = [call for call in calls if self._overlap(call, _LATEST_SECONDS)]
        return min(possible, key=self._rank, default=None)

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
        return int(current.since) == max(self._overlap(ended, _LATE_SECONDS), default=int(ended.since))

    def _overlap(self, call: OpenCall, late: float) -> set[int]:
        """Return the seconds in which a call may have begun by when its answer and its end were told."""
        return call.seconds(late) & {second - self.talked for second in _seconds(self.at, late)}

    def _rank(self, call: OpenCall) -> tuple[bool, bool, float]:
        surely = bool(self._overlap(call, _LATE_SECONDS))
        return not surely, not call.hung_up, abs(call.latest - self.began_at)


def _seconds(at: float, late: float) -> set[int]:
    """Return the seconds in which something may have happened that was told at a time."""
    return {int(at), int(at - late)}
