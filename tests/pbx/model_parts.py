"""The parts of `ModelPbx`, with the headers by which Asterisk tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from amictl.protocol import Message, Reply


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
    linked_id: str = ""
    on_hold: bool = False

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
            ("Linkedid", self.linked_id),
        ]


@dataclass(frozen=True)
class ModelBridge:
    """A bridge, by default the one of two who talk.

    Args:
        type: How it mixes.
        technology: What mixes.
        creator: Who made it, where that is no call.
        name: The creator's name for it.
    """

    type: str = "basic"
    technology: str = "simple_bridge"
    creator: str = "<unknown>"
    name: str = "<unknown>"


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


def make_event(name: str, headers: list[tuple[str, str]]) -> Message:
    lines = [("Event", name), *headers]
    return Message("\r\n".join(f"{key}: {value}" for key, value in lines).encode())


def make_reply(items: list[Message]) -> Reply:
    response = Message(b"Response: Success\r\nEventList: start")
    return Reply("1", response, tuple(items), Message(b"Event: Complete\r\nEventList: Complete"))


def describe_bridge(bridge: str, kind: ModelBridge) -> list[tuple[str, str]]:
    """The headers that tell of a bridge."""
    return [
        ("BridgeUniqueid", bridge),
        ("BridgeType", kind.type),
        ("BridgeTechnology", kind.technology),
        ("BridgeCreator", kind.creator),
        ("BridgeName", kind.name),
    ]


def make_refusal() -> Reply:
    """An error, as of a list that the PBX does not have."""
    return Reply("1", Message(b"Response: Error\r\nMessage: Invalid/unknown command"))
