"""The raw events of one PBX: the last ones kept, and the first thing to be given up in a flood."""

from __future__ import annotations

from collections import deque
from typing import Final

from amictl.pbx.log.topic_log import TopicLog
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.protocol import Message

EVENT_LOG_SIZE: Final = 5000
EVENT_LOG_BYTES: Final = 16 * 1024 * 1024
"""What the kept events may have had on the wire together.

5,000 events stay within it up to 3.3 kB each, eight times what one has on average; where they are longer,
this bound wins and fewer are kept. Parsed and as JSON an event takes up to four times as much memory.
"""

_CUTS_REMEMBERED: Final = 16


class EventLog(TopicLog[ReceivedEvent]):
    """The last events; their numbers go on over all epochs, so that what was logged stays readable.

    Args:
        pbx: The PBX's short name.
        size: How many events are kept, as long as they are not longer than ``EVENT_LOG_BYTES`` together.

    Attributes:
        shed: How many events were not logged, or not sent to subscribers, because too many came.
    """

    def __init__(self, pbx: str, size: int) -> None:
        super().__init__("", size, EVENT_LOG_BYTES, parts=True)
        self.shed = 0
        self._pbx = pbx
        self._shedding = False
        self._shed_now = 0
        self._cuts: deque[range] = deque(maxlen=_CUTS_REMEMBERED)
        self._counted_until = 0

    @property
    def shedding(self) -> bool:
        """Whether events are given up at this moment."""
        return self._shedding

    def take(self, message: Message, at: float) -> None:
        """Keep one event, or count it while events are shed.

        Args:
            message: The event.
            at: When it was received, in seconds since 1970.
        """
        if self._shedding:
            self.shed += 1
            self._shed_now += 1
            return
        event = ReceivedEvent(self._pbx, message, at, self.seq + 1)
        self.append(message.name, event, message.size)

    def count_skipped(self, count: int) -> None:
        """Count events that never came here."""
        self.shed += count
        self._shed_now += count

    def start_shedding(self) -> None:
        """Keep no events until told otherwise; readers hear nothing, and so do nothing, meanwhile."""
        self._shedding = True

    def stop_shedding(self) -> bool:
        """Keep events again; a log that lacks some is cut, so that every reader finds the gap.

        Returns:
            Whether it was cut.
        """
        self._shedding = False
        missed, self._shed_now = self._shed_now, 0
        if missed:
            self._cuts.append(range(self.seq, self.seq + missed))
            self.skip(missed)
        return missed > 0

    def count_unsent(self, first: int, last: int) -> None:
        """Count logged events that were gone before they could be sent.

        Args:
            first: The cursor before them.
            last: The cursor after them. What several topics missed, or was never logged, is counted once.
        """
        first = max(first, self._counted_until)
        counted = sum(max(0, min(last, cut.stop) - max(first, cut.start)) for cut in self._cuts)
        self.shed += max(0, last - first - counted)
        self._counted_until = max(last, self._counted_until)
