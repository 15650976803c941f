"""Reads channels from ``CoreShowChannels`` lists and from the first event about one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_duration, read_text, read_word
from amictl.pbx.faults import read_each
from amictl.pbx.reader import reader_of
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Message

UP: Final = "Up"

_read: Final = reader_of(Channel)


def read_listed_channels(
    items: Iterable[Message], known: Mapping[str, Channel], now: float
) -> dict[str, Channel]:
    """Return the channels of a list by unique ID, with what lists do not tell as it was known.

    Args:
        items: ``CoreShowChannel`` events.
        known: What was known.
        now: When the list was made.
    """

    def read(item: Message) -> Channel:
        unique_id = item.get("Uniqueid", "")
        return read_listed_channel(item, unique_id, known.get(unique_id), now)

    return {channel.unique_id: channel for _, channel in read_each(items, read) if channel.unique_id}


def read_listed_channel(item: Message, unique_id: str, known: Channel | None, now: float) -> Channel:
    """Return a channel as a list tells it, and the rest as it was known.

    Args:
        item: A ``CoreShowChannel`` event.
        unique_id: The channel.
        known: What was known of it, if anything.
        now: When the list was made.
    """
    created_at = now - (read_duration(item.get("Duration")) or 0.0)
    listed = replace(
        read_new(item, unique_id, created_at, state_since=None, on_hold=None),
        application=read_word(item.get("Application")),
        application_data=read_text(item.get("ApplicationData")),
        bridge_id=read_text(item.get("BridgeId")),
        answered_at=None,
    )
    if known is None:
        return listed
    return replace(
        listed,
        created_at=known.created_at,
        state_since=known.state_since if listed.state == known.state else None,
        answered_at=known.answered_at if listed.state == UP else None,
        bridged_at=known.bridged_at if listed.bridge_id == known.bridge_id else None,
        on_hold=known.on_hold,
        held_since=known.held_since,
        waiting_since=known.waiting_since,
    )


def read_new(
    message: Message, unique_id: str, created_at: float, *, state_since: float | None, on_hold: bool | None
) -> Channel:
    """Return a channel as the first message about it tells it.

    Args:
        message: With the headers of a channel snapshot.
        unique_id: The channel.
        created_at: When it came to be.
        state_since: Since when it is in its state; None where nobody saw that begin.
        on_hold: Whether it is on hold; None where that is not known.
    """
    linked_id = read_text(message.get("Linkedid"))
    return _read(
        message,
        unique_id=unique_id,
        # Of most channels both are the same: one text is enough.
        linked_id=unique_id if linked_id == unique_id else linked_id,
        application=None,
        application_data=None,
        bridge_id=None,
        created_at=created_at,
        state_since=state_since,
        answered_at=created_at if message.get("ChannelStateDesc") == UP else None,
        bridged_at=None,
        on_hold=on_hold,
        held_since=None,
        waiting_since=None,
    )
