"""What fields of requests mean that have the same name in every route."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FIELD_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "pbx": "The PBX's short name; the default one when left out",
        "raw": "Whether to add the AMI message to each item",
        "channel": "A channel's name or unique ID",
        "exten": "An extension",
        "context": "The extension's context in the dialplan",
        "priority": "The extension's priority; 1 when left out",
        "extra_priority": "The priority for the other channel; 1 when left out",
        "timeout": "Milliseconds",
        "queue": "The queue's name",
        "interface": "The member's interface, such as PJSIP/100",
        "paused": "Whether the member shall take no calls",
        "reason": "Why, for the reports",
        "penalty": "Members with a lower penalty are called first",
        "ring_in_use": "Whether the member is called while in use",
        "members": "Whether to read the members anew",
        "new_messages": "Messages not yet heard",
        "old_messages": "Messages heard before",
        "endpoint": "The endpoint's name",
        "mailbox": "The mailbox, such as 100@default",
        "module": "The module's name, such as app_queue.so; all when left out",
    }
)
