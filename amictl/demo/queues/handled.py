"""A call between a caller of a queue and the member who answered, until one of them leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amictl.demo.bridges import Bridge, Transfer
from amictl.demo.channels import Channel
from amictl.demo.queues.calling import Answered
from amictl.demo.queues.queue import CallQueue, Entry

if TYPE_CHECKING:
    from amictl.demo.world import World


class HandledCall:
    """Notices the end of such a call, tells and counts it (Asterisk apps/app_queue.c, queue_stasis_data).

    Args:
        world: The world.
        queue: Whose call it is.
        entry: The caller.
        answered: Who took it; the member's ``started`` is the call's.
        bridge: Where they talk.
    """

    def __init__(
        self, world: World, queue: CallQueue, entry: Entry, answered: Answered, bridge: Bridge
    ) -> None:
        self._world = world
        self._queue = queue
        self._entry = entry
        self._member = answered.member
        self._peer = answered.leg.channel
        self._started = answered.member.started
        self._is_within_level = answered.member.is_within_level
        self._is_over = False
        entry.channel.on_hangup_request.append(self._hear_hangup)
        self._peer.on_hangup_request.append(self._hear_hangup)
        bridge.on_transfer.append(self._hear_transfer)

    def _hear_hangup(self, channel: Channel) -> None:
        """Asterisk ``handle_hangup``: who leaves because of a transfer is heard of by that."""
        if self._is_over or _is_transferring(channel):
            return
        is_caller = channel is self._entry.channel
        self._write("COMPLETECALLER" if is_caller else "COMPLETEAGENT")
        self._complete("caller" if is_caller else "agent")

    def _hear_transfer(self, transfer: Transfer) -> None:
        """Asterisk ``handle_blind_transfer`` and ``handle_attended_transfer``."""
        if self._is_over:
            return
        if transfer.is_attended:
            self._write("ATTENDEDTRANSFER", transfer.destination)
        else:
            self._write("BLINDTRANSFER", transfer.exten, transfer.context)
        self._complete("transfer")

    def _complete(self, reason: str) -> None:
        self._is_over = True
        member = self._member
        caller, peer = self._entry.channel, self._peer
        self._world.emit(
            "AgentComplete",
            () if caller.hung_up else caller.headers(),
            () if peer.hung_up else peer.headers("Dest"),
            (
                ("Queue", self._queue.name),
                ("Interface", member.interface),
                ("MemberName", member.name),
                ("HoldTime", str(self._held)),
                ("TalkTime", str(self._talked)),
                ("Reason", reason),
            ),
        )
        self._world.queues.complete_call(self._queue, member, self._started, in_level=self._is_within_level)

    def _write(self, event: str, *data: str) -> None:
        self._world.queues.log.write(
            self._queue.name,
            self._entry.channel.unique_id,
            self._member.name,
            event,
            *data,
            self._held,
            self._talked,
            self._entry.original_position,
        )

    @property
    def _held(self) -> int:
        return self._started - self._entry.started

    @property
    def _talked(self) -> int:
        return int(self._world.now()) - self._started


def _is_transferring(channel: Channel) -> bool:
    return any(channel.variables.get(name) for name in ("BLINDTRANSFER", "ATTENDEDTRANSFER"))
