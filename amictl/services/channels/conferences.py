"""Conferences: who takes part, and putting people out, silencing, locking and recording.

The reads here ask the PBX, unlike the topic ``conferences``: no event tells that a conference was locked, or
that an admin silenced all, so that the live picture learns it seconds later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Literal

from amictl.errors import AmictlError, Conflict, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_truth
from amictl.pbx.readings.conferences import read_conference, read_listed_party
from amictl.pbx.readings.raw import attach_raw, read_items
from amictl.pbx.topics.conferences.value import ConferenceParty
from amictl.protocol import Action, Message, Reply
from amictl.services.access import Actor, Gate, open_gate, require_whole_pbx
from amictl.services.access.live_channels import find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.channels.recordings import read_recording_path
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.services.execution.refreshing import refresh_conferences
from amictl.store.permissions import Permission

_EVERYBODY: Final = frozenset({"all", "participants"})
_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1
_LONGEST_VALUE: Final = 1000  # main/manager.c, action_getvar, cuts values at 1023 bytes

Order = Literal["ConfbridgeKick", "ConfbridgeMute", "ConfbridgeUnmute"]


class ConferenceService:
    """What can be done with the conferences of ConfBridge.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        sleep: Waits for some seconds.
    """

    def __init__(
        self, registry: Registry, execution: Execution, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._registry = registry
        self._execution = execution
        self._sleep = sleep

    def list_conferences(
        self, actor: Actor, *, raw: bool = False, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return the conferences that have participants.

        Args:
            actor: Needs ``live.read``; who is limited to queues sees the participants of their calls, and no
                other conferences.
            raw: Whether each has the AMI message beside it.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        items = self._execution.read(pbx, make_action("ConfbridgeListRooms")).items
        gate = open_gate(pbx, actor)
        rooms = [room for item in items if (room := self._see_room(pbx, gate, item, raw=raw)) is not None]
        recorders = self._list_recorders(pbx) if rooms else None
        return {
            "pbx": pbx.name,
            "conferences": [
                {**room, "recording": _is_recorded(recorders, room["conference"])} for room in rooms
            ],
        }

    def show(
        self, actor: Actor, conference: str, *, raw: bool = False, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return one conference with its participants.

        Args:
            actor: Needs ``live.read``.
            conference: Its name.
            raw: Whether it and each participant have the AMI message beside them.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or conference, or no call in it is in the actor's scope.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        room, gate = self._find_room(pbx, conference), open_gate(pbx, actor)
        items = self._list_participants(pbx, conference)
        seen = [item for item in items if _sees_participant(gate, item)]
        if not (seen or gate.is_open):
            raise _no_such_conference(pbx)
        recorders = self._list_recorders(pbx, conference)
        return {
            "pbx": pbx.name,
            **_describe_room(gate, room, seen, raw=raw),
            "recording": _is_recorded(recorders, conference),
            "parties": read_items(seen, partial(read_listed_party, known=_list_known(pbx)), raw=raw),
        }

    def kick(
        self, actor: Actor, conference: str, channel: str, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Put a participant out of a conference.

        Args:
            actor: Needs ``calls.control``; for more than one participant a role without limits to queues.
            conference: Its name.
            channel: The participant's channel by name or unique ID; ``all``; or ``participants``, which
                leaves the admins.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control calls there, or not this one.
            NotFound: There is no such PBX, conference or participant.
            PbxError: The PBX could not be asked, or refused.
        """
        return self._order(actor, conference, channel, "ConfbridgeKick", pbx_name)

    def mute(
        self, actor: Actor, conference: str, channel: str, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Silence a participant; arguments and errors as for `kick`."""
        return self._order(actor, conference, channel, "ConfbridgeMute", pbx_name)

    def unmute(
        self, actor: Actor, conference: str, channel: str, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Let a participant be heard again; arguments and errors as for `kick`."""
        return self._order(actor, conference, channel, "ConfbridgeUnmute", pbx_name)

    def lock(
        self, actor: Actor, conference: str, *, locked: bool, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Let nobody but admins enter a conference, or everybody again.

        Args:
            actor: Needs ``calls.control`` and a role without limits to queues.
            conference: Its name.
            locked: Whether it shall be locked.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not control conferences there.
            NotFound: There is no such PBX or conference.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, conference, pbx_name)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeLock" if locked else "ConfbridgeUnlock", conference=conference)
        reply = self._write(actor, pbx, conference, action, Permission.CALLS_CONTROL)
        refresh_conferences(pbx)
        return {"pbx": pbx.name, "conference": conference, "locked": locked, "message": reply.message}

    def start_recording(
        self, actor: Actor, conference: str, file: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Record a conference, and tell where to as soon as the PBX knows; it adds the time to the name.

        Args:
            actor: Needs ``calls.record`` and a role without limits to queues.
            conference: Its name.
            file: Where to, below the PBX's folder for recordings, with its ending; None lets the PBX choose.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not record there.
            InvalidInput: The file's name could do more than name a file.
            NotFound: There is no such PBX or conference.
            Conflict: It is being recorded.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, conference, pbx_name)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeStartRecord", conference=conference, file=file)
        with translate_refusal(
            "already being recorded", Conflict("The conference is being recorded already.")
        ):
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_RECORD)
        return {
            "pbx": pbx.name,
            "conference": conference,
            "path": self._await_path(pbx, conference),
            "message": reply.message,
        }

    def stop_recording(self, actor: Actor, conference: str, pbx_name: str | None = None) -> dict[str, Any]:
        """End the recording of a conference.

        Args:
            actor: Needs ``calls.record`` and a role without limits to queues.
            conference: Its name.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not record there.
            NotFound: There is no such PBX or conference.
            Conflict: It is not being recorded.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = self._begin(actor, conference, pbx_name)
        require_whole_pbx(actor)
        action = make_action("ConfbridgeStopRecord", conference=conference)
        # All that Asterisk says where nothing is recorded (apps/app_confbridge.c).
        with translate_refusal("while stopping", Conflict("The conference is not being recorded.")):
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_RECORD)
        return {"pbx": pbx.name, "conference": conference, "message": reply.message}

    def _order(
        self, actor: Actor, conference: str, channel: str, order: Order, pbx_name: str | None
    ) -> dict[str, Any]:
        """Do something to one participant, or to all."""
        pbx = self._begin(actor, conference, pbx_name)
        name, unique_id = channel, None
        if channel in _EVERYBODY:
            require_whole_pbx(actor)
        else:
            found = find_channel(pbx, actor, "channel", channel)
            name, unique_id = found.channel, found.unique_id
            self._require_participant(pbx, conference, unique_id)
        missing = NotFound(f"channel: the participant has left the conference on {pbx.name}.")
        with translate_refusal("no channel by that name", missing):
            action = make_action(order, conference=conference, channel=name)
            reply = self._write(actor, pbx, conference, action, Permission.CALLS_CONTROL)
        return {
            "pbx": pbx.name,
            "conference": conference,
            "channel": name,
            "unique_id": unique_id,
            "message": reply.message,
        }

    def _begin(self, actor: Actor, conference: str, pbx_name: str | None) -> Pbx:
        """Return the PBX that has the conference."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        self._find_room(pbx, conference)
        return pbx

    def _find_room(self, pbx: Pbx, conference: str) -> Message:
        """Return what the PBX tells of a conference."""
        for item in self._execution.read(pbx, make_action("ConfbridgeListRooms")).items:
            if item.get("Conference") == conference:
                return item
        raise _no_such_conference(pbx)

    def _see_room(self, pbx: Pbx, gate: Gate, room: Message, *, raw: bool) -> dict[str, Any] | None:
        """Return a conference as far as it is seen; it may have ended since it was listed."""
        if gate.is_open:
            return _describe_room(gate, room, (), raw=raw)
        try:
            items = self._list_participants(pbx, room.get("Conference", ""))
        except NotFound:
            return None
        seen = [item for item in items if _sees_participant(gate, item)]
        return _describe_room(gate, room, seen, raw=raw) if seen else None

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
                self._sleep(_LOOK_SECONDS)
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


