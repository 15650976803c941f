"""Routes that act on one live channel: tones, silence, time limits, texts."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.channel_control import ChannelControlService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body
from amictl.web.schemas.call_control import (
    ChannelDone,
    DigitsSent,
    DtmfBody,
    MuteBody,
    Muted,
    TextBody,
    TimeLimited,
    TimeoutBody,
)
from amictl.web.visitors import current_actor

_TAG = "calls"


def make_channel_control_blueprint(control: ChannelControlService) -> Blueprint:
    """Return the routes ``dtmf/``, ``mute/``, ``timeout/`` and ``text/``."""
    blueprint = Blueprint("channel_control", __name__, url_prefix="/api/ami")

    @blueprint.post("/dtmf/")
    @describe(
        "Send tones to a channel",
        permission=Permission.CALLS_CONTROL,
        details="The digits are in no answer and no log line.",
        tag=_TAG,
        body=DtmfBody,
        data=DigitsSent,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "digits": "12#", "duration": 100},
    )
    def send_digits() -> Response:
        body = read_body(DtmfBody)
        answer = control.send_digits(
            current_actor(),
            body.channel,
            body.digits,
            duration=body.duration,
            receive=body.receive,
            pbx_name=body.pbx,
        )
        return answer_success(answer)

    @blueprint.post("/mute/")
    @describe(
        "Silence a channel, or end the silence",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=MuteBody,
        data=Muted,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "direction": "in", "state": "on"},
    )
    def mute_channel() -> Response:
        body = read_body(MuteBody)
        answer = control.mute(
            current_actor(),
            body.channel,
            muted=body.state == "on",
            direction=body.direction,
            pbx_name=body.pbx,
        )
        return answer_success(answer)

    @blueprint.post("/timeout/")
    @describe(
        "Limit the time of a channel",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=TimeoutBody,
        data=TimeLimited,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "timeout": 3600},
    )
    def limit_time() -> Response:
        body = read_body(TimeoutBody)
        return answer_success(control.limit_time(current_actor(), body.channel, body.timeout, body.pbx))

    @blueprint.post("/text/")
    @describe(
        "Show a text on a device",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=TextBody,
        data=ChannelDone,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "message": "Your next caller waits"},
    )
    def send_text() -> Response:
        body = read_body(TextBody)
        answer = control.send_text(current_actor(), body.channel, body.message, body.content_type, body.pbx)
        return answer_success(answer)

    return blueprint
