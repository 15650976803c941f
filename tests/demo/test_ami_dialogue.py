"""How the demo speaks AMI; each test runs on a real Asterisk 22, too."""

from __future__ import annotations

import re
import socket
import time

import pytest

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.server import (
    AMICTL,
    FILTERED,
    READ_ONLY,
    SINGLE_LOGIN,
    WRONG_RIGHTS,
    AmiUser,
    await_condition,
)
from tests.demo.conftest import AmiServer
from tests.patience import PATIENCE


def log_in(server: AmiServer, user: AmiUser = AMICTL, **how: object) -> AmiClient:
    return AmiClient(server.host, server.ami_port, user.username, user.secret, **how)  # type: ignore[arg-type]


def send_and_collect(server: AmiServer, *messages: bytes, logged_in: bool = True) -> list[str]:
    """Return what the server sends after each message, up to the answer to a Ping or the end of file."""
    with AmiClient(
        server.host, server.ami_port, *((AMICTL.username, AMICTL.secret) if logged_in else ()), events="off"
    ) as client:
        told = []
        for message in messages:
            before = len(client.received)
            client.send_raw(message)
            client.send_raw(b"Action: Ping\r\nActionID: mark\r\n\r\n")
            try:
                while client.next_message().get("ActionID") != "mark":
                    pass
            except (EOFError, ConnectionResetError):
                pass
            text = client.received[before:].decode()
            told.append(text.partition("Response: Success\r\nActionID: mark")[0])
        return told


def test_the_banner_comes_first_and_alone(ami_server: AmiServer) -> None:
    with AmiClient(ami_server.host, ami_server.ami_port) as client:
        assert client.banner == "Asterisk Call Manager/11.0.0"
        client.send_raw(b"Action: Logoff\r\n\r\n")
        assert client.next_message() == {"Response": "Goodbye", "Message": "Thanks for all the fish."}
        with pytest.raises(EOFError):
            client.next_message()


@pytest.mark.parametrize("challenge", [False, True], ids=["plain", "md5"])
def test_who_logs_in_hears_that_the_pbx_is_up_and_that_somebody_logged_in(
    ami_server: AmiServer, challenge: bool
) -> None:
    with log_in(ami_server, challenge=challenge) as client:
        booted = client.wait_event("FullyBooted")
        assert list(booted) == ["Event", "Privilege", "Uptime", "LastReload", "Status"]
        told = client.wait_event("SuccessfulAuth", AccountID=AMICTL.username)
        assert list(told) == [
            *(
                "Event",
                "Privilege",
                "EventTV",
                "Severity",
                "Service",
                "EventVersion",
                "AccountID",
                "SessionID",
            ),
            *("LocalAddress", "RemoteAddress", "UsingPassword", "SessionTV"),
        ]


@pytest.mark.parametrize(
    "login",
    [
        b"Username: amictl\r\nSecret: wrong",
        b"Username: nobody\r\nSecret: wrong",
        b"Secret: amictl-secret",
        b"AuthType: MD5\r\nUsername: amictl\r\nKey: abc",
    ],
)
def test_a_wrong_login_is_refused_after_a_second_and_ends_the_session(
    ami_server: AmiServer, login: bytes
) -> None:
    with AmiClient(ami_server.host, ami_server.ami_port) as client:
        client.send_raw(b"Action: Challenge\r\nAuthType: MD5\r\n\r\n")
        assert client.next_message()["Response"] == "Success"
        began_at = time.monotonic()
        client.send_raw(b"Action: Login\r\n" + login + b"\r\n\r\n")
        assert client.next_message() == {"Response": "Error", "Message": "Authentication failed"}
        assert time.monotonic() - began_at > 0.9
        with pytest.raises(EOFError):
            client.next_message()


