"""Which lists an event calls for, because it says that something changed and not all of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from amictl.pbx.doubts import Doubt
from amictl.pbx.faults import Fault, report_fault
from amictl.pbx.lists import SnapshotStep, Steps
from amictl.pbx.picture.topics import LISTS, SPECS
from amictl.pbx.topics.conferences.topic import ask_for_parties
from amictl.pbx.topics.endpoints.topic import ENDPOINT_LISTS, ask_for_endpoint
from amictl.protocol import Message


class _Need(NamedTuple):
    """What an event cannot be used without, and the list that tells what it would have told."""

    headers: tuple[bytes, ...]
    step: SnapshotStep


# Asterisk packs the headers of many events as JSON; where a text in them is not UTF-8, they are all missing.
# By list, the headers that its events need, and those events.
_NEEDED_HEADERS: Final = (
    ("CoreShowChannels", ("Uniqueid",), (
        "Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "NewAccountCode",
        "Hangup", "HangupRequest", "SoftHangupRequest", "Hold", "Unhold",
    )),
    ("CoreShowChannels", ("Uniqueid", "Newname"), ("Rename",)),
    ("CoreShowChannels", ("DestUniqueid",), ("DialBegin", "DialEnd")),
    ("CoreShowChannels", ("Uniqueid", "BridgeUniqueid"), ("BridgeEnter", "BridgeLeave")),
    ("BridgeList", ("BridgeUniqueid",), ("BridgeCreate", "BridgeDestroy")),
    ("QueueStatus", ("Queue", "Uniqueid"), ("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon")),
    ("QueueStatus", ("Queue", "Interface"), (
        "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberStatus", "QueueMemberPause",
        "QueueMemberPenalty", "QueueMemberRinginuse",
        "AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer",
    )),
    ("ParkedCalls", ("ParkeeUniqueid",), (
        "ParkedCall", "ParkedCallSwap", "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp",
    )),
    ("ConfbridgeListRooms", ("Conference",), (
        "ConfbridgeStart", "ConfbridgeEnd", "ConfbridgeRecord", "ConfbridgeStopRecord",
    )),
    ("ConfbridgeListRooms", ("Conference", "Uniqueid"), (
        "ConfbridgeJoin", "ConfbridgeLeave", "ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeTalking",
    )),
    ("DeviceStateList", ("Device", "State"), ("DeviceStateChange",)),
    ("PJSIPShowEndpoints", ("Peer", "PeerStatus"), ("PeerStatus",)),
    ("PJSIPShowEndpoints", ("EndpointName", "URI", "ContactStatus"), ("ContactStatus",)),
)  # fmt: skip
_NEEDS: Final[Mapping[str, _Need]] = {
    # As bytes: most events would not be parsed but for this.
    name: _Need(tuple(f"\n{header}: ".encode() for header in headers), LISTS[step])
    for step, headers, names in _NEEDED_HEADERS
    for name in names
}
_OF_QUEUES: Final = (LISTS["QueueStatus"], LISTS["GetConfig"])
# What a module brings or drops when it is loaded, reloaded or unloaded. ``All`` is a reload of everything.
_OF_MODULES: Final[Mapping[str, Steps]] = {
    "all": (
        *(LISTS[name] for name in ("QueueStatus", "GetConfig", "ParkedCalls", "ConfbridgeListRooms")),
        *ENDPOINT_LISTS.values(),
    ),
    "app_confbridge": (LISTS["ConfbridgeListRooms"],),
    "app_queue": _OF_QUEUES,
    "queues": _OF_QUEUES,
    "chan_iax2": (LISTS["IAXpeerlist"],),
    "chan_pjsip": (LISTS["PJSIPShowEndpoints"],),
    "chan_sip": (LISTS["SIPpeers"],),
    "res_parking": (LISTS["ParkedCalls"],),
    "res_pjsip": (LISTS["PJSIPShowEndpoints"],),
    "res_pjsip_config_wizard": (LISTS["PJSIPShowEndpoints"],),
}


def find_wanted_steps(message: Message) -> Steps:
    """Return the lists that are worth asking for after an event; one that calls for none costs a look-up.

    So is the list of a table that an event was for and that has no use for it, for want of a header; that is
    told as a fault.

    A conference's join does not tell whether the party is marked or waits, and the leave of a marked party
    not who waits now; a contact's status not what phone it is and until when; a module's reload nothing at
    all.

    Args:
        message: The event.
    """
    need = _NEEDS.get(message.name)
    if need is not None:
        for header in need.headers:
            if header not in message.frame:
                report_fault(Fault.INCOMPLETE_EVENT, message.name)
                return (need.step,)
    find = _FINDERS.get(message.name)
    return () if find is None else find(message)


def find_doubted_steps(doubt: Doubt) -> Steps:
    """Return what tells a value of which an event said too little; the whole list where it has no key.

    Args:
        doubt: The value's topic and key.
    """
    topic, key = doubt
    ask = SPECS[topic].ask
    return () if ask is None else ask(key)


def find_steps_of_module(module: str) -> Steps:
    """Return the lists of what a module brings.

    Args:
        module: Its name, with or without ``.so``; ``All`` and an empty one are all modules.
    """
    return _OF_MODULES.get(module.lower().removesuffix(".so") or "all", ())


def _find_parties(message: Message) -> Steps:
    return ask_for_parties(message.get("Conference", ""))


def _find_contacts(message: Message) -> Steps:
    gone = message.get("ContactStatus") == "Removed"
    return () if gone else ask_for_endpoint(message.get("EndpointName", ""))


def _find_lists_of_module(message: Message) -> Steps:
    return find_steps_of_module(message.get("Module", "none"))


_FINDERS: Final[Mapping[str, Callable[[Message], Steps]]] = {
    "ConfbridgeJoin": _find_parties,
    "ConfbridgeLeave": _find_parties,
    "ContactStatus": _find_contacts,
    "Reload": _find_lists_of_module,
    "Load": _find_lists_of_module,
    "Unload": _find_lists_of_module,
}
