"""A small PBX on paper: it keeps the truth, publishes events, and answers lists from the truth.

As in Asterisk, events go through queues before they reach the AMI session, and a list does not: it can tell
what events will tell later. `deliver` moves events from these queues into the session's stream. There are
two, since parking lots and conferences tell of themselves through threads of their own: no order holds
between the two. As in Asterisk 16, lists of channels and bridges come from a cache that can be behind the
events: `keep_cache` stops it.
"""

from __future__ import annotations

import copy
from collections import deque

from amictl.protocol import Action, Message, Reply
from tests.pbx.model_parts import (
    ModelBridge,
    ModelChannel,
    ModelMember,
    ModelQueue,
    Published,
    describe_bridge,
    make_event,
    make_refusal,
    make_reply,
)
from tests.pbx.model_rooms import ModelConferences, ModelParking

QUEUES = ("support", "sales")
MEMBERS = ("PJSIP/1", "PJSIP/2")
SERVICE_LEVEL = 20


class ModelPbx:
    """The truth, the events on their way, and the stream that one session got."""

    def __init__(self) -> None:
        self.channels: dict[str, ModelChannel] = {}
        self.bridges: dict[str, ModelBridge] = {}
        self.queues = {name: ModelQueue() for name in QUEUES}
        self.published: list[Message] = []
        self.on_the_way: deque[Published] = deque()
        self.on_the_side: deque[Message] = deque()
        self.parking = ModelParking(self)
        self.conferences = ModelConferences(self)
        self._numbers = 0
        self._cached_channels = self.channels
        self._cached_bridges = self.bridges

    # What happens on the PBX.

    def create_channel(self, *, local: bool = True, dialed_by: str | None = None) -> str:
        """A channel comes to be, maybe as a part of another one's call."""
        number = self._next()
        unique_id = f"17.{number}"
        name = f"Local/{number}@default-0000;{1 + number % 2}" if local else f"PJSIP/1-{number}"
        linked_id = self.channels[dialed_by].linked_id if dialed_by else unique_id
        self.channels[unique_id] = ModelChannel(unique_id, name, linked_id=linked_id)
        self.tell("Newchannel", self.channels[unique_id].headers())
        return unique_id

    def hold(self, unique_id: str) -> None:
        """A party holds the other, or takes it back."""
        channel = self.channels[unique_id]
        channel.on_hold = not channel.on_hold
        self.tell("Hold" if channel.on_hold else "Unhold", channel.headers())

    def set_state(self, unique_id: str, state: str) -> None:
        self.channels[unique_id].state = state
        self.tell("Newstate", self.channels[unique_id].headers())

    def set_number(self, unique_id: str, number: str) -> None:
        self.channels[unique_id].number = number
        self.tell("NewCallerid", self.channels[unique_id].headers())

    def run_application(self, unique_id: str, application: str) -> None:
        channel = self.channels[unique_id]
        channel.application = application
        channel.priority += 1
        self.tell("Newexten", [*channel.headers(), ("Application", application), ("AppData", "x,y")])

    def rename(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        old, channel.name = channel.name, f"PJSIP/renamed-{self._next()}"
        self.tell("Rename", [("Channel", old), ("Newname", channel.name), ("Uniqueid", unique_id)])

    def create_bridge(self, kind: ModelBridge = ModelBridge()) -> str:  # noqa: B008 - frozen
        bridge = f"bridge-{self._next()}"
        self.bridges[bridge] = kind
        self.tell("BridgeCreate", self.bridge_headers(bridge))
        return bridge

    def enter_bridge(self, unique_id: str, bridge: str) -> None:
        """A channel enters a bridge; all who talk there become one call, that of the oldest linked ID."""
        self.leave_bridge(unique_id)
        channel = self.channels[unique_id]
        if channel.queue:
            self.leave_queue(unique_id)
        channel.bridge = bridge
        inside = [each for each in self.channels.values() if each.bridge == bridge]
        talking = self.bridges[bridge] == ModelBridge()
        oldest = min((each.linked_id for each in inside), key=_age)
        joined = [each for each in inside if talking and each.linked_id != oldest]
        for each in joined:
            each.linked_id = oldest
        self.tell("BridgeEnter", [*self.bridge_headers(bridge), *channel.headers()])
        for each in joined:
            self.tell("VarSet", [*each.headers(), ("Variable", "BRIDGEPEER"), ("Value", "x")])

    def leave_bridge(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        if channel.bridge:
            headers = self.bridge_headers(channel.bridge)
            channel.bridge = ""
            self.tell("BridgeLeave", [*headers, *channel.headers()])

    def destroy_bridge(self, bridge: str) -> None:
        for channel in list(self.channels.values()):
            if channel.bridge == bridge:
                self.leave_bridge(channel.unique_id)
        headers = self.bridge_headers(bridge)
        del self.bridges[bridge]
        self.tell("BridgeDestroy", headers)

    def hang_up(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        if channel.queue:
            self.abandon(unique_id)
        if unique_id in self.parking.spaces:
            self.parking.leave(unique_id, "ParkedCallGiveUp")
        if self.conferences.room_of(unique_id):
            self.conferences.leave(unique_id)
        self.leave_bridge(unique_id)
        del self.channels[unique_id]
        self.tell("Hangup", channel.headers())
        self.tell("NewConnectedLine", channel.headers())

    def join_queue(self, unique_id: str, queue: str, position: int) -> None:
        channel, waiting = self.channels[unique_id], self.queues[queue].waiting
        position = min(position, len(waiting) + 1)
        waiting.insert(position - 1, unique_id)
        channel.queue = queue
        headers = [*channel.headers(), ("Queue", queue), ("Position", str(position))]
        self.tell("QueueCallerJoin", headers, ("join", queue, unique_id))

    def leave_queue(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        queue, channel.queue = channel.queue, ""
        self.queues[queue].waiting.remove(unique_id)
        headers = [*channel.headers(), ("Queue", queue)]
        self.tell("QueueCallerLeave", headers, ("leave", queue, unique_id))

    def replace_caller(self, unique_id: str, after: str) -> None:
        """An attended transfer puts a channel in the place of one that waits, whose queue goes on with it."""
        channel, successor = self.channels[unique_id], self.channels[after]
        queue, channel.queue = channel.queue, ""
        waiting = self.queues[queue].waiting
        waiting[waiting.index(unique_id)] = after
        successor.queue = queue
        legs = [("SecondTransfererUniqueid", unique_id), ("TransfereeUniqueid", after)]
        told = [("Result", "Success"), ("DestType", "App"), *legs]
        self.tell("AttendedTransfer", told, ("join", queue, after))
        self.leave_bridge(after)
        self.run_application(after, "Queue")
        self.hang_up(unique_id)

    def abandon(self, unique_id: str) -> None:
        channel = self.channels[unique_id]
        self.queues[channel.queue].abandoned += 1
        headers = [*channel.headers(), ("Queue", channel.queue)]
        self.tell("QueueCallerAbandon", headers, ("abandon", channel.queue, unique_id))
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
        self.tell("AgentConnect", headers, ("connect", queue, interface))

    def complete(self, queue: str, interface: str, talked: int) -> None:
        """A member's call ends; the member hears of it a moment later."""
        truth = self.queues[queue]
        member = truth.members[interface]
        headers = [("Queue", queue), ("Interface", interface), ("HoldTime", "1"), ("TalkTime", str(talked))]
        member.in_call = False
        member.calls += 1
        truth.completed += 1
        truth.talk_time = talked if truth.completed == 1 else (truth.talk_time * 3 + talked) >> 2
        self.tell("AgentComplete", headers, ("complete", queue, interface))
        self._tell_member("QueueMemberStatus", queue, interface)

    # What a session gets.

    def log_in(self) -> None:
        """A session hears what is published after its login; the cache has caught up by then."""
        self.on_the_way.clear()
        self.on_the_side.clear()
        self.parking.settle()
        self._cached_channels, self._cached_bridges = self.channels, self.bridges

    def keep_cache(self) -> None:
        """Let the lists of channels and bridges tell what is now for a while."""
        self._cached_channels = copy.deepcopy(self.channels)
        self._cached_bridges = dict(self.bridges)

    def deliver(self, count: int) -> list[Message]:
        """Let some events arrive, oldest first."""
        return [self.on_the_way.popleft().message for _ in range(min(count, len(self.on_the_way)))]

    def deliver_aside(self, count: int) -> list[Message]:
        """Let some events of the other thread arrive, oldest first."""
        return [self.on_the_side.popleft() for _ in range(min(count, len(self.on_the_side)))]

    def reply_to(self, action: Action) -> Reply:
        """Answer an action of a session that begins; what this PBX lacks is an error."""
        lists = {
            "CoreShowChannels": self.list_channels,
            "BridgeList": self.list_bridges,
            "QueueStatus": self.list_queues,
            "ParkedCalls": self.parking.list_calls,
            "ConfbridgeListRooms": self.conferences.list_rooms,
        }
        if action.name == "ConfbridgeList":
            return self.conferences.list_parties(dict(action.headers)["Conference"]) or make_refusal()
        return lists.get(action.name, make_refusal)()

    def list_channels(self) -> Reply:
        items = [
            make_event(
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
        return make_reply(items)

    def list_bridges(self) -> Reply:
        return make_reply(
            [
                make_event("BridgeListItem", describe_bridge(bridge, kind))
                for bridge, kind in self._cached_bridges.items()
            ]
        )

    def list_queues(self) -> Reply:
        items = []
        for name, queue in self.queues.items():
            headers = [("Queue", name), ("Max", "0"), ("Strategy", "ringall"), ("Weight", "0")]
            headers += [("Holdtime", str(queue.hold_time)), ("TalkTime", str(queue.talk_time))]
            headers += [("Completed", str(queue.completed)), ("Abandoned", str(queue.abandoned))]
            headers += [("ServiceLevel", str(SERVICE_LEVEL))]
            headers += [("ServicelevelPerf", "100.0" if queue.completed else "0.0")]
            items.append(make_event("QueueParams", headers))
            for interface, member in queue.members.items():
                named = [("Queue", name), ("Name", interface), ("Location", interface)]
                items.append(make_event("QueueMember", [*named, *member.headers()]))
            for position, unique_id in enumerate(queue.waiting, start=1):
                channel = self.channels[unique_id]
                headers = [("Queue", name), ("Position", str(position)), ("Channel", channel.name)]
                headers += [("Uniqueid", unique_id), ("CallerIDNum", channel.number.strip("<>"))]
                headers += [("CallerIDName", f"O'Neil {channel.number}"), ("Wait", "0"), ("Priority", "0")]
                items.append(make_event("QueueEntry", headers))
        return make_reply(items)

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

    def bridge_headers(self, bridge: str) -> list[tuple[str, str]]:
        return describe_bridge(bridge, self.bridges[bridge])

    def tell_aside(self, event: str, headers: list[tuple[str, str]]) -> None:
        """Publish an event through the other thread."""
        message = make_event(event, [("Privilege", "call,all"), *headers])
        self.published.append(message)
        self.on_the_side.append(message)

    def _tell_member(self, event: str, queue: str, interface: str) -> None:
        named = [("Queue", queue), ("MemberName", interface), ("Interface", interface)]
        self.tell(event, [*named, *self.queues[queue].members[interface].headers()])

    def tell(
        self, event: str, headers: list[tuple[str, str]], about: tuple[str, str, str] | None = None
    ) -> None:
        message = make_event(event, [("Privilege", "call,all"), *headers])
        self.published.append(message)
        self.on_the_way.append(Published(message, about))

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


def _age(linked_id: str) -> int:
    return int(linked_id.partition(".")[2])
