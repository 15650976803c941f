"""AMI events as Asterisk writes them, for tests that need one with chosen values."""

from __future__ import annotations

from amictl.protocol import Message, Reply

UNKNOWN = "<unknown>"


def ami_event(name: str, **headers: object) -> Message:
    """An event with these headers."""
    lines = [f"Event: {name}", "Privilege: call,all", *(f"{key}: {value}" for key, value in headers.items())]
    return Message("\r\n".join(lines).encode())


def channel_event(event: str, unique_id: str = "17.1", *, prefix: str = "", **changed: object) -> Message:
    """An event with a channel's snapshot, in the form of Asterisk 22.

    Args:
        event: Its name.
        unique_id: The channel's unique ID.
        prefix: Before each of the snapshot's headers, such as ``Dest``.
        changed: Headers that differ from a fresh channel's, and further ones.
    """
    snapshot = {
        "Channel": f"PJSIP/100-{unique_id}",
        "ChannelState": 0,
        "ChannelStateDesc": "Down",
        "CallerIDNum": UNKNOWN,
        "CallerIDName": UNKNOWN,
        "ConnectedLineNum": UNKNOWN,
        "ConnectedLineName": UNKNOWN,
        "Language": "en",
        "AccountCode": "",
        "Context": "default",
        "Exten": "200",
        "Priority": 1,
        "Uniqueid": unique_id,
        "Linkedid": unique_id,
    }
    told = {key: changed.pop(key, value) for key, value in snapshot.items()}
    return ami_event(event, **{prefix + key: value for key, value in told.items()}, **changed)


def bridge_event(
    event: str, bridge_id: str = "b1", unique_id: str | None = None, **changed: object
) -> Message:
    """An event with a bridge's snapshot, and with a channel's where one enters or leaves."""
    bridge = {
        "BridgeUniqueid": bridge_id,
        "BridgeType": "basic",
        "BridgeTechnology": "simple_bridge",
        "BridgeCreator": UNKNOWN,
        "BridgeName": UNKNOWN,
        "BridgeNumChannels": 1,
        "BridgeVideoSourceMode": "none",
    } | changed
    if unique_id is None:
        return ami_event(event, **bridge)
    return channel_event(event, unique_id, ChannelStateDesc="Up", **bridge)


def member_event(event: str, interface: str = "PJSIP/100", **changed: object) -> Message:
    """An event with the whole of a member of queue support, not in use and not paused."""
    member = {
        "Queue": "support",
        "MemberName": "Alice",
        "Interface": interface,
        "StateInterface": interface,
        "Membership": "dynamic",
        "Penalty": 0,
        "CallsTaken": 0,
        "LastCall": 0,
        "LastPause": 0,
        "LoginTime": 1700000000,
        "InCall": 0,
        "Status": 1,
        "Paused": 0,
        "PausedReason": "",
        "Ringinuse": 0,
        "Wrapuptime": 0,
    }
    return ami_event(event, **member | changed)


def channel_item(unique_id: str = "17.1", **changed: object) -> Message:
    """An item of ``CoreShowChannels``."""
    told = {"Application": "", "ApplicationData": "", "Duration": "00:00:10", "BridgeId": ""} | changed
    return channel_event("CoreShowChannel", unique_id, **told)


def queue_item(queue: str = "support", **changed: object) -> Message:
    """An item of ``QueueStatus`` that tells a queue's parameters and counters."""
    told = {
        "Queue": queue,
        "Max": 10,
        "Strategy": "rrmemory",
        "Calls": 0,
        "Holdtime": 0,
        "TalkTime": 0,
        "Completed": 0,
        "Abandoned": 0,
        "ServiceLevel": 20,
        "ServicelevelPerf": "0.0",
        "ServicelevelPerf2": "0.0",
        "Weight": 5,
    }
    return ami_event("QueueParams", **told | changed)


def member_item(interface: str = "PJSIP/100", **changed: object) -> Message:
    """An item of ``QueueStatus`` that tells a member of queue support."""
    told = {
        "Queue": "support",
        "Name": "Alice",
        "Location": interface,
        "StateInterface": interface,
        "Membership": "static",
        "Penalty": 0,
        "CallsTaken": 0,
        "LastCall": 0,
        "LastPause": 0,
        "LoginTime": 1700000000,
        "InCall": 0,
        "Status": 1,
        "Paused": 0,
        "PausedReason": "",
        "Wrapuptime": 0,
    }
    return ami_event("QueueMember", **told | changed)


def caller_item(unique_id: str, position: int, **changed: object) -> Message:
    """An item of ``QueueStatus`` that tells a caller of queue support."""
    told = {
        "Queue": "support",
        "Position": position,
        "Channel": f"PJSIP/100-{unique_id}",
        "Uniqueid": unique_id,
        "CallerIDNum": "unknown",
        "CallerIDName": "unknown",
        "ConnectedLineNum": "unknown",
        "ConnectedLineName": "unknown",
        "Wait": 3,
        "Priority": 0,
    }
    return ami_event("QueueEntry", **told | changed)


def listed(*items: Message) -> Reply:
    """The reply to an action that asks for a list."""
    response = Message(b"Response: Success\r\nActionID: 1\r\nEventList: start")
    return Reply("1", response, items, Message(b"Event: ListComplete\r\nEventList: Complete"))


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
