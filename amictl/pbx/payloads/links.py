"""The topic ``pbx``."""

from __future__ import annotations

from amictl.pbx.models.links import LinkStatus, ListCheckup, TopicLimit
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def link_payload(link: LinkStatus) -> Payload:
    """Return a value of the topic ``pbx``."""
    return {
        "pbx": link.pbx,
        "state": link.state.value,
        "since": format_time(link.since),
        "stale": link.stale,
        "retry_at": format_time(link.retry_at),
        "detail": link.detail,
        "asterisk_version": link.asterisk_version,
        "epoch": link.epoch,
        "round_trip_ms": None if link.round_trip is None else round(link.round_trip * 1000.0, 3),
        "last_received": format_time(link.last_received),
        "address": link.address,
        "clock_offset": None if link.clock_offset is None else round(link.clock_offset, 3),
        "counters": dict(link.counters),
        "drifts": dict(link.drifts),
        "reconciled": {name: _checkup_payload(checkup) for name, checkup in link.reconciled.items()},
        "limits": {topic: limit_payload(limit) for topic, limit in link.limits.items()},
    }


def _checkup_payload(checkup: ListCheckup) -> Payload:
    return {
        "at": format_time(checkup.at),
        "seconds": round(checkup.seconds, 4),
        "items": checkup.items,
        "differences": checkup.differences,
    }


def limit_payload(limit: TopicLimit) -> Payload:
    """Return why a topic does not follow the PBX by itself."""
    return {"detail": limit.detail, "known": limit.known, "as_of": format_time(limit.as_of)}
