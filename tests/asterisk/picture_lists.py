"""What a PBX tells in its lists and what amictl shows, in one form, to compare field for field.

Nothing here is shared with amictl: the lists are asked by a plain client and read once more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from tests.asterisk.ami_client import AmiClient, AmiRefused, Message

Values = Mapping[str, dict[str, Any]]
Picture = dict[str, dict[str, Any]]

TOPICS: Final = ("channels", "bridges", "queues", "parking", "conferences")

_CHANNEL: Final = {
    "channel": "Channel",
    "linked_id": "Linkedid",
    "state": "ChannelStateDesc",
    "caller_id_num": "CallerIDNum",
    "caller_id_name": "CallerIDName",
    "connected_line_num": "ConnectedLineNum",
    "connected_line_name": "ConnectedLineName",
    "context": "Context",
    "exten": "Exten",
    "priority": "Priority",
    "application": "Application",
    "application_data": "ApplicationData",
    "account_code": "AccountCode",
    "language": "Language",
    "bridge_id": "BridgeId",
}
_BRIDGE: Final = {
    "type": "BridgeType",
    "technology": "BridgeTechnology",
    "name": "BridgeName",
    "creator": "BridgeCreator",
}
_QUEUE: Final = {
    "strategy": "Strategy",
    "max": "Max",
    "weight": "Weight",
    "completed": "Completed",
    "abandoned": "Abandoned",
    "hold_time": "Holdtime",
    "talk_time": "TalkTime",
    "service_level": "ServiceLevel",
}
_MEMBER: Final = {
    "name": "Name",
    "state_interface": "StateInterface",
    "membership": "Membership",
    "penalty": "Penalty",
    "calls_taken": "CallsTaken",
    "wrapup_time": "Wrapuptime",
}
_MEMBER_FLAGS: Final = {"in_call": "InCall", "paused": "Paused"}
_MEMBER_TIMES: Final = {"last_call_at": "LastCall", "logged_in_at": "LoginTime"}
_CALLER: Final = ("position", "channel", "caller_id_num", "caller_id_name")
_PARKED: Final = {
    "channel": "ParkeeChannel",
    "linked_id": "ParkeeLinkedid",
    "caller_id_num": "ParkeeCallerIDNum",
    "caller_id_name": "ParkeeCallerIDName",
    "connected_line_num": "ParkeeConnectedLineNum",
    "connected_line_name": "ParkeeConnectedLineName",
    "lot": "Parkinglot",
    "parked_by": "ParkerDialString",
}
_PARTY: Final = {
    "channel": "Channel",
    "linked_id": "Linkedid",
    "caller_id_num": "CallerIDNum",
    "caller_id_name": "CallerIDName",
}
_PARTY_FLAGS: Final = {"admin": "Admin", "marked": "MarkedUser", "waiting": "Waiting", "muted": "Muted"}
_ESCAPED: Final = {"caller_id_name", "connected_line_name"}
_NUMBERS: Final = {"priority", "penalty", "calls_taken", "wrapup_time", *_QUEUE}
_STATES: Final = (
    "unknown", "not in use", "in use", "busy", "invalid", "unavailable", "ringing", "ring+in use", "on hold",
)  # fmt: skip

# By how much a number may differ.
_NEAR: Final = {
    # app_queue averages whole seconds, measured a moment before or after those that its events tell, and of
    # calls that end together in either order.
    "hold_time": 2,
    "talk_time": 2,
    # Lists tell ages in whole seconds, cut off, and events are told a moment after what they tell of; on a
    # machine full of tests that moment is up to a second.
    "created_at": 2.0,
    "joined_at": 2.0,
    "parked_at": 2.0,
    "timeout_at": 2.0,
    # An event tells that a call ended, not in which second app_queue wrote that down.
    "last_call_at": 1.5,
    "paused_at": 0.0,
    "logged_in_at": 0.0,
}


# No event tells these: null until a list does.
_TOLD_BY_LISTS: Final = frozenset({"marked", "waiting"})


def seen_in(snapshots: Mapping[str, Values]) -> Picture:
    """Return what snapshots of topics hold, in the form of `told_by_pbx`.

    Args:
        snapshots: Values by key, by topic; a topic that is left out has nothing.
    """
    seen: Picture = {}
    for unique_id, channel in snapshots.get("channels", {}).items():
        fields = {field: channel[field] for field in _CHANNEL}
        seen[f"channel {unique_id}"] = fields | {"created_at": _read_time(channel["created_at"])}
    for bridge_id, bridge in snapshots.get("bridges", {}).items():
        seen[f"bridge {bridge_id}"] = {field: bridge[field] for field in (*_BRIDGE, "channels")}
    for queue in snapshots.get("queues", {}).values():
        seen |= _seen_of_queue(queue)
    for unique_id, parked in snapshots.get("parking", {}).items():
        fields = {field: parked[field] for field in _PARKED} | {"space": str(parked["space"])}
        fields |= {field: _read_time(parked[field]) for field in ("parked_at", "timeout_at")}
        seen[f"parked {unique_id}"] = fields
    for name, room in snapshots.get("conferences", {}).items():
        parties = {party["unique_id"]: party for party in room["parties"]}
        seen[f"conference {name}"] = {"locked": room["locked"], "parties": sorted(parties)}
        for unique_id, party in parties.items():
            fields = {field: party[field] for field in (*_PARTY, *_PARTY_FLAGS)}
            seen[f"party {name} {unique_id}"] = fields
    return seen


def told_by_pbx(
    ami: AmiClient, topics: Iterable[str] = TOPICS, clock: Callable[[], float] = time.time
) -> Picture:
    """Ask the PBX for everything that a picture holds.

    Args:
        ami: A session on that PBX.
        topics: Of which topics; bridges need the channels too.
        clock: The PBX's time, in seconds since 1970.
    """
    asked = set(topics)
    told: Picture = {}
    if asked & {"channels", "bridges"}:
        told |= _told_of_channels(ami, clock)
    if "queues" in asked:
        told |= _told_of_queues(ami.action("QueueStatus")[1:-1], clock)
    if "parking" in asked:
        told |= _told_of_parking(ami.action("ParkedCalls")[1:-1], clock)
    if "conferences" in asked:
        told |= _told_of_conferences(ami)
    return told


def differences(seen: Picture, told: Picture) -> list[str]:
    """Return one line for each thing that only one side has or that differs, with the fields that do."""
    return [line for key in sorted(seen.keys() | told.keys()) for line in differences_of(key, seen, told)]


def differences_of(key: str, seen: Picture, told: Picture) -> list[str]:
    """Return one line for each field of one thing that differs, or one that says who alone has it."""
    ours, theirs = seen.get(key), told.get(key)
    if ours is None or theirs is None:
        if ours == theirs:
            return []
        return [f"only {'amictl' if theirs is None else 'the PBX'} has {key}: {ours or theirs}"]
    return [
        f"{key} {field}: amictl {ours[field]!r}, PBX {theirs[field]!r}"
        for field in theirs
        if not _is_same(field, ours[field], theirs[field])
    ]


def _seen_of_queue(queue: dict[str, Any]) -> Picture:
    name = queue["queue"]
    seen: Picture = {f"queue {name}": {field: queue[field] for field in _QUEUE}}
    for member in queue["members"]:
        fields = {field: member[field] for field in (*_MEMBER, *_MEMBER_FLAGS, "status", "paused_reason")}
        fields |= {field: _read_time(member[field]) for field in (*_MEMBER_TIMES, "paused_at")}
        seen[f"member {name} {member['interface']}"] = fields
    for caller in queue["callers"]:
        fields = {
            field: caller[field] for field in ("position", "channel", "caller_id_num", "caller_id_name")
        }
        seen[f"caller {name} {caller['unique_id']}"] = fields | {"joined_at": _read_time(caller["joined_at"])}
    return seen


def _told_of_channels(ami: AmiClient, clock: Callable[[], float]) -> Picture:
    told: Picture = {}
    channels = ami.action("CoreShowChannels")[1:-1]
    asked_at = clock()
    for item in channels:
        hours, minutes, seconds = (int(part) for part in item["Duration"].split(":"))
        age = 3600 * hours + 60 * minutes + seconds
        told[f"channel {item['Uniqueid']}"] = _pick(item, _CHANNEL) | {"created_at": asked_at - age}
    # A bridge that dissolves is listed no more while its last channel is still in it, deep in a feature:
    # of such a bridge the channels alone tell.
    listed = {item["BridgeUniqueid"]: _pick(item, _BRIDGE) for item in ami.action("BridgeList")[1:-1]}
    for bridge_id in listed.keys() | {channel["BridgeId"] for channel in channels if channel["BridgeId"]}:
        inside = sorted(channel["Uniqueid"] for channel in channels if channel["BridgeId"] == bridge_id)
        told[f"bridge {bridge_id}"] = listed.get(bridge_id, {}) | {"channels": inside}
    return told


def _told_of_queues(items: Iterable[Message], clock: Callable[[], float]) -> Picture:
    told: Picture = {}
    asked_at = clock()
    for item in items:
        name = item["Queue"]
        if item["Event"] == "QueueParams":
            told[f"queue {name}"] = _pick(item, _QUEUE)
        elif item["Event"] == "QueueMember":
            member = _pick(item, _MEMBER) | _flags(item, _MEMBER_FLAGS, "1")
            member |= {"status": _STATES[int(item["Status"])], "paused_reason": item["PausedReason"] or None}
            member |= {field: float(item[header]) or None for field, header in _MEMBER_TIMES.items()}
            member |= {"paused_at": float(item["LastPause"]) if member["paused"] else None}
            told[f"member {name} {item['Location']}"] = member
        else:
            told[f"caller {name} {item['Uniqueid']}"] = {
                "position": int(item["Position"]),
                "channel": item["Channel"],
                "caller_id_num": None if item["CallerIDNum"] == "unknown" else item["CallerIDNum"],
                "caller_id_name": None if item["CallerIDName"] == "unknown" else item["CallerIDName"],
                "joined_at": asked_at - int(item["Wait"]),
            }
    return told


def _told_of_parking(items: Iterable[Message], clock: Callable[[], float]) -> Picture:
    told: Picture = {}
    asked_at = clock()
    for item in items:
        left, duration = int(item["ParkingTimeout"]), int(item["ParkingDuration"])
        told[f"parked {item['ParkeeUniqueid']}"] = _pick(item, _PARKED) | {
            "space": item["ParkingSpace"],
            "parked_at": asked_at - duration,
            "timeout_at": asked_at + left if left or duration else None,
        }
    return told


def _told_of_conferences(ami: AmiClient) -> Picture:
    told: Picture = {}
    for room in _list_or_nothing(lambda: ami.action("ConfbridgeListRooms")):
        name = room["Conference"]
        parties = _list_or_nothing(lambda name=name: ami.action("ConfbridgeList", Conference=name))
        told[f"conference {name}"] = {
            "locked": room["Locked"] == "Yes",
            "parties": sorted(party["Uniqueid"] for party in parties),
        }
        for party in parties:
            fields = _pick(party, _PARTY) | _flags(party, _PARTY_FLAGS, "Yes")
            told[f"party {name} {party['Uniqueid']}"] = fields
    return told


def _list_or_nothing(ask: Callable[[], list[Message]]) -> list[Message]:
    # No conference at all, or none of that name any more, is an error.
    try:
        return ask()[1:-1]
    except AmiRefused:
        return []


def _is_same(field: str, ours: object, theirs: object) -> bool:
    if field in _NEAR and isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= _NEAR[field]
    return ours == theirs or (ours is None and field in _TOLD_BY_LISTS)


def _read_time(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


def _flags(item: Message, fields: Mapping[str, str], yes: str) -> dict[str, Any]:
    return {field: item[header] == yes for field, header in fields.items()}


def _pick(item: Message, fields: Mapping[str, str]) -> dict[str, Any]:
    return {field: _value(field, item[header]) for field, header in fields.items()}


def _value(field: str, text: str) -> str | int | None:
    if text in {"", "<unknown>"}:
        return None
    if field in _ESCAPED:
        return re.sub(r"\\([\\\"'])", r"\1", text)
    return int(text) if field in _NUMBERS and text.isdigit() else text
