"""What can be done to one live channel without moving it: tones, silence, time limits, texts."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from amictl.errors import AmictlError
from amictl.pbx.actions import make_action
from amictl.protocol import Reply
from amictl.services.access import Actor
from amictl.services.access.live_channels import done_to
from amictl.services.pbx_service import PbxService
from amictl.services.requests import ChannelBody, Short, Text, match_pattern
from amictl.services.results import ChannelDone

Direction = Literal["in", "out", "all"]
Switch = Literal["on", "off"]

_TIME_LIMIT = "TIMEOUT(absolute)"
_DIGITS = re.compile(r"[0-9A-Da-d*#]{1,32}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+(?:; ?[a-z0-9-]+=[A-Za-z0-9._-]+)*")
_LONGEST_TONE = 1000  # milliseconds: a tone holds up the PBX's AMI session
_LONGEST_CALL = 86_400  # seconds


class DtmfBody(ChannelBody):
    """Tones to send to a channel."""

    digits: Annotated[
        Text,
        match_pattern(_DIGITS, "Use 1 to 32 of 0-9, *, #, A-D, a-d"),
        Field(description="Sent one after the other"),
    ]
    duration: (
        Annotated[StrictInt, Field(ge=20, le=_LONGEST_TONE, description="Milliseconds of each")] | None
    ) = None
    receive: Annotated[StrictBool, Field(description="Pretend that the channel sent them")] = False


class DigitsSent(ChannelDone, frozen=True):
    """Tones that were sent."""

    digits_sent: int
    receive: bool


class MuteBody(ChannelBody):
    """A channel to silence, or to hear again."""

    direction: Annotated[Direction, Field(description="What it says; what it hears; both")] = "all"
    state: Annotated[Switch, Field(description="on is silent")]


class Muted(ChannelDone, frozen=True):
    """A channel whose audio was silenced, or is heard again."""

    direction: Direction
    state: Switch


class TimeoutBody(ChannelBody):
    """A time limit for a channel."""

    timeout: Annotated[
        StrictInt, Field(ge=0, le=_LONGEST_CALL, description="Seconds from now; 0 takes the limit away")
    ]


class TimeLimited(ChannelDone, frozen=True):
    """A channel with a time limit; 0 is without one."""

    timeout: int


class TextBody(ChannelBody):
    """A text to show on the device behind a channel."""

    message: Annotated[Text, Field(description="One line")]
    content_type: (
        Annotated[
            Short,
            match_pattern(_MEDIA_TYPE, "Use a media type such as text/plain"),
            Field(description="Its media type, where the PBX knows the header"),
        ]
        | None
    ) = None


class ChannelControlService(PbxService):
    """Acts on single channels, by ``calls.control``."""

    def send_digits(self, actor: Actor, asked: DtmfBody) -> DigitsSent:
        """Send tones to a channel, one after the other, or pretend that they came from it.

        A tone that is sent holds up the PBX's whole AMI session for as long as it lasts ("Asterisk
        main/channel.c", ast_senddigit): keep them short. Where the PBX refuses one, the error tells how many
        were sent before.
        """
        pbx, found = self._find_channel(actor, asked)
        reply: Reply | None = None
        for sent, digit in enumerate(asked.digits.upper()):
            action = make_action(
                "PlayDTMF",
                channel=found.channel,
                digit=digit,
                duration=asked.duration,
                received=asked.receive or None,
            )
            try:
                reply = self._control(actor, pbx, found, action)
            except AmictlError as error:
                error.detail = f"{error.detail} {sent} of {len(asked.digits)} digits were sent before."
                raise
        if reply is None:
            raise ValueError("there are no digits")
        return DigitsSent(*done_to(pbx, found, reply), len(asked.digits), asked.receive)

    def mute(self, actor: Actor, asked: MuteBody) -> Muted:
        """Silence a channel, or end the silence."""
        pbx, found = self._find_channel(actor, asked)
        action = make_action(
            "MuteAudio", channel=found.channel, muted=asked.state == "on", direction=asked.direction
        )
        reply = self._control(actor, pbx, found, action)
        return Muted(*done_to(pbx, found, reply), asked.direction, asked.state)

    def limit_time(self, actor: Actor, asked: TimeoutBody) -> TimeLimited:
        """Hang a channel up after some time from now, or take that limit away."""
        pbx, found = self._find_channel(actor, asked)
        if asked.timeout:
            action = make_action("AbsoluteTimeout", channel=found.channel, timeout=asked.timeout)
        else:  # AbsoluteTimeout refuses 0: "No timeout specified" (22.10, 16.28)
            action = make_action("Setvar", variable=_TIME_LIMIT, value="0", channel=found.channel)
        return TimeLimited(*done_to(pbx, found, self._control(actor, pbx, found, action)), asked.timeout)

    def send_text(self, actor: Actor, asked: TextBody) -> ChannelDone:
        """Show a text on the device behind a channel; not every kind of channel takes texts."""
        pbx, found = self._find_channel(actor, asked)
        action = make_action(
            "SendText", channel=found.channel, message=asked.message, content_type=asked.content_type
        )
        return ChannelDone(*done_to(pbx, found, self._control(actor, pbx, found, action)))
