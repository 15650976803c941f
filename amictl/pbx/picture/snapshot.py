"""The lists that make a picture whole after login, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action
from amictl.pbx.changes import NO_CHANGES, Changes
from amictl.pbx.picture.drift import ListCheck
from amictl.pbx.picture.list_checks import (
    BRIDGES_CHECK,
    CHANNELS_CHECK,
    CONTACTS_CHECK,
    DEVICE_STATES_CHECK,
    IAX_PEERS_CHECK,
    PARKING_CHECK,
    PJSIP_ENDPOINTS_CHECK,
    QUEUES_CHECK,
    ROOMS_CHECK,
    SIP_PEERS_CHECK,
    make_parties_check,
)
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.endpoints.lists import read_contact_places
from amictl.protocol import Action, Message, Reply

Loader = Callable[[PbxState, Iterable[Message]], Changes]


@dataclass(frozen=True, slots=True)
class SnapshotStep:
    """One list.

    Args:
        action: Asks for the list.
        read: Loads the list's items into a state and returns what changed.
        optional: Whether a PBX may lack it, for want of a module or by its version: nothing to complain of.
        check: How the picture is compared with the list later on; None where it is not.
        then: Makes the steps that this one's reply calls for; None where there are none.
        reload_every: Seconds after which it is loaded again, for what no event tells; None is never, but five
            minutes for a step without a check that another list calls for.
        part_of: The list of which this one is a part; None where it is none.
        racy: Whether it can be ahead of events or behind them in ways that only a session's beginning heals:
            later on it is compared, and never loaded.
    """

    action: Action
    read: Loader
    optional: bool = False
    check: ListCheck | None = None
    then: Callable[[Reply], Steps] | None = None
    reload_every: float | None = None
    part_of: SnapshotStep | None = None
    racy: bool = False

    @property
    def name(self) -> str:
        """The AMI action's name."""
        return self.action.name

    def load(self, state: PbxState, reply: Reply) -> Changes:
        """Make a part of a state equal to the list; no events may be applied in between its items.

        Args:
            state: The state that changes.
            reply: The whole list. One that failed changes nothing.

        Returns:
            What changed.
        """
        if not reply.success:
            return ()
        is_list = reply.items or reply.empty or reply.complete is not None
        return self.read(state, _one_by_one(reply.items) if is_list else (reply.response,))

    def follow_ups(self, reply: Reply) -> Steps:
        """Return what to ask next, because of what this list told.

        What they ask for may be gone when they are answered: then an error is the answer, and nothing to
        complain of. They are asked in order, after the list and before its next time.

        Args:
            reply: The whole list.
        """
        return self.then(reply) if self.then is not None and reply.success else ()


Steps = tuple[SnapshotStep, ...]


def _one_by_one(items: Iterable[Message]) -> Iterator[Message]:
    """Yield the items of a list, each of which lets go of what was parsed of it before the next one is."""
    for item in items:
        yield item
        item.forget()


# A trunk more or less: a PBX has few endpoints whose contacts stand in its configuration.
_MOST_DETAILS: Final = 100
# How old round trip times and ends of registrations may become, which no event tells.
_AGING_SECONDS: Final = 300.0
# How long a conference may be locked before that shows; amictl's own locks show at once.
_LOCK_SECONDS: Final = 30.0
# A queue member whose state is that of a hint (Asterisk app_queue.c); looked for in bytes, as lists are long.
_HINT: Final = b"\nStateInterface: hint:"
# The function CHANNELS, with an expression of the PBX's own kind.
_RECORDERS: Final = "CHANNELS(^CBRec/)"


# What amictl shows for a byte that is no UTF-8; a name with it cannot be sent back as it came.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def ask_for_queue(queue: str) -> Steps:
    """Return what asks for one queue; for all of them where its name cannot be sent back as it came.

    Args:
        queue: Its name; empty for all.
    """
    if not queue or _REPLACEMENT in queue:
        return (_QUEUES,)
    try:
        action = make_action("QueueStatus", queue=queue)
    except InvalidInput:
        return (_QUEUES,)

    def load(state: PbxState, items: Iterable[Message]) -> Changes:
        return state.load_queue(queue, items)

    return (SnapshotStep(action, load, part_of=_QUEUES),)


def ask_for_member(interface: str, queue: str = "") -> Steps:
    """Return what asks for a member, in one queue or all; for the whole queue where that cannot be sent.

    Args:
        interface: What is dialled.
        queue: The queue; empty for all.
    """
    if _REPLACEMENT in interface + queue:
        return ask_for_queue(queue)
    try:
        action = make_action("QueueStatus", queue=queue or None, member=interface)
    except InvalidInput:
        return ask_for_queue(queue)

    def load(state: PbxState, items: Iterable[Message]) -> Changes:
        return state.take_list(state.queues.load_member(interface, items))

    return (SnapshotStep(action, load, part_of=_QUEUES),)


def ask_for_application(unique_id: str) -> Steps:
    """Return what asks what a channel runs; nothing where its ID cannot be sent back as it came.

    Args:
        unique_id: The channel.
    """
    try:
        action = make_action("Status", channel=unique_id)
    except InvalidInput:
        return ()
    return (_ask_where_there(action, lambda state: state.channels.load_applications),)


def ask_for_rooms() -> Steps:
    """Return what asks for the conferences alone, without who is in each: which there are and are locked."""
    return (replace(_ROOMS, then=None),)


