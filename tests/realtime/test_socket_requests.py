"""What sockets may ask for, and what they are told when they may not."""

from __future__ import annotations

from typing import Any

import pytest
from flask_socketio import SocketIOTestClient

from amictl.pbx.topics.links.value import TopicLimit
from amictl.realtime.schemas import MAX_TOPICS
from tests.application import Application, Browser, make_message

Ack = dict[str, Any]


def ask(socket: SocketIOTestClient, event: str, *payload: object) -> Ack:
    return socket.emit(event, *payload, callback=True)


def subscribe(socket: SocketIOTestClient, *topics: str, **options: object) -> Ack:
    return ask(socket, "subscribe", {"topics": list(topics), **options})


def received(socket: SocketIOTestClient) -> list[tuple[str, Any]]:
    return [(each["name"], each["args"][0]) for each in socket.get_received()]


def publish(application: Application) -> None:
    application.services.realtime._publisher.publish("main")


@pytest.fixture
def socket(application: Application) -> SocketIOTestClient:
    socket = application.open_socket(application.log_in())
    assert socket.is_connected()
    return socket


def test_a_socket_without_a_login_is_refused(application: Application) -> None:
    assert not application.open_socket(application.browse()).is_connected()


@pytest.mark.parametrize("auth", [{"token": "wrong"}, {"token": ""}, {"token": 7}, {"token": ["x"]}])
def test_a_wrong_token_is_refused_even_with_a_good_cookie(application: Application, auth: object) -> None:
    assert not application.open_socket(application.log_in(), auth=auth).is_connected()


@pytest.mark.parametrize("auth", [None, {}, "x", 7, [], {"other": 1}])
def test_without_a_token_the_cookie_counts(application: Application, auth: object) -> None:
    assert application.open_socket(application.log_in(), auth=auth).is_connected()


def test_a_good_token_is_enough(application: Application) -> None:
    token = application.make_token()
    assert application.open_socket(auth={"token": token}).is_connected()
    header = {"Authorization": f"Bearer {token}"}
    assert application.open_socket(headers=header).is_connected()


def test_a_subscription_gives_the_snapshot_and_then_the_changes(
    application: Application,
    socket: SocketIOTestClient,
) -> None:
    answer = subscribe(socket, "channels", "queues", "queue:sales", "pbx", "bridges")
    assert answer["channels"]["epoch"] == "epoch-1"
    assert answer["channels"]["snapshot"]["100.1"]["channel"] == "PJSIP/100-1"
    assert answer["queues"]["snapshot"].keys() == {"support", "sales"}
    assert answer["queue:sales"]["snapshot"].keys() == {"sales"}
    assert answer["pbx"]["snapshot"]["main"]["state"] == "connected"
    assert answer["bridges"]["snapshot"] == {}
    application.picture.apply_event(make_message(Event="Hangup", Uniqueid="100.1", Channel="PJSIP/100-1"))
    publish(application)
    ((name, batch),) = received(socket)
    assert name == "changes"
    assert batch["changes"] == [{"op": "del", "key": "100.1"}]
    assert batch["prev_seq"] == answer["channels"]["seq"]


def test_an_answer_says_where_a_topic_is_not_known_or_does_not_follow(
    application: Application, socket: SocketIOTestClient
) -> None:
    limits = {
        "parking": TopicLimit("It lacks the write class call.", known=False),
        "queues": TopicLimit("It lacks the read class agent.", as_of=1_000_000.0),
        "events": TopicLimit("It lacks the read class agent."),
    }
    application.set_link(limits=limits)
    answer = subscribe(socket, "parking", "queue:sales", "channels", "event:Hangup", "pbx")
    told = {"detail": "It lacks the write class call.", "known": False, "as_of": None}
    assert answer["parking"]["limit"] == told
    assert answer["queue:sales"]["limit"]["as_of"] == "1970-01-12T13:46:40.000Z"
    assert answer["event:Hangup"]["limit"]["known"] is True
    assert "limit" not in answer["channels"]
    assert answer["pbx"]["snapshot"]["main"]["limits"]["parking"] == told


def test_every_answer_tells_the_servers_time_and_the_release_of_its_pages(
    application: Application, socket: SocketIOTestClient
) -> None:
    page = application.log_in().get("/console/").text
    for answer in (
        subscribe(socket, "channels"),
        ask(socket, "unsubscribe", {}),
        subscribe(socket, "nonsense"),
        ask(socket, "time"),
        ask(socket, "time", {}),
    ):
        assert answer["_server"]["now"].endswith("Z")
        assert f'"release": "{answer["_server"]["release"]}"' in page


