"""Calls of a small PBX of which everything that is told can be recognised wherever it comes out.

Each call has a token that stands in its names, numbers and IDs, and each event one of its own. What somebody
may see whose role is limited to one queue is told here by the obvious rule: what is about a call, while that
queue is the last that it entered.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from amictl.protocol import Message
from tests.pbx.ami_events import channel_event, channel_item

QUEUES = ("support", "sales")
OWN = "sales"
MEMBERS = {"support": "PJSIP/100", "sales": "PJSIP/101"}  # Alice is in both
NAMES = {"support": "Alice", "sales": "Bob"}
LOT = "default"
_CALL = re.compile(r"t\d{5}z")
_EVENT = re.compile(r"e\d{6}z")
_numbers = itertools.count(1)


def find_calls(text: str) -> set[str]:
    """Return the tokens of calls in a text."""
    return set(_CALL.findall(text))


def find_events(text: str) -> set[str]:
    """Return the tokens of events in a text."""
    return set(_EVENT.findall(text))


@dataclass(eq=False)
class SecretCall:
    """One call, with one caller's channel.

    Args:
        token: What stands in all that is told of it.
        linked_id: Its linked ID; another call's once they are joined.
        home: The queue that it entered last.
    """

    token: str
    linked_id: str = ""
    home: str | None = None
    waits_in: str | None = None
    talks_through: str | None = None
    bridge: str | None = None
    parked: bool = False
    room: str | None = None
    ended: bool = False

    @property
    def unique_id(self) -> str:
        return f"{self.token}.1"

    @property
    def agent_id(self) -> str:
        return f"{self.token}.2"

    @property
    def device(self) -> str:
        return f"PJSIP/{self.token}"

    @property
    def channel(self) -> str:
        return f"{self.device}-0000000a"

    @property
    def headers(self) -> dict[str, object]:
        """The snapshot of its caller's channel."""
        return {
            "Channel": self.channel, "Linkedid": self.linked_id, "CallerIDNum": self.token,
            "CallerIDName": self.token, "ChannelStateDesc": "Up", "ChannelState": 6,
        }  # fmt: skip

    @property
    def agent_headers(self) -> dict[str, object]:
        """The snapshot of the channel of the member who answered."""
        return {
            "Channel": f"{MEMBERS[self.talks_through or OWN]}-{self.token}", "Linkedid": self.linked_id,
            "CallerIDNum": "101", "ConnectedLineNum": self.token, "ChannelStateDesc": "Up",
        }  # fmt: skip


