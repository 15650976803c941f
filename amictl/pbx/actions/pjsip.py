"""Builders of PJSIP."""

from __future__ import annotations

from collections.abc import Mapping

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def pjsip_show_endpoints() -> Action:
    """Ask for the endpoints with their states."""
    return build("PJSIPShowEndpoints")


def pjsip_show_endpoint(endpoint: str) -> Action:
    """Ask for an endpoint and what belongs to it.

    Args:
        endpoint: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPShowEndpoint", endpoint=endpoint)


def pjsip_show_contacts() -> Action:
    """Ask for the contacts with their states."""
    return build("PJSIPShowContacts")


def pjsip_show_aors() -> Action:
    """Ask for the addresses of record."""
    return build("PJSIPShowAors")


def pjsip_show_auths() -> Action:
    """Ask for the authentications; the items hold passwords, which nobody may see."""
    return build("PJSIPShowAuths")


def pjsip_show_registrations_inbound() -> Action:
    """Ask for the endpoints that phones may register for."""
    return build("PJSIPShowRegistrationsInbound")


def pjsip_show_registration_inbound_contact_statuses() -> Action:
    """Ask for the contacts that registered, with their states."""
    return build("PJSIPShowRegistrationInboundContactStatuses")


def pjsip_show_registrations_outbound() -> Action:
    """Ask for our registrations at other servers; their authentications come with passwords."""
    return build("PJSIPShowRegistrationsOutbound")


def pjsip_show_subscriptions_inbound() -> Action:
    """Ask who subscribed to states here."""
    return build("PJSIPShowSubscriptionsInbound")


def pjsip_show_subscriptions_outbound() -> Action:
    """Ask for our subscriptions at other servers."""
    return build("PJSIPShowSubscriptionsOutbound")


def pjsip_show_resource_lists() -> Action:
    """Ask for the lists to which phones may subscribe."""
    return build("PJSIPShowResourceLists")


def pjsip_qualify(endpoint: str) -> Action:
    """Ask the contacts of an endpoint for a sign of life; events tell what came of it.

    Args:
        endpoint: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPQualify", endpoint=endpoint)


def pjsip_notify(
    *,
    endpoint: str | None = None,
    uri: str | None = None,
    channel: str | None = None,
    option: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Action:
    """Send a SIP NOTIFY.

    Args:
        endpoint: To an endpoint; or
        uri: to a SIP URI; or
        channel: within a live call, by its channel's name.
        option: A section of ``pjsip_notify.conf`` to send, on newer PBXs; or
        variables: headers, and ``Content`` for the body.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "PJSIPNotify", endpoint=endpoint, uri=uri, channel=channel, option=option, variables=variables
    )


def pjsip_register(registration: str) -> Action:
    """Register at another server again.

    Args:
        registration: Its name, or ``*all``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPRegister", registration=registration)


def pjsip_unregister(registration: str) -> Action:
    """Take back a registration at another server.

    Args:
        registration: Its name, or ``*all``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPUnregister", registration=registration)


def pjsip_set_maintenance(endpoint: str, maintenance: bool) -> Action:
    """Put an endpoint out of service for maintenance, or back.

    Args:
        endpoint: Its name, or ``all``.
        maintenance: Whether it shall be out of service.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPSetMaintenance", endpoint=endpoint, maintenance=maintenance)


def pjsip_show_maintenance(endpoint: str | None = None) -> Action:
    """Ask for the endpoints that are out of service.

    Args:
        endpoint: One, whichever its state; all that are out of service when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PJSIPShowMaintenance", endpoint=endpoint)
