"""Endpoints of PJSIP, and what belongs to them; passwords are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final

from msgspec import UNSET

from amictl.pbx.ami_values import read_device_word, read_epoch, read_int, read_names, read_text
from amictl.pbx.reader import Listed, headers_of, reader_of
from amictl.pbx.readings.raw import Raw, Row, is_secret_header
from amictl.pbx.value import About, Time, Value
from amictl.protocol import Message

_LONGEST_TIME: Final = 2.0**32 - 1  # seconds since 1970; chan_pjsip's "never" lies at or beyond it
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Settings that Asterisk keeps as numbers (res/res_pjsip/pjsip_configuration.c); others may look like one
# by chance, as a context or a user name can.
_NUMBERS: Final = frozenset({
    "CosAudio", "CosVideo", "DeviceStateBusyAt", "DtlsRekey", "FaxDetectTimeout", "MaxAudioStreams",
    "MaxVideoStreams", "RtpKeepalive", "RtpTimeout", "RtpTimeoutHold", "SubMinExpiry", "T38UdptlMaxdatagram",
    "TimersMinSe", "TimersSessExpires", "TosAudio", "TosVideo",
})  # fmt: skip


def _count_channels(text: str | None) -> int:
    """Return how many channels an endpoint has: newer PBXs count them, older ones name them."""
    counted = read_int(text)
    return len(read_names(text)) if counted is None else counted


def _read_codecs(text: str | None) -> tuple[str, ...]:
    return read_names((text or "").strip("()").replace("|", ","))


def _read_status(text: str | None) -> str | None:
    words = read_text(text)
    return None if words is None else words.lower()


def _read_round_trip(microseconds: str | None) -> float | None:
    found = read_int(microseconds)
    return found / 1_000_000 if found else None


def _read_expiry(text: str | None) -> float | None:
    seconds = read_epoch(text)
    return seconds if seconds is not None and seconds < _LONGEST_TIME else None


def _read_port(text: str | None) -> int | None:
    return read_int(text) or None


class EndpointRow(Row, frozen=True):
    """A PJSIP endpoint."""

    schema_name: ClassVar[str] = "Endpoint"

    endpoint: Annotated[str, About("", "ObjectName")]
    transport: str | None
    aors: Annotated[tuple[str, ...], About("", "Aor")]
    auths: tuple[str, ...]
    outbound_auths: tuple[str, ...]
    contacts: tuple[str, ...]
    device_state: Annotated[str | None, About("", read=read_device_word)]
    active_channels: Annotated[int, About("How many channels it has", read=_count_channels)]


class EndpointAuth(Listed, frozen=True):
    """Who may log in as an endpoint; its password is never told."""

    auth: Annotated[str, About("", "ObjectName")]
    username: str | None
    auth_type: str | None
    realm: str | None


class EndpointTransport(Listed, frozen=True):
    """How an endpoint is reached."""

    transport: Annotated[str, About("", "ObjectName")]
    protocol: str | None
    bind: str | None
    external_signaling_address: str | None
    external_media_address: str | None


class EndpointIdentify(Listed, frozen=True):
    """Addresses by which an endpoint is recognised."""

    identify: Annotated[str, About("", "ObjectName")]
    match: tuple[str, ...]


class ContactStatus(Listed, frozen=True):
    """A contact of an endpoint."""

    status: Annotated[
        str | None,
        About("reachable, unreachable, nonqualified, unknown, created, removed", read=_read_status),
    ]
    round_trip: Annotated[
        float | None, About("Seconds; null where it is not measured", "RoundtripUsec", _read_round_trip)
    ]
    expires_at: Annotated[Time | None, About("Null for one that never does", "RegExpire", _read_expiry)]
    endpoint: Annotated[str | None, About("", "EndpointName")]
    uri: str | None
    user_agent: str | None
    address: Annotated[str | None, About("Where its registration came from", "ViaAddress")]
    call_id: str | None
    qualify_frequency: Annotated[int | None, About("Seconds; 0 is never")]
    qualify_timeout: Annotated[float | None, About("Seconds")]
    contact: Annotated[str | None, About("", "ID")]
    aor: str | None


class Contact(ContactStatus, frozen=True):
    """Where a phone can be reached."""

    expires_at: Annotated[Time | None, About("Null for one that never does", "ExpirationTime", _read_expiry)]
    endpoint: str | None
    address: Annotated[str | None, About("Where its registration came from", "ViaAddr")]
    contact: Annotated[str | None, About("", "ObjectName")]
    port: Annotated[int | None, About("", "ViaPort", _read_port)]
    raw: Annotated[Raw, About("", "")] = UNSET


class Aor(Row, frozen=True):
    """An address of record: what phones may register for; times are seconds."""

    aor: Annotated[str, About("", "ObjectName")]
    contacts: tuple[str, ...]
    total_contacts: int | None
    registered_contacts: Annotated[int | None, About("", "ContactsRegistered")]
    max_contacts: int | None
    remove_existing: bool | None
    minimum_expiration: int | None
    default_expiration: int | None
    maximum_expiration: int | None
    qualify_frequency: int | None
    qualify_timeout: float | None
    mailboxes: tuple[str, ...]
    voicemail_extension: str | None


class EndpointDetails(Row, frozen=True):
    """A PJSIP endpoint with what belongs to it."""

    endpoint: Annotated[str, About("", "ObjectName")]
    transport: str | None
    context: str | None
    caller_id: str | None
    device_state: Annotated[str | None, About("", read=read_device_word)]
    active_channels: Annotated[int, About("", read=_count_channels)]
    codecs: Annotated[tuple[str, ...], About("", "Allow", _read_codecs)]
    mailboxes: tuple[str, ...]
    language: str | None
    account_code: str | None
    settings: Annotated[Mapping[str, str | bool | int | None], About("Its other settings, in snake_case", "")]
    auths: Annotated[tuple[EndpointAuth, ...], About("", "")]
    aors: Annotated[tuple[Aor, ...], About("", "")]
    transports: Annotated[tuple[EndpointTransport, ...], About("", "")]
    contacts: Annotated[tuple[ContactStatus, ...], About("", "")]
    identifies: Annotated[tuple[EndpointIdentify, ...], About("", "")]


class OutboundRegistration(Row, frozen=True):
    """One of our registrations at another server; times are seconds."""

    registration: Annotated[str, About("", "ObjectName")]
    server_uri: str | None
    client_uri: str | None
    endpoint: str | None
    transport: str | None
    status: str | None
    next_registration_in: Annotated[int | None, About("", "NextReg")]
    expiration: int | None
    retry_interval: int | None
    max_retries: int | None


read_endpoint: Final = reader_of(EndpointRow)
"""Reads an ``EndpointList`` item of ``PJSIPShowEndpoints``."""

read_aor: Final = reader_of(Aor)
"""Reads an ``AorDetail`` event, or an ``InboundRegistrationDetail`` item, which has the same headers."""

read_outbound_registration: Final = reader_of(OutboundRegistration)
"""Reads an ``OutboundRegistrationDetail`` item (Asterisk res/res_pjsip_outbound_registration.c)."""

_read_contact: Final = reader_of(Contact)
_read_details: Final = reader_of(EndpointDetails)
_PARTS: Final[Mapping[str, tuple[str, Callable[[Message], Value]]]] = {
    "auths": ("AuthDetail", reader_of(EndpointAuth)),
    "aors": ("AorDetail", read_aor),
    "transports": ("TransportDetail", reader_of(EndpointTransport)),
    "contacts": ("ContactStatusDetail", reader_of(ContactStatus)),
    "identifies": ("IdentifyDetail", reader_of(EndpointIdentify)),
}
_NO_SETTINGS: Final = headers_of(EndpointDetails) | {
    "event", "actionid", "objecttype", "endpointname", "aors", "auth", "outboundauth",
}  # fmt: skip


def read_contact(message: Message) -> Contact:
    """Return a ``ContactList`` item of ``PJSIPShowContacts``."""
    return _read_contact(message, aor=message.get("ObjectName", "").partition(";")[0] or None)


def read_endpoint_details(items: Sequence[Message]) -> EndpointDetails:
    """Return what ``PJSIPShowEndpoint`` tells: the endpoint, and its objects by kind.

    Args:
        items: ``EndpointDetail``, ``AuthDetail``, ``TransportDetail``, ``AorDetail``, ``ContactStatusDetail``
            and ``IdentifyDetail`` events.
    """
    endpoint = next((item for item in items if item.name == "EndpointDetail"), Message(b""))
    parts: dict[str, Any] = {
        part: tuple(read(item) for item in items if item.name == event)
        for part, (event, read) in _PARTS.items()
    }
    settings = {
        _WORD_BREAK.sub("_", name).lower(): _read_setting(name, value)
        for name, value in endpoint.headers
        if name.lower() not in _NO_SETTINGS and not is_secret_header(name)
    }
    return _read_details(endpoint, settings=settings, **parts)


def _read_setting(name: str, value: str) -> str | bool | int | None:
    if name in _NUMBERS:
        return read_int(value)
    if value in {"true", "false"}:
        return value == "true"
    return read_text(value)
