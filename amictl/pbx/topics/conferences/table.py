"""The conferences of one PBX (ConfBridge), kept by events. MeetMe sends no event of its own that amictl uses.

What is told when (Asterisk apps/app_confbridge.c, confbridge/confbridge_manager.c; seen on 16 and 22):

- Who takes part is in the list before ``ConfbridgeJoin`` (prompts are played in between) and still there for
  a moment after ``ConfbridgeLeave``. A party that hangs up during the prompts causes neither: only its
  ``Hangup``, which may also overtake its last events, since each kind comes through a thread of its own.
- ``ConfbridgeRecord`` of a conference that is always recorded comes before its ``ConfbridgeStart``, and
  ``ConfbridgeStopRecord`` after its ``ConfbridgeEnd``. A conference of the same name may begin before the
  end of the one before it is told: the bridge's ID tells them apart.
- Joins tell whether one is admin and muted, not whether one is marked or waits for somebody marked.

No event tells: that a conference is locked or unlocked, that an admin silences all (menu action
``admin_toggle_mute_participants``; the parties show as silenced in lists only), and that those who waited
for a marked party wait no more. The next list does. ``recording`` is in no list: when a picture begins, the
channels that record conferences tell it (function ``CHANNELS``), later the events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_truth
from amictl.pbx.changes import CONFERENCES, NO_CHANGES, Change, Changes
from amictl.pbx.expiring_keys import ExpiringKeys
from amictl.pbx.tombstones import Tombstones
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.lists import read_parties, read_recorded, read_rooms, read_told_party
from amictl.pbx.topics.conferences.value import Conference, ConferenceParty
from amictl.protocol import Message

_CREATOR: Final = "ConfBridge"


class ConferenceTable:
    """The conferences by name.

    Args:
        clock: Tells the PBX's time in seconds since 1970.
        channels: The channels; they know best what they are called.
        bridges: The bridges by their IDs; they name their conference.
    """

    def __init__(
        self, clock: Callable[[], float], channels: ChannelTable, bridges: Mapping[str, Bridge]
    ) -> None:
        self.by_name: dict[str, Conference] = {}
        self._clock = clock
        self._channels = channels.by_id
        self._is_gone = channels.has_departed
        self._bridges = bridges
        self._room_of: dict[str, str] = {}
        self._ended = Tombstones()
        self._joined = ExpiringKeys(clock)
        self._left = ExpiringKeys(clock)
        self._stopped = ExpiringKeys(clock)

    def handlers(self) -> dict[str, Callable[[Message], Changes]]:
        """Return what takes each event, by its name."""
        return {
            "ConfbridgeStart": self.start,
            "ConfbridgeEnd": self.end,
            "ConfbridgeJoin": self.join,
            "ConfbridgeLeave": self.leave,
            "ConfbridgeMute": partial(self.set_muted, muted=True),
            "ConfbridgeUnmute": partial(self.set_muted, muted=False),
            "ConfbridgeTalking": self.set_talking,
            "ConfbridgeRecord": partial(self.set_recording, recording=True),
            "ConfbridgeStopRecord": partial(self.set_recording, recording=False),
        }

    def start(self, message: Message) -> Changes:
        """Take a ``ConfbridgeStart`` event."""
        known = self._find_room(message)
        if known is None:
            return NO_CHANGES
        locked, muted, recording = bool(known.locked), bool(known.muted), bool(known.recording)
        begun = known.started_at or self._clock()
        return self._put(replace(known, locked=locked, muted=muted, recording=recording, started_at=begun))

    def end(self, message: Message) -> Changes:
        """Take a ``ConfbridgeEnd`` event."""
        bridge_id = message.get("BridgeUniqueid", "")
        self._ended.add(bridge_id)
        known = self.by_name.get(message.get("Conference", ""))
        if known is None or known.bridge_id not in {None, bridge_id}:
            return NO_CHANGES
        return self._forget(known.conference)

    def join(self, message: Message) -> Changes:
        """Take a ``ConfbridgeJoin`` event; a party that a list told already keeps what lists tell."""
        self._joined.add(_place_of(message))
        self._left.discard(_place_of(message))
        return self._change_party(message, muted=read_truth(message.get("Muted")), joins=True)

    def leave(self, message: Message) -> Changes:
        """Take a ``ConfbridgeLeave`` event."""
        self._left.add(_place_of(message))
        known = self.by_name.get(message.get("Conference", ""))
        return NO_CHANGES if known is None else self._take_out(known, message.get("Uniqueid", ""))

    def set_muted(self, message: Message, *, muted: bool) -> Changes:
        """Take a ``ConfbridgeMute`` or ``ConfbridgeUnmute`` event."""
        return self._change_party(message, muted=muted)

    def set_talking(self, message: Message) -> Changes:
        """Take a ``ConfbridgeTalking`` event."""
        return self._change_party(message, talking=message.get("TalkingStatus") == "on")

    def set_recording(self, message: Message, *, recording: bool) -> Changes:
        """Take a ``ConfbridgeRecord`` or ``ConfbridgeStopRecord`` event."""
        known = self._find_room(message)
        if known is None:
            return NO_CHANGES
        (self._stopped.discard if recording else self._stopped.add)(known.conference)
        return self._put(replace(known, recording=recording))

    def hang_up(self, unique_id: str) -> Changes:
        """Take out a party whose channel is gone."""
        known = self.by_name.get(self._room_of.get(unique_id, ""))
        return NO_CHANGES if known is None else self._take_out(known, unique_id)

    def follow_channel(self, channel: Channel) -> Changes:
        """Take over the name and the numbers of a channel that changed."""
        known = self.by_name.get(self._room_of.get(channel.unique_id, ""))
        if known is None:
            return NO_CHANGES
        party = _party_of(known, channel.unique_id)
        return NO_CHANGES if party is None else self._put_party(known, _name_after(party, channel))

    def load_rooms(self, items: Iterable[Message]) -> Changes:
        """Make the table hold the conferences of a ``ConfbridgeListRooms`` list; it does not tell who is in.

        Args:
            items: ``ConfbridgeListRooms`` events.
        """
        bridge_ids = self._bridges_by_room()
        listed = read_rooms(items, self.by_name, self._clock())
        changes: list[Change] = []
        for name in self.by_name.keys() - listed.keys():
            changes += self._forget(name)
        for name, room in listed.items():
            changes += self._put(replace(room, bridge_id=room.bridge_id or bridge_ids.get(name)))
        return changes

    def load_parties(self, conference: str, items: Iterable[Message]) -> Changes:
        """Make one conference hold the parties of a ``ConfbridgeList`` list.

        Args:
            conference: Its name; nothing happens where it has ended.
            items: ``ConfbridgeList`` events.
        """
        known = self.by_name.get(conference)
        if known is None:
            return NO_CHANGES
        listed = read_parties(conference, items, self.by_name)[conference].parties
        known = replace(known, bridge_id=known.bridge_id or self._bridge_of(listed))
        present = {party.unique_id for party in listed}
        # Asterisk leaves out of this list who joined before its cache had the channel.
        late = [
            party for party in known.parties if party.unique_id not in present and self._is_new(known, party)
        ]
        parties = [self._follow_name(party) for party in listed if not self._has_left(known, party)]
        return self._put(replace(known, parties=(*parties, *late)))

    def load_recorders(self, items: Iterable[Message]) -> Changes:
        """Take the names of the channels that record conferences.

        Args:
            items: The response to ``Getvar`` of ``CHANNELS(^CBRec/)``.
        """
        changes: list[Change] = []
        for name, room in read_recorded(items, self.by_name).items():
            if name not in self._stopped:
                changes += self._put(room)
        return changes

    def correct(self, name: str, conference: Conference | None) -> Changes:
        """Make one conference what lists proved it to be; None for one that has ended."""
        if conference is None:
            return self._forget(name)
        bridge_id = conference.bridge_id or self._bridges_by_room().get(name)
        return self._put(replace(conference, bridge_id=bridge_id))

    def _bridges_by_room(self) -> dict[str | None, str | None]:
        """Return the bridge of each conference by its name; None where an earlier one has not ended yet."""
        found: dict[str | None, str | None] = {}
        for bridge in self._bridges.values():
            if bridge.creator == _CREATOR:
                found[bridge.name] = None if bridge.name in found else bridge.bridge_id
        return found

    def _bridge_of(self, parties: Iterable[ConferenceParty]) -> str | None:
        """Return the bridge that parties of one conference are in, where their channels show it."""
        channels = (self._channels.get(party.unique_id) for party in parties)
        bridge_ids = (channel.bridge_id for channel in channels if channel is not None)
        return next((each for each in bridge_ids if each in self._bridges), None)

    def _find_room(self, message: Message) -> Conference | None:
        """Return the conference of an event, maybe a new one; None for one that has ended."""
        name, bridge_id = message.get("Conference"), message.get("BridgeUniqueid") or None
        if not name or (bridge_id is not None and bridge_id in self._ended):
            return None
        known = self.by_name.get(name)
        if known is None or (None not in {known.bridge_id, bridge_id} and known.bridge_id != bridge_id):
            return Conference(name, bridge_id)
        return known if known.bridge_id == bridge_id else replace(known, bridge_id=bridge_id)

    def _change_party(
        self, message: Message, *, muted: bool | None = None, talking: bool | None = None, joins: bool = False
    ) -> Changes:
        """Take what an event tells of a party, which may be unknown."""
        unique_id = message.get("Uniqueid", "")
        room = self._find_room(message)
        if room is None or not unique_id or self._is_gone(unique_id) or _place_of(message) in self._left:
            return NO_CHANGES
        party = _party_of(room, unique_id)
        if party is None:
            party = read_told_party(message, muted=None, talking=False, marked=None, waiting=None)
            party = self._follow_name(party)
        elif joins:
            muted = party.muted
        return self._put_party(
            room,
            replace(
                party,
                muted=party.muted if muted is None else muted,
                talking=party.talking if talking is None else talking,
                joined_at=self._clock() if joins and party.joined_at is None else party.joined_at,
            ),
        )

    def _follow_name(self, party: ConferenceParty) -> ConferenceParty:
        """Return a party as its channel is called: what events of conferences tell may be older."""
        channel = self._channels.get(party.unique_id)
        return party if channel is None else _name_after(party, channel)

    def _put_party(self, room: Conference, party: ConferenceParty) -> Changes:
        others = {each.unique_id: each for each in room.parties}
        others[party.unique_id] = party
        return self._put(replace(room, parties=tuple(others.values())))

    def _take_out(self, room: Conference, unique_id: str) -> Changes:
        return self._put(
            replace(room, parties=tuple(party for party in room.parties if party.unique_id != unique_id))
        )

    def _is_new(self, room: Conference, party: ConferenceParty) -> bool:
        return f"{party.unique_id} {room.conference}" in self._joined

    def _has_left(self, room: Conference, party: ConferenceParty) -> bool:
        return f"{party.unique_id} {room.conference}" in self._left or self._is_gone(party.unique_id)

    def _forget(self, name: str) -> Changes:
        known = self.by_name.pop(name, None)
        if known is None:
            return NO_CHANGES
        self._forget_parties(known)
        return (Change(CONFERENCES, "del", name),)

    def _forget_parties(self, room: Conference) -> None:
        for party in room.parties:
            if self._room_of.get(party.unique_id) == room.conference:
                del self._room_of[party.unique_id]

    def _put(self, room: Conference) -> Changes:
        known = self.by_name.get(room.conference)
        if known == room:
            return NO_CHANGES
        if known is not None and known.parties is not room.parties:
            self._forget_parties(known)
        self.by_name[room.conference] = room
        self._room_of.update((party.unique_id, room.conference) for party in room.parties)
        return (Change(CONFERENCES, "put", room.conference, room),)


def _place_of(message: Message) -> str:
    """Return who is in which conference, as one key; a unique ID holds no blank."""
    return f"{message.get('Uniqueid', '')} {message.get('Conference', '')}"


def _party_of(room: Conference, unique_id: str) -> ConferenceParty | None:
    return next((party for party in room.parties if party.unique_id == unique_id), None)


def _name_after(party: ConferenceParty, channel: Channel) -> ConferenceParty:
    """Return a party with the name and the number of its channel."""
    return replace(
        party,
        channel=channel.channel,
        linked_id=channel.linked_id,
        caller_id_num=channel.caller_id_num,
        caller_id_name=channel.caller_id_name,
    )
