"""One AMI session without a socket: greeting, login, IDs, and what arrives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amictl.errors import InvalidInput, ProtocolError
from amictl.protocol import (
    Action,
    AmiConnection,
    Message,
    Reply,
    challenge_action,
    login_action,
    logoff_action,
)

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
OLD_BANNER = b"Asterisk Call Manager/2.10.6\r\n"
GOOD = b"Event: Good\r\nProof: found\r\n\r\n"
FOLLOWS = b"Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\none\n\ntwo\n--END COMMAND--\r\n\r\n"
TRANSCRIPTS = sorted((Path(__file__).parent.parent / "transcripts").glob("*.ami"))


def greeted(banner: bytes = BANNER) -> AmiConnection:
    connection = AmiConnection()
    assert connection.receive_data(banner) == []
    return connection


class TestGreeting:
    def test_the_banner_is_one_line_without_a_blank_line_after_it(self) -> None:
        connection = AmiConnection()

        (message,) = connection.receive_data(BANNER + GOOD)

        assert connection.banner == "Asterisk Call Manager/11.0.0"
        assert message.name == "Good"

    def test_it_may_come_byte_by_byte(self) -> None:
        connection = AmiConnection()
        messages: list[Message] = []
        for place, byte in enumerate(BANNER + GOOD):
            assert (connection.banner is None) == (place < len(BANNER))
            messages += connection.receive_data(bytes([byte]))

        assert [message.name for message in messages] == ["Good"]

    @pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n", b"HTTP/1.1 400\r\n", GOOD])
    def test_another_kind_of_server_is_told_from_asterisk(self, greeting: bytes) -> None:
        with pytest.raises(ProtocolError, match="check host and port"):
            AmiConnection().receive_data(greeting)

    def test_a_greeting_without_end_is_refused_in_bounded_memory(self) -> None:
        with pytest.raises(ProtocolError, match="port of Asterisk's AMI"):
            AmiConnection().receive_data(b"\x16\x03\x01" * 400)

    def test_the_banner_tells_the_form_of_command_output(self) -> None:
        (raw,) = greeted(OLD_BANNER).receive_data(FOLLOWS)

        assert raw.output == ["one", "", "two"]
        assert [m.raw[:17] for m in greeted().receive_data(FOLLOWS)] == [b"Response: Follows"]
        assert greeted(b"Asterisk Call Manager/5.0.4\n").receive_data(FOLLOWS)[0].output == ["one"]


class TestActions:
    def test_an_action_gets_an_id_and_its_reply_is_awaited(self) -> None:
        connection = greeted()

        action_id, data = connection.send(Action("Ping", changes_pbx=False))

        assert data == f"Action: Ping\r\nActionID: {action_id}\r\n\r\n".encode()
        (pong,) = connection.receive_data(f"Response: Success\r\nActionID: {action_id}\r\n\r\n".encode())
        assert isinstance(connection.replies.receive(pong), Reply)

    def test_nothing_is_awaited_for_an_action_that_cannot_be_sent(self) -> None:
        connection = greeted()

        with pytest.raises(InvalidInput):
            connection.send(Action("Hangup", (("Channel", "a\r\nAction: Logoff"),)))
        assert len(connection.replies) == 0

    def test_ids_are_short_ascii_with_a_random_token_of_each_connection(self) -> None:
        first, second = AmiConnection(), AmiConnection()
        ids = [first.new_action_id() for _ in range(1000)]

        assert len(set(ids)) == 1000
        assert all(re.fullmatch(r"[0-9a-f]{12}-\d+", each) for each in ids)
        assert ids[0].partition("-")[0] != second.new_action_id().partition("-")[0]


class TestLogin:
    def test_the_key_is_the_lower_case_md5_of_challenge_and_secret(self) -> None:
        login = login_action("console", "s3crët", "840415273")

        key = hashlib.md5("840415273s3crët".encode(), usedforsecurity=False).hexdigest()
        assert login.headers == (("AuthType", "MD5"), ("Username", "console"), ("Key", key))
        assert key == key.lower()

    def test_without_a_challenge_the_secret_is_sent_as_it_is(self) -> None:
        assert login_action("console", "pass").headers == (("Username", "console"), ("Secret", "pass"))

    def test_no_secret_shows_in_a_log_of_the_action(self) -> None:
        assert "pass" not in repr(login_action("console", "pass"))
        assert "Login" in repr(login_action("console", "pass"))

    def test_challenge_and_logoff(self) -> None:
        assert challenge_action().encode("1") == b"Action: Challenge\r\nActionID: 1\r\nAuthType: MD5\r\n\r\n"
        assert logoff_action().encode("1") == b"Action: Logoff\r\nActionID: 1\r\n\r\n"

    def test_logging_in_and_out_changes_nothing_on_the_pbx(self) -> None:
        actions = (challenge_action(), login_action("a", "b"), logoff_action())

        assert not any(action.changes_pbx for action in actions)


class TestCounters:
    def test_fragments_and_over_long_messages_are_counted(self) -> None:
        connection = AmiConnection(limit=50)

        messages = connection.receive_data(BANNER + b"frag\r\n\r\nEvent: " + b"x" * 60 + b"\r\n\r\n" + GOOD)

        assert [message.name for message in messages] == ["Good"]
        assert (connection.fragments, connection.oversized) == (1, 1)


@given(st.binary(max_size=200), st.integers(1, 50))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_raise_nothing_but_protocol_errors(junk: bytes, size: int) -> None:
    for start in (b"", BANNER, OLD_BANNER):
        connection = AmiConnection()
        stream = start + junk
        try:
            for place in range(0, len(stream), size):
                for message in connection.receive_data(stream[place : place + size]):
                    connection.replies.receive(message)
                    message.to_dict()
        except ProtocolError:
            assert connection.banner is None


def cut_everywhere(stream: bytes) -> Iterator[list[bytes]]:
    for size in (1, 2, 3, 7, 1000, 1448, 4096, 65536):
        yield [stream[place : place + size] for place in range(0, len(stream), size)]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_recorded_session_is_the_same_however_it_was_cut(path: Path) -> None:
    stream = path.read_bytes()
    whole = AmiConnection()
    expected = [(message.name, message.raw) for message in whole.receive_data(stream)]
    assert expected

    for portions in cut_everywhere(stream):
        connection = AmiConnection()
        messages = [message for portion in portions for message in connection.receive_data(portion)]
        assert [(message.name, message.raw) for message in messages] == expected
        assert connection.fragments == whole.fragments


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_every_recorded_message_reads_alike_by_layout_and_plainly(path: Path) -> None:
    stream = path.read_bytes()
    connection = AmiConnection()
    messages = [m for _ in range(3) for m in connection.receive_data(stream)]

    for message in messages:
        assert message.headers == Message(message.raw).headers
        assert message.action_id == message.get("ActionID")
        assert message.get("Event" if message.is_event else "Response") == (message.name or message.response)


@pytest.mark.parametrize("path", [p for p in TRANSCRIPTS if "lists" in p.stem], ids=lambda path: path.stem)
def test_every_recorded_list_becomes_one_reply_with_as_many_items_as_it_says(path: Path) -> None:
    connection = AmiConnection()
    messages = connection.receive_data(path.read_bytes())
    for message in messages:
        if message.is_response and message.action_id:
            connection.replies.track(message.action_id, Action("Anything"))

    replies = [got for m in messages if isinstance(got := connection.replies.receive(m), Reply)]

    lists = [reply for reply in replies if reply.complete]
    assert lists
    for reply in lists:
        assert reply.complete is not None
        assert len(reply.items) == int(reply.complete.get("ListItems", "-1"))
    assert len(connection.replies) == 0
