"""The routes about phones against real Asterisk, with phones that sipp plays."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.asterisk.sip_phone import SipPhone
from tests.serving import Visit, wait_until

pytestmark = pytest.mark.asterisk


@pytest.fixture
def visit(console: Console) -> Visit:
    return console.visit


def read(visit: Visit, path: str) -> dict[str, Any]:
    """Read a route that must answer, and return its data."""
    answer = visit.get(f"/api/ami/{path}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def find(items: list[dict[str, Any]], **fields: object) -> dict[str, Any]:
    """Return the only item with these fields."""
    (found,) = [each for each in items if all(each[name] == value for name, value in fields.items())]
    return found


def test_endpoints_are_listed_with_their_states(visit: Visit, ami: AmiClient) -> None:
    told = [item for item in ami.action("PJSIPShowEndpoints") if item.get("Event") == "EndpointList"]
    endpoints = read(visit, "pjsip/endpoints/?raw=1")["endpoints"]
    assert {each["endpoint"] for each in endpoints} == {item["ObjectName"] for item in told}
    endpoint = find(endpoints, endpoint="105")
    assert (endpoint["device_state"], endpoint["active_channels"]) == ("unavailable", 0)
    assert (endpoint["aors"], endpoint["contacts"], endpoint["transport"]) == (["105"], [], "udp")
    assert endpoint["raw"]["ObjectName"] == "105"


def test_an_endpoint_is_told_whole_but_for_its_password(visit: Visit, ami: AmiClient) -> None:
    answer = visit.get("/api/ami/pjsip/endpoints/100/?raw=1")
    endpoint = answer.json()["data"]["endpoint"]
    assert endpoint["caller_id"] == '"Alice Ångström" <100>'
    assert endpoint["codecs"] == ["ulaw"]
    with_mailbox = visit.get("/api/ami/pjsip/endpoints/105/").json()["data"]["endpoint"]
    assert (endpoint["mailboxes"], with_mailbox["mailboxes"]) == ([], ["100@default"])
    assert endpoint["settings"]["rtp_symmetric"] is True
    assert endpoint["settings"]["timers_sess_expires"] == 1800
    assert endpoint["settings"]["from_user"] is None
    assert endpoint["auths"] == [{"auth": "100", "username": "100", "auth_type": "userpass", "realm": None}]
    assert endpoint["aors"][0]["max_contacts"] == 1
    assert endpoint["transports"][0]["protocol"] == "udp"
    assert any("secret-100" in item.values() for item in ami.action("PJSIPShowEndpoint", Endpoint="100"))
    assert "secret-100" not in answer.text
    missing = visit.get("/api/ami/pjsip/endpoints/nobody/")
    assert missing.status_code == 404
    assert "nobody" in missing.json()["detail"]


def test_contacts_come_and_are_qualified(
    visit: Visit, asterisk_server: AsteriskServer, ami: AmiClient
) -> None:
    with SipPhone(asterisk_server, 104) as phone:
        phone.register()
        contact = find(read(visit, "pjsip/contacts/?raw=1")["contacts"], endpoint="104")
        assert contact["uri"] == f"sip:104@{phone.host}:{phone.sip_port}"
        assert (contact["aor"], contact["address"], contact["port"]) == ("104", phone.host, phone.sip_port)
        assert datetime.fromisoformat(contact["expires_at"]) > datetime.now(UTC)
        assert contact["round_trip"] is None
        details = read(visit, "pjsip/endpoints/104/")["endpoint"]
        assert details["contacts"][0]["uri"] == contact["uri"]
        assert details["device_state"] == "not in use"
        listed = find(read(visit, "pjsip/endpoints/")["endpoints"], endpoint="104")
        assert listed["contacts"] == [f"104/{contact['uri']}"]
        inbound = find(read(visit, "pjsip/registrations/")["inbound"], aor="104")
        assert inbound["contacts"]
        answer = visit.post("/api/ami/pjsip/qualify/", {"endpoint": "104"})
        assert answer.status_code == 200, answer.text
        assert ami.wait_event("ContactStatus", EndpointName="104")["URI"] == contact["uri"]
    assert visit.post("/api/ami/pjsip/qualify/", {"endpoint": "nobody"}).status_code == 404


def test_registrations_elsewhere_are_an_empty_list_without_any(visit: Visit) -> None:
    registrations = read(visit, "pjsip/registrations/")
    assert registrations["outbound"] == []
    assert {each["aor"] for each in registrations["inbound"]} >= {"100", "105"}
    assert registrations["inbound"][0]["maximum_expiration"] == 7200


def test_sip_peers_are_told_where_chan_sip_is_and_gone_where_it_is_not(
    visit: Visit, asterisk: BedPbx
) -> None:
    answer = visit.get("/api/ami/sip/peers/?raw=1")
    details = visit.get("/api/ami/sip/peers/600/")
    if "chan_sip.so" not in asterisk.cli("module show like chan_sip.so"):
        assert (answer.status_code, details.status_code) == (501, 501)
        assert answer.json()["code"] == "action_unsupported"
        assert "PJSIPShowEndpoints" in answer.json()["detail"]
        return
    peer = find(answer.json()["data"]["peers"], peer="600")
    assert (peer["dynamic"], peer["acl"], peer["address"], peer["port"]) == (True, False, None, None)
    assert (peer["status"], peer["round_trip"]) == ("unmonitored", None)
    assert peer["raw"]["ObjectName"] == "600"
    shown = details.json()["data"]["peer"]
    assert (shown["caller_id"], shown["has_secret"]) == ('"Old Phone" <600>', True)
    assert "secret-600" not in details.text
    assert visit.get("/api/ami/sip/peers/nobody/").status_code == 404


def test_devices_follow_the_pbx(visit: Visit, asterisk: BedPbx) -> None:
    asterisk.cli("devstate change Custom:agent506 BUSY")
    assert find(read(visit, "devices/")["devices"], device="Custom:agent506")["state"] == "busy"
    asterisk.cli("devstate change Custom:agent506 NOT_INUSE")
    shown = find(read(visit, "devices/?raw=1")["devices"], device="Custom:agent506")
    assert shown["state"] == "not in use"
    assert shown["raw"]["State"] == "NOT_INUSE"


def test_extensions_follow_their_hints(visit: Visit, asterisk: BedPbx) -> None:
    place_call(asterisk, "501", context="agents")
    path = "extension/state/?exten=501&context=agents"
    assert wait_until(lambda: read(visit, path)["extension"]["status"] == "in use")
    extensions = read(visit, "extensions/")["extensions"]
    listed = find(extensions, exten="501", context="agents")
    assert (listed["hint"], listed["status"], listed["status_code"]) == ("Custom:agent501", "in use", 1)
    assert find(extensions, exten="105", context="default")["status"] == "unavailable"
    missing = visit.get("/api/ami/extension/state/?exten=200&context=default")
    assert missing.status_code == 404
    assert visit.get("/api/ami/extension/state/?exten=200").status_code == 422


def test_presences_are_told(visit: Visit, asterisk: BedPbx) -> None:
    asterisk.cli('presencestate change CustomPresence:zoe "AWAY,work,Lunch break"')
    (presence,) = read(visit, "presence/?provider=CustomPresence:zoe")["presences"]
    expected = {
        "provider": "CustomPresence:zoe", "state": "away", "subtype": "work", "message": "Lunch break",
    }  # fmt: skip
    assert presence == expected
    assert expected in read(visit, "presence/")["presences"]
    assert visit.get("/api/ami/presence/?provider=Nowhere:zoe").status_code == 404


def test_the_dialplan_is_told_as_the_console_of_the_pbx_shows_it(visit: Visit, asterisk: BedPbx) -> None:
    shown = asterisk.cli("dialplan show")
    contexts = {each["context"]: each for each in read(visit, "dialplan/contexts/")["contexts"]}
    assert set(contexts) == set(re.findall(r"\[ Context '([^']+)' created by", shown))
    assert contexts["default"]["includes"] == re.findall(
        r"Include =>\s+'([^']+)'", asterisk.cli("dialplan show default")
    )
    told = read(visit, "dialplan/extensions/?context=default&limit=1000")
    assert told["truncated"] is False
    own = [each for each in told["extensions"] if each["context"] == "default"]
    assert len(own) == contexts["default"]["extensions"]
    phone = find(told["extensions"], exten="100")
    assert (phone["hint"], phone["application"], phone["pattern"]) == ("PJSIP/100", None, False)
    queue = find(told["extensions"], exten="300")
    assert (queue["application"], queue["application_data"], queue["context"]) == ("Answer", None, "default")
    names = [each["exten"] for each in told["extensions"] if each["exten"].isdecimal()]
    assert names == sorted(names, key=int)
    assert {each["context"] for each in told["extensions"]} > {"default"}


def test_extensions_are_found_by_a_part_of_what_they_show_and_a_missing_context_is_not_found(
    visit: Visit,
) -> None:
    found = read(visit, "dialplan/extensions/?context=default&text=pjsip/10&limit=2")
    assert [each["exten"] for each in found["extensions"]] == ["100", "101"]
    assert found["truncated"] is True
    missing = visit.get("/api/ami/dialplan/extensions/?context=nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
