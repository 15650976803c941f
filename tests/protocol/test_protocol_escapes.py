"""The C escapes of Asterisk's headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.protocol import Message, is_escaped, unescape

# As Asterisk's main/utils.c writes it: escape_sequences and escape_sequences_map.
_ESCAPES = str.maketrans(dict(zip("\a\b\f\n\r\t\v\\'\"?", [f"\\{c}" for c in "abfnrtv\\'\"?"], strict=True)))


@given(st.text())
def test_unescape_undoes_what_asterisk_escapes(value: str) -> None:
    assert unescape(value.translate(_ESCAPES)) == value


@pytest.mark.parametrize("value", ["C:\\x", "cut\\", "\\0", "plain"])
def test_other_backslashes_stay(value: str) -> None:
    assert unescape(value) == value


@pytest.mark.parametrize(
    ("event", "header"),
    [
        ("Newchannel", "CallerIDName"),
        ("Newchannel", "connectedlinename"),
        ("DialBegin", "DestCallerIDName"),
        ("ParkedCall", "ParkeeConnectedLineName"),
        ("Hangup", "ChanVariable"),
        ("Hangup", "ChanVariable(PJSIP/100)"),
        ("DialEnd", "DestChanVariable"),
        ("VarSet", "Value"),
        ("CoreShowChannel", "CallerIDName"),
        ("PresenceStateChange", "Message"),
    ],
)
def test_asterisk_escapes_names_and_variables(event: str, header: str) -> None:
    assert is_escaped(event, header)


@pytest.mark.parametrize(
    ("event", "header"),
    [
        ("Newexten", "AppData"),
        ("Newchannel", "CallerIDNum"),
        ("UserEvent", "Value"),
        ("QueueEntry", "CallerIDName"),
        ("Status", "ConnectedLineName"),
        ("OriginateResponse", "CallerIDName"),
        ("Newchannel", "Channel"),
    ],
)
def test_asterisk_leaves_these_raw(event: str, header: str) -> None:
    assert not is_escaped(event, header)


def test_a_message_unescapes_what_is_escaped_and_nothing_else() -> None:
    lines = [r"Event: Newexten", r"CallerIDName: O\'Brien", r"AppData: a\'b"]
    message = Message("\r\n".join(lines).encode())

    assert message.get("CallerIDName") == r"O\'Brien"
    assert message.get_unescaped("CallerIDName") == "O'Brien"
    assert message.get_unescaped("AppData") == r"a\'b"
    assert message.get_unescaped("Nothing", "else") == "else"
