"""How long queues let their members rest after a call: their wrap-up times.

A member's own wrap-up time, which lists and events tell, wins over its queue's (app_queue.c, get_wrapuptime).
A queue's stands in no list and no event: it is read from ``queues.conf``. Where that cannot be read, or does
not have the queue (one of a database), only Asterisk's own doing tells: it rings nobody who rests, so the
queue's time is no longer than from the end of a call to the next one that rings.

Limits: the file may have been changed since Asterisk read it; a time of a database that grows is not noticed;
with ``shared_lastcall`` the time of the queue that had the call counts in all of a member's queues, so that
what is told here of another queue may be longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from amictl.pbx.ami_values import read_seconds
from amictl.pbx.topics.queues.value import LONGEST_REST, Membership, QueueMember
from amictl.protocol import Message

# Asterisk main/manager.c, action_getconfig.
_CATEGORY: Final = re.compile(r"Category-(\d+)")
_LINE: Final = re.compile(r"Line-(\d+)-\d+")
_WRAPUP: Final = re.compile(r"wrapuptime\s*=\s*(\d+)", re.IGNORECASE)
_NO_WRAPUP: Final = 0
# Events tell a call's end in fractions of seconds, lists and members in whole ones.
_SAME_CALL: Final = 2.0


class QueueRests:
    """The wrap-up times of queues, as far as they are known."""

    def __init__(self) -> None:
        self._told: Mapping[str, int] = {}
        self._at_most: dict[str, float] = {}
        self._ends: dict[Membership, float] = {}

    def load(self, items: Iterable[Message]) -> None:
        """Take what ``queues.conf`` says.

        Args:
            items: The response to ``GetConfig``.
        """
        told: dict[str, int] = {}
        for item in items:
            names: dict[str, str] = {}
            for header, value in item.headers:
                if category := _CATEGORY.fullmatch(header):
                    names[category[1]] = value
                    told.setdefault(value, _NO_WRAPUP)
                elif (line := _LINE.fullmatch(header)) and (found := _WRAPUP.match(value)):
                    told[names.get(line[1], "")] = read_seconds(found[1]) or _NO_WRAPUP
        self._told = told

    def forget_file(self) -> None:
        """Know nothing of ``queues.conf``; another session may not be allowed to read it."""
        self._told = {}

    def told(self, queue: str) -> int | None:
        """Return the seconds that a queue's configuration tells; None where it does not."""
        return self._told.get(queue)

    def at_most(self, queue: str) -> float | None:
        """Return the seconds after which Asterisk rang a queue's member again; None where it did not yet."""
        return self._at_most.get(queue)

    def note_end(self, place: Membership, at: float) -> None:
        """Take that a call of a queue ended.

        Args:
            place: Who was in it.
            at: When.
        """
        self._ends[place] = at

    def note_ring(self, queue: str, member: QueueMember, at: float) -> None:
        """Take that Asterisk rings a member.

        Args:
            queue: The queue.
            member: The member, as it was until then.
            at: When.
        """
        ended_at = self._ends.pop(Membership(queue, member.interface), None)
        if ended_at is None or member.wrapup_time or member.last_call_at is None:
            return
        if abs(ended_at - member.last_call_at) <= _SAME_CALL:
            rest = max(0.0, at - member.last_call_at)
            self._at_most[queue] = min(rest, self._at_most.get(queue, LONGEST_REST))
