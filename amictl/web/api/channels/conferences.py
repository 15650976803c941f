"""Routes of conferences."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.channels.conferences_schemas import (
    ConferenceBody,
    ConferenceDone,
    ConferenceLocked,
    ConferenceRecordBody,
    ConferenceRecorded,
    Conferences,
    OneConference,
    ParticipantBody,
    ParticipantDone,
)
from amictl.web.contract import Data, Routes

_PATH = {"conference": "The conference's name"}

routes = Routes("conferences", "/api/ami/conferences")


@routes.get("/", Permission.LIVE_READ, data=Conferences)
def list_conferences(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """The conferences that have participants."""
    return services.conferences.list_conferences(actor, raw=query.raw, pbx_name=query.pbx)


@routes.get("/<conference>/", Permission.LIVE_READ, data=OneConference, path=_PATH)
def show_conference(services: UseCases, actor: Actor, query: ReadQuery, conference: str) -> Data:
    """One conference with its participants."""
    return services.conferences.show(actor, conference, raw=query.raw, pbx_name=query.pbx)


@routes.post(
    "/<conference>/lock/",
    Permission.CALLS_CONTROL,
    data=ConferenceLocked,
    example={"pbx": "main"},
    path=_PATH,
)
def lock_conference(services: UseCases, actor: Actor, body: ConferenceBody, conference: str) -> Data:
    """Let nobody but admins enter."""
    return services.conferences.lock(actor, conference, locked=True, pbx_name=body.pbx)


@routes.post(
    "/<conference>/unlock/",
    Permission.CALLS_CONTROL,
    data=ConferenceLocked,
    example={"pbx": "main"},
    path=_PATH,
)
def unlock_conference(services: UseCases, actor: Actor, body: ConferenceBody, conference: str) -> Data:
    """Let everybody enter again."""
    return services.conferences.lock(actor, conference, locked=False, pbx_name=body.pbx)


@routes.post(
    "/<conference>/record/start/",
    Permission.CALLS_RECORD,
    data=ConferenceRecorded,
    example={"file": "calls/board.wav"},
    path=_PATH,
)
def start_recording(services: UseCases, actor: Actor, body: ConferenceRecordBody, conference: str) -> Data:
    """Record a conference.

    The PBX adds the time to the file's name. Without a file a conference that was recorded before goes on in
    the same one. 409 where it is recorded already.
    """
    return services.conferences.start_recording(actor, conference, body.file, body.pbx)


@routes.post(
    "/<conference>/record/stop/",
    Permission.CALLS_RECORD,
    data=ConferenceDone,
    example={"pbx": "main"},
    path=_PATH,
)
def stop_recording(services: UseCases, actor: Actor, body: ConferenceBody, conference: str) -> Data:
    """End the recording of a conference.

    409 where the conference is not recorded.
    """
    return services.conferences.stop_recording(actor, conference, body.pbx)


participants = Routes("participants", "/api/ami/conferences", tag="conferences")


@participants.post(
    "/<conference>/kick/",
    Permission.CALLS_CONTROL,
    data=ParticipantDone,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def kick_participant(services: UseCases, actor: Actor, body: ParticipantBody, conference: str) -> Data:
    """Put a participant out."""
    return services.conferences.kick(actor, conference, body.channel, body.pbx)


@participants.post(
    "/<conference>/mute/",
    Permission.CALLS_CONTROL,
    data=ParticipantDone,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def mute_participant(services: UseCases, actor: Actor, body: ParticipantBody, conference: str) -> Data:
    """Silence a participant."""
    return services.conferences.mute(actor, conference, body.channel, body.pbx)


@participants.post(
    "/<conference>/unmute/",
    Permission.CALLS_CONTROL,
    data=ParticipantDone,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def unmute_participant(services: UseCases, actor: Actor, body: ParticipantBody, conference: str) -> Data:
    """Let a participant be heard again."""
    return services.conferences.unmute(actor, conference, body.channel, body.pbx)
