"""A call centre of any size, as a PBX's lists and events tell it; headers are those of Asterisk 22."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Message, MessageBuffer, Reply
from tests.faults.scripted_server import HonestAsterisk, Peer, message

_BEGAN: Final = 1_795_404_000  # seconds since 1970
_QUEUES_A_PERSON: Final = 5
_LATER: Final = 1_000_000  # from a channel's number to that of the one that takes its place
_ENDS: Final = {
    "BridgeList": "BridgeListComplete",
    "QueueStatus": "QueueStatusComplete",
    "CoreShowChannels": "CoreShowChannelsComplete",
}

Headers = list[str]


@dataclass(frozen=True, slots=True)
class CallCentre:
    """How big it is; all of it is made up of that alone.

    Args:
        channels: Live channels; each two of them, a caller from the trunk and a phone, talk in a bridge.
        queues: Queues without waiting callers.
        members: Memberships in all queues together; a person has five.
    """

    channels: int = 0
    queues: int = 0
    members: int = 0

    def lists(self) -> Mapping[str, list[tuple[str, Headers]]]:
        """Return the items of each list that is asked for after login, by the action that asks."""
        return {
            "CoreShowChannels": [("CoreShowChannel", self._shown_channel(n)) for n in range(self.channels)],
            "BridgeList": [("BridgeListItem", _bridge(n)) for n in range(self.channels // 2)],
            "QueueStatus": [
                *(("QueueParams", _queue(n)) for n in range(self.queues)),
                *(("QueueMember", self._listed_member(n)) for n in range(self.members)),
            ],
        }

    def asterisk(self) -> HonestAsterisk:
        """Return a scripted server's behaviour that tells these lists."""
        lists = {name: [[kind, *headers] for kind, headers in items] for name, items in self.lists().items()}

        def tell(peer: Peer, action: dict[str, str]) -> None:
            name = action["Action"]
            peer.send_list(action, lists[name], _ENDS[name])

        return HonestAsterisk(dict.fromkeys(lists, tell))

    def picture(self) -> LivePicture:
        """Return a live picture that has taken these lists."""
        picture = LivePicture("main")
        picture.begin_session("bench")
        buffer, lists = MessageBuffer(), self.lists()
        for step in SNAPSHOT_STEPS:
            items = tuple(_receive(buffer, kind, headers) for kind, headers in lists.get(step.name, ()))
            picture.load_step(step, Reply("1", Message(b"Response: Success"), items))
        picture.complete_snapshot()
        return picture

    def events(self, count: int) -> Mapping[str, list[Message]]:
        """Return events about what is there, spread over all of it, by their names.

        They may be applied in the order of the mapping, name by name. Channels that hang up are followed by
        new ones in their bridges, so that the picture keeps its size.

        Args:
            count: How many of each kind.
        """
        buffer = MessageBuffer()
        events: dict[str, list[Message]] = {}
        for index in range(min(count, self.channels // 2)):
            number = 2 * (index * (self.channels // 2) // min(count, self.channels // 2))
            for name, headers in _call_events(number, self._channel(number), self._channel(number + _LATER)):
                events.setdefault(name, []).append(_receive(buffer, name, headers))
        for index in range(min(count, self.members)):
            number = index * self.members // min(count, self.members)
            queue = self._queue_of(number)
            for name, headers in _queue_events(number, queue):
                events.setdefault(name, []).append(_receive(buffer, name, headers))
        return events

    def _channel(self, number: int) -> Headers:
        """Return the headers of a channel that each event about it carries (manager_channels.c)."""
        is_phone = number & 1
        caller, phone = f"0301{number & ~1:07}", f"{5000 + number // 2}"
        own, other = (phone, caller) if is_phone else (caller, phone)
        return [
            f"Channel: PJSIP/{phone if is_phone else 'trunk'}-{number:08x}",
            "ChannelState: 6",
            "ChannelStateDesc: Up",
            f"CallerIDNum: {own}",
            f"CallerIDName: Party {own}",
            f"ConnectedLineNum: {other}",
            f"ConnectedLineName: Party {other}",
            "Language: en",
            f"AccountCode: {number % 100}",
            f"Context: {'from-internal' if is_phone else 'from-trunk'}",
            f"Exten: {phone}",
            "Priority: 7",
            f"Uniqueid: {_BEGAN}.{number}",
            f"Linkedid: {_BEGAN}.{number & ~1}",
        ]

    def _shown_channel(self, number: int) -> Headers:
        return [
            *self._channel(number),
            f"Application: {'AppDial' if number & 1 else 'Dial'}",
            f"ApplicationData: {'(Outgoing Line)' if number & 1 else f'PJSIP/{5000 + number // 2},30,tT'}",
            "Duration: 00:01:40",
            f"BridgeId: {_bridge_id(number // 2)}",
        ]

    def _listed_member(self, number: int) -> Headers:
        return _member(number, self._queue_of(number), "Location", "Name")

    def _queue_of(self, member: int) -> int:
        return member % self.queues


def _call_events(number: int, channel: Headers, later: Headers) -> Iterator[tuple[str, Headers]]:
    """Yield events of one call in an order that a PBX may send; a later channel takes the place of one."""
    bridge = _bridge(number // 2)
    yield "Hold", [*channel, "MusicClass: default"]
    yield "Unhold", channel
    yield "NewConnectedLine", channel
    yield "NewCallerid", [*channel, "CID-CallingPres: 0 (Presentation Allowed, Not Screened)"]
    yield "BridgeLeave", [*bridge, *channel]
    yield "Hangup", [*channel, "Cause: 16", "Cause-txt: Normal Clearing"]
    yield "Newchannel", later
    yield "Newexten", [*later, "Extension: 100", "Application: Queue", "AppData: support"]
    yield "BridgeEnter", [*bridge, *later]


def _queue_events(number: int, queue: int) -> Iterator[tuple[str, Headers]]:
    """Yield events of one membership and of one caller of its queue."""
    caller = [
        f"Channel: PJSIP/trunk-{number:08x}",
        f"CallerIDNum: 0301{number:06}",
        "CallerIDName: <unknown>",
        f"Uniqueid: {_BEGAN}.9{number:06}",
        f"Linkedid: {_BEGAN}.9{number:06}",
        f"Queue: queue-{queue}",
        "Position: 1",
        "Count: 1",
    ]
    yield "QueueMemberStatus", _member(number, queue, "Interface", "MemberName", status=2)
    yield "QueueMemberPause", _member(number, queue, "Interface", "MemberName", status=2, paused=1)
    yield "DeviceStateChange", [f"Device: PJSIP/{_person(number)}", "State: INUSE"]
    yield "QueueCallerJoin", caller
    yield "QueueCallerLeave", caller


def _bridge(number: int) -> Headers:
    return [
        f"BridgeUniqueid: {_bridge_id(number)}",
        "BridgeType: basic",
        "BridgeTechnology: simple_bridge",
        "BridgeCreator: <unknown>",
        "BridgeName: <unknown>",
        "BridgeNumChannels: 2",
        "BridgeVideoSourceMode: none",
    ]


def _bridge_id(number: int) -> str:
    return f"eb62b0c0-8dc8-410c-b527-{number:012x}"


def _queue(number: int) -> Headers:
    return [
        f"Queue: queue-{number}",
        "Max: 0",
        "Strategy: rrmemory",
        "Calls: 0",
        "Holdtime: 12",
        "TalkTime: 95",
        f"Completed: {number}",
        "Abandoned: 3",
        "ServiceLevel: 20",
        "ServicelevelPerf: 93.1",
        "ServicelevelPerf2: 91.0",
        "Weight: 0",
    ]


def _member(
    number: int, queue: int, interface: str, name: str, *, status: int = 1, paused: int = 0
) -> Headers:
    person = _person(number)
    return [
        f"Queue: queue-{queue}",
        f"{name}: Agent {person}",
        f"{interface}: PJSIP/{person}",
        f"StateInterface: PJSIP/{person}",
        "Membership: dynamic",
        "Penalty: 0",
        f"CallsTaken: {number % 40}",
        f"LastCall: {_BEGAN - number}",
        "LastPause: 0",
        f"LoginTime: {_BEGAN - 3600}",
        "InCall: 0",
        f"Status: {status}",
        f"Paused: {paused}",
        f"PausedReason: {'Lunch' if paused else ''}",
        "Ringinuse: 0",
        "Wrapuptime: 0",
    ]


def _person(member: int) -> int:
    return 5000 + member // _QUEUES_A_PERSON


def _receive(buffer: MessageBuffer, name: str, headers: Headers) -> Message:
    """Return an event as a link receives it; the buffer learns how each kind is laid out."""
    (received,) = buffer.feed(message(f"Event: {name}", "Privilege: call,all", *headers))
    return received
