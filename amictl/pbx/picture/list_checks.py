"""What the lists of the PBX tell exactly, and what of it the picture must agree with.

Left out is what a list does not tell, or tells otherwise than events do: moments that it tells in whole
seconds, a caller's priority, hold. Where Asterisk changes something without an event, the difference is real:
it is counted as a drift and mended like any other (see the limits in the docstrings of the tables).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from amictl.pbx.changes import BRIDGES, CHANNELS, CONFERENCES, ENDPOINTS, PARKING, QUEUES
from amictl.pbx.picture.drift import InnerRows, ListCheck, Rows
from amictl.pbx.topics.bridges.table import read_listed_bridges
from amictl.pbx.topics.channels.lists import read_listed_channels
from amictl.pbx.topics.conferences.lists import read_parties, read_rooms
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.endpoints.lists import (
    IAX2,
    PJSIP,
    SIP,
    read_contacts,
    read_device_states,
    read_peers,
    read_pjsip_endpoints,
)
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.parking.table import read_parked_calls
from amictl.pbx.topics.queues.lists import read_listed_queues

_CHANNEL_FIELDS: Final = (
    "channel", "linked_id", "state", "caller_id_num", "caller_id_name", "connected_line_num",
    "connected_line_name", "context", "exten", "priority", "application", "application_data",
    "account_code", "language", "bridge_id",
)  # fmt: skip
CHANNELS_CHECK: Final = ListCheck(CHANNELS, Rows(fields=_CHANNEL_FIELDS), read_listed_channels, itemwise=True)

# Who is inside is not told by the list; the channels' bridge_id is compared instead.
BRIDGES_CHECK: Final = ListCheck(
    BRIDGES, Rows(fields=("type", "technology", "name", "creator")), read_listed_bridges, itemwise=True
)

_MEMBER_FIELDS: Final = (
    "name", "state_interface", "membership", "penalty", "status", "in_call", "paused",
    "paused_reason", "paused_at", "logged_in_at", "wrapup_time",
)  # fmt: skip
_MEMBERS: Final = InnerRows(
    "member",
    "interface",
    Rows(
        fields=_MEMBER_FIELDS,
        # AgentComplete does not tell the second in which app_queue.c counts the call.
        near={"last_call_at": 2.0},
        counters=("calls_taken",),
    ),
)
_CALLERS: Final = InnerRows(
    "caller",
    "unique_id",
    Rows(fields=("position", "channel", "caller_id_num", "caller_id_name")),
    order="position",
)
QUEUES_CHECK: Final = ListCheck(
    QUEUES,
    Rows(
        fields=("strategy", "max", "weight", "service_level"),
        # app_queue.c averages whole seconds, which it measures a moment before or after its events; an error
        # of a second never grows beyond two by its formula.
        near={"hold_time": 2.0, "talk_time": 2.0, "service_level_perf": 0.2},
        counters=("completed", "abandoned"),
        inner={"members": _MEMBERS, "callers": _CALLERS},
    ),
    read_listed_queues,
)

PARKING_CHECK: Final = ListCheck(
    PARKING, Rows(fields=("channel", "lot", "space", "parked_by")), read_parked_calls
)

# What only lists ever tell (who is marked, locks, what phone it is) is no drift: it is loaded when needed.
_PARTIES: Final = InnerRows("party", "unique_id", Rows(fields=("admin", "muted", "talking")))
ROOMS_CHECK: Final = ListCheck(CONFERENCES, Rows(), read_rooms)


def make_parties_check(conference: str) -> ListCheck:
    """Return how one conference is compared with the list of its parties."""
    return ListCheck(
        CONFERENCES,
        Rows(inner={"parties": _PARTIES}),
        partial(read_parties, conference),
        complete=False,
        among=partial(_is_named, conference),
    )


def _is_named(name: str, conference: Conference) -> bool:
    return conference.conference == name


def _is_of(technology: str, endpoint: Endpoint) -> bool:
    return endpoint.technology == technology


# That a contact is there; what it is like, PJSIPShowContacts tells.
_CONTACT_PLACES: Final = InnerRows("contact", "uri", Rows(fields=("aor",)))
_CONTACTS: Final = InnerRows("contact", "uri", Rows(fields=("aor", "status")))
PJSIP_ENDPOINTS_CHECK: Final = ListCheck(
    ENDPOINTS,
    Rows(fields=("device_state", "aors"), inner={"contacts": _CONTACT_PLACES}),
    read_pjsip_endpoints,
    among=partial(_is_of, PJSIP),
)
CONTACTS_CHECK: Final = ListCheck(
    ENDPOINTS,
    Rows(inner={"contacts": _CONTACTS}),
    read_contacts,
    complete=False,
    among=partial(_is_of, PJSIP),
)
_PEERS: Final = Rows(fields=("registered", "reachable", "status", "address"))
SIP_PEERS_CHECK: Final = ListCheck(ENDPOINTS, _PEERS, partial(read_peers, SIP), among=partial(_is_of, SIP))
IAX_PEERS_CHECK: Final = ListCheck(ENDPOINTS, _PEERS, partial(read_peers, IAX2), among=partial(_is_of, IAX2))
DEVICE_STATES_CHECK: Final = ListCheck(
    ENDPOINTS, Rows(fields=("device_state",)), read_device_states, complete=False
)
