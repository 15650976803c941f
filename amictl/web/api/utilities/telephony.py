"""Routes about phones."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.services.utilities.telephony import (
    Contacts,
    Devices,
    EndpointAnswer,
    Endpoints,
    ExtensionAnswer,
    Extensions,
    ExtensionStateQuery,
    PresenceQuery,
    Presences,
    Qualified,
    QualifyBody,
    Registrations,
    SipPeerAnswer,
    SipPeers,
)
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("sip", tag="telephony")


@routes.get("/sip/peers/", Permission.UTILITIES_READ)
def list_sip_peers(services: UseCases, actor: Actor, query: ReadQuery) -> SipPeers:
    """SIP peers of the old driver chan_sip.

    Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.
    """
    return services.telephony.list_sip_peers(actor, query)


@routes.get("/sip/peers/<path:name>/", Permission.UTILITIES_READ, path={"name": "The peer's name"})
def show_sip_peer(services: UseCases, actor: Actor, query: ReadQuery, name: str) -> SipPeerAnswer:
    """One SIP peer of the old driver chan_sip.

    Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.
    """
    return services.telephony.show_sip_peer(actor, name, query)


@routes.get("/pjsip/endpoints/", Permission.UTILITIES_READ)
def list_endpoints(services: UseCases, actor: Actor, query: ReadQuery) -> Endpoints:
    """PJSIP endpoints."""
    return services.telephony.list_endpoints(actor, query)


@routes.get(
    "/pjsip/endpoints/<path:name>/",
    Permission.UTILITIES_READ,
    path={"name": "The endpoint's name"},
)
def show_endpoint(services: UseCases, actor: Actor, query: ReadQuery, name: str) -> EndpointAnswer:
    """One PJSIP endpoint with what belongs to it.

    Passwords are never told, in raw messages neither.
    """
    return services.telephony.show_endpoint(actor, name, query)


@routes.get("/pjsip/contacts/", Permission.UTILITIES_READ)
def list_contacts(services: UseCases, actor: Actor, query: ReadQuery) -> Contacts:
    """Where PJSIP phones can be reached."""
    return services.telephony.list_contacts(actor, query)


@routes.get("/pjsip/registrations/", Permission.UTILITIES_READ)
def list_registrations(services: UseCases, actor: Actor, query: ReadQuery) -> Registrations:
    """PJSIP registrations, here and elsewhere."""
    return services.telephony.list_registrations(actor, query)


@routes.post("/pjsip/qualify/", Permission.UTILITIES_WRITE, example={"endpoint": "100"})
def qualify_endpoint(services: UseCases, actor: Actor, body: QualifyBody) -> Qualified:
    """Ask an endpoint's contacts for a sign of life.

    Events (ContactStatus) tell what came of it.
    """
    return services.telephony.qualify_endpoint(actor, body)


states = Routes("states", tag="telephony")


@states.get("/devices/", Permission.UTILITIES_READ)
def list_devices(services: UseCases, actor: Actor, query: ReadQuery) -> Devices:
    """Devices with their states."""
    return services.telephony.list_devices(actor, query)


@states.get("/extensions/", Permission.UTILITIES_READ)
def list_extensions(services: UseCases, actor: Actor, query: ReadQuery) -> Extensions:
    """Extensions that have hints, with their states."""
    return services.telephony.list_extensions(actor, query)


@states.get("/extension/state/", Permission.UTILITIES_READ)
def show_extension(services: UseCases, actor: Actor, query: ExtensionStateQuery) -> ExtensionAnswer:
    """The state of one extension.

    An extension without a hint is not found.
    """
    return services.telephony.show_extension(actor, query)


@states.get("/presence/", Permission.UTILITIES_READ)
def list_presences(services: UseCases, actor: Actor, query: PresenceQuery) -> Presences:
    """Presences that the PBX knows, or one by its provider."""
    return services.telephony.list_presences(actor, query)
