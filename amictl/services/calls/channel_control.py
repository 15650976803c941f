"""What can be done to one live channel without moving it: tones, silence, time limits, texts."""

from __future__ import annotations

from typing import Any, Literal

from amictl.errors import AmictlError
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Action, Reply
from amictl.services.access import Actor
from amictl.services.access.live_channels import describe_done, find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission

Direction = Literal["in", "out", "all"]
_TIME_LIMIT = "TIMEOUT(absolute)"


class ChannelControlService:
    """Acts on single channels.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def send_digits(
        self,
        actor: Actor,
        channel: str,
        digits: str,
        *,
        duration: int | None = None,
        receive: bool = False,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Send tones to a channel, one after the other, or pretend that they came from it.

        A tone that is sent holds up the PBX's whole AMI session for as long as it lasts ("Asterisk
        main/channel.c", ast_senddigit): keep them short.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            digits: ``0-9 A-D a-d * #``.
            duration: Milliseconds of each; the PBX's own when left out.
            receive: Whether to pretend that the channel sent them.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused; the error tells how many were sent before.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        reply: Reply | None = None
        for sent, digit in enumerate(digits.upper()):
            action = make_action(
                "PlayDTMF", channel=found.channel, digit=digit, duration=duration, received=receive or None
            )
            try:
                reply = self._write(actor, pbx, action, found)
            except AmictlError as error:
                error.detail = f"{error.detail} {sent} of {len(digits)} digits were sent before."
                raise
        if reply is None:
            raise ValueError("there are no digits")
        return describe_done(pbx, found, reply, digits_sent=len(digits), receive=receive)

    def mute(
        self,
        actor: Actor,
        channel: str,
        *,
        muted: bool,
        direction: Direction = "all",
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Silence a channel, or end the silence.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            muted: Whether it shall be silent.
            direction: ``in`` is what the channel says, ``out`` what it hears.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        action = make_action("MuteAudio", channel=found.channel, muted=muted, direction=direction)
        reply = self._write(actor, pbx, action, found)
        return describe_done(pbx, found, reply, direction=direction, state="on" if muted else "off")

    def limit_time(
        self, actor: Actor, channel: str, seconds: int, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Hang a channel up after some time from now, or take that limit away.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            seconds: Seconds from now; 0 takes the limit away.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        if seconds:
            action = make_action("AbsoluteTimeout", channel=found.channel, timeout=seconds)
        else:  # AbsoluteTimeout refuses 0: "No timeout specified" (22.10, 16.28)
            action = make_action("Setvar", variable=_TIME_LIMIT, value="0", channel=found.channel)
        return describe_done(pbx, found, self._write(actor, pbx, action, found), timeout=seconds)

    def send_text(
        self,
        actor: Actor,
        channel: str,
        message: str,
        content_type: str | None = None,
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Show a text on the device behind a channel.

        Args:
            actor: Needs ``calls.control``.
            channel: The channel's name or unique ID.
            message: One line.
            content_type: Its media type; an Asterisk that does not know the header sends ``text/plain``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX or channel.
            PbxError: The PBX could not be asked, or refused: not every kind of channel takes texts.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        action = make_action("SendText", channel=found.channel, message=message, content_type=content_type)
        return describe_done(pbx, found, self._write(actor, pbx, action, found))

    def _find(self, actor: Actor, channel: str, pbx_name: str | None) -> tuple[Pbx, Channel]:
        """Return the PBX and the channel that a request is about."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        return pbx, find_channel(pbx, actor, "channel", channel)

    def _write(self, actor: Actor, pbx: Pbx, action: Action, channel: Channel) -> Reply:
        """Carry out an action on a channel."""
        return self._execution.write(
            actor, pbx, action, permission=Permission.CALLS_CONTROL, channel=channel.channel
        )