@dataclass
class SecretCalls:
    """The calls, and what was told of them.

    Args:
        apply: Takes each event.
        told: By each event's token whether the role may see it.
    """

    apply: Callable[[Message], None]
    calls: list[SecretCall] = field(default_factory=list)
    told: dict[str, bool] = field(default_factory=dict)

    @property
    def alive(self) -> list[SecretCall]:
        return [call for call in self.calls if not call.ended]

    def seen(self) -> set[str]:
        """Return the tokens of the calls that the role sees, and of those who have left one."""
        return {call.token for call in self.calls if call.home == OWN}

    def present(self) -> set[str]:
        """Return the tokens of those whose phones the role sees."""
        return {call.token for call in self.alive if call.home == OWN}

    def begin(self) -> SecretCall:
        """A call comes in."""
        call = SecretCall(f"t{next(_numbers):05d}z")
        call.linked_id = call.unique_id
        self.calls.append(call)
        self._tell(call, "Newchannel")
        return call

    def act(self, action: str, call: SecretCall, other: SecretCall) -> None:
        """Let something happen to a call, where it can."""
        if action in QUEUES:
            self.join(call, action)
        elif action == "connect" and call.waits_in:
            self.connect(call)
        elif action == "leave" and call.waits_in:
            self.leave(call)
        elif action == "park" and not (call.waits_in or call.bridge):
            self.park(call)
        elif action == "confer" and not (call.waits_in or call.bridge):
            self.confer(call)
        elif action == "join" and other is not call and not (other.waits_in or other.bridge):
            self.merge(call, other)
        elif action == "move":
            self._tell(call, "Newexten", Application="Wait", AppData="1", Extension="200")
        elif action == "mention":
            self.mention(call, other)
        elif action == "end":
            self.end(call)

    def join(self, call: SecretCall, queue: str) -> None:
        """A caller enters a queue, out of whatever the call did."""
        self._free(call)
        call.waits_in = queue
        self._set_home(call, queue)
        self._tell(call, "QueueCallerJoin", Queue=queue, Position=1, Count=1)

    def leave(self, call: SecretCall) -> None:
        """A caller leaves the queue."""
        queue, call.waits_in = call.waits_in, None
        self._tell(call, "QueueCallerLeave", Queue=queue, Position=1, Count=0)

    def connect(self, call: SecretCall) -> None:
        """A member answers."""
        queue = call.talks_through = call.waits_in
        self.leave(call)
        call.bridge = _new_bridge()
        self._tell(call, "Newchannel", agent=True)
        self._tell(call, "BridgeEnter", **_bridge(call.bridge))
        self._tell(call, "BridgeEnter", agent=True, **_bridge(call.bridge))
        agent = {f"Dest{name}": value for name, value in call.agent_headers.items()}
        self._tell(
            call, "AgentConnect", Queue=queue, Interface=MEMBERS[queue or ""], MemberName=NAMES[queue or ""],
            HoldTime=1, DestUniqueid=call.agent_id, **agent,
        )  # fmt: skip

    def park(self, call: SecretCall) -> None:
        """A call is parked."""
        call.parked, call.bridge = True, "b-parking"
        self._tell(call, "BridgeEnter", **_bridge("b-parking", "Parking", LOT))
        parkee = {f"Parkee{name}": value for name, value in call.headers.items()}
        self._tell(
            call, "ParkedCall", bare=True, **parkee, ParkeeUniqueid=call.unique_id, Parkinglot=LOT,
            ParkerDialString=call.device, ParkingSpace=701, ParkingTimeout=45, ParkingDuration=0,
        )  # fmt: skip

    def confer(self, call: SecretCall) -> None:
        """A call joins the conference."""
        call.room, call.bridge = "800", "b-800"
        self._tell(call, "BridgeEnter", **_bridge("b-800", "ConfBridge", "800"))
        self._tell(call, "ConfbridgeJoin", Conference="800", BridgeUniqueid="b-800", Admin="No", Muted="No")

    def merge(self, call: SecretCall, other: SecretCall) -> None:
        """Another caller joins a call; of both the one in the later queue decides."""
        if call.home is None and other.home is not None:
            self._set_home(call, other.home)
        other.linked_id = call.linked_id
        self._set_home(call, call.home)
        bridge = call.bridge or _new_bridge()
        if call.bridge is None and not call.waits_in:
            call.bridge = bridge
            self._tell(call, "BridgeEnter", **_bridge(bridge))
        other.bridge = _new_bridge()
        self._tell(other, "BridgeEnter", **_bridge(other.bridge))

    def mention(self, call: SecretCall, other: SecretCall) -> None:
        """A variable of a call names another one's channel."""
        seen = self._may_see(call) and self._may_see(other)
        self._tell(call, "VarSet", seen=seen, Variable="BRIDGEPEER", Value=f"PJSIP/1-1,{other.channel}")

    def end(self, call: SecretCall) -> None:
        """A call ends, and Asterisk tells of it once more."""
        self._free(call)
        self._tell(call, "Hangup", Cause=16)
        call.ended = True
        self._tell(call, "Cdr", bare=True, UniqueID=call.unique_id, Channel=call.channel, Source=call.token)

    def list_channels(self) -> list[Message]:
        """Return what a list of channels tells of all callers."""
        return [
            channel_item(call.unique_id, **call.headers, BridgeId=call.bridge or "") for call in self.alive
        ]

    def _free(self, call: SecretCall) -> None:
        """Take a call out of where it is."""
        if call.waits_in:
            self.leave(call)
        if call.parked:
            parkee = {f"Parkee{name}": value for name, value in call.headers.items()}
            self._tell(call, "ParkedCallGiveUp", bare=True, **parkee, ParkeeUniqueid=call.unique_id)
        if call.room:
            self._tell(call, "ConfbridgeLeave", Conference=call.room, BridgeUniqueid="b-800")
        if call.bridge:
            self._tell(call, "BridgeLeave", **_bridge(call.bridge))
        if call.talks_through:
            queue = call.talks_through
            self._tell(
                call, "AgentComplete", Queue=queue, Interface=MEMBERS[queue], MemberName=NAMES[queue],
                DestUniqueid=call.agent_id, DestLinkedid=call.linked_id, TalkTime=1, HoldTime=1,
            )  # fmt: skip
            self._tell(call, "BridgeLeave", agent=True, **_bridge(call.bridge or ""))
            self._tell(call, "Hangup", agent=True, Cause=16)
        call.parked, call.room, call.bridge, call.talks_through = False, None, None, None

    def _set_home(self, call: SecretCall, queue: str | None) -> None:
        """Give a queue to all who share a call."""
        for each in self.calls:
            if each.linked_id == call.linked_id:
                each.home = queue

    def _may_see(self, call: SecretCall) -> bool:
        return call.home == OWN

    def _tell(
        self,
        call: SecretCall,
        event: str,
        *,
        agent: bool = False,
        bare: bool = False,
        seen: bool | None = None,
        **headers: object,
    ) -> None:
        """Publish an event of a call's caller, or of the member."""
        token = f"e{next(_numbers):06d}z"
        named = headers.get("Queue", OWN) == OWN
        self.told[token] = (self._may_see(call) if seen is None else seen) and named
        headers["Stage"] = token
        if bare:
            lines = (f"{name}: {value}" for name, value in {"Event": event, **headers}.items())
            self.apply(Message("\r\n".join(lines).encode()))
            return
        snapshot = call.agent_headers if agent else call.headers
        unique_id = call.agent_id if agent else call.unique_id
        self.apply(channel_event(event, unique_id, **{**snapshot, **headers}))


def _new_bridge() -> str:
    return f"b-{next(_numbers)}"


def _bridge(bridge: str, creator: str = "<unknown>", name: str = "<unknown>") -> dict[str, object]:
    return {
        "BridgeUniqueid": bridge, "BridgeType": "basic", "BridgeTechnology": "simple_bridge",
        "BridgeCreator": creator, "BridgeName": name,
    }  # fmt: skip


def list_endpoints(tokens: Iterable[str]) -> list[Message]:
    """Return what ``PJSIPShowEndpoints`` tells of the phones of calls and members."""
    names = (*tokens, *(member.removeprefix("PJSIP/") for member in MEMBERS.values()))
    return [
        Message(
            f"Event: EndpointList\r\nObjectType: endpoint\r\nObjectName: {name}\r\nAor: {name}\r\n"
            f"Contacts: {name}/sip:{name}@192.0.2.1\r\nDeviceState: Not in use\r\nActiveChannels: 0".encode()
        )
        for name in names
    ]
