"""What a role that is limited to the queue sales sees of real calls, in every way out."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import websocket

from amictl.store import PERMISSIONS
from tests.asterisk.calls import live_channels
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.shared_amictl import API, Console
from tests.serving import LiveSocket, Visit, wait_until
from tests.socket_contract import read_plain

pytestmark = pytest.mark.each_version

OWN, TALKING, OTHER, PLAIN, PARKED, ROOM = "7770001", "7770002", "7770003", "7770004", "7770005", "7770006"
EXTENSIONS = {OWN: "303", TALKING: "301", OTHER: "300", PLAIN: "201", PARKED: "700", ROOM: "800"}
FOREIGN = (OTHER, PLAIN, PARKED, ROOM)
QUEUES = "sales\r\nnobody"  # in the one members answer, in the other callers wait
TOPICS = (
    "pbx", "channels", "calls", "bridges", "queues", "agents", "endpoints", "parking", "conferences",
    "actions", "events", "event:DialBegin", "event:Newchannel", "event:BridgeEnter", "event:Hangup",
)  # fmt: skip
READS = (
    "channels/", "status/", "bridges/", "calls/", "queue/status/", "queue/summary/?raw=1", "parked/",
    "parked/?raw=1", "parkinglots/?raw=1", "conferences/", "conferences/?raw=1", "devices/?raw=1",
    "extensions/?raw=1", "pjsip/endpoints/?raw=1", "pjsip/contacts/?raw=1", "pjsip/registrations/?raw=1",
)  # fmt: skip
REFUSED = (
    "core/status/", "core/settings/", "db/?raw=1", "voicemail/users/?raw=1", "presence/", "queue/rules/",
    "getvar/?variable=TRUNK", "getvar/?variable=CHANNELS()", "mailbox/status/?mailbox=100@default",
)  # fmt: skip


@dataclass(frozen=True)
class Limited:
    """Somebody limited to some queues, beside somebody who may do everything.

    Args:
        visit: A program with the token of the one who is limited.
        token: That token.
    """

    visit: Visit
    token: str


@pytest.fixture
def limited(console: Console) -> Limited:
    name = f"limited-{secrets.token_hex(4)}"
    admin = console.server.log_in()
    fields = {"name": name, "permissions": sorted(PERMISSIONS), "queue_scope": QUEUES}
    path = "/admin/roles/new/"
    sent = admin.http.post(
        f"{admin.url}{path}",
        data={**fields, "csrf_token": admin.read_csrf_token(path)},
        timeout=20,
        allow_redirects=False,
    )
    assert sent.status_code == 302, sent.text
    console.server.make_user(name, name)
    token = console.server.make_token(name)
    return Limited(console.server.call_api(token), token)


@pytest.fixture
def socket(limited: Limited) -> Iterator[LiveSocket]:
    with limited.visit.open_socket(limited.token) as socket:
        yield socket


def place_calls(console: Console) -> dict[str, str]:
    """Make a call of each kind, and return the unique ID of each caller's channel by its number."""
    for number, extension in EXTENSIONS.items():
        console.post(
            "originate/", channel="Local/200@default/n", exten=extension, context="default",
            caller_id=f'"Caller {number}" <{number}>',
        )  # fmt: skip

    def find() -> dict[str, str] | None:
        """Return them once each is where it belongs."""
        calls = console.get("calls/")["calls"]
        states = {
            number: call
            for call in calls
            for number in EXTENSIONS
            if number in json.dumps(call["legs"] or call)
        }
        expected = {
            OWN: "queued",
            TALKING: "talking",
            OTHER: None,
            PLAIN: None,
            PARKED: "parked",
            ROOM: "conference",
        }
        there = all(
            number in states and state in {None, states[number]["state"]}
            for number, state in expected.items()
        )
        return {number: call["linked_id"] for number, call in states.items()} if there else None

    found = wait_until(find)
    assert found, console.get("calls/")
    return found