def test_a_question_for_the_time_takes_nothing_else(socket: SocketIOTestClient) -> None:
    assert ask(socket, "time", {"zone": "UTC"})["error"]["code"] == "invalid_input"


def test_a_position_in_the_log_is_replayed_and_a_foreign_one_is_not(
    application: Application,
    socket: SocketIOTestClient,
) -> None:
    application.picture.apply_event(make_message(Event="Hangup", Uniqueid="100.1", Channel="PJSIP/100-1"))
    since = {"channels": {"epoch": "epoch-1", "seq": 0}, "events": {"epoch": "epoch-1", "seq": 0}}
    answer = subscribe(socket, "channels", "events", since=since)
    assert answer["channels"] == {"epoch": "epoch-1", "seq": 1, "replay": [{"op": "del", "key": "100.1"}]}
    assert [event["event"] for event in answer["events"]["replay"]] == ["Hangup"]
    for foreign in ({"epoch": "epoch-0", "seq": 0}, {"epoch": "epoch-1", "seq": 99}):
        assert subscribe(socket, "channels", since={"channels": foreign})["channels"]["snapshot"] == {}


def test_each_topic_has_its_own_error(socket: SocketIOTestClient) -> None:
    answer = subscribe(socket, "channels", "nonsense", "queue:")
    assert "snapshot" in answer["channels"]
    assert answer["nonsense"]["error"]["code"] == "not_found"
    assert answer["queue:"]["error"]["code"] == "not_found"


def test_a_topic_without_permission_is_refused_and_its_room_not_entered(application: Application) -> None:
    application.make_role("Sales", "live.read", queue_scope=frozenset({"sales"}))
    application.make_user("sally", "Sales")
    socket = application.open_socket(application.log_in("sally"))
    answer = subscribe(socket, "events", "event:Hangup", "queue:support", "queue:sales", "queues")
    for topic in ("events", "event:Hangup", "queue:support"):
        assert answer[topic]["error"]["code"] == "permission_denied"
    assert answer["queue:sales"]["snapshot"]
    assert answer["queues"]["snapshot"].keys() == {"sales"}
    application.picture.apply_event(
        make_message(Event="QueueMemberPause", Queue="support", Interface="PJSIP/100", Paused="1")
    )
    publish(application)
    assert received(socket) == []


def test_a_pbx_out_of_scope_is_refused(application: Application) -> None:
    application.make_role("Branch", "live.read", pbx_scope=frozenset({"branch"}))
    application.make_user("bert", "Branch")
    socket = application.open_socket(application.log_in("bert"))
    assert subscribe(socket, "channels")["error"]["code"] == "not_found"
    assert subscribe(socket, "channels", pbx="main")["channels"]["error"]["code"] == "permission_denied"


def test_after_unsubscribing_nothing_comes(application: Application, socket: SocketIOTestClient) -> None:
    subscribe(socket, "channels", "events")
    answer = ask(socket, "unsubscribe", {"topics": ["channels", "queues"]})
    assert answer["channels"] == {"unsubscribed": True}
    assert answer["queues"] == {"unsubscribed": False}
    application.picture.apply_event(make_message(Event="Hangup", Uniqueid="100.1", Channel="PJSIP/100-1"))
    publish(application)
    assert [name for name, _ in received(socket)] == ["ami_events"]


