"""The topic ``endpoints``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action
from amictl.pbx.changes import ENDPOINTS
from amictl.pbx.lists import InnerRows, ListCheck, Rows, SnapshotStep, Steps, load_into
from amictl.pbx.topics.endpoints.lists import (
    IAX2,
    PJSIP,
    SIP,
    read_contact_places,
    read_contacts,
    read_device_states,
    read_peers,
    read_pjsip_endpoints,
)
from amictl.pbx.topics.endpoints.table import EndpointTable
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec
from amictl.protocol import Reply

# A trunk more or less: a PBX has few endpoints whose contacts stand in its configuration.
_MOST_DETAILS: Final = 100
# How old round trip times and ends of registrations may become, which no event tells.
_AGING_SECONDS: Final = 300.0

# That a contact is there; what it is like, PJSIPShowContacts tells.
_CONTACT_PLACES: Final = InnerRows("contact", "uri", Rows(fields=("aor",)))
_CONTACTS: Final = InnerRows("contact", "uri", Rows(fields=("aor", "status")))
_PEERS: Final = Rows(fields=("registered", "reachable", "status", "address"))


def ask_for_endpoint(endpoint: str) -> Steps:
    """Return what asks for a PJSIP endpoint's contacts; nothing where its name cannot be sent back.

    Args:
        endpoint: Its name.
    """
    try:
        action = make_action("PJSIPShowEndpoint", endpoint=endpoint)
    except InvalidInput:
        return ()
    return (
        SnapshotStep(action, load_into(EndpointTable, EndpointTable.load_contact_details), optional=True),
    )


def _ask(key: str) -> Steps:
    technology, _, name = key.partition("/")
    if technology == PJSIP and name:
        return ask_for_endpoint(name)
    return (ENDPOINT_LISTS[technology],) if technology in ENDPOINT_LISTS else tuple(ENDPOINT_LISTS.values())


def _is_of(technology: str) -> Callable[[Endpoint], bool]:
    return lambda endpoint: endpoint.technology == technology


def _follow_endpoints(reply: Reply) -> Steps:
    """Ask for the contacts that phones registered."""
    return (
        SnapshotStep(
            make_action("PJSIPShowContacts"),
            load_into(EndpointTable, EndpointTable.load_contacts),
            optional=True,
            check=ListCheck(
                ENDPOINTS,
                Rows(inner={"contacts": _CONTACTS}),
                read_contacts,
                complete=False,
                among=_is_of(PJSIP),
            ),
            then=partial(_follow_contacts, read_contact_places(reply.items)),
            reload_every=_AGING_SECONDS,
        ),
    )


def _follow_contacts(places: Mapping[str, frozenset[str]], reply: Reply) -> Steps:
    """Ask for the endpoints whose contacts no phone registered, which only their own list tells."""
    registered = {item.get("Uri", "") for item in reply.items}
    names = [name for name, uris in places.items() if uris - registered]
    return tuple(step for name in names[:_MOST_DETAILS] for step in ask_for_endpoint(name))


ENDPOINT_LISTS: Final[Mapping[str, SnapshotStep]] = {
    PJSIP: SnapshotStep(
        make_action("PJSIPShowEndpoints"),
        load_into(EndpointTable, EndpointTable.load_pjsip_endpoints),
        optional=True,
        check=ListCheck(
            ENDPOINTS,
            Rows(fields=("device_state", "aors"), inner={"contacts": _CONTACT_PLACES}),
            read_pjsip_endpoints,
            among=_is_of(PJSIP),
        ),
        then=_follow_endpoints,
    ),
    SIP: SnapshotStep(
        make_action("SIPpeers"),
        load_into(EndpointTable, EndpointTable.load_sip_peers),
        optional=True,
        check=ListCheck(ENDPOINTS, _PEERS, partial(read_peers, SIP), among=_is_of(SIP)),
        reload_every=_AGING_SECONDS,
    ),
    IAX2: SnapshotStep(
        make_action("IAXpeerlist"),
        load_into(EndpointTable, EndpointTable.load_iax_peers),
        optional=True,
        check=ListCheck(ENDPOINTS, _PEERS, partial(read_peers, IAX2), among=_is_of(IAX2)),
        reload_every=_AGING_SECONDS,
    ),
}
"""By technology."""

_DEVICE_STATES: Final = SnapshotStep(
    make_action("DeviceStateList"),
    load_into(EndpointTable, EndpointTable.load_device_states),
    optional=True,
    check=ListCheck(ENDPOINTS, Rows(fields=("device_state",)), read_device_states, complete=False),
)


def _keep(session: SessionParts) -> Kept:
    earlier = session.earlier(EndpointTable)
    table = EndpointTable(session.clock, earlier.by_key if earlier else {})
    return Kept(table, table.by_key, table.correct, table.handlers())


def _see(endpoint: Endpoint, sight: Sight) -> Endpoint | None:
    return endpoint if sight.sees_device(endpoint.endpoint) else None


TOPIC: Final = TopicSpec(
    ENDPOINTS,
    Endpoint,
    2048,
    _see,
    events={"system": ("ContactStatus", "PeerStatus"), "call": ("DeviceStateChange",)},
    keep=_keep,
    # Device states come after the endpoints that have them.
    lists=(*ENDPOINT_LISTS.values(), _DEVICE_STATES),
    ask=_ask,
)
