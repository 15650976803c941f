"""Routes of conferences."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.channels.conferences import (
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
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

_PATH = {"conference": "The conference's name"}

routes = Routes("conferences", "/api/ami/conferences")


@routes.get("/", Permission.LIVE_READ)
def list_conferences(services: UseCases, actor: Actor, query: ReadQuery) -> Conferences:
    """The conferences that have participants."""
    return services.conferences.list_conferences(actor, query)


@routes.get("/<conference>/", Permission.LIVE_READ, path=_PATH)
def show_conference(services: UseCases, actor: Actor, query: ReadQuery, conference: str) -> OneConference:
    """One conference with its participants."""
    return services.conferences.show(actor, conference, query)


@routes.post(
    "/<conference>/lock/",
    Permission.CALLS_CONTROL,
    example={"pbx": "main"},
    path=_PATH,
)
def lock_conference(
    services: UseCases, actor: Actor, body: ConferenceBody, conference: str
) -> ConferenceLocked:
    """Let nobody but admins enter."""
    return services.conferences.lock(actor, conference, body, locked=True)


@routes.post(
    "/<conference>/unlock/",
    Permission.CALLS_CONTROL,
    example={"pbx": "main"},
    path=_PATH,
)
def unlock_conference(
    services: UseCases, actor: Actor, body: ConferenceBody, conference: str
) -> ConferenceLocked:
    """Let everybody enter again."""
    return services.conferences.lock(actor, conference, body, locked=False)


@routes.post(
    "/<conference>/record/start/",
    Permission.CALLS_RECORD,
    example={"file": "calls/board.wav"},
    path=_PATH,
)
def start_recording(
    services: UseCases, actor: Actor, body: ConferenceRecordBody, conference: str
) -> ConferenceRecorded:
    """Record a conference.

    The PBX adds the time to the file's name. Without a file a conference that was recorded before goes on in
    the same one. 409 where it is recorded already.
    """
    return services.conferences.start_recording(actor, conference, body)


@routes.post(
    "/<conference>/record/stop/",
    Permission.CALLS_RECORD,
    example={"pbx": "main"},
    path=_PATH,
)
def stop_recording(services: UseCases, actor: Actor, body: ConferenceBody, conference: str) -> ConferenceDone:
    """End the recording of a conference.

    409 where the conference is not recorded.
    """
    return services.conferences.stop_recording(actor, conference, body)


participants = Routes("participants", "/api/ami/conferences", tag="conferences")


@participants.post(
    "/<conference>/kick/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def kick_participant(
    services: UseCases, actor: Actor, body: ParticipantBody, conference: str
) -> ParticipantDone:
    """Put a participant out."""
    return services.conferences.kick(actor, conference, body)


@participants.post(
    "/<conference>/mute/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def mute_participant(
    services: UseCases, actor: Actor, body: ParticipantBody, conference: str
) -> ParticipantDone:
    """Silence a participant."""
    return services.conferences.mute(actor, conference, body)


@participants.post(
    "/<conference>/unmute/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a"},
    path=_PATH,
)
def unmute_participant(
    services: UseCases, actor: Actor, body: ParticipantBody, conference: str
) -> ParticipantDone:
    """Let a participant be heard again."""
    return services.conferences.unmute(actor, conference, body)
