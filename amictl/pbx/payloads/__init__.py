"""The only serialiser of the picture: values to JSON-ready dictionaries with the API's field names.

Times are ISO 8601 in UTC with milliseconds and ``Z``; what Asterisk does not know is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from amictl.pbx.changes import Change, Model
from amictl.pbx.models import (
    Agent,
    Bridge,
    Call,
    Channel,
    Conference,
    Endpoint,
    LinkStatus,
    Origination,
    ParkedCall,
    Queue,
)
from amictl.pbx.payloads.agents import agent_payload
from amictl.pbx.payloads.bridges import bridge_payload
from amictl.pbx.payloads.calls import call_payload
from amictl.pbx.payloads.channels import channel_payload
from amictl.pbx.payloads.conferences import conference_payload
from amictl.pbx.payloads.endpoints import endpoint_payload
from amictl.pbx.payloads.events import event_payload
from amictl.pbx.payloads.links import limit_payload, link_payload
from amictl.pbx.payloads.originations import origination_payload
from amictl.pbx.payloads.parking import parked_call_payload
from amictl.pbx.payloads.queues import queue_payload
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload

__all__ = [
    "agent_payload",
    "bridge_payload",
    "call_payload",
    "change_payload",
    "channel_payload",
    "conference_payload",
    "endpoint_payload",
    "event_payload",
    "format_time",
    "limit_payload",
    "link_payload",
    "model_payload",
    "origination_payload",
    "parked_call_payload",
    "queue_payload",
]

_MAKERS: Final[Mapping[type, Callable[[Any], Payload]]] = {
    Agent: agent_payload,
    Bridge: bridge_payload,
    Call: call_payload,
    Channel: channel_payload,
    Conference: conference_payload,
    Endpoint: endpoint_payload,
    LinkStatus: link_payload,
    Origination: origination_payload,
    ParkedCall: parked_call_payload,
    Queue: queue_payload,
}


def model_payload(model: Model) -> Payload:
    """Return the payload of any value that a topic has."""
    return _MAKERS[type(model)](model)


def change_payload(change: Change) -> Payload:
    """Return one change as a batch has it."""
    if change.value is None:
        return {"op": change.op, "key": change.key}
    return {"op": change.op, "key": change.key, "value": model_payload(change.value)}
