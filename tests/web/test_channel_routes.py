"""What the routes of channels, variables and recordings check, send and tell."""

from __future__ import annotations

from typing import Any

import pytest

from amictl.errors import ActionRefused, ActionTimeout
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action, Reply
from amictl.store import Permission
from tests.application import Application, Browser, make_reply
from tests.pbx.ami_events import channel_event

API = "/api/ami"
ONE = {"channel": "PJSIP/100-1"}
SETVAR = {**ONE, "variable": "CUSTOMER", "value": "4711"}
READS = frozenset({Permission.LIVE_READ, Permission.CHANNELS_VARIABLES})


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def sent(application: Application) -> list[tuple[str, dict[str, str]]]:
    return [(action.name, dict(action.headers)) for action in application.manager.sent]


def answer_with(application: Application, **answers: Reply | Exception) -> None:
    """Let the PBX answer these actions so, and all others with success."""

    def answer(action: Action) -> Reply:
        given = answers.get(action.name, make_reply(Message="done"))
        if isinstance(given, Exception):
            raise given
        return given

    application.manager.answer = answer


def program(application: Application, *permissions: str, **scopes: Any) -> Browser:  # noqa: ANN401 - several
    """Return a program whose user has these permissions and no others."""
    application.make_role("limited", *permissions, **scopes)
    application.make_user("limited", "limited")
    return application.call_api(application.make_token("limited"))


@pytest.mark.parametrize("written", ["PJSIP/100-1", "PJSIP%2F100-1", "100.1"])
def test_a_channel_is_shown_with_how_fresh_it_is(admin: Browser, written: str) -> None:
    answer = admin.get(f"{API}/channels/{written}/")
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["channel"]["unique_id"] == "100.1"
    assert answer.json["data"]["channel"]["application_data"] == "PJSIP/101,30"
    assert answer.json["data"].keys() == {"pbx", "epoch", "seq", "age", "limit", "link", "channel"}


def test_a_channel_that_is_not_there_is_a_404(admin: Browser) -> None:
    answer = admin.get(f"{API}/channels/PJSIP/100-2/")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_application_data_is_left_out_for_who_may_not_see_sensitive_values(application: Application) -> None:
    browser = program(application, Permission.LIVE_READ)
    shown = browser.get(f"{API}/channels/100.1/").json["data"]["channel"]
    assert shown["application"] == "Dial"
    assert shown["application_data"] != "PJSIP/101,30"


def test_bridges_come_from_the_picture_and_nothing_is_sent(application: Application, admin: Browser) -> None:
    assert admin.get(f"{API}/bridges/").json["data"]["bridges"] == []
    enter = {
        "BridgeUniqueid": "b-1",
        "BridgeType": "basic",
        "BridgeTechnology": "simple_bridge",
        "BridgeCreator": "<unknown>",
        "BridgeName": "<unknown>",
        "BridgeNumChannels": 1,
    }
    application.picture.apply_event(channel_event("BridgeEnter", "100.1", Channel="PJSIP/100-1", **enter))
    (bridge,) = admin.get(f"{API}/bridges/").json["data"]["bridges"]
    assert (bridge["bridge_id"], bridge["channels"], bridge["name"]) == ("b-1", ["100.1"], None)
    assert sent(application) == []


def test_a_variable_is_read_from_the_channel_that_is_meant(application: Application, admin: Browser) -> None:
    answer_with(application, Getvar=make_reply(Variable="CUSTOMER", Value="4711"))
    answer = admin.get(f"{API}/getvar/?channel=100.1&variable=CUSTOMER&raw=1")
    assert sent(application) == [("Getvar", {"Channel": "PJSIP/100-1", "Variable": "CUSTOMER"})]
    assert answer.json["data"] == {
        "pbx": "main",
        "channel": "PJSIP/100-1",
        "unique_id": "100.1",
        "variable": "CUSTOMER",
        "value": "4711",
        "raw": {"Response": "Success", "Variable": "CUSTOMER", "Value": "4711"},
    }


@pytest.mark.parametrize("variable", ["SHELL(id)", "FILE(/etc/passwd)", "CALLERID(${X})", "A${B}", "A,B=c"])
def test_functions_that_could_do_anything_are_refused(
    application: Application, admin: Browser, variable: str
) -> None:
    for answer in (
        admin.get(f"{API}/getvar/", query_string={"variable": variable, **ONE}),
        admin.post(f"{API}/setvar/", {**SETVAR, "variable": variable}),
    ):
        assert answer.status_code == 422, answer.text
        assert [each["field"] for each in answer.json["errors"]] == ["variable"]
    assert sent(application) == []


