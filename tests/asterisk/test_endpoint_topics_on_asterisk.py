"""Endpoints, parked calls and conferences: each topic is what the lists of a second session tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.ami_client import AmiClient, AmiRefused, Message
from tests.asterisk.answering_peer import AnsweringPeer
from tests.asterisk.calls import place_call
from tests.asterisk.fixtures import make_server
from tests.asterisk.installation import MAJORS
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.sip_phone import SipPhone
from tests.patience import PATIENCE

pytestmark = pytest.mark.asterisk

Told = dict[str, dict[str, Any]]

# A trunk whose address stands in the configuration, an endpoint of two AORs, a peer of each older driver;
# talkers that are heard, somebody who waits for somebody marked, and an admin with a menu.
_PJSIP: Final = """
[190](phone)
aors = 190
[190]
type = aor
contact = sip:190@127.0.0.1:{peer}
qualify_frequency = 1
qualify_timeout = 0.5
[191](phone)
aors = 191a,191b
[191a](aor)
[191b](aor)
"""
_SIP: Final = """
[610]
type = peer
host = 127.0.0.1
port = {peer}
qualify = 300
qualifyfreq = 1
"""
_IAX: Final = """
[general]
bindaddr = 127.0.0.1
bindport = {iax}
[mirror]
type = peer
host = 127.0.0.1
port = {iax}
qualify = yes
qualifyfreqok = 1000
[mobile]
type = friend
host = dynamic
secret = secret-mobile
"""
_CONFBRIDGE: Final = """
[talker]
type = user
quiet = yes
talk_detection_events = yes
[waiter]
type = user
quiet = yes
wait_marked = yes
[chair]
type = user
quiet = yes
admin = yes
marked = yes
"""
_EXTENSIONS: Final = """
[rooms]
exten => talker,1,Answer()
 same => n,ConfBridge(town,default_bridge,talker)
exten => waiter,1,Answer()
 same => n,ConfBridge(town,default_bridge,waiter)
exten => chair,1,Answer()
 same => n,ConfBridge(town,default_bridge,chair)
exten => tone,1,Answer()
 same => n,Playtones(!440/1500,!0/60000)
 same => n,Wait(600)
exten => lobby,1,Answer()
 same => n,Park(lobby)
exten => briefly,1,Answer()
 same => n,Park(lobby,t(2))
 same => n,Wait(600)
