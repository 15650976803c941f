"""What Asterisk's lists tell of endpoints.

Each function returns the endpoints as the picture would have them if it agreed with one list; what that list
does not tell stays as it is known. Sources: Asterisk res/res_pjsip/pjsip_configuration.c and pjsip_options.c,
channels/chan_sip.c and chan_iax2.c, res/res_manager_devicestate.c; seen on 16 and 22.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_device_word, read_float, read_int, read_names, read_text, read_truth
from amictl.pbx.faults import Sparing, read_each
from amictl.pbx.topics.endpoints.value import Endpoint, EndpointContact
from amictl.protocol import Message

Endpoints = Mapping[str, Endpoint]

PJSIP: Final = "PJSIP"
SIP: Final = "SIP"
IAX2: Final = "IAX2"
TECHNOLOGIES: Final = (PJSIP, SIP, IAX2)

REACHABLE: Final = "reachable"
UNREACHABLE: Final = "unreachable"
NOT_QUALIFIED: Final = "nonqualified"

_UNAVAILABLE: Final = "unavailable"
_IDLE: Final = "not in use"
_LONGEST_TIME: Final = 2.0**32 - 1  # seconds since 1970; PJSIP's "never" lies at or beyond it
_PORT_HEADERS: Final = {SIP: "IPport", IAX2: "Port"}
_LATENCY: Final = re.compile(r"\((\d+) ?ms\)")
_NOWHERE: Final = frozenset({"-none-", "(null)", "(Unspecified)"})
_HOST: Final = re.compile(r"sips?:(?:[^@]*@)?(\[[^\]]*\](?::\d+)?|[^;>?]+)")
# What SIP and IAX call a state in lists, where their events have another word for it.
_STATUS_WORDS: Final = {"ok": REACHABLE}
# Whether a peer answers, by its state; of the others the PBX does not know.
_ANSWERS: Final = {REACHABLE: True, "lagged": True, UNREACHABLE: False}


def read_pjsip_endpoints(items: Iterable[Message], known: Endpoints, _now: float) -> dict[str, Endpoint]:
    """Return PJSIP's endpoints, of a ``PJSIPShowEndpoints`` list.

    It tells which contacts there are, those of the configuration included, and nothing else of them.

    Args:
        items: ``EndpointList`` events.
        known: The endpoints that the picture has.
        _now: The PBX's time.
    """
    endpoints = read_each(items, lambda item: _read_pjsip(item, known))
    return {endpoint.endpoint: endpoint for _, endpoint in endpoints}


def read_contact_places(items: Iterable[Message]) -> dict[str, frozenset[str]]:
    """Return the URIs of each PJSIP endpoint's contacts, of a ``PJSIPShowEndpoints`` list.

    Args:
        items: ``EndpointList`` events.
    """
    return {item.get("ObjectName", ""): frozenset(uri for _, uri in _read_places(item)) for item in items}


def read_contacts(items: Iterable[Message], known: Endpoints, _now: float) -> dict[str, Endpoint]:
    """Return PJSIP's endpoints with the contacts of a ``PJSIPShowContacts`` list.

    It has only those that phones registered (Asterisk keeps the others elsewhere), so a known contact that
    it lacks either belongs to the configuration or is gone.

    Args:
        items: ``ContactList`` events.
        known: The endpoints that the picture has.
        _now: The PBX's time.
    """
    listed: dict[str, list[EndpointContact]] = {}
    for item, contact in read_each(items, _read_contact):
        listed.setdefault(f"{PJSIP}/{item.get('Endpoint', '')}", []).append(contact)
    return {
        key: with_contacts(endpoint, _merge_contacts(endpoint.contacts, listed.get(key, ())))
        for key, endpoint in known.items()
        if endpoint.technology == PJSIP
    }


def read_contact_details(items: Iterable[Message], known: Endpoints, _now: float) -> dict[str, Endpoint]:
    """Return one PJSIP endpoint with what ``PJSIPShowEndpoint`` tells of its contacts.

    Args:
        items: ``ContactStatusDetail`` events, and others that are skipped.
        known: The endpoints that the picture has.
        _now: The PBX's time.
    """
    told: dict[str, Endpoint] = {}
    for item in items:
        key = f"{PJSIP}/{item.get('EndpointName', '')}"
        endpoint = told.get(key) or known.get(key)
        if item.name == "ContactStatusDetail" and endpoint is not None:
            with Sparing(item):
                told[key] = with_contact(endpoint, _read_contact_detail(item))
    return told


def read_peers(
    technology: str, items: Iterable[Message], known: Endpoints, _now: float
) -> dict[str, Endpoint]:
    """Return the peers of an older driver, of a ``SIPpeers`` or ``IAXpeerlist`` list.

    Args:
        technology: ``SIP`` or ``IAX2``.
        items: ``PeerEntry`` events.
        known: The endpoints that the picture has.
        _now: The PBX's time.
    """
    peers = read_each(items, lambda item: _read_peer(technology, item, known))
    return {peer.endpoint: peer for _, peer in peers}


def read_device_states(items: Iterable[Message], known: Endpoints, _now: float) -> dict[str, Endpoint]:
    """Return the known endpoints whose device state a ``DeviceStateList`` tells.

    Args:
        items: ``DeviceStateChange`` events.
        known: The endpoints that the picture has.
        _now: The PBX's time.
    """
    told = {}
    for item in items:
        endpoint = known.get(item.get("Device", ""))
        if endpoint is not None:
            told[endpoint.endpoint] = with_device_state(endpoint, read_device_word(item.get("State")))
    return told


def read_status(words: str | None) -> str | None:
    """Return one word for a peer's or contact's state: ``OK (12 ms)`` and ``Reachable`` are the same."""
    text = read_text(words)
    if text is None:
        return None
    word = text.partition(" (")[0].lower()
    return _STATUS_WORDS.get(word, word)


def with_status(endpoint: Endpoint, status: str | None, round_trip_ms: float | None) -> Endpoint:
    """Return a peer of SIP or IAX2 that is in another state."""
    answers = _ANSWERS.get(status or "")
    return replace(endpoint, status=status, reachable=answers, round_trip_ms=round_trip_ms)


def with_device_state(endpoint: Endpoint, device_state: str | None, since: float | None = None) -> Endpoint:
    """Return an endpoint whose device has a state.

    Args:
        endpoint: The endpoint.
        device_state: The state's words; None where nobody told.
        since: When it came to it, where an event told.
    """
    if device_state is None or device_state == endpoint.device_state:
        return endpoint
    return replace(endpoint, device_state=device_state, device_state_since=since)


def with_channels(endpoint: Endpoint, count: int) -> Endpoint:
    """Return an endpoint that has so many channels."""
    return replace(endpoint, active_channels=count)


def with_contact(endpoint: Endpoint, contact: EndpointContact) -> Endpoint:
    """Return a PJSIP endpoint that has a contact, in the place of the one with the same URI and AOR."""
    contacts = {(each.aor, each.uri): each for each in endpoint.contacts}
    contacts[contact.aor, contact.uri] = contact
    return with_contacts(endpoint, contacts.values())


def with_contacts(endpoint: Endpoint, contacts: Iterable[EndpointContact]) -> Endpoint:
    """Return a PJSIP endpoint that has these contacts, with what follows from them."""
    contacts = tuple(contacts)
    if contacts == endpoint.contacts:
        return endpoint
    times = [contact.round_trip_ms for contact in contacts if contact.round_trip_ms is not None]
    return replace(
        endpoint,
        contacts=contacts,
        registered=_is_registered(endpoint, contacts),
        round_trip_ms=min(times, default=None),
        address=next((address for contact in contacts if (address := _address_of(contact))), None),
    )


def _read_pjsip(item: Message, known: Endpoints) -> Endpoint:
    name = item.get("ObjectName", "")
    key = f"{PJSIP}/{name}"
    aors = read_names(item.get("Aor"))
    before = replace(known.get(key) or Endpoint(key, PJSIP, name), aors=aors)
    earlier = {(contact.aor, contact.uri): contact for contact in before.contacts}
    contacts = [
        earlier.get(place) or EndpointContact(place[1], place[0], None) for place in _read_places(item)
    ]
    endpoint = with_contacts(before, contacts)
    device_state = read_device_word(item.get("DeviceState"))
    endpoint = replace(
        with_device_state(endpoint, device_state), registered=_is_registered(endpoint, endpoint.contacts)
    )
    if device_state == _UNAVAILABLE or not endpoint.contacts:
        return replace(endpoint, reachable=False, status=UNREACHABLE)
    # A phone in a call may have become unreachable meanwhile: its device state does not tell.
    reachable = endpoint.reachable if endpoint.reachable is not None and device_state != _IDLE else True
    return replace(endpoint, reachable=reachable, status=REACHABLE if reachable else UNREACHABLE)


def _read_peer(technology: str, item: Message, known: Endpoints) -> Endpoint:
    name = item.get("ObjectName", "")
    key = f"{technology}/{name}"
    address, port = read_text(item.get("IPaddress")), read_int(item.get(_PORT_HEADERS[technology]))
    if address in _NOWHERE:
        address = None
    dynamic = read_truth(item.get("Dynamic"))
    latency = _LATENCY.search(item.get("Status", ""))
    return replace(
        with_status(
            known.get(key) or Endpoint(key, technology, name),
            read_status(item.get("Status")),
            read_float(latency[1]) if latency else None,
        ),
        registered=address is not None if dynamic else None,
        address=f"{address}:{port}" if address and port else address,
    )


def _read_places(item: Message) -> list[tuple[str, str]]:
    """Return AOR and URI of an endpoint's contacts; there is one header for each AOR."""
    contacts = [name for header in item.get_all("Contacts") for name in read_names(header)]
    return [(aor, uri) for aor, _, uri in (contact.partition("/") for contact in contacts)]