def ask_for_parties(conference: str) -> Steps:
    """Return what asks who is in a conference; nothing where its name cannot be sent back as it came.

    Args:
        conference: Its name.
    """
    try:
        action = make_action("ConfbridgeList", conference=conference)
    except InvalidInput:
        return ()
    return (
        _ask_where_there(
            action,
            lambda state: partial(state.conferences.load_parties, conference),
            make_parties_check(conference),
        ),
    )


def ask_for_endpoint(endpoint: str) -> Steps:
    """Return what asks for a PJSIP endpoint's contacts; nothing where its name cannot be sent back.

    Args:
        endpoint: Its name.
    """
    try:
        action = make_action("PJSIPShowEndpoint", endpoint=endpoint)
    except InvalidInput:
        return ()
    return (_ask_where_there(action, lambda state: state.endpoints.load_contact_details),)


def _follow_rooms(reply: Reply) -> Steps:
    """Ask who is in each conference, and which are recorded."""
    if not reply.items:
        return ()
    recorders = _ask_where_there(
        make_action("Getvar", variable=_RECORDERS), lambda state: state.conferences.load_recorders
    )
    parties = (step for item in reply.items for step in ask_for_parties(item.get("Conference", "")))
    return (*parties, recorders)


def _follow_queues(reply: Reply) -> Steps:
    """Ask what hints are made of, where a member's state is a hint's."""
    if not any(_HINT in item.frame for item in reply.items):
        return ()
    return (_ask_where_there(make_action("ExtensionStateList"), lambda state: state.agents.load_hints),)


def _follow_endpoints(reply: Reply) -> Steps:
    """Ask for the contacts that phones registered."""
    places = read_contact_places(reply.items)
    then = partial(_follow_contacts, places)
    return (
        _ask_where_there(
            make_action("PJSIPShowContacts"),
            lambda state: state.endpoints.load_contacts,
            CONTACTS_CHECK,
            then=then,
            reload_every=_AGING_SECONDS,
        ),
    )


def _follow_contacts(places: Mapping[str, frozenset[str]], reply: Reply) -> Steps:
    """Ask for the endpoints whose contacts no phone registered, which only their own list tells."""
    registered = {item.get("Uri", "") for item in reply.items}
    names = [name for name, uris in places.items() if uris - registered]
    return tuple(step for name in names[:_MOST_DETAILS] for step in ask_for_endpoint(name))


def _ask_where_there(
    action: Action,
    find: Callable[[PbxState], Callable[[Iterable[Message]], Changes]],
    check: ListCheck | None = None,
    *,
    then: Callable[[Reply], Steps] | None = None,
    reload_every: float | None = None,
) -> SnapshotStep:
    """Return the step of a list that not every PBX has; ``find`` finds the table's method that loads it."""

    def load(state: PbxState, items: Iterable[Message]) -> Changes:
        return state.take_list(find(state)(items))

    return SnapshotStep(action, load, True, check, then, reload_every)


_QUEUES: Final = SnapshotStep(
    make_action("QueueStatus"), PbxState.load_queues, check=QUEUES_CHECK, then=_follow_queues
)


_ROOMS: Final = _ask_where_there(
    make_action("ConfbridgeListRooms"),
    lambda state: state.conferences.load_rooms,
    ROOMS_CHECK,
    then=_follow_rooms,
    reload_every=_LOCK_SECONDS,
)


def _load_queue_names(state: PbxState, items: Iterable[Message]) -> Changes:
    state.queues.note_names(items)
    return NO_CHANGES


QUEUE_NAMES: Final = SnapshotStep(make_action("QueueSummary"), _load_queue_names, optional=True)
"""Which queues there are: what no event tells after ``queue reload`` at the PBX's console, told shortly."""

# Bridges come after channels: BridgeList does not tell who is inside, the channels do. Conferences come
# after bridges, which name them, and device states after the endpoints that have them.
SNAPSHOT_STEPS: Final = (
    SnapshotStep(make_action("CoreShowChannels"), PbxState.load_channels, check=CHANNELS_CHECK, racy=True),
    SnapshotStep(make_action("BridgeList"), PbxState.load_bridges, check=BRIDGES_CHECK, racy=True),
    _QUEUES,
    _ask_where_there(make_action("ParkedCalls"), lambda state: state.parking.load, PARKING_CHECK),
    _ROOMS,
    _ask_where_there(
        make_action("PJSIPShowEndpoints"),
        lambda state: state.endpoints.load_pjsip_endpoints,
        PJSIP_ENDPOINTS_CHECK,
        then=_follow_endpoints,
    ),
    _ask_where_there(
        make_action("SIPpeers"),
        lambda state: state.endpoints.load_sip_peers,
        SIP_PEERS_CHECK,
        reload_every=_AGING_SECONDS,
    ),
    _ask_where_there(
        make_action("IAXpeerlist"),
        lambda state: state.endpoints.load_iax_peers,
        IAX_PEERS_CHECK,
        reload_every=_AGING_SECONDS,
    ),
    _ask_where_there(
        make_action("DeviceStateList"),
        lambda state: state.endpoints.load_device_states,
        DEVICE_STATES_CHECK,
    ),
    _ask_where_there(
        make_action("GetConfig", filename="queues.conf"),
        lambda state: state.queues.load_wrapup_times,
    ),
)
