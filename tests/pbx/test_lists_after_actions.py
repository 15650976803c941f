"""What each of our own actions may have changed without an event, and which list tells it."""

from __future__ import annotations

import pytest

from amictl.pbx import PbxState, actions
from amictl.pbx.aftermath import find_steps_after
from amictl.pbx.catalogue import CATALOGUE, MODULES, QUEUE_SETTINGS
from amictl.pbx.refresh_triggers import find_doubted_steps
from amictl.protocol import Action

QUEUES = actions.queue_status()
QUEUE_FILE = actions.get_config("queues.conf")
ROOMS = actions.confbridge_list_rooms()
ENDPOINTS = actions.pjsip_show_endpoints()
EVERYTHING = {
    QUEUES,
    QUEUE_FILE,
    ROOMS,
    ENDPOINTS,
    actions.parked_calls(),
    actions.sip_peers(),
    actions.iax_peer_list(),
}

# Changes of what the live picture does not show, or that every channel's own events tell.
TOUCHES_NOTHING = {
    *("AbsoluteTimeout", "AOCMessage", "BridgeTechnologySuspend", "BridgeTechnologyUnsuspend"),
    *("Challenge", "ChangeMonitor", "ControlPlayback", "CreateConfig", "DAHDIDNDoff", "DAHDIDNDon"),
    *("DBDel", "DBDelTree", "DBPut", "DialplanExtensionAdd", "DialplanExtensionRemove", "Events", "Filter"),
    *("JabberSend", "LoggerRotate", "Login", "Logoff", "MWIDelete", "MWIUpdate", "MeetmeMute"),
    *("MeetmeUnmute", "MessageSend", "MixMonitor", "MixMonitorMute", "Monitor", "MuteAudio", "PJSIPNotify"),
    *("PJSIPRegister", "PJSIPUnregister", "PRIDebugFileSet", "PRIDebugFileUnset", "PRIDebugSet"),
    *("PauseMonitor", "PlayDTMF", "PlayMF", "QueueLog", "SIPnotify", "SendFlash", "SendText"),
    *("SorceryMemoryCacheExpire", "SorceryMemoryCacheExpireObject", "SorceryMemoryCachePopulate"),
    *("SorceryMemoryCacheStale", "SorceryMemoryCacheStaleObject", "StopMixMonitor", "StopMonitor"),
    *("UnpauseMonitor", "UserEvent", "VoicemailForward", "VoicemailMove", "VoicemailRefresh"),
    "VoicemailRemove",
}


def asked_after(action: Action) -> set[Action]:
    """Return the lists that are asked for after an action."""
    return {step.action() for step in find_steps_after(action)}


def test_every_action_that_changes_something_says_what_of_the_picture_it_touches() -> None:
    changing = {known.name: known.touches for known in CATALOGUE.values() if known.changes_pbx}
    assert {name for name, touches in changing.items() if not touches} == TOUCHES_NOTHING
    topics = {*PbxState().values, MODULES, QUEUE_SETTINGS}
    assert {topic for touches in changing.values() for topic in touches} <= topics
    assert all(not known.touches for known in CATALOGUE.values() if not known.changes_pbx)


