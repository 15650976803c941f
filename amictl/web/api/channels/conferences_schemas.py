"""What the routes of conferences take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amictl.pbx.topics.conferences.value import ConferenceParty
from amictl.services.requests import Fields, PbxName, Text
from amictl.services.schemas import AsAnswer, Item, PbxAnswer, Performed
from amictl.web.api.channels.recordings_schemas import RecordingFile


class ConferenceBody(Fields):
    """A write about a conference as a whole."""

    pbx: PbxName | None = None


class ParticipantBody(ConferenceBody):
    """A write about who takes part in a conference."""

    channel: Annotated[
        Text,
        Field(description="A participant's name or unique ID; all; or participants, which leaves the admins"),
    ]


class ConferenceRecordBody(ConferenceBody):
    """A recording of a conference to start."""

    file: Annotated[
        RecordingFile | None,
        Field(description="With its ending, such as calls/board.wav; the PBX chooses when left out"),
    ] = None


class Conference(Item):
    """A conference that has participants."""

    conference: str
    party_count: int | None
    marked_count: int | None
    locked: bool | None
    muted: Annotated[bool | None, Field(description="Whether an admin silenced all but the admins")]
    recording: Annotated[bool | None, Field(description="Null where the PBX does not tell")]


class ListedParty(Item):
    """What only the PBX's list tells of who takes part in a conference."""

    wait_marked: bool | None
    end_marked: bool | None
    duration: Annotated[int | None, Field(description="Seconds since the channel was answered")]


class Conferences(PbxAnswer):
    """The conferences of a PBX."""

    conferences: list[Conference]


class OneConference(PbxAnswer, Conference):
    """One conference."""

    parties: list[Annotated[ConferenceParty, AsAnswer(ListedParty)]]


class ConferenceDone(Performed):
    """What was done to a conference."""

    conference: str


class ParticipantDone(ConferenceDone):
    """What was done to somebody who takes part in a conference."""

    channel: str
    unique_id: Annotated[str | None, Field(description="Null for all and participants")]


class ConferenceLocked(ConferenceDone):
    """A conference that was locked or unlocked."""

    locked: bool


class ConferenceRecorded(ConferenceDone):
    """A conference that is being recorded."""

    path: Annotated[str | None, Field(description="The file on the PBX, where it tells in time")]
