"""What the routes of channels take and give."""

from __future__ import annotations

from amictl.web.schemas.answers import Answer, Channel, LiveAnswer
from amictl.web.schemas.common import PbxQuery, Text


class StatusQuery(PbxQuery):
    """A read of all channels, or of one by name or unique ID."""

    channel: Text | None = None


class Counts(Answer):
    """How much is going on."""

    channels: int
    bridges: int
    queues: int
    callers_waiting: int


class Channels(LiveAnswer):
    """All channels of a PBX."""

    channels: list[Channel]


class Status(Channels):
    """What is going on."""

    counts: Counts
