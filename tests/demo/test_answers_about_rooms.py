"""Actions of parking, conferences, mailboxes and the rest are answered in the bytes of a real Asterisk 22."""

from __future__ import annotations

import pytest

from amictl.demo.server import DemoServer
from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.server import AsteriskServer, await_condition
from tests.demo.answers import AmiServer, Step, ask

pytestmark = pytest.mark.asterisk

_NOBODY = {"Context": "default", "Mailbox": "9"}
_MESSAGE = {"Context": "default", "Mailbox": "1001", "Folder": "INBOX", "ID": "x"}
_TARGET = {"ToContext": "default", "ToMailbox": "1002", "ToFolder": "Old"}
_CALL = "Local/805@rooms"  # a prefix of the channels of the call below
_PRICE = {"CurrencyAmount": "5", "CurrencyMultiplier": "One"}
_DURATION = {"MsgType": "S", "ChargedItem": "CallSetup", "RateType": "Duration", **_PRICE}
_DURING = {"MsgType": "D", "ChargeType": "Currency"}
_AFTER = {"MsgType": "E", "ChargeType": "Free"}
CHARGES: list[dict[str, str]] = [
    {},
    {"MsgType": "D"},
    {"MsgType": "D", "ChargeType": "Barter"},
    _DURING,
    {**_DURING, "CurrencyAmount": "5"},
    {**_DURING, "CurrencyAmount": "5", "CurrencyMultiplier": "Dozen"},
    {**_DURING, **_PRICE, "AOCBillingId": "CallTransfer"},
    {**_DURING, **_PRICE},
    {**_AFTER, "AOCBillingId": "Nobody"},
    {**_AFTER, "ChargingAssociationId": "x"},
    {**_AFTER, "AOCBillingId": "CallTransfer"},
    {"MsgType": "S"},
    {"MsgType": "S", "ChargedItem": "CallSetup"},
    {"MsgType": "S", "ChargedItem": "Air", "RateType": "Free"},
    {"MsgType": "S", "ChargedItem": "CallSetup", "RateType": "Rude"},
    {"MsgType": "S", "ChargedItem": "CallSetup", "RateType": "Flat"},
    {"MsgType": "S", "ChargedItem": "CallSetup", "RateType": "Flat", **_PRICE},
    {"MsgType": "S", "ChargedItem": "NA", "RateType": "SpecialCode", **_PRICE},
    _DURATION,
    {**_DURATION, "TimeScale": "Age"},
    {**_DURATION, "TimeScale": "Minute"},
    {**_DURATION, "TimeScale": "Minute", "Time": "1", "Granularity": "1", "GranularityTimeScale": "Age"},
    {**_DURATION, "TimeScale": "Minute", "Time": "1", "ChargingType": "Random"},
    {**_DURATION, "TimeScale": "Minute", "Time": "1"},
]

