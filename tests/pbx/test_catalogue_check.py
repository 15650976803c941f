"""The generic route's gate: any action by name, and nothing that breaks the session."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.errors import ActionUnsupported, InvalidInput
from amictl.pbx.catalogue import CATALOGUE, check


def refusals(name: str, fields: dict[str, Any], listed: set[str] | None = None) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        check(name, fields, listed)
    return {problem.field: problem.detail for problem in caught.value.problems}


def test_parameters_may_have_our_names_or_those_of_ami() -> None:
    ours = check("QueuePause", {"interface": "PJSIP/100", "paused": True, "queue": "support"})
    theirs = check("queuepause", {"Interface": "PJSIP/100", "Paused": "yes", "QUEUE": "support"})

    assert ours == theirs
    assert ours.name == "QueuePause"
    assert ours.headers == (("Interface", "PJSIP/100"), ("Paused", "true"), ("Queue", "support"))
    assert ours.changes_pbx


def test_every_wrong_field_is_named_as_the_caller_wrote_it() -> None:
    assert refusals(
        "QueueAdd", {"Queue": "", "Penalty": "x", "paused": 1, "Colour": "red", "member_name": 5}
    ) == {
        "Queue": "must not be empty",
        "Penalty": "must be a whole number",
        "paused": "must be true or false",
        "Colour": (
            "is no parameter of QueueAdd; it takes queue, interface, penalty, paused, reason, member_name,"
            " state_interface, wrapup_time"
        ),
        "member_name": "must be a text",
        "interface": "is required",
    }


def test_a_parameter_given_by_both_names_is_refused() -> None:
    assert "twice" in refusals("DBGet", {"family": "a", "Family": "b", "key": "c"})["Family"]


def test_none_means_not_given() -> None:
    assert check("QueueStatus", {"queue": None, "Colour": None}).headers == ()
    assert refusals("DBGet", {"family": "a", "key": None}) == {"key": "is required"}


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("QueuePenalty", {"interface": "a", "penalty": -1}, "penalty"),
        ("QueuePenalty", {"interface": "a", "penalty": True}, "penalty"),
        ("QueuePenalty", {"interface": "a", "penalty": 1.5}, "penalty"),
        ("QueuePenalty", {"interface": "a", "penalty": 2**31}, "penalty"),
        ("QueuePenalty", {"interface": "a", "penalty": "9" * 11}, "penalty"),
        ("AbsoluteTimeout", {"channel": "a", "timeout": 0}, "timeout"),
        ("AbsoluteTimeout", {"channel": "a", "timeout": -1}, "timeout"),
        ("AbsoluteTimeout", {"channel": "a", "timeout": float("nan")}, "timeout"),
        ("AbsoluteTimeout", {"channel": "a", "timeout": float("inf")}, "timeout"),
        ("MuteAudio", {"channel": "a", "direction": "up", "state": "on"}, "direction"),
        ("MuteAudio", {"channel": "a", "direction": 1, "state": "on"}, "direction"),
        ("MuteAudio", {"channel": "a", "direction": "in", "state": "maybe"}, "state"),
        ("Redirect", {"channel": "a", "exten": "1", "context": "c", "priority": "1x"}, "priority"),
        ("Status", {"variables": []}, "variables"),
        ("Status", {"variables": ["a,b"]}, "variables"),
        ("Status", {"variables": {"a": "b"}}, "variables"),
        ("PJSIPNotify", {"endpoint": "1", "variables": {}}, "option"),
        ("PJSIPNotify", {"endpoint": "1", "variables": "a=b"}, "variables"),
        ("PJSIPNotify", {"endpoint": "1", "variables": {"a b": "c"}}, "variables"),
        ("PJSIPNotify", {"endpoint": "1", "variables": {"a": 1}}, "variables.a"),
        ("PJSIPNotify", {"endpoint": "1", "uri": "sip:1", "option": "x"}, "uri"),
        ("PJSIPNotify", {"option": "x"}, "endpoint"),
        ("PJSIPNotify", {"endpoint": "1"}, "option"),
        ("MixMonitor", {"channel": "a"}, "file"),
        ("MixMonitor", {"channel": "a", "file": "x,,id"}, "file"),
        ("ModuleLoad", {"load_type": "unload"}, "module"),
        ("AOCMessage", {"channel": "a", "msg_type": "D"}, "charge_type"),
        ("MessageSend", {"body": "x"}, "destination"),
        (
            "Redirect",
            {"channel": "a", "exten": "1", "context": "c", "priority": 1, "ExtraExten": "2"},
            "extra_exten",
        ),
    ],
)
def test_what_asterisk_would_refuse_or_misread_is_refused(
    name: str, fields: dict[str, Any], field: str
) -> None:
    assert field in refusals(name, fields)


def test_numbers_may_come_as_text_and_words_in_any_case() -> None:
    action = check("MuteAudio", {"Channel": "a", "Direction": "IN", "State": "ON"})
    assert action.headers == (("Channel", "a"), ("Direction", "in"), ("State", "on"))
    assert check("QueuePenalty", {"Interface": "a", "Penalty": "5"}).headers[1] == ("Penalty", "5")
    assert check("AbsoluteTimeout", {"channel": "a", "timeout": 1.25}).headers[1] == ("Timeout", "1.25")
    assert check("AbsoluteTimeout", {"channel": "a", "timeout": 90}).headers[1] == ("Timeout", "90")


def test_numbered_parameters_keep_their_numbers() -> None:
    action = check(
        "UpdateConfig",
        {
            "SrcFilename": "a.conf",
            "DstFilename": "a.conf",
            "Action-000000": "newcat",
            "Cat-000000": "one",
            "action_000001": "Append",
            "cat_000001": "one",
            "var_000001": "x",
            "value_000001": "",
        },
    )
    assert set(action.headers) == {
        ("SrcFilename", "a.conf"),
        ("DstFilename", "a.conf"),
        ("Action-000000", "NewCat"),
        ("Action-000001", "Append"),
        ("Cat-000000", "one"),
        ("Cat-000001", "one"),
        ("Var-000001", "x"),
        ("Value-000001", ""),
    }


@pytest.mark.parametrize(
    "name", ["Login", "logoff", "CHALLENGE", "Events", "Filter", "WaitEvent", "IAXnetstats"]
)
def test_what_would_break_the_session_is_refused_with_a_reason(name: str) -> None:
    detail = refusals(name, {})["action"]

    assert CATALOGUE[name.lower()].refusal in detail


def test_what_could_crash_asterisk_is_refused_with_a_reason() -> None:
    assert "crashes" in refusals("Park", {"Channel": "a", "AnnounceChannel": "b"})["AnnounceChannel"]
    assert refusals("PlayDTMF", {"Channel": "a", "Digit": "1", "Duration": 1001}).keys() == {"Duration"}


PLACE = {"Channel": "Local/1@x", "Exten": "1", "Context": "x", "Priority": "1"}


@pytest.mark.parametrize("given", [{}, {"Async": "true"}, {"asynchronous": True}, {"ASYNC": None}])
def test_an_originate_is_always_asynchronous(given: dict[str, Any]) -> None:
    headers = check("Originate", PLACE | given).headers

    assert [value for header, value in headers if header == "Async"] == ["true"]


@pytest.mark.parametrize("given", [{"Async": "false"}, {"asynchronous": False}, {"async": "no"}])
def test_a_synchronous_originate_is_refused(given: dict[str, Any]) -> None:
    assert "blocks" in refusals("Originate", PLACE | given)[next(iter(given))]


def test_an_originate_needs_somewhere_to_go() -> None:
    assert set(refusals("Originate", {"channel": "PJSIP/1"})) == {"exten", "context", "priority"}
    assert set(refusals("Originate", {"channel": "PJSIP/1", "application": "Echo", "exten": "1"})) == {
        "exten"
    }
    assert set(refusals("Originate", PLACE | {"data": "x"})) == {"data"}


def test_an_action_that_only_the_pbx_knows_passes_with_any_headers() -> None:
    action = check("FooBar", {"A": "1", "B": 2, "C": ["x", "y"], "D": None}, {"foobar"})

    assert action.name == "FooBar"
    assert action.headers == (("A", "1"), ("B", "2"), ("C", "x"), ("C", "y"))
    assert action.changes_pbx


@pytest.mark.parametrize("listed", [None, set(), {"ping"}])
def test_an_action_that_nobody_knows_is_unsupported(listed: set[str] | None) -> None:
    with pytest.raises(ActionUnsupported, match="FooBar"):
        check("FooBar", {}, listed)


@pytest.mark.parametrize(
    "fields",
    [
        {"ActionID": "x"},
        {"Action": "Login"},
        {"Event": "x"},
        {"A B": "x"},
        {"A": "x\r\nAction: Logoff"},
        {"A": "x\0"},
        {"A": {"b": "c"}},
        {"A": True},
        {"A": "x" * 1022},
        {f"H{number}": "x" for number in range(127)},
    ],
)
def test_an_unknown_action_cannot_forge_or_overflow(fields: dict[str, Any]) -> None:
    assert refusals("FooBar", fields, {"foobar"})


@pytest.mark.parametrize("name", ["", "Foo Bar", "Foo\r\nAction: Logoff", "Foo:", "é", "1" * 65])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    assert set(refusals(name, {}, {name.lower()})) == {"action"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data(), name=st.sampled_from(sorted(CATALOGUE)))
def test_whatever_is_given_becomes_an_action_that_can_be_sent_or_a_refusal(
    data: st.DataObject, name: str
) -> None:
    keys = [parameter.name for parameter in CATALOGUE[name].parameters] + ["X-Other"]
    fields = data.draw(st.dictionaries(st.sampled_from(keys), json_values, max_size=4))
    action = None
    with suppress(InvalidInput):
        action = check(name, fields)
    if action is not None:
        assert action.encode("id").count(b"\r\n") == len(action.headers) + 3