def open_plain(
    limited: Limited, since: dict[str, Any] | None = None
) -> tuple[websocket.WebSocket, dict[str, Any]]:
    """Open ``/ws/realtime/`` and return it with what it says of all topics."""
    url = limited.visit.url.replace("http", "ws", 1)
    opened = websocket.create_connection(
        f"{url}/ws/realtime/?topics=", header=[f"Authorization: Bearer {limited.token}"], timeout=10
    )
    opened.send(json.dumps({"type": "subscribe", "topics": TOPICS, "since": since or {}, "id": 1}))
    while (message := read_plain(opened.recv())).get("id") != 1:
        pass
    return opened, message


def read_all(opened: websocket.WebSocket, until: str) -> list[dict[str, Any]]:
    """Return the messages up to the first that holds a text."""
    messages = []
    while not messages or until not in json.dumps(messages[-1]):
        messages.append(read_plain(opened.recv()))
    return messages


@dataclass(frozen=True)
class Scene:
    """Calls of all kinds.

    Args:
        calls: The linked ID of each by its number.
        secret: What tells of those that are not to be seen: numbers, names and IDs.
        before: Where each topic stood before there were calls.
    """

    calls: dict[str, str]
    secret: tuple[str, ...]
    before: dict[str, Any]

    def check(self, where: str, text: str) -> None:
        """Fail where something tells of a call that is not to be seen."""
        assert not [each for each in self.secret if each in text], (where, text)


@pytest.fixture
def before(socket: LiveSocket) -> dict[str, Any]:
    """What all topics held before there were calls; all that comes after is remembered."""
    return socket.subscribe(*TOPICS)


@pytest.fixture
def plain(limited: Limited) -> Iterator[websocket.WebSocket]:
    """A plain WebSocket that is subscribed to all topics."""
    opened, _ = open_plain(limited)
    yield opened
    opened.close()


@pytest.fixture
def scene(console: Console, asterisk: BedPbx, before: dict[str, Any], plain: websocket.WebSocket) -> Scene:
    """A call of each kind, made while the one who is limited listens."""
    assert plain.connected
    calls = place_calls(console)
    foreign = [calls[number] for number in FOREIGN]
    names = [each.name for each in live_channels(asterisk) if each.unique_id in foreign]
    assert len(names) == len(foreign)
    since = {topic: {"epoch": before[topic]["epoch"], "seq": before[topic]["seq"]} for topic in TOPICS}
    return Scene(calls, (*FOREIGN, *foreign, *names), since)


def check_reads(limited: Limited, scene: Scene) -> None:
    """Hold every read against the scene."""
    for route in READS:
        answer = limited.visit.get(f"{API}/{route}")
        assert answer.status_code == 200, (route, answer.text)
        scene.check(route, answer.text)
        if route in {"channels/", "status/", "calls/"}:
            assert OWN in answer.text, route
            assert TALKING in answer.text, route
    for route in REFUSED:
        answer = limited.visit.get(f"{API}/{route}")
        assert answer.status_code == 403, (route, answer.text)
        scene.check(route, answer.text)
    for path in ("/metrics", "/api/audit/", "/api/audit/export/?format=csv", "/"):
        scene.check(path, limited.visit.get(path).text)


def check_single_things(limited: Limited, scene: Scene) -> None:
    """Hold what asks for one channel, call or conference against the scene."""
    for unique_id in (scene.calls[number] for number in FOREIGN):
        assert limited.visit.get(f"{API}/channels/{unique_id}/").status_code == 404
        assert limited.visit.get(f"{API}/calls/{unique_id}/").status_code == 404
        read = limited.visit.get(f"{API}/getvar/?channel={unique_id}&variable=CALLERID(num)")
        assert (read.status_code, read.json()["code"]) == (403, "permission_denied")
    assert limited.visit.get(f"{API}/conferences/800/").status_code == 404
    own = scene.calls[OWN]
    read = limited.visit.get(f"{API}/getvar/?channel={own}&variable=CHANNEL(uniqueid)")
    assert read.json()["data"]["value"] == own
    for command in ("core show channels", "core show channels concise", "queue show support"):
        answer = limited.visit.post(f"{API}/command/", {"command": command})
        assert answer.status_code == 403, answer.text


