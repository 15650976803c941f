"""The topic ``actions``."""

from __future__ import annotations

from amictl.pbx.models import Origination
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def origination_payload(origination: Origination) -> Payload:
    """Return a value of the topic ``actions``."""
    return {
        "action_id": origination.action_id,
        "action": "originate",
        "channel_id": origination.channel_id,
        "channel": origination.channel,
        "exten": origination.exten,
        "context": origination.context,
        "application": origination.application,
        "requested_by": origination.requested_by,
        "requested_at": format_time(origination.requested_at),
        "state": origination.state.value,
        "reason": origination.reason,
        "detail": origination.detail,
        "settled_at": format_time(origination.settled_at),
    }
