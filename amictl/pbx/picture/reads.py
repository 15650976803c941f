"""What readers get of a topic: all of it, or what came since a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amictl.pbx.changes import Change
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads import change_payload, value_payload
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.value import Value


@dataclass(frozen=True, slots=True)
class TopicSnapshot:
    """A topic as it was at one moment.

    Args:
        epoch: The numbering that ``seq`` belongs to; empty before the first snapshot of the PBX.
        seq: The cursor to ask ``since`` with.
        values: Key to value; empty for ``events`` and ``event:<Name>``.
        received: The last events; for ``events`` and ``event:<Name>``.
    """

    epoch: str
    seq: int
    values: Mapping[str, Value]
    received: tuple[ReceivedEvent, ...] = ()

    @property
    def snapshot(self) -> dict[str, Payload]:
        """JSON-ready: values by their keys, events by their ``seq``."""
        if self.received:
            return {str(event.seq): event.payload for event in self.received}
        return {key: value_payload(value) for key, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class TopicReplay:
    """What came after a cursor.

    Args:
        epoch: The numbering.
        seq: The cursor after all of it; use it for the next call even when there is nothing.
        prev_seq: The cursor before the first of it, to be sent along.
        latest: The last change of each key, in order; for topics of values.
        received: The events; for ``events`` and ``event:<Name>``.
    """

    epoch: str
    seq: int
    prev_seq: int
    latest: tuple[Change, ...] = ()
    received: tuple[ReceivedEvent, ...] = ()

    @property
    def changes(self) -> tuple[Payload, ...]:
        """The changes, JSON-ready: ``{op, key, value?}``."""
        return tuple(change_payload(change) for change in self.latest)

    @property
    def events(self) -> tuple[Payload, ...]:
        """The events, JSON-ready."""
        return tuple(event.payload for event in self.received)