@pytest.mark.parametrize(
    "name", sorted(known.name for known in CATALOGUE.values() if known.touches), ids=lambda each: each
)
def test_an_action_that_touches_something_asks_for_a_list_whatever_its_headers_are(name: str) -> None:
    bare = Action(name, (("Command", "core reload"),) if name == "Command" else (("Reload", "yes"),))
    assert asked_after(bare)
    assert asked_after(Action(name.upper(), bare.headers)) == asked_after(bare)
    assert not find_steps_after(Action(name, bare.headers, changes_pbx=False))


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        (actions.queue_add("sales", "PJSIP/1"), {actions.queue_status("sales", "PJSIP/1")}),
        (actions.queue_pause("PJSIP/1", True), {actions.queue_status(None, "PJSIP/1")}),
        (actions.queue_penalty("PJSIP/1", 3, "sales"), {actions.queue_status("sales", "PJSIP/1")}),
        (actions.queue_reset("sales"), {actions.queue_status("sales")}),
        (actions.queue_reload(), {QUEUES, QUEUE_FILE}),
        (actions.queue_withdraw_caller("sales", "SIP/1-1"), {actions.queue_status("sales")}),
        (actions.confbridge_lock("one"), {ROOMS, actions.confbridge_list("one")}),
        (actions.pjsip_qualify("100"), {actions.pjsip_show_endpoint("100")}),
        (actions.reload("app_queue"), {QUEUES, QUEUE_FILE}),
        (actions.reload("res_pjsip.so"), {ENDPOINTS}),
        (actions.reload("res_musiconhold"), set()),
        (actions.reload(None), EVERYTHING),
        (actions.hangup("SIP/1-1"), {actions.core_show_channels()}),
        (actions.bridge("SIP/1-1", "SIP/2-1"), {actions.core_show_channels(), actions.bridge_list()}),
        (actions.park("SIP/1-1"), {actions.core_show_channels(), actions.parked_calls()}),
        (
            actions.queue_pause("PJSIP/1\N{REPLACEMENT CHARACTER}", True, "sales"),
            {actions.queue_status("sales")},
        ),
    ],
    ids=lambda each: each.name if isinstance(each, Action) else "",
)
def test_what_is_asked_for_is_no_more_than_what_the_action_is_about(
    action: Action, asked: set[Action]
) -> None:
    assert asked_after(action) == asked


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("queue add member PJSIP/1 to sales", {QUEUES}),
        ("Queue  Reload all", {QUEUES, QUEUE_FILE}),
        ("queue show sales", set()),
        ("core show channels", set()),
        ("core reload", EVERYTHING),
        ("reload", EVERYTHING),
        ("module reload", EVERYTHING),
        ("module reload app_queue.so app_confbridge.so", {QUEUES, QUEUE_FILE, ROOMS}),
        ("module load res_musiconhold.so", set()),
        ("module show", set()),
        ("confbridge lock one", {ROOMS}),
        ("devstate change Custom:1 BUSY", {actions.device_state_list()}),
        ("channel request hangup all", {actions.core_show_channels()}),
        ("", set()),
    ],
)
def test_a_command_of_the_console_asks_for_what_its_words_are_about(command: str, asked: set[Action]) -> None:
    assert asked_after(Action("Command", (("Command", command),))) == asked


@pytest.mark.parametrize(
    ("reload", "asked"),
    [
        (None, set()),
        ("no", set()),
        ("yes", EVERYTHING),
        ("app_queue.so", {QUEUES, QUEUE_FILE}),
        ("cdr", set()),
    ],
)
def test_a_changed_configuration_asks_for_what_it_lets_be_read_again(
    reload: str | None, asked: set[Action]
) -> None:
    headers = (("SrcFilename", "queues.conf"), *((("Reload", reload),) if reload else ()))
    assert asked_after(Action("UpdateConfig", headers)) == asked


@pytest.mark.parametrize(
    ("doubt", "asked"),
    [
        (("queues", "sales"), actions.queue_status("sales")),
        (("queues", ""), QUEUES),
        (("queues", "s\N{REPLACEMENT CHARACTER}les"), QUEUES),
        (("channels", "1.1"), actions.status("1.1")),
        (("conferences", "one"), actions.confbridge_list("one")),
        (("conferences", ""), ROOMS),
        (("endpoints", "PJSIP/100"), actions.pjsip_show_endpoint("100")),
        (("endpoints", "SIP/100"), actions.sip_peers()),
        (("parking", "1.1"), actions.parked_calls()),
    ],
)
def test_what_a_table_has_in_doubt_is_asked_for(doubt: tuple[str, str], asked: Action) -> None:
    assert [step.action() for step in find_doubted_steps(doubt)] == [asked]
