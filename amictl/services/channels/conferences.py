"""Conferences: who takes part, and putting people out, silencing, locking and recording.

The reads here ask the PBX, unlike the topic ``conferences``: no event tells that a conference was locked, or
that an admin silenced all, so that the live picture learns it seconds later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Final, Literal

from msgspec import UNSET
from pydantic import Field

from amictl.errors import AmictlError, Conflict, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_int, read_truth
from amictl.pbx.readings.raw import Raw, show_raw
from amictl.pbx.topics.conferences import value as conferences
from amictl.pbx.topics.conferences.lists import read_party
from amictl.pbx.value import About, Inlined, Written
from amictl.protocol import Action, Message, Reply
from amictl.services.access import Actor, Gate, open_gate, require_whole_pbx
from amictl.services.access.live_channels import find_channel
from amictl.services.channels.recordings import RecordingFile, read_recording_path
from amictl.services.execution.execution import translate_refusal
from amictl.services.execution.refreshing import refresh_conferences
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, PbxName, ReadQuery, Text
from amictl.services.results import PbxResult, Performed, Result
from amictl.store.permissions import Permission

_EVERYBODY: Final = frozenset({"all", "participants"})
_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1
_LONGEST_VALUE: Final = 1000  # main/manager.c, action_getvar, cuts values at 1023 bytes

Order = Literal["ConfbridgeKick", "ConfbridgeMute", "ConfbridgeUnmute"]


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


class ListedConference(Result, frozen=True):
    """A conference that has participants."""

    schema_name: ClassVar[str] = "Conference"

    conference: str
    party_count: int | None
    marked_count: int | None
    locked: bool | None
    muted: Annotated[bool | None, About("Whether an admin silenced all but the admins")]
    recording: Annotated[bool | None, About("Null where the PBX does not tell")]
    raw: Raw = UNSET


class Conferences(PbxResult, frozen=True):
    """The conferences of a PBX."""

    conferences: tuple[ListedConference, ...]


class ListedParty(Result, frozen=True):
    """A channel that takes part in a conference."""

    schema_name: ClassVar[str] = "ConferenceParty"

    party: Annotated[Written[conferences.ConferenceParty], Inlined()]
    wait_marked: bool | None
    end_marked: bool | None
    duration: Annotated[int | None, About("Seconds since the channel was answered")]
    raw: Raw = UNSET


class OneConference(PbxResult, frozen=True):
    """One conference."""

    room: Annotated[ListedConference, Inlined()]
    parties: tuple[ListedParty, ...]


class ConferenceDone(Performed, frozen=True):
    """What was done to a conference."""

    conference: str


class ParticipantDone(ConferenceDone, frozen=True):
    """What was done to somebody who takes part in a conference."""

    channel: str
    unique_id: Annotated[str | None, About("Null for all and participants")]


class ConferenceLocked(ConferenceDone, frozen=True):
    """A conference that was locked or unlocked."""

    locked: bool


class ConferenceRecorded(ConferenceDone, frozen=True):
    """A conference that is being recorded."""

    path: Annotated[str | None, About("The file on the PBX, where it tells in time")]


class ConferenceService(PbxService):
    """What can be done with the conferences of ConfBridge.

    Writes about a conference as a whole need a role without limits to queues; who is limited to queues sees
    the participants of their calls, and no other conferences. No such conference, or nobody of it to be
    seen, is `NotFound`.
    """

    def list_conferences(self, actor: Actor, asked: ReadQuery) -> Conferences:
        """Return the conferences that have participants."""
        pbx = self._find_pbx(actor, asked.pbx)
        items = self._execution.read(pbx, make_action("ConfbridgeListRooms")).items
        gate = open_gate(pbx, actor)
        rooms = [(item, seen) for item in items if (seen := self._see_room(pbx, gate, item)) is not None]
        recorders = self._list_recorders(pbx) if rooms else None
        return Conferences(
            pbx.name,
            tuple(_describe_room(gate, item, seen, recorders, raw=asked.raw) for item, seen in rooms),
        )

    def show(self, actor: Actor, conference: str, asked: ReadQuery) -> OneConference:
        """Return one conference with its participants."""
        pbx = self._find_pbx(actor, asked.pbx)
        room, gate = self._find_room(pbx, conference), open_gate(pbx, actor)
        items = self._list_participants(pbx, conference)
        seen = [item for item in items if _sees_participant(gate, item)]
        if not (seen or gate.is_open):
            raise _no_such_conference(pbx)
        recorders, known = self._list_recorders(pbx, conference), _list_known(pbx)
        return OneConference(
            pbx.name,
            _describe_room(gate, room, seen, recorders, raw=asked.raw),
            tuple(_describe_party(gate, item, known, raw=asked.raw) for item in seen),
        )

    def kick(self, actor: Actor, conference: str, asked: ParticipantBody) -> ParticipantDone:
        """Put a participant out of a conference; more than one by a role without limits to queues."""
        return self._order(actor, conference, asked, "ConfbridgeKick")

    def mute(self, actor: Actor, conference: str, asked: ParticipantBody) -> ParticipantDone:
        """Silence a participant."""
        return self._order(actor, conference, asked, "ConfbridgeMute")

    def unmute(self, actor: Actor, conference: str, asked: ParticipantBody) -> ParticipantDone:
        """Let a participant be heard again."""
        return self._order(actor, conference, asked, "ConfbridgeUnmute")

    def lock(self, actor: Actor, conference: str, asked: ConferenceBody, *, locked: bool) -> ConferenceLocked:
        """Let nobody but admins enter a conference, or everybody again."""
        pbx = self._begin(actor, conference, asked)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeLock" if locked else "ConfbridgeUnlock", conference=conference)
        reply = self._write(actor, pbx, conference, action, Permission.CALLS_CONTROL)
        refresh_conferences(pbx)
        return ConferenceLocked(pbx.name, reply.message, conference, locked)

    def start_recording(
        self, actor: Actor, conference: str, asked: ConferenceRecordBody
    ) -> ConferenceRecorded:
        """Record a conference, and tell where to as soon as the PBX knows; it adds the time to the name.

        Raises:
            InvalidInput: The file's name could do more than name a file.
            Conflict: It is being recorded.
        """
        pbx = self._begin(actor, conference, asked)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeStartRecord", conference=conference, file=asked.file)
        with translate_refusal(
            "already being recorded", Conflict("The conference is being recorded already.")
        ):
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_RECORD)
        return ConferenceRecorded(pbx.name, reply.message, conference, self._await_path(pbx, conference))

    def stop_recording(self, actor: Actor, conference: str, asked: ConferenceBody) -> ConferenceDone:
        """End the recording of a conference.

        Raises:
            Conflict: It is not being recorded.
        """
        pbx = self._begin(actor, conference, asked)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeStopRecord", conference=conference)
        # All that Asterisk says where nothing is recorded (apps/app_confbridge.c).
        with translate_refusal("while stopping", Conflict("The conference is not being recorded.")):
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_RECORD)
        return ConferenceDone(pbx.name, reply.message, conference)

    def _order(self, actor: Actor, conference: str, asked: ParticipantBody, order: Order) -> ParticipantDone:
        """Do something to one participant, or to all."""
        pbx = self._begin(actor, conference, asked)
        name, unique_id = asked.channel, None
        if name in _EVERYBODY:
            require_whole_pbx(actor)
        else:
            found = find_channel(pbx, actor, "channel", name)
            name, unique_id = found.channel, found.unique_id
            self._require_participant(pbx, conference, unique_id)
        missing = NotFound(f"channel: the participant has left the conference on {pbx.name}.")
        with translate_refusal("no channel by that name", missing):
            action = make_action(order, conference=conference, channel=name)
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_CONTROL)
        return ParticipantDone(pbx.name, reply.message, conference, name, unique_id)

    def _begin(self, actor: Actor, conference: str, asked: ConferenceBody) -> Pbx:
        """Return the PBX that has the conference."""
        pbx = self._find_live_pbx(actor, asked.pbx)
        self._find_room(pbx, conference)
        return pbx

    def _find_room(self, pbx: Pbx, conference: str) -> Message:
        """Return what the PBX tells of a conference."""
        for item in self._execution.read(pbx, make_action("ConfbridgeListRooms")).items:
            if item.get("Conference") == conference:
                return item
        raise _no_such_conference(pbx)

    def _see_room(self, pbx: Pbx, gate: Gate, room: Message) -> Sequence[Message] | None:
        """Return who limits what is told of a conference; None where nobody is seen, or it has ended."""
        if gate.is_open:
            return ()
        try:
            items = self._list_participants(pbx, room.get("Conference", ""))
        except NotFound:
            return None
        return [item for item in items if _sees_participant(gate, item)] or None

    def _list_participants(self, pbx: Pbx, conference: str) -> Sequence[Message]:
        with translate_refusal("no conference by that name", _no_such_conference(pbx)):
            return self._execution.read(pbx, make_action("ConfbridgeList", conference=conference)).items

    def _require_participant(self, pbx: Pbx, conference: str, unique_id: str) -> None:
        """Check that a channel takes part in a conference."""
        if all(item.get("Uniqueid") != unique_id for item in self._list_participants(pbx, conference)):
            raise NotFound("channel: this channel does not take part in the conference.")

    def _write(
        self, actor: Actor, pbx: Pbx, conference: str, action: Action, permission: Permission
    ) -> Reply:
        missing = _no_such_conference(pbx)
        with (
            translate_refusal("no conference by that name", missing),
            translate_refusal("no active conferences", missing),
        ):
            return self._execution.write(actor, pbx, action, permission=permission, conference=conference)

    def _await_path(self, pbx: Pbx, conference: str) -> str | None:
        """Return the file that a conference is recorded to; a thread of the PBX begins it a moment later."""
        for look in range(_LOOKS):
            if look:
                time.sleep(_LOOK_SECONDS)
            for recorder in _recorders_of(self._list_recorders(pbx, conference) or (), conference):
                path = read_recording_path(self._execution, pbx, recorder)
                if path is not None:
                    return path
        return None

    def _list_recorders(self, pbx: Pbx, conference: str = "") -> Sequence[str] | None:
        """Return the channels that record conferences; None where the PBX does not tell all.

        They are internal ones: no event and no list has them (Asterisk apps/confbridge/conf_chan_record.c),
        but the function CHANNELS does.

        Args:
            pbx: Where.
            conference: One conference; empty means all.
        """
        pattern = re.sub("[^A-Za-z0-9]", ".", conference)  # others may be special in the PBX's expressions
        try:
            response = self._execution.read(
                pbx, make_action("Getvar", variable=f"CHANNELS(^CBRec/{pattern})")
            ).response
        except AmictlError:
            return None  # a conference can be read and recorded all the same
        value = response.get("Value", "")
        return None if len(value) >= _LONGEST_VALUE else value.split()


def _sees_participant(gate: Gate, item: Message) -> bool:
    """Return whether a participant of a list is seen."""
    return gate.sees_channel(item.get("Uniqueid"), item.get("Linkedid"))


def _describe_room(
    gate: Gate, room: Message, seen: Sequence[Message], recorders: Sequence[str] | None, *, raw: bool
) -> ListedConference:
    """Return what a ``ConfbridgeListRooms`` event tells, with only those counted who are seen."""
    name, shown = room.get("Conference", ""), show_raw(raw, room)
    parties, marked = read_int(room.get("Parties")), read_int(room.get("Marked"))
    if not gate.is_open:
        parties = len(seen)
        marked = sum(bool(read_truth(item.get("MarkedUser"))) for item in seen)
        if isinstance(shown, dict):
            shown = {**shown, "Parties": str(parties), "Marked": str(marked)}
    return ListedConference(
        conference=name,
        party_count=parties,
        marked_count=marked,
        locked=read_truth(room.get("Locked")),
        muted=read_truth(room.get("Muted")),
        recording=None if recorders is None else bool(_recorders_of(recorders, name)),
        raw=shown,
    )


def _describe_party(
    gate: Gate, item: Message, known: Mapping[str, conferences.ConferenceParty], *, raw: bool
) -> ListedParty:
    """Return what a ``ConfbridgeList`` event tells: what the topic has of a party, and what only lists do."""
    return ListedParty(
        gate.write(read_party(item, known)),
        wait_marked=read_truth(item.get("WaitMarked")),
        end_marked=read_truth(item.get("EndMarked")),
        duration=read_int(item.get("AnsweredTime")),
        raw=show_raw(raw, item),
    )


def _list_known(pbx: Pbx) -> dict[str, conferences.ConferenceParty]:
    """Return the parties of all conferences of the live picture by unique ID."""
    return {party.unique_id: party for room in pbx.picture.conferences() for party in room.parties}


def _recorders_of(recorders: Iterable[str], conference: str) -> list[str]:
    """Return the channels that record one conference."""
    pattern = re.compile(rf"CBRec/{re.escape(conference)}-[0-9a-f]{{8}}")
    return [each for each in recorders if pattern.fullmatch(each)]


def _no_such_conference(pbx: Pbx) -> NotFound:
    return NotFound(f"There is no such conference on {pbx.name}, or nobody is in it.")
