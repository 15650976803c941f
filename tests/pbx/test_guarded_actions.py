"""What amictl refuses although Asterisk would take it: it would do more than its name says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action, spy, user_event
from amictl.protocol import Action


def refused_fields(build: Callable[[], Action]) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        build()
    return [problem.field for problem in caught.value.problems]


@pytest.mark.parametrize(
    "variable",
    [
        "SHELL(id)",
        "shell(id)",
        "FILE(/etc/passwd)",
        "CURL(http://example.invalid)",
        "DB_DELETE(cidname/1)",
        "CALLERID(${SHELL(id)})",
        "CALLERID(num)SHELL(id)",
        "CDR(SHELL(id))",
        "EVAL(x)",
        "(num)",
        "A B",
        "",
        "1A",
    ],
)
def test_a_function_that_does_more_than_tell_is_refused(variable: str) -> None:
    assert refused_fields(lambda: make_action("Getvar", variable=variable)) == ["variable"]
    assert refused_fields(lambda: make_action("Setvar", variable=variable, value="x")) == ["variable"]
    assert refused_fields(lambda: make_action("Status", variables=["LANGUAGE", variable])) == ["variables"]


@pytest.mark.parametrize("variable", ["LANGUAGE", "_X", "CALLERID(num)", "callerid(name)", "CHANNEL(state)"])
def test_variables_and_harmless_functions_pass(variable: str) -> None:
    assert ("Variable", variable) in make_action("Getvar", variable=variable, channel="PJSIP/1-1").headers
    assert ("Variable", variable) in make_action(
        "Setvar", variable=variable, value="", channel="PJSIP/1-1"
    ).headers
    assert ("Variables", variable) in make_action("Status", variables=[variable]).headers


def test_reading_a_queue_is_allowed_and_setting_it_is_not() -> None:
    assert make_action("Getvar", variable="QUEUE_MEMBER(support,free)").headers
    assert refused_fields(
        lambda: make_action("Setvar", variable="QUEUE_MEMBER(support,paused,PJSIP/1)", value="1")
    ) == ["variable"]


@pytest.mark.parametrize(
    "file",
    [
        "a.wav,,touch /tmp/x",
        "/etc/asterisk/extensions.conf",
        "../../etc/x.wav",
        "calls/../../x.wav",
        "a b.wav",
        "$(id).wav",
        "`id`",
        'x";id;"',
        "a..b",
        "-x.wav",
        ".hidden",
        "calls/",
        "",
    ],
)
def test_a_recording_can_only_name_a_file_in_its_folder(file: str) -> None:
    assert refused_fields(lambda: make_action("MixMonitor", channel="PJSIP/1-1", file=file)) == ["file"]
    assert refused_fields(lambda: make_action("Monitor", channel="SIP/1-1", file=file)) == ["file"]
    assert refused_fields(lambda: make_action("ChangeMonitor", channel="SIP/1-1", file=file)) == ["file"]
    assert refused_fields(lambda: make_action("ConfbridgeStartRecord", conference="800", file=file)) == [
        "file"
    ]


@pytest.mark.parametrize("file_format", ["wav;id", "../x", "", "a b"])
def test_the_format_of_a_recording_is_a_word(file_format: str) -> None:
    assert refused_fields(lambda: make_action("Monitor", channel="SIP/1-1", file_format=file_format)) == [
        "file_format"
    ]


@pytest.mark.parametrize("options", ["r(/tmp/x.wav)", "t(x)", "m(100@default)", "b,id", "i(A B)", "v(9)", ""])
def test_options_of_a_recording_that_reach_further_are_refused(options: str) -> None:
    assert refused_fields(
        lambda: make_action("MixMonitor", channel="PJSIP/1-1", file="a.wav", options=options)
    ) == ["options"]


def test_a_recording_runs_no_command() -> None:
    action = make_action("MixMonitor", channel="PJSIP/1-1", file="2026/a.wav", options="abi(ID)W(-2)")

    assert [header for header, _ in action.headers] == ["Channel", "File", "Options"]
    assert refused_fields(
        lambda: make_action("MixMonitor", channel="PJSIP/1-1", file="a.wav", command="id")
    ) == ["command"]


@pytest.mark.parametrize("cause", [0, 128, "busy"])
def test_one_hangup_ends_one_channel_for_a_known_cause(cause: object) -> None:
    assert refused_fields(lambda: make_action("Hangup", channel="/.*/")) == ["channel"]
    assert refused_fields(lambda: make_action("PJSIPHangup", channel="/.*/", cause=486)) == ["channel"]
    assert refused_fields(lambda: make_action("Hangup", channel="17.1", cause=cause)) == ["cause"]
    assert make_action("Hangup", channel="17.1", cause=16).headers == (("Channel", "17.1"), ("Cause", "16"))


@pytest.mark.parametrize("asynchronous", [None, False, "true"])
def test_no_originate_blocks_the_session(asynchronous: object) -> None:
    call = {"channel": "PJSIP/100", "application": "Echo", "asynchronous": asynchronous}

    assert refused_fields(lambda: make_action("Originate", **call)) == ["asynchronous"]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ({"target": "PJSIP/1-1,qd"}, "target"),
        ({"target": " "}, "target"),
        ({"target": "PJSIP/1-1\r\nAction: Originate"}, "data"),
        ({"mode": "record"}, "mode"),
        ({"channel": "1"}, "channel"),
    ],
)
def test_a_spy_hears_one_channel_in_a_known_way(call: dict[str, Any], field: str) -> None:
    assert refused_fields(lambda: spy(**{"channel": "PJSIP/105", "target": "PJSIP/1-1"} | call)) == [field]


@pytest.mark.parametrize(("mode", "options"), [("listen", "uqES"), ("whisper", "uqESw"), ("barge", "uqESB")])
def test_each_way_of_spying_has_its_options(mode: Any, options: str) -> None:  # noqa: ANN401
    headers = dict(spy("PJSIP/105", "PJSIP/1-1", mode).headers)

    assert headers["Application"] == "ChanSpy"
    assert headers["Data"] == f"PJSIP/1-1,{options}"
    assert headers["Async"] == "true"


@pytest.mark.parametrize(
    "name",
    ["Event", "ActionID", "action", "Response", "Privilege", "A:b", "a b", "é", "", "event", "UserEvent"],
)
def test_a_user_event_cannot_forge_an_event_or_a_reply(name: str) -> None:
    assert refused_fields(lambda: user_event("X", {name: "y"}))


def test_a_tone_is_one_digit() -> None:
    assert refused_fields(lambda: make_action("PlayDTMF", channel="PJSIP/1-1", digit="12")) == ["digit"]
    assert refused_fields(lambda: make_action("PlayDTMF", channel="PJSIP/1-1", digit="E")) == ["digit"]
    assert refused_fields(lambda: make_action("PlayMF", channel="PJSIP/1-1", digit="D")) == ["digit"]


def test_an_entry_of_the_queue_log_cannot_forge_columns() -> None:
    columns = {"queue": "a|b", "event": "c|d", "unique_id": "e|f", "interface": "g|h"}

    assert sorted(refused_fields(lambda: make_action("QueueLog", **columns))) == sorted(columns)


def test_values_whose_first_blank_ami_would_drop_are_refused() -> None:
    assert refused_fields(lambda: make_action("Setvar", variable="A", value=" x")) == ["value"]
    assert refused_fields(lambda: make_action("DBPut", family="a", key="b", value=" x")) == ["value"]
    assert refused_fields(lambda: make_action("DBGet", family=" a", key="b")) == ["family"]


def test_an_empty_queue_does_not_mean_all_queues() -> None:
    assert refused_fields(lambda: make_action("QueuePause", interface="PJSIP/1", paused=True, queue="")) == [
        "queue"
    ]
    assert refused_fields(lambda: make_action("QueueReset", queue="")) == ["queue"]
    assert refused_fields(lambda: make_action("DBDelTree", family="a", key="")) == ["key"]


def test_a_tree_whose_path_asterisk_would_cut_is_not_deleted() -> None:
    assert refused_fields(lambda: make_action("DBDelTree", family="f" * 200, key="k" * 100)) == ["family"]
    assert make_action("DBDelTree", family="f" * 200, key="k" * 50).headers
