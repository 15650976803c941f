"""Actions of conference rooms: ConfBridge, and MeetMe where DAHDI is."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Named, ReplyKind
from amictl.pbx.catalogue.parameters import CHANNEL, changes, reads, text

_CONFERENCE: Final = text("Conference", required=True, means=Named.CONFERENCE)
_MEETME: Final = text("Meetme", name="conference", required=True)
_USER: Final = text("Usernum", name="user_number", required=True, pattern=r"\d{1,9}", hint="a number")

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "ConfbridgeListRooms",
        "List the conferences that have participants.",
        rights="reporting",
        reply=ReplyKind.LIST,
        module="app_confbridge",
    ),
    reads(
        "ConfbridgeList",
        "List the participants of a conference.",
        _CONFERENCE,
        rights="reporting",
        reply=ReplyKind.LIST,
        module="app_confbridge",
    ),
    changes(
        "ConfbridgeKick",
        "Put a participant out of a conference, or 'all', or 'participants' but not its admins.",
        _CONFERENCE,
        CHANNEL,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeMute",
        "Silence a participant, or 'all', or 'participants' but not the admins.",
        _CONFERENCE,
        CHANNEL,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeUnmute",
        "Let a participant be heard again, or 'all', or 'participants' but not the admins.",
        _CONFERENCE,
        CHANNEL,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeLock",
        "Let nobody but admins enter a conference.",
        _CONFERENCE,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeUnlock",
        "Open a locked conference.",
        _CONFERENCE,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeStartRecord",
        "Record a conference.",
        _CONFERENCE,
        text("RecordFile", name="file", pattern=r"[^,]+", hint="a file name without a comma"),
        rights="system",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeStopRecord",
        "End the recording of a conference.",
        _CONFERENCE,
        rights="system",
        module="app_confbridge",
        touches="conferences",
    ),
    changes(
        "ConfbridgeSetSingleVideoSrc",
        "Show one participant's video to all others.",
        _CONFERENCE,
        CHANNEL,
        rights="call",
        module="app_confbridge",
        touches="conferences",
    ),
    reads(
        "MeetmeListRooms",
        "List the MeetMe conferences that have participants.",
        rights="reporting",
        reply=ReplyKind.LIST,
        module="app_meetme",
    ),
    reads(
        "MeetmeList",
        "List the participants of one MeetMe conference, or of all.",
        text("Conference", means=Named.CONFERENCE),
        rights="reporting",
        reply=ReplyKind.LIST,
        module="app_meetme",
    ),
    changes(
        "MeetmeMute",
        "Silence a participant of a MeetMe conference.",
        _MEETME,
        _USER,
        rights="call",
        module="app_meetme",
    ),
    changes(
        "MeetmeUnmute",
        "Let a participant of a MeetMe conference be heard again.",
        _MEETME,
        _USER,
        rights="call",
        module="app_meetme",
    ),
)
