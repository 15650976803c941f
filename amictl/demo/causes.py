"""Why calls end: the causes of ITU-T Q.850 that Asterisk knows, and what they mean to who dialled."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from types import MappingProxyType
from typing import Final


class Cause(IntEnum):
    """Causes that the demo PBX uses by name ("Asterisk include/asterisk/causes.h")."""

    NOT_DEFINED = 0
    UNALLOCATED = 1
    NO_ROUTE = 3
    NORMAL = 16
    BUSY = 17
    NO_USER_RESPONSE = 18
    NO_ANSWER = 19
    SUBSCRIBER_ABSENT = 20
    REJECTED = 21
    ANSWERED_ELSEWHERE = 26
    CONGESTION = 34
    INTERWORKING = 127


class SoftHangup(IntFlag):
    """Why Asterisk itself asks a channel to end ("Asterisk include/asterisk/channel.h")."""

    DEVICE = 1
    ASYNC_GOTO = 2
    SHUTDOWN = 4
    TIMEOUT = 8
    APP_UNLOAD = 16
    EXPLICIT = 32


NOT_ASKED: Final = SoftHangup(0)
"""Nobody asked a channel to end."""


# Asterisk main/channel.c, causes[].
_TEXTS: Final[Mapping[int, str]] = {
    1: "Unallocated (unassigned) number", 2: "No route to specified transmit network",
    3: "No route to destination", 5: "Misdialled trunk prefix", 6: "Channel unacceptable",
    7: "Call awarded and being delivered in an established channel", 14: "QoR: ported number",
    16: "Normal Clearing", 17: "User busy", 18: "No user responding", 19: "User alerting, no answer",
    20: "Subscriber absent", 21: "Call Rejected", 22: "Number changed", 23: "Redirected to new destination",
    26: "Answered elsewhere", 27: "Destination out of order", 28: "Invalid number format",
    29: "Facility rejected", 30: "Response to STATus ENQuiry", 31: "Normal, unspecified",
    34: "Circuit/channel congestion", 38: "Network out of order", 41: "Temporary failure",
    42: "Switching equipment congestion", 43: "Access information discarded",
    44: "Requested channel not available", 45: "Pre-empted", 50: "Facility not subscribed",
    52: "Outgoing call barred", 54: "Incoming call barred", 57: "Bearer capability not authorized",
    58: "Bearer capability not available", 65: "Bearer capability not implemented",
    66: "Channel not implemented", 69: "Facility not implemented", 81: "Invalid call reference value",
    88: "Incompatible destination", 95: "Invalid message unspecified",
    96: "Mandatory information element is missing",
    97: "Message type nonexist.", 98: "Wrong message", 99: "Info. element nonexist or not implemented",
    100: "Invalid information element contents", 101: "Message not compatible with call state",
    102: "Recover on timer expiry", 103: "Mandatory IE length error", 111: "Protocol error, unspecified",
    127: "Interworking, unspecified",
}  # fmt: skip

# Asterisk main/dial.c, ast_hangup_cause_to_dial_status.
_DIAL_STATUS: Final[Mapping[int, str]] = MappingProxyType({
    Cause.BUSY: "BUSY", Cause.CONGESTION: "CONGESTION", Cause.NO_ROUTE: "CHANUNAVAIL",
    Cause.SUBSCRIBER_ABSENT: "CHANUNAVAIL",
})  # fmt: skip

# Asterisk channels/chan_pjsip.c, hangup_cause2sip.
_SIP_CODES: Final[Mapping[int, int]] = MappingProxyType({
    1: 404, 2: 404, 3: 404, 17: 486, 18: 408, 19: 480, 20: 480, 21: 403, 22: 410, 23: 302, 27: 502, 28: 484,
    29: 501, 31: 480, 34: 503, 38: 500, 42: 503, 58: 488, 66: 503, 127: 500,
})  # fmt: skip


def cause_text(cause: int) -> str:
    """Return what ``Cause-txt`` says of a cause."""
    return _TEXTS.get(cause, "Unknown")


def dial_status(cause: int) -> str:
    """Return the ``DialStatus`` of a leg that ended with this cause before anybody answered."""
    return _DIAL_STATUS.get(cause, "NOANSWER")


def sip_code(cause: int) -> int:
    """Return the SIP response that a PJSIP channel makes of a cause; 0 where it makes none."""
    return _SIP_CODES.get(cause, 0)
