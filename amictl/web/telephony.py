"""Routes about phones."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.telephony import TelephonyService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.common import ReadQuery
from amictl.web.schemas.telephony import (
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
from amictl.web.visitors import current_actor

_TAG = "telephony"


def make_sip_blueprint(telephony: TelephonyService) -> Blueprint:
    """Return the routes ``sip/…`` and ``pjsip/…``."""
    blueprint = Blueprint("sip", __name__, url_prefix="/api/ami")

    @blueprint.get("/sip/peers/")
    @describe(
        "SIP peers of the old driver chan_sip",
        permission=Permission.UTILITIES_READ,
        details="Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.",
        tag=_TAG,
        query=ReadQuery,
        data=SipPeers,
    )
    def list_sip_peers() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_sip_peers(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/sip/peers/<path:name>/")
    @describe(
        "One SIP peer of the old driver chan_sip",
        permission=Permission.UTILITIES_READ,
        details="Asterisk 21 and newer do not have it: 501, use pjsip/endpoints/.",
        tag=_TAG,
        query=ReadQuery,
        data=SipPeerAnswer,
        path={"name": "The peer's name"},
    )
    def show_sip_peer(name: str) -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.show_sip_peer(current_actor(), name, query.pbx, raw=query.raw))

    @blueprint.get("/pjsip/endpoints/")
    @describe(
        "PJSIP endpoints", permission=Permission.UTILITIES_READ, tag=_TAG, query=ReadQuery, data=Endpoints
    )
    def list_endpoints() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_endpoints(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/pjsip/endpoints/<path:name>/")
    @describe(
        "One PJSIP endpoint with what belongs to it",
        permission=Permission.UTILITIES_READ,
        details="Passwords are never told, in raw messages neither.",
        tag=_TAG,
        query=ReadQuery,
        data=EndpointAnswer,
        path={"name": "The endpoint's name"},
    )
    def show_endpoint(name: str) -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.show_endpoint(current_actor(), name, query.pbx, raw=query.raw))

    @blueprint.get("/pjsip/contacts/")
    @describe(
        "Where PJSIP phones can be reached",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        query=ReadQuery,
        data=Contacts,
    )
    def list_contacts() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_contacts(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/pjsip/registrations/")
    @describe(
        "PJSIP registrations, here and elsewhere",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        query=ReadQuery,
        data=Registrations,
    )
    def list_registrations() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_registrations(current_actor(), query.pbx, raw=query.raw))

    @blueprint.post("/pjsip/qualify/")
    @describe(
        "Ask an endpoint's contacts for a sign of life",
        permission=Permission.UTILITIES_WRITE,
        details="Events (ContactStatus) tell what came of it.",
        tag=_TAG,
        body=QualifyBody,
        data=Qualified,
        write=True,
        example={"endpoint": "100"},
    )
    def qualify_endpoint() -> Response:
        body = read_body(QualifyBody)
        return answer_success(telephony.qualify_endpoint(current_actor(), body.endpoint, body.pbx))

    return blueprint


def make_states_blueprint(telephony: TelephonyService) -> Blueprint:
    """Return the routes ``devices/``, ``extensions/``, ``extension/state/`` and ``presence/``."""
    blueprint = Blueprint("states", __name__, url_prefix="/api/ami")

    @blueprint.get("/devices/")
    @describe(
        "Devices with their states",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        query=ReadQuery,
        data=Devices,
    )
    def list_devices() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_devices(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/extensions/")
    @describe(
        "Extensions that have hints, with their states",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        query=ReadQuery,
        data=Extensions,
    )
    def list_extensions() -> Response:
        query = read_query(ReadQuery)
        return answer_success(telephony.list_extensions(current_actor(), query.pbx, raw=query.raw))

    @blueprint.get("/extension/state/")
    @describe(
        "The state of one extension",
        permission=Permission.UTILITIES_READ,
        details="An extension without a hint is not found.",
        tag=_TAG,
        query=ExtensionStateQuery,
        data=ExtensionAnswer,
    )
    def show_extension() -> Response:
        query = read_query(ExtensionStateQuery)
        return answer_success(
            telephony.show_extension(current_actor(), query.exten, query.context, query.pbx, raw=query.raw)
        )

    @blueprint.get("/presence/")
    @describe(
        "Presences that the PBX knows, or one by its provider",
        permission=Permission.UTILITIES_READ,
        tag=_TAG,
        query=PresenceQuery,
        data=Presences,
    )
    def list_presences() -> Response:
        query = read_query(PresenceQuery)
        return answer_success(
            telephony.list_presences(current_actor(), query.provider, query.pbx, raw=query.raw)
        )

    return blueprint
