"""Routes that act on one live channel: tones, silence, time limits, texts."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.calls.control_schemas import (
    ChannelDone,
    DigitsSent,
    DtmfBody,
    MuteBody,
    Muted,
    TextBody,
    TimeLimited,
    TimeoutBody,
)
from amictl.web.contract import Data, Routes

routes = Routes("channel_control", tag="calls")


@routes.post(
    "/dtmf/",
    Permission.CALLS_CONTROL,
    data=DigitsSent,
    example={"channel": "PJSIP/100-0000001a", "digits": "12#", "duration": 100},
)
def send_digits(services: UseCases, actor: Actor, body: DtmfBody) -> Data:
    """Send tones to a channel.

    The digits are in no answer and no log line.
    """
    return services.channel_control.send_digits(
        actor, body.channel, body.digits, duration=body.duration, receive=body.receive, pbx_name=body.pbx
    )


@routes.post(
    "/mute/",
    Permission.CALLS_CONTROL,
    data=Muted,
    example={"channel": "PJSIP/100-0000001a", "direction": "in", "state": "on"},
)
def mute_channel(services: UseCases, actor: Actor, body: MuteBody) -> Data:
    """Silence a channel, or end the silence."""
    return services.channel_control.mute(
        actor, body.channel, muted=body.state == "on", direction=body.direction, pbx_name=body.pbx
    )


@routes.post(
    "/timeout/",
    Permission.CALLS_CONTROL,
    data=TimeLimited,
    example={"channel": "PJSIP/100-0000001a", "timeout": 3600},
)
def limit_time(services: UseCases, actor: Actor, body: TimeoutBody) -> Data:
    """Limit the time of a channel."""
    return services.channel_control.limit_time(actor, body.channel, body.timeout, body.pbx)


@routes.post(
    "/text/",
    Permission.CALLS_CONTROL,
    data=ChannelDone,
    example={"channel": "PJSIP/100-0000001a", "message": "Your next caller waits"},
)
def send_text(services: UseCases, actor: Actor, body: TextBody) -> Data:
    """Show a text on a device."""
    return services.channel_control.send_text(actor, body.channel, body.message, body.content_type, body.pbx)
