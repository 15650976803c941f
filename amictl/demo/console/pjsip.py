"""``pjsip show …``: endpoints, contacts and addresses of record (Asterisk res/res_pjsip/pjsip_cli.c)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from amictl.demo.actions.pjsip import STATE_WORDS
from amictl.demo.console.registry import Invocation, command
from amictl.demo.endpoints import NOT_QUALIFIED, PjsipContact
from amictl.demo.pjsip_objects import PjsipObject
from amictl.demo.world import World

_RULE: Final = "=" * 90
_ENDPOINT_LEGEND: Final = (
    " Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>"
)
_LEGEND: Final = (
    _ENDPOINT_LEGEND,
    "    I/OAuth:  <AuthId/UserName...........................................................>",
    "        Aor:  <Aor............................................>  <MaxContact>",
    "      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>",
    "  Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress..................>",
    "   Identify:  <Identify/Endpoint.........................................................>",
    "        Match:  <criteria.........................>",
    "    Channel:  <ChannelId......................................>  <State.....>  <Time.....>",
    "        Exten: <DialedExten...........>  CLCID: <ConnectedLineCID.......>",
)
_CONTACT_LEGEND: Final = (
    "  Contact:  <Aor/ContactUri..............................> <Hash....> <Status> <RTT(ms)..>"
)


@command("pjsip show endpoints", "Show PJSIP Endpoints")
def show_endpoints(asked: Invocation) -> Iterator[str]:
    """Show all endpoints with what belongs to them."""
    endpoints = asked.world.endpoints.objects.all("endpoint")
    yield from ("", *_LEGEND, _RULE, "")
    for endpoint in endpoints:
        yield from _write_endpoint(asked.world, endpoint)
    yield from ("", f"Objects found: {len(endpoints)}", "")


@command("pjsip list endpoints", "List PJSIP Endpoints")
def list_endpoints(asked: Invocation) -> Iterator[str]:
    """List all endpoints, a line each."""
    endpoints = asked.world.endpoints.objects.all("endpoint")
    yield from ("", _ENDPOINT_LEGEND, _RULE, "")
    yield from (_write_line(asked.world, endpoint) for endpoint in endpoints)
    yield from ("", f"Objects found: {len(endpoints)}", "")


@command("pjsip show contacts", "Show PJSIP Contacts")
@command("pjsip list contacts", "List PJSIP Contacts")
def show_contacts(asked: Invocation) -> Iterator[str]:
    """Show all contacts."""
    contacts = asked.world.endpoints.all_contacts()
    if not contacts:
        yield from ("No objects found.", "")
        return
    yield from ("", _CONTACT_LEGEND, _RULE, "")
    yield from (_write_contact(contact, "  Contact:  ", 49) for contact in contacts)
    yield from ("", f"Objects found: {len(contacts)}", "")


def _write_endpoint(world: World, endpoint: PjsipObject) -> Iterator[str]:
    objects = world.endpoints.objects
    yield _write_line(world, endpoint)
    for name in endpoint.names("auth"):
        auth = objects.get("auth", name)
        yield f"     InAuth:  {name}/{auth.get('username') if auth else ''}"
    contacts = world.endpoints.contacts(endpoint.name)
    for name in endpoint.names("aors"):
        aor = objects.get("aor", name)
        yield f"        Aor:  {name:<49s}  {aor.get('max_contacts', '0') if aor else '0'}"
        yield from (
            _write_contact(contact, "      Contact:  ", 45) for contact in contacts if contact.aor == name
        )
    transport = objects.get("transport", endpoint.get("transport"))
    if transport:
        kind, address = transport.get("protocol", "udp"), transport.get("bind")
        yield f"  Transport:  {transport.name:<21s}  {kind:>6s}  {'0':>5s}  {'0':>5s}  {address}"
    yield from _write_identities(objects.all("identify"), endpoint.name)
    yield ""


def _write_identities(identities: Sequence[PjsipObject], endpoint: str) -> Iterator[str]:
    for identity in identities:
        if identity.get("endpoint") == endpoint:
            yield f"   Identify:  {identity.name}/{endpoint}"
            yield f"        Match: {identity.get('match')}/32"


def _write_line(world: World, endpoint: PjsipObject) -> str:
    device = f"PJSIP/{endpoint.name}"
    phone = world.phones.get(endpoint.name)
    number = phone.party.number if phone else ""
    name = f"{endpoint.name}/{number}" if number else endpoint.name
    most = endpoint.get("device_state_busy_at", "0")
    count = f"{len(world.channels.of_device(device))} of {most if most != '0' else 'inf'}"
    return f" Endpoint:  {name:<52s} {STATE_WORDS[world.devices.state(device)]:<13s} {count}"


def _write_contact(contact: PjsipContact, label: str, width: int) -> str:
    digest = contact.id.replace(";@", "@@").rpartition("@@")[2][:10]
    status = "NonQual" if contact.status == NOT_QUALIFIED else "Avail"
    took = "-nan" if contact.round_trip is None else f"{contact.round_trip * 1000:.3f}"
    place = f"{contact.aor}/{contact.uri}"
    return f"{label}{place:<{width - 4}.{width - 4}s} {digest:<10s} {status:<7s} {took:>11s}"
