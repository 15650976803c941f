"""The topic ``parking``."""

from __future__ import annotations

from amictl.pbx.models import ParkedCall
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def parked_call_payload(parked: ParkedCall) -> Payload:
    """Return a value of the topic ``parking``."""
    return {
        "unique_id": parked.unique_id,
        "channel": parked.channel,
        "linked_id": parked.linked_id,
        "caller_id_num": parked.caller_id_num,
        "caller_id_name": parked.caller_id_name,
        "connected_line_num": parked.connected_line_num,
        "connected_line_name": parked.connected_line_name,
        "lot": parked.lot,
        "space": parked.space,
        "parked_by": parked.parked_by,
        "parked_at": format_time(parked.parked_at),
        "timeout_at": format_time(parked.timeout_at),
    }
