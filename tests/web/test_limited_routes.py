"""Every route shows to whoever is limited to queues what belongs to their calls, and nothing else.

The routes are those of the application's own table, so that a new one is walked too. Questions to the PBX
that this file does not know are answered with what the role must not see.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.originations.value import Origination
from amictl.protocol import Action, Message, Reply
from amictl.store import PERMISSIONS
from amictl.web.contract import description_of
from tests.application import (
    Application,
    Browser,
    make_message,
    make_reply,
    start_application,
    stop_application,
)
from tests.pbx.secret_calls import MEMBERS, NAMES, OWN, SecretCall, SecretCalls, find_calls, list_endpoints

NOT_WALKED = re.compile(r"/static/|/log(in|out)|/ws/|/socket\.io|/api/tokens/|/admin/static/")
# The role sees of these what it did itself, and what is about its queues; rows do not say which call was.
BY_OTHERS = re.compile(r"/api/audit/")
_EPOCHS = itertools.count(1)
ACTIONS = ("sales", "sales", "support", "connect", "leave", "park", "confer", "join", "end")


class Walk:
    """One picture, those who look at it, and what the PBX answers.

    Args:
        application: With the users ``limited`` and ``admin``.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.calls = SecretCalls(application.picture.apply_event)
        application.manager.answer = self.answer

    def load(self) -> None:
        """Begin a session in which four calls come in."""
        picture = self.application.picture
        for _ in range(4):
            self.calls.begin()
        members = [
            make_message(Event="QueueMember", Queue=queue, Name=NAMES[queue], Location=member)
            for queue, member in MEMBERS.items()
        ]
        queues = [make_message(Event="QueueParams", Queue=queue, Max="0", Calls="0") for queue in MEMBERS]
        lists = {
            "CoreShowChannels": self.calls.list_channels(),
            "QueueStatus": [*queues, *members],
            "PJSIPShowEndpoints": list_endpoints([call.token for call in self.calls.calls]),
        }
        picture.begin_session(f"epoch-{next(_EPOCHS)}")
        for step in SNAPSHOT_STEPS:
            picture.load_step(step, make_reply(*lists.get(step.name, [])))
        picture.complete_snapshot()
        for call in self.calls.calls:
            order = Origination(call.token, call.unique_id, call.device, None, None, None, "admin", 0.0, 9e9)
            picture.begin_origination(order)

    @property
    def hidden(self) -> set[str]:
        """The tokens that the role must not see."""
        return {call.token for call in self.calls.calls} - self.calls.seen()

    def answer(self, action: Action) -> Reply:
        """Answer as the PBX would, of all calls; with secrets where nobody thought of it."""
        if action.changes_pbx:
            return make_reply(Message=f"{action.name} done")
        headers = dict(action.headers)
        known = _ANSWERS.get(action.name)
        if known is not None:
            return make_reply(*known(self.calls, headers))
        if action.name == "Getvar" and "Channel" in headers:
            owner = next((each for each in self.calls.alive if each.channel == headers["Channel"]), None)
            return make_reply(Value=owner.token if owner else " ".join(self.hidden))
        if action.name == "ExtensionState":
            return make_reply(
                Exten=headers["Exten"], Context="default", Hint=f"PJSIP/{headers['Exten']}", Status="0"
            )
        secrets = " ".join(sorted(self.hidden))
        rows = [
            make_message(Event=action.name, Name=each, Value=each, Family="x", Key=each)
            for each in self.hidden
        ]
        return make_reply(*rows, Message=secrets, Value=secrets, Output=secrets, RuleList=secrets)

    def requests(self, method: str) -> Iterator[tuple[str, str, Any]]:
        """Yield path, query and body of every request to a route."""
        app = self.application.app
        for rule in app.url_map.iter_rules():
            if NOT_WALKED.match(rule.rule) or method not in (rule.methods or ()):
                continue
            description = description_of(app.view_functions[rule.endpoint])
            for path in self._paths(rule.rule):
                if description is None:
                    yield path, "", None
                    continue
                body = description.body and dict(description.example or {})
                for query in self._queries(description.query):
                    for channel in self._channels() if body and "channel" in body else [None]:
                        yield path, query, body if channel is None else {**body, "channel": channel}

    def _channels(self) -> list[str]:
        return [call.channel for call in self.calls.calls]

    def _paths(self, rule: str) -> list[str]:
        if "<" not in rule:
            return [rule]
        names = ["800", OWN, "support", "1"]
        for call in self.calls.calls:
            names += [call.unique_id, call.token]
        fitting = names if "<int:" not in rule else ["1"]
        return [re.sub(r"<[^>]+>", name, rule) for name in fitting if "/" not in name or "<path:" in rule]

    def _queries(self, model: Any) -> list[str]:  # noqa: ANN401 - a pydantic model, or None
        if model is None:
            return [""]
        required = [name for name, each in model.model_fields.items() if each.is_required()]
        further = [name for name in ("channel", "queue", "parking_lot") if name in model.model_fields]
        sets: list[dict[str, str]] = [] if required else [{}]
        for call in self.calls.calls if required or further else ():
            values = {"channel": call.channel, "queue": call.home or OWN, "parking_lot": "default"}
            values |= {"variable": "NAME", "context": "default"}
            sets.append({name: values.get(name, call.token) for name in (*required, *further)})
        if "raw" in model.model_fields:
            sets += [{**each, "raw": "1"} for each in sets]
        return [f"?{urlencode(each)}" if each else "" for each in sets]


