"""Members of queues of whom Asterisk sends no event, and what else tells how they are.

app_queue.c packs an event's headers as JSON, which holds no text that is not UTF-8. Where the name of a
member or its queue, or a reason, is of another encoding or cut within a character, no ``QueueMember…`` event
comes, and ``AgentConnect`` and its like with the headers of their channels alone (seen on 22.10 and 16.28).
Device states come all the same: the member's own, and ``Queue:<queue>_pause_<interface>`` for its pauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_device_word
from amictl.pbx.changes import QUEUES
from amictl.pbx.doubts import Doubts
from amictl.pbx.topics.queues.partners import line_of
from amictl.pbx.topics.queues.record import QueueRecord
from amictl.pbx.topics.queues.value import Membership, QueueMember
from amictl.protocol import Message

_REPLACED: Final = "\ufffd"  # what a byte becomes that is not UTF-8
_PAUSED: Final = "in use"


class SilentMembers:
    """The members of whom no event comes, by the devices that tell of them.

    Args:
        doubts: Where their queues are noted when something of them changed that only a list tells in full.
    """

    def __init__(self, doubts: Doubts) -> None:
        self._of_queue: dict[str, tuple[QueueMember, ...]] = {}
        self._doubts = doubts

    def __bool__(self) -> bool:
        return bool(self._of_queue)

    def places(self) -> tuple[Membership, ...]:
        """Return who they are, in order."""
        return tuple(
            Membership(queue, member.interface)
            for queue, members in self._of_queue.items()
            for member in members
        )

    def take(self, queue: str, members: Iterable[QueueMember]) -> None:
        """Take the members of a queue, as a list tells them.

        Args:
            queue: The queue.
            members: All of its members.
        """
        silent = tuple(member for member in members if _is_silent(queue, member))
        if silent:
            self._of_queue[queue] = silent
        else:
            self._of_queue.pop(queue, None)

    def keep(self, queues: Iterable[str]) -> None:
        """Forget the members of all other queues.

        Args:
            queues: Those that are there.
        """
        for queue in self._of_queue.keys() - set(queues):
            del self._of_queue[queue]

    def follow(self, message: Message, records: Mapping[str, QueueRecord], now: float) -> list[QueueRecord]:
        """Take what a ``DeviceStateChange`` event tells of them; return the queues that it changed.

        Args:
            message: The event.
            records: The queues by name.
            now: The time.
        """
        device, state = message.get("Device", ""), read_device_word(message.get("State"))
        changed = []
        for queue, members in self._of_queue.items():
            for member in members:
                known = records[queue].members.get(member.interface)
                if known is None:
                    continue
                if device == line_of(member.state_interface or member.interface):
                    new = replace(known, status=state, status_since=now) if known.status != state else known
                elif device == f"Queue:{queue}_pause_{member.interface}":
                    new = _pause(known, now, paused=state == _PAUSED)
                    if new is not known:
                        self._doubts.note(QUEUES, queue)
                else:
                    continue
                if new is not known:
                    records[queue].members[member.interface] = new
                    changed.append(records[queue])
        return changed


def _pause(member: QueueMember, now: float, *, paused: bool) -> QueueMember:
    """Return a member that is paused or not; why, no device state tells."""
    if member.paused == paused:
        return member
    return replace(member, paused=paused, paused_at=now if paused else None, paused_reason=None)


def _is_silent(queue: str, member: QueueMember) -> bool:
    texts = (queue, member.name, member.interface, member.state_interface, member.paused_reason)
    return any(_REPLACED in text for text in texts if text)
