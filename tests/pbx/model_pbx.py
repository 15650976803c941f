"""A small PBX on paper: it keeps the truth, publishes events, and answers lists from the truth.

As in Asterisk, events go through a queue before they reach the AMI session, and a list does not: it can tell
what events will tell later. `deliver` moves events from that queue into the session's stream. As in Asterisk
16, lists of channels and bridges come from a cache that can be behind the events: `keep_cache` stops it.
"""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass, field

from amictl.protocol import Message, Reply

QUEUES = ("support", "sales")
MEMBERS = ("PJSIP/1", "PJSIP/2")
SERVICE_LEVEL = 20


@dataclass
class ModelChannel:
    unique_id: str
    name: str
    state: str = "Down"
    number: str = "<unknown>"
    exten: str = "100"
    priority: int = 1
    application: str = ""
    bridge: str = ""
    queue: str = ""

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Channel", self.name),
            ("ChannelStateDesc", self.state),
            ("CallerIDNum", self.number),
            ("CallerIDName", f"O\\'Neil {self.number}"),
            ("ConnectedLineNum", "<unknown>"),
            ("ConnectedLineName", "<unknown>"),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", "default"),
            ("Exten", self.exten),
            ("Priority", str(self.priority)),
            ("Uniqueid", self.unique_id),
            ("Linkedid", self.unique_id),
        ]


@dataclass
class ModelMember:
    penalty: int = 0
    paused: bool = False
    in_call: bool = False
    calls: int = 0
    status: int = 1

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Membership", "dynamic"),
            ("Penalty", str(self.penalty)),
            ("CallsTaken", str(self.calls)),
            ("LastCall", "0"),
            ("LastPause", "0"),
            ("LoginTime", "1700000000"),
            ("InCall", str(int(self.in_call))),
            ("Status", str(self.status)),
            ("Paused", str(int(self.paused))),
            ("PausedReason", "Lunch" if self.paused else ""),
            ("Wrapuptime", "0"),
        ]


@dataclass
class ModelQueue:
    waiting: list[str] = field(default_factory=list)
    members: dict[str, ModelMember] = field(default_factory=dict)
    completed: int = 0
    abandoned: int = 0
    hold_time: int = 0
    talk_time: int = 0


@dataclass(frozen=True)
class Published:
    """An event on its way, and which call of which queue it counts, if any."""

    message: Message
    about: tuple[str, str, str] | None = None


