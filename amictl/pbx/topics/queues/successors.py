"""Which channel goes on with the stay in a queue that another one began.

A masquerade puts another channel in the place of one that waits: an attended transfer of which one leg waits
(REFER with Replaces), or an INVITE with Replaces. app_queue goes on with the same caller and from then on
names the new channel, in lists and events. Seen on 22.10 and 16.28, there is no ``Rename``: an attended
transfer is told by ``AttendedTransfer`` with ``DestType: App``, and an INVITE only by the new channel's
``Newexten`` for ``Queue`` without a ``QueueCallerJoin``, and the old one's ``Hangup`` without a
``QueueCallerLeave``. A list shows the new channel with the ``Wait`` of the old one.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final, NamedTuple

from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Message

QUEUE: Final = "Queue"
"""The application that puts its channel into a queue."""

# Lists tell waits in whole seconds of Asterisk's clock, and events come a moment late.
_SAME_MOMENT: Final = 1.5


class Replacement(NamedTuple):
    """A channel that another one replaced.

    Args:
        before: Its unique ID.
        after: The unique ID of the other one, which goes on with its application.
        exten: The extension at which that runs.
    """

    before: str
    after: str
    exten: str | None


def read_replacement(message: Message) -> Replacement | None:
    """Return what an ``AttendedTransfer`` event tells of a leg that runs an application; None for any other.

    Whichever of the two legs is not in a bridge runs it, and whom the other leg talks to replaces that one.

    Args:
        message: The event.
    """
    if message.get("DestType") != "App" or message.get("Result") != "Success":
        return None
    moved, leg = ("Transferee", "SecondTransferer")
    if not message.get("TransfereeUniqueid"):
        moved, leg = ("TransferTarget", "OrigTransferer")
    before, after = message.get(f"{leg}Uniqueid"), message.get(f"{moved}Uniqueid")
    return Replacement(before, after, message.get(f"{leg}Exten")) if before and after else None


def queue_run_by(channel: Channel) -> str | None:
    """Return the queue whose application runs on a channel, or None."""
    if channel.application != QUEUE:
        return None
    return (channel.application_data or "").partition(",")[0] or None


def find_successor(
    channels: Mapping[str, Channel], gone: str, queue: str, waiting: Container[str]
) -> Channel | None:
    """Return the channel that goes on with the stay of one that hangs up and never left its queue.

    Args:
        channels: All channels by unique ID.
        gone: Unique ID of the one that hangs up.
        queue: Where it waits.
        waiting: Unique IDs of those that are known to wait.

    Returns:
        The only one that can be it; None where there is none, or no telling which.
    """
    found = [
        channel
        for channel in channels.values()
        if queue_run_by(channel) == queue
        and not channel.bridge_id
        and channel.unique_id != gone
        and channel.unique_id not in waiting
    ]
    return found[0] if len(found) == 1 else None


def find_stays(begun: Mapping[str, float], listed: Mapping[str, float]) -> dict[str, str]:
    """Return which listed callers go on with the stays of others, by when they began.

    Args:
        begun: Callers who are not listed, and when each joined.
        listed: Listed callers who were not known, and when each joined.

    Returns:
        The unique ID of the caller who began it, by that of the listed one.
    """
    stays: dict[str, str] = {}
    left = dict(begun)
    for after, joined_at in listed.items():
        nearest = min(left, key=lambda each: abs(left[each] - joined_at), default=None)
        if nearest is not None and abs(left[nearest] - joined_at) <= _SAME_MOMENT:
            stays[after] = nearest
            del left[nearest]
    return stays
