"""Actions on the wire: nothing is sent that Asterisk would read otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amictl.errors import InvalidInput
from amictl.protocol import Action, Message

_TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1)
_HEADER_NAMES = _TOKENS.filter(lambda name: name.lower() not in {"action", "actionid"})
_TEXT = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=60)


def refused_field(action: Action, action_id: str = "1") -> str:
    with pytest.raises(InvalidInput) as caught:
        action.encode(action_id)
    (problem,) = caught.value.problems
    return problem.field


def test_action_comes_first_and_its_id_second() -> None:
    action = Action("QueuePause", (("Interface", "PJSIP/100"), ("Paused", "true")))

    assert action.encode("tok-1") == (
        b"Action: QueuePause\r\nActionID: tok-1\r\nInterface: PJSIP/100\r\nPaused: true\r\n\r\n"
    )


def test_a_header_may_come_more_than_once_in_order() -> None:
    action = Action("Originate", (("Variable", "a=1"), ("Variable", "b=2")))

    assert action.encode("1").endswith(b"\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n")


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\n", "\0", "\r\nAction: Hangup", "\n\n"])
@pytest.mark.parametrize("place", ["{}", "a{}", "{}a", "a{}a"])
def test_line_breaks_and_nul_are_refused_everywhere(bad: str, place: str) -> None:
    text = place.format(bad)

    assert refused_field(Action("Hangup", (("Channel", text),))) == "Channel"
    assert refused_field(Action("Hangup", ((text, "1"),))) == text
    assert refused_field(Action(text)) == "Action"
    assert refused_field(Action("Hangup"), text) == "ActionID"


@pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "é", "\u2028", "\x7f", "\x1f"])
def test_a_header_name_is_printable_ascii_without_colon_or_blank(name: str) -> None:
    assert refused_field(Action("Hangup", ((name, "1"),))) == (name or "header")
    assert refused_field(Action(name)) == "Action"


@pytest.mark.parametrize("name", ["Action", "ActionID", "actionid", "ACTION"])
def test_no_second_action_or_action_id_can_be_given(name: str) -> None:
    """Asterisk takes the first of two, but a proxy in between may not."""
    assert refused_field(Action("Ping", ((name, "x"),))) == name


def test_a_line_of_1022_bytes_is_sent_and_a_longer_one_refused() -> None:
    fits = "x" * (1022 - len("Data: "))

    assert f"Data: {fits}\r\n".encode() in Action("Originate", (("Data", fits),)).encode("1")
    assert refused_field(Action("Originate", (("Data", fits + "x"),))) == "Data"


def test_the_length_counts_bytes_not_characters() -> None:
    assert refused_field(Action("Originate", (("Data", "ë" * 511),))) == "Data"
    assert Action("Originate", (("Data", "ë" * 508),)).encode("1")


def test_128_headers_are_sent_and_129_refused() -> None:
    header = ("Variable", "a=1")

    assert Action("Originate", (header,) * 126).encode("1").count(b"\r\n") == 128 + 1
    assert refused_field(Action("Originate", (header,) * 127)) == "Originate"


def test_an_action_id_has_at_most_64_ascii_characters() -> None:
    assert Action("Ping").encode("x" * 64)
    assert refused_field(Action("Ping"), "x" * 65) == "ActionID"
    assert refused_field(Action("Ping"), "é") == "ActionID"
    assert refused_field(Action("Ping"), "") == "ActionID"


def test_half_a_surrogate_pair_is_refused() -> None:
    assert refused_field(Action("Originate", (("CallerID", "\ud800"),))) == "CallerID"


@given(_TOKENS, st.lists(st.tuples(_HEADER_NAMES.filter(lambda n: len(n) < 60), _TEXT), max_size=20))
@settings(max_examples=300, deadline=None)
def test_what_was_encoded_parses_to_the_same(name: str, headers: list[tuple[str, str]]) -> None:
    data = Action(name[:60], tuple(headers)).encode("tok-1")

    assert data.endswith(b"\r\n\r\n")
    message = Message(data.removesuffix(b"\r\n\r\n"))
    assert message.headers == [("Action", name[:60]), ("ActionID", "tok-1"), *headers]
    assert message.action_id == "tok-1"


@given(st.text(), st.text(), st.text(), st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_is_encoded_whole_or_refused(name: str, key: str, value: str, action_id: str) -> None:
    action = Action(name, ((key, value),))
    try:
        data = action.encode(action_id)
    except InvalidInput:
        return

    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n") == 4
    assert b"\0" not in data
