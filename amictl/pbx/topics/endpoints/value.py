"""Endpoints: what phones and trunks are to the PBX."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.ami_values import DEVICE_STATES
from amictl.pbx.value import About, Time, Value


class EndpointContact(Value, frozen=True):
    """A place where a PJSIP endpoint can be reached."""

    uri: Annotated[str, About("Its SIP URI; with the AOR the contact's key within the endpoint")]
    aor: Annotated[str, About("The address of record that it belongs to")]
    status: Annotated[
        str | None,
        About("reachable, unreachable, nonqualified (never asked) or unknown; null until told"),
    ]
    registered: Annotated[
        bool | None,
        About("Whether a phone registered it; false for one of the configuration, null until a list told"),
    ] = None
    round_trip_ms: Annotated[
        float | None, About("Milliseconds that its latest answer took; null without one")
    ] = None
    user_agent: Annotated[str | None, About("What the phone calls itself; only lists tell")] = None
    via_address: Annotated[
        str | None, About("The address and port that its registration came from; only lists tell")
    ] = None
    expires_at: Annotated[Time | None, About("When its registration ends; only lists tell")] = None


class Endpoint(Value, frozen=True):
    """An endpoint of PJSIP, SIP or IAX2."""

    endpoint: Annotated[
        str, About("Technology and name, PJSIP/100; the key, and the device's name elsewhere in Asterisk")
    ]
    technology: Annotated[str, About("PJSIP, SIP or IAX2")]
    resource: Annotated[str, About("The name alone, 100")]
    device_state: Annotated[str | None, About("The device state's words", words=DEVICE_STATES)] = None
    device_state_since: Annotated[
        Time | None, About("When it came to this state; null where no event told")
    ] = None
    registered: Annotated[
        bool | None,
        About("Whether it registered; null for one that does not, because its address is configured"),
    ] = None
    reachable: Annotated[
        bool | None, About("Whether the PBX can reach it; null where the PBX does not know or never asks")
    ] = None
    status: Annotated[
        str | None, About("reachable, unreachable, lagged, unmonitored or unknown; null until told")
    ] = None
    round_trip_ms: Annotated[
        float | None, About("Milliseconds that its latest answer took; of several contacts the quickest")
    ] = None
    address: Annotated[str | None, About("Where it is, 192.0.2.7:5060")] = None
    aors: Annotated[tuple[str, ...], About("PJSIP's addresses of record")] = ()
    contacts: Annotated[tuple[EndpointContact, ...], About("PJSIP's contacts")] = ()
    active_channels: Annotated[int, About("How many channels it has")] = 0