class ModelPbx:
    """The truth, the events on their way, and the stream that one session got."""

    def __init__(self) -> None:
        self.channels: dict[str, ModelChannel] = {}
        self.bridges: set[str] = set()
        self.queues = {name: ModelQueue() for name in QUEUES}
        self.published: list[Message] = []
        self.on_the_way: deque[Published] = deque()
        self._numbers = 0
        self._cached_channels = self.channels
        self._cached_bridges = self.bridges

    # What happens on the PBX.

    def create_channel(self) -> None:
        channel = ModelChannel(f"17.{self._next()}", f"Local/{self._numbers}@default;1")
        self.channels[channel.unique_id] = channel
        self._tell("Newchannel", channel.headers())

    def set_state(self, unique_id: str, state: str) -> None:
        self.channels[unique_id].state = state
        self._tell("Newstate", self.channels[unique_id].headers())

    def set_number(self, unique_id: str, number: str) -> None:
        self.channels[unique_id].number = number
        self._tell("NewCallerid", self.channels[unique_id].headers())

    def run_application(self, unique_id: str, application: str) -> None:
        channel = self.channels[unique_id]
        channel.application = application
        channel.priority += 1
        self._tell("Newexten", [*channel.headers(), ("Application", application), ("AppData", "x,y")])

    def rename(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        old, channel.name = channel.name, f"PJSIP/renamed-{self._next()}"
        self._tell("Rename", [("Channel", old), ("Newname", channel.name), ("Uniqueid", unique_id)])

    def create_bridge(self) -> None:
        bridge = f"bridge-{self._next()}"
        self.bridges.add(bridge)
        self._tell("BridgeCreate", self._bridge_headers(bridge))

    def enter_bridge(self, unique_id: str, bridge: str) -> None:
        self._leave_bridge(unique_id)
        channel = self.channels[unique_id]
        if channel.queue:
            self.leave_queue(unique_id)
        channel.bridge = bridge
        self._tell("BridgeEnter", [*self._bridge_headers(bridge), *channel.headers()])

    def destroy_bridge(self, bridge: str) -> None:
        for channel in list(self.channels.values()):
            if channel.bridge == bridge:
                self._leave_bridge(channel.unique_id)
        self.bridges.discard(bridge)
        self._tell("BridgeDestroy", self._bridge_headers(bridge))

    def hang_up(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        if channel.queue:
            self.abandon(unique_id)
        self._leave_bridge(unique_id)
        del self.channels[unique_id]
        self._tell("Hangup", channel.headers())
        self._tell("NewConnectedLine", channel.headers())

    def join_queue(self, unique_id: str, queue: str, position: int) -> None:
        channel, waiting = self.channels[unique_id], self.queues[queue].waiting
        position = min(position, len(waiting) + 1)
        waiting.insert(position - 1, unique_id)
        channel.queue = queue
        headers = [*channel.headers(), ("Queue", queue), ("Position", str(position))]
        self._tell("QueueCallerJoin", headers, ("join", queue, unique_id))

    def leave_queue(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        queue, channel.queue = channel.queue, ""
        self.queues[queue].waiting.remove(unique_id)
        headers = [*channel.headers(), ("Queue", queue)]
        self._tell("QueueCallerLeave", headers, ("leave", queue, unique_id))

    def abandon(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        self.queues[channel.queue].abandoned += 1
        headers = [*channel.headers(), ("Queue", channel.queue)]
        self._tell("QueueCallerAbandon", headers, ("abandon", channel.queue, unique_id))
        self.leave_queue(unique_id)

    def add_member(self, queue: str, interface: str) -> None:
        self.queues[queue].members[interface] = ModelMember()
        self._tell_member("QueueMemberAdded", queue, interface)

    def remove_member(self, queue: str, interface: str) -> None:
        self._tell_member("QueueMemberRemoved", queue, interface)
        del self.queues[queue].members[interface]

    def change_member(self, queue: str, interface: str, *, paused: bool, status: int) -> None:
        member = self.queues[queue].members[interface]
        member.paused, member.status = paused, status
        self._tell_member("QueueMemberStatus", queue, interface)

    def answer(self, queue: str, interface: str, waited: int) -> None:
        """The next caller of a queue gets a member who is not in a call."""
        truth = self.queues[queue]
        unique_id = truth.waiting[0]
        first = truth.completed + truth.abandoned == 0
        truth.hold_time = waited if first else (truth.hold_time * 3 + waited) >> 2
        self.leave_queue(unique_id)
        truth.members[interface].in_call = True
        headers = [("Queue", queue), ("Interface", interface), ("HoldTime", str(waited))]
        self._tell("AgentConnect", headers, ("connect", queue, interface))

    def complete(self, queue: str, interface: str, talked: int) -> None:
        """A member's call ends; the member hears of it a moment later."""
        truth = self.queues[queue]
        member = truth.members[interface]
        headers = [("Queue", queue), ("Interface", interface), ("HoldTime", "1"), ("TalkTime", str(talked))]
        member.in_call = False
        member.calls += 1
        truth.completed += 1
        truth.talk_time = talked if truth.completed == 1 else (truth.talk_time * 3 + talked) >> 2
        self._tell("AgentComplete", headers, ("complete", queue, interface))
        self._tell_member("QueueMemberStatus", queue, interface)

    # What a session gets.

    def log_in(self) -> None:
        """A session hears what is published after its login; the cache has caught up by then."""
        self.on_the_way.clear()
        self._cached_channels, self._cached_bridges = self.channels, self.bridges

    def keep_cache(self) -> None:
        """Let the lists of channels and bridges tell what is now for a while."""
        self._cached_channels = copy.deepcopy(self.channels)
        self._cached_bridges = set(self.bridges)

    def deliver(self, count: int) -> list[Message]:
        """Let some events arrive, oldest first."""
        return [self.on_the_way.popleft().message for _ in range(min(count, len(self.on_the_way)))]

    def list_channels(self) -> Reply:
        items = [
            _event(
                "CoreShowChannel",
                [
                    *channel.headers(),
                    ("Application", channel.application),
                    ("ApplicationData", "x,y" if channel.application else ""),
                    ("Duration", "00:00:01"),
                    ("BridgeId", channel.bridge),
                ],
            )
            for channel in self._cached_channels.values()
        ]
        return _reply(items)

    def list_bridges(self) -> Reply:
        return _reply(
            [_event("BridgeListItem", self._bridge_headers(bridge)) for bridge in self._cached_bridges]
        )

    def list_queues(self) -> Reply:
        items = []
        for name, queue in self.queues.items():
            headers = [("Queue", name), ("Max", "0"), ("Strategy", "ringall"), ("Weight", "0")]
            headers += [("Holdtime", str(queue.hold_time)), ("TalkTime", str(queue.talk_time))]
            headers += [("Completed", str(queue.completed)), ("Abandoned", str(queue.abandoned))]
            headers += [("ServiceLevel", str(SERVICE_LEVEL))]
            headers += [("ServicelevelPerf", "100.0" if queue.completed else "0.0")]
            items.append(_event("QueueParams", headers))
            for interface, member in queue.members.items():
                named = [("Queue", name), ("Name", interface), ("Location", interface)]
                items.append(_event("QueueMember", [*named, *member.headers()]))
            for position, unique_id in enumerate(queue.waiting, start=1):
                channel = self.channels[unique_id]
                headers = [("Queue", name), ("Position", str(position)), ("Channel", channel.name)]
                headers += [("Uniqueid", unique_id), ("CallerIDNum", channel.number.strip("<>"))]
                headers += [("CallerIDName", f"O'Neil {channel.number}"), ("Wait", "0"), ("Priority", "0")]
                items.append(_event("QueueEntry", headers))
        return _reply(items)

    def queues_counted_twice(self) -> set[str]:
        """Queues whose counters a list of this moment shares with events on their way, unrecognisably."""
        doubtful = set()
        seen: set[tuple[str, str, str]] = set()
        for event in self.on_the_way:
            if event.about is None:
                continue
            kind, queue, key = event.about
            seen.add(event.about)
            truth = self.queues[queue]
            in_call = key in truth.members and truth.members[key].in_call
            hidden = {
                "join": False,
                "leave": False,
                # The list shows the caller, or an event will: back again, or already gone again.
                "abandon": key in truth.waiting or ("join", queue, key) in seen,
                # The list shows the member in another call than the one that is told of, or in none.
                "connect": not in_call or ("complete", queue, key) in seen,
                "complete": in_call or ("connect", queue, key) in seen,
            }
            if hidden[kind]:
                doubtful.add(queue)
        return doubtful

    def queues_in_doubtful_order(self) -> set[str]:
        """Queues that a caller left and came back to, in events on their way."""
        left, doubtful = set(), set()
        for event in self.on_the_way:
            if event.about is not None:
                kind, queue, key = event.about
                if kind == "leave":
                    left.add((queue, key))
                elif kind == "join" and (queue, key) in left:
                    doubtful.add(queue)
        return doubtful

    def _leave_bridge(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        if channel.bridge:
            headers = self._bridge_headers(channel.bridge)
            channel.bridge = ""
            self._tell("BridgeLeave", [*headers, *channel.headers()])

    def _bridge_headers(self, bridge: str) -> list[tuple[str, str]]:
        return [
            ("BridgeUniqueid", bridge),
            ("BridgeType", "basic"),
            ("BridgeTechnology", "simple_bridge"),
            ("BridgeCreator", "<unknown>"),
            ("BridgeName", "<unknown>"),
        ]

    def _tell_member(self, event: str, queue: str, interface: str) -> None:
        named = [("Queue", queue), ("MemberName", interface), ("Interface", interface)]
        self._tell(event, [*named, *self.queues[queue].members[interface].headers()])

    def _tell(
        self, event: str, headers: list[tuple[str, str]], about: tuple[str, str, str] | None = None
    ) -> None:
        message = _event(event, [("Privilege", "call,all"), *headers])
        self.published.append(message)
        self.on_the_way.append(Published(message, about))

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


def _event(name: str, headers: list[tuple[str, str]]) -> Message:
    lines = [("Event", name), *headers]
    return Message("\r\n".join(f"{key}: {value}" for key, value in lines).encode())


def _reply(items: list[Message]) -> Reply:
    response = Message(b"Response: Success\r\nEventList: start")
    return Reply("1", response, tuple(items), Message(b"Event: Complete\r\nEventList: Complete"))
