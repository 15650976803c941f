"""What a link's pings ask, when they are due, and what a missing answer means; no I/O."""

from __future__ import annotations

from amictl.manager.timings import LinkTimings
from amictl.pbx.ami_values import read_epoch
from amictl.pbx.picture.clock import PbxClock
from amictl.protocol import Reply


class Keepalive:
    """Decides when one live session is pinged, and when it is late or dead.

    A ping that is not answered makes the picture stale first and ends the link later. Bytes that arrive
    meanwhile prove that the connection carries something, so a long list does not end it, but only for so
    long: they do not prove that the PBX listens.

    Args:
        timings: When to ping and how long to wait.
        now: The time of the last proof of life, on the monotonic clock, in seconds.
    """

    def __init__(self, timings: LinkTimings, now: float) -> None:
        self._timings = timings
        self._proved_at = now
        self._asked_at: float | None = None
        self.round_trip: float | None = None

    def ask(self, now: float) -> None:
        """Note that a ping is being sent."""
        self._asked_at = now

    def answer(self, now: float) -> None:
        """Note that the ping was answered."""
        if self._asked_at is not None:
            self.round_trip = now - self._asked_at
        self._asked_at = None
        self._proved_at = now

    def is_due(self, now: float) -> bool:
        """Return whether a ping should be sent."""
        return self._asked_at is None and now >= self._proved_at + self._timings.ping_interval

    def is_late(self, now: float) -> bool:
        """Return whether the picture may no longer be called fresh."""
        return self._asked_at is not None and now >= self._asked_at + self._timings.stale_after

    def is_dead(self, now: float, last_received: float) -> bool:
        """Return whether the link is to be given up.

        Args:
            now: Monotonic time.
            last_received: When the last byte came, on the same clock.
        """
        if self._asked_at is None:
            return False
        silent_since = max(self._asked_at, last_received)
        return (
            now >= silent_since + self._timings.dead_after or now >= self._asked_at + self._timings.ping_limit
        )

    def wait_time(self, now: float, last_received: float) -> float:
        """Return the seconds until the next moment at which something may have to be done."""
        if self._asked_at is None:
            return max(self._proved_at + self._timings.ping_interval - now, 0.0)
        late_at = self._asked_at + self._timings.stale_after
        if now < late_at:
            return late_at - now
        dead_at = min(
            max(self._asked_at, last_received) + self._timings.dead_after,
            self._asked_at + self._timings.ping_limit,
        )
        return max(dead_at - now, 0.0)


class ClockRequest:
    """Sets the PBX's clock by the answer to a ``Ping``; made when that is sent, to know how long it took.

    Args:
        clock: The PBX's clock.
    """

    def __init__(self, clock: PbxClock) -> None:
        self._clock = clock
        self._asked_at = clock.ours()

    def take(self, reply: Reply) -> None:
        """Set the clock by the answer; one without a time changes nothing."""
        told = read_epoch(reply.get("Timestamp"))
        if reply.success and told is not None:
            self._clock.take(self._asked_at, told, self._clock.ours())
