"""Builders that record calls: MixMonitor, and Monitor on older PBXs."""

from __future__ import annotations

import re
from typing import Final, Literal

from amictl.pbx.actions.building import build
from amictl.pbx.actions.files import check_file
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action

# Asterisk apps/app_mixmonitor.c: those that write no other file and send no mail.
_OPTIONS: Final = re.compile(r"(?:[abcpP]|B(?:\(\d{1,4}\))?|i\([A-Za-z_][A-Za-z0-9_]*\)|[vVW]\(-?[0-4]\))+")
_FORMAT: Final = re.compile(r"[A-Za-z0-9]{1,15}")


def mixmonitor(channel: str, file: str, *, options: str | None = None) -> Action:
    """Record both directions of a channel into one file.

    Args:
        channel: Its name or unique ID.
        file: Where to, below the PBX's folder for recordings; its ending chooses the format: ``call.wav``.
        options: Letters of the application MixMonitor, of those that concern this file alone: ``b``,
            ``i(VARIABLE)``, ``v(1)``, …

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    check_file(checked, "file", file)
    if options is not None and not _OPTIONS.fullmatch(options):
        checked.refuse("options", "must be letters of a, b, B, c, i(), p, P, v(), V() and W()")
    return build("MixMonitor", checked=checked, channel=channel, file=file, options=options)


def stop_mixmonitor(channel: str, mixmonitor_id: str | None = None) -> Action:
    """End a recording of a channel.

    Args:
        channel: Its name or unique ID.
        mixmonitor_id: One recording; all of the channel's when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("StopMixMonitor", channel=channel, mixmonitor_id=mixmonitor_id)


def mixmonitor_mute(
    channel: str,
    muted: bool,
    direction: Literal["read", "write", "both"] = "both",
    mixmonitor_id: str | None = None,
) -> Action:
    """Record silence instead of a channel's sound, or its sound again.

    Args:
        channel: Its name or unique ID.
        muted: Whether to record silence.
        direction: ``read`` is what the channel says, ``write`` what it hears.
        mixmonitor_id: One recording, on PBXs that can tell them apart; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "MixMonitorMute", channel=channel, muted=muted, direction=direction, mixmonitor_id=mixmonitor_id
    )


def monitor(
    channel: str, file: str | None = None, *, file_format: str | None = None, mix: bool | None = None
) -> Action:
    """Record the two directions of a channel into two files (Asterisk 20 and older).

    Args:
        channel: Its name or unique ID.
        file: Where to, without ending; the channel's name when left out.
        file_format: ``wav`` when left out.
        mix: Whether to make one file of the two at the end.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    check_file(checked, "file", file)
    if file_format is not None and not _FORMAT.fullmatch(file_format):
        checked.refuse("file_format", "must be the name of a sound format, such as wav")
    return build("Monitor", checked=checked, channel=channel, file=file, file_format=file_format, mix=mix)


def stop_monitor(channel: str) -> Action:
    """End a recording that `monitor` began.

    Args:
        channel: Its name or unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("StopMonitor", channel=channel)


def change_monitor(channel: str, file: str) -> Action:
    """Give a recording that `monitor` began another file.

    Args:
        channel: Its name or unique ID.
        file: Where to, without ending.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    check_file(checked, "file", file)
    return build("ChangeMonitor", checked=checked, channel=channel, file=file)


def pause_monitor(channel: str) -> Action:
    """Interrupt a recording that `monitor` began.

    Args:
        channel: Its name or unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PauseMonitor", channel=channel)


def unpause_monitor(channel: str) -> Action:
    """Go on with an interrupted recording.

    Args:
        channel: Its name or unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("UnpauseMonitor", channel=channel)
