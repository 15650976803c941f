"""Routes about phones."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.utilities.telephony_schemas import (
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
from amictl.web.contract import Data, Routes

routes = Routes("sip", tag="telephony")


@routes.get("/sip/peers/", Permission.UTILITIES_READ, data=SipPeers)
def list_sip_peers(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """SIP peers of the old driver chan_sip.

    Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.
    """
    return services.telephony.list_sip_peers(actor, query.pbx, raw=query.raw)


@routes.get(
    "/sip/peers/<path:name>/", Permission.UTILITIES_READ, data=SipPeerAnswer, path={"name": "The peer's name"}
)
def show_sip_peer(services: UseCases, actor: Actor, query: ReadQuery, name: str) -> Data:
    """One SIP peer of the old driver chan_sip.

    Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.
    """
    return services.telephony.show_sip_peer(actor, name, query.pbx, raw=query.raw)


@routes.get("/pjsip/endpoints/", Permission.UTILITIES_READ, data=Endpoints)
def list_endpoints(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """PJSIP endpoints."""
    return services.telephony.list_endpoints(actor, query.pbx, raw=query.raw)


@routes.get(
    "/pjsip/endpoints/<path:name>/",
    Permission.UTILITIES_READ,
    data=EndpointAnswer,
    path={"name": "The endpoint's name"},
)
def show_endpoint(services: UseCases, actor: Actor, query: ReadQuery, name: str) -> Data:
    """One PJSIP endpoint with what belongs to it.

    Passwords are never told, in raw messages neither.
    """
    return services.telephony.show_endpoint(actor, name, query.pbx, raw=query.raw)


@routes.get("/pjsip/contacts/", Permission.UTILITIES_READ, data=Contacts)
def list_contacts(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """Where PJSIP phones can be reached."""
    return services.telephony.list_contacts(actor, query.pbx, raw=query.raw)


@routes.get("/pjsip/registrations/", Permission.UTILITIES_READ, data=Registrations)
def list_registrations(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """PJSIP registrations, here and elsewhere."""
    return services.telephony.list_registrations(actor, query.pbx, raw=query.raw)


@routes.post("/pjsip/qualify/", Permission.UTILITIES_WRITE, data=Qualified, example={"endpoint": "100"})
def qualify_endpoint(services: UseCases, actor: Actor, body: QualifyBody) -> Data:
    """Ask an endpoint's contacts for a sign of life.

    Events (ContactStatus) tell what came of it.
    """
    return services.telephony.qualify_endpoint(actor, body.endpoint, body.pbx)


states = Routes("states", tag="telephony")


@states.get("/devices/", Permission.UTILITIES_READ, data=Devices)
def list_devices(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """Devices with their states."""
    return services.telephony.list_devices(actor, query.pbx, raw=query.raw)


@states.get("/extensions/", Permission.UTILITIES_READ, data=Extensions)
def list_extensions(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """Extensions that have hints, with their states."""
    return services.telephony.list_extensions(actor, query.pbx, raw=query.raw)


@states.get("/extension/state/", Permission.UTILITIES_READ, data=ExtensionAnswer)
def show_extension(services: UseCases, actor: Actor, query: ExtensionStateQuery) -> Data:
    """The state of one extension.

    An extension without a hint is not found.
    """
    return services.telephony.show_extension(actor, query.exten, query.context, query.pbx, raw=query.raw)


@states.get("/presence/", Permission.UTILITIES_READ, data=Presences)
def list_presences(services: UseCases, actor: Actor, query: PresenceQuery) -> Data:
    """Presences that the PBX knows, or one by its provider."""
    return services.telephony.list_presences(actor, query.provider, query.pbx, raw=query.raw)
