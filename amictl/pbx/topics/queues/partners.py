"""With whom members of queues talk, as the channels show it: for calls that were answered before we looked.

app_queue.c leaves its marks on both channels of a call: the caller's still runs ``Queue``, with the queue's
name first, and the member's is said to run ``AppQueue``; both are in one bridge (seen on 22.10 and 16.28).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.successors import queue_run_by
from amictl.pbx.topics.queues.value import MemberCall


class Partners:
    """The calls of queues that go on, found among all channels once.

    Args:
        channels: All channels.
    """

    def __init__(self, channels: Iterable[Channel]) -> None:
        callers: dict[str, list[Channel]] = {}
        members: dict[str, list[Channel]] = {}
        for channel in sorted(channels, key=attrgetter("created_at")):
            if channel.bridge_id and queue_run_by(channel):
                callers.setdefault(channel.bridge_id, []).append(channel)
            elif channel.bridge_id and channel.application == "AppQueue":
                members.setdefault(dialled_for(channel.channel), []).append(channel)
        self._callers: Mapping[str, list[Channel]] = callers
        self._members: Mapping[str, list[Channel]] = members

    def find(self, queue: str, interface: str) -> list[MemberCall]:
        """Return whom a member talks to, as far as the channels show it, the latest call last.

        Args:
            queue: The queue.
            interface: What it dials for the member.
        """
        return [
            MemberCall(
                number=caller.caller_id_num,
                name=caller.caller_id_name,
                unique_id=caller.unique_id,
                linked_id=caller.linked_id,
                since=caller.bridged_at,
            )
            for member in self._members.get(line_of(interface), ())
            for caller in self._callers.get(member.bridge_id or "", ())
            if queue_run_by(caller) == queue
        ]


def dialled_for(channel: str) -> str:
    """Return what was dialled to make a channel: ``PJSIP/100`` of ``PJSIP/100-0000001a``."""
    return channel.rpartition("-")[0]


def line_of(interface: str) -> str:
    """Return what the channels of an interface are named after: ``Local/1@a`` of ``Local/1@a/n``."""
    return "/".join(interface.split("/")[:2])
