"""Actions are answered by the demo in the bytes of a real Asterisk 22 with the same files."""

from __future__ import annotations

import pytest

from amictl.demo.server import DemoServer
from amictl.demo.world import CONFIGURATION
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer
from tests.demo.answers import Step, ask
from tests.demo.demo_servers import make_demo

pytestmark = pytest.mark.asterisk

_PLACE = {"Context": "made", "Extension": "1"}

DIALPLAN: list[Step] = [
    ("ShowDialPlan", {"Context": "queues"}),
    ("ShowDialPlan", {"Context": "from-phones"}),
    ("ShowDialPlan", {"Context": "hints", "Extension": "1001"}),
    ("ShowDialPlan", {"Context": "phones", "Extension": "1001"}),
    ("ShowDialPlan", {"Context": "nowhere"}),
    ("ShowDialPlan", {"Context": "hints", "Extension": "9"}),
    ("ShowDialPlan", {"Extension": "9"}),
    ("DialplanExtensionAdd", _PLACE),
    ("DialplanExtensionAdd", {**_PLACE, "Priority": "1", "Application": "NoOp", "ApplicationData": "a,b"}),
    ("DialplanExtensionAdd", {**_PLACE, "Priority": "1", "Application": "Hangup"}),
    ("DialplanExtensionAdd", {**_PLACE, "Priority": "1", "Application": "Hangup", "Replace": "yes"}),
    ("DialplanExtensionAdd", {**_PLACE, "Priority": "x", "Application": "Hangup"}),
    ("DialplanExtensionAdd", {**_PLACE, "Priority": "hint", "Application": "PJSIP/1001"}),
    ("ShowDialPlan", {"Context": "made"}),
    ("ExtensionState", {"Exten": "1", "Context": "made"}),
    ("DialplanExtensionRemove", {"Context": "made"}),
    ("DialplanExtensionRemove", {"Context": "made", "Extension": "2"}),
    ("DialplanExtensionRemove", {"Context": "nowhere", "Extension": "2"}),
    ("DialplanExtensionRemove", {**_PLACE, "Priority": "2"}),
    ("DialplanExtensionRemove", {**_PLACE, "Priority": "x"}),
    ("DialplanExtensionRemove", {**_PLACE, "Priority": "1"}),
    ("ShowDialPlan", {"Context": "made"}),
    ("DialplanExtensionRemove", _PLACE),
    ("DialplanExtensionRemove", _PLACE),
]
DATABASE: list[Step] = [
    ("DBGet", {}),
    ("DBGet", {"Family": "notes"}),
    ("DBGet", {"Family": "notes", "Key": "one"}),
    ("DBPut", {}),
    ("DBPut", {"Family": "notes"}),
    ("DBPut", {"Family": "notes", "Key": "one"}),
    ("DBGet", {"Family": "notes", "Key": "one"}),
    ("DBPut", {"Family": "notes", "Key": "one", "Val": "hello world"}),
    ("DBPut", {"Family": "notes", "Key": "two/three", "Val": "é"}),
    ("DBPut", {"Family": "notes", "Key": "twofold", "Val": "x"}),
    ("DBGet", {"Family": "notes", "Key": "one"}),
    ("DBGetTree", {"Family": "notes"}),
    ("DBGetTree", {"Family": "notes", "Key": "two"}),
    ("DBGetTree", {"Family": "note"}),
    ("DBDel", {}),
    ("DBDel", {"Family": "notes"}),
    ("DBDel", {"Family": "notes", "Key": "none"}),
    ("DBDel", {"Family": "notes", "Key": "one"}),
    ("DBDelTree", {}),
    ("DBDelTree", {"Family": "none"}),
    ("DBDelTree", {"Family": "notes", "Key": "two"}),
    ("DBGetTree", {"Family": "notes"}),
    ("DBDelTree", {"Family": "notes"}),
    ("DBDelTree", {"Family": "notes"}),
]
STATES: list[Step] = [
    ("ExtensionState", {}),
    ("ExtensionState", {"Exten": "1001"}),
    ("ExtensionState", {"Exten": "1001", "Context": "hints"}),
    ("ExtensionState", {"Exten": "1001", "Context": "phones"}),
    ("ExtensionState", {"Exten": "9", "Context": "nowhere"}),
    ("ExtensionStateList", {}),
    ("PresenceState", {}),
    ("PresenceState", {"Provider": "nope"}),
    ("PresenceState", {"Provider": "CustomPresence:alice"}),
    ("PresenceStateList", {}),
]
PJSIP: list[Step] = [
    ("PJSIPShowEndpoints", {}),
    ("PJSIPShowEndpoint", {}),
    ("PJSIPShowEndpoint", {"Endpoint": "nope"}),
    ("PJSIPShowEndpoint", {"Endpoint": "1001"}),
    ("PJSIPShowEndpoint", {"Endpoint": "1100"}),
    ("PJSIPShowEndpoint", {"Endpoint": "carrier"}),
    ("PJSIPShowAors", {}),
    ("PJSIPShowAuths", {}),
    ("PJSIPShowContacts", {}),
    ("PJSIPShowRegistrationsInbound", {}),
    ("PJSIPShowRegistrationInboundContactStatuses", {}),
    ("PJSIPShowRegistrationsOutbound", {}),
    ("PJSIPShowSubscriptionsInbound", {}),
    ("PJSIPShowSubscriptionsOutbound", {}),
    ("PJSIPShowResourceLists", {}),
    ("PJSIPQualify", {}),
    ("PJSIPQualify", {"Endpoint": "nope"}),
    ("PJSIPQualify", {"Endpoint": "1001"}),
    ("PJSIPNotify", {}),
    ("PJSIPNotify", {"Endpoint": "1001"}),
    ("PJSIPNotify", {"Endpoint": "1001", "Variable": "Event=x"}),
    ("PJSIPNotify", {"Endpoint": "nope", "Variable": "Event=x"}),
    ("PJSIPNotify", {"URI": "sip:1@127.0.0.1", "Variable": "Event=x"}),
    ("PJSIPNotify", {"Endpoint": "1001", "URI": "sip:1@127.0.0.1", "Variable": "Event=x"}),
    ("PJSIPNotify", {"Channel": "nope", "Variable": "Event=x"}),
    ("PJSIPNotify", {"Endpoint": "1001", "Option": "nope"}),
    ("PJSIPNotify", {"Endpoint": "1001", "Option": "nope", "Variable": "Event=x"}),
    ("PJSIPRegister", {}),
    ("PJSIPRegister", {"Registration": "nope"}),
    ("PJSIPUnregister", {}),
    ("PJSIPUnregister", {"Registration": "nope"}),
    ("PJSIPUnregister", {"Registration": "*all"}),
    ("PJSIPShowMaintenance", {}),
    ("PJSIPShowMaintenance", {"Endpoint": "1001"}),
    ("PJSIPSetMaintenance", {}),
    ("PJSIPSetMaintenance", {"Endpoint": "1001"}),
    ("PJSIPSetMaintenance", {"Endpoint": "1001", "State": "maybe"}),
    ("PJSIPSetMaintenance", {"Endpoint": "nope", "State": "on"}),
    ("PJSIPSetMaintenance", {"Endpoint": "1001", "State": "on"}),
    ("PJSIPShowMaintenance", {}),
    ("PJSIPSetMaintenance", {"Endpoint": "all", "State": "off"}),
    ("PJSIPShowMaintenance", {}),
]

