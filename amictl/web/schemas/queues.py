"""What the routes of queues take and give."""

from __future__ import annotations

from pydantic import StrictBool

from amictl.web.schemas.answers import LiveAnswer, Performed, Queue
from amictl.web.schemas.common import Fields, PbxName, PbxQuery, Text


class QueuePauseBody(Fields):
    """A queue member to pause or unpause."""

    queue: Text | None = None
    interface: Text
    paused: StrictBool
    reason: Text | None = None
    pbx: PbxName | None = None


class QueueStatusQuery(PbxQuery):
    """A read of all queues, or of one by name."""

    queue: Text | None = None


class Queues(LiveAnswer):
    """Queues with their callers and members."""

    queues: list[Queue]


class MemberPaused(Performed):
    """A member that was paused or unpaused."""

    queue: str | None
    interface: str
    paused: bool
    reason: str | None
