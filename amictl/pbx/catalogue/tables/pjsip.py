"""Actions of PJSIP: endpoints, contacts, registrations and subscriptions."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Named, ReplyKind
from amictl.pbx.catalogue.parameters import boolean, changes, channel, reads, text, variables
from amictl.pbx.catalogue.rules import OneOf

_ENDPOINT: Final = text("Endpoint", required=True, means=Named.ENDPOINT)
_REGISTRATION: Final = text("Registration", required=True)
_MAINTENANCE: Final = ("20.20.0", "22.10.0", "23.4.0")


def _lists(name: str, purpose: str, module: str, rights: str = "system") -> KnownAction:
    return reads(name, purpose, rights=rights, reply=ReplyKind.LIST, module=module)


ACTIONS: Final[tuple[KnownAction, ...]] = (
    _lists("PJSIPShowEndpoints", "List the endpoints with their states.", "res_pjsip"),
    reads(
        "PJSIPShowEndpoint",
        "Show an endpoint and what belongs to it.",
        _ENDPOINT,
        rights="system",
        reply=ReplyKind.LIST,
        module="res_pjsip",
    ),
    _lists("PJSIPShowAors", "List the addresses of record.", "res_pjsip"),
    _lists("PJSIPShowAuths", "List the authentications.", "res_pjsip"),
    _lists("PJSIPShowContacts", "List the contacts with their states.", "res_pjsip"),
    _lists(
        "PJSIPShowRegistrationsInbound",
        "List the endpoints that phones may register for.",
        "res_pjsip_registrar",
    ),
    _lists(
        "PJSIPShowRegistrationInboundContactStatuses",
        "List the contacts that registered, with their states.",
        "res_pjsip_registrar",
    ),
    _lists(
        "PJSIPShowRegistrationsOutbound",
        "List our registrations at other servers.",
        "res_pjsip_outbound_registration",
        "system reporting",
    ),
    _lists("PJSIPShowSubscriptionsInbound", "List who subscribed to states here.", "res_pjsip_pubsub"),
    _lists("PJSIPShowSubscriptionsOutbound", "List our subscriptions at other servers.", "res_pjsip_pubsub"),
    _lists("PJSIPShowResourceLists", "List the lists to which phones may subscribe.", "res_pjsip_pubsub"),
    changes(
        "PJSIPQualify",
        "Ask the contacts of an endpoint for a sign of life.",
        _ENDPOINT,
        rights="system reporting",
        module="res_pjsip",
        touches="endpoints",
    ),
    changes(
        "PJSIPNotify",
        "Send a SIP NOTIFY, made of variables or of a section of pjsip_notify.conf.",
        text("Endpoint", means=Named.ENDPOINT),
        text("URI"),
        channel(required=False),
        text("Option", since=("18.16.0", "19.8.0", "20.1.0")),
        variables(pattern=r"[A-Za-z][A-Za-z0-9_-]*"),
        rights="system",
        module="res_pjsip_notify",
        rules=(OneOf(("endpoint", "uri", "channel")), OneOf(("option", "variables"))),
    ),
    changes(
        "PJSIPRegister",
        "Register at another server again; '*all' means every registration.",
        _REGISTRATION,
        rights="system reporting",
        module="res_pjsip_outbound_registration",
    ),
    changes(
        "PJSIPUnregister",
        "Take back a registration at another server; '*all' means every one.",
        _REGISTRATION,
        rights="system reporting",
        module="res_pjsip_outbound_registration",
    ),
    changes(
        "PJSIPSetMaintenance",
        "Put an endpoint, or 'all', out of service for maintenance, or back.",
        _ENDPOINT,
        boolean("State", name="maintenance", required=True, words=("on", "off")),
        rights="system",
        since=_MAINTENANCE,
        module="res_pjsip_maintenance",
        touches="endpoints",
    ),
    reads(
        "PJSIPShowMaintenance",
        "List the endpoints that are out of service, or show one.",
        text("Endpoint", means=Named.ENDPOINT),
        rights="system reporting",
        reply=ReplyKind.LIST,
        since=_MAINTENANCE,
        module="res_pjsip_maintenance",
    ),
)
