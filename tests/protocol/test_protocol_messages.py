"""What a received message says, and that reading it fast reads it alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amictl.protocol import Message, MessageBuffer
from amictl.protocol.layouts import Layouts

_NAMES = st.sampled_from(["Channel", "State", "state", "ChanVariable", "Output", "a:b", "x y", "Ünï", "A(b"])
_VALUES = st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=8) | st.sampled_from(
    ["", " ", ": ", "a: b", ":", "\r", "a\rb", "<unknown>"]
)


def event(*lines: str) -> Message:
    return Message("\r\n".join(["Event: A", *lines]).encode())


class TestType:
    def test_the_first_line_decides(self) -> None:
        originated = event("ActionID: 1", "Response: Success")
        response = Message(b"Response: Error\r\nEvent: Hangup")

        assert (originated.is_event, originated.is_response, originated.response) == (True, False, None)
        assert (response.is_event, response.is_response, response.response) == (False, True, "Error")
        assert (originated.name, response.name) == ("A", "")

    def test_the_first_of_two_event_headers_wins(self) -> None:
        forged = Message(
            b"Event: UserEvent\r\nUserEvent: X\r\nEvent: Hangup\r\nActionID: 7\r\nResponse: Error"
        )

        assert forged.name == "UserEvent"
        assert forged.get("Event") == "UserEvent"
        assert forged.is_response is False

    def test_a_goodbye_is_a_response(self) -> None:
        goodbye = Message(b"Response: Goodbye\r\nMessage: Thanks for all the fish.")

        assert goodbye.response == "Goodbye"

    def test_the_name_is_the_same_whether_the_buffer_or_the_message_finds_it(self) -> None:
        for line in ("Newchannel", "Zoë", "a b ", " a", "a: b", "a\rb", "x" * 300):
            raw = f"Event: {line}".encode()
            (framed,) = MessageBuffer().feed(raw + b"\r\n\r\n")
            assert framed.name == Message(raw).name == line


class TestActionId:
    def test_it_is_found_without_the_other_headers(self) -> None:
        assert event("X: 1", "ActionID: tok-1", "Y: 2").action_id == "tok-1"
        assert Message(b"Response: Success\nActionID: tok-2\nX: 1").action_id == "tok-2"
        assert event("XActionID: 1").action_id is None

    def test_a_printed_line_of_a_command_is_not_one(self) -> None:
        raw = b"Response: Follows\r\nPrivilege: Command\r\nfirst\nActionID: 9\n--END COMMAND--"

        assert Message(raw).action_id is None


class TestHeaders:
    def test_names_are_found_in_any_case(self) -> None:
        message = event("CallerIDNum: 100")

        assert message.get("calleridnum") == message.get("CALLERIDNUM") == "100"
        assert message.get("Nothing") is None
        assert message.get("Nothing", "else") == "else"

    def test_duplicates_are_kept_in_order_and_the_first_one_wins(self) -> None:
        message = event("ChanVariable: a=1", "State: x", "chanvariable: b=2", "ChanVariable: c=3", "STATE: y")

        assert message.get("ChanVariable") == message.get("chanvariable") == "a=1"
        assert message.get("STATE") == "x"
        assert message.get_all("CHANVARIABLE") == ["a=1", "b=2", "c=3"]
        assert message.get_all("Nothing") == []

    def test_people_and_json_see_duplicates_as_one_list(self) -> None:
        message = event("Variable: a", "X: 1", "variable: b", "Variable: c")

        assert message.to_dict() == {"Event": "A", "Variable": ["a", "b", "c"], "X": "1"}

    def test_a_test_event_has_state_twice(self) -> None:
        message = Message(b"Event: TestEvent\r\nType: StateChange\r\nState: JITTER\r\nState: 2")

        assert message.get_all("State") == ["JITTER", "2"]

    def test_a_variable_with_its_channel_in_the_name_keeps_that_name(self) -> None:
        message = event("ChanVariable(IAX2/10.0.0.1:4569-1): k=v", "ChanVariable(SIP/1): a=b: c")

        assert message.headers[1:] == [
            ("ChanVariable(IAX2/10.0.0.1:4569-1)", "k=v"),
            ("ChanVariable(SIP/1)", "a=b: c"),
        ]

    def test_only_one_blank_after_the_colon_is_syntax(self) -> None:
        message = event("Output:   indented", "Empty: ", "Bare:", "Tight:x")

        assert message.headers[1:] == [("Output", "  indented"), ("Empty", ""), ("Bare", ""), ("Tight", "x")]

    def test_a_line_that_is_no_header_is_left_out(self) -> None:
        message = event("AppData: one", "two", ": three", "Uniqueid: 1")

        assert message.headers == [("Event", "A"), ("AppData", "one"), ("Uniqueid", "1")]

    def test_optional_headers_may_come_or_not(self) -> None:
        buffer = MessageBuffer()
        plain = b"Event: A\r\nPrivilege: call,all\r\nX: 1\r\n\r\n"
        timed = b"Event: A\r\nPrivilege: call,all\r\nTimestamp: 1.5\r\nSequenceNumber: 4\r\nX: 2\r\n\r\n"
        named = b"Event: A\r\nPrivilege: call,all\r\nSystemName: pbx1\r\nX: 3\r\n\r\n"

        messages = buffer.feed((plain + timed + named) * 5)

        assert [message.get("X") for message in messages] == ["1", "2", "3"] * 5
        assert [message.get("Timestamp") for message in messages] == [None, "1.5", None] * 5
        assert [message.get("SystemName") for message in messages] == [None, None, "pbx1"] * 5

    def test_bad_utf8_never_loses_a_message_and_never_reaches_json(self) -> None:
        raw = b"Event: Newchannel\r\nCallerIDName: Ren\xe9 \xf0\x9f\r\nUniqueid: 1"

        (message,) = MessageBuffer().feed(raw + b"\r\n\r\n")

        assert message.raw == raw
        assert message.get("CallerIDName") == "Ren\ufffd \ufffd"
        assert message.get("Uniqueid") == "1"
        json.dumps(message.to_dict(), ensure_ascii=False).encode("utf-8")

    def test_a_character_that_is_split_over_two_reads_is_whole(self) -> None:
        stream = "Event: A\r\nName: Zoë 😀\r\n\r\n".encode()
        for cut in range(len(stream)):
            buffer = MessageBuffer()
            (message,) = buffer.feed(stream[:cut]) + buffer.feed(stream[cut:])
            assert message.get("Name") == "Zoë 😀"


class TestCommandOutput:
    def test_asterisk_14_and_newer_send_one_header_a_line_empty_ones_too(self) -> None:
        message = Message(b"Response: Success\r\nOutput: one\r\nOutput: \r\nOutput:    three: 3\r\nOutput: ")

        assert message.output == ["one", "", "   three: 3", ""]

    def test_a_failed_command_has_output_too(self) -> None:
        message = Message(
            b"Response: Error\r\nMessage: Command output follows\r\nOutput: No such command 'x'"
        )

        assert (message.response, message.output) == ("Error", ["No such command 'x'"])

    def test_asterisk_13_and_older_print_raw_text(self) -> None:
        raw = (
            b"Response: Follows\r\nPrivilege: Command\r\nActionID: 7\r\n"
            b"ActionID: printed\nName: value\n\n  last\r\n--END COMMAND--"
        )
        message = Message(raw)

        assert message.output == ["ActionID: printed", "Name: value", "", "  last\r"]
        assert message.headers == [("Response", "Follows"), ("Privilege", "Command"), ("ActionID", "7")]
        assert message.action_id == "7"

    def test_raw_text_may_end_without_a_line_feed_or_be_empty(self) -> None:
        head = b"Response: Follows\r\nPrivilege: Command\r\n"

        assert Message(head + b"one\ntwo--END COMMAND--").output == ["one", "two"]
        assert Message(head + b"--END COMMAND--").output == []


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=6), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_learned_layout_reads_what_the_plain_way_reads(
    headers: list[tuple[str, str]], line_feed_only: bool
) -> None:
    layouts = Layouts()
    end = "\n" if line_feed_only else "\r\n"
    frame = (end.join(["Event: A", *(f"{name}: {value}" for name, value in headers)]) + "\r").encode()
    other = ("\r\n".join(["Event: A", *(f"{name}: 1" for name, _ in headers)]) + "\r").encode()
    for _ in range(3):
        assert Message(other, "A", layouts).headers == Message(other).headers

    learned, plain = Message(frame, "A", layouts), Message(frame)

    assert learned.headers == plain.headers
    assert learned.to_dict() == plain.to_dict()
    assert json.loads(learned.to_json()) == json.loads(plain.to_json()) == plain.to_dict()
    wanted = (*(name.upper() for name, _ in headers), "Absent", "event")
    assert learned.pick(wanted) == plain.pick(wanted) == tuple(map(plain.get, wanted))
    assert [learned.get(name.upper()) for name, _ in headers] == [plain.get(name) for name, _ in headers]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.lists(st.text(max_size=12), max_size=6))
@settings(max_examples=300, deadline=None)
def test_learning_from_any_text_changes_nothing_for_another(first: list[str], second: list[str]) -> None:
    layouts = Layouts()
    frames = ["\r\n".join(["Event: A", *lines]).encode() + b"\r" for lines in (first, second)]
    for frame in frames * 3:
        assert Message(frame, "A", layouts).headers == Message(frame).headers


def test_what_is_learned_is_bounded() -> None:
    layouts = Layouts()
    for number in range(3000):
        frame = f"Event: E{number}\r\nX{number}: 1\r".encode()
        for _ in range(2):
            assert Message(frame, f"E{number}", layouts).get(f"x{number}") == "1"
        shapes = f"Event: A\r\nY{number}: 1\r".encode()
        for _ in range(2):
            assert Message(shapes, "A", layouts).get(f"y{number}") == "1"

    assert layouts.learned <= 512 * 4


@pytest.mark.parametrize("count", [1, 101, 3000])
def test_a_message_may_have_any_number_of_headers(count: int) -> None:
    layouts = Layouts()
    frame = b"Event: A\r\n" + b"".join(b"H%d: %d\r\n" % (number, number) for number in range(count))
    for _ in range(3):
        message = Message(frame[:-1], "A", layouts)
        assert len(message.headers) == count + 1
        assert message.get(f"h{count - 1}") == str(count - 1)
