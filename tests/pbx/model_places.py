"""A small PBX on paper for what is not a channel, a bridge or a queue: parking, conferences, endpoints.

As in Asterisk, each kind of event comes through a thread of its own: within a kind events keep their order,
and between kinds anything may overtake anything. Lists tell the truth of their moment, except that who left
may be listed for a moment longer, and device states come from a cache that can be behind.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from amictl.protocol import Message, Reply
from tests.pbx.ami_events import ami_event, channel_item, listed

THREADS = ("channels", "parking", "bridges", "mutes", "contacts", "peers", "devices")


@dataclass
class Party:
    muted: bool = False
    talking: bool = False


@dataclass
class Room:
    bridge_id: str
    parties: dict[str, Party] = field(default_factory=dict)
    recording: bool = False
    locked: bool = False


class PlacesOfPbx:
    """The truth, and the events on their way, by the thread that they come through."""

    def __init__(self) -> None:
        self.channels: set[str] = set()
        self.parked: dict[str, int] = {}
        self.rooms: dict[str, Room] = {}
        self.contacts: dict[str, dict[str, str]] = {"100": {}, "200": {}}
        self.states = {"100": "UNAVAILABLE", "200": "UNAVAILABLE"}
        self.on_the_way: dict[str, deque[Message]] = {thread: deque() for thread in THREADS}
        self.just_left: list[Message] = []
        self.just_left_rooms: dict[str, list[Message]] = {}
        self._cached_states: dict[str, str] | None = None
        self._numbers = 0

    # What happens.

    def create_channel(self) -> None:
        unique_id = f"17.{self._next()}"
        self.channels.add(unique_id)
        self._tell("channels", ami_event("Newchannel", **self._snapshot(unique_id)))

    def hang_up(self, unique_id: str) -> None:
        if unique_id in self.parked:
            self.leave_lot(unique_id, "ParkedCallGiveUp")
        for name, room in list(self.rooms.items()):
            if unique_id in room.parties:
                self.leave_room(name, unique_id)
        self.channels.discard(unique_id)
        self._tell("channels", ami_event("Hangup", **self._snapshot(unique_id)))

    def park(self, unique_id: str) -> None:
        self.parked[unique_id] = 700 + self._next()
        self._tell("parking", self._parking_event("ParkedCall", unique_id))

    def leave_lot(self, unique_id: str, event: str) -> None:
        message = self._parking_event("ParkedCall", unique_id)
        self._tell("parking", self._parking_event(event, unique_id))
        del self.parked[unique_id]
        self.just_left.append(message)

    def join(self, name: str, unique_id: str, *, muted: bool) -> None:
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(f"bridge-{self._next()}")
            self._tell("bridges", self._room_event("ConfbridgeStart", name))
        room.parties[unique_id] = Party(muted)
        told = "Yes" if muted else "No"
        self._tell("bridges", self._room_event("ConfbridgeJoin", name, unique_id, Muted=told))

    def leave_room(self, name: str, unique_id: str) -> None:
        room = self.rooms[name]
        self._tell("bridges", self._room_event("ConfbridgeLeave", name, unique_id))
        self.just_left_rooms.setdefault(name, []).append(self._party_item(name, unique_id))
        del room.parties[unique_id]
        if not room.parties:
            self._tell("bridges", self._room_event("ConfbridgeEnd", name))
            if room.recording:
                self._tell("bridges", self._room_event("ConfbridgeStopRecord", name))
            del self.rooms[name]
            self.just_left_rooms.pop(name)

    def mute(self, name: str, unique_id: str, *, muted: bool) -> None:
        self.rooms[name].parties[unique_id].muted = muted
        event = "ConfbridgeMute" if muted else "ConfbridgeUnmute"
        self._tell("mutes", self._room_event(event, name, unique_id))

    def talk(self, name: str, unique_id: str, *, talking: bool) -> None:
        self.rooms[name].parties[unique_id].talking = talking
        status = "on" if talking else "off"
        self._tell("bridges", self._room_event("ConfbridgeTalking", name, unique_id, TalkingStatus=status))

    def record(self, name: str, *, recording: bool) -> None:
        if self.rooms[name].recording != recording:
            self.rooms[name].recording = recording
            event = "ConfbridgeRecord" if recording else "ConfbridgeStopRecord"
            self._tell("bridges", self._room_event(event, name))

    def set_contact(self, name: str, uri: str, status: str) -> None:
        """A phone registers, answers, does not answer, or signs out (``Removed``)."""
        contacts = self.contacts[name]
        if status == "Removed":
            if contacts.pop(uri, None) is None:
                return
        else:
            contacts[uri] = status
        told = {"URI": uri, "ContactStatus": status, "AOR": name, "EndpointName": name}
        self._tell("contacts", ami_event("ContactStatus", **told, RoundtripUsec=0))
        self._set_state(name, "NOT_INUSE" if self.is_reachable(name) else "UNAVAILABLE")

    def is_reachable(self, name: str) -> bool:
        return any(status != "Unreachable" for status in self.contacts[name].values())

    # What a session gets.

    def log_in(self) -> None:
        """A session hears what is published after its login; what lagged before has caught up by then."""
        self.forget_lately()
        for waiting in self.on_the_way.values():
            waiting.clear()

    def forget_lately(self) -> None:
        """Let lists tell the truth again."""
        self.just_left.clear()
        self.just_left_rooms.clear()
        self._cached_states = None

    def keep_cache(self) -> None:
        """Let lists of device states tell what is now for a while."""
        self._cached_states = dict(self.states)

    def deliver(self, thread: str, count: int) -> list[Message]:
        waiting = self.on_the_way[thread]
        return [waiting.popleft() for _ in range(min(count, len(waiting)))]

    def list_channels(self) -> Reply:
        return listed(*(channel_item(unique_id) for unique_id in sorted(self.channels)))

    def list_parked(self) -> Reply:
        return listed(*(self._parking_event("ParkedCall", each) for each in self.parked), *self.just_left)

    def list_rooms(self) -> Reply:
        return listed(
            *(
                ami_event("ConfbridgeListRooms", Conference=name, Locked="No", Muted="No")
                for name in self.rooms
            )
        )

    def list_parties(self, name: str) -> Reply:
        room = self.rooms.get(name)
        if room is None:
            return Reply("1", Message(b"Response: Error\r\nMessage: No Conference by that name found."))
        lingering = self.just_left_rooms.get(name, [])
        return listed(*(self._party_item(name, unique_id) for unique_id in room.parties), *lingering)

    def list_recorders(self) -> Reply:
        names = " ".join(f"CBRec/{name}-00000001" for name, room in self.rooms.items() if room.recording)
        return Reply("1", Message(f"Response: Success\r\nValue: {names}".encode()))

    def list_endpoints(self) -> Reply:
        states = self._cached_states or self.states
        return listed(
            *(
                ami_event(
                    "EndpointList",
                    ObjectName=name,
                    Aor=name,
                    Contacts=",".join(f"{name}/{uri}" for uri in contacts),
                    DeviceState=states[name],
                )
                for name, contacts in self.contacts.items()
            )
        )

    def list_contacts(self) -> Reply:
        items = [
            ami_event("ContactList", ObjectName=f"{name};@1", Endpoint=name, Uri=uri, Status=status)
            for name, contacts in self.contacts.items()
            for uri, status in contacts.items()
        ]
        return listed(*items)

    def list_contacts_of(self, name: str) -> Reply:
        told = {"AOR": name, "EndpointName": name, "ID": f"{name};@1"}
        contacts = self.contacts[name].items()
        return listed(
            *(ami_event("ContactStatusDetail", **told, URI=uri, Status=status) for uri, status in contacts)
        )

    def _set_state(self, name: str, state: str) -> None:
        if self.states[name] == state:
            return
        self.states[name] = state
        device = f"PJSIP/{name}"
        word = "Reachable" if state == "NOT_INUSE" else "Unreachable"
        self._tell("peers", ami_event("PeerStatus", ChannelType="PJSIP", Peer=device, PeerStatus=word))
        self._tell("devices", ami_event("DeviceStateChange", Device=device, State=state))

    def _tell(self, thread: str, message: Message) -> None:
        self.on_the_way[thread].append(message)

    def _snapshot(self, unique_id: str) -> dict[str, object]:
        return {"Channel": f"PJSIP/{unique_id}", "ChannelStateDesc": "Up", "Uniqueid": unique_id}

    def _parking_event(self, event: str, unique_id: str) -> Message:
        return ami_event(
            event,
            ParkeeChannel=f"PJSIP/{unique_id}",
            ParkeeUniqueid=unique_id,
            Parkinglot="default",
            ParkingSpace=self.parked[unique_id],
            ParkingTimeout=300,
            ParkingDuration=0,
        )

    def _room_event(self, event: str, name: str, unique_id: str | None = None, **more: object) -> Message:
        told: dict[str, object] = {"Conference": name, "BridgeUniqueid": self.rooms[name].bridge_id}
        if unique_id is not None:
            told |= self._snapshot(unique_id)
        return ami_event(event, **told, **more)

    def _party_item(self, name: str, unique_id: str) -> Message:
        party = self.rooms[name].parties[unique_id]
        muted, talking = ("Yes" if flag else "No" for flag in (party.muted, party.talking))
        told = self._snapshot(unique_id) | {"Conference": name, "Muted": muted, "Talking": talking}
        return ami_event("ConfbridgeList", **told)

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers
