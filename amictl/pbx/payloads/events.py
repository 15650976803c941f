"""The topics ``events`` and ``event:<Name>``."""

from __future__ import annotations

from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads.times import format_time
from amictl.protocol import Message


def event_payload(message: Message, seq: int, at: float) -> Payload:
    """Return one AMI event as the topic ``events`` has it.

    Args:
        message: The event.
        seq: Its number.
        at: When it was received.
    """
    return {
        "type": "ami_event",
        "event": message.name,
        "data": message.to_dict(),
        "at": format_time(at),
        "seq": seq,
    }
