"""Routes that record channels."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.recordings import RecordingPlan, RecordingService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body
from amictl.web.schemas.recordings import (
    RecordingMuteBody,
    RecordingMuted,
    RecordingStartBody,
    RecordingStarted,
    RecordingStopBody,
    RecordingStopped,
)
from amictl.web.visitors import current_actor

_START = (
    "A file of that name is written over, unless append says otherwise. Monitor writes what is said and what"
    " is heard into two files; a PBX that does not have it answers 501."
)


def make_recordings_blueprint(recordings: RecordingService) -> Blueprint:
    """Return the routes ``monitor/…/``."""
    blueprint = Blueprint("recordings", __name__, url_prefix="/api/ami/monitor")

    @blueprint.post("/start/")
    @describe(
        "Start to record a channel",
        permission=Permission.CALLS_RECORD,
        details=_START,
        body=RecordingStartBody,
        data=RecordingStarted,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "file": "calls/4711", "format": "wav"},
    )
    def start_recording() -> Response:
        body = read_body(RecordingStartBody)
        plan = RecordingPlan(**body.model_dump(exclude={"pbx"}))
        return answer_success(recordings.start(current_actor(), plan, body.pbx))

    @blueprint.post("/stop/")
    @describe(
        "End the recordings of a channel, or one of them",
        permission=Permission.CALLS_RECORD,
        details="Asterisk says that it succeeded also where nothing was recorded.",
        body=RecordingStopBody,
        data=RecordingStopped,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
    )
    def stop_recording() -> Response:
        body = read_body(RecordingStopBody)
        answer = recordings.stop(
            current_actor(),
            body.channel,
            mixmonitor_id=body.mixmonitor_id,
            method=body.method,
            pbx_name=body.pbx,
        )
        return answer_success(answer)

    @blueprint.post("/mute/")
    @describe(
        "Record silence instead of what is said, or the sound again",
        permission=Permission.CALLS_RECORD,
        details="All recordings of the channel fall silent. Monitor is interrupted instead.",
        body=RecordingMuteBody,
        data=RecordingMuted,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "muted": True, "direction": "both"},
    )
    def mute_recording() -> Response:
        body = read_body(RecordingMuteBody)
        answer = recordings.mute(
            current_actor(),
            body.channel,
            muted=body.muted,
            direction=body.direction,
            method=body.method,
            pbx_name=body.pbx,
        )
        return answer_success(answer)

    return blueprint
