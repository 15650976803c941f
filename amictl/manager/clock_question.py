"""A ``Ping`` as a question for the PBX's time."""

from __future__ import annotations

from amictl.pbx.ami_values import read_epoch
from amictl.pbx.picture.clock import PbxClock
from amictl.protocol import Reply


class ClockQuestion:
    """Made when the ``Ping`` is sent, so that the clock knows how long its answer took.

    Args:
        clock: What the answer sets.
    """

    def __init__(self, clock: PbxClock) -> None:
        self._clock = clock
        self._asked_at = clock.ours()

    def take(self, reply: Reply) -> None:
        """Take the answer; one without a time changes nothing."""
        told = read_epoch(reply.get("Timestamp"))
        if reply.success and told is not None:
            self._clock.take(self._asked_at, told, self._clock.ours())
