"""Phones that come and go: what the demo tells of them, beside a real Asterisk to which one signs in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amictl.demo.server import DemoServer
from amictl.demo.world import World
from tests.asterisk.ami_client import AmiClient, Message
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.sip_phone import SipPhone
from tests.demo.answers import AmiServer
from tests.demo.demo_servers import make_demo

_ABOUT_PHONES = ("ContactStatus", "PeerStatus", "DeviceStateChange", "ExtensionStatus", "QueueMemberStatus")
_LISTS = (
    "PJSIPShowContacts",
    "PJSIPShowRegistrationInboundContactStatuses",
    "PJSIPShowRegistrationsInbound",
    "PJSIPShowEndpoints",
)
# What is each phone's own, and not the PBX's word for it.
_OWN = frozenset({
    "ActionID", "URI", "Uri", "ObjectName", "ID", "ViaAddr", "ViaAddress", "ViaPort", "CallId", "CallID",
    "UserAgent", "ExpirationTime", "RegExpire", "Contacts", "Contact", "LoginTime",
})  # fmt: skip


def shape(message: Message) -> tuple[tuple[str, str], ...]:
    """Return a message's headers in their order, with the values that both PBXs must have alike."""
    return tuple((name, "" if name in _OWN else value) for name, value in message.items())


def tell(server: AmiServer, come: Callable[[], None], go: Callable[[], None]) -> dict[str, list[object]]:
    """Return what a server tells and lists while 1002 comes and goes, by what happens."""
    told: dict[str, list[object]] = {}
    with AmiClient(server.host, server.ami_port, server.username, server.secret) as client:
        for what, act, last in (("comes", come, "NonQualified"), ("goes", go, "Removed")):
            client.events.clear()
            act()
            client.wait_event("ContactStatus", ContactStatus=last)
            for queue in ("support",):
                client.wait_event("QueueMemberStatus", Queue=queue)
            client.wait_event("ExtensionStatus", Exten="1002")
            client.wait_event("DeviceStateChange", Device="PJSIP/1002")
            client.wait_event("PeerStatus")
            about = [event for event in client.events if event["Event"] in _ABOUT_PHONES]
            told[what] = sorted(shape(event) for event in about if "Queue:" not in event.get("Device", ""))
            if what == "comes":
                for name in _LISTS:
                    items = client.action(name)[1:-1]
                    told[name] = [shape(item) for item in items if "1002" in str(item)]
                detail = client.action("PJSIPShowEndpoint", Endpoint="1002")
                told["PJSIPShowEndpoint"] = [
                    shape(item) for item in detail if item.get("Event") != "TransportDetail"
                ]
    return told


@pytest.mark.asterisk
def test_a_phone_that_comes_and_goes_is_told_and_listed_as_by_asterisk(
    demo: DemoServer, real_centre: AsteriskServer
) -> None:
    phone = demo.world.phones.get("1002")
    assert phone is not None

    def under_lock(act: Callable[[], None]) -> None:
        with demo.world.lock:
            act()

    mine = tell(demo, lambda: under_lock(phone.plug_in), lambda: under_lock(phone.unplug))
    with SipPhone(real_centre, 1002) as sipp:
        theirs = tell(real_centre, lambda: sipp.register(3600), sipp.unregister)
    assert mine == theirs


def test_phones_answer_whether_they_are_there_where_they_are_asked() -> None:
    world = World(qualify_frequency=60)
    with (
        make_demo(world=world, speed=100) as server,
        AmiClient(server.host, server.ami_port, server.username, server.secret) as client,
    ):
        with world.lock:
            phone = world.phones.get("1001")
            assert phone is not None
            phone.plug_in()
        told = client.wait_event("ContactStatus", ContactStatus="Reachable")
        assert 4_000 <= int(told["RoundtripUsec"]) <= 45_000

        def took() -> str:
            return client.action("PJSIPShowContacts")[1]["RoundtripUsec"]

        first = took()
        await_condition(lambda: took() != first, what="another answer of the phone")
        client.action("Ping")
        assert sum(event.get("ContactStatus") == "Reachable" for event in client.events) == 1
        aor = next(item for item in client.action("PJSIPShowAors")[1:-1] if item["ObjectName"] == "1001")
        assert aor["QualifyFrequency"] == "60"


def test_a_registration_is_made_anew_long_before_it_runs_out() -> None:
    world = World(start=1_796_057_400.0)
    phone = world.phones.get("1001")
    assert phone is not None
    phone.plug_in()
    (contact,) = world.endpoints.contacts("1001")
    assert contact.expires_at(world.now()) == 1_796_057_400 + 3600
    world.run_until(world.now() + 36_000)
    assert world.now() + 1800 <= contact.expires_at(world.now()) <= world.now() + 3600
    phone.unplug()
    assert world.endpoints.contacts("1001") == []
