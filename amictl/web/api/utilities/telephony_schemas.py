"""What the routes about phones take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amictl.services.requests import Fields, PbxName, ReadQuery, Short, Text
from amictl.services.schemas import Answer, Item, PbxAnswer, Performed, Time

Setting = str | bool | int | None


class ExtensionStateQuery(ReadQuery):
    """A read of one extension's state."""

    exten: Annotated[Short, Field(description="The extension")]
    context: Annotated[Short, Field(description="Its context")]


class PresenceQuery(ReadQuery):
    """A read of all presences, or of one."""

    provider: Annotated[Text | None, Field(description="Such as CustomPresence:alice")] = None


class QualifyBody(Fields):
    """An endpoint whose contacts shall be asked for a sign of life."""

    endpoint: Annotated[Text, Field(description="A PJSIP endpoint's name")]
    pbx: PbxName | None = None


class Place(Item):
    """Where a SIP peer is, and how it does."""

    peer: str
    type: Annotated[str | None, Field(description="peer or user")]
    address: str | None
    port: int | None
    dynamic: Annotated[bool | None, Field(description="Whether it registers")]
    status: Annotated[str | None, Field(description="ok, lagged, unreachable, unmonitored, unknown")]
    round_trip: Annotated[float | None, Field(description="Seconds")]
    description: str | None


class SipPeer(Place):
    """A peer of chan_sip."""

    acl: bool | None
    video_support: bool | None
    text_support: bool | None
    realtime: bool | None
    account_code: str | None


class SipPeers(PbxAnswer):
    """The peers of chan_sip."""

    peers: list[SipPeer]


class SipPeerDetails(Place):
    """A peer of chan_sip with its settings."""

    context: str | None
    caller_id: str | None
    user_agent: str | None
    contact: str | None
    codecs: str | None
    mailbox: str | None
    language: str | None
    has_secret: bool | None
    settings: Annotated[dict[str, str | None], Field(description="What else Asterisk tells, as it tells it")]


class SipPeerAnswer(PbxAnswer):
    """A peer of chan_sip."""

    peer: SipPeerDetails


class Endpoint(Item):
    """A PJSIP endpoint."""

    endpoint: str
    transport: str | None
    aors: list[str]
    auths: list[str]
    outbound_auths: list[str]
    contacts: list[str]
    device_state: str | None
    active_channels: Annotated[int, Field(description="How many channels it has")]


class Endpoints(PbxAnswer):
    """The PJSIP endpoints."""

    endpoints: list[Endpoint]


class EndpointAuth(Answer):
    """Who may log in as an endpoint; its password is never told."""

    auth: str
    username: str | None
    auth_type: str | None
    realm: str | None


class EndpointTransport(Answer):
    """How an endpoint is reached."""

    transport: str
    protocol: str | None
    bind: str | None
    external_signaling_address: str | None
    external_media_address: str | None


class EndpointIdentify(Answer):
    """Addresses by which an endpoint is recognised."""

    identify: str
    match: list[str]


class Reachability(Answer):
    """Whether a contact answers."""

    status: Annotated[
        str | None, Field(description="reachable, unreachable, nonqualified, unknown, created, removed")
    ]
    round_trip: Annotated[float | None, Field(description="Seconds; null where it is not measured")]
    expires_at: Annotated[Time | None, Field(description="Null for one that never does")]
    endpoint: str | None
    uri: str | None
    user_agent: str | None
    address: Annotated[str | None, Field(description="Where its registration came from")]
    call_id: str | None
    qualify_frequency: Annotated[int | None, Field(description="Seconds; 0 is never")]
    qualify_timeout: Annotated[float | None, Field(description="Seconds")]


class ContactStatus(Reachability):
    """A contact of an endpoint."""

    contact: str | None
    aor: str | None


class Contact(ContactStatus, Item):
    """Where a phone can be reached."""

    port: int | None


class Contacts(PbxAnswer):
    """Where phones can be reached."""

    contacts: list[Contact]


class Aor(Item):
    """An address of record: what phones may register for; times are seconds."""

    aor: str
    contacts: list[str]
    total_contacts: int | None
    registered_contacts: int | None
    max_contacts: int | None
    remove_existing: bool | None
    minimum_expiration: int | None
    default_expiration: int | None
    maximum_expiration: int | None
    qualify_frequency: int | None
    qualify_timeout: float | None
    mailboxes: list[str]
    voicemail_extension: str | None


class EndpointDetails(Item):
    """A PJSIP endpoint with what belongs to it."""

    endpoint: str
    transport: str | None
    context: str | None
    caller_id: str | None
    device_state: str | None
    active_channels: int
    codecs: list[str]
    mailboxes: list[str]
    language: str | None
    account_code: str | None
    settings: Annotated[dict[str, Setting], Field(description="Its other settings, in snake_case")]
    auths: list[EndpointAuth]
    aors: list[Aor]
    transports: list[EndpointTransport]
    contacts: list[ContactStatus]
    identifies: list[EndpointIdentify]


class EndpointAnswer(PbxAnswer):
    """A PJSIP endpoint."""

    endpoint: EndpointDetails


class OutboundRegistration(Item):
    """One of our registrations at another server; times are seconds."""

    registration: str
    server_uri: str | None
    client_uri: str | None
    endpoint: str | None
    transport: str | None
    status: str | None
    next_registration_in: int | None
    expiration: int | None
    retry_interval: int | None
    max_retries: int | None


class Registrations(PbxAnswer):
    """What may be registered for here, and our registrations elsewhere."""

    inbound: list[Aor]
    outbound: list[OutboundRegistration]


class Qualified(Performed):
    """An endpoint that is being asked for a sign of life."""

    endpoint: str


class Device(Item):
    """A device."""

    device: str
    state: Annotated[
        str | None,
        Field(
            description="unknown, not in use, in use, busy, invalid, unavailable, ringing, ring+in use "
            "or on hold"
        ),
    ]


class Devices(PbxAnswer):
    """The devices with their states."""

    devices: list[Device]


class Extension(Item):
    """An extension with a hint."""

    exten: str
    context: str
    hint: str | None
    status: Annotated[
        str | None,
        Field(
            description="idle, in use, busy, unavailable, ringing, in use and ringing, on hold, "
            "in use and on hold, unknown, removed"
        ),
    ]
    status_code: Annotated[int | None, Field(description="Asterisk's number for it")]


class Extensions(PbxAnswer):
    """The extensions with hints."""

    extensions: list[Extension]


class ExtensionAnswer(PbxAnswer):
    """One extension with its hint."""

    extension: Extension


class Presence(Item):
    """What somebody told of themselves."""

    provider: str
    state: Annotated[str | None, Field(description="not_set, unavailable, available, away, xa, chat or dnd")]
    subtype: str | None
    message: str | None


class Presences(PbxAnswer):
    """Presences."""

    presences: list[Presence]