def test_others_hear_of_refused_logins_and_actions(ami_server: AmiServer) -> None:
    with log_in(ami_server) as listener:
        listener.wait_event("SuccessfulAuth")
        for login in (
            b"Username: amictl\r\nSecret: x",
            b"Username: nobody",
            b"AuthType: MD5\r\nUsername: amictl\r\nKey: k",
        ):
            send_and_collect(
                ami_server,
                b"Action: Challenge\r\nAuthType: MD5\r\n\r\nAction: Login\r\n" + login + b"\r\n\r\n",
                logged_in=False,
            )
        with log_in(ami_server, READ_ONLY) as other:
            for action in ("Nix", "Command"):
                with pytest.raises(AmiRefused):
                    other.action(action)
        expected = {
            "InvalidPassword": "RemoteAddress SessionTV",
            "InvalidAccountID": "RemoteAddress SessionTV",
            "ChallengeResponseFailed": "RemoteAddress Challenge Response ExpectedResponse SessionTV",
            "RequestNotAllowed": "RemoteAddress RequestType SessionTV",
            "RequestBadFormat": "RemoteAddress RequestType SessionTV AccountID",
        }
        for name, ending in expected.items():
            event = listener.wait_event(name)
            assert list(event)[-len(ending.split()) :] == ending.split()
            assert event["Privilege"] == "security,all"


def test_without_a_login_nothing_but_logging_in_is_allowed(ami_server: AmiServer) -> None:
    with AmiClient(ami_server.host, ami_server.ami_port) as client:
        for action in (b"Ping", b"Nonsense", b"Events"):
            client.send_raw(b"Action: " + action + b"\r\n\r\n")
            assert client.next_message() == {"Response": "Error", "Message": "Permission denied"}


def test_a_user_with_one_login_gets_no_second(ami_server: AmiServer) -> None:
    with log_in(ami_server, SINGLE_LOGIN), pytest.raises(AmiRefused, match="Login Already In Use"):
        log_in(ami_server, SINGLE_LOGIN)


def test_rights_are_those_of_the_user(ami_server: AmiServer) -> None:
    with log_in(ami_server, READ_ONLY) as client:
        names = client.action("ListCommands")[0]
        assert "CoreStatus" in names
        assert "Command" not in names
        with pytest.raises(AmiRefused, match="Permission denied"):
            client.action("Command", Command="core show version")
        with pytest.raises(AmiRefused, match=r"Invalid/unknown command: Nix\. Use Action: ListCommands"):
            client.action("Nix")


def test_the_commands_are_described_alike(ami_server: AmiServer) -> None:
    with log_in(ami_server) as client:
        listed = client.action("ListCommands")[0]
    assert listed["Ping"] == "Keepalive command.  (Priv: <none>)"
    assert listed["Command"] == "Execute Asterisk CLI Command.  (Priv: command,all)"
    assert listed["CoreStatus"] == "Show PBX core status variables.  (Priv: system,reporting,all)"
    names = list(listed)[2:]
    assert names == sorted(names, key=str.lower)


@pytest.mark.parametrize(
    ("mask", "answer"),
    [
        ("on", "On"),
        ("off", "Off"),
        ("call,user", "On"),
        ("call,nonsense", "On"),
        ("nonsense", "Off"),
        ("6", "On"),
        ("0", "Off"),
        ("all", "On"),
        ("none", "Off"),
    ],
)
def test_the_event_mask_is_read_by_class_and_by_number(ami_server: AmiServer, mask: str, answer: str) -> None:
    with log_in(ami_server, events="off") as client:
        assert client.action("Events", EventMask=mask)[0]["Events"] == answer


def test_no_event_mask_is_an_error(ami_server: AmiServer) -> None:
    with log_in(ami_server) as client, pytest.raises(AmiRefused, match="Invalid event mask"):
        client.action("Events")


@pytest.mark.parametrize(("mask", "is_heard"), [("user", True), ("64", True), ("call", False), ("2", False)])
def test_events_come_by_the_mask(ami_server: AmiServer, mask: str, is_heard: bool) -> None:
    with log_in(ami_server, events=mask) as client:
        client.action("UserEvent", UserEvent="Seen", Number=7)
        client.action("Ping")
        heard = [event for event in client.events if event["Event"] == "UserEvent"]
        assert bool(heard) == is_heard


