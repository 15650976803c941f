"""Finding queues, members and waiting callers in the live picture, before anything is sent."""

from __future__ import annotations

from amictl.errors import NotFound
from amictl.manager import Pbx
from amictl.pbx.topics.queues.value import Queue, QueueCaller, QueueMember


def no_queue(pbx: Pbx, queue: str) -> NotFound:
    """Return the error for a queue that a PBX does not have."""
    return NotFound(f"There is no queue {queue} on {pbx.name}.")


def find_queue(pbx: Pbx, name: str) -> Queue:
    """Return a queue.

    Raises:
        NotFound: There is none of that name.
    """
    found = pbx.picture.find_queue(name)
    if found is None:
        raise no_queue(pbx, name)
    return found


def find_member(queue: Queue, interface: str) -> QueueMember:
    """Return a member of a queue.

    Raises:
        NotFound: It has none with that interface.
    """
    for member in queue.members:
        if member.interface == interface:
            return member
    raise NotFound(f"{interface} (interface) is no member of the queue {queue.queue}.")


def find_queues_of(pbx: Pbx, interface: str, queue: str | None) -> list[str]:
    """Return the names of the queues that a change of a member touches.

    Args:
        pbx: The PBX.
        interface: The member's interface.
        queue: The only queue that is meant; None means all that the member is in.

    Raises:
        NotFound: There is no such queue, or the member is in none.
    """
    if queue is not None:
        find_member(find_queue(pbx, queue), interface)
        return [queue]
    names = [
        each.queue for each in pbx.picture.queues() if any(m.interface == interface for m in each.members)
    ]
    if not names:
        raise NotFound(f"No queue of {pbx.name} has the member {interface} (interface).")
    return names


def find_caller(pbx: Pbx, channel: str, queue: str | None) -> tuple[Queue, QueueCaller]:
    """Return a waiting caller with the queue.

    Args:
        pbx: The PBX.
        channel: The name or unique ID of the caller's channel.
        queue: Where the caller must be waiting; None means anywhere.

    Raises:
        NotFound: There is no such queue, or nobody waits there on that channel.
    """
    queues = pbx.picture.queues() if queue is None else (find_queue(pbx, queue),)
    for each in queues:
        for caller in each.callers:
            if channel in (caller.channel, caller.unique_id):
                return each, caller
    where = f"in any queue of {pbx.name}" if queue is None else f"in the queue {queue}"
    raise NotFound(f"No caller waits {where} on this channel; the call may have been answered or ended.")