_FILE = {"SrcFilename": "made.conf", "DstFilename": "made.conf"}


def update(*steps: dict[str, str], **headers: str) -> Step:
    """Return an UpdateConfig with numbered steps."""
    numbered = {
        f"{name}-{number:06d}": value for number, step in enumerate(steps) for name, value in step.items()
    }
    return "UpdateConfig", {**_FILE, **headers, **numbered}


SHOW: Step = ("GetConfig", {"Filename": "made.conf"})
CONFIGURATION_FILES: list[Step] = [
    ("GetConfig", {}),
    ("GetConfig", {"Filename": "nope.conf"}),
    ("GetConfig", {"Filename": "/etc/passwd"}),
    ("GetConfig", {"Filename": "queues.conf"}),
    ("GetConfig", {"Filename": "queues.conf", "Category": "support"}),
    ("GetConfig", {"Filename": "queues.conf", "Category": "nowhere"}),
    ("GetConfig", {"Filename": "queues.conf", "Filter": "strategy=rrmemory"}),
    ("GetConfigJSON", {}),
    ("GetConfigJSON", {"Filename": "nope.conf"}),
    ("GetConfigJSON", {"Filename": "queues.conf"}),
    ("GetConfigJSON", {"Filename": "queues.conf", "Category": "sales"}),
    ("ListCategories", {}),
    ("ListCategories", {"Filename": "queues.conf"}),
    ("ListCategories", {"Filename": "nope.conf"}),
    ("CreateConfig", {}),
    ("CreateConfig", {"Filename": "made.conf"}),
    ("CreateConfig", {"Filename": "made.conf"}),
    ("CreateConfig", {"Filename": "../../made.conf"}),
    ("CreateConfig", {"Filename": "nofolder/made.conf"}),
    ("ListCategories", {"Filename": "made.conf"}),
    SHOW,
    ("GetConfigJSON", {"Filename": "made.conf"}),
    ("UpdateConfig", {}),
    ("UpdateConfig", {"SrcFilename": "made.conf"}),
    ("UpdateConfig", {"SrcFilename": "nope.conf", "DstFilename": "made.conf"}),
    update(
        {"Action": "NewCat", "Cat": "one"},
        {"Action": "Append", "Cat": "one", "Var": "a", "Value": "1"},
        {"Action": "Append", "Cat": "one", "Var": "b", "Value": ">2; not 3"},
        {"Action": "Append", "Cat": "one", "Var": "a", "Value": "9"},
    ),
    SHOW,
    update({"Action": "NewCat", "Cat": "one"}),
    update({"Action": "NewCat", "Cat": "one", "Options": "ignoreerror"}),
    update({"Action": "Update", "Cat": "one", "Var": "a", "Value": "77"}),
    update({"Action": "Update", "Cat": "one", "Var": "a", "Value": "78", "Match": "9"}),
    update({"Action": "Update", "Cat": "one", "Var": "none", "Value": "78"}),
    update({"Action": "Insert", "Cat": "one", "Var": "i", "Value": "5", "Line": "1"}),
    SHOW,
    update({"Action": "Delete", "Cat": "one", "Var": "b"}),
    update({"Action": "Delete", "Cat": "one", "Var": "none"}),
    update({"Action": "Delete", "Cat": "one", "Var": "none", "Options": "ignoreerror"}),
    update({"Action": "Delete", "Cat": "one", "Line": "1"}),
    SHOW,
    update({"Action": "RenameCat", "Cat": "one", "Value": "first"}),
    update({"Action": "RenameCat", "Cat": "nowhere", "Value": "first"}),
    update({"Action": "RenameCat", "Cat": "first"}),
    update({"Action": "EmptyCat", "Cat": "nowhere"}),
    update({"Action": "DelCat", "Cat": "nowhere"}),
    update({"Action": "Nonsense", "Cat": "first"}),
    update({"Action": "Append", "Cat": "first"}),
    update({"Action": "Append"}),
    update({"Action": "Append", "Cat": "nowhere", "Var": "a", "Value": "b"}),
    update(
        {"Action": "NewCat", "Cat": "base", "Options": "template"},
        {"Action": "Append", "Cat": "base", "Var": "x", "Value": "1"},
    ),
    update(
        {"Action": "NewCat", "Cat": "based", "Options": 'inherit="base"'},
        {"Action": "NewCat", "Cat": "early", "Match": "first"},
    ),
    update({"Action": "NewCat", "Cat": "lost", "Options": "inherit=nowhere"}),
    SHOW,
    update({"Action": "EmptyCat", "Cat": "first"}, Reload="yes"),
    update({"Action": "DelCat", "Cat": "first"}, Reload="app_queue.so"),
    SHOW,
]
MODULES: list[Step] = [
    ("ModuleCheck", {}),
    ("ModuleCheck", {"Module": "app_queue"}),
    ("ModuleCheck", {"Module": "app_queue.so"}),
    ("ModuleCheck", {"Module": "nope"}),
    ("Reload", {}),
    ("Reload", {"Module": "app_queue"}),
    ("Reload", {"Module": "app_queue.so"}),
    ("Reload", {"Module": "nope"}),
    ("Reload", {"Module": "app_echo"}),
    ("ModuleLoad", {}),
    ("ModuleLoad", {"LoadType": "load"}),
    ("ModuleLoad", {"LoadType": "nonsense"}),
    ("ModuleLoad", {"LoadType": "nonsense", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "load", "Module": "nope.so"}),
    ("ModuleLoad", {"LoadType": "load", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "unload", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "unload", "Module": "app_milliwatt.so"}),
    ("ModuleCheck", {"Module": "app_milliwatt"}),
    ("ModuleLoad", {"LoadType": "reload", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "load", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "refresh", "Module": "app_milliwatt.so"}),
    ("ModuleLoad", {"LoadType": "refresh", "Module": "nope.so"}),
    ("ModuleLoad", {"LoadType": "reload", "Module": "app_queue.so"}),
    ("ModuleLoad", {"LoadType": "reload", "Module": "app_echo.so"}),
    ("ModuleLoad", {"LoadType": "reload", "Module": "app_queue"}),
    ("ModuleLoad", {"LoadType": "reload"}),
    ("LoggerRotate", {}),
    ("MessageSend", {}),
    ("MessageSend", {"To": "pjsip:1001", "Body": "hello"}),
    ("MessageSend", {"To": "nope:1001", "Body": "hello"}),
    ("MessageSend", {"To": "1001", "Body": "hello"}),
    ("MessageSend", {"Destination": "pjsip:nope", "Body": "hello"}),
    ("SorceryMemoryCacheExpire", {}),
    ("SorceryMemoryCacheExpire", {"Cache": "x"}),
    ("SorceryMemoryCacheStaleObject", {}),
    ("SorceryMemoryCacheStaleObject", {"Cache": "x"}),
    ("SorceryMemoryCacheStaleObject", {"Cache": "x", "Object": "y"}),
    ("SorceryMemoryCachePopulate", {"Cache": "x"}),
]

