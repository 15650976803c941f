"""Which lists an event calls for, because it says that something changed and not all of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from amictl.pbx.faults import Fault, report_fault
from amictl.pbx.snapshot import SNAPSHOT_STEPS, SnapshotStep, ask_for_endpoint, ask_for_parties
from amictl.protocol import Message

Steps = tuple[SnapshotStep, ...]

_BY_NAME: Final = {step.name: step for step in SNAPSHOT_STEPS}
QUEUES_STEP: Final = _BY_NAME["QueueStatus"]


class _Need(NamedTuple):
    """What an event cannot be used without, and the list that tells what it would have told."""

    headers: tuple[bytes, ...]
    step: SnapshotStep


# Asterisk packs the headers of many events as JSON; where a text in them is not UTF-8, they are all missing.
_NEEDS: Final[Mapping[str, _Need]] = {
    # As bytes: most events would not be parsed but for this.
    name: _Need(tuple(f"\n{header}: ".encode() for header in headers), _BY_NAME[step])
    for step, headers, names in (
        (
            *("CoreShowChannels", ("Uniqueid",)),
            (
                *("Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "NewAccountCode"),
                *("Hangup", "HangupRequest", "SoftHangupRequest", "Hold", "Unhold"),
            ),
        ),
        ("CoreShowChannels", ("Uniqueid", "Newname"), ("Rename",)),
        ("CoreShowChannels", ("DestUniqueid",), ("DialBegin", "DialEnd")),
        ("CoreShowChannels", ("Uniqueid", "BridgeUniqueid"), ("BridgeEnter", "BridgeLeave")),
        ("BridgeList", ("BridgeUniqueid",), ("BridgeCreate", "BridgeDestroy")),
        (
            *("QueueStatus", ("Queue", "Uniqueid")),
            ("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon"),
        ),
        (
            *("QueueStatus", ("Queue", "Interface")),
            (
                *("QueueMemberAdded", "QueueMemberRemoved", "QueueMemberStatus", "QueueMemberPause"),
                *("QueueMemberPenalty", "QueueMemberRinginuse"),
                *("AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer"),
            ),
        ),
        (
            *("ParkedCalls", ("ParkeeUniqueid",)),
            ("ParkedCall", "ParkedCallSwap", "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp"),
        ),
        (
            *("ConfbridgeListRooms", ("Conference",)),
            ("ConfbridgeStart", "ConfbridgeEnd", "ConfbridgeRecord", "ConfbridgeStopRecord"),
        ),
        (
            *("ConfbridgeListRooms", ("Conference", "Uniqueid")),
            (
                *("ConfbridgeJoin", "ConfbridgeLeave", "ConfbridgeMute", "ConfbridgeUnmute"),
                "ConfbridgeTalking",
            ),
        ),
        ("DeviceStateList", ("Device", "State"), ("DeviceStateChange",)),
        ("PJSIPShowEndpoints", ("Peer", "PeerStatus"), ("PeerStatus",)),
        ("PJSIPShowEndpoints", ("EndpointName", "URI", "ContactStatus"), ("ContactStatus",)),
    )
    for name in names
}
# What a module brings or drops when it is loaded, reloaded or unloaded. ``All`` is a reload of everything.
_OF_MODULES: Final[Mapping[str, Steps]] = {
    "All": tuple(
        _BY_NAME[name]
        for name in ("QueueStatus", "GetConfig", "PJSIPShowEndpoints", "SIPpeers", "IAXpeerlist")
    ),
    "app_queue.so": (QUEUES_STEP, _BY_NAME["GetConfig"]),
    "chan_iax2.so": (_BY_NAME["IAXpeerlist"],),
    "chan_pjsip.so": (_BY_NAME["PJSIPShowEndpoints"],),
    "chan_sip.so": (_BY_NAME["SIPpeers"],),
    "res_pjsip.so": (_BY_NAME["PJSIPShowEndpoints"],),
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


def _find_parties(message: Message) -> Steps:
    return ask_for_parties(message.get("Conference", ""))


def _find_contacts(message: Message) -> Steps:
    gone = message.get("ContactStatus") == "Removed"
    return () if gone else ask_for_endpoint(message.get("EndpointName", ""))


def _find_lists_of_module(message: Message) -> Steps:
    return _OF_MODULES.get(message.get("Module", ""), ())


_FINDERS: Final[Mapping[str, Callable[[Message], Steps]]] = {
    "ConfbridgeJoin": _find_parties,
    "ConfbridgeLeave": _find_parties,
    "ContactStatus": _find_contacts,
    "Reload": _find_lists_of_module,
    "Load": _find_lists_of_module,
    "Unload": _find_lists_of_module,
}