def _describe_room(gate: Gate, room: Message, seen: Sequence[Message], *, raw: bool) -> dict[str, Any]:
    """Return what the PBX tells of a conference, with only those counted who are seen."""
    reading = attach_raw(read_conference(room), raw, room)
    if gate.is_open:
        return reading
    marked = sum(bool(read_truth(item.get("MarkedUser"))) for item in seen)
    if raw:
        reading["raw"] = {**reading["raw"], "Parties": str(len(seen)), "Marked": str(marked)}
    return {**reading, "party_count": len(seen), "marked_count": marked}


def _list_known(pbx: Pbx) -> dict[str, ConferenceParty]:
    """Return the parties of all conferences of the live picture by unique ID."""
    return {party.unique_id: party for room in pbx.picture.conferences() for party in room.parties}


def _recorders_of(recorders: Iterable[str], conference: str) -> list[str]:
    """Return the channels that record one conference."""
    pattern = re.compile(rf"CBRec/{re.escape(conference)}-[0-9a-f]{{8}}")
    return [each for each in recorders if pattern.fullmatch(each)]


def _is_recorded(recorders: Sequence[str] | None, conference: str) -> bool | None:
    """Return whether a conference is recorded; None where the PBX did not tell."""
    return None if recorders is None else bool(_recorders_of(recorders, conference))


def _no_such_conference(pbx: Pbx) -> NotFound:
    return NotFound(f"There is no such conference on {pbx.name}, or nobody is in it.")
