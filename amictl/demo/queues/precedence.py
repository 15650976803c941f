"""Which of several queues with callers has a member that is in all of them (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from amictl.demo.queues.members import Member
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.queues import Queues


def another_is_first(queues: Queues, queue: CallQueue, entry: Entry, member: Member, now: int) -> bool:
    """Tell whether a member shall be left to another queue.

    Args:
        queues: All queues.
        queue: Whose caller wants the member.
        entry: That caller.
        member: The member.
        now: Unix seconds.
    """
    others = queues.of_member(member.interface, besides=queue)
    if any(_has_more_weight(other, queue, now) for other in others):
        return True
    mode = queues.general.force_longest_waiting
    return mode != "no" and any(_has_waited_longer(other, queue, entry, mode) for other in others)


def _has_more_weight(other: CallQueue, queue: CallQueue, now: int) -> bool:
    """Asterisk ``compare_weight``: a heavier queue comes first while its callers need all its members."""
    if not other.entries or other.settings.weight <= queue.settings.weight:
        return False
    return len(other.entries) >= other.available_members(now)


def _has_waited_longer(other: CallQueue, queue: CallQueue, entry: Entry, mode: str) -> bool:
    """Asterisk ``is_longest_waiting_caller``: the first caller for whom nobody is called yet counts."""
    if other.settings.weight != queue.settings.weight:
        return False
    first = next(other.waiting(), None)
    if first is None:
        return False
    if mode == "prio" and first.priority != entry.priority:
        return first.priority > entry.priority
    return first.started < entry.started
