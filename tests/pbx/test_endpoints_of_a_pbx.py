"""Endpoints: what events and lists make of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from amictl.pbx.changes import Change, Changes
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.endpoints.value import Endpoint, EndpointContact
from amictl.protocol import Message, Reply
from tests.pbx.ami_events import Clock, ami_event, channel_event, channel_item, listed
from tests.pbx.recorded_sessions import play

STEPS = {step.name: step for step in SNAPSHOT_STEPS}
CHANNELS = STEPS["CoreShowChannels"]
ENDPOINTS = STEPS["PJSIPShowEndpoints"]
URI = "sip:100@192.0.2.7:5060"
STATIC = "sip:trunk@192.0.2.9"


def endpoint_item(name: str = "100", contacts: str = "", state: str = "Unavailable") -> Message:
    return ami_event(
        "EndpointList",
        ObjectType="endpoint",
        ObjectName=name,
        Aor=name,
        Contacts=contacts,
        DeviceState=state,
        ActiveChannels=0,
    )


def contact_item(name: str = "100", uri: str = URI, status: str = "NonQualified", **more: object) -> Message:
    told = {
        "ObjectName": f"{name};@0123",
        "Endpoint": name,
        "Uri": uri,
        "ViaAddr": "192.0.2.7",
        "ViaPort": 5060,
        "UserAgent": "Phone 1.0",
        "ExpirationTime": 1_800_000_300,
        "Status": status,
        "RoundtripUsec": "N/A",
    }
    return ami_event("ContactList", **told | more)


def detail_item(name: str, uri: str, status: str, **more: object) -> Message:
    told = {"AOR": name, "URI": uri, "EndpointName": name, "Status": status, "RoundtripUsec": "N/A"}
    return ami_event("ContactStatusDetail", **told | more)


def peer_item(name: str = "600", status: str = "OK (12 ms)", **more: object) -> Message:
    told = {"ObjectName": name, "IPaddress": "192.0.2.8", "IPport": 5061, "Dynamic": "yes", "Status": status}
    return ami_event("PeerEntry", **told | more)


def contact_event(status: str, uri: str = URI, name: str = "100", microseconds: int = 0) -> Message:
    return ami_event(
        "ContactStatus",
        URI=uri,
        ContactStatus=status,
        AOR=name,
        EndpointName=name,
        RoundtripUsec=microseconds,
    )


def peer_event(status: str, peer: str = "PJSIP/100", **more: object) -> Message:
    return ami_event("PeerStatus", ChannelType=peer.partition("/")[0], Peer=peer, PeerStatus=status, **more)


def device_event(state: str, device: str = "PJSIP/100") -> Message:
    return ami_event("DeviceStateChange", Device=device, State=state)


def about(changes: Changes) -> list[Change]:
    return [change for change in changes if change.topic == "endpoints"]


def load(state: PbxState, name: str, *items: Message) -> list[Change]:
    return about(STEPS[name].load(state, listed(*items)))


def load_contacts(state: PbxState, *items: Message) -> list[Change]:
    return about(state.endpoints.load_contacts(items))


def endpoint_of(state: PbxState, key: str = "PJSIP/100") -> Endpoint:
    return state.endpoints.by_key[key]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    state = PbxState(clock=clock)
    CHANNELS.load(state, listed())
    return state


@pytest.fixture
def known(state: PbxState) -> PbxState:
    load(state, "PJSIPShowEndpoints", endpoint_item(), endpoint_item("200"))
    return state


def test_a_list_tells_who_is_there_and_a_later_one_corrects(state: PbxState) -> None:
    changes = load(state, "PJSIPShowEndpoints", endpoint_item(), endpoint_item("200"))
    assert [change.key for change in changes] == ["PJSIP/100", "PJSIP/200"]
    told = endpoint_of(state)
    assert told == Endpoint(
        "PJSIP/100",
        "PJSIP",
        "100",
        device_state="unavailable",
        registered=False,
        reachable=False,
        status="unreachable",
        aors=("100",),
    )
    changes = load(state, "PJSIPShowEndpoints", endpoint_item("200"), endpoint_item("300"))
    assert [(change.op, change.key) for change in changes] == [("del", "PJSIP/100"), ("put", "PJSIP/300")]


def test_a_phone_registers_and_signs_out_by_events_in_any_order(known: PbxState) -> None:
    for event in (contact_event("NonQualified"), device_event("NOT_INUSE"), peer_event("Reachable")):
        assert about(known.apply(event))
    endpoint = endpoint_of(known)
    assert (endpoint.registered, endpoint.reachable, endpoint.status) == (True, True, "reachable")
    assert endpoint.contacts == (EndpointContact(URI, "100", "nonqualified", registered=True),)
    assert endpoint.address == "192.0.2.7:5060", "its URI tells"
    for event in (peer_event("Unreachable"), contact_event("Removed"), device_event("UNAVAILABLE")):
        assert about(known.apply(event))
    endpoint = endpoint_of(known)
    assert (endpoint.registered, endpoint.reachable, endpoint.contacts) == (False, False, ())
    assert endpoint.address is None


def test_lists_tell_what_phone_it_is(known: PbxState) -> None:
    known.apply(contact_event("NonQualified"))
    assert load_contacts(known, contact_item())
    (contact,) = endpoint_of(known).contacts
    assert (contact.user_agent, contact.via_address) == ("Phone 1.0", "192.0.2.7:5060")
    assert contact.expires_at == 1_800_000_300
    known.apply(contact_event("Reachable", microseconds=12_345))
    (contact,) = endpoint_of(known).contacts
    assert (contact.status, contact.round_trip_ms, contact.user_agent) == ("reachable", 12.345, "Phone 1.0")
    assert endpoint_of(known).round_trip_ms == 12.345
    known.apply(contact_event("Unreachable"))
    assert endpoint_of(known).round_trip_ms is None


def test_two_contacts_are_told_apart_and_the_quickest_one_counts(known: PbxState) -> None:
    known.apply(contact_event("Reachable", microseconds=30_000))
    known.apply(contact_event("Reachable", "sip:100@192.0.2.99", microseconds=10_000))
    assert len(endpoint_of(known).contacts) == 2
    assert endpoint_of(known).round_trip_ms == 10.0
    known.apply(contact_event("Removed", "sip:100@192.0.2.99"))
    assert [contact.uri for contact in endpoint_of(known).contacts] == [URI]
    assert endpoint_of(known).round_trip_ms == 30.0


def test_contacts_of_the_configuration_are_no_registrations(state: PbxState) -> None:
    reply = listed(
        endpoint_item("trunk", f"trunk/{STATIC},", "Not in use"), endpoint_item("100", f"100/{URI},")
    )
    ENDPOINTS.load(state, reply)
    assert endpoint_of(state, "PJSIP/trunk").reachable is True
    (contacts_step,) = ENDPOINTS.follow_ups(reply)
    contacts = listed(contact_item())
    contacts_step.load(state, contacts)
    assert endpoint_of(state, "PJSIP/trunk").registered is None
    assert endpoint_of(state).registered is True

    (detail_step,) = contacts_step.follow_ups(contacts)
    action = detail_step.action
    assert (action.name, action.headers) == ("PJSIPShowEndpoint", (("Endpoint", "trunk"),))
    detail_step.load(
        state,
        listed(detail_item("trunk", STATIC, "Reachable", ID="trunk@@0123", RoundtripUsec=2500, RegExpire=0)),
    )
    (contact,) = endpoint_of(state, "PJSIP/trunk").contacts
    assert contact == EndpointContact(STATIC, "trunk", "reachable", registered=False, round_trip_ms=2.5)
    assert endpoint_of(state, "PJSIP/trunk").registered is None
    assert endpoint_of(state, "PJSIP/trunk").address == "192.0.2.9"


def test_a_registered_contact_that_the_list_lacks_is_gone(known: PbxState) -> None:
    known.apply(contact_event("NonQualified"))
    load_contacts(known)
    assert endpoint_of(known).contacts == ()


def test_an_endpoint_of_several_aors_has_the_contacts_of_all(state: PbxState) -> None:
    lines = (
        "Event: EndpointList\r\nObjectName: 100\r\nAor: a,b\r\nContacts: a/sip:1@x,\r\nContacts: b/sip:2@y,"
    )
    load(state, "PJSIPShowEndpoints", Message(f"{lines}\r\nDeviceState: In use".encode()))
    endpoint = endpoint_of(state)
    assert endpoint.aors == ("a", "b")
    assert [(contact.aor, contact.uri) for contact in endpoint.contacts] == [
        ("a", "sip:1@x"),
        ("b", "sip:2@y"),
    ]


def test_a_device_state_has_its_moment(known: PbxState, clock: Clock) -> None:
    (change,) = about(known.apply(device_event("INUSE")))
    assert change.value == endpoint_of(known)
    assert (endpoint_of(known).device_state, endpoint_of(known).device_state_since) == ("in use", clock.now)
    began = clock.now
    clock.now += 60
    assert not about(known.apply(device_event("INUSE")))
    load(known, "DeviceStateList", device_event("INUSE"))
    assert endpoint_of(known).device_state_since == began
    clock.now += 10
    load(known, "DeviceStateList", device_event("RINGING"))
    assert endpoint_of(known).device_state == "ringing"
    assert endpoint_of(known).device_state_since is None, "nobody told since when"


@pytest.mark.parametrize(
    "device", ["Queue:support_avail", "Custom:agent501", "Local/501@agents", "PJSIP/999"]
)
def test_other_devices_are_no_endpoints(known: PbxState, device: str) -> None:
    assert not about(known.apply(device_event("INUSE", device)))
    assert len(known.endpoints.by_key) == 2


def test_a_device_state_that_overtook_a_list_from_a_cache_stands(state: PbxState, clock: Clock) -> None:
    state.apply(device_event("INUSE"))
    load(state, "PJSIPShowEndpoints", endpoint_item(state="Not in use"))
    assert (endpoint_of(state).device_state, endpoint_of(state).device_state_since) == ("in use", clock.now)
    clock.now += 10
    load(state, "PJSIPShowEndpoints", endpoint_item(state="Not in use"))
    assert endpoint_of(state).device_state == "not in use"


def test_a_second_session_remembers_since_when(known: PbxState, clock: Clock) -> None:
    known.apply(device_event("INUSE"))
    clock.now += 60
    again = PbxState(clock=clock, earlier=known)
    CHANNELS.load(again, listed())
    load(again, "PJSIPShowEndpoints", endpoint_item(state="In use"), endpoint_item("200", state="In use"))
    assert endpoint_of(again).device_state_since == clock.now - 60
    assert endpoint_of(again, "PJSIP/200").device_state_since is None


@pytest.mark.parametrize(
    ("words", "status", "reachable", "milliseconds"),
    [
        ("OK (12 ms)", "reachable", True, 12.0),
        ("LAGGED (700 ms)", "lagged", True, 700.0),
        ("UNREACHABLE", "unreachable", False, None),
        ("UNKNOWN", "unknown", None, None),
        ("Unmonitored", "unmonitored", None, None),
    ],
)
def test_peers_of_the_older_drivers_are_read(
    state: PbxState, words: str, status: str, reachable: bool | None, milliseconds: float | None
) -> None:
    load(state, "SIPpeers", peer_item(status=words))
    peer = endpoint_of(state, "SIP/600")
    assert (peer.status, peer.reachable, peer.round_trip_ms) == (status, reachable, milliseconds)
    assert (peer.registered, peer.address) == (True, "192.0.2.8:5061")


@pytest.mark.parametrize("nowhere", ["-none-", "(null)", "(Unspecified)"])
def test_a_dynamic_peer_without_an_address_is_not_registered(state: PbxState, nowhere: str) -> None:
    load(state, "IAXpeerlist", peer_item("mobile", "UNKNOWN", IPaddress=nowhere, Port="(null)"))
    assert (endpoint_of(state, "IAX2/mobile").registered, endpoint_of(state, "IAX2/mobile").address) == (
        False,
        None,
    )
    load(state, "IAXpeerlist", peer_item("mobile", Dynamic="no", Port=4569))
    assert endpoint_of(state, "IAX2/mobile").registered is None
    assert endpoint_of(state, "IAX2/mobile").address == "192.0.2.8:4569"


def test_each_technology_has_its_own_list(known: PbxState) -> None:
    load(known, "SIPpeers", peer_item("100"))
    load(known, "IAXpeerlist", peer_item("100"))
    assert set(known.endpoints.by_key) == {"PJSIP/100", "PJSIP/200", "SIP/100", "IAX2/100"}
    load(known, "SIPpeers")
    assert set(known.endpoints.by_key) == {"PJSIP/100", "PJSIP/200", "IAX2/100"}


def test_peer_events_move_the_older_drivers(state: PbxState) -> None:
    load(state, "SIPpeers", peer_item(status="UNREACHABLE", IPaddress="-none-"))
    state.apply(peer_event("Registered", "SIP/600", Address="192.0.2.50:5060"))
    peer = endpoint_of(state, "SIP/600")
    assert (peer.registered, peer.address, peer.status) == (True, "192.0.2.50:5060", "unreachable")
    state.apply(peer_event("Lagged", "SIP/600", Time=900))
    peer = endpoint_of(state, "SIP/600")
    assert (peer.status, peer.reachable, peer.round_trip_ms) == ("lagged", True, 900.0)
    state.apply(peer_event("Unreachable", "SIP/600", Time=-1))
    peer = endpoint_of(state, "SIP/600")
    assert (peer.status, peer.reachable, peer.round_trip_ms) == ("unreachable", False, None)
    state.apply(peer_event("Unregistered", "SIP/600", Cause="Expired"))
    assert (endpoint_of(state, "SIP/600").registered, endpoint_of(state, "SIP/600").address) == (False, None)
    assert not about(state.apply(peer_event("Rejected", "SIP/600", Cause="AUTH_SECRET_FAILED")))
    assert not about(state.apply(peer_event("Rejected", "SIP/unknown")))


def test_an_endpoint_that_only_an_event_told_is_there(state: PbxState) -> None:
    state.apply(device_event("INUSE"))
    state.apply(peer_event("Reachable"))
    assert (endpoint_of(state).reachable, endpoint_of(state).device_state) == (True, "in use")
    assert not about(state.apply(peer_event("Reachable", "DAHDI/1")))
    assert not about(state.apply(contact_event("Reachable", "")))


def test_channels_are_counted_by_the_endpoint_in_their_name(known: PbxState) -> None:
    def count(key: str = "PJSIP/100") -> int:
        return endpoint_of(known, key).active_channels

    known.apply(channel_event("Newchannel", "17.1", Channel="PJSIP/100-00000001"))
    known.apply(channel_event("Newchannel", "17.2", Channel="PJSIP/100-00000002"))
    known.apply(channel_event("Newchannel", "17.3", Channel="Local/100@default-00000001;1"))
    known.apply(channel_event("Newchannel", "17.4", Channel="PJSIP/300-00000003"))
    assert count() == 2
    known.apply(
        ami_event("Rename", Channel="PJSIP/100-00000002", Newname="PJSIP/200-00000009", Uniqueid="17.2")
    )
    assert (count(), count("PJSIP/200")) == (1, 1)
    (change,) = about(known.apply(channel_event("Hangup", "17.1", Channel="PJSIP/100-00000001")))
    assert change.value == endpoint_of(known)
    assert count() == 0
    load(known, "PJSIPShowEndpoints", endpoint_item(), endpoint_item("300"))
    assert count("PJSIP/300") == 1, "its channel was there first"


def test_channels_of_a_list_are_counted(known: PbxState) -> None:
    CHANNELS.load(known, listed(channel_item("17.1", Channel="PJSIP/100-00000001")))
    assert endpoint_of(known).active_channels == 1


def test_what_lists_proved_is_taken_over(known: PbxState) -> None:
    mended = replace(endpoint_of(known), device_state="busy")
    assert about(known.correct("endpoints", "PJSIP/100", mended)) == [
        Change("endpoints", "put", "PJSIP/100", mended)
    ]
    assert about(known.correct("endpoints", "PJSIP/100", None)) == [Change("endpoints", "del", "PJSIP/100")]


@pytest.mark.parametrize("version", [16, 22])
def test_a_recorded_session_agrees_with_each_list_in_it(version: int) -> None:
    """A phone registers, calls and signs out: its lists tell nothing but who it says it is."""
    state = PbxState()
    CHANNELS.load(state, listed())
    rounds = 0
    seen = []
    for told in play(f"endpoints-{version}"):
        if isinstance(told, Message):
            state.apply(told)
            continue
        before = [without_details(endpoint) for endpoint in state.endpoints.by_key.values()]
        if not load_any(state, told):
            continue
        after = [without_details(endpoint) for endpoint in state.endpoints.by_key.values()]
        if told.complete is not None and told.complete.name == "EndpointListComplete":
            rounds += 1
            seen.append(endpoint_of(state).device_state)
        assert rounds == 1 or after == before
    assert (rounds, seen) == (4, ["unavailable", "not in use", "in use", "unavailable"])
    assert (endpoint_of(state).registered, endpoint_of(state).active_channels) == (False, 0)


def load_any(state: PbxState, reply: Reply) -> bool:
    """Load a reply into the table it is for, if there is one."""
    name = reply.complete.name if reply.complete is not None else reply.message
    loads = {
        "EndpointListComplete": state.endpoints.load_pjsip_endpoints,
        "ContactListComplete": state.endpoints.load_contacts,
        "No Contacts found": state.endpoints.load_contacts,
        "DeviceStateListComplete": state.endpoints.load_device_states,
        "PeerlistComplete": state.endpoints.load_sip_peers,
    }
    if name not in loads:
        return False
    loads[name](reply.items)
    return True


def without_details(endpoint: Endpoint) -> Endpoint:
    contacts = tuple(
        replace(contact, user_agent=None, via_address=None, expires_at=None) for contact in endpoint.contacts
    )
    return replace(endpoint, contacts=contacts)