def read_events(socket: LiveSocket, topic: str) -> list[dict[str, Any]]:
    """Return the raw events that came live."""
    batches = [batch for name, batch in list(socket.received) if name == "ami_events"]
    return [event for batch in batches if batch["topic"] == topic for event in batch["events"]]


def test_whoever_is_limited_sees_the_calls_of_the_queues_and_no_others_in_every_read(
    limited: Limited, scene: Scene
) -> None:
    check_reads(limited, scene)
    check_single_things(limited, scene)


def test_whoever_is_limited_sees_the_calls_of_the_queues_and_no_others_in_every_topic(
    console: Console,
    limited: Limited,
    socket: LiveSocket,
    plain: websocket.WebSocket,
    scene: Scene,
) -> None:
    again, shown = open_plain(limited)
    again.close()
    scene.check("snapshot", json.dumps(shown))
    for topic in ("channels", "calls", "queues"):
        assert OWN in json.dumps(shown["topics"][topic]["snapshot"]), topic
    with limited.visit.open_socket(limited.token) as later:
        replayed = later.subscribe(*TOPICS, since=scene.before)
    scene.check("replay", json.dumps(replayed))
    replay = {event["seq"] for event in replayed["events"]["replay"]}
    assert replay

    own = scene.calls[OWN]
    for number in (PLAIN, OWN):
        console.post("hangup/", channel=scene.calls[number])
    ends = wait_until(
        lambda: [each for each in read_events(socket, "event:Hangup") if each["data"]["Uniqueid"] == own]
    )
    assert ends, "the end of a call is told to whoever saw it"
    socket.wait_for_change("calls", lambda change: change == {"op": "del", "key": own})
    scene.check("live", json.dumps(socket.received))
    told = {event["seq"]: event["event"] for event in read_events(socket, "events")}
    assert {"QueueCallerJoin", "Newexten", "Hangup", "AgentConnect"} <= set(told.values())
    assert replay <= told.keys(), "a replay tells no more than was told live"
    for number in (OWN, TALKING):
        assert number in json.dumps(socket.received)
    gone = f'{{"op": "del", "key": "{own}"}}'
    scene.check("/ws/realtime/", json.dumps(read_all(plain, gone)))


def test_what_belongs_to_a_call_comes_when_it_joins_the_queue_and_goes_when_it_leaves_for_another(
    console: Console, limited: Limited, socket: LiveSocket
) -> None:
    # Within a second of others with the same scope a snapshot is what those were told last; the rest follows.
    topics = ("channels", "calls", "bridges")

    def is_nothing_shown() -> bool:
        answer = socket.subscribe(*topics)
        return not any(answer[topic]["snapshot"] for topic in topics)

    assert wait_until(is_nothing_shown)
    console.post(
        "originate/", channel="Local/200@default/n", exten="201", context="default", caller_id=f"<{OWN}>"
    )
    first = wait_until(
        lambda: next((each for each in console.get("calls/")["calls"] if OWN in json.dumps(each)), None)
    )
    assert first
    outer, *_ = [
        each["unique_id"]
        for each in console.get("channels/")["channels"]
        if each["linked_id"] == first["linked_id"] and each["channel"].endswith(";1")
    ]
    assert limited.visit.get(f"{API}/channels/").json()["data"]["channels"] == []
    for place, op in (("303", "put"), ("302", "del")):
        console.post("redirect/", channel=outer, exten=place, context="default")
        for topic, key in (("calls", first["linked_id"]), ("channels", outer)):
            socket.wait_for_change(
                topic, lambda change, key=key, op=op: (change["op"], change["key"]) == (op, key)
            )
    shown = wait_until(lambda: limited.visit.get(f"{API}/channels/").json()["data"]["channels"] == [])
    assert shown
