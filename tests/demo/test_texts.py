"""The demo's bytes: what amictl's own protocol makes of them is what was put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.channels import Party, State
from amictl.demo.devices import aggregate
from amictl.demo.event_classes import CLASS_OF_EVENT
from amictl.demo.snapshots import Snapshot
from amictl.demo.text import Block, encode, escape_c, render
from amictl.pbx.picture.hearing import CLASS_OF_EVENT as KNOWN_CLASSES
from amictl.protocol.escapes import unescape

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
STATES = st.sampled_from(["NOT_INUSE", "INUSE", "BUSY", "UNAVAILABLE", "RINGING", "ONHOLD", "UNKNOWN"])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_is_escaped_so_that_amictl_reads_it_back(name: str) -> None:
    escaped = escape_c(name)
    assert "\n" not in escaped
    assert "\r" not in escaped
    assert unescape(escaped) == name


@given(PLAIN, PLAIN)
def test_a_block_is_sent_as_its_headers_are(name: str, value: str) -> None:
    headers = (("CallerIDName", escape_c(name)), ("Value", escape_c(value)))
    assert Block(headers).raw == encode(headers)
    event = render("VarSet", "dialplan,all", [Block(headers), headers])
    assert event == b"Event: VarSet\r\nPrivilege: dialplan,all\r\n" + encode(headers) * 2 + b"\r\n"


def test_a_snapshot_has_asterisks_headers_in_their_order_behind_each_prefix() -> None:
    snapshot = Snapshot(
        "PJSIP/1-1", State.UP, Party("1", "O'Neil"), Party(), "en", "", "desk", "2", 3, "9.1", "9.0"
    )
    names = [name for name, _ in snapshot.block("Dest")]
    assert names == [
        "DestChannel", "DestChannelState", "DestChannelStateDesc", "DestCallerIDNum", "DestCallerIDName",
        "DestConnectedLineNum", "DestConnectedLineName", "DestLanguage", "DestAccountCode", "DestContext",
        "DestExten", "DestPriority", "DestUniqueid", "DestLinkedid",
    ]  # fmt: skip
    assert dict(snapshot.block(""))["CallerIDName"] == r"O\'Neil"
    assert dict(snapshot.block(""))["ConnectedLineNum"] == "<unknown>"


def test_events_belong_to_the_classes_that_amictl_knows_of_asterisk() -> None:
    shared = KNOWN_CLASSES.keys() & CLASS_OF_EVENT.keys()
    assert len(shared) > 20
    assert {event: CLASS_OF_EVENT[event] for event in shared} == {
        event: KNOWN_CLASSES[event] for event in shared
    }


@given(st.lists(STATES, min_size=1, max_size=6))
def test_what_several_devices_come_to_does_not_depend_on_their_order(states: list[str]) -> None:
    result = aggregate(states)
    if "RINGING" in states and {"INUSE", "BUSY", "ONHOLD"} & set(states):
        assert result == "RINGINUSE"
    else:
        assert result in states
        assert aggregate(reversed(states)) == result
