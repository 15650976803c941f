"""What each of our own actions may have changed without an event, and which list tells it."""

from __future__ import annotations

import pytest

from amictl.pbx.actions import make_action
from amictl.pbx.catalogue import CATALOGUE, MODULES, QUEUE_SETTINGS
from amictl.pbx.picture.aftermath import find_steps_after
from amictl.pbx.picture.refresh_triggers import find_doubted_steps
from amictl.pbx.picture.state import PbxState
from amictl.protocol import Action

QUEUES = make_action("QueueStatus")
QUEUE_FILE = make_action("GetConfig", filename="queues.conf")
ROOMS = make_action("ConfbridgeListRooms")
ENDPOINTS = make_action("PJSIPShowEndpoints")
EVERYTHING = {
    QUEUES,
    QUEUE_FILE,
    ROOMS,
    ENDPOINTS,
    make_action("ParkedCalls"),
    make_action("SIPpeers"),
    make_action("IAXpeerlist"),
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
    return {step.action for step in find_steps_after(action)}


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
        (
            make_action("QueueAdd", queue="sales", interface="PJSIP/1"),
            {make_action("QueueStatus", queue="sales", member="PJSIP/1")},
        ),
        (
            make_action("QueuePause", interface="PJSIP/1", paused=True),
            {make_action("QueueStatus", member="PJSIP/1")},
        ),
        (
            make_action("QueuePenalty", interface="PJSIP/1", penalty=3, queue="sales"),
            {make_action("QueueStatus", queue="sales", member="PJSIP/1")},
        ),
        (make_action("QueueReset", queue="sales"), {make_action("QueueStatus", queue="sales")}),
        (make_action("QueueReload"), {QUEUES, QUEUE_FILE}),
        (
            make_action("QueueWithdrawCaller", queue="sales", channel="SIP/1-1"),
            {make_action("QueueStatus", queue="sales")},
        ),
        (
            make_action("ConfbridgeLock", conference="one"),
            {ROOMS, make_action("ConfbridgeList", conference="one")},
        ),
        (make_action("PJSIPQualify", endpoint="100"), {make_action("PJSIPShowEndpoint", endpoint="100")}),
        (make_action("Reload", module="app_queue"), {QUEUES, QUEUE_FILE}),
        (make_action("Reload", module="res_pjsip.so"), {ENDPOINTS}),
        (make_action("Reload", module="res_musiconhold"), set()),
        (make_action("Reload"), EVERYTHING),
        (make_action("Hangup", channel="SIP/1-1"), {make_action("CoreShowChannels")}),
        (
            make_action("Bridge", channel1="SIP/1-1", channel2="SIP/2-1"),
            {make_action("CoreShowChannels"), make_action("BridgeList")},
        ),
        (
            make_action("Park", channel="SIP/1-1"),
            {make_action("CoreShowChannels"), make_action("ParkedCalls")},
        ),
        (
            make_action(
                "QueuePause", interface="PJSIP/1\N{REPLACEMENT CHARACTER}", paused=True, queue="sales"
            ),
            {make_action("QueueStatus", queue="sales")},
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
        ("devstate change Custom:1 BUSY", {make_action("DeviceStateList")}),
        ("channel request hangup all", {make_action("CoreShowChannels")}),
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
        (("queues", "sales"), make_action("QueueStatus", queue="sales")),
        (("queues", ""), QUEUES),
        (("queues", "s\N{REPLACEMENT CHARACTER}les"), QUEUES),
        (("channels", "1.1"), make_action("Status", channel="1.1")),
        (("conferences", "one"), make_action("ConfbridgeList", conference="one")),
        (("conferences", ""), ROOMS),
        (("endpoints", "PJSIP/100"), make_action("PJSIPShowEndpoint", endpoint="100")),
        (("endpoints", "SIP/100"), make_action("SIPpeers")),
        (("parking", "1.1"), make_action("ParkedCalls")),
    ],
)
def test_what_a_table_has_in_doubt_is_asked_for(doubt: tuple[str, str], asked: Action) -> None:
    assert [step.action for step in find_doubted_steps(doubt)] == [asked]
