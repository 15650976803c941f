"""Routes that record channels."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.channels.recordings import (
    RecordingMuteBody,
    RecordingMuted,
    RecordingStartBody,
    RecordingStarted,
    RecordingStopBody,
    RecordingStopped,
)
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("recordings", "/api/ami/monitor")


@routes.post(
    "/start/",
    Permission.CALLS_RECORD,
    example={"channel": "PJSIP/100-0000001a", "file": "calls/4711", "format": "wav"},
)
def start_recording(services: UseCases, actor: Actor, body: RecordingStartBody) -> RecordingStarted:
    """Start to record a channel.

    A file of that name is written over, unless append says otherwise. Monitor writes what is said and what is
    heard into two files; a PBX that does not have it answers 501.
    """
    return services.recordings.start(actor, body)


@routes.post("/stop/", Permission.CALLS_RECORD, example={"channel": "PJSIP/100-0000001a"})
def stop_recording(services: UseCases, actor: Actor, body: RecordingStopBody) -> RecordingStopped:
    """End the recordings of a channel, or one of them.

    Asterisk says that it succeeded also where nothing was recorded.
    """
    return services.recordings.stop(actor, body)


@routes.post(
    "/mute/",
    Permission.CALLS_RECORD,
    example={"channel": "PJSIP/100-0000001a", "muted": True, "direction": "both"},
)
def mute_recording(services: UseCases, actor: Actor, body: RecordingMuteBody) -> RecordingMuted:
    """Record silence instead of what is said, or the sound again.

    All recordings of the channel fall silent. Monitor is interrupted instead.
    """
    return services.recordings.mute(actor, body)
