"""What a PBX tells of phones: SIP peers, PJSIP endpoints, devices, extensions, presences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amictl.errors import NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.readings import pjsip, sip, states
from amictl.pbx.readings.raw import read_rows, with_raw
from amictl.pbx.topics.endpoints.lists import PJSIP, SIP
from amictl.services.access import Actor, Gate, open_gate
from amictl.services.execution.execution import translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, PbxName, ReadQuery, Short, Text
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission


class SipPeers(PbxResult, frozen=True):
    """The peers of chan_sip."""

    peers: tuple[sip.SipPeer, ...]


class SipPeerAnswer(PbxResult, frozen=True):
    """A peer of chan_sip."""

    peer: sip.SipPeerDetails


class Endpoints(PbxResult, frozen=True):
    """The PJSIP endpoints."""

    endpoints: tuple[pjsip.EndpointRow, ...]


class EndpointAnswer(PbxResult, frozen=True):
    """A PJSIP endpoint."""

    endpoint: pjsip.EndpointDetails


class Contacts(PbxResult, frozen=True):
    """Where phones can be reached."""

    contacts: tuple[pjsip.Contact, ...]


class Registrations(PbxResult, frozen=True):
    """What may be registered for here, and our registrations elsewhere."""

    inbound: tuple[pjsip.Aor, ...]
    outbound: tuple[pjsip.OutboundRegistration, ...]


class QualifyBody(Fields):
    """An endpoint whose contacts shall be asked for a sign of life."""

    endpoint: Annotated[Text, Field(description="A PJSIP endpoint's name")]
    pbx: PbxName | None = None


class Qualified(Performed, frozen=True):
    """An endpoint that is being asked for a sign of life."""

    endpoint: str


class Devices(PbxResult, frozen=True):
    """The devices with their states."""

    devices: tuple[states.Device, ...]


class Extensions(PbxResult, frozen=True):
    """The extensions with hints."""

    extensions: tuple[states.Extension, ...]


class ExtensionStateQuery(ReadQuery):
    """A read of one extension's state."""

    exten: Annotated[Short, Field(description="The extension")]
    context: Annotated[Short, Field(description="Its context")]


class ExtensionAnswer(PbxResult, frozen=True):
    """One extension with its hint."""

    extension: states.Extension


class PresenceQuery(ReadQuery):
    """A read of all presences, or of one."""

    provider: Annotated[Text | None, Field(description="Such as CustomPresence:alice")] = None


class Presences(PbxResult, frozen=True):
    """Presences."""

    presences: tuple[states.Presence, ...]


