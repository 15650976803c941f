"""All topic logs of one PBX: what is written into which, and how a topic's name finds its log."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_origin, get_type_hints

from amictl.errors import NotFound
from amictl.pbx.changes import CHANNELS, EVENTS, QUEUES, Change, Changes
from amictl.pbx.log.topic_log import TopicLog
from amictl.pbx.picture.reads import TopicReplay
from amictl.pbx.picture.topics import SPECS, TOPICS
from amictl.pbx.topics.events.log import EventLog
from amictl.pbx.topics.events.queue_homes import QueueHomes
from amictl.pbx.topics.spec import TopicSpec
from amictl.pbx.value import Value

PARTS: Final = {"queue": QUEUES, "event": EVENTS}
"""What ``queue:<name>`` and ``event:<Name>`` are parts of."""

LOG_BYTES: Final = 8 * 1024 * 1024
"""What the changes of one topic may take: of a queue with 5,000 members, about 100 are kept."""

# A change with its value; most of its texts belong to the version before it, too.
_VALUE_BYTES: Final = 1024
# A row within a value is shared with the version before, unless it is the one that changed.
_ROW_BYTES: Final = 16


class Logbook:
    """The logs that readers catch up from.

    Args:
        pbx: The PBX's short name.
        event_log_size: How many raw events are kept.

    Attributes:
        events: The raw events.
        homes: Which queue calls, channels and devices belong to, for as long as events tell of them.
    """

    def __init__(self, pbx: str, event_log_size: int) -> None:
        self.events = EventLog(pbx, event_log_size)
        self.homes = QueueHomes()
        self._lasting = {
            spec.name: _make_log(spec, secrets.token_hex(8)) for spec in SPECS.values() if spec.keep is None
        }
        self._logs: dict[str, TopicLog[Change]] = {}
        self._begin_logs("")

    @property
    def epoch(self) -> str:
        """The epoch of the session's topics; empty before the first."""
        return self._logs[CHANNELS].epoch

    def await_epoch(self) -> None:
        """Take that a session begins: until its picture is whole, nothing tells what its events are about."""
        self.homes.begin_session(self.events.seq + 1)

    def begin_epoch(self, epoch: str, values: Mapping[str, Mapping[str, Value]]) -> None:
        """Begin anew: readers of any topic of the session find a gap; past events stay readable.

        Args:
            epoch: Names the new numbering.
            values: The values of each topic by their keys.
        """
        self._begin_logs(epoch)
        self.events.begin_epoch(epoch)
        self.homes.complete_session(values, self.events.seq + 1, self.events.oldest)

    def append(self, changes: Changes) -> None:
        """Log changes, each in the log of its topic."""
        for change in changes:
            self._logs[change.topic].append(change.key, change, estimate_size(change))
        self.homes.take(changes, self.events.seq + 1, self.events.oldest)

    def position(self, topic: str) -> tuple[str, int]:
        """Return epoch and cursor of a topic without a part's name."""
        log = self.events if topic == EVENTS else self._logs[topic]
        return log.epoch, log.seq

    def count_changes(self) -> int:
        """Return how many changes were logged since the epoch began."""
        return sum(log.seq for log in self._logs.values())

    def since(self, topic: str, key: str | None, epoch: str, seq: int) -> TopicReplay | None:
        """Return what came after a cursor, or None when there is a gap.

        Args:
            topic: A topic without a part's name.
            key: Reads only that part.
            epoch: The cursor's epoch.
            seq: The cursor.
        """
        if topic == EVENTS:
            events = self.events.since(epoch, seq, key)
            if events is None:
                return None
            received = tuple([event for _, event in events.items])
            return TopicReplay(epoch, events.seq, events.prev_seq, received=received)
        tail = self._logs[topic].since(epoch, seq, key)
        if tail is None:
            return None
        last: dict[str, Change] = {}
        for _, change in tail.items:
            # Taken out first, so that the changes stay in the order of the last of each key.
            last.pop(change.key, None)
            last[change.key] = change
        return TopicReplay(epoch, tail.seq, tail.prev_seq, latest=tuple(last.values()))

    def _begin_logs(self, epoch: str) -> None:
        session = {spec.name: _make_log(spec, epoch) for spec in SPECS.values() if spec.keep is not None}
        self._logs = self._lasting | session


def split_topic(topic: str) -> tuple[str, str | None]:
    """Return the topic whose log is read, and the part of it.

    Args:
        topic: A topic, or a part of one.

    Raises:
        NotFound: There is no such topic.
    """
    if topic in TOPICS:
        return topic, None
    kind, _, key = topic.partition(":")
    if key and kind in PARTS:
        return PARTS[kind], key
    raise NotFound(f"There is no topic {topic!r}.")


def estimate_size(change: Change) -> int:
    """Return about how many bytes a logged change takes; costs no look at what is inside its rows."""
    value = change.value
    if value is None:
        return _VALUE_BYTES
    model: Any = type(value)
    names = _row_fields(model)
    # Most changes are of channels, which have no rows.
    return _VALUE_BYTES + (_ROW_BYTES * sum(len(getattr(value, name)) for name in names) if names else 0)


@cache
def _row_fields(model: type) -> tuple[str, ...]:
    """Return the fields of a model that hold rows."""
    return tuple(name for name, kind in get_type_hints(model).items() if get_origin(kind) is tuple)


def _make_log(spec: TopicSpec[Any], epoch: str) -> TopicLog[Change]:
    return TopicLog(epoch, spec.log_size, LOG_BYTES, parts=spec.name == QUEUES)
