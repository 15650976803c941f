"""Builders that move calls: redirect, transfers, bridge."""

from __future__ import annotations

from typing import Literal

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def redirect(
    channel: str,
    exten: str,
    context: str,
    priority: int | str = 1,
    *,
    extra_channel: str | None = None,
    extra_exten: str | None = None,
    extra_context: str | None = None,
    extra_priority: int | str | None = None,
) -> Action:
    """Send a channel, and another one with it, to a place in the dialplan.

    Args:
        channel: Its name or unique ID.
        exten: Extension to go to.
        context: Its context.
        priority: Its priority, from 1, or a label.
        extra_channel: A second channel, usually the first one's peer, to move at the same time.
        extra_exten: Where the second one goes; to the same place when the three are left out.
        extra_context: Its context.
        extra_priority: Its priority.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "Redirect",
        channel=channel,
        exten=exten,
        context=context,
        priority=priority,
        extra_channel=extra_channel,
        extra_exten=extra_exten,
        extra_context=extra_context,
        extra_priority=extra_priority,
    )


def blind_transfer(channel: str, exten: str, context: str | None = None) -> Action:
    """Send whoever talks to a channel to an extension.

    Args:
        channel: Who transfers: its name or unique ID.
        exten: Extension to go to.
        context: Its context; the channel's own when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("BlindTransfer", channel=channel, exten=exten, context=context)


def atxfer(channel: str, exten: str, context: str | None = None) -> Action:
    """Let a channel dial an extension, to talk to it first and transfer then.

    The PBX needs a feature code for attended transfers: Asterisk plays it to the channel with the digits.

    Args:
        channel: Who transfers: its name or unique ID.
        exten: Digits to dial.
        context: Their context.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("Atxfer", channel=channel, exten=exten, context=context)


def cancel_atxfer(channel: str) -> Action:
    """Give up an attended transfer.

    Args:
        channel: Who transfers: its name or unique ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("CancelAtxfer", channel=channel)


def bridge(
    channel1: str, channel2: str, tone: Literal["no", "Channel1", "Channel2", "Both"] | None = None
) -> Action:
    """Connect two channels to each other, out of whatever they do now.

    Args:
        channel1: The whole name of a channel; Asterisk takes it as the beginning of a name.
        channel2: The whole name of the other.
        tone: Who hears a tone before.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("Bridge", channel1=channel1, channel2=channel2, tone=tone)