PARKING: list[Step] = [
    ("Park", {}),
    ("Park", {"Channel": "PJSIP/x"}),
    ("Park", {"Channel": "PJSIP/x", "Timeout": "-1"}),
    ("Park", {"Channel": "PJSIP/x", "Timeout": "soon"}),
    ("Parkinglots", {}),
    ("Command", {"Command": "parking show"}),
    ("Command", {"Command": "parking show default"}),
    ("Command", {"Command": "parking show nowhere"}),
    ("ParkedCalls", {}),
    ("ParkedCalls", {"ParkingLot": "default"}),
    ("ParkedCalls", {"ParkingLot": "nowhere"}),
]
MAILBOXES: list[Step] = [
    ("MailboxStatus", {}),
    ("MailboxStatus", {"Mailbox": "1001@default"}),
    ("MailboxStatus", {"Mailbox": "1001"}),
    ("MailboxStatus", {"Mailbox": "9@nowhere"}),
    ("MailboxCount", {}),
    ("MailboxCount", {"Mailbox": "1001@default"}),
    ("MailboxCount", {"Mailbox": "9"}),
    ("VoicemailUsersList", {}),
    ("Command", {"Command": "voicemail show users"}),
    ("Command", {"Command": "voicemail show users for default"}),
    ("Command", {"Command": "voicemail show users for nobody"}),
    ("Command", {"Command": "voicemail show zones"}),
    ("VoicemailUserStatus", {}),
    ("VoicemailUserStatus", {"Context": "default"}),
    ("VoicemailUserStatus", {"Context": "default", "Mailbox": "1006"}),
    ("VoicemailUserStatus", _NOBODY),
    ("VoicemailBoxSummary", {}),
    ("VoicemailBoxSummary", {"Mailbox": "1001"}),
    ("VoicemailBoxSummary", {"Context": "default", "Mailbox": "1001"}),
    ("VoicemailBoxSummary", _NOBODY),
    ("VoicemailRefresh", {}),
    ("VoicemailRefresh", {"Context": "default", "Mailbox": "1001"}),
    *((f"Voicemail{name}", {}) for name in ("Move", "Remove", "Forward")),
    *((f"Voicemail{name}", {"Mailbox": "1001"}) for name in ("Move", "Remove", "Forward")),
    *((f"Voicemail{name}", _NOBODY) for name in ("Move", "Remove", "Forward")),
    *((f"Voicemail{name}", {**_NOBODY, "Folder": "Old"}) for name in ("Move", "Remove", "Forward")),
    *((f"Voicemail{name}", _MESSAGE) for name in ("Move", "Remove", "Forward")),
    *((f"Voicemail{name}", _MESSAGE | _TARGET) for name in ("Move", "Remove", "Forward")),
]
OTHERS: list[Step] = [
    ("AgentLogoff", {}),
    ("AgentLogoff", {"Agent": "9999"}),
    ("FAXSessions", {}),
    ("FAXStats", {}),
    ("FAXSession", {}),
    ("FAXSession", {"SessionNumber": "x"}),
    ("FAXSession", {"SessionNumber": "7"}),
    ("AOCMessage", {}),
    ("AOCMessage", {"Channel": "PJSIP/x", "MsgType": "D"}),
    ("AOCMessage", {"ChannelPrefix": "PJSIP/", "MsgType": "D"}),
    *((name, {}) for name in ("MWIGet", "MWIUpdate", "MWIDelete", "MeetmeList", "DAHDIShowChannels")),
]
_ABOUT_ONE = ("Mute", "Unmute", "Kick", "SetSingleVideoSrc")
_ABOUT_ALL = ("List", "Lock", "Unlock", "StartRecord", "StopRecord")
EMPTY_ROOMS: list[Step] = [
    ("Command", {"Command": "confbridge list"}),
    ("Command", {"Command": "confbridge list 805"}),
    ("ConfbridgeListRooms", {}),
    *((f"Confbridge{name}", {}) for name in (*_ABOUT_ALL, *_ABOUT_ONE)),
    *((f"Confbridge{name}", {"Conference": "805", "Channel": "x"}) for name in (*_ABOUT_ALL, *_ABOUT_ONE)),
]
ROOMS: list[Step] = [
    ("ConfbridgeListRooms", {}),
    *((f"Confbridge{name}", {"Conference": "809", "Channel": "x"}) for name in (*_ABOUT_ALL, *_ABOUT_ONE)),
    *(
        (f"Confbridge{name}", {"Conference": "805"})
        for name in ("Mute", "Unmute", "Kick", "SetSingleVideoSrc")
    ),
    *((f"Confbridge{name}", {"Conference": "805", "Channel": "x"}) for name in _ABOUT_ONE),
    ("ConfbridgeMute", {"Conference": "805", "Channel": _CALL}),
    ("ConfbridgeUnmute", {"Conference": "805", "Channel": "all"}),
    ("ConfbridgeLock", {"Conference": "805"}),
    ("ConfbridgeListRooms", {}),
    ("Command", {"Command": "confbridge list"}),
    ("Command", {"Command": "confbridge list 805"}),
    ("ConfbridgeUnlock", {"Conference": "805"}),
    ("ConfbridgeStartRecord", {"Conference": "805"}),
    ("ConfbridgeStartRecord", {"Conference": "805"}),
    ("ConfbridgeStopRecord", {"Conference": "805"}),
    ("ConfbridgeStopRecord", {"Conference": "805"}),
    ("ConfbridgeSetSingleVideoSrc", {"Conference": "805", "Channel": _CALL}),
    *(("AOCMessage", {"ChannelPrefix": _CALL, **charge}) for charge in CHARGES),
    ("ConfbridgeKick", {"Conference": "805", "Channel": "all"}),
]


@pytest.mark.parametrize(
    "steps", [PARKING, MAILBOXES, OTHERS, EMPTY_ROOMS], ids=["parking", "mailboxes", "others", "empty-rooms"]
)
def test_actions_are_answered_as_by_asterisk(
    steps: list[Step], demo_centre: DemoServer, real_centre: AsteriskServer
) -> None:
    for step in steps:
        assert (step, ask(demo_centre, step)) == (step, ask(real_centre, step))


def test_actions_of_a_conference_that_is_on_are_answered_as_by_asterisk(
    demo_centre: DemoServer, real_centre: AsteriskServer
) -> None:
    for server in (demo_centre, real_centre):
        begin_conference(server)
    for step in ROOMS:
        assert (step, ask(demo_centre, step)) == (step, ask(real_centre, step))


def begin_conference(server: AmiServer) -> None:
    """Let somebody come into room 805, and return when they are there."""
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="off") as client:

        def is_there() -> bool:
            try:
                return client.action("ConfbridgeListRooms")[1]["Parties"] == "1"
            except AmiRefused:
                return False

        client.action("Originate", Channel=f"{_CALL}/n", Application="Wait", Data="600", Async="true")
        await_condition(is_there)
