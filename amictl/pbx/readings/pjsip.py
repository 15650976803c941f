"""Endpoints of PJSIP, and what belongs to them; passwords are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from amictl.pbx.ami_values import (
    read_device_word,
    read_epoch,
    read_float,
    read_int,
    read_text,
    read_truth,
)
from amictl.pbx.payloads import format_time
from amictl.pbx.readings.raw import Reading, is_secret_header
from amictl.protocol import Message

_LONGEST_TIME: Final = 2.0**32 - 1  # seconds since 1970; chan_pjsip's "never" lies at or beyond it
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENVELOPE: Final = frozenset({"Event", "ActionID", "ObjectType", "ObjectName", "EndpointName"})
_ENDPOINT_FIELDS: Final = frozenset({
    "Aors", "Auth", "OutboundAuth", "Transport", "Context", "Callerid", "Mailboxes", "Allow", "DeviceState",
    "ActiveChannels", "Language", "Accountcode",
})  # fmt: skip
# Settings that Asterisk keeps as numbers (res/res_pjsip/pjsip_configuration.c); others may look like one
# by chance, as a context or a user name can.
_NUMBERS: Final = frozenset({
    "CosAudio", "CosVideo", "DeviceStateBusyAt", "DtlsRekey", "FaxDetectTimeout", "MaxAudioStreams",
    "MaxVideoStreams", "RtpKeepalive", "RtpTimeout", "RtpTimeoutHold", "SubMinExpiry", "T38UdptlMaxdatagram",
    "TimersMinSe", "TimersSessExpires", "TosAudio", "TosVideo",
})  # fmt: skip


def read_endpoint(message: Message) -> Reading:
    """Return an ``EndpointList`` item of ``PJSIPShowEndpoints``."""
    return {
        "endpoint": message.get("ObjectName", ""),
        "transport": read_text(message.get("Transport")),
        "aors": _split_names(message.get("Aor")),
        "auths": _split_names(message.get("Auths")),
        "outbound_auths": _split_names(message.get("OutboundAuths")),
        "contacts": _split_names(message.get("Contacts")),
        "device_state": read_device_word(message.get("DeviceState")),
        "active_channels": _read_channels(message.get("ActiveChannels")),
    }


def read_endpoint_details(items: Iterable[Message]) -> Reading:
    """Return what ``PJSIPShowEndpoint`` tells: the endpoint, and its objects by kind.

    Args:
        items: ``EndpointDetail``, ``AuthDetail``, ``TransportDetail``, ``AorDetail``, ``ContactStatusDetail``
            and ``IdentifyDetail`` events.
    """
    reading: Reading = {"endpoint": "", "settings": {}}
    parts: dict[str, list[Reading]] = {part: [] for part, _ in _DETAILS.values()}
    for item in items:
        if item.name == "EndpointDetail":
            reading = _read_endpoint_itself(item)
        elif item.name in _DETAILS:
            part, read = _DETAILS[item.name]
            parts[part].append(read(item))
    return {**reading, **parts}


def read_contact(message: Message) -> Reading:
    """Return a ``ContactList`` item of ``PJSIPShowContacts``."""
    name = message.get("ObjectName", "")
    return {
        "contact": name,
        "aor": name.partition(";")[0] or None,
        "endpoint": read_text(message.get("Endpoint")),
        "uri": read_text(message.get("Uri")),
        "user_agent": read_text(message.get("UserAgent")),
        "address": read_text(message.get("ViaAddr")),
        "port": read_int(message.get("ViaPort")) or None,
        "call_id": read_text(message.get("CallId")),
        "expires_at": _read_expiry(message.get("ExpirationTime")),
        **_read_reachability(message),
        "qualify_frequency": read_int(message.get("QualifyFrequency")),
        "qualify_timeout": read_float(message.get("QualifyTimeout")),
    }


def read_contact_status(message: Message) -> Reading:
    """Return a ``ContactStatusDetail`` event."""
    return {
        "contact": read_text(message.get("ID")),
        "aor": read_text(message.get("AOR")),
        "endpoint": read_text(message.get("EndpointName")),
        "uri": read_text(message.get("URI")),
        "user_agent": read_text(message.get("UserAgent")),
        "address": read_text(message.get("ViaAddress")),
        "call_id": read_text(message.get("CallID")),
        "expires_at": _read_expiry(message.get("RegExpire")),
        **_read_reachability(message),
        "qualify_frequency": read_int(message.get("QualifyFrequency")),
        "qualify_timeout": read_float(message.get("QualifyTimeout")),
    }


def read_aor(message: Message) -> Reading:
    """Return an ``AorDetail`` event, or an ``InboundRegistrationDetail`` item, which has the same headers."""
    return {
        "aor": message.get("ObjectName", ""),
        "contacts": _split_names(message.get("Contacts")),
        "total_contacts": read_int(message.get("TotalContacts")),
        "registered_contacts": read_int(message.get("ContactsRegistered")),
        "max_contacts": read_int(message.get("MaxContacts")),
        "remove_existing": read_truth(message.get("RemoveExisting")),
        "minimum_expiration": read_int(message.get("MinimumExpiration")),
        "default_expiration": read_int(message.get("DefaultExpiration")),
        "maximum_expiration": read_int(message.get("MaximumExpiration")),
        "qualify_frequency": read_int(message.get("QualifyFrequency")),
        "qualify_timeout": read_float(message.get("QualifyTimeout")),
        "mailboxes": _split_names(message.get("Mailboxes")),
        "voicemail_extension": read_text(message.get("VoicemailExtension")),
    }


def read_outbound_registration(message: Message) -> Reading:
    """Return an ``OutboundRegistrationDetail`` item (Asterisk res/res_pjsip_outbound_registration.c)."""
    return {
        "registration": message.get("ObjectName", ""),
        "server_uri": read_text(message.get("ServerUri")),
        "client_uri": read_text(message.get("ClientUri")),
        "endpoint": read_text(message.get("Endpoint")),
        "transport": read_text(message.get("Transport")),
        "status": read_text(message.get("Status")),
        "next_registration_in": read_int(message.get("NextReg")),
        "expiration": read_int(message.get("Expiration")),
        "retry_interval": read_int(message.get("RetryInterval")),
        "max_retries": read_int(message.get("MaxRetries")),
    }


def _read_endpoint_itself(message: Message) -> Reading:
    settings = {
        _WORD_BREAK.sub("_", name).lower(): _read_setting(name, value)
        for name, value in message.headers
        if name not in _ENVELOPE | _ENDPOINT_FIELDS and not is_secret_header(name)
    }
    return {
        "endpoint": message.get("ObjectName", ""),
        "transport": read_text(message.get("Transport")),
        "context": read_text(message.get("Context")),
        "caller_id": read_text(message.get("Callerid")),
        "device_state": read_device_word(message.get("DeviceState")),
        "active_channels": _read_channels(message.get("ActiveChannels")),
        "codecs": _split_names((message.get("Allow") or "").strip("()"), "|"),
        "mailboxes": _split_names(message.get("Mailboxes")),
        "language": read_text(message.get("Language")),
        "account_code": read_text(message.get("Accountcode")),
        "settings": settings,
    }


def _read_auth(message: Message) -> Reading:
    """Return who logs in; how is nobody's business."""
    return {
        "auth": message.get("ObjectName", ""),
        "username": read_text(message.get("Username")),
        "auth_type": read_text(message.get("AuthType")),
        "realm": read_text(message.get("Realm")),
    }


