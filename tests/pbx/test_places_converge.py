"""Whatever overtakes whatever: parking, conferences and endpoints end as the PBX has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Reply
from tests.pbx.model_places import THREADS, PlacesOfPbx

ROOMS = ("town", "hall")
URIS = ("sip:1@192.0.2.1", "sip:2@192.0.2.2")
PICK = st.integers(0, 999)
ASKED = ("CoreShowChannels", "ParkedCalls", "ConfbridgeListRooms", "PJSIPShowEndpoints")


class SessionsOfOnePbx(RuleBasedStateMachine):
    """Random lives on a model PBX; sessions that begin among them, with lists whenever they are answered."""

    def __init__(self) -> None:
        super().__init__()
        self.pbx = PlacesOfPbx()
        self.picture = LivePicture("main")
        self.sessions = 0
        self.to_ask: list[SnapshotStep] = []
        self.complete = True
        self.stayed: set[str] = set()

    def pick(self, number: int, among: Iterable[str]) -> str | None:
        found = sorted(among)
        return found[number % len(found)] if found else None

    def free_channels(self) -> set[str]:
        inside = {unique_id for room in self.pbx.rooms.values() for unique_id in room.parties}
        return self.pbx.channels - inside - self.pbx.parked.keys()

    @rule()
    def call(self) -> None:
        self.pbx.create_channel()

    @rule(number=PICK)
    def hang_up(self, number: int) -> None:
        if unique_id := self.pick(number, self.pbx.channels):
            self.pbx.hang_up(unique_id)

    @rule(number=PICK)
    def park(self, number: int) -> None:
        if unique_id := self.pick(number, self.free_channels()):
            self.pbx.park(unique_id)

    @rule(number=PICK, event=st.sampled_from(["UnParkedCall", "ParkedCallTimeOut"]))
    def leave_lot(self, number: int, event: str) -> None:
        if unique_id := self.pick(number, self.pbx.parked):
            self.pbx.leave_lot(unique_id, event)

    @rule(number=PICK, name=st.sampled_from(ROOMS), muted=st.booleans())
    def join(self, number: int, name: str, muted: bool) -> None:
        if unique_id := self.pick(number, self.free_channels()):
            if unique_id in self.stayed:
                # A word of an earlier stay cannot be told from one of this: none is so late.
                self.deliver("bridges", 999)
                self.deliver("mutes", 999)
            self.stayed.add(unique_id)
            self.pbx.join(name, unique_id, muted=muted)

    @rule(number=PICK, name=st.sampled_from(ROOMS), what=st.sampled_from(["mute", "talk", "record"]))
    def change_party(self, number: int, name: str, what: str) -> None:
        room = self.pbx.rooms.get(name)
        if room is None:
            return
        unique_id = self.pick(number, room.parties) or ""
        if what == "mute":
            self.pbx.mute(name, unique_id, muted=not room.parties[unique_id].muted)
        elif what == "talk":
            self.pbx.talk(name, unique_id, talking=not room.parties[unique_id].talking)
        else:
            self.pbx.record(name, recording=not room.recording)

    @rule(number=PICK, name=st.sampled_from(ROOMS))
    def leave_room(self, number: int, name: str) -> None:
        room = self.pbx.rooms.get(name)
        if room and (unique_id := self.pick(number, room.parties)):
            self.pbx.leave_room(name, unique_id)

    @rule(
        name=st.sampled_from(["100", "200"]),
        uri=st.sampled_from(URIS),
        status=st.sampled_from(["NonQualified", "Reachable", "Unreachable", "Removed"]),
    )
    def register(self, name: str, uri: str, status: str) -> None:
        self.pbx.set_contact(name, uri, status)

    @rule(thread=st.sampled_from(THREADS), count=st.integers(1, 10))
    def deliver(self, thread: str, count: int) -> None:
        for message in self.pbx.deliver(thread, count):
            if self.sessions:
                self.picture.apply_event(message)

    @precondition(lambda self: self.sessions < 3 and self.complete)
    @rule()
    def log_in(self) -> None:
        self.pbx.log_in()
        self.sessions += 1
        self.picture.begin_session(f"session-{self.sessions}")
        self.to_ask = [step for step in SNAPSHOT_STEPS if step.name in ASKED]
        self.complete = False

    @rule()
    def be_late(self) -> None:
        self.pbx.keep_cache()

    @rule()
    def catch_up(self) -> None:
        self.pbx.forget_lately()

    @precondition(lambda self: self.to_ask)
    @rule()
    def answer_next_list(self) -> None:
        step = self.to_ask.pop(0)
        reply = self.answer(step)
        self.picture.load_step(step, reply)
        self.to_ask[:0] = step.follow_ups(reply)
        if not self.to_ask and not self.complete:
            self.picture.complete_snapshot()
            self.complete = True

    @precondition(lambda self: self.complete and self.sessions and not self.to_ask)
    @rule(name=st.sampled_from(ASKED[1:]))
    def ask_again(self, name: str) -> None:
        self.to_ask = [step for step in SNAPSHOT_STEPS if step.name == name]

    def answer(self, step: SnapshotStep) -> Reply:
        headers = dict(step.action.headers)
        if step.name == "ConfbridgeList":
            return self.pbx.list_parties(headers["Conference"])
        if step.name == "PJSIPShowEndpoint":
            return self.pbx.list_contacts_of(headers["Endpoint"])
        answers = {
            "CoreShowChannels": self.pbx.list_channels,
            "ParkedCalls": self.pbx.list_parked,
            "ConfbridgeListRooms": self.pbx.list_rooms,
            "Getvar": self.pbx.list_recorders,
            "PJSIPShowEndpoints": self.pbx.list_endpoints,
            "PJSIPShowContacts": self.pbx.list_contacts,
        }
        return answers[step.name]()

    def teardown(self) -> None:
        if not self.sessions:
            self.log_in()
        while self.to_ask:
            self.answer_next_list()
        for thread in THREADS:
            self.deliver(thread, 9999)
        assert seen(self.picture) == told(self.pbx)


def seen(picture: LivePicture) -> dict[str, Any]:
    return {
        "parked": {call.unique_id: call.space for call in picture.parked_calls()},
        "rooms": {
            room.conference: (
                room.recording,
                {party.unique_id: (party.muted, party.talking) for party in room.parties},
            )
            for room in picture.conferences()
        },
        "endpoints": {
            endpoint.resource: (
                {contact.uri: contact.status for contact in endpoint.contacts},
                endpoint.registered,
                endpoint.reachable,
                endpoint.device_state,
            )
            for endpoint in picture.endpoints()
        },
    }


def told(pbx: PlacesOfPbx) -> dict[str, Any]:
    states = {"NOT_INUSE": "not in use", "UNAVAILABLE": "unavailable"}
    return {
        "parked": {unique_id: str(space) for unique_id, space in pbx.parked.items()},
        "rooms": {
            name: (
                room.recording,
                {unique_id: (party.muted, party.talking) for unique_id, party in room.parties.items()},
            )
            for name, room in pbx.rooms.items()
        },
        "endpoints": {
            name: (
                {uri: status.lower() for uri, status in contacts.items()},
                bool(contacts),
                pbx.is_reachable(name),
                states[pbx.states[name]],
            )
            for name, contacts in pbx.contacts.items()
        },
    }


SessionsOfOnePbx.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestPlacesOfOnePbx = SessionsOfOnePbx.TestCase