@pytest.mark.parametrize("value", [" leading", "\tleading", "é" * 451, 5, None, True])
def test_a_value_that_ami_would_not_carry_as_it_is_is_refused(
    application: Application, admin: Browser, value: object
) -> None:
    answer = admin.post(f"{API}/setvar/", {**SETVAR, "value": value})
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json["errors"]] == ["value"]
    assert sent(application) == []


def test_a_function_of_channels_needs_one(application: Application, admin: Browser) -> None:
    read = admin.get(f"{API}/getvar/?variable=CHANNEL(state)")
    written = admin.post(f"{API}/setvar/", {"variable": "CALLERID(name)", "value": "x"})
    for answer in (read, written):
        assert answer.status_code == 422, answer.text
        assert [each["field"] for each in answer.json["errors"]] == ["channel"]
    assert sent(application) == []


@pytest.mark.parametrize("variable", ["LANG", "DB(shifts/support)", "QUEUE_MEMBER_COUNT(sales)"])
def test_what_belongs_to_no_channel_needs_further_permissions(
    application: Application, variable: str
) -> None:
    browser = program(application, *READS)
    query = {"variable": variable} if "(" not in variable else {"variable": variable, **ONE}
    answer = browser.get(f"{API}/getvar/", query_string=query)
    assert answer.status_code == 403
    assert "utilities.read" in answer.json["detail"]
    assert browser.get(f"{API}/getvar/", query_string={"variable": "LANG", **ONE}).status_code == 200


def test_a_global_variable_is_not_set_without_the_permission_for_the_whole_pbx(
    application: Application,
) -> None:
    browser = program(application, *READS)
    answer = browser.post(f"{API}/setvar/", {"variable": "TRUNK", "value": "PJSIP/evil"})
    assert answer.status_code == 403
    assert "utilities.write" in answer.json["detail"]
    assert browser.post(f"{API}/setvar/", SETVAR).status_code == 200
    assert [name for name, _ in sent(application)] == ["Setvar"]


def test_a_queue_limited_role_reaches_no_other_call_and_not_the_whole_pbx(application: Application) -> None:
    browser = program(
        application,
        *READS,
        Permission.UTILITIES_READ,
        Permission.UTILITIES_WRITE,
        Permission.CALLS_RECORD,
        queue_scope=frozenset({"support"}),
    )
    for answer in (
        browser.get(f"{API}/getvar/?variable=LANG"),
        browser.get(f"{API}/getvar/?variable=LANG&channel=100.1"),
        browser.get(f"{API}/getvar/?variable=QUEUE_MEMBER_COUNT(sales)&channel=100.1"),
        browser.post(f"{API}/setvar/", SETVAR),
        browser.post(f"{API}/setvar/", {"variable": "LANG", "value": "de"}),
        browser.post(f"{API}/monitor/start/", ONE),
        browser.post(f"{API}/monitor/stop/", ONE),
        browser.post(f"{API}/monitor/mute/", {**ONE, "muted": True}),
    ):
        assert answer.status_code == 403, answer.text
    assert sent(application) == []


@pytest.mark.parametrize("variable", ["MONITOR_EXEC", "__monitor_exec_args", "TOUCH_MIXMONITOR"])
def test_variables_of_shell_commands_need_the_right_to_any_command(
    application: Application, admin: Browser, variable: str
) -> None:
    body = {**SETVAR, "variable": variable, "value": "touch /x"}
    assert program(application, *READS).post(f"{API}/setvar/", body).status_code == 403
    assert sent(application) == []
    assert admin.post(f"{API}/setvar/", body).status_code == 200


def test_a_channel_that_ended_in_between_is_a_404(application: Application, admin: Browser) -> None:
    refused = ActionRefused("PBX main refused Setvar: No such channel", ami="No such channel")
    answer_with(application, Setvar=refused, Getvar=refused)
    assert admin.post(f"{API}/setvar/", SETVAR).status_code == 404
    assert admin.get(f"{API}/getvar/?variable=A&channel=100.1").status_code == 404


def test_a_recording_gets_a_name_an_id_and_a_path(application: Application, admin: Browser) -> None:
    answer_with(
        application,
        MixMonitor=make_reply(MixMonitorID="0x7f"),
        Getvar=make_reply(Variable="MIXMONITOR_FILENAME", Value="/var/spool/asterisk/monitor/calls/one.gsm"),
    )
    body = {**ONE, "file": "calls/one", "format": "gsm", "append": True, "bridged_only": True}
    data = admin.post(f"{API}/monitor/start/", body).json["data"]
    assert data["files"] == ["calls/one.gsm"]
    assert data["path"] == "/var/spool/asterisk/monitor/calls/one.gsm"
    assert data["mixmonitor_id"] == "0x7f"
    name, headers = sent(application)[0]
    assert name == "MixMonitor"
    assert headers["File"] == "calls/one.gsm"
    assert headers["Options"].startswith("abi(")