CONSOLE: list[Step] = [
    ("Command", {"Command": line})
    for line in (
        "core show calls", "core show channels", "core show channels verbose", "core show channels concise",
        "core show channels count", "core show channel nope", "channel request hangup nope",
        "core show hint 1001", "core show hint nope", "module show like nope", "module reload app_queue.so",
        "module reload nope", "module reload app_echo.so", "module load app_echo.so", "core reload",
        "logger rotate", "dialplan show nope", "manager show user nobody", "database get a b",
        "database put a b c", "database get a b", "database put a c/d e", "database show a",
        "database showkey b", "database del a b", "database del a b", "database deltree a",
        "database deltree a", "pjsip show contacts", "pjsip show endpoints", "pjsip list endpoints",
        "core show", "nonsense",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    "steps",
    [DIALPLAN, DATABASE, STATES, PJSIP, CONFIGURATION_FILES, MODULES, CONSOLE],
    ids=["dialplan", "database", "states", "pjsip", "configuration", "modules", "console"],
)
def test_actions_are_answered_as_by_asterisk(
    steps: list[Step], demo_centre: DemoServer, real_centre: AsteriskServer
) -> None:
    for step in steps:
        assert (step, ask(demo_centre, step)) == (step, ask(real_centre, step))


def test_every_action_of_asterisk_is_offered_with_its_words(
    demo_centre: DemoServer, real_centre: AsteriskServer
) -> None:
    mine, theirs = (ask(server, ("ListCommands", {})) for server in (demo_centre, real_centre))
    assert mine == theirs


def test_what_is_written_into_files_holds_after_a_reload() -> None:
    files = {name: (CONFIGURATION / name).read_bytes() for name in ("queues.conf", "extensions.conf")}
    with (
        make_demo() as server,
        AmiClient(server.host, server.ami_port, server.username, server.secret) as ami,
    ):
        for file, step in (
            ("queues.conf", {"Action": "NewCat", "Cat": "returns"}),
            (
                "extensions.conf",
                {"Action": "Append", "Cat": "hints", "Var": "exten", "Value": ">1099,hint,PJSIP/1001"},
            ),
        ):
            numbered = {f"{name}-000000": value for name, value in step.items()}
            ami.action("UpdateConfig", SrcFilename=file, DstFilename=file, **numbered)
        parked = ami.action("ExtensionState", Exten="701", Context="parkedcalls")[0]["Hint"]
        assert ami.action("ExtensionState", Exten="1099", Context="hints")[0]["Hint"] == ""
        ami.action("Reload")
        ami.wait_event("Reload", Module="All", Status="0")
        assert ami.action("ExtensionState", Exten="1099", Context="hints")[0]["Hint"] == "PJSIP/1001"
        assert ami.action("ExtensionState", Exten="701", Context="parkedcalls")[0]["Hint"] == parked != ""
        queues = [item["Queue"] for item in ami.action("QueueSummary") if item.get("Event") == "QueueSummary"]
        assert "returns" in queues
    assert files == {name: (CONFIGURATION / name).read_bytes() for name in files}
