"""The endpoints of one PBX (PJSIP, SIP, IAX2), kept by events.

What is told when (seen on Asterisk 16 and 22; sources as for `amictl.pbx.topics.endpoints.lists`):

- Lists of contacts and peers are ahead of events; device states come from a cache that can be behind them.
- A phone that registers causes ``ContactStatus`` (``NonQualified``, or ``Reachable`` once it answered), and
  ``PeerStatus`` and ``DeviceStateChange`` where the endpoint's state changed, in any order.
- SIP and IAX2 have ``PeerStatus`` alone. A peer that expired keeps its last answer's time in the list.

No event tells, so that only the next list does: endpoints that a reload or a module brings or drops; another
round trip time while an endpoint stays reachable; who a phone says it is, where its registration came from
and when it ends (a registration that is renewed causes no event of PJSIP); that a SIP or IAX2 peer answered
for the first time, and how fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_device_word, read_int, read_text
from amictl.pbx.changes import ENDPOINTS, NO_CHANGES, Change, Changes
from amictl.pbx.expiring_keys import ExpiringKeys
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.endpoints.lists import (
    IAX2,
    PJSIP,
    SIP,
    TECHNOLOGIES,
    read_contact_details,
    read_contacts,
    read_device_states,
    read_peers,
    read_pjsip_endpoints,
    read_round_trip,
    read_status,
    with_channels,
    with_contact,
    with_contacts,
    with_device_state,
    with_status,
)
from amictl.pbx.topics.endpoints.value import Endpoint, EndpointContact
from amictl.protocol import Message

_PREFIXES: Final = tuple(f"{technology}/" for technology in TECHNOLOGIES)
_PJSIP_DEVICE: Final = b"\nDevice: PJSIP/"
_SIP_DEVICE: Final = b"\nDevice: SIP/"
_IAX2_DEVICE: Final = b"\nDevice: IAX2/"
# An attempt that was refused changes nothing.
_REJECTED: Final = "rejected"
_REGISTRATIONS: Final = {"registered": True, "unregistered": False}

DatedState = tuple[str | None, float | None]
_UNTOLD: Final[DatedState] = (None, None)

ListReader = Callable[[Iterable[Message], Mapping[str, Endpoint], float], Mapping[str, Endpoint]]


class EndpointTable:
    """The endpoints by technology and name.

    Args:
        clock: Tells the PBX's time in seconds since 1970.
        earlier: The endpoints of an earlier session, for since when they have had their device state.
    """

    def __init__(self, clock: Callable[[], float], earlier: Mapping[str, Endpoint]) -> None:
        self.by_key: dict[str, Endpoint] = {}
        self._clock = clock
        self._remembered: dict[str, DatedState] = {
            key: (endpoint.device_state, endpoint.device_state_since) for key, endpoint in earlier.items()
        }
        # Device states by device, those of endpoints that no list told yet included.
        self._states: dict[str, DatedState] = {}
        self._just_told = ExpiringKeys(clock)
        self._just_reached = ExpiringKeys(clock)
        # The names of channels; that of its endpoint is only told apart where it counts, to save memory.
        self._channels: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def handlers(self) -> dict[str, Callable[[Message], Changes]]:
        """Return what takes each event, by its name."""
        return {
            "DeviceStateChange": self.set_device_state,
            "PeerStatus": self.set_peer_status,
            "ContactStatus": self.set_contact_status,
        }

    def set_device_state(self, message: Message) -> Changes:
        """Take a ``DeviceStateChange`` event; most of them are of devices that are no endpoints."""
        frame = message.frame
        if _PJSIP_DEVICE not in frame and _SIP_DEVICE not in frame and _IAX2_DEVICE not in frame:
            return NO_CHANGES
        device, state = message.get("Device", ""), read_device_word(message.get("State"))
        if state is None:
            return NO_CHANGES
        before, since = self._states.get(device, _UNTOLD)
        if before != state or since is None:
            since = self._clock()
            self._states[device] = (state, since)
        self._just_told.add(device)
        known = self.by_key.get(device)
        return NO_CHANGES if known is None else self._put(with_device_state(known, state, since))

    def set_peer_status(self, message: Message) -> Changes:
        """Take a ``PeerStatus`` event, which may be of an endpoint that no list told yet."""
        key, status = message.get("Peer", ""), read_status(message.get("PeerStatus"))
        known = self.by_key.get(key) or self._make(key)
        if known is None or status == _REJECTED:
            return NO_CHANGES
        if status in _REGISTRATIONS:
            registered = _REGISTRATIONS[status]
            address = _read_address(message) if registered else None
            return self._put(replace(known, registered=registered, address=address))
        self._just_reached.add(key)
        if known.technology == PJSIP:
            return self._put(replace(known, status=status, reachable=status == "reachable"))
        milliseconds = read_int(message.get("Time")) or 0
        return self._put(with_status(known, status, float(milliseconds) if milliseconds > 0 else None))

    def set_contact_status(self, message: Message) -> Changes:
        """Take a ``ContactStatus`` event."""
        key = f"{PJSIP}/{message.get('EndpointName', '')}"
        uri, aor = message.get("URI", ""), message.get("AOR", "")
        known = self.by_key.get(key) or self._make(key)
        if known is None or not uri:
            return NO_CHANGES
        status = read_status(message.get("ContactStatus"))
        contact = next((each for each in known.contacts if (each.aor, each.uri) == (aor, uri)), None)
        if status == "removed":
            return self._put(with_contacts(known, (each for each in known.contacts if each is not contact)))
        contact = contact or EndpointContact(uri, aor, status, registered=True)
        round_trip_ms = read_round_trip(message.get("RoundtripUsec"))
        return self._put(with_contact(known, replace(contact, status=status, round_trip_ms=round_trip_ms)))

    def follow_channel(self, channel: Channel) -> Changes:
        """Count a channel that is new or got another name."""
        unique_id, name = channel.unique_id, channel.channel
        known = self._channels.get(unique_id)
        if known == name:
            return NO_CHANGES
        self._channels[unique_id] = name
        before, key = _endpoint_of(known), _endpoint_of(name)
        return NO_CHANGES if before == key else (*self._count(before, -1), *self._count(key, 1))

    def forget_channel(self, unique_id: str) -> Changes:
        """Count a channel no more."""
        known = self._channels.pop(unique_id, None)
        return self._count(_endpoint_of(known), -1)

    def load_pjsip_endpoints(self, items: Iterable[Message]) -> Changes:
        """Make the table hold PJSIP's endpoints of a ``PJSIPShowEndpoints`` list."""
        return self._load_all(PJSIP, read_pjsip_endpoints, items)

    def load_contacts(self, items: Iterable[Message]) -> Changes:
        """Give PJSIP's endpoints the contacts of a ``PJSIPShowContacts`` list."""
        return self._load(read_contacts, items)

    def load_contact_details(self, items: Iterable[Message]) -> Changes:
        """Give an endpoint's contacts what ``PJSIPShowEndpoint`` tells of them."""
        return self._load(read_contact_details, items)

    def load_sip_peers(self, items: Iterable[Message]) -> Changes:
        """Make the table hold the peers of a ``SIPpeers`` list."""
        return self._load_all(SIP, partial(read_peers, SIP), items)

    def load_iax_peers(self, items: Iterable[Message]) -> Changes:
        """Make the table hold the peers of an ``IAXpeerlist`` list."""
        return self._load_all(IAX2, partial(read_peers, IAX2), items)

    def load_device_states(self, items: Iterable[Message]) -> Changes:
        """Give endpoints the device states of a ``DeviceStateList`` list."""
        return self._load(read_device_states, items)

    def correct(self, key: str, endpoint: Endpoint | None) -> Changes:
        """Make one endpoint what lists proved it to be; None for one that is gone."""
        return self._forget(key) if endpoint is None else self._put(endpoint)

    def forget_earlier_session(self) -> None:
        """Let go of the endpoints of an earlier session; the lists have been loaded."""
        self._remembered = {}

    def _load_all(self, technology: str, read: ListReader, items: Iterable[Message]) -> Changes:
        listed = read(items, self.by_key, self._clock())
        gone = [
            key
            for key, endpoint in self.by_key.items()
            if endpoint.technology == technology and key not in listed
        ]
        return (*(change for key in gone for change in self._forget(key)), *self._put_listed(listed))

    def _load(self, read: ListReader, items: Iterable[Message]) -> Changes:
        return self._put_listed(read(items, self.by_key, self._clock()))

    def _put_listed(self, listed: Mapping[str, Endpoint]) -> Changes:
        changes: list[Change] = []
        for key, endpoint in listed.items():
            told = self._date_state(with_channels(endpoint, self._counts.get(key, 0)))
            known = self.by_key.get(key)
            if known is not None and key in self._just_reached:
                told = replace(told, status=known.status, reachable=known.reachable)
            changes += self._put(told)
        return changes

    def _date_state(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint with the newest device state, and since when it has it."""
        key = endpoint.endpoint
        told, remembered = self._states.get(key, _UNTOLD), self._remembered.get(key, _UNTOLD)
        if key in self._just_told:
            return replace(endpoint, device_state=told[0], device_state_since=told[1])
        if endpoint.device_state_since is not None:
            return endpoint
        for state, since in (told, remembered):
            if since is not None and state == endpoint.device_state:
                return replace(endpoint, device_state_since=since)
        return endpoint

    def _make(self, key: str) -> Endpoint | None:
        """Return an endpoint of which nothing is known but its name; None for what is none."""
        technology, _, resource = key.partition("/")
        if technology not in TECHNOLOGIES or not resource:
            return None
        return self._date_state(Endpoint(key, technology, resource, active_channels=self._counts.get(key, 0)))

    def _count(self, key: str, more: int) -> Changes:
        if not key:
            return NO_CHANGES
        count = self._counts.get(key, 0) + more
        if count > 0:
            self._counts[key] = count
        else:
            self._counts.pop(key, None)
        known = self.by_key.get(key)
        return NO_CHANGES if known is None else self._put(with_channels(known, max(count, 0)))

    def _forget(self, key: str) -> Changes:
        if self.by_key.pop(key, None) is None:
            return NO_CHANGES
        return (Change(ENDPOINTS, "del", key),)

    def _put(self, endpoint: Endpoint) -> Changes:
        known = self.by_key.get(endpoint.endpoint)
        if known is endpoint or known == endpoint:
            return NO_CHANGES
        self.by_key[endpoint.endpoint] = endpoint
        return (Change(ENDPOINTS, "put", endpoint.endpoint, endpoint),)


def _endpoint_of(channel: str | None) -> str:
    """Return the key of a channel's endpoint, by the channel's name; empty for one without."""
    return channel.rpartition("-")[0] if channel and channel.startswith(_PREFIXES) else ""


def _read_address(message: Message) -> str | None:
    address, port = read_text(message.get("Address")), read_int(message.get("Port"))
    return f"{address}:{port}" if address and port else address