def test_a_recording_whose_path_is_not_told_is_one_all_the_same(
    application: Application, admin: Browser
) -> None:
    answer_with(application, Getvar=ActionTimeout("No answer in time."))
    answer = admin.post(f"{API}/monitor/start/", {**ONE, "file": "calls/one.wav"})
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["path"] is None
    assert answer.json["data"]["files"] == ["calls/one.wav"]  # the ending is not written twice


def test_recordings_without_a_name_never_share_one(application: Application, admin: Browser) -> None:
    event = channel_event("Newchannel", "site;1/../2.1", Channel="PJSIP/200-1", ChannelState=6)
    application.picture.apply_event(event)
    (file,) = admin.post(f"{API}/monitor/start/", {"channel": "PJSIP/200-1"}).json["data"]["files"]
    assert file.startswith("amictl-site-1-2-1-")
    assert file.endswith("Z.wav")


@pytest.mark.parametrize(
    ("body", "files", "headers"),
    [
        ({"mix": True}, ["one.wav"], {"File": "one", "Format": "wav", "Mix": "true"}),
        ({"format": "gsm"}, ["one-in.gsm", "one-out.gsm"], {"File": "one", "Format": "gsm"}),
    ],
)
def test_monitor_writes_two_files_or_mixes_them(
    application: Application,
    admin: Browser,
    body: dict[str, object],
    files: list[str],
    headers: dict[str, str],
) -> None:
    answer = admin.post(f"{API}/monitor/start/", {**ONE, "method": "monitor", "file": "one", **body})
    assert answer.json["data"]["files"] == files
    assert sent(application) == [("Monitor", {"Channel": "PJSIP/100-1", **headers})]


@pytest.mark.parametrize(
    ("route", "fields"),
    [
        ("start", {"file": "../x"}),
        ("start", {"file": "x,y"}),
        ("start", {"file": "/etc/x"}),
        ("start", {"file": "x" * 201}),
        ("start", {"file": ""}),
        ("start", {"format": "wav49,"}),
        ("start", {"format": "exe"}),
        ("start", {"method": "monitor", "append": True}),
        ("start", {"method": "monitor", "bridged_only": True}),
        ("start", {"mix": True}),
        ("stop", {"method": "monitor", "mixmonitor_id": "0x1"}),
        ("stop", {"method": "tape"}),
        ("mute", {}),
        ("mute", {"muted": "yes"}),
        ("mute", {"muted": True, "method": "monitor", "direction": "read"}),
    ],
)
def test_what_no_recording_can_be_is_refused(
    application: Application, admin: Browser, route: str, fields: dict[str, object]
) -> None:
    answer = admin.post(f"{API}/monitor/{route}/", {**ONE, **fields})
    assert answer.status_code == 422, answer.text
    assert sent(application) == []


@pytest.mark.parametrize(
    ("muted", "method", "action"),
    [
        (True, "mixmonitor", "MixMonitorMute"),
        (False, "mixmonitor", "MixMonitorMute"),
        (True, "monitor", "PauseMonitor"),
        (False, "monitor", "UnpauseMonitor"),
    ],
)
def test_each_method_is_silenced_in_its_own_way(
    application: Application, admin: Browser, muted: bool, method: str, action: str
) -> None:
    answer = admin.post(f"{API}/monitor/mute/", {**ONE, "muted": muted, "method": method})
    assert answer.json["data"]["muted"] is muted
    ((name, headers),) = sent(application)
    assert name == action
    if method == "mixmonitor":
        assert (headers["State"], headers["Direction"]) == ("1" if muted else "0", "both")


def test_each_method_is_stopped_in_its_own_way(application: Application, admin: Browser) -> None:
    admin.post(f"{API}/monitor/stop/", {**ONE, "mixmonitor_id": "0x7f"})
    admin.post(f"{API}/monitor/stop/", {**ONE, "method": "monitor"})
    assert sent(application) == [
        ("StopMixMonitor", {"Channel": "PJSIP/100-1", "MixMonitorID": "0x7f"}),
        ("StopMonitor", {"Channel": "PJSIP/100-1"}),
    ]


def test_without_a_live_link_nothing_is_sent(application: Application, admin: Browser) -> None:
    application.set_link(LinkState.RECONNECTING)
    for answer in (
        admin.post(f"{API}/setvar/", SETVAR),
        admin.post(f"{API}/monitor/start/", ONE),
        admin.post(f"{API}/conferences/800/kick/", ONE),
    ):
        assert (answer.status_code, answer.json["code"]) == (503, "link_down")
    assert sent(application) == []


def test_an_unset_variable_is_null(application: Application, admin: Browser) -> None:
    answer_with(application, Getvar=make_reply(Variable="NOTHING", Value=""))
    assert admin.get(f"{API}/getvar/?variable=NOTHING").json["data"]["value"] is None
