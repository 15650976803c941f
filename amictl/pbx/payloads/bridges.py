"""The topic ``bridges``."""

from __future__ import annotations

from amictl.pbx.models import Bridge
from amictl.pbx.topic_log import Payload


def bridge_payload(bridge: Bridge) -> Payload:
    """Return a value of the topic ``bridges``."""
    return {
        "bridge_id": bridge.bridge_id,
        "type": bridge.type,
        "technology": bridge.technology,
        "name": bridge.name,
        "creator": bridge.creator,
        "channels": list(bridge.channels),
    }
