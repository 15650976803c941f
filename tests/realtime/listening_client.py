"""A client without a connection, which remembers what it was given; that must be as AsyncAPI says."""

from __future__ import annotations

from typing import Final

from amictl.realtime.batches import Parcel
from amictl.realtime.outbox import PendingOutput
from amictl.realtime.subscriptions import Client
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from tests.socket_contract import check_packet

SOMEBODY: Final = Identity(Actor(1, "sam", "Admin", frozenset(), None, None, "session"))


class ListeningClient(Client):
    """Takes what it is delivered.

    Args:
        sid: Its name.
        form: Which encoding it takes: ``socketio`` or ``plain``.
        deflate: Whether it takes that deflated.
        has_room: Whether it takes any.
    """

    transport = "websocket"

    def __init__(
        self, sid: str, form: str = "socketio", *, deflate: bool = False, has_room: bool = True
    ) -> None:
        super().__init__(sid, SOMEBODY)
        self.form, self.deflate, self.has_room = form, deflate, has_room
        self.taken: list[bytes] = []

    @property
    def waiting(self) -> PendingOutput:
        """Nothing waits: what it has no room for is left out."""
        return PendingOutput()

    def deliver(self, parcel: Parcel) -> int:
        """Take a parcel."""
        if not self.has_room:
            return 0
        for packet in parcel.packets():
            check_packet(packet.encode())
        encode = parcel.socketio_frames if self.form == "socketio" else parcel.plain_frames
        self.taken.append(encode(deflate=self.deflate))
        return len(self.taken[-1])

    def close(self) -> None:
        """Nothing is open."""

    def hang_up(self) -> None:
        """Nothing is open."""
