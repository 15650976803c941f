"""The bridges of one PBX, kept by events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.changes import BRIDGES, NO_CHANGES, Change, Changes
from amictl.pbx.faults import Sparing, read_each
from amictl.pbx.reader import reader_of
from amictl.pbx.tombstones import Tombstones
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Message

_read: Final = reader_of(Bridge)


class BridgeTable:
    """The bridges by bridge ID, with the channels in each."""

    def __init__(self) -> None:
        self.by_id: dict[str, Bridge] = {}
        self._departed = Tombstones()
        self._listed = False
        # Who lists proved to be in bridges that are not known yet.
        self._expected: dict[str, set[str]] = {}

    def update(self, message: Message) -> Changes:
        """Take the bridge snapshot that an event carries; a new bridge comes to be by it."""
        bridge_id = message.get("BridgeUniqueid")
        if not bridge_id or bridge_id in self._departed:
            return NO_CHANGES
        return self._put(_read(message, channels=self._inside(bridge_id)))

    def enter(self, message: Message, unique_id: str) -> Changes:
        """Put a channel into the bridge of a ``BridgeEnter`` event."""
        bridge_id = message.get("BridgeUniqueid")
        if not bridge_id or bridge_id in self._departed:
            return NO_CHANGES
        channels = {unique_id, *self._inside(bridge_id)}
        return self._put(_read(message, channels=tuple(sorted(channels))))

    def leave(self, bridge_id: str | None, unique_id: str) -> Changes:
        """Take a channel out of a bridge."""
        known = self.by_id.get(bridge_id or "")
        if known is None:
            self._expect_no_more(bridge_id or "", unique_id)
            return NO_CHANGES
        if unique_id not in known.channels:
            return NO_CHANGES
        return self._put(replace(known, channels=tuple(c for c in known.channels if c != unique_id)))

    def remove(self, bridge_id: str) -> Changes:
        """Take a bridge away for good."""
        self._departed.add(bridge_id)
        self._expected.pop(bridge_id, None)
        return self._forget(bridge_id)

    def correct(self, bridge_id: str, bridge: Bridge | None) -> Changes:
        """Make one bridge what lists proved it to be; None for one that is gone."""
        if bridge is None:
            return self.remove(bridge_id)
        self._departed.discard(bridge_id)
        self._expected.pop(bridge_id, None)
        return self._put(bridge)

    def include(self, bridge_id: str | None, unique_id: str) -> Changes:
        """Put a channel into a bridge; into one that is not known yet as soon as it is."""
        if bridge_id is None:
            return NO_CHANGES
        known = self.by_id.get(bridge_id)
        if known is None:
            self._expected.setdefault(bridge_id, set()).add(unique_id)
            return NO_CHANGES
        if unique_id in known.channels:
            return NO_CHANGES
        return self._put(replace(known, channels=tuple(sorted((*known.channels, unique_id)))))

    def load(self, items: Iterable[Message], channels: Mapping[str, Channel]) -> Changes:
        """Take a ``BridgeList``, which does not tell who is in a bridge.

        The first list only adds to what events told; see `ChannelTable.load`.

        Args:
            items: ``BridgeListItem`` events.
            channels: The channels by unique ID; they know their bridge.
        """
        inside: dict[str, list[str]] = {}
        for channel in channels.values():
            if channel.bridge_id:
                inside.setdefault(channel.bridge_id, []).append(channel.unique_id)
        first, self._listed = not self._listed, True
        listed = {item.get("BridgeUniqueid", ""): item for item in items}
        changes: list[Change] = []
        for bridge_id in self.by_id.keys() | listed.keys():
            members = tuple(sorted(inside.get(bridge_id, ())))
            known, item = self.by_id.get(bridge_id), listed.get(bridge_id)
            if item is not None and bridge_id and bridge_id not in self._departed and not (first and known):
                with Sparing(item):
                    changes += self._put(_read(item, channels=members))
            elif known is not None and (first or item is not None or members):
                changes += self._put(replace(known, channels=members))
            elif known is not None:
                changes += self._forget(bridge_id)
        return changes

    def _inside(self, bridge_id: str) -> tuple[str, ...]:
        known = self.by_id.get(bridge_id)
        if known is not None:
            return known.channels
        return tuple(sorted(self._expected.pop(bridge_id, ()))) if self._expected else ()

    def _expect_no_more(self, bridge_id: str, unique_id: str) -> None:
        expected = self._expected.get(bridge_id)
        if expected is not None:
            expected.discard(unique_id)
            if not expected:
                del self._expected[bridge_id]

    def _forget(self, bridge_id: str) -> Changes:
        if self.by_id.pop(bridge_id, None) is None:
            return NO_CHANGES
        return (Change(BRIDGES, "del", bridge_id),)

    def _put(self, bridge: Bridge) -> Changes:
        if self.by_id.get(bridge.bridge_id) == bridge:
            return NO_CHANGES
        self.by_id[bridge.bridge_id] = bridge
        return (Change(BRIDGES, "put", bridge.bridge_id, bridge),)


def read_listed_bridges(
    items: Iterable[Message], known: Mapping[str, Bridge], _now: float
) -> dict[str, Bridge]:
    """Return the bridges of a list by bridge ID, with who is inside as it was known.

    Args:
        items: ``BridgeListItem`` events.
        known: What was known.
    """

    def read(item: Message) -> Bridge:
        bridge_id = item.get("BridgeUniqueid", "")
        return _read(item, channels=known[bridge_id].channels if bridge_id in known else ())

    return {bridge.bridge_id: bridge for _, bridge in read_each(items, read) if bridge.bridge_id}