"""
_STATES: Final = {
    "NOT_INUSE": "not in use",
    "INUSE": "in use",
    "UNAVAILABLE": "unavailable",
    "RINGING": "ringing",
    "RINGINUSE": "ring+in use",
    "UNKNOWN": "unknown",
    "INVALID": "invalid",
    "BUSY": "busy",
    "ONHOLD": "on hold",
}


@pytest.fixture(scope="module", params=MAJORS, ids=lambda major: f"asterisk-{major}")
def pbx(request: pytest.FixtureRequest) -> Iterator[AsteriskServer]:
    server = make_server(request.param)
    ports = {"peer": server.sipp_ports.stop - 2, "iax": server.sipp_ports.stop - 1}
    for name, text in {
        "pjsip": _PJSIP,
        "sip": _SIP,
        "iax": _IAX,
        "confbridge": _CONFBRIDGE,
        "extensions": _EXTENSIONS,
    }.items():
        path = server.home / f"etc/{name}.conf"
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(known + text.format(**ports), encoding="utf-8")
    endpoints = server.home / "etc/pjsip.conf"
    lasting = "qualify_frequency = 0\nminimum_expiration = 1"
    text = endpoints.read_text(encoding="utf-8").replace("qualify_frequency = 0", lasting)
    text = text.replace("type = global", "type = global\ncontact_expiration_check_interval = 1")
    endpoints.write_text(text, encoding="utf-8")
    modules = server.home / "etc/modules.conf"
    modules.write_text(modules.read_text(encoding="utf-8").replace("noload = chan_iax2.so", ""), "utf-8")
    with server:
        yield server


@pytest.fixture
def peer(pbx: AsteriskServer) -> Iterator[AnsweringPeer]:
    with AnsweringPeer(pbx.sipp_ports.stop - 2) as peer:
        yield peer


@pytest.fixture
def ami(pbx: AsteriskServer) -> Iterator[AmiClient]:
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="off") as client:
        yield client
        client.action("Hangup", Channel="/.*/")
        await_condition(lambda: not client.action("CoreShowChannels")[1:-1], what="the end of all calls")


@pytest.fixture
def picture(pbx: AsteriskServer) -> Iterator[LivePicture]:
    picture = LivePicture("main")
    manager = AmiManager(LinkSettings("main", pbx.host, pbx.ami_port, pbx.username, pbx.secret), picture)
    manager.start()
    await_condition(lambda: picture.link.state is LinkState.CONNECTED, what="the link")
    assert picture.link.detail is None
    yield picture
    manager.stop()


def await_agreement(see: Callable[[], Told], tell: Callable[[], Told], what: str) -> Told:
    """Wait until the topic is what the lists tell, and return that."""
    last: tuple[Told, Told] = ({}, {})

    def agree() -> bool:
        nonlocal last
        last = (see(), tell())
        return last[0] == last[1]

    try:
        await_condition(agree, what=what)
    except AssertionError as late:
        seen, told = last
        different = {key for key in seen.keys() | told.keys() if seen.get(key) != told.get(key)}
        lines = [f"{key}: amictl {seen.get(key)}, PBX {told.get(key)}" for key in sorted(different)]
        raise AssertionError("\n".join([str(late), *lines])) from late
    return last[1]


def ask(ami: AmiClient, name: str, **headers: object) -> list[Message]:
    """Ask for a list; one that is empty or that this version lacks is an error."""
    try:
        return ami.action(name, **headers)[1:-1]
    except AmiRefused:
        return []


def yes(word: str) -> bool:
    return word == "Yes"


# Endpoints


def seen_endpoints(picture: LivePicture) -> Told:
    return {
        endpoint.endpoint: {
            "device_state": endpoint.device_state,
            "aors": ",".join(endpoint.aors),
            "contacts": sorted((contact.uri, contact.status) for contact in endpoint.contacts),
            "registered": endpoint.registered,
            "status": endpoint.status if endpoint.technology != "PJSIP" else None,
        }
        for endpoint in picture.endpoints()
    }


def told_endpoints(ami: AmiClient) -> Told:
    states = {item["Device"]: _STATES[item["State"]] for item in ask(ami, "DeviceStateList")}
    told: Told = {}
    for item in ask(ami, "PJSIPShowEndpoints"):
        details = ask(ami, "PJSIPShowEndpoint", Endpoint=item["ObjectName"])
        contacts = [detail for detail in details if detail["Event"] == "ContactStatusDetail"]
        static = [contact for contact in contacts if "@@" in contact["ID"]]
        told[f"PJSIP/{item['ObjectName']}"] = {
            "device_state": item["DeviceState"].lower(),
            "aors": item["Aor"],
            "contacts": sorted((contact["URI"], contact["Status"].lower()) for contact in contacts),
            "registered": None if static else bool(contacts),
            "status": None,
        }
    for technology, action in (("SIP", "SIPpeers"), ("IAX2", "IAXpeerlist")):
        for item in ask(ami, action):
            key = f"{technology}/{item['ObjectName']}"
            here = item["IPaddress"] not in {"-none-", "(null)"}
            status = re.sub(r" \(.*", "", item["Status"]).lower()
            told[key] = {
                "device_state": states.get(key),
                "aors": "",
                "contacts": [],
                "registered": here if item["Dynamic"] == "yes" else None,
                "status": "reachable" if status == "ok" else status,
            }
    return told


def await_endpoints(picture: LivePicture, ami: AmiClient, what: str) -> None:
    await_agreement(lambda: seen_endpoints(picture), lambda: told_endpoints(ami), what)


def find_endpoint(picture: LivePicture, key: str) -> Endpoint:
    return next(endpoint for endpoint in picture.endpoints() if endpoint.endpoint == key)


def test_a_phone_that_signs_in_and_out_is_followed_from_before_and_after_the_login(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    await_endpoints(picture, ami, "the endpoints at login")
    with SipPhone(pbx, 100) as phone:
        phone.register()
        await_condition(lambda: find_endpoint(picture, "PJSIP/100").registered, what="the phone")
        await_endpoints(picture, ami, "the registered phone")
        endpoint = find_endpoint(picture, "PJSIP/100")
        assert (endpoint.device_state, endpoint.reachable, endpoint.status) == (
            "not in use",
            True,
            "reachable",
        )
        assert endpoint.address == f"{phone.host}:{phone.sip_port}"

        again = LivePicture("again")
        manager = AmiManager(LinkSettings("again", pbx.host, pbx.ami_port, pbx.username, pbx.secret), again)
        manager.start()
        try:
            await_condition(lambda: again.link.state is LinkState.CONNECTED, what="the second link")
            (contact,) = find_endpoint(again, "PJSIP/100").contacts
            assert (contact.user_agent, contact.registered) == ("sipp phone", True)
            assert 0 < (contact.expires_at or 0) - again.now() <= 330
            await_endpoints(again, ami, "the endpoints of the second link")
        finally:
            manager.stop()

        phone.unregister()
        await_condition(lambda: find_endpoint(picture, "PJSIP/100").registered is False, what="its leave")
        await_endpoints(picture, ami, "the phone that signed out")
        assert find_endpoint(picture, "PJSIP/100").reachable is False


def test_a_registration_that_runs_out_is_seen(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    with SipPhone(pbx, 101) as phone:
        phone.register(expires=2)
        await_condition(lambda: find_endpoint(picture, "PJSIP/101").registered, what="the phone")
        await_condition(lambda: find_endpoint(picture, "PJSIP/101").registered is False, what="its end")
        await_endpoints(picture, ami, "the phone that is gone")


def test_a_call_shows_in_device_state_and_active_channels(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    with SipPhone(pbx, 102) as phone:
        phone.register()
        phone.call("200", talk=30)
        await_condition(lambda: find_endpoint(picture, "PJSIP/102").device_state == "in use", what="the call")
        await_endpoints(picture, ami, "the phone in a call")
        endpoint = find_endpoint(picture, "PJSIP/102")
        assert endpoint.active_channels == 1
        assert abs(picture.now() - (endpoint.device_state_since or 0)) < PATIENCE
        pbx.cli("channel request hangup all")
        await_condition(lambda: find_endpoint(picture, "PJSIP/102").active_channels == 0, what="its end")
        await_condition(
            lambda: find_endpoint(picture, "PJSIP/102").device_state == "not in use", what="a free phone"
        )
        await_endpoints(picture, ami, "the free phone")


def test_a_trunk_that_stops_answering_is_unreachable_until_it_answers_again(
    ami: AmiClient, peer: AnsweringPeer, picture: LivePicture
) -> None:
    keys = ["PJSIP/190"] + [key for key in seen_endpoints(picture) if key == "SIP/610"]

    def all_are(reachable: bool) -> bool:
        return all(find_endpoint(picture, key).reachable is reachable for key in keys)

    await_condition(lambda: all_are(True), what="answers")
    await_endpoints(picture, ami, "the endpoints that answer")
    (contact,) = find_endpoint(picture, "PJSIP/190").contacts
    assert contact.registered is False
    assert find_endpoint(picture, "PJSIP/190").registered is None

    peer.answers = False
    await_condition(lambda: all_are(False), what="silence")
    await_endpoints(picture, ami, "the endpoints that are silent")
    assert find_endpoint(picture, "PJSIP/190").round_trip_ms is None

    peer.answers = True
    await_condition(lambda: all_are(True), what="answers again")
    await_endpoints(picture, ami, "the endpoints that answer again")
    assert 0 < find_endpoint(picture, "PJSIP/190").round_trip_ms < 60_000


def test_endpoints_that_a_reload_brings_and_drops_are_seen(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    """No event names them: the reload itself is what amictl asks again for."""
    path = pbx.home / "etc/pjsip.conf"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n[193](phone)\naors = 193\n[193](aor)\n", encoding="utf-8")
    pbx.cli("module reload res_pjsip.so")
    await_condition(lambda: "PJSIP/193" in seen_endpoints(picture), what="the new endpoint")
    await_endpoints(picture, ami, "the endpoints with the new one")
    path.write_text(before, encoding="utf-8")
    pbx.cli("module reload res_pjsip.so")
    await_condition(lambda: "PJSIP/193" not in seen_endpoints(picture), what="its end")
    await_endpoints(picture, ami, "the endpoints without it")


def test_a_registration_by_an_event_gets_its_details_from_the_list_that_it_calls_for(
    pbx: AsteriskServer, picture: LivePicture
) -> None:
    with SipPhone(pbx, 103) as phone:
        phone.register()
        await_condition(lambda: find_endpoint(picture, "PJSIP/103").contacts, what="the contact")
        await_condition(
            lambda: find_endpoint(picture, "PJSIP/103").contacts[0].user_agent == "sipp phone",
            what="what phone it is",
        )
        phone.unregister()


# Parking


def seen_parked(picture: LivePicture) -> Told:
    return {
        parked.unique_id: {
            "channel": parked.channel,
            "caller_id_num": parked.caller_id_num,
            "lot": parked.lot,
            "space": parked.space,
            "parked_by": parked.parked_by,
        }
        for parked in picture.parked_calls()
    }


def told_parked(ami: AmiClient) -> Told:
    return {
        item["ParkeeUniqueid"]: {
            "channel": item["ParkeeChannel"],
            "caller_id_num": None if item["ParkeeCallerIDNum"] == "<unknown>" else item["ParkeeCallerIDNum"],
            "lot": item["Parkinglot"],
            "space": item["ParkingSpace"],
            "parked_by": item["ParkerDialString"] or None,
        }
        for item in ask(ami, "ParkedCalls")
    }


def await_parked(picture: LivePicture, ami: AmiClient, count: int, what: str) -> Told:
    await_condition(lambda: len(picture.parked_calls()) == count, what=what)
    told = await_agreement(lambda: seen_parked(picture), lambda: told_parked(ami), what)
    assert len(told) == count
    return told


def test_calls_are_parked_in_several_lots_and_taken_back(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    place_call(pbx, "700")
    place_call(pbx, "700")
    place_call(pbx, "lobby", context="rooms")
    parked = await_parked(picture, ami, 3, "three parked calls")
    assert sorted((call["lot"], call["space"]) for call in parked.values()) == [
        ("default", "701"),
        ("default", "702"),
        ("lobby", "751"),
    ]
    times = {call.lot: (call.timeout_at or 0) - call.parked_at for call in picture.parked_calls()}
    assert {lot: round(seconds) for lot, seconds in times.items()} == {"default": 300, "lobby": 60}

    again = LivePicture("again")
    manager = AmiManager(LinkSettings("again", pbx.host, pbx.ami_port, pbx.username, pbx.secret), again)
    manager.start()
    try:
        await_condition(lambda: again.link.state is LinkState.CONNECTED, what="the second link")
        assert seen_parked(again) == parked
        for call in again.parked_calls():
            first = next(one for one in picture.parked_calls() if one.unique_id == call.unique_id)
            assert abs(call.parked_at - first.parked_at) < 20
    finally:
        manager.stop()

    place_call(pbx, "701")
    await_parked(picture, ami, 2, "one that was taken back")


def test_a_parked_caller_who_hangs_up_is_no_ghost(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    for _ in range(6):
        place_call(pbx, "700")
    await_parked(picture, ami, 6, "six parked calls")
    ami.action("Hangup", Channel="/.*/")
    await_parked(picture, ami, 0, "their end")


def test_a_parked_call_comes_back_after_its_time(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    place_call(pbx, "briefly", context="rooms")
    await_parked(picture, ami, 1, "the parked call")
    (call,) = picture.parked_calls()
    assert round((call.timeout_at or 0) - call.parked_at) == 2
    await_parked(picture, ami, 0, "its return")


# Conferences


def seen_conferences(picture: LivePicture, *, all_fields: bool = True) -> Told:
    told: Told = {}
    for room in picture.conferences():
        told[room.conference] = {"parties": len(room.parties), "locked": room.locked, "muted": room.muted}
        for party in room.parties:
            told[f"{room.conference} {party.unique_id}"] = {
                "channel": party.channel,
                "caller_id_num": party.caller_id_num,
                "admin": party.admin,
                "muted": party.muted,
                "talking": party.talking,
                "marked": party.marked if all_fields else None,
                "waiting": party.waiting if all_fields else None,
            }
    return told


def told_conferences(ami: AmiClient, *, all_fields: bool = True) -> Told:
    told: Told = {}
    for room in ask(ami, "ConfbridgeListRooms"):
        name = room["Conference"]
        told[name] = {
            "parties": int(room["Parties"]),
            "locked": yes(room["Locked"]),
            "muted": yes(room["Muted"]),
        }
        for item in ask(ami, "ConfbridgeList", Conference=name):
            told[f"{name} {item['Uniqueid']}"] = {
                "channel": item["Channel"],
                "caller_id_num": None if item["CallerIDNum"] == "<unknown>" else item["CallerIDNum"],
                "admin": yes(item["Admin"]),
                "muted": yes(item["Muted"]),
                "talking": yes(item["Talking"]),
                "marked": yes(item["MarkedUser"]) if all_fields else None,
                "waiting": yes(item["Waiting"]) if all_fields else None,
            }
    return told


def await_conferences(picture: LivePicture, ami: AmiClient, what: str, *, all_fields: bool = True) -> Told:
    return await_agreement(
        lambda: seen_conferences(picture, all_fields=all_fields),
        lambda: told_conferences(ami, all_fields=all_fields),
        what,
    )


def find_room(picture: LivePicture, name: str) -> Conference | None:
    return next((room for room in picture.conferences() if room.conference == name), None)


def test_parties_join_are_silenced_recorded_and_leave(
    pbx: AsteriskServer, ami: AmiClient, picture: LivePicture
) -> None:
    for extension in ("800", "800", "810", "801"):
        place_call(pbx, extension)
    await_condition(
        lambda: (room := find_room(picture, "800")) and len(room.parties) == 3, what="three parties"
    )
    await_condition(lambda: find_room(picture, "801"), what="another conference")
    await_conferences(picture, ami, "two conferences")
    room = find_room(picture, "800")
    assert (room.locked, room.recording) == (False, False)
    assert abs(picture.now() - (room.started_at or 0)) < PATIENCE

    one = room.parties[0]
    ami.action("ConfbridgeMute", Conference="800", Channel=one.channel)
    await_condition(lambda: find_room(picture, "800").parties[0].muted, what="one silenced")
    await_conferences(picture, ami, "one silenced")
    ami.action("ConfbridgeMute", Conference="800", Channel="all")
    await_condition(
        lambda: all(party.muted for party in find_room(picture, "800").parties), what="all silenced"
    )
    ami.action("ConfbridgeUnmute", Conference="800", Channel="participants")
    await_conferences(picture, ami, "the participants heard again")

    ami.action("ConfbridgeStartRecord", Conference="800")
    await_condition(lambda: find_room(picture, "800").recording, what="the recording")
    again = LivePicture("again")
    manager = AmiManager(LinkSettings("again", pbx.host, pbx.ami_port, pbx.username, pbx.secret), again)
    manager.start()
    try:
        await_condition(lambda: again.link.state is LinkState.CONNECTED, what="the second link")
        assert (find_room(again, "800").recording, find_room(again, "801").recording) == (True, False)
        assert seen_conferences(again) == told_conferences(ami)
    finally:
        manager.stop()
    ami.action("ConfbridgeStopRecord", Conference="800")
    await_condition(lambda: find_room(picture, "800").recording is False, what="its end")

    ami.action("ConfbridgeKick", Conference="800", Channel=one.channel)
    await_condition(lambda: len(find_room(picture, "800").parties) == 2, what="two parties")
    await_conferences(picture, ami, "two that are left")
    ami.action("Hangup", Channel="/.*/")
    await_condition(lambda: not picture.conferences(), what="the end of the conferences")
    assert await_conferences(picture, ami, "nothing") == {}


def test_who_talks_and_who_waits_is_told(pbx: AsteriskServer, ami: AmiClient, picture: LivePicture) -> None:
    place_call(pbx, "waiter", context="rooms")
    await_condition(lambda: find_room(picture, "town"), what="the conference")
    await_conferences(picture, ami, "one who waits")
    (waiter,) = find_room(picture, "town").parties
    assert waiter.waiting is True

    ami.action(
        "Originate",
        Channel="Local/talker@rooms/n",
        Context="rooms",
        Exten="tone",
        Priority=1,
        Async="true",
    )
    await_condition(
        lambda: any(party.talking for party in find_room(picture, "town").parties), what="somebody who talks"
    )
    await_conferences(picture, ami, "one who talks")
    await_condition(
        lambda: not any(party.talking for party in find_room(picture, "town").parties), what="silence"
    )

    place_call(pbx, "chair", context="rooms")
    await_condition(lambda: len(find_room(picture, "town").parties) == 3, what="the chair")
    await_conferences(picture, ami, "nobody who waits")
    assert not any(party.waiting for party in find_room(picture, "town").parties)