def test_a_user_event_carries_all_that_its_sender_gave(ami_server: AmiServer) -> None:
    with log_in(ami_server) as client:
        client.send_raw(
            b"Action: UserEvent\r\nActionID: a\r\nUserEvent: Seen\r\n"
            b"X:1\r\nEvent: Hangup\r\nx:  2\r\nno colon\r\n\r\n"
        )
        client.wait_event("UserEvent")
        raw = client.received.decode()
    assert raw[raw.index("Event: UserEvent") :].startswith(
        "Event: UserEvent\r\nPrivilege: user,all\r\nUserEvent: Seen\r\n"
        "ActionID: a\r\nX:1\r\nEvent: Hangup\r\nx:  2\r\nno colon\r\n\r\n"
    )


def test_bytes_that_are_no_text_pass_unchanged(ami_server: AmiServer) -> None:
    with log_in(ami_server) as client:
        client.send_raw(b"Action: UserEvent\r\nUserEvent: Seen\r\nValue: \xff\xfe \xc3\xa9\r\n\r\n")
        client.wait_event("UserEvent")
        assert b"Value: \xff\xfe \xc3\xa9\r\n" in client.received


def test_wrong_rights_hear_nothing(ami_server: AmiServer) -> None:
    with log_in(ami_server, WRONG_RIGHTS) as deaf, log_in(ami_server) as client:
        client.action("UserEvent", UserEvent="Seen")
        client.wait_event("UserEvent")
        deaf.action("Ping")
        assert deaf.events == []


@pytest.mark.parametrize(
    ("criteria", "pattern", "heard"),
    [
        ("", "!Event: UserEvent", []),
        ("", "Number: [12]", ["1", "2"]),
        ("action(exclude),name(UserEvent),header(Number),method(exact)", "2", ["1", "3"]),
        ("name(UserEvent),header(Number),method(starts_with)", "3", ["3"]),
        ("action(exclude),name(UserEvent)", "", []),
    ],
)
def test_filters_of_a_session_choose_events(
    ami_server: AmiServer, criteria: str, pattern: str, heard: list[str]
) -> None:
    with log_in(ami_server, events="user") as client:
        client.action("Filter", Operation="Add", MatchCriteria=criteria, Filter=pattern)
        for number in range(1, 4):
            client.action("UserEvent", UserEvent="Seen", Number=number)
        client.action("Ping")
        assert [event["Number"] for event in client.events if event["Event"] == "UserEvent"] == heard


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Operation": "Nix"}, "Unknown operation"),
        ({"Operation": "Add"}, "Filter was formatted incorrectly"),
        ({"Operation": "Add", "Filter": "["}, "Filter did not compile"),
        ({"Operation": "Add", "MatchCriteria": "name(X),method(nix)", "Filter": "a"}, "Filter was formatted"),
        ({"Operation": "Add", "MatchCriteria": "action(exclude)"}, "Filter was formatted"),
        ({"Operation": "Add", "MatchCriteria": "name(X),method(exact)"}, "Filter was formatted"),
    ],
)
def test_a_wrong_filter_is_refused(ami_server: AmiServer, headers: dict[str, str], words: str) -> None:
    with log_in(ami_server) as client, pytest.raises(AmiRefused, match=words):
        client.action("Filter", **headers)


def test_filters_of_a_user_hold_from_login_on(ami_server: AmiServer) -> None:
    with log_in(ami_server, FILTERED, events="user") as client:
        client.action("UserEvent", UserEvent="Seen", Text="Event: Hangup")
        client.action("UserEvent", UserEvent="Seen", Text="other")
        client.action("Ping")
        assert [event["Text"] for event in client.events if event["Event"] == "UserEvent"] == ["other"]


