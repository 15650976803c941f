"""Routes of conferences."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.conferences import ConferenceService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.common import ReadQuery
from amictl.web.schemas.conferences import (
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
from amictl.web.visitors import current_actor

_PATH = {"conference": "The conference's name"}
_TAG = "conferences"
_RECORD = (
    "The PBX adds the time to the file's name. Without a file a conference that was recorded before goes on"
    " in the same one. 409 where it is recorded already."
)


def make_conferences_blueprint(conferences: ConferenceService) -> Blueprint:
    """Return the routes that read conferences, and that act on one as a whole."""
    blueprint = Blueprint("conferences", __name__, url_prefix="/api/ami/conferences")

    @blueprint.get("/")
    @describe(
        "The conferences that have participants",
        permission=Permission.LIVE_READ,
        tag=_TAG,
        query=ReadQuery,
        data=Conferences,
    )
    def list_conferences() -> Response:
        query = read_query(ReadQuery)
        return answer_success(
            conferences.list_conferences(current_actor(), raw=query.raw, pbx_name=query.pbx)
        )

    @blueprint.get("/<conference>/")
    @describe(
        "One conference with its participants",
        permission=Permission.LIVE_READ,
        tag=_TAG,
        query=ReadQuery,
        data=OneConference,
        path=_PATH,
    )
    def show_conference(conference: str) -> Response:
        query = read_query(ReadQuery)
        return answer_success(
            conferences.show(current_actor(), conference, raw=query.raw, pbx_name=query.pbx)
        )

    @blueprint.post("/<conference>/lock/")
    @describe(
        "Let nobody but admins enter",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=ConferenceBody,
        data=ConferenceLocked,
        write=True,
        example={"pbx": "main"},
        path=_PATH,
    )
    def lock_conference(conference: str) -> Response:
        body = read_body(ConferenceBody)
        return answer_success(conferences.lock(current_actor(), conference, locked=True, pbx_name=body.pbx))

    @blueprint.post("/<conference>/unlock/")
    @describe(
        "Let everybody enter again",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=ConferenceBody,
        data=ConferenceLocked,
        write=True,
        example={"pbx": "main"},
        path=_PATH,
    )
    def unlock_conference(conference: str) -> Response:
        body = read_body(ConferenceBody)
        return answer_success(conferences.lock(current_actor(), conference, locked=False, pbx_name=body.pbx))

    @blueprint.post("/<conference>/record/start/")
    @describe(
        "Record a conference",
        permission=Permission.CALLS_RECORD,
        details=_RECORD,
        tag=_TAG,
        body=ConferenceRecordBody,
        data=ConferenceRecorded,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"file": "calls/board.wav"},
        path=_PATH,
    )
    def start_recording(conference: str) -> Response:
        body = read_body(ConferenceRecordBody)
        return answer_success(conferences.start_recording(current_actor(), conference, body.file, body.pbx))

    @blueprint.post("/<conference>/record/stop/")
    @describe(
        "End the recording of a conference",
        permission=Permission.CALLS_RECORD,
        details="409 where the conference is not recorded.",
        tag=_TAG,
        body=ConferenceBody,
        data=ConferenceDone,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"pbx": "main"},
        path=_PATH,
    )
    def stop_recording(conference: str) -> Response:
        body = read_body(ConferenceBody)
        return answer_success(conferences.stop_recording(current_actor(), conference, body.pbx))

    return blueprint


def make_participants_blueprint(conferences: ConferenceService) -> Blueprint:
    """Return the routes that act on those who take part in a conference."""
    blueprint = Blueprint("participants", __name__, url_prefix="/api/ami/conferences")

    @blueprint.post("/<conference>/kick/")
    @describe(
        "Put a participant out",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=ParticipantBody,
        data=ParticipantDone,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
        path=_PATH,
    )
    def kick_participant(conference: str) -> Response:
        body = read_body(ParticipantBody)
        return answer_success(conferences.kick(current_actor(), conference, body.channel, body.pbx))

    @blueprint.post("/<conference>/mute/")
    @describe(
        "Silence a participant",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=ParticipantBody,
        data=ParticipantDone,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
        path=_PATH,
    )
    def mute_participant(conference: str) -> Response:
        body = read_body(ParticipantBody)
        return answer_success(conferences.mute(current_actor(), conference, body.channel, body.pbx))

    @blueprint.post("/<conference>/unmute/")
    @describe(
        "Let a participant be heard again",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=ParticipantBody,
        data=ParticipantDone,
        write=True,
        example={"channel": "PJSIP/100-0000001a"},
        path=_PATH,
    )
    def unmute_participant(conference: str) -> Response:
        body = read_body(ParticipantBody)
        return answer_success(conferences.unmute(current_actor(), conference, body.channel, body.pbx))

    return blueprint
