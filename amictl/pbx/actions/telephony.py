"""Builders of fax and of DAHDI and ISDN lines."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def fax_sessions() -> Action:
    """Ask for the fax sessions."""
    return build("FAXSessions")


def fax_session(session_number: int) -> Action:
    """Ask for a fax session.

    Args:
        session_number: Its number.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("FAXSession", session_number=session_number)


def fax_stats() -> Action:
    """Ask how many faxes went through."""
    return build("FAXStats")


def dahdi_show_channels(dahdi_channel: int | None = None) -> Action:
    """Ask for the DAHDI channels.

    Args:
        dahdi_channel: One by its number; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DAHDIShowChannels", dahdi_channel=dahdi_channel)


def dahdi_show_status() -> Action:
    """Ask for the DAHDI spans with their alarms."""
    return build("DAHDIShowStatus")


def pri_show_spans(span: int | None = None) -> Action:
    """Ask for the ISDN spans.

    Args:
        span: One by its number; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PRIShowSpans", span=span)
