"""What a PBX tells of phones: SIP peers, PJSIP endpoints, devices, extensions, presences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amictl.errors import NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.readings import pjsip, sip, states
from amictl.pbx.readings.raw import attach_raw, read_items
from amictl.pbx.topics.endpoints.lists import PJSIP, SIP
from amictl.services.access import Actor, Gate, open_gate, require_whole_pbx
from amictl.services.access.pbxes import find_pbx
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.store.permissions import Permission


class TelephonyService:
    """Questions about phones, which only the PBX can answer.

    Every method needs ``utilities.read`` (`qualify_endpoint` ``utilities.write``) and raises
    ``PermissionDenied`` without it, or where the PBX is out of scope; ``NotFound`` where there is no such PBX
    or thing, or the actor does not see it (who is limited to queues sees their members' phones, and those in
    their calls); and ``PbxError`` where the PBX could not be asked. Of their arguments ``pbx_name`` is the
    PBX (None means the default one), and ``raw`` tells whether to add the AMI messages.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def list_sip_peers(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return the peers of chan_sip; Asterisk 21 and newer do not have it."""
        pbx = self._find(actor, pbx_name)
        items, gate = self._execution.read(pbx, make_action("SIPpeers")).items, open_gate(pbx, actor)
        seen = [item for item in items if gate.sees_device(f"{SIP}/{item.get('ObjectName', '')}")]
        return {"pbx": pbx.name, "peers": read_items(seen, sip.read_sip_peer, raw=raw)}

    def show_sip_peer(
        self, actor: Actor, name: str, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return a peer of chan_sip, by its name."""
        pbx = self._find(actor, pbx_name)
        missing = NotFound(f"There is no SIP peer {name} on {pbx.name}.")
        if not open_gate(pbx, actor).sees_device(f"{SIP}/{name}"):
            raise missing
        with translate_refusal("not found", missing):
            response = self._execution.read(pbx, make_action("SIPshowpeer", peer=name)).response
        peer = attach_raw(sip.read_sip_peer_details(response), raw, response)
        return {"pbx": pbx.name, "peer": peer}

    def list_endpoints(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return the PJSIP endpoints with their states."""
        pbx = self._find(actor, pbx_name)
        items = self._execution.read(pbx, make_action("PJSIPShowEndpoints")).items
        gate = open_gate(pbx, actor)
        seen = [item for item in items if _sees_endpoint(gate, item.get("ObjectName"))]
        return {"pbx": pbx.name, "endpoints": read_items(seen, pjsip.read_endpoint, raw=raw)}

    def show_endpoint(
        self, actor: Actor, name: str, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return a PJSIP endpoint with what belongs to it, without passwords."""
        pbx = self._find(actor, pbx_name)
        if not _sees_endpoint(open_gate(pbx, actor), name):
            raise _no_endpoint(pbx, name)
        with translate_refusal("unable to retrieve endpoint", _no_endpoint(pbx, name)):
            items = self._execution.read(pbx, make_action("PJSIPShowEndpoint", endpoint=name)).items
        endpoint = attach_raw(pjsip.read_endpoint_details(items), raw, *items)
        return {"pbx": pbx.name, "endpoint": endpoint}

    def list_contacts(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return where PJSIP phones can be reached now."""
        pbx = self._find(actor, pbx_name)
        items, gate = self._execution.read(pbx, make_action("PJSIPShowContacts")).items, open_gate(pbx, actor)
        seen = [item for item in items if _sees_endpoint(gate, item.get("Endpoint"))]
        return {"pbx": pbx.name, "contacts": read_items(seen, pjsip.read_contact, raw=raw)}

    def list_registrations(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return what phones may register for here, and our registrations elsewhere."""
        pbx = self._find(actor, pbx_name)
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
        return {
            "pbx": pbx.name,
            "inbound": read_items(inbound, pjsip.read_aor, raw=raw),
            "outbound": read_items(outbound, pjsip.read_outbound_registration, raw=raw),
        }

    def qualify_endpoint(self, actor: Actor, endpoint: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Let the PBX ask an endpoint's contacts for a sign of life; events tell what came of it."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        if not _sees_endpoint(open_gate(pbx, actor), endpoint):
            raise _no_endpoint(pbx, endpoint)
        with translate_refusal("unable to retrieve endpoint", _no_endpoint(pbx, endpoint)):
            reply = self._execution.write(
                actor,
                pbx,
                make_action("PJSIPQualify", endpoint=endpoint),
                permission=Permission.UTILITIES_WRITE,
            )
        return {"pbx": pbx.name, "endpoint": endpoint, "message": reply.message}

    def list_devices(self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False) -> dict[str, Any]:
        """Return the devices with their states."""
        pbx = self._find(actor, pbx_name)
        items, gate = self._execution.read(pbx, make_action("DeviceStateList")).items, open_gate(pbx, actor)
        seen = [item for item in items if gate.sees_device(item.get("Device", ""))]
        return {"pbx": pbx.name, "devices": read_items(seen, states.read_device, raw=raw)}

    def list_extensions(
        self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return the extensions that have hints, with their states."""
        pbx = self._find(actor, pbx_name)
        items = self._execution.read(pbx, make_action("ExtensionStateList")).items
        gate = open_gate(pbx, actor)
        seen = [item for item in items if _sees_extension(gate, states.read_extension(item))]
        return {"pbx": pbx.name, "extensions": read_items(seen, states.read_extension, raw=raw)}

    def show_extension(
        self, actor: Actor, exten: str, context: str, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return the state of an extension that has a hint in a context."""
        pbx = self._find(actor, pbx_name)
        response = self._execution.read(
            pbx, make_action("ExtensionState", exten=exten, context=context)
        ).response
        reading = states.read_extension(response)
        if reading["status_code"] == states.NO_HINT or not _sees_extension(open_gate(pbx, actor), reading):
            raise NotFound(f"There is no hint for the extension {exten} in the context {context}.")
        return {"pbx": pbx.name, "extension": attach_raw(reading, raw, response)}

    def list_presences(
        self, actor: Actor, provider: str | None = None, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return the presences that the PBX knows, or one by its provider (``CustomPresence:alice``).

        Nothing tells which queue a person belongs to: who is limited to some is refused.
        """
        pbx = self._find(actor, pbx_name)
        require_whole_pbx(actor)
        if provider is None:
            reply = self._execution.read(pbx, make_action("PresenceStateList"))
            return {"pbx": pbx.name, "presences": read_items(reply.items, states.read_presence, raw=raw)}
        missing = NotFound(f"There is no presence (provider) {provider} on {pbx.name}.")
        with translate_refusal("invalid provider", missing):
            response = self._execution.read(pbx, make_action("PresenceState", provider=provider)).response
        reading = states.read_presence(response, provider)
        return {"pbx": pbx.name, "presences": [attach_raw(reading, raw, response)]}

    def _find(self, actor: Actor, pbx_name: str | None) -> Pbx:
        """Return the PBX that a read is about."""
        return find_pbx(self._registry, actor, pbx_name)


def _sees_endpoint(gate: Gate, name: str | None) -> bool:
    """Return whether a PJSIP endpoint is seen."""
    return gate.sees_device(f"{PJSIP}/{name or ''}")


def _sees_extension(gate: Gate, reading: Mapping[str, Any]) -> bool:
    """Return whether the state of an extension is seen."""
    return gate.sees_hint(reading["hint"] or "", reading["exten"], reading["context"])


def _no_endpoint(pbx: Pbx, name: str) -> NotFound:
    """Return the error for an endpoint that a PBX does not have."""
    return NotFound(f"There is no PJSIP endpoint {name} on {pbx.name}.")
