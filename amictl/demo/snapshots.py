"""What Asterisk publishes of a channel, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from amictl.demo.text import UNKNOWN, Block, escape_c


class State(IntEnum):
    """What a channel does ("Asterisk include/asterisk/channelstate.h")."""

    DOWN = 0
    RESERVED = 1
    OFFHOOK = 2
    DIALING = 3
    RING = 4
    RINGING = 5
    UP = 6
    BUSY = 7


# Asterisk main/devicestate.c, chan2dev.
DEVICE_STATES = MappingProxyType({
    State.DOWN: "NOT_INUSE", State.RESERVED: "INUSE", State.OFFHOOK: "INUSE", State.DIALING: "INUSE",
    State.RING: "INUSE", State.RINGING: "RINGING", State.UP: "INUSE", State.BUSY: "BUSY",
})  # fmt: skip

STATE_NAMES = ("Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy")


@dataclass(frozen=True, slots=True)
class Party:
    """Who somebody is to the PBX.

    Args:
        number: As it is shown; empty where it is not known.
        name: The same for the name.
    """

    number: str = ""
    name: str = ""


NOBODY = Party()


class Snapshot(NamedTuple):
    """What Asterisk publishes of a channel: the headers that describe it in events."""

    name: str
    state: int
    caller: Party
    connected: Party
    language: str
    account: str
    context: str
    exten: str
    priority: int
    unique_id: str
    linked_id: str

    def block(self, prefix: str) -> Block:
        """Return the headers ("Asterisk main/manager_channels.c", ast_manager_build_channel_state_string)."""
        return Block((
            (f"{prefix}Channel", self.name),
            (f"{prefix}ChannelState", str(int(self.state))),
            (f"{prefix}ChannelStateDesc", STATE_NAMES[self.state]),
            (f"{prefix}CallerIDNum", self.caller.number or UNKNOWN),
            (f"{prefix}CallerIDName", escape_c(self.caller.name) or UNKNOWN),
            (f"{prefix}ConnectedLineNum", self.connected.number or UNKNOWN),
            (f"{prefix}ConnectedLineName", escape_c(self.connected.name) or UNKNOWN),
            (f"{prefix}Language", self.language),
            (f"{prefix}AccountCode", self.account),
            (f"{prefix}Context", self.context),
            (f"{prefix}Exten", self.exten),
            (f"{prefix}Priority", str(self.priority)),
            (f"{prefix}Uniqueid", self.unique_id),
            (f"{prefix}Linkedid", self.linked_id),
        ))  # fmt: skip
