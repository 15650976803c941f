"""Builders that make and end calls, and act on a call that is there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Literal

from amictl.pbx.actions.building import build
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action

SpyMode = Literal["listen", "whisper", "barge"]

# Asterisk apps/app_chanspy.c: u this one channel, not all whose names begin so; q no announcement; E end with
# the channel; S end when there is none (any more).
_SPY_OPTIONS: Mapping[SpyMode, str] = {"listen": "uqES", "whisper": "uqESw", "barge": "uqESB"}


def new_channel_id() -> str:
    """Return a unique ID for a channel to be made; Asterisk takes it as that channel's Uniqueid."""
    return f"amictl-{secrets.token_hex(10)}"


def originate(
    channel: str,
    *,
    exten: str | None = None,
    context: str | None = None,
    priority: int | str | None = None,
    application: str | None = None,
    data: str | None = None,
    timeout: int | None = None,
    caller_id: str | None = None,
    variables: Mapping[str, str] | None = None,
    account: str | None = None,
    early_media: bool = False,
    codecs: str | None = None,
    channel_id: str | None = None,
    other_channel_id: str | None = None,
) -> Action:
    """Call a channel and connect it to a place in the dialplan, or to one application.

    Always asynchronous: a synchronous Originate blocks the AMI session, its events included.

    Args:
        channel: What to call, ``PJSIP/100``.
        exten: Extension to connect to, with ``context`` and ``priority``.
        context: Its context.
        priority: Its priority, from 1, or a label.
        application: Application to run instead.
        data: That application's arguments.
        timeout: Milliseconds to wait for an answer; Asterisk's default is 30,000.
        caller_id: ``"Name" <number>`` to show.
        variables: Channel variables to set; a name may begin with ``_`` or ``__`` to be inherited.
        account: Account code.
        early_media: Whether to connect as soon as there is media.
        codecs: Names of codecs with commas between.
        channel_id: The new channel's unique ID; a fresh one when left out.
        other_channel_id: That of a Local channel's second half.

    Raises:
        InvalidInput: Names every argument that Asterisk would refuse, cut or misread.
    """
    return build(
        "Originate",
        channel=channel,
        exten=exten,
        context=context,
        priority=priority,
        application=application,
        data=data,
        timeout=timeout,
        caller_id=caller_id,
        account=account,
        early_media=early_media or None,
        codecs=codecs,
        channel_id=channel_id or new_channel_id(),
        other_channel_id=other_channel_id,
        variables=variables,
        asynchronous=True,
    )


def spy(
    channel: str,
    target: str,
    mode: SpyMode = "listen",
    *,
    timeout: int | None = None,
    caller_id: str | None = None,
    channel_id: str | None = None,
) -> Action:
    """Call a supervisor and let them hear a channel.

    Args:
        channel: The supervisor to call, ``PJSIP/100``.
        target: The name or unique ID of the live channel to hear.
        mode: ``listen`` only, ``whisper`` to that channel, or ``barge`` in: heard by both sides.
        timeout: Milliseconds to wait for the supervisor's answer.
        caller_id: ``"Name" <number>`` to show to the supervisor.
        channel_id: The supervisor's channel's unique ID; a fresh one when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    if "," in target or not target.strip():
        checked.refuse("target", "must be the name of a channel")
    options = _SPY_OPTIONS.get(mode)
    if options is None:
        checked.refuse("mode", f"must be one of {', '.join(_SPY_OPTIONS)}")
    return build(
        "Originate",
        checked=checked,
        channel=channel,
        application="ChanSpy",
        data=f"{target},{options}",
        timeout=timeout,
        caller_id=caller_id,
        channel_id=channel_id or new_channel_id(),
        asynchronous=True,
    )


def hangup(channel: str, cause: int | None = None) -> Action:
    """Hang up one channel.

    Args:
        channel: Its name or unique ID. Asterisk would take ``/…/`` as a pattern for many: refused.
        cause: Q.850 cause, from 1 to 127.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    if channel.startswith("/"):
        checked.refuse("channel", "must be the name or unique ID of one channel, not a pattern")
    return build("Hangup", checked=checked, channel=channel, cause=cause)


def pjsip_hangup(channel: str, cause: int) -> Action:
    """Refuse an incoming PJSIP call that is not answered yet.

    Args:
        channel: Its name or unique ID.
        cause: SIP response code, from 400 to 699.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = Headers()
    if channel.startswith("/"):
        checked.refuse("channel", "must be the name or unique ID of one channel, not a pattern")
    return build("PJSIPHangup", checked=checked, channel=channel, cause=cause)


def play_dtmf(
    channel: str, digit: str, *, duration: int | None = None, received: bool | None = None
) -> Action:
    """Send one touch tone to a channel.

    Args:
        channel: Its name or unique ID.
        digit: One of ``0-9 A-D * #``; Asterisk would ignore all but the first of several.
        duration: Milliseconds.
        received: Whether to pretend that the channel sent the tone, instead of sending it there.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PlayDTMF", channel=channel, digit=digit, duration=duration, received=received)


def play_mf(channel: str, digit: str, *, duration: int | None = None) -> Action:
    """Send one multi-frequency tone to a channel.

    Args:
        channel: Its name or unique ID.
        digit: One of ``0-9 A-C * #``.
        duration: Milliseconds.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PlayMF", channel=channel, digit=digit, duration=duration)


def send_flash(channel: str, *, received: bool | None = None) -> Action:
    """Send a hook flash to a channel.

    Args:
        channel: Its name or unique ID.
        received: Whether to pretend that the channel sent it.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SendFlash", channel=channel, received=received)


def mute_audio(channel: str, muted: bool, direction: Literal["in", "out", "all"] = "all") -> Action:
    """Silence a channel, or end the silence.

    Args:
        channel: Its name or unique ID.
        muted: Whether it shall be silent.
        direction: ``in`` is what the channel says, ``out`` what it hears.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MuteAudio", channel=channel, muted=muted, direction=direction)


def absolute_timeout(channel: str, timeout: float) -> Action:
    """End a channel after some time from now.

    Args:
        channel: Its name or unique ID.
        timeout: Seconds, more than 0.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("AbsoluteTimeout", channel=channel, timeout=timeout)


def send_text(channel: str, message: str, *, content_type: str | None = None) -> Action:
    """Show a text on the other end of a channel.

    Args:
        channel: Its name or unique ID.
        message: One line.
        content_type: Its type, ``text/plain`` when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SendText", channel=channel, message=message, content_type=content_type)


def control_playback(
    channel: str, control: Literal["stop", "forward", "reverse", "pause", "restart"]
) -> Action:
    """Stop, pause or wind the sound file that a channel plays.

    Args:
        channel: Its name or unique ID.
        control: What to do.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ControlPlayback", channel=channel, control=control)
