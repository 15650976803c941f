"""Actions of PJSIP: what is configured, who is registered, and orders to phones (Asterisk res/res_pjsip)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ListItem, Request
from amictl.demo.configuration import is_true
from amictl.demo.endpoints import PjsipContact
from amictl.demo.pjsip_objects import PjsipObject
from amictl.demo.text import Headers
from amictl.demo.world import World

# Asterisk main/devicestate.c, devstatestring: what people read.
STATE_WORDS: Final = MappingProxyType({
    "UNKNOWN": "Unknown", "NOT_INUSE": "Not in use", "INUSE": "In use", "BUSY": "Busy", "INVALID": "Invalid",
    "UNAVAILABLE": "Unavailable", "RINGING": "Ringing", "RINGINUSE": "Ring+Inuse", "ONHOLD": "On Hold",
})  # fmt: skip
"""The states of devices in words."""

_ONE_TARGET: Final = (
    "PJSIPNotify requires either an endpoint name, a SIP URI, or a channel.  You must use only one of them."
)
_ONE_CONTENT: Final = "PJSIPNotify requires either an Option or Variable(s).You must use only one of them."


@answers("PJSIPShowEndpoints")
def list_endpoints(request: Request) -> None:
    """List the endpoints with their states."""
    world = request.world
    endpoints = world.endpoints.objects.all("endpoint")
    if not endpoints:
        request.fail("No endpoints found\n")
        return
    request.list(
        "A listing of Endpoints follows, presented as EndpointList events",
        [("EndpointList", [_summarize(world, endpoint)]) for endpoint in endpoints],
        complete="EndpointListComplete",
    )


@answers("PJSIPShowEndpoint")
def show_endpoint(request: Request) -> None:
    """Show an endpoint and what belongs to it."""
    name = request.get("Endpoint")
    if not name:
        request.fail("PJSIPShowEndpoint requires an endpoint name\n")
        return
    endpoint = request.world.endpoints.objects.get("endpoint", name)
    if endpoint is None:
        request.fail(f"Unable to retrieve endpoint {name}\n")
        return
    request.list(
        "Following are Events for each object associated with the Endpoint",
        _detail(request.world, endpoint),
        complete="EndpointDetailComplete",
    )


@answers("PJSIPShowAors")
def list_aors(request: Request) -> None:
    """List the addresses of record."""
    aors = request.world.endpoints.objects.all("aor")
    items: list[ListItem] = [("AorList", [_show_aor(request.world, aor)]) for aor in aors]
    _list(request, items, "AORs", "AorList")


@answers("PJSIPShowAuths")
def list_auths(request: Request) -> None:
    """List the authentications."""
    auths = request.world.endpoints.objects.all("auth")
    items: list[ListItem] = [("AuthList", [auth.headers()]) for auth in auths]
    _list(request, items, "Auths", "AuthList")


@answers("PJSIPShowContacts")
def list_contacts(request: Request) -> None:
    """List the contacts of phones that are registered."""
    endpoints, now = request.world.endpoints, request.world.now()
    registered = (contact for contact in endpoints.all_contacts() if contact.is_registered)
    items: list[ListItem] = [("ContactList", [_show_contact(contact, now)]) for contact in registered]
    _list(request, items, "Contacts", "ContactList")


@answers("PJSIPShowRegistrationsInbound")
def list_inbound(request: Request) -> None:
    """List the addresses of record that phones may register for."""
    world = request.world
    items: list[ListItem] = []
    for aor in world.endpoints.objects.all("aor"):
        shown = [
            ("Contact" if header == "Contacts" else header, value) for header, value in _show_aor(world, aor)
        ]
        contacts = _write_contacts(_contacts_of(world, aor.name), ending=",")
        items.append(("InboundRegistrationDetail", [shown, [("Contacts", contacts)]]))
    request.list(
        "Following are Events for each Inbound registration",
        items,
        complete="InboundRegistrationDetailComplete",
    )


@answers("PJSIPShowRegistrationInboundContactStatuses")
def list_contact_statuses(request: Request) -> None:
    """List the contacts of phones that are registered, with their states."""
    endpoints, now = request.world.endpoints, request.world.now()
    request.list(
        "Following are ContactStatusEvents for each Inbound registration",
        [
            ("ContactStatusDetail", [_show_status(contact, now)])
            for contact in endpoints.all_contacts()
            if contact.is_registered
        ],
        complete="ContactStatusDetailComplete",
    )


@answers("PJSIPShowRegistrationsOutbound")
def list_outbound(request: Request) -> None:
    """List our registrations at other servers; the demo's are never answered, as nothing leaves it."""
    objects = request.world.endpoints.objects
    registrations = objects.all("registration")
    items: list[ListItem] = []
    for registration in registrations:
        shown = registration.headers()
        items.append(("OutboundRegistrationDetail", [shown, [("Status", "Unregistered"), ("NextReg", "0")]]))
        auths = (objects.get("auth", name) for name in registration.names("outbound_auth"))
        items += [("AuthDetail", [auth.headers()]) for auth in auths if auth]
    request.list(
        "Following are Events for each Outbound registration",
        items,
        complete="OutboundRegistrationDetailComplete",
        count=len(registrations),
        extra=[("Registered", "0"), ("NotRegistered", str(len(registrations)))],
    )


