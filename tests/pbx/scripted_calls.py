"""Calls made of events with chosen values: what rings, answers, waits and talks."""

from __future__ import annotations

from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.calls.value import Call
from amictl.protocol import Message
from tests.pbx.ami_events import ami_event, channel_event


def only_call(state: PbxState) -> Call:
    (call,) = state.calls.by_id.values()
    return call


def call_changes(state: PbxState, message: Message) -> list[tuple[str, str]]:
    return [(change.op, change.key) for change in state.apply(message) if change.topic == "calls"]


def dial(event: str, caller: str, called: str, **changed: object) -> Message:
    """A dialing of one channel of the call 17.1 by another.

    Args:
        event: ``DialBegin`` or ``DialEnd``.
        caller: Who dials, ``PJSIP/<caller>``.
        called: Who is dialed, likewise.
        changed: ``Channel`` and ``DestChannel`` where they differ, and further headers.
    """
    names = {"Channel": f"PJSIP/{caller}", "DestChannel": f"PJSIP/{called}"}
    names = {name: changed.pop(name, usual) for name, usual in names.items()}
    up = {"ChannelStateDesc": "Up", "Linkedid": "17.1"}
    one = channel_event(event, caller, Channel=names["Channel"], **up, **changed)
    other = channel_event(event, called, prefix="Dest", Channel=names["DestChannel"], **up)
    return Message(one.raw + b"\r\n" + other.raw.split(b"\r\n", 2)[2])


def ring(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    """A new channel of a call, which rings."""
    name = f"PJSIP/{unique_id}"
    told = {"Channel": name, "Linkedid": linked_id, "ChannelStateDesc": "Ringing"} | changed
    state.apply(channel_event("Newchannel", unique_id, **told))


def answer(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "Linkedid": linked_id, "ChannelStateDesc": "Up"} | changed
    state.apply(channel_event("Newstate", unique_id, **told))


def enter(state: PbxState, unique_id: str, linked_id: str, **changed: object) -> None:
    """A channel enters the bridge b1."""
    described = {
        "BridgeUniqueid": "b1", "BridgeType": "basic", "BridgeTechnology": "simple_bridge",
        "BridgeCreator": "<unknown>", "BridgeName": "<unknown>",
    }  # fmt: skip
    told = {"Channel": f"PJSIP/{unique_id}", "Linkedid": linked_id, "ChannelStateDesc": "Up"}
    state.apply(channel_event("BridgeEnter", unique_id, **told | described | changed))


def talk(state: PbxState) -> None:
    """17.1 calls 17.2, who answers."""
    ring(state, "17.1", "17.1", ChannelStateDesc="Ring")
    ring(state, "17.2", "17.1")
    answer(state, "17.2", "17.1")
    answer(state, "17.1", "17.1")
    enter(state, "17.2", "17.1")
    enter(state, "17.1", "17.1")


def wait_in(state: PbxState, queue: str, unique_id: str = "17.1") -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "ChannelStateDesc": "Up", "Queue": queue}
    state.apply(channel_event("QueueCallerJoin", unique_id, Position=1, **told))


def leave(state: PbxState, queue: str, unique_id: str = "17.1") -> None:
    told = {"Channel": f"PJSIP/{unique_id}", "ChannelStateDesc": "Up", "Queue": queue}
    state.apply(channel_event("QueueCallerLeave", unique_id, **told))


def connect(event: str, caller: str = "17.1", member: str = "17.2") -> Message:
    return ami_event(
        event, Uniqueid=caller, DestUniqueid=member, Queue="support", Interface="PJSIP/200",
        MemberName="Bob", HoldTime=30, TalkTime=1,
    )  # fmt: skip