def _read_transport(message: Message) -> Reading:
    return {
        "transport": message.get("ObjectName", ""),
        "protocol": read_text(message.get("Protocol")),
        "bind": read_text(message.get("Bind")),
        "external_signaling_address": read_text(message.get("ExternalSignalingAddress")),
        "external_media_address": read_text(message.get("ExternalMediaAddress")),
    }


def _read_identify(message: Message) -> Reading:
    return {"identify": message.get("ObjectName", ""), "match": _split_names(message.get("Match"))}


def _read_reachability(message: Message) -> Reading:
    """Return whether a contact answers, and within how many seconds."""
    words = read_text(message.get("Status"))
    microseconds = read_int(message.get("RoundtripUsec"))
    return {
        "status": None if words is None else words.lower(),
        "round_trip": microseconds / 1_000_000 if microseconds else None,
    }


def _read_setting(name: str, value: str) -> str | bool | int | None:
    if name in _NUMBERS:
        return read_int(value)
    if value in {"true", "false"}:
        return value == "true"
    return read_text(value)


def _read_channels(value: str | None) -> int:
    """Return how many channels an endpoint has: newer PBXs count them, older ones name them."""
    counted = read_int(value)
    return len(_split_names(value)) if counted is None else counted


def _read_expiry(value: str | None) -> str | None:
    seconds = read_epoch(value)
    return format_time(seconds) if seconds is not None and 0 < seconds < _LONGEST_TIME else None


def _split_names(value: str | None, separator: str = ",") -> list[str]:
    """Return the names of a list such as ``100,101,``."""
    return [name.strip() for name in (value or "").split(separator) if name.strip()]


_DETAILS: Final[Mapping[str, tuple[str, Callable[[Message], dict[str, Any]]]]] = {
    "AuthDetail": ("auths", _read_auth),
    "AorDetail": ("aors", read_aor),
    "TransportDetail": ("transports", _read_transport),
    "ContactStatusDetail": ("contacts", read_contact_status),
    "IdentifyDetail": ("identifies", _read_identify),
}