@answers("PJSIPShowSubscriptionsInbound")
def list_inbound_subscriptions(request: Request) -> None:
    """List who subscribed to states: in the demo nobody does."""
    request.list(
        "Following are Events for each inbound Subscription", [], complete="InboundSubscriptionDetailComplete"
    )


@answers("PJSIPShowSubscriptionsOutbound")
def list_outbound_subscriptions(request: Request) -> None:
    """List our subscriptions at other servers: there are none."""
    request.list(
        "Following are Events for each outbound Subscription",
        [],
        complete="OutboundSubscriptionDetailComplete",
    )


@answers("PJSIPShowResourceLists")
def list_resource_lists(request: Request) -> None:
    """List the lists to which phones may subscribe: there are none."""
    request.fail("No resource lists found\n")


@answers("PJSIPQualify")
def qualify(request: Request) -> None:
    """Ask an endpoint for a sign of life; that changes nothing that one can see, as in Asterisk."""
    name = request.get("Endpoint")
    if not name:
        request.fail("Endpoint parameter missing.")
    elif request.world.endpoints.objects.get("endpoint", name) is None:
        request.fail("Unable to retrieve endpoint\n")
    else:
        request.succeed("Endpoint found, will qualify")


@answers("PJSIPNotify")
def notify(request: Request) -> None:
    """Send a NOTIFY to a phone; the demo's phones do nothing about it."""
    targets = {name: request.get(name) for name in ("Endpoint", "URI", "Channel") if request.get(name)}
    option = request.get("Option")
    world = request.world
    if bool(option) == bool(request.all("Variable")):
        request.fail(_ONE_CONTENT)
    elif len(targets) != 1:
        request.fail(_ONE_TARGET)
    elif option:
        # There is no pjsip_notify.conf in the demo's configuration.
        request.fail(f"Unable to find notify type '{option}'\n")
    elif "Channel" in targets and world.channels.get(targets["Channel"]) is None:
        request.fail("Channel not found")
    elif "Endpoint" in targets and world.endpoints.objects.get("endpoint", targets["Endpoint"]) is None:
        request.fail(f"Unable to retrieve endpoint {targets['Endpoint']}")
    else:
        request.succeed("NOTIFY sent")


@answers("PJSIPRegister")
def register(request: Request) -> None:
    """Register at another server again."""
    _order_registration(request, one="Reregistration sent", every="Reregistrations queued.")


@answers("PJSIPUnregister")
def unregister(request: Request) -> None:
    """Take back a registration at another server."""
    _order_registration(request, one="Unregistration sent", every="Unregistrations queued.")


@answers("PJSIPSetMaintenance")
def set_maintenance(request: Request) -> None:
    """Put an endpoint, or all, out of service for maintenance, or back."""
    name, state = request.get("Endpoint"), request.get("State")
    endpoints = request.world.endpoints
    known = [endpoint.name for endpoint in endpoints.objects.all("endpoint")]
    if not name:
        request.fail("Endpoint parameter missing")
    elif not state:
        request.fail("State parameter missing")
    elif state.lower() not in {"on", "off"}:
        request.fail("State must be 'on' or 'off'")
    elif name != "all" and name not in known:
        request.fail(f"Endpoint '{name}' not found")
    else:
        chosen = set(known if name == "all" else [name])
        if is_true(state):
            endpoints.in_maintenance |= chosen
        else:
            endpoints.in_maintenance -= chosen
        mode = "enabled" if is_true(state) else "disabled"
        request.succeed(f"Maintenance mode {mode}{' for all endpoints' if name == 'all' else ''}")


@answers("PJSIPShowMaintenance")
def show_maintenance(request: Request) -> None:
    """List the endpoints that are out of service, or show one."""
    asked = request.get("Endpoint")
    out = request.world.endpoints.in_maintenance
    request.list(
        "Maintenance status events follow",
        [
            (
                "PJSIPMaintenanceStatus",
                [[("Endpoint", name), ("Status", "enabled" if name in out else "disabled")]],
            )
            for name in ([asked] if asked else sorted(out))
        ],
        complete="PJSIPMaintenanceStatusComplete",
    )


def _list(request: Request, items: Sequence[ListItem], what: str, event: str) -> None:
    """Answer with a list that is an error when it is empty."""
    if not items:
        request.fail(f"No {what} found\n")
        return
    request.list(
        f"A listing of {what} follows, presented as {event} events", items, complete=f"{event}Complete"
    )


def _order_registration(request: Request, *, one: str, every: str) -> None:
    name = request.get("Registration")
    if not name:
        request.fail("Registration parameter missing.")
    elif name == "*all":
        request.succeed(every)
    elif request.world.endpoints.objects.get("registration", name) is None:
        request.fail("Unable to retrieve registration entry\n")
    else:
        request.succeed(one)


