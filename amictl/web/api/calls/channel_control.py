"""Routes that act on one live channel: tones, silence, time limits, texts."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.channel_control import (
    DigitsSent,
    DtmfBody,
    MuteBody,
    Muted,
    TextBody,
    TimeLimited,
    TimeoutBody,
)
from amictl.services.results import ChannelDone
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("channel_control", tag="calls")


@routes.post(
    "/dtmf/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "digits": "12#", "duration": 100},
)
def send_digits(services: UseCases, actor: Actor, body: DtmfBody) -> DigitsSent:
    """Send tones to a channel.

    The digits are in no answer and no log line.
    """
    return services.channel_control.send_digits(actor, body)


@routes.post(
    "/mute/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "direction": "in", "state": "on"},
)
def mute_channel(services: UseCases, actor: Actor, body: MuteBody) -> Muted:
    """Silence a channel, or end the silence."""
    return services.channel_control.mute(actor, body)


@routes.post(
    "/timeout/", Permission.CALLS_CONTROL, example={"channel": "PJSIP/100-0000001a", "timeout": 3600}
)
def limit_time(services: UseCases, actor: Actor, body: TimeoutBody) -> TimeLimited:
    """Limit the time of a channel."""
    return services.channel_control.limit_time(actor, body)


@routes.post(
    "/text/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "message": "Your next caller waits"},
)
def send_text(services: UseCases, actor: Actor, body: TextBody) -> ChannelDone:
    """Show a text on a device."""
    return services.channel_control.send_text(actor, body)
