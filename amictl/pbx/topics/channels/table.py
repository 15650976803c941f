"""The channels of one PBX, kept by events.

Which events carry a channel's current state was measured on Asterisk 22.10 and 16.28: those that are
made from a published channel snapshot do. ``AgentCalled``, ``DialState`` and ``VarSet`` carry one taken at
another moment, older or newer than what ``CoreShowChannels`` tells, and are not used; but a linked ID
that a bridge changed is told by nothing else than the ``VarSet`` of ``BRIDGEPEER`` that follows.

Limits, for want of an event: it is not told that no application runs any more on a channel that the action
``Bridge`` pulled out of the dialplan; nor which one does that a feature code runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from amictl.pbx.ami_values import NO_TEXTS, WORDS, read_int, read_name, read_text, read_word
from amictl.pbx.changes import CHANNELS, NO_CHANGES, Change, Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.faults import Sparing
from amictl.pbx.tombstones import Tombstones
from amictl.pbx.topics.channels.applications import STANDING_IN, read_application
from amictl.pbx.topics.channels.lists import UP, read_listed_channel, read_new
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Message

# How far a list can be behind; it is milliseconds.
_LIST_LAG_SECONDS: Final = 5.0


class SnapshotHeaders(NamedTuple):
    """The names of the headers of one channel snapshot within an event.

    Asterisk main/manager_channels.c, ast_manager_build_channel_state_string_prefix.
    """

    unique_id: str
    channel: str
    linked_id: str
    state: str
    caller_id_num: str
    caller_id_name: str
    connected_line_num: str
    connected_line_name: str
    context: str
    exten: str
    priority: str
    account_code: str
    language: str

    @classmethod
    def with_prefix(cls, prefix: str) -> SnapshotHeaders:
        """Return the names with a prefix such as ``Dest``."""
        names = (
            "Uniqueid", "Channel", "Linkedid", "ChannelStateDesc", "CallerIDNum", "CallerIDName",
            "ConnectedLineNum", "ConnectedLineName", "Context", "Exten", "Priority", "AccountCode",
            "Language",
        )  # fmt: skip
        return cls(*(prefix + name for name in names))


PLAIN: Final = SnapshotHeaders.with_prefix("")
DEST: Final = SnapshotHeaders.with_prefix("Dest")
_WITH_APPLICATION: Final = (*PLAIN, "Application", "AppData")
# Nearly all that there are; to look one up is faster than to read it.
_PRIORITIES: Final[Mapping[str | None, int]] = {str(number): number for number in range(1, 256)}


class ChannelTable:
    """The channels by unique ID.

    Asterisk sends events about a channel after its ``Hangup`` (``NewConnectedLine``, ``NewCallerid``, on 16
    and 22), which must not bring it back. So a channel comes to be by ``Newchannel``, by a list, or by an
    event that only its own living thread causes; and never again after its ``Hangup``.

    Args:
        clock: Tells the time in seconds since 1970.
        remembered: Channels of an earlier session of the same PBX, for what no list tells: when a
            channel was answered, since when it is in its state and its bridge, and whether it is on hold.
        doubts: Where channels are noted whose application has to be asked for.
    """

    def __init__(
        self, clock: Callable[[], float], remembered: Mapping[str, Channel], doubts: Doubts | None = None
    ) -> None:
        self.by_id: dict[str, Channel] = {}
        self._clock = clock
        self._remembered = remembered
        self._departed = Tombstones()
        self._listed = False
        self._doubts = doubts or Doubts()
        # Channels that other events than Newexten showed at another extension since.
        self._moved: set[str] = set()

    def create(self, message: Message) -> Changes:
        """Take a ``Newchannel`` event."""
        unique_id = message.get("Uniqueid")
        if not unique_id or unique_id in self._departed:
            return NO_CHANGES
        known = self.by_id.get(unique_id)
        if known is not None:
            return self._put(known, self._read_again(message.pick(PLAIN), known))
        now = self._clock()
        return self._add(read_new(message, unique_id, now, state_since=now, on_hold=False))

    def update(self, message: Message, headers: SnapshotHeaders = PLAIN) -> Changes:
        """Take the snapshot that any event carries, for a channel that is known."""
        snapshot = message.pick(headers)
        known = self.by_id.get(snapshot[0] or "")
        return NO_CHANGES if known is None else self._put(known, self._read_again(snapshot, known))

    def update_living(self, message: Message) -> Changes:
        """Take the snapshot of an event that a channel's own thread causes; the channel may be unknown."""
        return self.update(message) or self._discover(message)

    def update_application(self, message: Message) -> Changes:
        """Take a ``Newexten`` event, which alone tells the application."""
        *snapshot, name, data = message.pick(_WITH_APPLICATION)
        unique_id = snapshot[0] or ""
        discovered = NO_CHANGES if unique_id in self.by_id else self._discover(message)
        known = self.by_id.get(unique_id)
        if known is None:
            return NO_CHANGES
        if name in STANDING_IN:
            name, data = read_application(name or "", data or "")
        new = self._read(snapshot, known, read_text(name), read_text(data))
        has_moved = unique_id in self._moved or _has_moved(known, new)
        if has_moved and _goes_on(known, new):
            self._doubts.note(CHANNELS, known.unique_id)
        changes = self._put(known, new)
        self._moved.discard(unique_id)
        return changes or discovered

    def load_applications(self, items: Iterable[Message]) -> Changes:
        """Take what channels run at this moment.

        Args:
            items: ``Status`` events.
        """
        changes: list[Change] = []
        for item in items:
            known = self.by_id.get(item.get("Uniqueid", ""))
            if known is not None:
                self._moved.discard(known.unique_id)
                name, data = read_word(item.get("Application")), read_text(item.get("Data"))
                changes += self._put(known, replace(known, application=name, application_data=data))
        return changes

    def set_linked_id(self, message: Message) -> Changes:
        """Take only the linked ID of an event whose snapshot is older or newer than what lists tell."""
        known = self.by_id.get(message.get("Uniqueid", ""))
        linked_id = read_text(message.get("Linkedid"))
        if known is None or linked_id == known.linked_id:
            return NO_CHANGES
        return self._put(known, replace(known, linked_id=linked_id))

    def rename(self, unique_id: str, name: str) -> Changes:
        """Give a channel its new name after a masquerade."""
        known = self.by_id.get(unique_id)
        if known is None:
            return NO_CHANGES
        return self._put(known, replace(known, channel=name))

    def set_hold(self, message: Message, *, on_hold: bool) -> Changes:
        """Take a ``Hold`` or ``Unhold`` event."""
        known = self.by_id.get(message.get("Uniqueid", ""))
        if known is None:
            return NO_CHANGES
        new = self._read_again(message.pick(PLAIN), known)
        if on_hold == known.on_hold:
            return self._put(known, new)
        held_since = self._clock() if on_hold else None
        return self._put(known, replace(new, on_hold=on_hold, held_since=held_since))

    def set_bridge(self, unique_id: str, bridge_id: str | None) -> Changes:
        """Tell which bridge a channel is in."""
        known = self.by_id.get(unique_id)
        if known is None or known.bridge_id == bridge_id:
            return NO_CHANGES
        bridged_at = self._clock() if bridge_id else None
        return self._put(known, replace(known, bridge_id=bridge_id, bridged_at=bridged_at))

    def set_waiting(self, unique_id: str, since: float | None) -> Changes:
        """Tell since when a channel waits in a queue.

        Args:
            unique_id: The channel.
            since: When it joined; None when it does not wait.
        """
        known = self.by_id.get(unique_id)
        if known is None or known.waiting_since == since:
            return NO_CHANGES
        return self._put(known, replace(known, waiting_since=since))

    def has_departed(self, unique_id: str) -> bool:
        """Return whether a channel has hung up, as far back as that is remembered."""
        return unique_id in self._departed

    def remove(self, unique_id: str) -> Changes:
        """Take a channel away for good."""
        self._departed.add(unique_id)
        return self._forget(unique_id)

    def load(self, items: Iterable[Message]) -> Changes:
        """Take a ``CoreShowChannels`` list.

        The first list only adds to what events told since the session began: on Asterisk 16 lists come from
        a cache of their own (main/stasis_channels.c, channel_cache_by_name) that can be behind the events.
        Later ones correct; a channel too young for that cache is left alone.

        Args:
            items: ``CoreShowChannel`` events.
        """
        now = self._clock()
        first, self._listed = not self._listed, True
        changes: list[Change] = []
        listed = set()
        for item in items:
            unique_id = item.get("Uniqueid")
            if not unique_id or unique_id in self._departed:
                continue
            listed.add(unique_id)
            if not (first and unique_id in self.by_id):
                with Sparing(item):
                    changes += self._load_one(item, unique_id, now)
        if not first:
            for channel in [self.by_id[unique_id] for unique_id in self.by_id.keys() - listed]:
                if abs(now - channel.created_at) > _LIST_LAG_SECONDS:  # abs: the clock may be set
                    changes += self._forget(channel.unique_id)
        return changes

    def forget_earlier_session(self) -> None:
        """Let go of the channels of an earlier session; the list has been loaded."""
        self._remembered = {}

    def correct(self, unique_id: str, channel: Channel | None) -> Changes:
        """Make one channel what lists proved it to be; None for one that is gone."""
        if channel is None:
            return self.remove(unique_id)
        if channel.state != UP:
            channel = replace(channel, answered_at=None)
        self._departed.discard(unique_id)
        current = self.by_id.get(unique_id)
        return self._add(channel) if current is None else self._put(current, channel)

    def _load_one(self, item: Message, unique_id: str, now: float) -> Changes:
        current = self.by_id.get(unique_id)
        listed = read_listed_channel(item, unique_id, current or self._remembered.get(unique_id), now)
        return self._add(listed) if current is None else self._put(current, listed)

    def _read_again(self, snapshot: Sequence[str | None], known: Channel) -> Channel:
        return self._read(snapshot, known, known.application, known.application_data)

    def _read(
        self,
        snapshot: Sequence[str | None],
        known: Channel,
        application: str | None,
        application_data: str | None,
    ) -> Channel:
        # Everything is read and built at once, without calls: this runs for two events in three.
        (
            _, name, linked_id, state_text, caller_id_num, caller_id_name, connected_line_num,
            connected_line_name, context, exten, priority, account_code, language,
        ) = snapshot  # fmt: skip
        state = WORDS[state_text]
        if state == known.state:
            state_since, answered_at = known.state_since, known.answered_at
        else:
            state_since = self._clock()
            answered_at = state_since if state == UP else None
        # Names are escaped, and a backslash in one is rare; see `read_name`.
        caller_id_name = None if caller_id_name in NO_TEXTS else caller_id_name
        if caller_id_name and "\\" in caller_id_name:
            caller_id_name = read_name(caller_id_name)
        connected_line_name = None if connected_line_name in NO_TEXTS else connected_line_name
        if connected_line_name and "\\" in connected_line_name:
            connected_line_name = read_name(connected_line_name)
        return Channel(  # in the order of its fields, which is the fastest way
            known.unique_id,
            known.channel if name is None or name == known.channel else name,
            known.linked_id if linked_id == known.linked_id else read_text(linked_id),
            state,
            None if caller_id_num in NO_TEXTS else caller_id_num,
            caller_id_name,
            None if connected_line_num in NO_TEXTS else connected_line_num,
            connected_line_name,
            WORDS[context],
            None if exten in NO_TEXTS else exten,
            _PRIORITIES.get(priority) or read_int(priority),
            application,
            application_data,
            WORDS[account_code],
            WORDS[language],
            known.bridge_id,
            known.created_at,
            state_since,
            answered_at,
            known.bridged_at,
            known.on_hold,
            known.held_since,
            known.waiting_since,
        )

    def _discover(self, message: Message) -> Changes:
        unique_id = message.get("Uniqueid")
        if not self._listed or not unique_id or unique_id in self.by_id or unique_id in self._departed:
            return NO_CHANGES
        return self._add(read_new(message, unique_id, self._clock(), state_since=None, on_hold=None))

    def _forget(self, unique_id: str) -> Changes:
        if self.by_id.pop(unique_id, None) is None:
            return NO_CHANGES
        self._moved.discard(unique_id)
        return (Change(CHANNELS, "del", unique_id),)

    def _add(self, channel: Channel) -> Changes:
        self.by_id[channel.unique_id] = channel
        return (Change(CHANNELS, "put", channel.unique_id, channel),)

    def _put(self, known: Channel, new: Channel) -> Changes:
        if new == known:
            return NO_CHANGES
        self.by_id[new.unique_id] = new
        if _has_moved(known, new):
            self._moved.add(new.unique_id)
        return (Change(CHANNELS, "put", new.unique_id, new),)


def _has_moved(known: Channel, new: Channel) -> bool:
    """Tell whether a channel is elsewhere in the dialplan; a leg that is answered is nowhere (app_dial.c)."""
    return bool(new.exten) and (known.context, known.exten) != (new.context, new.exten)


def _goes_on(known: Channel, new: Channel) -> bool:
    """Tell whether a channel that moved to another extension seems to go on with its application.

    A redirect, a transfer or the end of parking sets the extension before the application, so that Asterisk
    may tell of the new one with the old other, and then never again (pbx.c, pbx_exec; manager_channels.c,
    channel_newexten; seen on 22.10). ``DialEnd`` may show the new extension before that (app_queue.c of a
    redirected caller whose members ring). In the dialplan's own flow an application such as Goto comes in
    between.
    """
    same = known.application is not None and known.application == new.application
    return same and known.application_data == new.application_data
