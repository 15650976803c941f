"""``/ws/realtime/``: who is let in, what they are sent, and what they may ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from wsproto.events import Ping

from amictl.manager import Pbx
from amictl.pbx.picture.live import LivePicture
from amictl.realtime import plain_websocket, session_recheck
from amictl.realtime.server import MAX_REQUEST
from tests.application import Application, Browser, RecordingManager, make_message, paint_picture
from tests.realtime.threaded_serving import serve_application
from tests.realtime.websocket_peer import WebSocketPeer
from tests.serving import wait_until

PATH = "/ws/realtime/"
Json = dict[str, Any]


class PlainClient(WebSocketPeer):
    """A client that speaks JSON."""

    def ask(self, **message: object) -> Json:
        """Send a message and return the next one that comes."""
        self.send(json.dumps(message))
        return self.read()

    def read(self) -> Json:
        """Return the next message."""
        message: Json = orjson.loads(self.next_message())
        return message

    def read_until(self, kind: str) -> Json:
        """Return the next message of a type."""
        while (message := self.read())["type"] != kind:
            pass
        return message


@dataclass(slots=True)
class Stage:
    """An application that serves on plain threads."""

    application: Application
    address: str

    def open(self, *headers: str, query: str = "", **options: Any) -> PlainClient:  # noqa: ANN401 - several
        return PlainClient(f"http://{self.address}{PATH}{query}", *headers, **options)

    def open_as(self, username: str = "admin", query: str = "") -> PlainClient:
        return self.open(f"Authorization: Bearer {self.application.make_token(username)}", query=query)

    def make_limited_user(self, *permissions: str, **scopes: frozenset[str]) -> str:
        self.application.make_role("Limited", *permissions, **scopes)
        self.application.make_user("lena", "Limited")
        return "lena"

    def tell(self, name: str, **headers: str) -> None:
        self.application.picture.apply_event(make_message(Event=name, **headers))


@pytest.fixture
def stage(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(session_recheck, "CHECK_INTERVAL", 0.05)
    with serve_application(application) as address:
        yield Stage(application, address)


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("amictl_session", domain="localhost")
    assert cookie is not None
    return f"Cookie: amictl_session={cookie.value}"


def test_whoever_opens_it_gets_every_raw_event_as_one_message(stage: Stage) -> None:
    with stage.open_as() as client:
        subscribed = client.read()
        assert subscribed["type"] == "subscribed"
        assert subscribed["topics"]["events"]["seq"] == 0
        stage.tell("Newchannel", Channel="PJSIP/9-1", Uniqueid="9.1")
        stage.tell("Hangup", Uniqueid="9.1")
        first, second = client.read(), client.read()
    assert (first["type"], first["event"], first["pbx"], first["seq"]) == (
        "ami_event",
        "Newchannel",
        "main",
        1,
    )
    assert first["data"]["Channel"] == "PJSIP/9-1"
    assert (second["event"], second["seq"]) == ("Hangup", 2)


@pytest.mark.parametrize("deflate", [False, True])
def test_a_cookie_is_enough_for_a_page_of_our_own(stage: Stage, deflate: bool) -> None:
    cookie = cookie_of(stage.application.log_in())
    for origin in ("http://x", "https://x"):  # the peer's Host is x
        with stage.open(cookie, f"Origin: {origin}", deflate=deflate) as client:
            assert client.read()["type"] == "subscribed"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://x.evil.example", "http://x:81", ""]
)
def test_a_page_of_another_site_cannot_use_the_cookie(stage: Stage, origin: str) -> None:
    cookie = cookie_of(stage.application.log_in())
    with stage.open(cookie, f"Origin: {origin}") as refused:
        assert refused.head.startswith("HTTP/1.1 403")
        assert "application/problem+json" in refused.head


def test_behind_a_proxy_the_origin_is_compared_with_the_address_that_the_browser_asked(stage: Stage) -> None:
    cookie = cookie_of(stage.application.log_in())
    with stage.open(cookie, "Origin: https://pbx.example", "X-Forwarded-Host: pbx.example") as client:
        assert client.read()["type"] == "subscribed"


def test_a_page_of_another_site_may_use_a_token(stage: Stage) -> None:
    with stage.open("Origin: https://wallboard.example") as client:
        assert client.ask(type="auth", token=stage.application.make_token()) == {"type": "authenticated"}
        assert client.read()["type"] == "subscribed"


def test_a_wrong_header_is_refused_even_with_a_good_cookie(stage: Stage) -> None:
    cookie = cookie_of(stage.application.log_in())
    with stage.open(cookie, "Authorization: Bearer wrong") as refused:
        assert refused.head.startswith("HTTP/1.1 401")
        assert "WWW-Authenticate: Bearer" in refused.head


def test_a_token_in_the_address_counts_for_nothing(stage: Stage) -> None:
    with stage.open(query=f"?token={stage.application.make_token()}") as client:
        client.send(json.dumps({"type": "subscribe", "topics": ["pbx"]}))
        assert client.read()["type"] == "error"
        assert client.next_close() == 1008


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"type": "auth", "token": "wrong"}', "not_authenticated"),
        ('{"type": "auth", "token": ""}', "invalid_input"),
        ('{"type": "auth", "token": 7}', "invalid_input"),
        ('{"type": "auth"}', "invalid_input"),
        ('{"type": "subscribe", "topics": ["events"]}', "invalid_input"),
        ("garbage", "invalid_input"),
        ("[" * 60_000, "invalid_input"),
        (b"\x00\x01", "invalid_input"),
    ],
)
def test_who_proves_no_identity_is_told_so_and_put_out(stage: Stage, first: str | bytes, code: str) -> None:
    with stage.open() as client:
        client.send(first)
        assert client.read()["code"] == code
        assert client.next_close() == 1008
    assert stage.application.services.realtime._subscriptions.all() == []


def test_who_never_says_who_it_is_does_not_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage.open() as anonymous, stage.open_as() as known:
        monkeypatch.setattr(plain_websocket, "AUTH_PATIENCE", 0.0)
        assert anonymous.read()["code"] == "not_authenticated"
        assert anonymous.next_close() == 1008
        assert known.read_until("subscribed")
        assert known.ask(type="unsubscribe", topics=["events"])["topics"] == {
            "events": {"unsubscribed": True}
        }


@pytest.mark.parametrize(
    "message",
    [
        "",
        "garbage",
        "[1]",
        "null",
        '"x"',
        "{",
        '{"type": 7}',
        '{"type": "ami_event"}',
        "\ud7ff" * 9,
        b"{}",
        b"\xff",
    ],
)
def test_garbage_is_answered_and_costs_nothing_else(stage: Stage, message: str | bytes) -> None:
    with stage.open_as(query="?topics=") as client:
        for _ in range(3):
            client.send(message)
            answer = client.read()
            assert (answer["type"], answer["code"]) == ("error", "invalid_input")
        assert client.ask(type="subscribe", topics=["pbx"])["topics"]["pbx"]["snapshot"]["main"]


def test_a_huge_message_ends_the_connection_and_leaves_the_others(stage: Stage) -> None:
    with stage.open_as(query="?topics=") as rude, stage.open_as(query="?topics=") as other:
        rude.send("x" * (MAX_REQUEST + 1))
        assert rude.next_close() == 1009
        assert other.ask(type="subscribe", topics=["pbx"])["type"] == "subscribed"


def test_topics_of_the_address_are_subscribed_to(stage: Stage) -> None:
    with stage.open_as(query="?topics=channels,queue:sales&topics=bridges&pbx=main") as client:
        topics = client.read()["topics"]
        assert topics.keys() == {"channels", "queue:sales", "bridges"}
        assert topics["channels"]["snapshot"]["100.1"]["channel"] == "PJSIP/100-1"
        stage.tell("Newchannel", Channel="PJSIP/9-1", Uniqueid="9.1", ChannelState="0")
        batch = client.read()
    assert (batch["type"], batch["topic"], batch["pbx"]) == ("changes", "channels", "main")
    assert (batch["prev_seq"], batch["seq"], batch["epoch"]) == (0, 1, "epoch-1")
    assert [(change["op"], change["key"]) for change in batch["changes"]] == [("put", "9.1")]


def test_an_answer_says_to_which_request_and_when(stage: Stage) -> None:
    with stage.open_as(query="?topics=") as client:
        answer = client.ask(type="subscribe", id=7, topics=["pbx", "nothing"])
        assert (answer["type"], answer["id"], answer["topic"], answer["code"]) == (
            "error",
            7,
            "nothing",
            "not_found",
        )
        answer = client.read()
        assert (answer["type"], answer["id"], *answer["topics"]) == ("subscribed", 7, "pbx")
        assert answer["_server"]["now"].endswith("Z")
        assert client.ask(type="unsubscribe", id="a", topics=["pbx"])["id"] == "a"
        assert client.ask(type="subscribe", id=[1], topics=["pbx"])["errors"][0]["field"] == "id"
        assert client.ask(type="subscribe", id="b", topics=[])["id"] == "b"


def test_what_was_missed_is_replayed(stage: Stage) -> None:
    with stage.open_as(query="?topics=channels") as client:
        at = client.read()["topics"]["channels"]
    stage.tell("Newchannel", Channel="PJSIP/9-1", Uniqueid="9.1", ChannelState="0")
    with stage.open_as(query="?topics=") as client:
        since = {"channels": {"epoch": at["epoch"], "seq": at["seq"]}}
        answer = client.ask(type="subscribe", topics=["channels"], since=since)
        assert [change["key"] for change in answer["topics"]["channels"]["replay"]] == ["9.1"]


def test_a_new_picture_is_told_and_a_listener_goes_on_listening(stage: Stage) -> None:
    with stage.open_as() as client:
        client.read_until("subscribed")
        paint_picture(stage.application.picture, "epoch-2")
        stage.application.picture.on_change("main")
        assert client.read() == {"type": "reset", "pbx": "main", "topic": "events"}
        stage.tell("Hangup", Uniqueid="9.1")
        assert client.read()["event"] == "Hangup"


def test_what_a_role_may_not_see_is_refused_topic_by_topic(stage: Stage) -> None:
    name = stage.make_limited_user("live.read", queue_scope=frozenset({"sales"}))
    with stage.open_as(name) as client:
        assert (client.read()["code"], client.read()["topics"]) == ("permission_denied", {})
        refused = client.ask(type="subscribe", topics=["queue:support", "queues"])
        assert (refused["topic"], refused["code"]) == ("queue:support", "permission_denied")
        assert client.read()["topics"]["queues"]["snapshot"].keys() == {"sales"}
        stage.tell("QueueMemberPause", Queue="support", Interface="PJSIP/100", MemberName="Alice", Paused="1")
        stage.tell("QueueMemberPause", Queue="sales", Interface="PJSIP/100", MemberName="Alice", Paused="1")
        assert [change["key"] for change in client.read()["changes"]] == ["sales"]


def test_a_pbx_out_of_scope_is_out_of_reach(stage: Stage) -> None:
    picture = LivePicture("other")
    other = Pbx("other", RecordingManager(picture), picture)  # type: ignore[arg-type] - it sends nothing
    main = stage.application.services.registry.get("main")
    stage.application.install(main, other)
    name = stage.make_limited_user("live.read", "events.read", pbx_scope=frozenset({"main"}))
    with stage.open_as(name, "?topics=channels&pbx=other") as client:
        assert (client.read()["code"], client.read()["topics"]) == ("permission_denied", {})
    with stage.open_as(name, "?topics=channels&pbx=NO!") as client:
        assert client.read()["code"] == "invalid_input"


def test_secrets_are_hidden_from_those_who_may_not_see_them(stage: Stage) -> None:
    name = stage.make_limited_user("events.read")
    with stage.open_as(name) as client, stage.open_as() as boss:
        client.read_until("subscribed")
        boss.read_until("subscribed")
        stage.tell("DTMFEnd", Digit="7", Uniqueid="9.1")
        assert client.read()["data"]["Digit"] == "[redacted]"
        assert boss.read()["data"]["Digit"] == "7"


def test_the_end_of_a_session_ends_its_connection(stage: Stage) -> None:
    browser = stage.application.log_in()
    with stage.open(cookie_of(browser)) as client:
        assert client.read_until("subscribed")
        browser.submit_form("/logout")
        assert client.next_close() == 1008


def test_the_end_of_a_token_ends_its_connection(stage: Stage) -> None:
    with stage.open_as() as client:
        assert client.read_until("subscribed")
        with stage.application.app.app_context():
            tokens = stage.application.services.store.tokens
            (token,) = tokens.all()
            tokens.revoke(token.id)
        assert client.next_close() == 1008


def require_change(stage: Stage) -> None:
    with stage.application.app.app_context():
        accounts = stage.application.services.store.accounts
        accounts.update(accounts.find("admin"), must_change_password=True)


def test_who_must_choose_a_password_first_gets_no_socket_by_cookie_header_or_first_message(
    stage: Stage,
) -> None:
    token = stage.application.make_token()
    require_change(stage)
    browser = stage.application.browse()
    browser.submit_login()
    for header in (cookie_of(browser), f"Authorization: Bearer {token}"):
        with stage.open(header) as refused:
            assert refused.head.startswith("HTTP/1.1 403")
    with stage.open() as client:
        assert client.ask(type="auth", token=token)["code"] == "password_change_required"
        assert client.next_close() == 1008


def test_an_open_connection_ends_when_its_user_must_choose_a_password_first(stage: Stage) -> None:
    with stage.open_as() as client:
        assert client.read_until("subscribed")
        require_change(stage)
        assert client.next_close() == 1008


def test_a_stop_tells_clients_to_come_back(stage: Stage) -> None:
    with stage.open_as() as client, stage.open() as anonymous:
        assert client.read_until("subscribed")
        assert wait_until(lambda: stage.application.services.realtime._plain._unauthenticated)
        stage.application.services.realtime.stop()
        assert client.next_close() == 1001
        assert anonymous.next_close() == 1001


def test_a_client_that_vanished_is_forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    realtime = stage.application.services.realtime
    with stage.open_as() as client:
        assert client.read_until("subscribed")
        monkeypatch.setattr(plain_websocket, "SILENCE_LIMIT", -1.0)
        assert wait_until(lambda: not realtime._subscriptions.all())
    assert realtime._plain._clients == {}


def test_a_client_is_asked_for_a_sign_of_life_and_its_answer_is_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_websocket, "PING_INTERVAL", 0.0)
    with stage.open_as(query="?topics=") as client:
        clients = stage.application.services.realtime._plain._clients
        assert wait_until(lambda: clients)
        (seen,) = clients.values()
        before = seen.opened.last_heard
        ping = client.next_event()
        assert isinstance(ping, Ping)
        client.say(ping.response())
        assert wait_until(lambda: seen.opened.last_heard > before)


@pytest.mark.long
def test_a_listener_that_was_too_slow_is_subscribed_again_when_it_caught_up(stage: Stage) -> None:
    token = stage.application.make_token()
    with stage.open(f"Authorization: Bearer {token}", buffer=65536) as client:
        client.read_until("subscribed")
        backlog = stage.application.services.realtime._backlog
        padding = "x" * 20_000

        def flood() -> int:
            for _ in range(100):
                stage.tell("VarSet", Value=padding)
            return backlog.suspended

        assert wait_until(flood)
        assert client.read_until("reset")["topic"] == "events"
        again = client.read_until("subscribed")["topics"]["events"]
        stage.tell("Hangup", Uniqueid="9.1")
        event = client.read()
    assert (event["event"], event["seq"]) == ("Hangup", again["seq"] + 1)


def test_other_addresses_and_plain_requests_are_left_alone(stage: Stage) -> None:
    browser = stage.application.log_in()
    assert browser.client.get(PATH).status_code == 426
    assert browser.client.get("/ws/").status_code == 404
    assert browser.client.get("/ws/realtime/more").status_code == 404
