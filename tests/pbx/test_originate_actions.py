"""Calls that amictl orders: what reaches Asterisk, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.errors import InvalidInput
from amictl.pbx.actions import originate
from amictl.protocol import Action

TARGET: dict[str, Any] = {"exten": "200", "context": "default", "priority": 1}


def call(channel: str = "PJSIP/100", **changed: Any) -> Action:  # noqa: ANN401 - any argument, also wrong ones
    return originate(channel, **{**TARGET, **changed})


def refused(build: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        build()
    return {problem.field: problem.detail for problem in caught.value.problems}


def values(action: Action, header: str) -> list[str]:
    return [value for key, value in action.headers if key == header]


def test_an_originate_to_the_dialplan_has_all_its_headers() -> None:
    action = call(
        timeout=30000,
        caller_id='"Zoë" <100>',
        account="acme",
        variables={"A": "1", "__B": ""},
        early_media=True,
        channel_id="my-id",
    )

    assert action == Action(
        "Originate",
        (
            ("Channel", "PJSIP/100"),
            ("Exten", "200"),
            ("Context", "default"),
            ("Priority", "1"),
            ("Timeout", "30000"),
            ("CallerID", '"Zoë" <100>'),
            ("Account", "acme"),
            ("EarlyMedia", "true"),
            ("ChannelId", "my-id"),
            ("Variable", "A=1"),
            ("Variable", "__B="),
            ("Async", "true"),
        ),
        changes_pbx=True,
    )


def test_an_originate_to_an_application_has_no_place_in_the_dialplan() -> None:
    action = originate("PJSIP/100", application="Playback", data="demo,noanswer", channel_id="x")

    assert values(action, "Application") == ["Playback"]
    assert values(action, "Data") == ["demo,noanswer"]
    assert values(action, "Exten") == []


def test_every_originate_is_asynchronous_and_has_a_channel_id_of_its_own() -> None:
    first, second = call(), call()

    assert values(first, "Async") == ["true"]
    assert values(first, "ChannelId") != values(second, "ChannelId")


@pytest.mark.parametrize("break_", ["\r", "\n", "\0", "\r\nAction: Command"])
@pytest.mark.parametrize(
    "field", ["channel", "exten", "context", "priority", "caller_id", "account", "channel_id"]
)
def test_a_line_break_is_refused_by_the_name_of_the_field(field: str, break_: str) -> None:
    value = f"PJSIP/1{break_}"

    assert "line break" in refused(lambda: call(**{field: value}))[field]


@pytest.mark.parametrize("break_", ["\r", "\n", "\0"])
def test_a_line_break_in_an_application_or_a_variable_is_refused_by_name(break_: str) -> None:
    assert set(refused(lambda: originate("PJSIP/1", application=f"Dial{break_}", data=f"x{break_}"))) == {
        "application",
        "data",
    }
    assert set(refused(lambda: call(variables={"PIN": f"1{break_}2"}))) == {"variables.PIN"}
    assert set(refused(lambda: call(variables={f"PI{break_}N": "1"}))) == {"variables"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"channel": ""}, "channel"),
        ({"channel": "PJSIP"}, "channel"),
        ({"channel": "PJSIP/"}, "channel"),
        ({"channel": "/100"}, "channel"),
        ({"channel": "PJSIP/" + "1" * 250}, "channel"),
        ({"exten": ""}, "exten"),
        ({"exten": " "}, "exten"),
        ({"exten": None}, "exten"),
        ({"exten": "1" * 80}, "exten"),
        ({"exten": "é" * 40}, "exten"),
        ({"context": None}, "context"),
        ({"context": "c" * 80}, "context"),
        ({"priority": None}, "priority"),
        ({"priority": 0}, "priority"),
        ({"priority": -1}, "priority"),
        ({"priority": "+1"}, "priority"),
        ({"priority": ""}, "priority"),
        ({"priority": "a label"}, "priority"),
        ({"priority": "²"}, "priority"),
        ({"priority": "1st"}, "priority"),
        ({"priority": 2**31}, "priority"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -5}, "timeout"),
        ({"timeout": 2**31}, "timeout"),
        ({"caller_id": "x" * 256}, "caller_id"),
        ({"caller_id": "é" * 128}, "caller_id"),
        ({"caller_id": "\ud800"}, "caller_id"),
        ({"account": "x" * 80}, "account"),
        ({"application": "Dial"}, "exten"),
        ({"data": "x"}, "data"),
        ({"variables": {"": "x"}}, "variables"),
        ({"variables": {"1A": "x"}}, "variables"),
        ({"variables": {"A=B": "x"}}, "variables"),
        ({"variables": {"A,B": "x"}}, "variables"),
        ({"variables": {"SHELL(id)": "x"}}, "variables"),
        ({"variables": {"A": "x" * 1022}}, "variables.A"),
        ({"variables": {"A": ","  * 600}}, "variables.A"),
        ({"variables": {f"V{n}": "x" for n in range(101)}}, "variables"),
    ],
)  # fmt: skip
def test_what_asterisk_would_refuse_cut_or_misread_is_refused_by_name(
    changed: dict[str, Any], field: str
) -> None:
    assert field in refused(lambda: call(**changed))


@pytest.mark.parametrize("priority", [1, 99, "1", "start", "my-label_2"])
def test_numbers_from_one_and_labels_are_priorities(priority: int | str) -> None:
    assert values(call(priority=priority), "Priority") == [str(priority)]


def test_all_problems_are_told_at_once() -> None:
    problems = refused(lambda: originate("x", exten="", priority=0, timeout=0))

    assert set(problems) == {"channel", "exten", "context", "priority", "timeout"}


def read_variable_header(value: str) -> list[str]:
    """Asterisk main/app.c, __ast_app_separate_args with remove_chars, written again from its C."""
    pairs, current, quoted, nested, position = [], "", False, [0, 0], 0
    while position < len(value):
        letter = value[position]
        if letter in "()[]":
            kind = "()[]".index(letter) // 2
            nested[kind] = max(0, nested[kind] + (1 if letter in "([" else -1))
            current += letter
        elif letter == '"':
            quoted = not quoted
        elif letter == "\\":
            position += 1
            current += value[position : position + 1]
        elif letter == "," and not quoted and nested == [0, 0]:
            pairs.append(current)
            current = ""
        else:
            current += letter
        position += 1
    return [*pairs, current]


@given(st.text(alphabet=st.sampled_from('ab,"\\()[]= ;é'), max_size=30))
def test_a_variable_reaches_the_channel_whole_whatever_it_holds(value: str) -> None:
    (header,) = values(call(variables={"A": value}), "Variable")

    assert read_variable_header(header) == [f"A={value}"]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "channel": st.text(max_size=300),
            "exten": st.none() | st.text(max_size=100),
            "context": st.none() | st.text(max_size=100),
            "priority": st.none() | st.integers() | st.text(max_size=10),
            "timeout": st.none() | st.integers(),
            "caller_id": st.none() | st.text(max_size=300),
            "application": st.none() | st.text(max_size=1100),
            "data": st.none() | st.text(max_size=1100),
            "account": st.none() | st.text(max_size=100),
            "channel_id": st.none() | st.text(max_size=200),
            "variables": st.dictionaries(st.text(max_size=5), st.text(max_size=1100), max_size=130),
        },
    )
)
def test_an_originate_that_is_let_through_can_always_be_sent(changed: dict[str, Any]) -> None:
    try:
        action = call(**changed)
    except InvalidInput:
        return
    assert action.encode("id").count(b"\r\n") == len(action.headers) + 3
