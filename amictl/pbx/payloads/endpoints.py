"""The topic ``endpoints``."""

from __future__ import annotations

from amictl.pbx.models import Endpoint, EndpointContact
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def endpoint_payload(endpoint: Endpoint) -> Payload:
    """Return a value of the topic ``endpoints``."""
    return {
        "endpoint": endpoint.endpoint,
        "technology": endpoint.technology,
        "resource": endpoint.resource,
        "device_state": endpoint.device_state,
        "device_state_since": format_time(endpoint.device_state_since),
        "registered": endpoint.registered,
        "reachable": endpoint.reachable,
        "status": endpoint.status,
        "round_trip_ms": endpoint.round_trip_ms,
        "address": endpoint.address,
        "aors": list(endpoint.aors),
        "contacts": [_contact_payload(contact) for contact in endpoint.contacts],
        "active_channels": endpoint.active_channels,
    }


def _contact_payload(contact: EndpointContact) -> Payload:
    return {
        "uri": contact.uri,
        "aor": contact.aor,
        "status": contact.status,
        "registered": contact.registered,
        "round_trip_ms": contact.round_trip_ms,
        "user_agent": contact.user_agent,
        "via_address": contact.via_address,
        "expires_at": format_time(contact.expires_at),
    }