class TelephonyService(PbxService):
    """Questions about phones, which only the PBX can answer.

    Every method needs ``utilities.read`` (`qualify_endpoint` ``utilities.write``). What the actor does not
    see is not found: who is limited to queues sees their members' phones, and those in their calls.
    """

    def list_sip_peers(self, actor: Actor, asked: ReadQuery) -> SipPeers:
        """Return the peers of chan_sip; Asterisk 21 and newer do not have it."""
        pbx = self._find_pbx(actor, asked.pbx)
        items, gate = self._execution.read(pbx, make_action("SIPpeers")).items, open_gate(pbx, actor)
        seen = [item for item in items if gate.sees_device(f"{SIP}/{item.get('ObjectName', '')}")]
        return SipPeers(pbx.name, read_rows(seen, sip.read_sip_peer, raw=asked.raw))

    def show_sip_peer(self, actor: Actor, name: str, asked: ReadQuery) -> SipPeerAnswer:
        """Return a peer of chan_sip, by its name."""
        pbx = self._find_pbx(actor, asked.pbx)
        missing = NotFound(f"There is no SIP peer {name} on {pbx.name}.")
        if not open_gate(pbx, actor).sees_device(f"{SIP}/{name}"):
            raise missing
        with translate_refusal("not found", missing):
            response = self._execution.read(pbx, make_action("SIPshowpeer", peer=name)).response
        return SipPeerAnswer(pbx.name, with_raw(sip.read_sip_peer_details(response), asked.raw, response))

    def list_endpoints(self, actor: Actor, asked: ReadQuery) -> Endpoints:
        """Return the PJSIP endpoints with their states."""
        pbx = self._find_pbx(actor, asked.pbx)
        items = self._execution.read(pbx, make_action("PJSIPShowEndpoints")).items
        gate = open_gate(pbx, actor)
        seen = [item for item in items if _sees_endpoint(gate, item.get("ObjectName"))]
        return Endpoints(pbx.name, read_rows(seen, pjsip.read_endpoint, raw=asked.raw))

    def show_endpoint(self, actor: Actor, name: str, asked: ReadQuery) -> EndpointAnswer:
        """Return a PJSIP endpoint with what belongs to it, without passwords."""
        pbx = self._find_pbx(actor, asked.pbx)
        if not _sees_endpoint(open_gate(pbx, actor), name):
            raise _no_endpoint(pbx, name)
        with translate_refusal("unable to retrieve endpoint", _no_endpoint(pbx, name)):
            items = self._execution.read(pbx, make_action("PJSIPShowEndpoint", endpoint=name)).items
        return EndpointAnswer(pbx.name, with_raw(pjsip.read_endpoint_details(items), asked.raw, *items))

    def list_contacts(self, actor: Actor, asked: ReadQuery) -> Contacts:
        """Return where PJSIP phones can be reached now."""
        pbx = self._find_pbx(actor, asked.pbx)
        items, gate = self._execution.read(pbx, make_action("PJSIPShowContacts")).items, open_gate(pbx, actor)
        seen = [item for item in items if _sees_endpoint(gate, item.get("Endpoint"))]
        return Contacts(pbx.name, read_rows(seen, pjsip.read_contact, raw=asked.raw))

    def list_registrations(self, actor: Actor, asked: ReadQuery) -> Registrations:
        """Return what phones may register for here, and our registrations elsewhere."""
        pbx = self._find_pbx(actor, asked.pbx)
        gate = open_gate(pbx, actor)
        aors = {aor for each in pbx.picture.endpoints() if gate.see(each) for aor in each.aors}
        inbound = [
            item
            for item in self._execution.read(pbx, make_action("PJSIPShowRegistrationsInbound")).items
            if gate.is_open or item.get("ObjectName") in aors
        ]
        outbound = [
            item
            for item in self._execution.read(pbx, make_action("PJSIPShowRegistrationsOutbound")).items
            # Each is followed by its AuthDetail.
            if item.name == "OutboundRegistrationDetail" and _sees_endpoint(gate, item.get("Endpoint"))
        ]
        return Registrations(
            pbx.name,
            read_rows(inbound, pjsip.read_aor, raw=asked.raw),
            read_rows(outbound, pjsip.read_outbound_registration, raw=asked.raw),
        )

    def qualify_endpoint(self, actor: Actor, asked: QualifyBody) -> Qualified:
        """Let the PBX ask an endpoint's contacts for a sign of life; events tell what came of it."""
        pbx, endpoint = self._find_pbx(actor, asked.pbx), asked.endpoint
        if not _sees_endpoint(open_gate(pbx, actor), endpoint):
            raise _no_endpoint(pbx, endpoint)
        action = make_action("PJSIPQualify", endpoint=endpoint)
        with translate_refusal("unable to retrieve endpoint", _no_endpoint(pbx, endpoint)):
            reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return Qualified(pbx.name, reply.message, endpoint)

    def list_devices(self, actor: Actor, asked: ReadQuery) -> Devices:
        """Return the devices with their states."""
        pbx = self._find_pbx(actor, asked.pbx)
        items, gate = self._execution.read(pbx, make_action("DeviceStateList")).items, open_gate(pbx, actor)
        seen = [item for item in items if gate.sees_device(item.get("Device", ""))]
        return Devices(pbx.name, read_rows(seen, states.read_device, raw=asked.raw))

    def list_extensions(self, actor: Actor, asked: ReadQuery) -> Extensions:
        """Return the extensions that have hints, with their states."""
        pbx = self._find_pbx(actor, asked.pbx)
        items = self._execution.read(pbx, make_action("ExtensionStateList")).items
        gate = open_gate(pbx, actor)
        seen = [item for item in items if _sees_extension(gate, states.read_extension(item))]
        return Extensions(pbx.name, read_rows(seen, states.read_extension, raw=asked.raw))

    def show_extension(self, actor: Actor, asked: ExtensionStateQuery) -> ExtensionAnswer:
        """Return the state of an extension that has a hint in a context."""
        pbx, exten, context = self._find_pbx(actor, asked.pbx), asked.exten, asked.context
        action = make_action("ExtensionState", exten=exten, context=context)
        response = self._execution.read(pbx, action).response
        extension = states.read_extension(response)
        if extension.status_code == states.NO_HINT or not _sees_extension(open_gate(pbx, actor), extension):
            raise NotFound(f"There is no hint for the extension {exten} in the context {context}.")
        return ExtensionAnswer(pbx.name, with_raw(extension, asked.raw, response))

    def list_presences(self, actor: Actor, asked: PresenceQuery) -> Presences:
        """Return the presences that the PBX knows, or one by its provider (``CustomPresence:alice``).

        Nothing tells which queue a person belongs to: who is limited to some is refused.
        """
        pbx, provider = self._find_whole_pbx(actor, asked.pbx), asked.provider
        if provider is None:
            items = self._execution.read(pbx, make_action("PresenceStateList")).items
            return Presences(pbx.name, read_rows(items, states.read_presence, raw=asked.raw))
        missing = NotFound(f"There is no presence (provider) {provider} on {pbx.name}.")
        with translate_refusal("invalid provider", missing):
            response = self._execution.read(pbx, make_action("PresenceState", provider=provider)).response
        presence = states.read_presence(response, provider)
        return Presences(pbx.name, (with_raw(presence, asked.raw, response),))


def _sees_endpoint(gate: Gate, name: str | None) -> bool:
    """Return whether a PJSIP endpoint is seen."""
    return gate.sees_device(f"{PJSIP}/{name or ''}")


def _sees_extension(gate: Gate, extension: states.Extension) -> bool:
    """Return whether the state of an extension is seen."""
    return gate.sees_hint(extension.hint or "", extension.exten, extension.context)


def _no_endpoint(pbx: Pbx, name: str) -> NotFound:
    """Return the error for an endpoint that a PBX does not have."""
    return NotFound(f"There is no PJSIP endpoint {name} on {pbx.name}.")
