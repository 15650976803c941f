"""What the builders refuse although Asterisk would take it: it would do more than its name says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amictl.errors import InvalidInput
from amictl.pbx import actions
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
    assert refused_fields(lambda: actions.getvar(variable)) == ["variable"]
    assert refused_fields(lambda: actions.setvar(variable, "x")) == ["variable"]
    assert refused_fields(lambda: actions.status(variables=["LANGUAGE", variable])) == ["variables"]


@pytest.mark.parametrize("variable", ["LANGUAGE", "_X", "CALLERID(num)", "callerid(name)", "CHANNEL(state)"])
def test_variables_and_harmless_functions_pass(variable: str) -> None:
    assert ("Variable", variable) in actions.getvar(variable, "PJSIP/1-1").headers
    assert ("Variable", variable) in actions.setvar(variable, "", "PJSIP/1-1").headers
    assert ("Variables", variable) in actions.status(variables=[variable]).headers


def test_reading_a_queue_is_allowed_and_setting_it_is_not() -> None:
    assert actions.getvar("QUEUE_MEMBER(support,free)").headers
    assert refused_fields(lambda: actions.setvar("QUEUE_MEMBER(support,paused,PJSIP/1)", "1")) == ["variable"]


def test_whoever_may_can_use_any_function() -> None:
    assert actions.getvar("SHELL(id)", any_function=True).headers == (("Variable", "SHELL(id)"),)
    assert actions.setvar("FILE(/tmp/x)", "y", any_function=True).changes_pbx


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
    assert refused_fields(lambda: actions.mixmonitor("PJSIP/1-1", file)) == ["file"]
    assert refused_fields(lambda: actions.monitor("SIP/1-1", file)) == ["file"]
    assert refused_fields(lambda: actions.change_monitor("SIP/1-1", file)) == ["file"]
    assert refused_fields(lambda: actions.confbridge_start_record("800", file)) == ["file"]


@pytest.mark.parametrize("options", ["r(/tmp/x.wav)", "t(x)", "m(100@default)", "b,id", "i(A B)", "v(9)", ""])
def test_options_of_a_recording_that_reach_further_are_refused(options: str) -> None:
    assert refused_fields(lambda: actions.mixmonitor("PJSIP/1-1", "a.wav", options=options)) == ["options"]


def test_a_recording_runs_no_command() -> None:
    action = actions.mixmonitor("PJSIP/1-1", "2026/a.wav", options="abi(ID)W(-2)")

    assert [header for header, _ in action.headers] == ["Channel", "File", "Options"]


@pytest.mark.parametrize("build", [actions.hangup, lambda channel: actions.pjsip_hangup(channel, 486)])
def test_one_hangup_ends_one_channel(build: Callable[[str], Action]) -> None:
    assert refused_fields(lambda: build("/.*/")) == ["channel"]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ({"target": "PJSIP/1-1,qd"}, "target"),
        ({"target": " "}, "target"),
        ({"mode": "record"}, "mode"),
        ({"channel": "1"}, "channel"),
    ],
)
def test_a_spy_hears_one_channel_in_a_known_way(call: dict[str, Any], field: str) -> None:
    assert refused_fields(lambda: actions.spy(**{"channel": "PJSIP/105", "target": "PJSIP/1-1"} | call)) == [
        field
    ]


@pytest.mark.parametrize(("mode", "options"), [("listen", "uqES"), ("whisper", "uqESw"), ("barge", "uqESB")])
def test_each_way_of_spying_has_its_options(mode: Any, options: str) -> None:  # noqa: ANN401
    headers = dict(actions.spy("PJSIP/105", "PJSIP/1-1", mode).headers)

    assert headers["Application"] == "ChanSpy"
    assert headers["Data"] == f"PJSIP/1-1,{options}"
    assert headers["Async"] == "true"


@pytest.mark.parametrize(
    "name",
    ["Event", "ActionID", "action", "Response", "Privilege", "A:b", "a b", "é", "", "event", "UserEvent"],
)
def test_a_user_event_cannot_forge_an_event_or_a_reply(name: str) -> None:
    assert refused_fields(lambda: actions.user_event("X", {name: "y"}))


def test_a_tone_is_one_digit() -> None:
    assert refused_fields(lambda: actions.play_dtmf("PJSIP/1-1", "12")) == ["digit"]
    assert refused_fields(lambda: actions.play_dtmf("PJSIP/1-1", "E")) == ["digit"]
    assert refused_fields(lambda: actions.play_mf("PJSIP/1-1", "D")) == ["digit"]


def test_an_entry_of_the_queue_log_cannot_forge_columns() -> None:
    columns = {"queue": "a|b", "event": "c|d", "unique_id": "e|f", "interface": "g|h"}

    assert sorted(refused_fields(lambda: actions.queue_log(**columns))) == sorted(columns)


def test_values_whose_first_blank_ami_would_drop_are_refused() -> None:
    assert refused_fields(lambda: actions.setvar("A", " x")) == ["value"]
    assert refused_fields(lambda: actions.db_put("a", "b", " x")) == ["value"]
    assert refused_fields(lambda: actions.db_get(" a", "b")) == ["family"]


def test_an_empty_queue_does_not_mean_all_queues() -> None:
    assert refused_fields(lambda: actions.queue_pause("PJSIP/1", True, queue="")) == ["queue"]
    assert refused_fields(lambda: actions.queue_reset("")) == ["queue"]
    assert refused_fields(lambda: actions.db_del_tree("a", "")) == ["key"]


def test_a_tree_whose_path_asterisk_would_cut_is_not_deleted() -> None:
    assert refused_fields(lambda: actions.db_del_tree("f" * 200, "k" * 100)) == ["family"]
    assert actions.db_del_tree("f" * 200, "k" * 50).headers
