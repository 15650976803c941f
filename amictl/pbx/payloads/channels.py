"""The topic ``channels``."""

from __future__ import annotations

from amictl.pbx.models import Channel
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def channel_payload(channel: Channel) -> Payload:
    """Return a value of the topic ``channels``."""
    return {
        "channel": channel.channel,
        "unique_id": channel.unique_id,
        "linked_id": channel.linked_id,
        "state": channel.state,
        "caller_id_num": channel.caller_id_num,
        "caller_id_name": channel.caller_id_name,
        "connected_line_num": channel.connected_line_num,
        "connected_line_name": channel.connected_line_name,
        "context": channel.context,
        "exten": channel.exten,
        "priority": channel.priority,
        "application": channel.application,
        "application_data": channel.application_data,
        "account_code": channel.account_code,
        "language": channel.language,
        "bridge_id": channel.bridge_id,
        "created_at": format_time(channel.created_at),
        "state_since": format_time(channel.state_since),
        "answered_at": format_time(channel.answered_at),
        "bridged_at": format_time(channel.bridged_at),
        "on_hold": channel.on_hold,
        "held_since": format_time(channel.held_since),
        "waiting_since": format_time(channel.waiting_since),
    }