def _parked(calls: SecretCalls, _headers: dict[str, str]) -> list[Message]:
    return [
        make_message(
            Event="ParkedCall",
            Parkinglot="default",
            ParkingSpace="701",
            ParkeeChannel=call.channel,
            ParkeeUniqueid=call.unique_id,
            ParkeeLinkedid=call.linked_id,
            ParkeeCallerIDNum=call.token,
        )
        for call in calls.alive
        if call.parked
    ]


def _rooms(calls: SecretCalls, _headers: dict[str, str]) -> list[Message]:
    count = sum(call.room is not None for call in calls.alive)
    room = make_message(Event="ConfbridgeListRooms", Conference="800", Parties=str(count), Marked=str(count))
    return [room] if count else []


def _parties(calls: SecretCalls, _headers: dict[str, str]) -> list[Message]:
    return [
        make_message(
            Event="ConfbridgeList",
            Conference="800",
            Channel=call.channel,
            Uniqueid=call.unique_id,
            Linkedid=call.linked_id,
            CallerIDNum=call.token,
            MarkedUser="Yes",
        )
        for call in calls.alive
        if call.room
    ]


def _each(event: str, **headers: str) -> Callable[[SecretCalls, dict[str, str]], list[Message]]:
    """Return what answers with a row for each call that lasts, in which ``{}`` is its token."""

    def answer(calls: SecretCalls, _headers: dict[str, str]) -> list[Message]:
        return [
            make_message(Event=event, **{name: value.format(call.token) for name, value in headers.items()})
            for call in calls.alive
        ]

    return answer


_ANSWERS: dict[str, Callable[[SecretCalls, dict[str, str]], list[Message]]] = {
    "ParkedCalls": _parked,
    "Parkinglots": lambda _calls, _headers: [make_message(Event="Parkinglot", Name="default", Timeout="45")],
    "ConfbridgeListRooms": _rooms,
    "ConfbridgeList": _parties,
    "PJSIPShowEndpoints": lambda calls, _: list_endpoints([call.token for call in calls.alive]),
    "PJSIPShowEndpoint": lambda _, headers: [
        make_message(Event="EndpointDetail", ObjectName=headers["Endpoint"], Callerid=headers["Endpoint"])
    ],
    "PJSIPShowContacts": _each("ContactList", ObjectName="{}/x", Endpoint="{}", Uri="sip:{}@192.0.2.1"),
    "PJSIPShowRegistrationsInbound": _each("InboundRegistrationDetail", ObjectName="{}", Contacts="{}/x"),
    "PJSIPShowRegistrationsOutbound": _each("OutboundRegistrationDetail", ObjectName="{}", Endpoint="{}"),
    "DeviceStateList": _each("DeviceStateChange", Device="PJSIP/{}", State="INUSE"),
    "ExtensionStateList": _each(
        "ExtensionStatus", Exten="{}", Context="h", Hint="PJSIP/{}&Custom:x", Status="0"
    ),
    "SIPpeers": _each("PeerEntry", ObjectName="x"),
    "QueueSummary": lambda _calls, _headers: [
        make_message(Event="QueueSummary", Queue=queue, Callers="1") for queue in MEMBERS
    ],
}


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder: Path = tmp_path_factory.mktemp("limited")
    application = start_application(folder / "instance")
    application.make_role("limited", *PERMISSIONS, queue_scope=frozenset({OWN}))
    application.make_user("lena", "limited")
    with application.app.app_context():
        application.services.store.allowed_commands.create("core show")
        application.services.store.allowed_commands.create("queue show")
    yield application
    stop_application(application)


@pytest.fixture(scope="session")
def lena(application: Application) -> Browser:
    return application.call_api(application.make_token("lena"))


@pytest.fixture(scope="session")
def admin(application: Application) -> Browser:
    return application.call_api(application.make_token("admin"))


class Visitors:
    """Both browsers, without the long words that a dataclass has for itself."""

    def __init__(self, application: Application, lena: Browser, admin: Browser) -> None:
        self.application, self.lena, self.admin = application, lena, admin


@pytest.fixture(scope="session")
def visitors(application: Application, lena: Browser, admin: Browser) -> Visitors:
    return Visitors(application, lena, admin)


def send(browser: Browser, method: str, path: str, query: str, body: Any = None) -> Any:  # noqa: ANN401 - werkzeug's
    return browser.client.open(path + query, method=method, json=body, headers=browser.headers)


