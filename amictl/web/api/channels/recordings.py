"""Routes that record channels."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.channels.recordings import RecordingPlan
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.channels.recordings_schemas import (
    RecordingMuteBody,
    RecordingMuted,
    RecordingStartBody,
    RecordingStarted,
    RecordingStopBody,
    RecordingStopped,
)
from amictl.web.contract import Data, Routes

routes = Routes("recordings", "/api/ami/monitor")


@routes.post(
    "/start/",
    Permission.CALLS_RECORD,
    data=RecordingStarted,
    example={"channel": "PJSIP/100-0000001a", "file": "calls/4711", "format": "wav"},
)
def start_recording(services: UseCases, actor: Actor, body: RecordingStartBody) -> Data:
    """Start to record a channel.

    A file of that name is written over, unless append says otherwise. Monitor writes what is said and what is
    heard into two files; a PBX that does not have it answers 501.
    """
    plan = RecordingPlan(**body.model_dump(exclude={"pbx"}))
    return services.recordings.start(actor, plan, body.pbx)


@routes.post(
    "/stop/", Permission.CALLS_RECORD, data=RecordingStopped, example={"channel": "PJSIP/100-0000001a"}
)
def stop_recording(services: UseCases, actor: Actor, body: RecordingStopBody) -> Data:
    """End the recordings of a channel, or one of them.

    Asterisk says that it succeeded also where nothing was recorded.
    """
    return services.recordings.stop(
        actor, body.channel, mixmonitor_id=body.mixmonitor_id, method=body.method, pbx_name=body.pbx
    )


@routes.post(
    "/mute/",
    Permission.CALLS_RECORD,
    data=RecordingMuted,
    example={"channel": "PJSIP/100-0000001a", "muted": True, "direction": "both"},
)
def mute_recording(services: UseCases, actor: Actor, body: RecordingMuteBody) -> Data:
    """Record silence instead of what is said, or the sound again.

    All recordings of the channel fall silent. Monitor is interrupted instead.
    """
    return services.recordings.mute(
        actor, body.channel, muted=body.muted, direction=body.direction, method=body.method, pbx_name=body.pbx
    )