@pytest.mark.parametrize(
    "message",
    [
        b"Action: Ping\r\nLong: "
        + b"x" * 1016
        + b"\r\nActionID: a\r\n\r\n",  # the longest line that is taken
        b"Action: Ping\r\nLong: " + b"x" * 1017 + b"\r\nActionID: a\r\n\r\n",  # a line of 1023 bytes
        b"Action: Ping\r\nLong: " + b"x" * 1018 + b"\r\nActionID: a\r\n\r\n",
        b"Action: Ping\r\nLong: " + b"x" * 5000 + b"\r\nActionID: a\r\n\r\n",
        b"Action: Ping\r\n" + b"".join(b"H%d: x\r\n" % n for n in range(126)) + b"ActionID: a\r\n\r\n",
        b"Action: Ping\r\nActionID: a\r\n" + b"".join(b"H%d: x\r\n" % n for n in range(127)) + b"\r\n",
        b"Action: Ping\nActionID: a\n\n",
        b"Action: Ping\r\nActionID: a\0b\r\n\r\n",
        b"Action: \r\naction: Ping\r\nACTIONID:   a\r\nActionID: b\r\n\r\n",
        b"Action: Ping\r\nActionID : a\r\n\r\n",
        b"\r\n",
        b"\r\n\r\nAction: Events\r\n\r\n",
        b"Action: Login\r\nUsername: nobody\r\n\r\n",
        b"Action: Challenge\r\n\r\nAction: Challenge\r\nAuthType: plain\r\n\r\n",
    ],
    ids=map(str, range(14)),
)
def test_odd_messages_are_read_as_asterisk_reads_them(
    message: bytes, demo: AmiServer, asterisk_22: AmiServer
) -> None:
    def without_time(text: str) -> str:
        return re.sub(r"Timestamp: \S+", "Timestamp: T", text)

    mine, theirs = (send_and_collect(server, message)[0] for server in (demo, asterisk_22))
    assert without_time(mine) == without_time(theirs)


def test_wait_event_ends_with_the_next_event(ami_server: AmiServer) -> None:
    with log_in(ami_server, events="user") as client, log_in(ami_server, events="off") as other:
        action_id = client.send("WaitEvent", Timeout=-1)
        told = []
        while not told or told[-1].get("Event") != "WaitEventComplete":
            other.action("UserEvent", UserEvent="Seen")  # the first may have come before the wait began
            told.append(client.next_message())
        answer = next(message for message in told if message.get("Event") != "UserEvent")
        assert answer["Message"] == "Waiting for Event completed."
        assert answer["ActionID"] == told[-1]["ActionID"] == action_id


def test_wait_event_ends_with_what_the_client_sends(demo: AmiServer) -> None:
    with log_in(demo, events="off") as client:
        client.send("WaitEvent", Timeout=-1)
        client.send("Ping")
        names = [client.next_message().get("Event") for _ in range(2)]
        assert names == [None, "WaitEventComplete"]
        assert client.next_message()["Ping"] == "Pong"


def test_lists_and_answers_stand_in_one_piece_among_events(ami_server: AmiServer) -> None:
    with log_in(ami_server, events="user") as client, log_in(ami_server, events="off") as other:
        for number in range(200):
            other.send("UserEvent", UserEvent="Seen", Number=number)
            client.send("ListCommands")
        client.send("Ping")
        answers = 0
        numbers = []
        while True:
            message = client.next_message()
            if message.get("Ping") == "Pong":
                break
            if "Event" in message:
                numbers.append(int(message["Number"]))
            else:
                answers += 1
                assert "WaitEvent" in message
        await_condition(
            lambda: _read_numbers(client, numbers) == list(range(200)), PATIENCE, "all events in order"
        )
        assert answers == 200


def _read_numbers(client: AmiClient, numbers: list[int]) -> list[int]:
    client.drain(0.05)
    return [int(event["Number"]) for event in client.events if event["Event"] == "UserEvent"] or numbers


def test_a_client_that_does_not_read_is_cut_and_slows_nobody(ami_server: AmiServer) -> None:
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.settimeout(PATIENCE)
    slow.connect((ami_server.host, ami_server.ami_port))
    slow.sendall(b"Action: Login\r\nUsername: readonly\r\nSecret: readonly-secret\r\n\r\n")
    with log_in(ami_server, events="off") as client:
        padding = [("x" * 1000)] * 100
        for _ in range(150):
            client.send("UserEvent", UserEvent="Big", Padding=padding)
        client.action("Ping")

        def is_cut() -> bool:
            return READ_ONLY.username not in client.command("manager show connected")

        await_condition(is_cut, PATIENCE, "the end of the slow session")
    slow.close()
