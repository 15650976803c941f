"""Actions that make, move and end calls."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.parameters import (
    ACCOUNT,
    CALLER_ID,
    CHANNEL,
    DIAL_STRING,
    boolean,
    changes,
    channel,
    choice,
    context,
    decimal,
    exten,
    integer,
    priority,
    text,
    variables,
)
from amictl.pbx.catalogue.rules import Needs, Unless

_RECEIVED: Final = boolean("Receive", name="received")
_MAX_DURATION_MS: Final = 1000  # Asterisk plays it in the AMI session, which hears nothing meanwhile
_DURATION: Final = integer("Duration", minimum=1, maximum=_MAX_DURATION_MS, unit="ms")

ACTIONS: Final[tuple[KnownAction, ...]] = (
    changes(
        "Originate",
        "Call a channel and connect it to an extension or an application.",
        DIAL_STRING,
        exten(),
        context(),
        priority(),
        text("Application"),
        text("Data", may_be_empty=True),
        integer("Timeout", minimum=1, unit="ms"),
        CALLER_ID,
        ACCOUNT,
        boolean("EarlyMedia"),
        text("Codecs"),
        text("ChannelId", limit=149),  # AST_MAX_UNIQUEID less NUL
        text("OtherChannelId", limit=149),
        text("PreDialGoSub", name="pre_dial_gosub", since=("18.23.0", "20.8.0", "21.3.0")),
        variables(),
        boolean("Async", name="asynchronous"),
        rights="originate",
        rules=(
            Unless("application", ("exten", "context", "priority")),
            Needs("data", ("application",)),
            Needs("other_channel_id", ("channel_id",)),
        ),
    ),
    changes(
        "Hangup",
        "End one channel, or all whose names match a /regular expression/.",
        CHANNEL,
        integer("Cause", minimum=1, maximum=127),
        rights="system call",
    ),
    changes(
        "PJSIPHangup",
        "Refuse an incoming PJSIP call with a SIP response code.",
        CHANNEL,
        integer("Cause", required=True, minimum=400, maximum=699),
        rights="system call",
        since=("18.21.0", "20.6.0", "21.1.0"),
        module="chan_pjsip",
    ),
    changes(
        "Redirect",
        "Send a channel, and another one with it, to a place in the dialplan.",
        CHANNEL,
        exten(required=True),
        context(required=True),
        priority(required=True),
        channel("ExtraChannel", required=False),
        exten("ExtraExten"),
        context("ExtraContext"),
        priority("ExtraPriority"),
        rights="call",
        rules=(
            Needs("extra_context", ("extra_channel", "extra_exten", "extra_priority")),
            Needs("extra_exten", ("extra_context",)),
            Needs("extra_priority", ("extra_context",)),
        ),
    ),
    changes(
        "BlindTransfer",
        "Send whoever talks to a channel to an extension, without announcing it.",
        CHANNEL,
        exten(required=True),
        context(),
        rights="call",
    ),
    changes(
        "Atxfer",
        "Let a channel dial an extension to talk first and transfer then.",
        CHANNEL,
        # Asterisk feeds it to the channel as key presses.
        text(
            "Exten", required=True, limit=79, pattern=r"[0-9A-Da-d*#]+", hint="digits that a phone can dial"
        ),
        context(),
        rights="call",
    ),
    changes(
        "CancelAtxfer",
        "Give up an attended transfer and go back to the first call.",
        CHANNEL,
        rights="call",
    ),
    changes(
        "Bridge",
        "Connect two channels to each other, out of whatever they do now.",
        channel("Channel1", name="channel1"),
        channel("Channel2", name="channel2"),
        choice("Tone", "no", "Channel1", "Channel2", "Both"),
        rights="call",
    ),
    changes(
        "Park",
        "Put a channel into a parking lot, where it can be picked up.",
        CHANNEL,
        channel("TimeoutChannel", required=False),
        # res/parking/parking_manager.c, manager_park, tests the name and then uses the channel.
        channel(
            "AnnounceChannel",
            required=False,
            refusal="a channel that has just ended crashes Asterisk; POST park/ looks before it asks",
        ),
        integer("Timeout", unit="ms"),
        text("Parkinglot", name="parking_lot", limit=79),
        text("ParkingSpace", limit=79, since=("18.19.0", "20.4.0", "21.0.0")),
        rights="call",
        module="res_parking",
    ),
    changes(
        "PlayDTMF",
        "Send one touch tone to a channel, or pretend that it sent one.",
        CHANNEL,
        text("Digit", required=True, pattern=r"[0-9A-Da-d*#]", hint="one of 0-9, A-D, * and #"),
        _DURATION,
        _RECEIVED,
        rights="call",
        module="app_senddtmf",
    ),
    changes(
        "PlayMF",
        "Send one multi-frequency tone to a channel.",
        CHANNEL,
        text("Digit", required=True, pattern=r"[0-9A-Ca-c*#]", hint="one of 0-9, A-C, * and #"),
        _DURATION,
        rights="call",
        since=("16.21.0", "18.7.0", "19.0.0"),
        module="app_mf",
    ),
    changes(
        "SendFlash",
        "Send a hook flash to a channel, or pretend that it sent one.",
        CHANNEL,
        _RECEIVED,
        rights="call",
        since=("18.18.0", "20.3.0"),
        module="app_senddtmf",
    ),
    changes(
        "MuteAudio",
        "Silence one or both directions of a channel's sound, or end the silence.",
        CHANNEL,
        choice("Direction", "in", "out", "all", required=True),
        boolean("State", required=True, name="muted", words=("on", "off")),
        rights="system",
        module="res_mutestream",
    ),
    changes(
        "AbsoluteTimeout",
        "End a channel after some time.",
        CHANNEL,
        decimal("Timeout", required=True, unit="s"),
        rights="system call",
    ),
    changes(
        "SendText",
        "Show a text on the other end of a channel.",
        CHANNEL,
        text("Message", required=True),
        text("Content-Type"),
        rights="call",
    ),
    changes(
        "ControlPlayback",
        "Stop, pause or wind a sound file that a channel plays.",
        CHANNEL,
        choice("Control", "stop", "forward", "reverse", "pause", "restart", required=True),
        rights="call",
        module="app_controlplayback",
    ),
)
