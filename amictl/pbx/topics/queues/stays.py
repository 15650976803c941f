"""Where a caller is in a queue, found by the channels of caller and member alone."""

from __future__ import annotations

from typing import NamedTuple

from amictl.pbx.topics.queues.partners import dialled_for, line_of
from amictl.pbx.topics.queues.record import QueueRecord
from amictl.pbx.topics.queues.value import QueueMember


class Stay(NamedTuple):
    """A caller's stay in a queue, or its call with a member.

    Args:
        queue: The queue.
        waited: Seconds of waiting so far, or until the answer.
        member: The member that an event is about; None where that is not known.
        answered_at: When the member answered; None where nobody did, or nobody saw it.
    """

    queue: str
    waited: float
    member: QueueMember | None = None
    answered_at: float | None = None


def read_stay(
    record: QueueRecord, unique_id: str, member: QueueMember | None, left: Stay | None, now: float
) -> Stay:
    """Return a caller's stay in a queue.

    Args:
        record: The queue.
        unique_id: The caller.
        member: The member.
        left: The stay as it was when the caller left the queue.
        now: The time.
    """
    call = record.calls.get(unique_id)
    if call is not None:
        return Stay(record.queue, call.waited or 0, member, call.since)
    if left is not None:
        return left._replace(member=member)
    caller = record.find_caller(unique_id)
    return Stay(record.queue, max(0.0, now - caller.joined_at) if caller else 0.0, member)


def find_member_of(record: QueueRecord, channel: str) -> QueueMember | None:
    """Return the member whose channel has a name, by what was dialled.

    Args:
        record: The queue.
        channel: The channel's name.
    """
    dialled = dialled_for(channel)
    named = (each for each in record.members.values() if line_of(each.interface) == dialled)
    return next(named, None)


class Talk(NamedTuple):
    """An answered caller's talk.

    Args:
        queue: The queue.
        interface: The member.
        heard: Whether an event told of the answer.
        half: The second half of the Local channel by which the member was called; empty where there is none.
        parted: Whether that half left who was behind it, so that they talk no more.
        transferred: Whether a transfer did that.
    """

    queue: str
    interface: str
    heard: bool
    half: str = ""
    parted: bool = False
    transferred: bool = False


class Talks:
    """The talks of answered callers.

    Attributes:
        by_caller: The talks by the caller's unique ID.
        caller_of_half: The caller by the second half of the member's Local channel.
    """

    def __init__(self) -> None:
        self.by_caller: dict[str, Talk] = {}
        self.caller_of_half: dict[str, str] = {}

    def begin(self, caller: str, talk: Talk) -> None:
        """Take that a caller was answered."""
        self.by_caller[caller] = talk
        if talk.half:
            self.caller_of_half[talk.half] = caller

    def end(self, caller: str) -> Talk | None:
        """Take out a caller's talk and return it; None where there was none."""
        talk = self.by_caller.pop(caller, None)
        if talk is not None:
            self.caller_of_half.pop(talk.half, None)
        return talk

    def forget_half(self, half: str) -> None:
        """Take that the halves of a Local channel went, and who is behind them talks on."""
        caller = self.caller_of_half.pop(half, None)
        if caller in self.by_caller:
            self.by_caller[caller] = self.by_caller[caller]._replace(half="")

    def has_parted(self, caller: str) -> bool:
        """Return whether a caller's member was left by who was behind it."""
        return caller in self.by_caller and self.by_caller[caller].parted
