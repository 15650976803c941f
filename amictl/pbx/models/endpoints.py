"""Endpoints: what phones and trunks are to the PBX."""

from __future__ import annotations

from amictl.pbx.models.value import Value


class EndpointContact(Value, frozen=True):
    """One place where a PJSIP endpoint can be reached.

    Args:
        uri: Its SIP URI; with the AOR the contact's key within the endpoint.
        aor: The address of record that it belongs to.
        status: ``reachable``, ``unreachable``, ``nonqualified`` (never asked), ``unknown``; None until told.
        registered: Whether a phone registered it; False for one of the configuration, None until a list told.
        round_trip_ms: Milliseconds that its latest answer took; None without one.
        user_agent: What the phone calls itself; only lists tell.
        via_address: The address and port that its registration came from; only lists tell.
        expires_at: When its registration ends, on the PBX's clock; only lists tell.
    """

    uri: str
    aor: str
    status: str | None
    registered: bool | None = None
    round_trip_ms: float | None = None
    user_agent: str | None = None
    via_address: str | None = None
    expires_at: float | None = None


class Endpoint(Value, frozen=True):
    """One endpoint of PJSIP, SIP or IAX2.

    Args:
        endpoint: Technology and name, ``PJSIP/100``; the key, and the device's name elsewhere in Asterisk.
        technology: ``PJSIP``, ``SIP`` or ``IAX2``.
        resource: The name alone, ``100``.
        device_state: The device state's words; see `amictl.pbx.values.DEVICE_STATES`.
        device_state_since: When it came to this state, on the PBX's clock; None where no event told.
        registered: Whether it registered; None for one that does not, because its address is configured.
        reachable: Whether the PBX can reach it; None where the PBX does not know or never asks.
        status: ``reachable``, ``unreachable``, ``lagged``, ``unmonitored``, ``unknown``; None until told.
        round_trip_ms: Milliseconds that its latest answer took; of several contacts the quickest.
        address: Where it is, ``192.0.2.7:5060``.
        aors: PJSIP's addresses of record.
        contacts: PJSIP's contacts.
        active_channels: How many channels it has.
    """

    endpoint: str
    technology: str
    resource: str
    device_state: str | None = None
    device_state_since: float | None = None
    registered: bool | None = None
    reachable: bool | None = None
    status: str | None = None
    round_trip_ms: float | None = None
    address: str | None = None
    aors: tuple[str, ...] = ()
    contacts: tuple[EndpointContact, ...] = ()
    active_channels: int = 0
