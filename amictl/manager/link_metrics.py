"""What is counted of one link, over all its sessions: while it is counted, and as it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from amictl.pbx.faults import Fault
from amictl.pbx.topics.links.value import ListCheckup

# Asterisk 22 has about 200 events; a garbled stream must not make names without end.
_MOST_NAMES: Final = 512
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class ListMetricsReading:
    """How often a list was compared with the picture.

    Args:
        asked: How often it was asked for.
        seconds: How long the PBX and the way took for all of them together.
        differences: How many differences were seen, most of which the next event or list settled.
    """

    asked: int
    seconds: float
    differences: int


@dataclass(frozen=True, slots=True)
class LinkMetricsReading:
    """What was counted of a link until one moment; all but ``pending_actions`` only grow.

    Args:
        events: How many came, by name; beyond some hundred names, ``other``.
        bytes_received: After TLS.
        reads: How many times bytes were taken from the connection.
        fragments: Header-less pieces of messages that were dropped.
        oversized: Messages that were dropped because they were over the limit.
        failed_deliveries: Messages that a defect kept from being used.
        skipped: Events that were not used because far too many came; the picture was taken again then.
        unclaimed_responses: Responses that nobody waited for any more.
        parse_seconds: Spent on cutting bytes into messages.
        apply_seconds: Spent on messages: parsing of what is used, picture, logs, waking waiters.
        pending_actions: Actions that wait for their answers now.
        connects: How many sessions were made.
        pings: How many keepalives were sent.
        lists: Of each list that is compared with the picture.
        faults: Of what the PBX sent and could not be used, by kind (`Fault`).
    """

    events: Mapping[str, int]
    bytes_received: int
    reads: int
    fragments: int
    oversized: int
    failed_deliveries: int
    skipped: int
    unclaimed_responses: int
    parse_seconds: float
    apply_seconds: float
    pending_actions: int
    connects: int
    pings: int
    lists: Mapping[str, ListMetricsReading]
    faults: Mapping[str, int]


class LinkMetrics:
    """Counts what one link does; the link's reader and its supervisor each write what is theirs.

    Attributes:
        events: By name.
        event_count: All of them.
        checkups: The latest comparison of each list, by its action's name.
        faults: By kind.
        latest_faults: The latest example of each kind.
    """

    def __init__(self) -> None:
        self.events: dict[str, int] = {}
        self.event_count = 0
        self.bytes_received = 0
        self.reads = 0
        self.fragments = 0
        self.oversized = 0
        self.failed_deliveries = 0
        self.skipped = 0
        self.unclaimed_responses = 0
        self.parse_seconds = 0.0
        self.apply_seconds = 0.0
        self.connects = 0
        self.pings = 0
        self.checkups: dict[str, ListCheckup] = {}
        self.faults: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self.latest_faults: dict[Fault, str] = {}
        self._lists: dict[str, ListMetricsReading] = {}

    def watch_for_events(self) -> Callable[[str], bool]:
        """Return a function that tells whether an event of a given name has come since this call."""
        before = dict(self.events)
        return lambda name: self.events.get(name, 0) > before.get(name, 0)

    def count_event(self, name: str) -> None:
        """Count one event."""
        self.event_count += 1
        events = self.events
        if name in events:
            events[name] += 1
        elif len(events) < _MOST_NAMES:
            events[name] = 1
        else:
            events[_OTHER] = events.get(_OTHER, 0) + 1

    def count_list(self, name: str, checkup: ListCheckup) -> None:
        """Count one list that was compared, and keep it as the latest."""
        before = self._lists.get(name, ListMetricsReading(0, 0.0, 0))
        self._lists[name] = ListMetricsReading(
            before.asked + 1, before.seconds + checkup.seconds, before.differences + checkup.differences
        )
        self.checkups[name] = checkup

    def count_fault(self, fault: Fault, example: str) -> int:
        """Count something that came and cannot be used; return how often that was.

        Args:
            fault: Its kind.
            example: What came.
        """
        self.faults[fault] += 1
        self.latest_faults[fault] = example
        return self.faults[fault]

    def read(self, pending_actions: int) -> LinkMetricsReading:
        """Return what was counted so far.

        Args:
            pending_actions: Actions that wait for their answers now.
        """
        return LinkMetricsReading(
            # Copied by C code at once: another thread may be adding a name.
            events=MappingProxyType(dict(self.events)),
            bytes_received=self.bytes_received,
            reads=self.reads,
            fragments=self.fragments,
            oversized=self.oversized,
            failed_deliveries=self.failed_deliveries,
            skipped=self.skipped,
            unclaimed_responses=self.unclaimed_responses,
            parse_seconds=self.parse_seconds,
            apply_seconds=self.apply_seconds,
            pending_actions=pending_actions,
            connects=self.connects,
            pings=self.pings,
            lists=MappingProxyType(dict(self._lists)),
            faults=MappingProxyType({fault.value: count for fault, count in self.faults.items()}),
        )
