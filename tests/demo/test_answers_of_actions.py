"""Actions are answered by the demo in the bytes of a real Asterisk 22 with the same files."""

from __future__ import annotations

import pytest

from amictl.demo.server import DemoServer
from tests.asterisk.server import AsteriskServer
from tests.demo.answers import Step, ask

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


@pytest.mark.parametrize(
    "steps", [DIALPLAN, DATABASE, STATES, PJSIP], ids=["dialplan", "database", "states", "pjsip"]
)
def test_actions_are_answered_as_by_asterisk(
    steps: list[Step], demo_centre: DemoServer, real_centre: AsteriskServer
) -> None:
    for step in steps:
        assert (step, ask(demo_centre, step)) == (step, ask(real_centre, step))