def _contacts_of(world: World, aor: str) -> list[PjsipContact]:
    return [contact for contact in world.endpoints.all_contacts() if contact.aor == aor]


def _write_contacts(contacts: Sequence[PjsipContact], *, ending: str = "") -> str:
    """Return contacts in one header; some lists end each with a comma."""
    written = [f"{contact.aor}/{contact.uri}" for contact in contacts]
    return "".join(f"{each}{ending}" for each in written) if ending else ",".join(written)


def _state(world: World, endpoint: PjsipObject) -> Headers:
    device = f"PJSIP/{endpoint.name}"
    return [
        ("DeviceState", STATE_WORDS[world.devices.state(device)]),
        ("ActiveChannels", str(len(world.channels.of_device(device)))),
    ]


def _summarize(world: World, endpoint: PjsipObject) -> Headers:
    return [
        ("ObjectType", "endpoint"),
        ("ObjectName", endpoint.name),
        ("Transport", endpoint.get("transport")),
        ("Aor", endpoint.get("aors")),
        ("Auths", endpoint.get("auth")),
        ("OutboundAuths", endpoint.get("outbound_auth")),
        ("Contacts", _write_contacts(world.endpoints.contacts(endpoint.name), ending=",")),
        *_state(world, endpoint),
    ]


def _detail(world: World, endpoint: PjsipObject) -> Iterator[ListItem]:
    """Yield an endpoint and what belongs to it, in Asterisk's order."""
    objects = world.endpoints.objects
    phone = world.phones.get(endpoint.name)
    party = phone.party if phone else None
    caller = f'"{party.name}" <{party.number}>' if party and party.number else "<unknown>"
    named = [("EndpointName", endpoint.name)]
    yield "EndpointDetail", [endpoint.headers(Callerid=caller), _state(world, endpoint)]
    for auth in filter(None, (objects.get("auth", name) for name in endpoint.names("auth"))):
        yield "AuthDetail", [auth.headers(), named]
    transport = objects.get("transport", endpoint.get("transport"))
    if transport:
        yield "TransportDetail", [transport.headers(), named]
    contacts = world.endpoints.contacts(endpoint.name)
    for aor in filter(None, (objects.get("aor", name) for name in endpoint.names("aors"))):
        of_aor = [contact for contact in contacts if contact.aor == aor.name]
        registered = sum(contact.is_registered for contact in of_aor)
        counts = [("TotalContacts", str(len(of_aor))), ("ContactsRegistered", str(registered))]
        yield "AorDetail", [_show_aor(world, aor), counts, named]
        for contact in of_aor:
            yield "ContactStatusDetail", [_show_status(contact, world.now())]
    for identify in objects.all("identify"):
        if identify.get("endpoint") == endpoint.name:
            yield "IdentifyDetail", [identify.headers(), named]


def _show_aor(world: World, aor: PjsipObject) -> Headers:
    return aor.headers(
        Contacts=_write_contacts(_contacts_of(world, aor.name)),
        QualifyFrequency=str(world.endpoints.qualify_frequency(aor)),
    )


def _show_contact(contact: PjsipContact, now: float) -> Headers:
    return [
        ("ObjectType", "contact"),
        ("ObjectName", contact.id),
        ("ViaAddr", contact.address),
        ("QualifyTimeout", "3.000000"),
        ("Qualify2xxOnly", "false"),
        ("CallId", contact.call_id),
        ("RegServer", ""),
        ("PruneOnBoot", "no"),
        ("Path", ""),
        ("Endpoint", contact.endpoint),
        ("ViaPort", contact.port),
        ("AuthenticateQualify", "no"),
        ("Uri", contact.uri),
        ("QualifyFrequency", str(contact.qualify_frequency)),
        ("UserAgent", contact.user_agent),
        ("ExpirationTime", str(contact.expires_at(now))),
        ("OutboundProxy", ""),
        ("Status", contact.status),
        ("RoundtripUsec", contact.microseconds),
    ]


def _show_status(contact: PjsipContact, now: float) -> Headers:
    registration = [
        ("ViaAddress", f"{contact.address}:{contact.port}"),
        ("CallID", contact.call_id),
    ]
    return [
        ("AOR", contact.aor),
        ("URI", contact.uri),
        ("UserAgent", contact.user_agent),
        ("RegExpire", str(contact.expires_at(now))),
        *(registration if contact.is_registered else ()),
        ("Status", contact.status),
        ("RoundtripUsec", contact.microseconds),
        ("EndpointName", contact.endpoint),
        ("ID", contact.id),
        ("AuthenticateQualify", "0"),
        ("OutboundProxy", ""),
        ("Path", ""),
        ("QualifyFrequency", str(contact.qualify_frequency)),
        ("QualifyTimeout", "3.000"),
        ("Qualify2xxOnly", "0"),
    ]