def _is_registered(endpoint: Endpoint, contacts: Iterable[EndpointContact]) -> bool | None:
    """Return whether a phone registered; None where nothing but configured contacts is there, or no AOR."""
    kinds = {contact.registered for contact in contacts}
    if True in kinds:
        return True
    return False if endpoint.aors and not kinds else None


def _merge_contacts(
    known: Iterable[EndpointContact], listed: Iterable[EndpointContact]
) -> list[EndpointContact]:
    """Return a list's contacts, and of the known ones those of the configuration."""
    fresh = {(contact.aor, contact.uri): contact for contact in listed}
    merged = []
    for contact in known:
        told = fresh.pop((contact.aor, contact.uri), None)
        if told is not None:
            merged.append(told)
        elif not contact.registered:
            merged.append(replace(contact, registered=False))
    return [*merged, *fresh.values()]


def _read_contact(item: Message) -> EndpointContact:
    """Return an item of ``PJSIPShowContacts``; its name is the AOR, a separator and a hash."""
    address, port = read_text(item.get("ViaAddr")), read_int(item.get("ViaPort"))
    return EndpointContact(
        uri=item.get("Uri", ""),
        aor=item.get("ObjectName", "").partition(";@")[0],
        status=read_status(item.get("Status")),
        registered=True,
        round_trip_ms=read_round_trip(item.get("RoundtripUsec")),
        user_agent=read_text(item.get("UserAgent")),
        via_address=f"{address}:{port}" if address and port else address,
        expires_at=_read_expiry(item.get("ExpirationTime")),
    )


def _read_contact_detail(item: Message) -> EndpointContact:
    expires_at = _read_expiry(item.get("RegExpire"))
    return EndpointContact(
        uri=item.get("URI", ""),
        aor=item.get("AOR", ""),
        status=read_status(item.get("Status")),
        registered="@@" not in item.get("ID", ""),  # the separator of contacts of the configuration
        round_trip_ms=read_round_trip(item.get("RoundtripUsec")),
        user_agent=read_text(item.get("UserAgent")),
        via_address=read_text(item.get("ViaAddress")),
        expires_at=expires_at,
    )


def read_round_trip(microseconds: str | None) -> float | None:
    """Return milliseconds; Asterisk tells 0 or ``N/A`` of a contact that did not answer."""
    found = read_int(microseconds)
    return found / 1000.0 if found else None


def _address_of(contact: EndpointContact) -> str | None:
    if contact.via_address:
        return contact.via_address
    host = _HOST.match(contact.uri)
    return host[1] if host else None


def _read_expiry(value: str | None) -> float | None:
    seconds = read_float(value)
    return seconds if seconds is not None and 0 < seconds < _LONGEST_TIME else None
