"""Where calls are that are no talk of two: a parking lot and conferences on the model PBX."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amictl.protocol import Reply
from tests.pbx.model_parts import ModelBridge, make_event, make_reply

if TYPE_CHECKING:
    from tests.pbx.model_pbx import ModelPbx

ROOMS = ("801", "802")
LOT = "default"


class ModelParking:
    """One lot; events tell of it aside, after the list has a call and before the list has lost it.

    Args:
        pbx: The PBX.
    """

    def __init__(self, pbx: ModelPbx) -> None:
        self.spaces: dict[str, int] = {}
        self._pbx = pbx
        self._leaving: dict[str, list[tuple[str, str]]] = {}
        self._bridge: str | None = None

    def park(self, unique_id: str) -> None:
        """A channel comes into the lot."""
        if self._bridge is None:
            self._bridge = self._pbx.create_bridge(ModelBridge("parking", "holding_bridge", "Parking", LOT))
        self._pbx.enter_bridge(unique_id, self._bridge)
        self.spaces[unique_id] = min(set(range(701, 801)) - set(self.spaces.values()))
        self._leaving.pop(unique_id, None)
        self._pbx.tell_aside("ParkedCall", self._headers(unique_id))

    def leave(self, unique_id: str, event: str) -> None:
        """A parked channel goes; for a moment the list still has it."""
        headers = self._headers(unique_id)
        self._pbx.tell_aside(event, headers)
        self._leaving[unique_id] = headers
        del self.spaces[unique_id]
        self._pbx.leave_bridge(unique_id)

    def settle(self) -> None:
        """The list has lost whoever has left."""
        self._leaving.clear()

    def list_calls(self) -> Reply:
        """Answer ``ParkedCalls``."""
        present = [self._headers(unique_id) for unique_id in self.spaces]
        return make_reply([make_event("ParkedCall", each) for each in (*present, *self._leaving.values())])

    def _headers(self, unique_id: str) -> list[tuple[str, str]]:
        channel = self._pbx.channels[unique_id]
        return [
            *((f"Parkee{name}", value) for name, value in channel.headers()),
            ("ParkerDialString", "PJSIP/1"),
            ("Parkinglot", LOT),
            ("ParkingSpace", str(self.spaces[unique_id])),
            ("ParkingTimeout", "300"),
            ("ParkingDuration", "0"),
        ]


@dataclass
class ModelRoom:
    """One conference while it lasts.

    Args:
        bridge: Its bridge.
        muted: Who is in, and whether each is muted.
        talking: Who talks.
    """

    bridge: str
    muted: dict[str, bool] = field(default_factory=dict)
    talking: set[str] = field(default_factory=set)


class ModelConferences:
    """Conferences that begin with the first party and end with the last; events tell of them aside.

    Args:
        pbx: The PBX.
    """

    def __init__(self, pbx: ModelPbx) -> None:
        self.rooms: dict[str, ModelRoom] = {}
        self._pbx = pbx

    def room_of(self, unique_id: str) -> str | None:
        """Which conference a channel is in."""
        return next((name for name, room in self.rooms.items() if unique_id in room.muted), None)

    def join(self, unique_id: str, name: str) -> None:
        """A channel joins a conference."""
        if name not in self.rooms:
            bridge = self._pbx.create_bridge(ModelBridge("base", "softmix", "ConfBridge", name))
            self.rooms[name] = ModelRoom(bridge)
            self._pbx.tell_aside("ConfbridgeStart", self._headers(name))
        room = self.rooms[name]
        self._pbx.enter_bridge(unique_id, room.bridge)
        room.muted[unique_id] = False
        self._tell("ConfbridgeJoin", name, unique_id, ("Admin", "No"), ("Muted", "No"))

    def leave(self, unique_id: str) -> None:
        """A party leaves; the last one ends the conference."""
        name, room = self._find(unique_id)
        self._tell("ConfbridgeLeave", name, unique_id, ("Admin", "No"))
        del room.muted[unique_id]
        room.talking.discard(unique_id)
        self._pbx.leave_bridge(unique_id)
        if not room.muted:
            self._pbx.tell_aside("ConfbridgeEnd", self._headers(name))
            del self.rooms[name]
            self._pbx.destroy_bridge(room.bridge)

    def mute(self, unique_id: str) -> None:
        """A party is muted, or no more."""
        name, room = self._find(unique_id)
        muted = room.muted[unique_id] = not room.muted[unique_id]
        self._tell("ConfbridgeMute" if muted else "ConfbridgeUnmute", name, unique_id, ("Admin", "No"))

    def talk(self, unique_id: str) -> None:
        """A party begins to talk, or falls silent."""
        name, room = self._find(unique_id)
        room.talking.symmetric_difference_update({unique_id})
        status = "on" if unique_id in room.talking else "off"
        self._tell("ConfbridgeTalking", name, unique_id, ("TalkingStatus", status), ("Admin", "No"))

    def list_rooms(self) -> Reply:
        """Answer ``ConfbridgeListRooms``."""
        facts = [("Marked", "0"), ("Locked", "No"), ("Muted", "No")]
        return make_reply(
            [make_event("ConfbridgeListRooms", [("Conference", name), *facts]) for name in self.rooms]
        )

    def list_parties(self, name: str) -> Reply | None:
        """Answer ``ConfbridgeList``, or None where there is no such conference."""
        room = self.rooms.get(name)
        if room is None:
            return None
        items = []
        for unique_id, muted in room.muted.items():
            facts = [("Admin", "No"), ("MarkedUser", "No"), ("Waiting", "No")]
            facts += [("Muted", "Yes" if muted else "No")]
            facts += [("Talking", "Yes" if unique_id in room.talking else "No")]
            headers = self._pbx.channels[unique_id].headers()
            items.append(make_event("ConfbridgeList", [("Conference", name), *facts, *headers]))
        return make_reply(items)

    def _find(self, unique_id: str) -> tuple[str, ModelRoom]:
        name = self.room_of(unique_id)
        assert name is not None
        return name, self.rooms[name]

    def _tell(self, event: str, name: str, unique_id: str, *facts: tuple[str, str]) -> None:
        channel = self._pbx.channels[unique_id]
        self._pbx.tell_aside(event, [*self._headers(name), *channel.headers(), *facts])

    def _headers(self, name: str) -> list[tuple[str, str]]:
        return [("Conference", name), *self._pbx.bridge_headers(self.rooms[name].bridge)]
