"""The topic ``pbx``."""

from __future__ import annotations

from amictl.pbx.models import LinkStatus
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topics import Payload


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
    }