# To shrink a story takes minutes, and tells no more than the list of what was wrong.
@pytest.mark.long
@settings(max_examples=3, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    story=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(0, 3)), min_size=6, max_size=20
    )
)
def test_every_route_shows_what_belongs_and_nothing_else(
    visitors: Visitors, story: list[tuple[str, int, int]]
) -> None:
    lena, admin = visitors.lena, visitors.admin
    walk = Walk(visitors.application)
    walk.load()
    calls = walk.calls.calls
    for action, one, other in story:
        if not calls[one].ended and not calls[other].ended:
            walk.calls.act(action, calls[one], calls[other])
    for call in walk.calls.alive:
        assert send(admin, "POST", "/api/ami/hangup/", "", {"channel": call.channel}).status_code == 200
    known, wrong = {call.token for call in calls}, []
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for path, query, body in walk.requests(method):
            asked = find_calls(f"{path}{query}{body}")
            answer = send(lena, method, path, query, body)
            shown = find_calls(answer.text) & known
            right = answer.status_code < 500 and not shown & walk.hidden - asked
            if right and method == "GET" and answer.status_code == 200 and not BY_OTHERS.match(path):
                right = shown == find_calls(send(admin, method, path, query).text) & known - walk.hidden
            if not right:
                wrong.append((method, path, query, body, answer.status_code, answer.text[:500]))
    assert not wrong, "\n".join(map(str, wrong[:20]))


def open_call(application: Application, *homes: str | None) -> tuple[Walk, list[SecretCall]]:
    """Return a walk with calls that entered these queues."""
    walk = Walk(application)
    walk.load()
    for call, home in zip(walk.calls.calls, homes, strict=False):
        if home is not None:
            walk.calls.join(call, home)
    return walk, walk.calls.calls


def test_a_global_variable_is_not_read_through_a_channel(application: Application, lena: Browser) -> None:
    walk, (mine, *_) = open_call(application, OWN)
    known = walk.answer

    def answer(action: Action) -> Reply:
        same = action.name == "Getvar" and dict(action.headers)["Variable"] == "TRUNK"
        return make_reply(Value="PJSIP/secret") if same else known(action)

    application.manager.answer = answer
    path = "/api/ami/getvar/"
    refused = send(lena, "GET", path, f"?channel={mine.channel}&variable=TRUNK")
    assert (refused.status_code, refused.json["code"]) == (403, "permission_denied")
    assert "secret" not in refused.text
    assert (
        send(lena, "GET", path, f"?channel={mine.channel}&variable=NAME").json["data"]["value"] == mine.token
    )


def test_a_conference_counts_only_who_is_seen(
    application: Application, lena: Browser, admin: Browser
) -> None:
    walk, calls = open_call(application, OWN, "support")
    for call in calls[:2]:
        walk.calls.leave(call)
        walk.calls.confer(call)
    (room,) = send(lena, "GET", "/api/ami/conferences/", "?raw=1").json["data"]["conferences"]
    assert (room["party_count"], room["marked_count"], room["raw"]["Parties"]) == (1, 1, "1")
    (room,) = send(admin, "GET", "/api/ami/conferences/", "?raw=1").json["data"]["conferences"]
    assert (room["party_count"], room["raw"]["Parties"]) == (2, "2")


@pytest.mark.parametrize(
    "path",
    [
        "core/status/",
        "core/settings/", "db/", "voicemail/users/", "mailbox/status/?mailbox=1", "mailbox/count/?mailbox=1",
        "presence/", "queue/rules/",
    ],
)  # fmt: skip
def test_what_is_about_the_whole_pbx_is_refused(application: Application, lena: Browser, path: str) -> None:
    open_call(application)
    before = len(application.manager.sent)
    answer = send(lena, "GET", f"/api/ami/{path}", "")
    assert (answer.status_code, answer.json["code"]) == (403, "permission_denied")
    assert "whole PBX" in answer.json["detail"]
    assert application.manager.sent[before:] == []


def test_a_limited_reader_of_the_audit_log_sees_its_queues_and_what_it_did_itself(
    application: Application, lena: Browser, admin: Browser
) -> None:
    _, (mine, *_) = open_call(application, OWN)
    for queue in ("support", OWN):
        body = {"queue": queue, "interface": "PJSIP/777", "member_name": f"of {queue}"}
        send(admin, "POST", "/api/ami/queue/add/", "", body)
    send(admin, "POST", "/api/ami/hangup/", "", {"channel": mine.channel, "cause": 21})
    send(lena, "POST", "/api/ami/hangup/", "", {"channel": mine.channel, "cause": 17})
    for path in ("", "export/?format=csv", "export/?format=jsonl"):
        shown = send(lena, "GET", f"/api/audit/{path}", "").text
        assert f"of {OWN}" in shown
        assert "of support" not in shown
        assert re.search(r"cause\W+17", shown)
        assert not re.search(r"cause\W+21", shown)
