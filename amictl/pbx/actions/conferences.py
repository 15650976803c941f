"""Builders of conference rooms (ConfBridge, and MeetMe's reads)."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.pbx.actions.files import check_file
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action


def confbridge_list_rooms() -> Action:
    """Ask for the conferences that have participants."""
    return build("ConfbridgeListRooms")


def confbridge_list(conference: str) -> Action:
    """Ask for the participants of a conference.

    Args:
        conference: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeList", conference=conference)


def confbridge_kick(conference: str, channel: str) -> Action:
    """Put a participant out of a conference.

    Args:
        conference: Its name.
        channel: The participant's channel by its whole name, ``all``, or ``participants`` but not the admins.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeKick", conference=conference, channel=channel)


def confbridge_mute(conference: str, channel: str) -> Action:
    """Silence a participant.

    Args:
        conference: Its name.
        channel: As for `confbridge_kick`; Asterisk takes it as the beginning of a name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeMute", conference=conference, channel=channel)


def confbridge_unmute(conference: str, channel: str) -> Action:
    """Let a participant be heard again.

    Args:
        conference: Its name.
        channel: As for `confbridge_mute`.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeUnmute", conference=conference, channel=channel)


def confbridge_lock(conference: str) -> Action:
    """Let nobody but admins enter a conference.

    Args:
        conference: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeLock", conference=conference)


def confbridge_unlock(conference: str) -> Action:
    """Open a locked conference.

    Args:
        conference: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeUnlock", conference=conference)


def confbridge_start_record(conference: str, file: str | None = None) -> Action:
    """Record a conference.

    Args:
        conference: Its name.
        file: Where to, below the PBX's folder for recordings; a name that Asterisk chooses when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    check_file(checked, "file", file)
    return build("ConfbridgeStartRecord", checked=checked, conference=conference, file=file)


def confbridge_stop_record(conference: str) -> Action:
    """End the recording of a conference.

    Args:
        conference: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeStopRecord", conference=conference)


def confbridge_set_single_video_src(conference: str, channel: str) -> Action:
    """Show one participant's video to all others.

    Args:
        conference: Its name.
        channel: The participant's channel; Asterisk takes it as the beginning of a name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ConfbridgeSetSingleVideoSrc", conference=conference, channel=channel)


def meetme_list_rooms() -> Action:
    """Ask for the MeetMe conferences that have participants."""
    return build("MeetmeListRooms")


def meetme_list(conference: str | None = None) -> Action:
    """Ask for the participants of MeetMe conferences.

    Args:
        conference: One of them; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MeetmeList", conference=conference)