@pytest.mark.parametrize("event", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize(
    "payload",
    [
        (), (None,), ("channels",), (7,), ([],), ({},), ({"topics": "channels"},), ({"topics": []},),
        ({"topics": [None]},), ({"topics": [""]},), ({"topics": ["x" * 201]},), ({"topics": ["a\nb"]},),
        ({"topics": ["channels"], "pbx": "../x"},), ({"topics": ["channels"], "extra": 1},),
        ({"topics": [f"queue:{number}" for number in range(MAX_TOPICS + 1)]},),
        ({"topics": ["channels"], "since": {"channels": 1}},),
        ({"topics": ["channels"], "since": {"channels": {"epoch": "x", "seq": "1"}}},),
    ],
    ids=lambda payload: repr(payload)[:40],
)  # fmt: skip
def test_a_malformed_request_is_answered_and_the_socket_stays(
    socket: SocketIOTestClient,
    event: str,
    payload: tuple[object, ...],
) -> None:
    answer = ask(socket, event, *payload)
    assert answer["error"]["code"] == "invalid_input"
    assert answer["error"]["errors"][0]["field"]
    assert socket.is_connected()
    assert "snapshot" in subscribe(socket, "channels")["channels"]


def test_more_arguments_than_one_are_no_matter(socket: SocketIOTestClient) -> None:
    assert "snapshot" in ask(socket, "subscribe", {"topics": ["channels"]}, 1, 2)["channels"]


def test_a_socket_cannot_have_topics_without_end(socket: SocketIOTestClient) -> None:
    subscribe(socket, *(f"queue:{number}" for number in range(MAX_TOPICS)))
    answer = subscribe(socket, "channels", "queue:1")
    assert answer["channels"]["error"]["code"] == "invalid_input"
    assert "snapshot" in answer["queue:1"]
    ask(socket, "unsubscribe", {"topics": ["queue:2"]})
    assert "snapshot" in subscribe(socket, "channels")["channels"]


def test_a_defect_is_answered_without_its_trace(
    application: Application,
    socket: SocketIOTestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(application.picture, "read", None)
    answer = subscribe(socket, "channels")
    assert answer["error"]["code"] == "internal"
    assert "NoneType" not in str(answer)
    assert socket.is_connected()


def test_without_a_pbx_it_says_how_to_add_one(application: Application, socket: SocketIOTestClient) -> None:
    application.install()
    assert "flask pbx add" in subscribe(socket, "channels")["error"]["detail"]


def test_a_logout_closes_the_sockets_of_that_session_only(application: Application) -> None:
    browser, other = application.log_in(), application.log_in()
    sockets = [application.open_socket(browser), application.open_socket(browser)]
    stays = application.open_socket(other)
    browser.post("/logout")
    assert [socket.is_connected() for socket in sockets] == [False, False]
    assert stays.is_connected()
    assert not application.open_socket(browser).is_connected()


def change_account(application: Application, **change: Any) -> None:  # noqa: ANN401 - several fields
    with application.app.app_context():
        accounts = application.services.store.accounts
        accounts.update(accounts.find("sam"), **change)


@pytest.mark.parametrize(
    "change", [{"active": False}, {"password": "another long password"}, {"role_name": "Agent"}]
)
def test_a_change_of_the_account_closes_its_sockets(
    application: Application, change: dict[str, object]
) -> None:
    application.make_user("sam", "Supervisor")
    gone, stays = (
        application.open_socket(application.log_in("sam")),
        application.open_socket(application.log_in()),
    )
    application.services.realtime._session_recheck.check()
    assert gone.is_connected()
    change_account(application, **change)
    application.services.realtime._session_recheck.check()
    assert not gone.is_connected()
    assert stays.is_connected()
    assert [each.identity.actor.username for each in application.services.realtime._subscriptions.all()] == [
        "admin"
    ]


def test_a_revoked_token_closes_its_sockets(application: Application) -> None:
    text = application.make_token()
    socket = application.open_socket(auth={"token": text})
    application.services.realtime._session_recheck.check()
    assert socket.is_connected()
    with application.app.app_context():
        tokens = application.services.store.tokens
        tokens.revoke(tokens.authenticate(text).id)
    application.services.realtime._session_recheck.check()
    assert not socket.is_connected()


def test_new_rights_of_a_role_close_its_sockets_so_that_they_come_back_with_them(
    application: Application,
) -> None:
    application.make_role("Watch", "live.read")
    application.make_user("sam", "Watch")
    browser: Browser = application.log_in("sam")
    socket = application.open_socket(browser)
    with application.app.app_context():
        store = application.services.store
        role = store.roles.find("Watch")
        role.permissions = frozenset({"live.read", "events.read"})
        store.accounts._session.commit()
    application.services.realtime._session_recheck.check()
    assert not socket.is_connected()
    again = application.open_socket(browser)
    assert "snapshot" in subscribe(again, "events")["events"]


def test_an_open_socket_keeps_its_session_from_growing_idle(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = application.log_in()
    socket = application.open_socket(browser)
    sessions = application.services.identities._sessions
    now = sessions._clock()
    for _ in range(5):
        now += 3000
        monkeypatch.setattr(sessions, "_clock", lambda now=now: now)
        application.services.realtime._session_recheck.check()
    assert socket.is_connected()
    assert browser.get("/api/ami/channels/").status_code == 200
    monkeypatch.setattr(sessions, "_clock", lambda: now + 12 * 3600)
    application.services.realtime._session_recheck.check()
    assert not socket.is_connected()
