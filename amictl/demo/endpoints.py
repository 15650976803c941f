"""PJSIP's endpoints, who is registered at them, and whether they answer (Asterisk res/res_pjsip)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from amictl.demo.configuration import to_integer
from amictl.demo.phones import Phone
from amictl.demo.pjsip_objects import PjsipObject, PjsipObjects

if TYPE_CHECKING:
    from amictl.demo.world import World

_USER_AGENTS: Final = (
    "Yealink SIP-T46U 108.86.0.90",
    "Yealink SIP-T54W 96.86.0.100",
    "snomD785/10.1.175.16",
    "PolycomVVX-VVX_411-UA/6.4.6.2494",
    "Grandstream GXP2170 1.0.11.79",
    "Fanvil X5U 2.12.1",
    "Cisco/SPA504G-7.6.2f",
    "Linphone-Desktop/5.2.6",
    "MicroSIP/3.21.6",
    "Zoiper rv2.10.20.4",
)
_EXPIRATION: Final = 3600  # seconds for which a phone registers
_REFRESH: Final = 1800.0  # seconds after which it does so again
_PORT: Final = 5060
_QUICKEST: Final = 0.004  # seconds that an answer to OPTIONS takes at least, and at most
_SLOWEST: Final = 0.045

NOT_QUALIFIED: Final = "NonQualified"
REACHABLE: Final = "Reachable"


@dataclass(slots=True)
class PjsipContact:
    """Where calls for an address of record are sent.

    Args:
        aor: The address of record.
        endpoint: The endpoint that has it.
        uri: The SIP address.
        registered_at: When the phone registered, in PBX time; None where the configuration names the contact.
        qualify_frequency: Seconds between two questions whether it answers; 0 asks never.
        user_agent: What the phone says that it is.
        address: The address from which it registered.
        call_id: Of its registration.
        round_trip: Seconds that its last answer took; None before the first.
    """

    aor: str
    endpoint: str
    uri: str
    registered_at: float | None = None
    qualify_frequency: int = 0
    user_agent: str = ""
    address: str = ""
    call_id: str = ""
    round_trip: float | None = None

    @property
    def port(self) -> str:
        """The port from which it registered; empty where nobody did."""
        return str(_PORT) if self.is_registered else ""

    @property
    def is_registered(self) -> bool:
        """Whether a phone registered it."""
        return self.registered_at is not None

    @property
    def id(self) -> str:
        """Its name among the contacts."""
        digest = hashlib.md5(self.uri.encode(), usedforsecurity=False).hexdigest()
        return f"{self.aor}{';@' if self.is_registered else '@@'}{digest}"

    @property
    def status(self) -> str:
        """What its last answer says of it."""
        return NOT_QUALIFIED if self.round_trip is None else REACHABLE

    @property
    def microseconds(self) -> str:
        """How long its last answer took, as lists tell it."""
        return "N/A" if self.round_trip is None else str(int(self.round_trip * 1e6))

    def expires_at(self, now: float) -> int:
        """Return until when the registration holds, in PBX time; a phone registers again long before that."""
        if self.registered_at is None:
            return 0
        refreshed = (now - self.registered_at) // _REFRESH * _REFRESH
        return int(self.registered_at + refreshed) + _EXPIRATION


class PjsipEndpoints:
    """All endpoints.

    A phone that is plugged in registers, and one that is unplugged lets its registration go; both are told by
    ``PeerStatus`` and ``ContactStatus``. What a phone is, and where, follows from its number: it is the same
    one each time.

    Args:
        world: Its world, whose phones are made already.

    Attributes:
        objects: What is configured.
        in_maintenance: The endpoints that are out of service for maintenance.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.objects = PjsipObjects(world.folder / "pjsip.conf")
        self.in_maintenance: set[str] = set()
        self._contacts: dict[str, list[PjsipContact]] = {}
        for endpoint in self.objects.all("endpoint"):
            self._contacts[endpoint.name] = self._read_contacts(endpoint)
        for phone in world.phones.all():
            if phone.is_plugged_in and not self._contacts.get(phone.number):
                self._register(phone.number)
        for contact in self.all_contacts():
            self._qualify_soon(contact)
        world.phones.on_plug.append(self._hear_plug)

    def contacts(self, endpoint: str) -> list[PjsipContact]:
        """Return where an endpoint can be reached."""
        return self._contacts.get(endpoint, [])

    def all_contacts(self) -> list[PjsipContact]:
        """Return all contacts, those of the configuration included, by endpoint."""
        return [contact for name in sorted(self._contacts) for contact in self._contacts[name]]

    def qualify_frequency(self, aor: PjsipObject) -> int:
        """Return how many seconds are between two questions whether a contact answers; 0 asks never."""
        return to_integer(aor.get("qualify_frequency")) or self._world.qualify_frequency

    def _read_contacts(self, endpoint: PjsipObject) -> list[PjsipContact]:
        return [
            PjsipContact(aor.name, endpoint.name, uri, qualify_frequency=self.qualify_frequency(aor))
            for aor in map(self._find_aor, endpoint.names("aors"))
            if aor is not None
            for uri in aor.options.all("contact")
        ]

    def _find_aor(self, name: str) -> PjsipObject | None:
        return self.objects.get("aor", name)

    def _hear_plug(self, phone: Phone) -> None:
        if phone.is_plugged_in:
            self._tell_peer(phone.number, "Reachable")
            contact = self._register(phone.number)
            self._tell_contact(contact, NOT_QUALIFIED)
            self._qualify_soon(contact)
        else:
            self._tell_peer(phone.number, "Unreachable")
            contacts, self._contacts[phone.number] = self._contacts.get(phone.number, []), []
            for contact in contacts:
                self._tell_contact(contact, "Removed")

    def _register(self, endpoint: str) -> PjsipContact:
        configured = self.objects.get("endpoint", endpoint)
        names = configured.names("aors") if configured else []
        name = names[0] if names else endpoint
        aor = self._find_aor(name)
        digest = hashlib.md5(endpoint.encode(), usedforsecurity=False).digest()
        address = f"10.20.{digest[0] % 8}.{10 + digest[1] % 240}"
        contact = PjsipContact(
            aor=name,
            endpoint=endpoint,
            uri=f"sip:{endpoint}@{address}:{_PORT}",
            registered_at=self._world.now(),
            qualify_frequency=self.qualify_frequency(aor) if aor else 0,
            user_agent=_USER_AGENTS[digest[2] % len(_USER_AGENTS)],
            address=address,
            call_id=f"{digest.hex()[:16]}@{address}",
        )
        self._contacts[endpoint] = [contact]
        return contact

    def _qualify_soon(self, contact: PjsipContact) -> None:
        """Ask a contact now and then whether it answers, for as long as it is there."""
        if not contact.qualify_frequency:
            return
        world = self._world
        took = world.random.uniform(_QUICKEST, _SLOWEST)

        def note_answer() -> None:
            if contact not in self.contacts(contact.endpoint):
                return
            is_first, contact.round_trip = contact.round_trip is None, took
            if is_first:
                self._tell_contact(contact, REACHABLE)
            world.later(contact.qualify_frequency, lambda: self._qualify_soon(contact))

        world.later(took, note_answer)

    def _tell_peer(self, endpoint: str, status: str) -> None:
        self._world.emit(
            "PeerStatus",
            [("ChannelType", "PJSIP"), ("Peer", f"PJSIP/{endpoint}"), ("PeerStatus", status)],
        )

    def _tell_contact(self, contact: PjsipContact, status: str) -> None:
        answered = status == REACHABLE and contact.round_trip is not None
        self._world.emit(
            "ContactStatus",
            [
                ("URI", contact.uri),
                ("ContactStatus", status),
                ("AOR", contact.aor),
                ("EndpointName", contact.endpoint),
                ("RoundtripUsec", contact.microseconds if answered else "0"),
            ],
        )
